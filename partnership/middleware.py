"""What surrounds every page: a number for the request, headers, the log, the session's limits."""

import time
from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

log = structlog.get_logger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [
            *(
                f"{feature}=()"
                for feature in (
                    "accelerometer",
                    "autoplay",
                    "browsing-topics",
                    "camera",
                    "display-capture",
                    "encrypted-media",
                    "geolocation",
                    "gyroscope",
                    "magnetometer",
                    "microphone",
                    "midi",
                    "payment",
                    "picture-in-picture",
                    "usb",
                    "xr-spatial-tracking",
                )
            ),
            "fullscreen=(self)",
            "publickey-credentials-create=(self)",
            "publickey-credentials-get=(self)",
        ]
    ),
}

ROLL_AFTER = 5 * 60  # seconds; writing the session at every request would cost a write a page
STARTED, SEEN = "signed_in_at", "seen_at"


class RequestIdMiddleware:
    """Give each request a number of our own, in its log lines and in its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class SecurityHeadersMiddleware:
    """Add the headers Django has no setting for. A view that set its own keeps it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class RequestLogMiddleware:
    """Log each request by its route: a path or query may hold a token."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else None
        if response.status_code == HTTPStatus.FORBIDDEN:
            person = getattr(request, "user", None)
            log.info("denied", route=route, person=person.pk if person else None)
        log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000),
        )
        return response


class SignedInMiddleware:
    """Keep signed-in pages out of every cache, and sessions within their limits.

    Visitors without a session are left alone: their pages must not vary by cookie.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        was_signed_in = _is_signed_in(request)
        if was_signed_in and not _within_limits(request, time.time()):
            logout(request)
            was_signed_in = False
        response = self.get_response(request)
        if was_signed_in or _is_signed_in(request):
            response.headers["Cache-Control"] = "no-store, private"
        if was_signed_in and not _is_signed_in(request):
            # Signed out on purpose (not timed out): leave nothing in a shared browser.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether a person is signed in; asks the database only if a session is at hand."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified
    return has_session and request.user.is_authenticated


def _within_limits(request: HttpRequest, now: float) -> bool:
    """Roll the session's idle limit forward, and tell whether its absolute limit holds."""
    started = request.session.setdefault(STARTED, now)
    if now - request.session.get(SEEN, 0) > ROLL_AFTER:
        request.session[SEEN] = now  # saving is what moves the idle limit
    return now - started < settings.SESSION_ABSOLUTE_AGE

"""The pages for what went wrong: a sentence each, never a trace."""

import sys
from http import HTTPStatus

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)

MOST_DISCARDED = 64 * 1024 * 1024  # bytes


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 if more was sent than is taken."""
    template, status = "errors/400.html", HTTPStatus.BAD_REQUEST
    message = _("This request could not be understood. Go back and try again.")
    if isinstance(exception, RequestDataTooBig):
        _discard_body(request)
        template, status = "errors/413.html", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        message = _(
            "What you sent is too long: a page takes up to 2 MB of text. Nothing was saved. "
            "Go back, shorten the text or attach it as a file, and send it again."
        )
    elif isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        _discard_body(request)
        message = _("This request has too many fields or files. Nothing was saved.")
    return _page(request, template, message, status)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403. The exception's sentence, if it has one, was written for the reader."""
    message = str(exception) if exception and exception.args else ""
    message = message or _("Your account may see this page but not do this.")
    return _page(request, "errors/403.html", message, HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from this site's own, still valid page.

    A view may keep what was typed (`on_expired_form`), for people who are signed in: the session's
    cookie is not sent along from another site's form.
    """
    match = request.resolver_match
    keep = getattr(match.func, "on_expired_form", None) if match else None
    if keep and request.user.is_authenticated:
        return keep(request)
    message = _(
        "This form has expired or did not come from this site. Nothing was saved. "
        "Go back, reload the page and send it again."
    )
    return _page(request, "errors/403.html", message, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404. Says nothing about whether a page the reader may not know of exists."""
    message = _("There is no page at this address.")
    return _page(request, "errors/404.html", message, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database does not answer or cannot write.

    Rendered without a request: whatever failed may fail again in its context.
    """
    if isinstance(sys.exc_info()[1], OperationalError):
        message = _(
            "The record cannot be reached or written just now. If you sent a form, go back and "
            "send it again in a minute: even if it had arrived, it is done only once."
        )
        return _bare_page(request, message, HTTPStatus.SERVICE_UNAVAILABLE)
    message = _("Something went wrong on our side. It has been recorded; please try again later.")
    return _bare_page(request, message, HTTPStatus.INTERNAL_SERVER_ERROR)


def _page(request: HttpRequest, template: str, message: str, status: HTTPStatus) -> HttpResponse:
    """The error in the site's layout; without it where the layout fails, too.

    A request that names a foreign host, for one, breaks whatever asks for the page's address.
    """
    try:
        context = {"message": message, "typed": getattr(request, "typed", [])}
        return render(request, template, context, status=status)
    except Exception:  # an error page must come
        log.exception("error page without layout", template=template)
        return _bare_page(request, message, status)


def _bare_page(request: HttpRequest, message: str, status: HTTPStatus) -> HttpResponse:
    context = {"message": message, "request_id": getattr(request, "request_id", "")}
    return HttpResponse(render_to_string("errors/500.html", context), status=status)


def _discard_body(request: HttpRequest) -> None:
    """Read what is still under way: closing on a sending browser hides the page from it."""
    left = MOST_DISCARDED
    try:
        while left > 0 and (chunk := request.read(min(left, 64 * 1024))):
            left -= len(chunk)
    except (UnreadablePostError, OSError):
        pass  # the sender has gone

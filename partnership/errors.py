"""The pages for what went wrong: a sentence each, never a trace."""

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

MOST_DISCARDED = 64 * 1024 * 1024  # bytes


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 if more was sent than is taken."""
    status = HTTPStatus.BAD_REQUEST
    message = _("This request could not be understood. Go back and try again.")
    if isinstance(exception, RequestDataTooBig):
        _discard_body(request)
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        message = _(
            "What you sent is too long: a page takes up to 2 MB of text. Nothing was saved. "
            "Go back, shorten the text or attach it as a file, and send it again."
        )
    elif isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        _discard_body(request)
        message = _("This request has too many fields or files. Nothing was saved.")
    return render(request, "errors/400.html", {"message": message}, status=status)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403. The exception's sentence, if it has one, was written for the reader."""
    message = str(exception) if exception and exception.args else ""
    return render(
        request,
        "errors/403.html",
        {"message": message or _("Your account may see this page but not do this.")},
        status=HTTPStatus.FORBIDDEN,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from this site's own, still valid page."""
    return render(
        request,
        "errors/403.html",
        {
            "message": _(
                "This form has expired or did not come from this site. Nothing was saved. "
                "Go back, reload the page and send it again."
            )
        },
        status=HTTPStatus.FORBIDDEN,
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404. Says nothing about whether a page the reader may not know of exists."""
    return render(
        request,
        "errors/404.html",
        {"message": _("There is no page at this address.")},
        status=HTTPStatus.NOT_FOUND,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Rendered without a request: whatever failed may fail again in its context."""
    page = render_to_string(
        "errors/500.html",
        {
            "message": _(
                "Something went wrong on our side. It has been recorded; please try again later."
            ),
            "request_id": getattr(request, "request_id", ""),
        },
    )
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _discard_body(request: HttpRequest) -> None:
    """Read what is still under way: closing on a sending browser hides the page from it."""
    left = MOST_DISCARDED
    try:
        while left > 0 and (chunk := request.read(min(left, 64 * 1024))):
            left -= len(chunk)
    except (UnreadablePostError, OSError):
        pass  # the sender has gone

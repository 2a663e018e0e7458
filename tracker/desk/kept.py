"""What a person typed while their session ended or their form expired: kept over the sign-in.

It waits in the session of the same browser, on the server, for the same address; it is shown again
in the form and saved only when the person does so. Where there is no form any more, because a
colleague was quicker, the texts are given back to be copied.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tracker.forms.texts import PlainText

View = Callable[..., HttpResponse]

KEY = "typed"
MOST_KEPT = 500_000  # characters; whoever is not signed in can fill no more of a session
LEFT_OUT = ("csrfmiddlewaretoken", "act")


def keeps_typed(view: View) -> View:
    """Keep what is posted without being signed in, and let an expired form do the same.

    Where the page is gone or not theirs any more, its error page gives back what was typed.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            keep(request)
            if is_automatic(request):
                return _not_saved(request, _("Your session has ended."))
        try:
            return view(request, *args, **kwargs)
        except (Http404, PermissionDenied):
            request.typed = words_sent(request)  # type: ignore[attr-defined]
            raise

    page.on_expired_form = expired_form  # type: ignore[attr-defined]
    return page


def expired_form(request: HttpRequest) -> HttpResponse:
    """The form again, with what was typed, for a person who signed in anew in another window."""
    keep(request)
    if is_automatic(request):
        return _not_saved(request, _("Your form has expired."))
    messages.warning(request, _("Your form had expired, so nothing was saved yet."))
    return redirect(request.get_full_path())


def is_automatic(request: HttpRequest) -> bool:
    """Whether the page sent what is in its form by itself, while the person goes on typing."""
    return request.POST.get("act") == "autosave"


def _not_saved(request: HttpRequest, why: str) -> HttpResponse:
    sentence = why + " " + _("Press “Save draft” to sign in again and find what you typed.")
    return render(request, "desk/_not_saved.html", {"sentence": sentence}, status=401)


def keep(request: HttpRequest) -> None:
    """Put what was posted aside, for this address."""
    pairs = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in LEFT_OUT
    ]
    text = urlencode(pairs)
    if len(text) <= MOST_KEPT:
        request.session[KEY] = {"address": request.get_full_path(), "typed": text}


def words_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Texts of more than a word, without the labels, which only their form knew."""
    values = [value for _name, values in request.POST.lists() for value in values]
    return [("", value) for value in values if len(value.split()) > 1]


def words_of(form: Any) -> list[tuple[str, str]]:
    """Label and text of what was typed into a form that has no place on its page any more."""
    fields = [field for field in form if isinstance(field.field, PlainText)]
    return [(str(field.label), field.value()) for field in fields if field.value()]


def typed_in(request: HttpRequest) -> QueryDict | None:
    """What the person sent now, or what was put aside for this address before."""
    return request.POST if request.method == "POST" else take_typed(request)


def take_typed(request: HttpRequest) -> QueryDict | None:
    """What was put aside for this address, once."""
    kept = request.session.get(KEY)
    if not kept or kept["address"] != request.get_full_path():
        return None
    del request.session[KEY]
    return QueryDict(kept["typed"])

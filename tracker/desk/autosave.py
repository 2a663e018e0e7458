"""Answers to a report form that saves itself while a person types: one line, never the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tracker.actions.refusals import Conflict, Refusal
from tracker.desk.form_page import FormPage


def say_saved(request: HttpRequest, page: FormPage) -> HttpResponse:
    """When it was saved; the form gets the number of the version it continues."""
    return _say(request, page, "", 200)


def say_unread(request: HttpRequest, page: FormPage) -> HttpResponse:
    """Which fields keep it from being saved. They are marked when the person saves."""
    labels = ", ".join(dict.fromkeys(problem.label for problem in page.problems))
    sentence = _("Not saved by itself: what stands in these fields cannot be read: %(labels)s.")
    return _say(request, page, sentence % {"labels": labels}, 400)


def say_refused(request: HttpRequest, page: FormPage, refusal: Refusal) -> HttpResponse:
    """Why not. After a conflict both versions are shown when the person saves."""
    sentence = _("Not saved by itself. %(reason)s") % {"reason": refusal.sentence}
    if isinstance(refusal, Conflict):
        sentence += " " + _("Press “Save draft” to see both versions.")
    return _say(request, page, sentence, 409)


def say_over(refusal: Refusal) -> HttpResponse:
    """That nothing can be reported any more, to a form that was opened before."""
    sentence = _("Not saved by itself. %(reason)s") % {"reason": refusal.sentence}
    return HttpResponse(format_html('<b class="signal">{}</b>', sentence), status=409)


def _say(request: HttpRequest, page: FormPage, not_saved: str, status: int) -> HttpResponse:
    context = {"page": page, "side": page.side, "not_saved": not_saved, "is_automatic": True}
    return render(request, "desk/_saved.html", context, status=status)

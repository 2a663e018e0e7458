"""What is done to a report before it is public: each a button or a short form of its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tracker.access import (
    published_report,
    report_for_review,
    report_of_own_side,
    report_shared,
)
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.actions.report_publication import publish_report, schedule_report, stop_publication
from tracker.actions.reports import (
    comment_report,
    return_report,
    share_report,
    withdraw_report,
)
from tracker.desk.entry import at_the_desk
from tracker.desk.kept import keeps_typed, take_typed
from tracker.desk.review import (
    Review,
    render_review,
    review_of,
    shared_review,
    to_public_page,
)
from tracker.forms.reports import ActForm, CommentForm, ReturnForm, ScheduleForm
from tracker.models import StatusReport
from tracker.vocabulary import ReportAct, ReportState

CHANGED = gettext_lazy("This page was changed on its way. Press the button again.")
TOO_LATE = gettext_lazy(
    "This report was published meanwhile. What is public is corrected by a later report."
)
GET_TOO = ["GET", "HEAD", "POST"]


def answer_refusal(
    request: HttpRequest, review: Review, refusal: Refusal, name: str = "", form: Any = None
) -> HttpResponse:
    """The page again, with the sentence, and what was typed in its form."""
    if form is not None:
        for field, sentences in refusal.fields.items():
            if field in form.fields:
                form.add_error(field, [str(sentence) for sentence in sentences])
        review.forms[name] = form
    review.refusal = str(refusal.sentence)
    return render_review(request, review, status=refusal.status)


def _in_work(
    request: HttpRequest, pk: int, find: Callable[[HttpRequest, int], StatusReport]
) -> StatusReport:
    """The report as `find` finds it. Who presses a button too late is told so: 403, not 404."""
    try:
        return find(request, pk)
    except Http404:
        if request.method == "POST":
            published_report(pk)  # 404 for what is not public
            raise PermissionDenied(TOO_LATE) from None
        raise


def _back(
    request: HttpRequest, review: Review, name: str, make: Callable[[Any], Any]
) -> HttpResponse:
    """To the page, with what was typed before the session ended back in its form."""
    typed = take_typed(request)
    if typed is None:
        return redirect("report-review", review.report.pk)
    review.forms[name] = make(typed)
    return render_review(request, review)


def _moved(
    request: HttpRequest,
    report: StatusReport,
    is_done: Callable[[], bool],
    sentence: str,
    act: Callable[[], Any],
    name: str = "",
    form: Any = None,
) -> HttpResponse | None:
    """Do an act on a report. A page that says why not, or None; done already counts as done."""
    try:
        act()
    except Refusal as refusal:
        report.refresh_from_db()
        if refusal.fields or not is_done():
            return answer_refusal(request, review_of(request, report), refusal, name, form)
    messages.success(request, sentence)
    return None


@require_http_methods(GET_TOO)
@at_the_desk
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a submitted report back into work."""
    report = _in_work(request, pk, report_of_own_side)
    if request.method != "POST":
        return redirect("report-review", pk)
    review = review_of(request, report)
    side = review.side
    refused = _moved(
        request,
        report,
        lambda: report.state == ReportState.DRAFT,
        _("Withdrawn: you can change the report again."),
        lambda: withdraw_report(report, rights=side.rights, at=side.at),
    )
    return refused or redirect(review.form_url)


@keeps_typed
@require_http_methods(GET_TOO)
@at_the_desk
def report_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a submitted report back to its author with notes."""
    report = _in_work(request, pk, report_for_review)
    review = review_of(request, report)
    if request.method != "POST":
        return _back(
            request, review, "return", lambda typed: ReturnForm(typed, texts=review.written)
        )
    form = ReturnForm(request.POST, texts=review.written)
    if not form.is_valid():
        review.forms["return"] = form
        return render_review(request, review, status=400)
    notes = {"note": form.cleaned_data["note"], "field_notes": form.field_notes}
    refused = _moved(
        request,
        report,
        lambda: report.state == ReportState.RETURNED and _said_last(request, report, notes),
        _("Returned to the author with your note."),
        lambda: return_report(report, **notes, rights=review.side.rights, at=review.side.at),
        "return",
        form,
    )
    return refused or redirect("desk-queue", review.side.plan.slug)


def _said_last(request: HttpRequest, report: StatusReport, notes: Mapping[str, Any]) -> bool:
    """Whether these notes are the ones it was returned with, and not a colleague's."""
    returns = report.events.filter(act=ReportAct.RETURNED).order_by("at", "pk")
    last = returns.values("actor", "note", "field_notes").last()
    return last == {"actor": request.user.pk, **notes}


@require_http_methods(GET_TOO)
@at_the_desk
def report_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a submitted report public, then show it where the public reads it."""
    try:
        report = report_for_review(request, pk)
    except Http404:
        return to_public_page(published_report(pk))  # published already: sent twice is done once
    if request.method != "POST":
        return redirect("report-review", pk)
    form = ActForm(request.POST)
    if not form.is_valid():
        review = review_of(request, report, refusal=str(CHANGED))
        return render_review(request, review, status=400)
    side, act_id = review_of(request, report).side, form.cleaned_data["act_id"]
    done = _("Published. Everyone can read it here.")
    try:
        refused = _moved(
            request,
            report,
            lambda: report.state == ReportState.PUBLISHED,
            done,
            lambda: publish_report(report, rights=side.rights, at=side.at, act_id=act_id),
        )
    except AlreadyDone:
        messages.success(request, done)
        refused = None
    return refused or to_public_page(report)


@keeps_typed
@require_http_methods(GET_TOO)
@at_the_desk
def report_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a submitted report for a set time."""
    report = _in_work(request, pk, report_for_review)
    review = review_of(request, report)
    if request.method != "POST":
        return _back(request, review, "schedule", _schedule_form)
    form = _schedule_form(request.POST)
    if not form.is_valid():
        review.forms["schedule"] = form
        return render_review(request, review, status=400)
    moment = form.moment(review.side.plan.time_zone)
    try:
        schedule_report(report, publish_at=moment, rights=review.side.rights, at=review.side.at)
    except Refusal as refusal:
        report.refresh_from_db()
        if report.publish_at != moment:
            refusal.fields.setdefault("day", refusal.fields.pop("publish_at", []))
            return answer_refusal(request, review, refusal, "schedule", form)
    messages.success(request, _("Approved. It becomes public at the time you set."))
    return redirect("report-review", pk)


@require_http_methods(GET_TOO)
@at_the_desk
def report_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the approval of a report whose time has not come."""
    report = _in_work(request, pk, report_for_review)
    if request.method == "POST":
        side = review_of(request, report).side
        refused = _moved(
            request,
            report,
            lambda: report.state == ReportState.SUBMITTED,
            _("Stopped: the report is not published by itself any more."),
            lambda: stop_publication(report, rights=side.rights, at=side.at),
        )
        if refused:
            return refused
    return redirect("report-review", pk)


@require_http_methods(GET_TOO)
@at_the_desk
def report_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the other side's coordinators read a submitted report before it is public."""
    report = _in_work(request, pk, report_for_review)
    if request.method == "POST":
        side = review_of(request, report).side
        refused = _moved(
            request,
            report,
            lambda: report.shared_at is not None,
            _("Shared: the other side’s coordinators can read it now."),
            lambda: share_report(report, rights=side.rights, at=side.at),
        )
        if refused:
            return refused
    return redirect("report-review", pk)


@keeps_typed
@require_http_methods(GET_TOO)
@at_the_desk
def report_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something to the authors: on one's own side, or on a report that is shared with it."""
    try:
        review = review_of(request, report_of_own_side(request, pk))
    except Http404:
        review = shared_review(request, _in_work(request, pk, report_shared))
    if request.method != "POST":
        return _back(request, review, "comment", _comment_form)
    form = _comment_form(request.POST)
    if not form.is_valid():
        review.forms["comment"] = form
        return render_review(request, review, status=400)
    try:
        comment_report(
            review.report,
            text=form.cleaned_data["text"],
            rights=review.side.rights,
            at=review.side.at,
            act_id=form.cleaned_data["act_id"],
        )
    except Refusal as refusal:
        return answer_refusal(request, review, refusal, "comment", form)
    messages.success(request, _("Your comment stands below."))
    return redirect("report-review", pk)


def _schedule_form(typed: Any) -> ScheduleForm:
    return ScheduleForm(typed, auto_id="schedule_%s")


def _comment_form(typed: Any) -> CommentForm:
    return CommentForm(typed, auto_id="comment_%s")

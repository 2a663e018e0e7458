"""The coordinator's part: the queue, a report as the public will see it, returned or published."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker.access import (
    coordinator_of,
    published_report,
    report_for_review,
    report_of_own_side,
)
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Forbidden, Refusal
from tracker.actions.reports import (
    facts_of,
    publish_report,
    return_report,
    submission_faults,
    withdraw_report,
)
from tracker.desk.checks import Check, checks, other_faults
from tracker.desk.entry import Side, at_the_desk, own_side, render_desk, side_of
from tracker.desk.links import form_url, public_url
from tracker.desk.reading import ReadReport
from tracker.desk.work import Work, WorkRow
from tracker.forms.reports import ActForm, ReturnForm
from tracker.models import Party, ReportEvent, StatusReport, Wording
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.vocabulary import Basis, Level, ReportAct, ReportState


@dataclass(frozen=True)
class Answer:
    """Another party's published report on which this side can concur or contest."""

    row: StandingRow
    party: Party
    report: StatusReport
    contest_url: str


@dataclass
class Queue:
    """What waits for a coordinator: own side's submitted reports, the other sides' to answer."""

    side: Side

    @cached_property
    def submitted(self) -> list[WorkRow]:
        groups = {group.key: group.rows for group in Work(self.side).groups}
        return groups.get("review", [])

    @cached_property
    def answers(self) -> list[Answer]:
        found = standings(self.side.asked).filter(
            commitment__reporting_parties=self.side.party,
            commitment__superseded_by__isnull=True,
            basis__in=[Basis.PARTIAL, Basis.DIFFER],
        )
        rows = rows_of(self.side.asked, found)
        reports = self._reports(rows)
        return [
            self._answer(row, position.party, reports[position.stored.report_id])
            for row in rows
            for position in row.positions
            if position.party != self.side.party
            and position.stored.is_compared
            and position.stored.report_id
        ]

    def _reports(self, rows: list[StandingRow]) -> dict[int, StatusReport]:
        keys = [position.stored.report_id for row in rows for position in row.positions]
        return StatusReport.objects.select_related("period", "commitment").in_bulk(
            [key for key in keys if key]
        )

    def _answer(self, row: StandingRow, party: Party, report: StatusReport) -> Answer:
        url = form_url(self.side.plan, self.side.party, row.commitment, contests=report)
        return Answer(row, party, report, url)


@dataclass
class Review:
    """One unpublished report of the own side, as the public will see it."""

    side: Side
    report: StatusReport
    return_form: ReturnForm = field(default_factory=ReturnForm)
    refusal: str = ""

    @property
    def read(self) -> ReadReport:
        return ReadReport(self.report)

    @cached_property
    def row(self) -> StandingRow | None:
        found = standings(self.side.asked).filter(commitment=self.report.commitment)
        return next(iter(rows_of(self.side.asked, found)), None)

    @property
    def act_form(self) -> ActForm:
        return ActForm(initial={"act_id": uuid.uuid4()}, auto_id=False)

    @cached_property
    def _wording(self) -> Wording | None:
        return self.row.standing.wording if self.row else None

    @cached_property
    def checks(self) -> list[Check]:
        """What the gate of the report's level finds."""
        if not self.report.level:
            return []
        facts = facts_of(self.report, self.side.at, self._wording)
        return checks(facts, Level(self.report.level))

    @cached_property
    def faults(self) -> list[str]:
        """What else stands against publishing."""
        found = submission_faults(self.report, self.side.at, self._wording)
        return [str(fault.sentence) for fault in other_faults(found, self.report.level)]

    @property
    def state(self) -> ReportState:
        return ReportState(self.report.state)

    @property
    def is_submitted(self) -> bool:
        return self.state is ReportState.SUBMITTED

    @cached_property
    def events(self) -> list[ReportEvent]:
        """Newest first; of saves by one person in a row only the last."""
        shown: list[ReportEvent] = []
        for event in self.report.events.select_related("actor").order_by("-at", "-pk"):
            if (
                shown
                and event.act == ReportAct.SAVED == shown[-1].act
                and event.actor == shown[-1].actor
            ):
                continue
            shown.append(event)
        return shown

    @cached_property
    def is_own_words(self) -> bool:
        """Whether the reader wrote in the report: then another coordinator publishes it."""
        held = self.side.rights.memberships[0].user_id
        saved = self.report.events.filter(act=ReportAct.SAVED, actor=held)
        return bool(self.report.author_id == held or saved.exists())

    @property
    def form_url(self) -> str:
        return form_url(self.side.plan, self.side.party, self.report.commitment, self.report.period)


@require_safe
@at_the_desk
def desk_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for the coordinator of a side."""
    side = own_side(request, slug)
    coordinator_of(request, side.party)
    context = {"queue": Queue(side), "side": side}
    return render_desk(request, "desk/queue.html", side.plan, context, current="desk-queue")


@require_safe
@at_the_desk
def report_review(request: HttpRequest, pk: int) -> HttpResponse:
    """A report of the own side before it is public; the public page once it is."""
    try:
        report = report_of_own_side(request, pk)
    except Http404:
        return _to_public_page(published_report(pk))
    return _render(request, _review(request, report))


def _review(request: HttpRequest, report: StatusReport, **more: Any) -> Review:
    return Review(side_of(request, report.commitment.plan, report.party), report, **more)


def _render(request: HttpRequest, review: Review, status: int = 200) -> HttpResponse:
    context = {"review": review, "side": review.side, "form": review.return_form}
    return render_desk(request, "desk/review.html", review.side.plan, context, status=status)


def _to_public_page(report: StatusReport) -> HttpResponse:
    return redirect(public_url(report.commitment.plan, report.commitment))


def _moved(
    request: HttpRequest,
    report: StatusReport,
    after: ReportState,
    sentence: str,
    act: Callable[[], Any],
    form: ReturnForm | None = None,
) -> HttpResponse | None:
    """Do an act on a report. A page that says why not, or None; done already counts as done."""
    try:
        act()
    except Refusal as refusal:
        report.refresh_from_db()
        if report.state != after:
            status = 403 if isinstance(refusal, Forbidden) else 409
            review = _review(request, report, refusal=str(refusal.sentence))
            if form is not None:
                review.return_form = form
            return _render(request, review, status=status)
    messages.success(request, sentence)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a submitted report back into work."""
    report = report_of_own_side(request, pk)
    if request.method != "POST":
        return redirect("report-review", pk)
    side = side_of(request, report.commitment.plan, report.party)
    refused = _moved(
        request,
        report,
        ReportState.DRAFT,
        _("Withdrawn: you can change the report again."),
        lambda: withdraw_report(report, rights=side.rights, at=side.at),
    )
    url = form_url(side.plan, side.party, report.commitment, report.period)
    return refused or redirect(url)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def report_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a submitted report back to its author with a note."""
    report = report_for_review(request, pk)
    if request.method != "POST":
        return redirect("report-review", pk)
    side = side_of(request, report.commitment.plan, report.party)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _render(request, _review(request, report, return_form=form), status=400)
    note = form.cleaned_data["note"]
    refused = _moved(
        request,
        report,
        ReportState.RETURNED,
        _("Returned to the author with your note."),
        lambda: return_report(report, note=note, rights=side.rights, at=side.at),
        form,
    )
    return refused or redirect("desk-queue", side.plan.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def report_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a submitted report public, then show it where the public reads it."""
    try:
        report = report_for_review(request, pk)
    except Http404:
        return _to_public_page(published_report(pk))  # published already: sent twice is done once
    if request.method != "POST":
        return redirect("report-review", pk)
    form = ActForm(request.POST)
    if not form.is_valid():
        refusal = _("This page was changed on its way. Press the button again.")
        return _render(request, _review(request, report, refusal=refusal), status=400)
    return _publish(request, report, form.cleaned_data["act_id"])


def _publish(request: HttpRequest, report: StatusReport, act_id: uuid.UUID) -> HttpResponse:
    side = side_of(request, report.commitment.plan, report.party)
    done = _("Published. Everyone can read it here.")
    try:
        refused = _moved(
            request,
            report,
            ReportState.PUBLISHED,
            done,
            lambda: publish_report(report, rights=side.rights, at=side.at, act_id=act_id),
        )
    except AlreadyDone:
        messages.success(request, done)
        refused = None
    return refused or _to_public_page(report)

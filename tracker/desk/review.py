"""A report before it is public: as the public will read it, with what was said and done so far."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tracker.access import published_report, report_of_own_side, report_shared
from tracker.actions.report_checks import facts_of, faults_of
from tracker.desk.checks import Check, checks, other_faults
from tracker.desk.entry import Side, at_the_desk, render_desk, side_of
from tracker.desk.kept import words_of
from tracker.desk.links import form_url, public_url
from tracker.desk.reading import ReadReport
from tracker.forms.reports import ActForm, CommentForm, ReturnForm, ScheduleForm
from tracker.models import ReportComment, ReportEvent, ReportSave, StatusReport, Wording
from tracker.models.reports import TEXTS
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.rules.gates import ReportFacts
from tracker.vocabulary import Level, ReportAct, ReportState


@dataclass(frozen=True)
class Step:
    """One thing that happened to the report."""

    at: dt.datetime
    words: str
    who: str
    note: str = ""


@dataclass
class Review:
    """One unpublished report, for its own side or for the side it is shared with.

    `mine` is false for the other side: it reads the text and comments, and sees nothing else.
    """

    side: Side
    report: StatusReport
    mine: bool = True
    refusal: str = ""
    forms: dict[str, Any] = field(default_factory=dict)  # those that came back with a fault

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

    @property
    def return_form(self) -> ReturnForm:
        return self.forms.get("return") or ReturnForm(texts=self.written)

    @property
    def schedule_form(self) -> ScheduleForm:
        return self.forms.get("schedule") or ScheduleForm(
            initial={"act_id": uuid.uuid4()}, auto_id="schedule_%s"
        )

    @property
    def comment_form(self) -> CommentForm:
        return self.forms.get("comment") or CommentForm(
            initial={"act_id": uuid.uuid4()}, auto_id="comment_%s"
        )

    @property
    def faulty_form(self) -> Any:
        """The form whose faults stand in the summary on top."""
        return next(iter(self.forms.values()), None)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed into a form for which it is too late: a note on a report withdrawn."""
        if self.is_submitted:
            return []
        late = [form for name, form in self.forms.items() if name != "comment"]
        return [pair for form in late for pair in words_of(form)]

    @property
    def written(self) -> list[str]:
        """Names of the texts that are written, on which a note can be made."""
        return [name for name in TEXTS if getattr(self.report, name)]

    @cached_property
    def _wording(self) -> Wording | None:
        return self.row.standing.wording if self.row else None

    @cached_property
    def _facts(self) -> ReportFacts:
        return facts_of(self.report, self.side.at, self._wording)

    @cached_property
    def checks(self) -> list[Check]:
        """What the gate of the report's level finds."""
        return checks(self._facts, Level(self.report.level)) if self.report.level else []

    @cached_property
    def faults(self) -> list[str]:
        """What else stands against publishing."""
        found = faults_of(self.report, self._facts)
        return [str(fault.sentence) for fault in other_faults(found, self.report.level)]

    @property
    def state(self) -> ReportState:
        return ReportState(self.report.state)

    @property
    def is_submitted(self) -> bool:
        return self.state is ReportState.SUBMITTED

    @property
    def is_scheduled(self) -> bool:
        return self.state is ReportState.SCHEDULED

    @property
    def decides(self) -> bool:
        """Whether the reader may publish or return it at all."""
        on_behalf = self.report.on_behalf and self.side.rights.as_secretariat() is not None
        return self.mine and (self.side.is_coordinator or on_behalf)

    @property
    def wants_sharing(self) -> bool:
        """A correction is shown to the other side before it is public."""
        return bool(self.report.corrects_id and not self.report.shared_at and self.side.others)

    @cached_property
    def comments(self) -> list[ReportComment]:
        """What was said. The other side sees its own words alone, not those within the side."""
        rows = self.report.comments.select_related("institution", "party", "author")
        if not self.mine:
            rows = rows.filter(party__in=self.side.rights.coordinated_parties)
        return list(rows)

    @cached_property
    def saves(self) -> list[ReportSave]:
        return list(self.report.saves.select_related("by").order_by("-version"))

    @cached_property
    def steps(self) -> list[Step]:
        """Newest first; of saves by one person in a row only the last."""
        events = self.report.events.select_related("actor").order_by("-at", "-pk")
        steps = [*self._saved(), *(_step(event) for event in events)]
        return sorted(steps, key=lambda step: step.at, reverse=True)

    def _saved(self) -> Iterator[Step]:
        by = None
        for save in self.saves:
            if save.by_id != by:
                yield Step(save.at, str(ReportAct.SAVED.label), str(save.by))
            by = save.by_id

    @cached_property
    def is_own_words(self) -> bool:
        """Whether the reader wrote in the report: then another coordinator publishes it."""
        held = self.side.rights.memberships[0].user_id
        return self.report.author_id == held or any(save.by_id == held for save in self.saves)

    @property
    def form_url(self) -> str:
        return form_url(
            self.side.plan,
            self.report.party,
            self.report.commitment,
            self.report.period,
            on_behalf=self.report.on_behalf,
        )


def _step(event: ReportEvent) -> Step:
    return Step(event.at, event.get_act_display(), str(event.actor), event.note)


@require_safe
@at_the_desk
def report_review(request: HttpRequest, pk: int) -> HttpResponse:
    """A report before it is public: of the own side, or shared with it. Public ones lead there."""
    try:
        return render_review(request, review_of(request, report_of_own_side(request, pk)))
    except Http404:
        pass
    try:
        return render_review(request, shared_review(request, report_shared(request, pk)))
    except Http404:
        return to_public_page(published_report(pk))


def review_of(request: HttpRequest, report: StatusReport, **more: Any) -> Review:
    return Review(side_of(request, report.commitment.plan, report.party), report, **more)


def shared_review(request: HttpRequest, report: StatusReport, **more: Any) -> Review:
    """The same for the other side: its own side of the plan, and the text."""
    side = side_of(request, report.commitment.plan, report.party)
    mine = [party for party in side.asked.parties if side.rights.as_coordinator(party)]
    return Review(side_of(request, side.plan, mine[0]), report, mine=False, **more)


def render_review(request: HttpRequest, review: Review, status: int = 200) -> HttpResponse:
    template = "desk/review.html" if review.mine else "desk/shared.html"
    context = {"review": review, "side": review.side, "form": review.faulty_form}
    return render_desk(request, template, review.side.plan, context, status=status)


def to_public_page(report: StatusReport) -> HttpResponse:
    return redirect(public_url(report.commitment.plan, report.commitment))

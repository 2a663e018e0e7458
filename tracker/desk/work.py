"""My work: what waits for a person, grouped by what it needs, one click from the form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.desk.dues import Dues, dues_of
from tracker.desk.entry import Side, at_the_desk, own_side, render_desk
from tracker.desk.links import form_url, period_key
from tracker.models import ReportEvent, ReportingPeriod, StatusReport
from tracker.public.standings import PositionRow, StandingRow, rows_of, standings
from tracker.vocabulary import Basis, ReportAct, ReportState


@dataclass(frozen=True)
class WorkRow:
    """One thing to do. `report` where one of the own side is in work already."""

    row: StandingRow
    position: PositionRow
    period: ReportingPeriod | None
    url: str
    act: str
    report: StatusReport | None = None
    note: str = ""
    is_late: bool = False
    is_contested: bool = False
    no_change_url: str = ""  # where the side has reported before and nothing is in work

    @property
    def order(self) -> tuple[dt.date, bool, int, int]:
        """By due date; within it what is stale first, then the oldest report."""
        due = self.period.due_on if self.period else dt.date.max
        age = -(self.position.age or 0)
        return (due, not self.position.is_stale, age, self.row.standing.position)


@dataclass
class WorkGroup:
    """What is needed, in words, and the rows that need it."""

    key: str
    title: str
    rows: list[WorkRow] = field(default_factory=list)


@dataclass
class Work:
    """Everything one person has to do for one side of a plan. Seven queries."""

    side: Side

    @cached_property
    def groups(self) -> list[WorkGroup]:
        """The groups that have rows, what is urgent first."""
        groups = [
            WorkGroup("returned", _("Returned to you"), sorted(self._returned(), key=_order)),
            WorkGroup("review", _("Waiting for your review"), self.review),
            WorkGroup("due", _("Reports due"), sorted(self._due(), key=_order)),
            WorkGroup(
                "differ", _("Contested, or positions differ"), sorted(self._differ(), key=_order)
            ),
            WorkGroup("stale", _("Stale"), sorted(self._stale(), key=_order)),
        ]
        return [group for group in groups if group.rows]

    @property
    def review(self) -> list[WorkRow]:
        """What a coordinator is to read and decide on."""
        return sorted(self._review(), key=_order)

    @property
    def scheduled(self) -> list[StatusReport]:
        """Approved reports whose time has not come."""
        reports = (report for reports in self._open.values() for report in reports)
        waiting = [report for report in reports if report.state == ReportState.SCHEDULED]
        return sorted(waiting, key=lambda report: (report.publish_at or self.side.at, report.pk))

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @cached_property
    def _dues(self) -> Dues:
        return dues_of(self.side)

    @cached_property
    def _rows(self) -> list[StandingRow]:
        mine = self.side.rights.commitments_to_report(self.side.plan, self.side.party)
        found = standings(self.side.asked).filter(
            commitment__in=mine.filter(superseded_by__isnull=True).order_by()
        )
        return rows_of(self.side.asked, found)

    @cached_property
    def _open(self) -> dict[int, list[StatusReport]]:
        """Reports of the own side in work, by commitment."""
        reports: dict[int, list[StatusReport]] = {}
        unpublished = self.side.rights.unpublished_reports().select_related("period", "commitment")
        for report in unpublished.filter(party=self.side.party, commitment__plan=self.side.plan):
            reports.setdefault(report.commitment_id, []).append(report)
        return reports

    @cached_property
    def _published(self) -> frozenset[tuple[int, int]]:
        """(commitment, period) for which the party has published."""
        reports = StatusReport.objects.published().filter(
            party=self.side.party, period__in=self._dues.owed
        )
        return frozenset(reports.order_by().values_list("commitment", "period"))

    @cached_property
    def _notes(self) -> dict[int, str]:
        """The last note of the coordinator, by report."""
        returned = [
            report.pk for reports in self._open.values() for report in reports
            if report.state == ReportState.RETURNED
        ]  # fmt: skip
        events = ReportEvent.objects.filter(report__in=returned, act=ReportAct.RETURNED)
        return dict(events.order_by("at", "pk").values_list("report", "note"))

    @cached_property
    def _contested(self) -> frozenset[int]:
        """Commitments on which another party contests a report of ours."""
        latest = [
            position.stored.report_id for row in self._rows for position in row.positions
            if position.stored.report_id
        ]  # fmt: skip
        contests = StatusReport.objects.filter(pk__in=latest, contests__party=self.side.party)
        return frozenset(contests.order_by().values_list("commitment", flat=True))

    def _in_state(self, state: ReportState) -> Iterator[tuple[StandingRow, StatusReport]]:
        for row in self._rows:
            for report in self._open.get(row.commitment.pk, []):
                if report.state == state:
                    yield row, report

    def _returned(self) -> Iterator[WorkRow]:
        for row, report in self._in_state(ReportState.RETURNED):
            note = self._notes.get(report.pk, "")
            yield self._work(row, report.period, _("Mend the report"), report, note=note)

    def _review(self) -> Iterator[WorkRow]:
        if not self.side.is_coordinator:
            return
        for row, report in self._in_state(ReportState.SUBMITTED):
            yield WorkRow(
                row=row,
                position=self._position(row),
                period=report.period,
                url=reverse("report-review", args=[report.pk]),
                act=_("Read and decide"),
                report=report,
            )

    def _due(self) -> Iterator[WorkRow]:
        for row in self._rows:
            position = self._position(row)
            open_reports = {
                report.period_id: report for report in self._open.get(row.commitment.pk, [])
            }
            for period in self._owed_on(row, position):
                report = open_reports.get(period.pk)
                if report and report.state != ReportState.DRAFT:
                    continue  # it stands among what was returned or is to be reviewed
                act = _("Go on with the draft") if report else _("Write the report")
                yield self._work(row, period, act, report, is_late=self._dues.is_late(period))

    def _owed_on(self, row: StandingRow, position: PositionRow) -> list[ReportingPeriod]:
        if not self._dues.first_owed(position.level, ()):
            return []
        return [
            period
            for period in self._dues.owed
            if (row.commitment.pk, period.pk) not in self._published
        ]

    def _differ(self) -> Iterator[WorkRow]:
        for row in self._rows:
            contested = row.commitment.pk in self._contested
            if contested or row.basis is Basis.DIFFER:
                yield self._work(row, None, _("Answer with a report"), is_contested=contested)

    def _stale(self) -> Iterator[WorkRow]:
        for row in self._rows:
            if self._position(row).is_stale:
                yield self._work(row, None, _("Write the report"))

    def _position(self, row: StandingRow) -> PositionRow:
        return row.position_of(self.side.party)

    def _work(
        self,
        row: StandingRow,
        period: ReportingPeriod | None,
        act: str,
        report: StatusReport | None = None,
        *,
        note: str = "",
        is_late: bool = False,
        is_contested: bool = False,
    ) -> WorkRow:
        return WorkRow(
            row=row,
            position=self._position(row),
            period=period,
            url=form_url(self.side.plan, self.side.party, row.commitment, period),
            act=act,
            report=report,
            note=note,
            is_late=is_late,
            is_contested=is_contested,
            no_change_url=self._no_change_url(row, period) if period and not report else "",
        )

    def _no_change_url(self, row: StandingRow, period: ReportingPeriod) -> str:
        last = self._position(row).stored.period
        if last is None or last.starts_on >= period.starts_on:
            return ""
        address = reverse(
            "report-no-change",
            args=[self.side.plan.slug, self.side.party.code, row.commitment.reference],
        )
        return f"{address}?period={period_key(period)}"


@require_safe
@at_the_desk
def desk_work(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for the person who is signed in."""
    side = own_side(request, slug)
    context = {"work": Work(side), "side": side}
    return render_desk(request, "desk/work.html", side.plan, context, current="desk-work")


def _order(row: WorkRow) -> tuple[dt.date, bool, int, int]:
    return row.order

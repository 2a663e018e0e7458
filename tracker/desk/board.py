"""The board: every commitment of a party by quarter, to the end of the plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.desk.dues import Dues, dues_of
from tracker.desk.entry import Side, at_the_desk, own_side, render_desk
from tracker.desk.links import form_url, public_url
from tracker.filters.board import BoardFilter
from tracker.models import (
    Commitment,
    ReportingPeriod,
    Standing,
    StandingPosition,
    StatusReport,
)
from tracker.public.standings import PositionRow, row_of
from tracker.vocabulary import Level, ReportAct, ReportState

# Short enough for a column of quarters.
WORDS = {
    ReportState.DRAFT: ReportState.DRAFT.label,
    ReportState.SUBMITTED: ReportState.SUBMITTED.label,
    ReportState.RETURNED: ReportAct.RETURNED.label,
}

# commitment, period: what the party has said or is about to say
ByQuarter = dict[int, dict[int, str]]


@dataclass(frozen=True)
class Cell:
    """One quarter of one commitment: a published level, a report in work, or why there is none."""

    kind: str  # level, work, missed, due, before, none
    period: ReportingPeriod
    level: str = ""
    word: str = ""
    is_now: bool = False
    url: str = ""


@dataclass(frozen=True)
class BoardRow:
    """A commitment with the party's position and its quarters."""

    commitment: Commitment
    title: str
    position: PositionRow
    due: ReportingPeriod | None
    is_late: bool
    cells: list[Cell]
    url: str
    may_report: bool


@dataclass
class Board:
    """What the page shows. Eight queries, whatever the number of rows."""

    side: Side
    data: QueryDict

    @cached_property
    def dues(self) -> Dues:
        return dues_of(self.side)

    @cached_property
    def filter(self) -> BoardFilter:
        return BoardFilter(
            self.data,
            Commitment.objects.filter(plan=self.side.plan, reporting_parties=self.side.party),
            plan=self.side.plan,
            party=self.side.party,
            unpublished=self.side.rights.unpublished_reports(),
            owed=self.dues.owed,
            late=[period for period in self.dues.owed if self.dues.is_late(period)],
        )

    @property
    def years(self) -> list[tuple[int, int]]:
        """Each year with the number of its quarters: the head of the table."""
        counts: dict[int, int] = {}
        for period in self.dues.periods:
            counts[period.year] = counts.get(period.year, 0) + 1
        return list(counts.items())

    @property
    def now(self) -> ReportingPeriod | None:
        """The quarter that runs today."""
        return next((one for one in self.dues.periods if self.dues.is_running(one)), None)

    @property
    def width(self) -> int:
        """Columns of the table."""
        return 5 + len(self.dues.periods)

    @cached_property
    def rows(self) -> list[BoardRow]:
        return [self._row(standing) for standing in self._standings]

    @property
    def groups(self) -> list[tuple[str, list[BoardRow]]]:
        """Rows by pillar and area, in the plan's order."""
        groups: dict[str, list[BoardRow]] = {}
        for row in self.rows:
            groups.setdefault(group_title(row.commitment), []).append(row)
        return list(groups.items())

    @property
    def chips(self) -> list[dict[str, str]]:
        """The filters that are on, each with the address without it."""
        return [
            {
                "label": str(self.filter.form.fields[name].label),
                "value": _choice_label(self.filter, name, value),
                "url": _without(self.data, name),
            }
            for name, value in self.filter.form.cleaned_data.items()
            if value
        ]

    @property
    def _standings(self) -> QuerySet[Standing]:
        mine = StandingPosition.objects.filter(party=self.side.party).with_next_due()
        return (
            Standing.objects.open()
            .filter(commitment__in=self.filter.qs)
            .select_related("wording", "commitment__pillar", "commitment__area", "period")
            .prefetch_related(Prefetch("positions", queryset=mine))
        )

    @cached_property
    def _published(self) -> ByQuarter:
        reports = StatusReport.objects.published().filter(
            party=self.side.party, commitment__plan=self.side.plan
        )
        return _by_quarter(
            reports.order_by("published_at", "pk").values_list("commitment", "period", "level")
        )

    @cached_property
    def _in_work(self) -> ByQuarter:
        reports = self.side.rights.unpublished_reports().filter(
            party=self.side.party, commitment__plan=self.side.plan
        )
        return _by_quarter(reports.order_by().values_list("commitment", "period", "state"))

    @cached_property
    def _mine(self) -> frozenset[int]:
        allowed = self.side.rights.commitments_to_report(self.side.plan, self.side.party)
        return frozenset(allowed.order_by().values_list("pk", flat=True))

    def _row(self, standing: Standing) -> BoardRow:
        commitment, plan = standing.commitment, self.side.plan
        published = self._published.get(commitment.pk, {})
        position = row_of(self.side.asked, standing).positions[0]
        due = self.dues.first_owed(position.level, published)
        if commitment.superseded_by_id:
            due = None
        may_report = commitment.pk in self._mine
        address = (
            form_url(plan, self.side.party, commitment, due)
            if may_report and not commitment.superseded_by_id
            else public_url(plan, commitment)
        )
        return BoardRow(
            commitment=commitment,
            title=standing.wording.title,
            position=position,
            due=due,
            is_late=due is not None and self.dues.is_late(due),
            cells=[self._cell(commitment, period, due) for period in self.dues.periods],
            url=address,
            may_report=may_report,
        )

    def _cell(
        self, commitment: Commitment, period: ReportingPeriod, due: ReportingPeriod | None
    ) -> Cell:
        level = self._published.get(commitment.pk, {}).get(period.pk, "")
        state = self._in_work.get(commitment.pk, {}).get(period.pk, "")
        now = self.dues.is_running(period)
        if state:
            url = form_url(self.side.plan, self.side.party, commitment, period)
            word = str(WORDS[ReportState(state)])
            return Cell("work", period, level, word, is_now=now, url=url)
        if level:
            return Cell("level", period, level, str(Level(level).label), is_now=now)
        if period.starts_on > self.side.day or commitment.superseded_by_id:
            return Cell("none", period, is_now=now)
        if self.dues.is_before_record(period):
            return Cell("before", period, is_now=now)
        if due is None:
            return Cell("none", period, is_now=now)
        kind = "missed" if period.due_on < self.side.day else "due"
        return Cell(kind, period, is_now=now)


@require_safe
@at_the_desk
def desk_board(request: HttpRequest, slug: str) -> HttpResponse:
    """Every commitment of the person's party, narrowed by the filters in the address."""
    board = Board(own_side(request, slug), request.GET)
    faulty = [str(board.filter.form.fields[name].label) for name in board.filter.form.errors]
    if faulty:
        message = _("The address asks for something unknown: %(names)s.") % {
            "names": ", ".join(faulty)
        }
        return render(request, "errors/400.html", {"message": message}, status=400)
    context: dict[str, Any] = {"board": board, "side": board.side}
    return render_desk(request, "desk/board.html", board.side.plan, context, current="desk-board")


def group_title(commitment: Commitment) -> str:
    """Pillar and area, or the area alone for what stands across the plan."""
    parts = [commitment.pillar, commitment.area]
    return " · ".join(str(part) for part in parts if part) or _("Across the plan")


def _by_quarter(rows: Any) -> ByQuarter:
    found: ByQuarter = defaultdict(dict)
    for commitment, period, value in rows:
        found[commitment][period] = value
    return found


def _choice_label(board_filter: BoardFilter, name: str, value: str) -> str:
    choices: Any = board_filter.form.fields[name].choices
    return next((str(label) for key, label in choices if str(key) == value), value)


def _without(data: QueryDict, name: str) -> str:
    rest = data.copy()
    rest.pop(name, None)
    return f"?{rest.urlencode()}"

"""The timeline to the plan's end: when each commitment falls due, and when the two sides met."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Min
from django.http import HttpRequest, HttpResponse

from tracker.models import (
    AgendaItem,
    MeetingVersion,
    Milestone,
    Pillar,
    PriorityArea,
    Wording,
)
from tracker.public.pages import Asked, public_page, render_page
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.public.timeline_drawing import Drawing, draw
from tracker.rules.dates import day_of
from tracker.vocabulary import InferenceBasis, Kind, Qualifier


@dataclass
class TimelineRow:
    """One commitment with its dates: target, steps, and meetings that dealt with it."""

    row: StandingRow
    since: dt.date
    steps: list[Milestone] = field(default_factory=list)
    meetings: list[MeetingVersion] = field(default_factory=list)

    @property
    def is_continuing(self) -> bool:
        return self.row.standing.kind == Kind.CONTINUING

    @property
    def is_context(self) -> bool:
        """Nothing is promised: drawn without a level and never as late."""
        return self.row.standing.kind == Kind.CONTEXT

    @property
    def lasts(self) -> bool:
        """Something that goes on until its date, and is not done on it."""
        inferred = self.row.standing.wording.target_basis == InferenceBasis.INFERRED
        by = self.row.target.qualifier == Qualifier.BY
        return bool(self.row.target) and (inferred or (self.is_continuing and by))

    @property
    def is_dated(self) -> bool:
        return bool(self.row.target) or any(step.due for step in self.steps)

    @property
    def is_met(self) -> bool:
        """It continues, and what can be dated of it are the meetings that dealt with it."""
        return self.is_continuing and not self.is_dated and any(m.held for m in self.meetings)

    @property
    def is_drawn(self) -> bool:
        return self.is_dated or self.is_met


@dataclass
class TimelineGroup:
    """A pillar, or an area across the plan, with its rows."""

    pillar: Pillar | None
    area: PriorityArea | None
    rows: list[TimelineRow] = field(default_factory=list)

    @property
    def drawn(self) -> list[TimelineRow]:
        return [row for row in self.rows if row.is_drawn]

    @property
    def rest(self) -> int:
        """How many have no date in the source: counted, never drawn as a bar to the end."""
        return len(self.rows) - len(self.drawn)


@dataclass
class Timeline:
    """All that the page says and draws."""

    groups: list[TimelineGroup]
    drawing: Drawing

    @property
    def rows(self) -> list[TimelineRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def dated(self) -> int:
        return sum(row.is_dated for row in self.rows)

    @property
    def met(self) -> int:
        return sum(row.is_met for row in self.rows)


def build_timeline(asked: Asked) -> Timeline:
    rows = timeline_rows(asked)
    groups = groups_of(rows)
    return Timeline(groups, draw(asked.plan, asked.day, groups))


def timeline_rows(asked: Asked) -> list[TimelineRow]:
    """Every commitment in the plan's order. Six queries, whatever their number."""
    steps, meetings, since = _steps(asked), _meetings(asked), _since(asked)
    rows = rows_of(asked, standings(asked))
    return [
        TimelineRow(
            row,
            since.get(row.commitment.pk, asked.plan.announced_on),
            steps[row.commitment.pk],
            meetings[row.commitment.pk],
        )
        for row in rows
    ]


def groups_of(rows: Sequence[TimelineRow]) -> list[TimelineGroup]:
    """Rows by pillar, or by area where they stand across the plan, in the plan's order."""
    groups: dict[tuple[int | None, int | None], TimelineGroup] = {}
    for row in rows:
        pillar, area = row.row.standing.pillar, row.row.standing.area
        key = (pillar.pk, None) if pillar else (None, area.pk if area else None)
        groups.setdefault(key, TimelineGroup(pillar, None if pillar else area)).rows.append(row)
    return list(groups.values())


def last_named_day(timeline: Timeline, axis_ends_on: dt.date) -> dt.date | None:
    """The last day any source allows for a date, the plan's own end apart."""
    dates = [row.row.target for row in timeline.rows]
    dates += [step.due for row in timeline.rows for step in row.steps]
    ends = [date.end for date in dates if date.end and date.end < axis_ends_on]
    return max(ends, default=None)


def _steps(asked: Asked) -> Mapping[int, list[Milestone]]:
    found = defaultdict(list)
    for step in asked.public(Milestone.objects.filter(commitment__plan=asked.plan)):
        found[step.commitment_id].append(step)
    return found


def _meetings(asked: Asked) -> Mapping[int, list[MeetingVersion]]:
    """Meetings by commitment, in the order of their days."""
    versions = asked.public(MeetingVersion.objects.filter(meeting__plan=asked.plan))
    public = {row.meeting_id: row for row in versions.select_related("meeting")}
    items = asked.public(AgendaItem.objects.filter(meeting__plan=asked.plan))
    found = defaultdict(list)
    for commitment, meeting in items.values_list("commitment", "meeting"):
        if meeting in public:
            found[commitment].append(public[meeting])
    for rows in found.values():
        rows.sort(key=lambda row: (row.held.end or dt.date.max, row.meeting.slug))
    return found


def _since(asked: Asked) -> dict[int, dt.date]:
    """The day from which each commitment is public: its first wording's."""
    wordings = Wording.objects.filter(commitment__plan=asked.plan).order_by()
    first = wordings.values_list("commitment").annotate(first=Min("public_from"))
    return {key: day_of(moment, asked.plan.time_zone) for key, moment in first}


@public_page()
def timeline(request: HttpRequest, asked: Asked) -> HttpResponse:
    built = build_timeline(asked)
    context = {
        "timeline": built,
        "last_named": last_named_day(built, asked.plan.axis_ends_on),
    }
    return render_page(request, "public/timeline.html", asked, context, current="plan-timeline")

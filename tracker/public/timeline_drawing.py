"""Where everything on the timeline stands: pixels and shapes, no HTML.

Rows are 25 px high, the axis above them takes 51 (docs/visual.md): the labels beside the drawing
rely on both. Places are whole pixels, which are written alike in every language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tracker.models import MeetingVersion, Milestone, Plan
from tracker.public.timeline_axis import (
    TODAY_LABEL,
    WIDTH,
    Axis,
    Division,
    beside_today,
    divisions_of,
)
from tracker.rules.date_words import source_date_words
from tracker.rules.dates import SourceDate
from tracker.vocabulary import (
    Flag,
    Level,
    MeetingLevel,
    MeetingState,
    MilestoneState,
    Qualifier,
)

if TYPE_CHECKING:
    from tracker.public.timeline import TimelineGroup, TimelineRow

HEAD, ROW = 51, 25
LONGEST_LABEL = 215  # pixels that "date passed, outcome unknown" needs in the longest language
CROSS = 8  # pixels
TICKS = {"tall": 16, "middle": 11, "short": 7}
NOT_HELD = (
    MeetingState.NOT_HELD,
    MeetingState.NOT_CONFIRMED,
    MeetingState.CANCELLED,
    MeetingState.POSTPONED,
)
PASSED = (Flag.OVERDUE, Flag.OUTCOME_UNKNOWN)


@dataclass(frozen=True)
class Mark:
    """One shape. `kind` names the shape, `tone` the level, `label` stands beside it."""

    kind: str
    x: int
    y: int
    width: int = 0
    height: int = 0
    tone: str = ""
    is_reading: bool = False
    is_attention: bool = False
    label: str = ""
    label_x: int = 0
    anchor: str = "start"

    @property
    def top(self) -> int:
        return self.y - self.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(frozen=True)
class Line:
    """The upper edge of a row; `is_group` opens a pillar, `is_rest` has no date."""

    y: int
    is_group: bool = False
    is_rest: bool = False

    @property
    def middle(self) -> int:
        return self.y + ROW // 2


@dataclass(frozen=True)
class Drawing:
    """The whole picture."""

    height: int
    divisions: list[Division]
    lines: list[Line]
    marks: list[Mark]
    today_x: int
    today_anchor: str
    width: int = WIDTH

    @property
    def kinds(self) -> set[str]:
        """Shapes that occur: the key explains these alone."""
        return {mark.kind for mark in self.marks}

    @property
    def has_readings(self) -> bool:
        return any(mark.is_reading for mark in self.marks)

    @property
    def has_reports(self) -> bool:
        return any(mark.kind == "act" and not mark.is_reading for mark in self.marks)

    @property
    def has_attention(self) -> bool:
        return any(mark.is_attention for mark in self.marks)


def draw(plan: Plan, day: dt.date, groups: Sequence[TimelineGroup]) -> Drawing:
    """The drawing of a plan on a day."""
    axis = Axis(plan.announced_on.replace(day=1), plan.axis_ends_on)
    lines: list[Line] = []
    marks: list[Mark] = []
    y = HEAD
    for group in groups:
        lines.append(Line(y, is_group=True))
        for row in group.drawn:
            y += ROW
            lines.append(Line(y))
            marks += [_labelled(mark) for mark in marks_of(row, axis, day, y + ROW // 2)]
        if group.rest:
            y += ROW
            lines.append(Line(y, is_rest=True))
        y += ROW
    today = axis.x(day)
    anchor = "end" if today > TODAY_LABEL else "start"
    divisions = [beside_today(one, today, anchor) for one in divisions_of(axis)]
    return Drawing(y, divisions, lines, marks, today, anchor)


def marks_of(row: TimelineRow, axis: Axis, day: dt.date, y: int) -> list[Mark]:
    """The shapes of one commitment, those that lie below first."""
    marks = _target(row, axis, y) if row.row.target else []
    marks += [
        _step(row, step, axis, day, y)
        for step in row.steps
        if step.due and step.due.end != row.row.target.end and not _is_start(row, step)
    ]
    if row.is_continuing and not row.lasts:
        marks += [_meeting(meeting, axis, y) for meeting in row.meetings if meeting.held]
    return _beside_ticks(marks)


def _beside_ticks(marks: Sequence[Mark]) -> list[Mark]:
    """A cross gives way to a tick of the same day, so that both are seen."""
    ticks = [mark.x for mark in marks if mark.kind == "meeting"]
    return [
        replace(mark, x=mark.x + CROSS)
        if mark.kind == "cross" and any(abs(mark.x - x) < CROSS for x in ticks)
        else mark
        for mark in marks
    ]


def _target(row: TimelineRow, axis: Axis, y: int) -> list[Mark]:
    """The target date: what goes on until it, what is known only roughly, or a dated act."""
    target = row.row.target
    start, end = _days(target)
    left, right = axis.x(start), axis.after(end)
    if row.is_context:
        return [_span("context", left, right, y)]
    if row.lasts:
        return _lasting(row, axis, y)
    passed = next((raised.flag for raised in row.row.flags if raised.flag in PASSED), None)
    words = _passed_words(passed)
    if target.is_soft:
        mark = _span("soft", left, right, y)
        words = words or source_date_words(target)
    elif _is_reached(row):
        mark = _span("act", left, right, y, _tone(row), row.row.is_reading)
    else:
        mark = Mark("due", axis.x(end), y, width=10, height=10)
    return [replace(mark, label=words, is_attention=bool(passed))]


def _lasting(row: TimelineRow, axis: Axis, y: int) -> list[Mark]:
    """A bar until the day; where only a year is known, dotted through that year."""
    start, end = _days(row.row.target)
    since, reading = axis.x(row.since), row.row.is_reading
    if not row.row.target.is_soft:
        bar = _span("bar", since, axis.after(end), y, _tone(row), reading)
        return [replace(bar, label=_("end inferred"))]
    sure = max(axis.x(start), since)
    rest = Mark("open-end", sure, y, width=axis.after(end) - sure)
    return [_span("bar", since, sure, y, _tone(row), reading), rest]


def _is_reached(row: TimelineRow) -> bool:
    """Whether something shows that it happened on its date: a final level, or a step done then."""
    level = row.row.standing.level
    if level and Level(level).is_final:
        return True
    return any(_is_start(row, step) for step in row.steps)


def _is_start(row: TimelineRow, step: Milestone) -> bool:
    """A step done within the target's own days: the same mark shows both."""
    start, end = _days(row.row.target) if row.row.target else (None, None)
    day = step.due.start
    if start is None or end is None or day is None or row.row.target.is_soft:
        return False
    return step.state == MilestoneState.DONE and start <= day <= end


def _step(row: TimelineRow, step: Milestone, axis: Axis, day: dt.date, y: int) -> Mark:
    """A dated step on the way: done, or not shown as done."""
    start, end = _days(step.due)
    if row.is_context:
        return Mark("context", axis.x(start), y, width=6, height=10)
    if step.due.is_soft:
        return _span("soft", axis.x(start), axis.after(end), y)
    if step.state == MilestoneState.DONE:
        return Mark("step", axis.x(start), y, width=8, height=8)
    return Mark("due", axis.x(end), y, width=10, height=10, is_attention=step.due.passed(day))


def _meeting(meeting: MeetingVersion, axis: Axis, y: int) -> Mark:
    """A tick as tall as those who met are high; a cross where they did not meet."""
    start, end = _days(meeting.held)
    loose = meeting.held.qualifier in (Qualifier.BY, Qualifier.BEFORE, Qualifier.REPORTED)
    x = axis.x(end if loose else start)
    if meeting.state in NOT_HELD:
        return Mark("cross", x, y, width=CROSS, height=CROSS)
    height = TICKS[MeetingLevel(meeting.level).tone]
    kind = "meeting" if meeting.state == MeetingState.HELD else "planned"
    return Mark(kind, x, y, height=height)


def _span(
    kind: str, left: int, right: int, y: int, tone: str = "", is_reading: bool = False
) -> Mark:
    return Mark(kind, left, y, max(right - left, 9), 10, tone, is_reading)


def _labelled(mark: Mark) -> Mark:
    """Beside its right edge; beside the left one where the drawing ends."""
    if not mark.label:
        return mark
    half = mark.width // 2 if mark.kind == "due" else 0
    right = mark.right - half + 6
    if right + LONGEST_LABEL <= WIDTH:
        return replace(mark, label_x=right)
    return replace(mark, label_x=mark.x - half - 6, anchor="end")


def _passed_words(flag: Flag | None) -> str:
    if flag is None:
        return ""
    return _("overdue") if flag is Flag.OVERDUE else _("date passed, outcome unknown")


def _tone(row: TimelineRow) -> str:
    level = row.row.standing.level
    return Level(level).tone if level else "none"


def _days(date: SourceDate) -> tuple[dt.date, dt.date]:
    """First and last day of a date that is known."""
    if date.start is None or date.end is None:
        raise ValueError("an unknown date has no place on the axis")
    return date.start, date.end

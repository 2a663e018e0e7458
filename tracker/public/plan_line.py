"""The plan's line: meetings and dated steps from the launch to the end of the axis. One query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.models import MeetingVersion, Milestone
from tracker.models.columns import language_now
from tracker.public.drawing import Axis, Label, Rows
from tracker.public.pages import Asked
from tracker.rules.date_words import day_words, source_date_words
from tracker.rules.dates import SourceDate
from tracker.vocabulary import (
    LANGUAGES,
    MeetingLevel,
    MeetingState,
    MilestoneState,
    Precision,
    Qualifier,
)

MEETING, STEP = "meeting", "step"
NOT_HELD = (MeetingState.NOT_HELD, MeetingState.CANCELLED, MeetingState.NOT_CONFIRMED)
HEIGHTS = {"tall": 20, "middle": 14, "short": 8}
WIDE, NARROW = 1000, 288  # pixels at the least
UP = 62  # pixels from the top to the line
ABOVE, BELOW = (1, 0), (0, 1)  # rows of labels, the nearest to the line first
COLUMNS = ("what", "name", "state", "start", "end", "precision", "qualifier", "address")


@dataclass
class Mark:
    """A meeting or a dated step, where it stands and what is said of it."""

    what: str
    title: str
    date: SourceDate
    day: dt.date
    url: str
    level: str = ""
    state: str = ""

    @property
    def is_meeting(self) -> bool:
        return self.what == MEETING

    @property
    def is_done(self) -> bool:
        return self.state in (MeetingState.HELD, MilestoneState.DONE)

    @property
    def is_cross(self) -> bool:
        return self.is_meeting and self.state in NOT_HELD

    @property
    def height(self) -> int:
        return HEIGHTS[MeetingLevel(self.level).tone]

    @property
    def kind(self) -> str:
        """In words, for the table: "Meeting, ministers" or "Dated step"."""
        if self.is_meeting:
            return _("Meeting: %(level)s") % {"level": MeetingLevel(self.level).label}
        return _("Dated step")

    @property
    def state_words(self) -> str:
        if self.is_meeting:
            return str(MeetingState(self.state).label)
        return str(MilestoneState(self.state).label)


@dataclass
class Placed:
    """A mark on the drawing."""

    mark: Mark
    x: str


@dataclass
class Drawing:
    """One drawing of the line; the template only writes it down."""

    key: str
    axis: Axis
    marks: list[Placed]
    above: list[Label]
    below: list[Label]
    today: str
    today_label: Label
    end_label: bool
    years: list[tuple[str, int]]
    quarters: list[str]
    start: str
    open_from: str
    end: str

    @property
    def height(self) -> int:
        return UP + (66 if self.below else 30)

    @property
    def line(self) -> int:
        return UP


@dataclass
class PlanLine:
    """Marks in the order of their days, with a wide and a narrow drawing."""

    marks: list[Mark]
    drawings: list[Drawing]


def build_plan_line(asked: Asked) -> PlanLine:
    marks = sorted(_marks(asked), key=lambda mark: (mark.day, mark.what, mark.title, mark.url))
    return PlanLine(marks, [_draw(asked, marks, WIDE), _draw(asked, marks, NARROW)])


def _marks(asked: Asked) -> list[Mark]:
    language = language_now()
    columns = [*COLUMNS, *[f"words_{code}" for code in LANGUAGES]]
    meetings, steps = _meetings(asked), _steps(asked)
    found = [
        dict(zip(columns, values, strict=True))
        for values in meetings.values_list(*columns).union(steps.values_list(*columns), all=True)
    ]
    return [_mark(asked, row, language) for row in found]


def _meetings(asked: Asked) -> Any:
    rows = asked.public(MeetingVersion.objects.filter(meeting__plan=asked.plan))
    return (
        rows.filter(held_from__isnull=False)
        .order_by()
        .annotate(
            what=Value(MEETING, CharField()),
            name=F("level"),
            start=F("held_from"),
            end=F("held_to"),
            precision=F("held_precision"),
            qualifier=F("held_qualifier"),
            address=F("meeting__slug"),
            **{f"words_{code}": F(f"title_{code}") for code in LANGUAGES},
        )
    )


def _steps(asked: Asked) -> Any:
    rows = asked.public(Milestone.objects.filter(commitment__plan=asked.plan))
    return (
        rows.filter(is_on_plan_line=True, due_from__isnull=False)
        .order_by()
        .annotate(
            what=Value(STEP, CharField()),
            name=Value("", CharField()),
            start=F("due_from"),
            end=F("due_to"),
            precision=F("due_precision"),
            qualifier=F("due_qualifier"),
            address=F("commitment__reference"),
            **{f"words_{code}": F(f"title_{code}") for code in LANGUAGES},
        )
    )


def _mark(asked: Asked, row: dict[str, Any], language: str) -> Mark:
    date = SourceDate(
        row["start"], row["end"], Precision(row["precision"]), Qualifier(row["qualifier"])
    )
    by_end = date.qualifier in (Qualifier.BY, Qualifier.BEFORE)
    page = "meeting-detail" if row["what"] == MEETING else "commitment-detail"
    titles = [row[f"words_{code}"] for code in (language, *LANGUAGES)]
    return Mark(
        what=row["what"],
        title=next((title for title in titles if title), ""),
        date=date,
        day=row["end"] if by_end else row["start"],
        url=reverse(page, args=[asked.plan.slug, row["address"]]) + asked.as_of_query,
        level=row["name"],
        state=row["state"],
    )


def _draw(asked: Asked, marks: list[Mark], width: int) -> Drawing:
    plan = asked.plan
    axis = Axis(plan.announced_on, plan.axis_ends_on, width, 1.0 if width == WIDE else 2.0)
    over, under = Rows(axis, ABOVE), Rows(axis, BELOW)
    today = _today(asked, axis, over)
    below = _labels(asked, marks, under, done=False) if width == WIDE else []
    above = _labels(asked, marks, over, done=True) if width == WIDE else []
    return Drawing(
        key="wide" if width == WIDE else "narrow",
        axis=axis,
        marks=[Placed(mark, axis.place(mark.day)) for mark in marks],
        above=above,
        below=below,
        today=axis.place(asked.day),
        today_label=today,
        end_label=axis.percent(asked.day) < (75 if width == WIDE else 45),
        years=_years(axis),
        quarters=[axis.place(day) for day in axis.quarters() if day.month != 1],
        start=axis.place(plan.announced_on),
        open_from=axis.place(axis.quarters()[-1]),
        end=axis.place(plan.axis_ends_on),
    )


def _years(axis: Axis) -> list[tuple[str, int]]:
    """Years with the place of their name; the first is left out where it has no room."""
    first, *others = axis.years()
    near = others and axis.pixel(others[0]) - axis.pixel(first) < 36
    return [(axis.place(day), day.year) for day in (others if near else axis.years())]


def _today(asked: Asked, axis: Axis, over: Rows) -> Label:
    """The day asked always has its label; the top row is kept free for it."""
    word = _("Day shown, %(day)s") if asked.is_as_of else _("Today, %(day)s")
    text = word % {"day": day_words(asked.day, short=True)}
    found = over.put(asked.day, text, tone="strong")
    for row in ABOVE:
        over.block(row, asked.day)
    return found or Label(axis.place(asked.day), text, 1, "end", "strong")


def _labels(asked: Asked, marks: list[Mark], rows: Rows, *, done: bool) -> list[Label]:
    """Steps done are named over the line, the others under it; what finds no room is left out.

    The latest stands nearest to the line, so that no leader crosses the words of another.
    """
    named = [mark for mark in reversed(marks) if not mark.is_meeting and mark.is_done is done]
    labels = []
    if done and named:  # the launch always has the top row
        launch = named.pop()
        labels.append(rows.put(launch.day, *_words(asked, launch), rows=[0]))
    labels += [rows.put(mark.day, *_words(asked, mark)) for mark in named]
    return [label for label in labels if label]


def _words(asked: Asked, mark: Mark) -> list[str]:
    """What is said of a step, from long to short."""
    dated = f"{mark.title}, {source_date_words(mark.date, short=True)}"
    if mark.is_done or not mark.date.passed(asked.day):
        return [dated, mark.title]
    return [_("%(step)s: outcome unknown") % {"step": words} for words in (dated, mark.title)]

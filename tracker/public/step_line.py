"""The dated steps of one commitment on a line of their own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.models import Milestone
from tracker.public.drawing import Axis, Label, Rows
from tracker.public.pages import Asked
from tracker.rules.date_words import day_words, source_date_words
from tracker.vocabulary import MilestoneState, Qualifier

WIDTH = 690  # pixels at the least: the drawing is for tablets and wider
AFTER = dt.timedelta(days=45)
ROWS_ABOVE = (1, 0)  # the nearest to the line first


@dataclass
class Step:
    """A milestone with its place on the line, if its date is known."""

    milestone: Milestone
    x: str
    passed: bool

    @property
    def is_done(self) -> bool:
        return self.milestone.state == MilestoneState.DONE


@dataclass
class StepLine:
    """The drawing; steps without a date stand in the list alone."""

    steps: list[Step]
    labels: list[Label]
    years: list[tuple[str, int]]
    quarters: list[str]
    today: Label
    start: str
    end: str


def build_step_line(asked: Asked, milestones: list[Milestone]) -> StepLine:
    """From the announcement to the day asked or the last step, whichever is later."""
    days = [day_of_step(one) for one in milestones]
    known = [day for day in days if day]
    last = min(max([asked.day, *known]) + AFTER, max([asked.plan.axis_ends_on, *known]))
    axis = Axis(min([asked.plan.announced_on, *known]), last, WIDTH)
    rows = Rows(axis, ROWS_ABOVE)
    today = _today(asked, axis, rows)
    steps = [
        Step(one, axis.place(day) if day else "", one.due.passed(asked.day))
        for one, day in zip(milestones, days, strict=True)
    ]
    dated = [(step, day) for step, day in zip(steps, days, strict=True) if day]
    labels = [
        rows.put(day, *_words(step), tone="attention" if _is_open(step) else "")
        for step, day in sorted(dated, key=lambda one: one[1], reverse=True)
    ]
    return StepLine(
        steps=steps,
        labels=[label for label in labels if label],
        years=[(axis.place(day), day.year) for day in axis.years()[1:] if axis.has_room(day, 40)],
        quarters=[axis.place(day) for day in axis.quarters() if day.month != 1],
        today=today,
        start=axis.place(axis.first),
        end=axis.place(axis.last),
    )


def day_of_step(milestone: Milestone) -> dt.date | None:
    """Where a step stands: its last day where the source says "by", else its first."""
    by_end = milestone.due.qualifier in (Qualifier.BY, Qualifier.BEFORE)
    return milestone.due.end if by_end else milestone.due.start


def _today(asked: Asked, axis: Axis, rows: Rows) -> Label:
    word = _("Day shown, %(day)s") if asked.is_as_of else _("Today, %(day)s")
    text = word % {"day": day_words(asked.day, short=True)}
    found = rows.put(asked.day, text, tone="strong", rows=[0])
    rows.block(1, asked.day)
    return found or Label(axis.place(asked.day), text, 0, "end", "strong")


def _is_open(step: Step) -> bool:
    return step.passed and not step.is_done


def _words(step: Step) -> list[str]:
    """What is said of a step, from long to short."""
    title = step.milestone.title
    dated = f"{source_date_words(step.milestone.due, short=True)}, {title}"
    if not _is_open(step):
        return [dated, title]
    return [_("%(step)s: outcome unknown") % {"step": words} for words in (dated, title)]

"""The axis of the timeline: days to pixels, years and quarters, and where today is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

WIDTH = 924  # pixels
LEAST_QUARTER = 40  # pixels below which a quarter has no room for its name
YEAR_LABEL, TODAY_LABEL = 40, 150  # pixels the words take


@dataclass(frozen=True)
class Axis:
    """Days to pixels: from the month of the announcement to the last day drawn."""

    first: dt.date
    last: dt.date

    def x(self, day: dt.date) -> int:
        """The start of a day, kept within the drawing."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return round(min(max(share, 0), 1) * WIDTH)

    def after(self, day: dt.date) -> int:
        """The end of a day."""
        return self.x(day + dt.timedelta(days=1))


@dataclass(frozen=True)
class Division:
    """A year or quarter on the axis."""

    x: int
    label: str
    is_year: bool


def divisions_of(axis: Axis) -> Iterator[Division]:
    """Years and quarters from the first to the last; a quarter without room goes unnamed."""
    day = axis.first
    while day <= axis.last:
        following = _next_quarter(day)
        room = axis.x(following) - axis.x(day)
        name = _("Q%(quarter)d") % {"quarter": (day.month + 2) // 3}
        yield Division(axis.x(day), name if room >= LEAST_QUARTER else "", is_year=False)
        if day == axis.first or day.month == 1:
            yield Division(axis.x(day), str(day.year), is_year=True)
        day = following


def _next_quarter(day: dt.date) -> dt.date:
    month = (day.month - 1) // 3 * 3 + 4
    return dt.date(day.year + (month > 12), (month - 1) % 12 + 1, 1)


def beside_today(division: Division, today: int, anchor: str) -> Division:
    """A year's name gives way to today's, which stands on the same line."""
    first, last = (today - TODAY_LABEL, today) if anchor == "end" else (today, today + TODAY_LABEL)
    hidden = division.is_year and division.x < last and division.x + YEAR_LABEL > first
    return replace(division, label="") if hidden else division

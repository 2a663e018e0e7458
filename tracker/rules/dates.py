"""Dates as sources give them, and the days that follow from them. Pure: the day is an argument."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tracker.vocabulary import Precision, Qualifier


@dataclass(frozen=True)
class SourceDate:
    """A date in a source is rarely a day: a span, how exactly it is known, how the source ties it.

    `start` and `end` are the first and last day the words allow, both inclusive; both None when
    the precision is unknown. The qualifier does not move them: "before 11 November 2025" ends on
    the 11th.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    precision: Precision = Precision.UNKNOWN
    qualifier: Qualifier = Qualifier.ON
    note: str = ""

    def __bool__(self) -> bool:
        return self.end is not None

    @property
    def is_range(self) -> bool:
        """More than the one unit its precision names: 15 to 20 February, not "February"."""
        if self.start is None or self.end is None:
            return False
        return self.end > unit_end(self.start, self.precision)

    @property
    def is_soft(self) -> bool:
        """Drawn with soft edges: the day is not known."""
        return self.precision is not Precision.DAY

    def passed(self, day: dt.date) -> bool:
        """Whether every day the words allow lies before `day`."""
        return self.end is not None and self.end < day


def unit_end(day: dt.date, precision: Precision) -> dt.date:
    """Last day of the month, quarter, half-year or year in which `day` falls."""
    last_month = {
        Precision.MONTH: day.month,
        Precision.QUARTER: (day.month - 1) // 3 * 3 + 3,
        Precision.HALF: (day.month - 1) // 6 * 6 + 6,
        Precision.YEAR: 12,
    }.get(precision)
    if last_month is None:
        return day
    return dt.date(day.year, last_month, calendar.monthrange(day.year, last_month)[1])


def faults(value: SourceDate) -> dict[str, str]:
    """What is wrong with a date, by part ("from", "to", "precision"); empty when it is sound."""
    if value.precision == Precision.UNKNOWN:
        if value.start or value.end:
            return {"precision": "unknown-with-days"}
        return {}
    if value.start is None or value.end is None:
        return {"from" if value.start is None else "to": "missing"}
    if value.start > value.end:
        return {"to": "before-start"}
    return {}


def end_of_day(day: dt.date, zone: str) -> dt.datetime:
    """The instant at which `day` is over in the plan's time zone (start of the next day)."""
    following = day + dt.timedelta(days=1)
    return dt.datetime.combine(following, dt.time(), ZoneInfo(zone))


def day_of(moment: dt.datetime, zone: str) -> dt.date:
    """The calendar day of an instant in the plan's time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True)
class PeriodDates:
    """One reporting period of a plan. All days inclusive."""

    year: int
    quarter: int
    starts_on: dt.date
    ends_on: dt.date
    due_on: dt.date
    closes_on: dt.date


def quarters(first: dt.date, last: dt.date, due_after: int, closes_after: int) -> list[PeriodDates]:
    """Reporting periods from the quarter of `first` to the quarter of `last`.

    `due_after` and `closes_after` are days after the end of the quarter.
    """
    periods = []
    start = dt.date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
    while start <= last:
        end = unit_end(start, Precision.QUARTER)
        periods.append(
            PeriodDates(
                year=start.year,
                quarter=(start.month - 1) // 3 + 1,
                starts_on=start,
                ends_on=end,
                due_on=end + dt.timedelta(days=due_after),
                closes_on=end + dt.timedelta(days=closes_after),
            )
        )
        start = end + dt.timedelta(days=1)
    return periods

"""The trend: levels the parties reported, at the end of each quarter and on the day asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tracker.models import Standing
from tracker.models.standing import REPORTED
from tracker.public.pages import Asked
from tracker.rules.dates import PeriodDates, end_of_day, quarters
from tracker.vocabulary import Level

HEIGHT = 140  # pixels of the tallest bar
LEFT = 9.5  # per cent kept for the numbers at the left
BAR = 0.72  # of a quarter's width
LEVELS = [level.value for level in reversed(Level.ordered())]
STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]


@dataclass
class Tick:
    """A quarter on the axis; the year stands under its first quarter."""

    x: str
    words: str
    year: str


@dataclass
class Line:
    """A line of the grid with its number."""

    y: int
    count: int


@dataclass
class Part:
    """One level within a bar: `y` and `height` in pixels from the top of the drawing."""

    level: str
    count: int
    tone: str
    y: int
    height: int

    @property
    def words(self) -> str:
        return str(Level(self.level).label) if self.level else _("Not reported or paused")


@dataclass
class Bar:
    """One quarter; the last bar is the day asked, where the quarter is still running."""

    year: int
    quarter: int
    x: str
    counts: dict[str, int]
    parts: list[Part]

    @property
    def cells(self) -> list[int]:
        """Counts for the table: levels from the furthest, then all that is not reported."""
        return [self.counts[level] for level in [*LEVELS, ""]]


@dataclass
class Trend:
    """Bars for the quarters begun, on an axis to the plan's end. Places are per cent."""

    bars: list[Bar]
    ticks: list[Tick]
    total: int  # commitments that count, on the day asked
    tallest: int  # the same on the day on which they were most: the scale of all bars
    bar_width: str
    elapsed_to: str
    elapsed: int  # per cent of the plan's time
    advanced: int  # substantially delivered or completed, on the day asked

    @property
    def levels(self) -> list[str]:
        return [str(Level(level).label) for level in LEVELS]

    @property
    def share(self) -> int:
        return round(100 * self.advanced / self.total) if self.total else 0

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def grid(self) -> list[Line]:
        """Three or four round numbers."""
        step = next((one for one in STEPS if self.tallest <= 4 * one), STEPS[-1])
        numbers = range(0, self.tallest + 1, step)
        return [Line(HEIGHT - _pixel(number, self.tallest), number) for number in numbers]

    @property
    def latest(self) -> list[Part]:
        """Parts of the last bar, as the key names them: from the furthest level down."""
        return self.bars[-1].parts


def build_trend(asked: Asked) -> Trend:
    """One query, whatever the number of quarters."""
    plan = asked.plan
    periods = quarters(plan.announced_on, plan.axis_ends_on, 0, 0)
    begun = [one for one in periods if one.starts_on <= asked.day]
    ends = [min(one.ends_on, asked.day) for one in begun]
    tables = _counts(asked, ends)
    tallest = max(sum(table.values()) for table in tables)
    width = (100 - LEFT) / len(periods)
    bars = [
        Bar(one.year, one.quarter, _place(number, width), table, _parts(table, tallest))
        for number, (one, table) in enumerate(zip(begun, tables, strict=True))
    ]
    passed = (asked.day - plan.announced_on).days / (plan.axis_ends_on - plan.announced_on).days
    return Trend(
        bars=bars,
        ticks=[_tick(number, one, width) for number, one in enumerate(periods)],
        total=sum(bars[-1].cells),
        tallest=tallest,
        bar_width=f"{BAR * width:.2f}%",
        elapsed_to=f"{LEFT + width * len(begun):.2f}%",
        elapsed=round(100 * passed),
        advanced=sum(bars[-1].counts[one] for one in (Level.COMPLETED, Level.SUBSTANTIALLY)),
    )


def _place(number: int, width: float) -> str:
    return f"{LEFT + width * (number + (1 - BAR) / 2):.2f}%"


def _tick(number: int, period: PeriodDates, width: float) -> Tick:
    words = _("Q%(quarter)d") % {"quarter": period.quarter}
    year = str(period.year) if number == 0 or period.quarter == 1 else ""
    return Tick(_place(number, width), words, year)


def _counts(asked: Asked, ends: list[dt.date]) -> list[dict[str, int]]:
    """Counted commitments by level reported, at the end of each day. "" is all the others."""
    columns: dict[str, Any] = {}
    for number, day in enumerate(ends):
        moment = end_of_day(day, asked.plan.time_zone)
        still = Q(public_until__isnull=True) | Q(public_until__gte=moment)
        columns[f"at_{number}"] = Count("pk", filter=Q(public_from__lt=moment) & still)
    rows: Any = (
        Standing.objects.filter(plan=asked.plan, counted=True)
        .order_by()
        .values("level", "basis")
        .annotate(**columns)
    )
    tables = [dict.fromkeys([*LEVELS, ""], 0) for _day in ends]
    for row in rows:
        known = row["level"] in LEVELS and row["basis"] in REPORTED
        for number, table in enumerate(tables):
            table[row["level"] if known else ""] += row[f"at_{number}"]
    return tables


def _parts(table: dict[str, int], total: int) -> list[Part]:
    """From the bottom up: the furthest level, then less advanced ones, then not reported."""
    parts, told = [], 0
    for level in [*LEVELS, ""]:
        count = table[level]
        if not count or not total:
            continue
        bottom, top = _pixel(told, total), _pixel(told + count, total)
        tone = Level(level).tone if level else ""
        parts.append(Part(level, count, tone, HEIGHT - top, max(top - bottom, 1)))
        told += count
    return parts


def _pixel(count: int, total: int) -> int:
    return round(HEIGHT * count / max(total, 1))

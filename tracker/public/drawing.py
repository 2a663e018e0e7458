"""Places on a time axis and labels that do not collide, for the charts.

Places are per cent, so that one drawing fits every width from its narrowest up while its text keeps
its size. Labels are set for the narrowest width: on wider screens there is only more room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

LETTER = 7.3  # pixels of a letter at 13 px in wide system fonts, rather too much than too little
GAP = 10  # pixels between two labels of a row
LEADER = 4  # pixels on both sides of a line that crosses a row


def text_width(text: str) -> float:
    return len(text) * LETTER


@dataclass(frozen=True)
class Axis:
    """From the first day to the last, drawn at least `width` pixels wide between its margins."""

    first: dt.date
    last: dt.date
    width: int
    margin: float = 1.0  # per cent, on both sides

    def percent(self, day: dt.date) -> float:
        days = max((self.last - self.first).days, 1)
        part = min(max((day - self.first).days / days, 0), 1)
        return self.margin + part * (100 - 2 * self.margin)

    def place(self, day: dt.date) -> str:
        """As SVG wants it, with a point in every language."""
        return f"{self.percent(day):.2f}%"

    def pixel(self, day: dt.date) -> float:
        return self.percent(day) * self.width / 100

    def has_room(self, day: dt.date, pixels: float) -> bool:
        """Whether words of this length fit to the right of the day."""
        return self.pixel(day) + pixels <= self.width

    def years(self) -> list[dt.date]:
        """First days of the years within the axis, and its own first day."""
        starts = (dt.date(year, 1, 1) for year in range(self.first.year + 1, self.last.year + 1))
        return [self.first, *starts]

    def quarters(self) -> list[dt.date]:
        days = (
            dt.date(year, month, 1)
            for year in range(self.first.year, self.last.year + 1)
            for month in (1, 4, 7, 10)
        )
        return [day for day in days if self.first < day <= self.last]


@dataclass
class Label:
    """Words at a day. `anchor` "start" stands to the right of its place, "end" to the left."""

    x: str
    text: str
    row: int
    anchor: str
    tone: str = ""

    @property
    def dx(self) -> int:
        return -5 if self.anchor == "end" else 5


@dataclass
class Rows:
    """Rows of labels, named from the nearest to the line outwards, filled one label after another.

    A label that finds no room is left out. The leader of a label crosses the rows nearer to the
    line: no words may stand in its way.
    """

    axis: Axis
    order: tuple[int, ...]
    taken: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def put(
        self, day: dt.date, *texts: str, tone: str = "", rows: Iterable[int] = ()
    ) -> Label | None:
        """Set the first of the texts, from long to short, for which a row has room.

        To the right of its place if it can, else to the left.
        """
        for text in texts:
            for row in rows or self.order:
                label = self._set(day, text, tone, row)
                if label:
                    return label
        return None

    def block(self, row: int, day: dt.date) -> None:
        """Keep a place free, for a line that crosses the row."""
        at = self.axis.pixel(day)
        self.taken.setdefault(row, []).append((at - LEADER, at + LEADER))

    def _set(self, day: dt.date, text: str, tone: str, row: int) -> Label | None:
        at, length = self.axis.pixel(day), text_width(text) + 5
        crossed = self.order[: self.order.index(row)]
        if not all(self._is_free(nearer, at, at, gap=LEADER) for nearer in crossed):
            return None
        for anchor, left, right in (("start", at, at + length), ("end", at - length, at)):
            inside = left >= 0 and right <= self.axis.width
            if inside and self._is_free(row, left, right, gap=GAP):
                self.taken.setdefault(row, []).append((left, right))
                for nearer in crossed:
                    self.block(nearer, day)
                return Label(self.axis.place(day), text, row, anchor, tone)
        return None

    def _is_free(self, row: int, left: float, right: float, *, gap: float) -> bool:
        return all(right + gap <= a or left >= b + gap for a, b in self.taken.get(row, []))

"""The overview's counts: pillars by level, and how far the parties agree. One query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tracker.filters.commitments import ACROSS, NOT_REPORTED, OUTSIDE, OUTSIDE_LEVELS
from tracker.models import Pillar, PriorityArea
from tracker.models.standing import FINAL, REPORTED
from tracker.public.pages import Asked
from tracker.public.standings import standings
from tracker.vocabulary import LANGUAGES, Basis, Level

COLUMNS = (*[level.value for level in Level.ordered()], OUTSIDE, "")
TITLES = [
    *[f"pillar__title_{code}" for code in LANGUAGES],
    *[f"area__title_{code}" for code in LANGUAGES],
]


@dataclass
class Cell:
    """How many commitments of a row stand at a level; `read` of them from the public record."""

    level: str
    count: int = 0
    read: int = 0
    url: str = ""


@dataclass
class Row:
    """A pillar, or an area that stands across the plan; the whole plan is a row of its own."""

    label: str
    url: str
    cells: dict[str, Cell]

    @property
    def count(self) -> int:
        return sum(cell.count for cell in self.cells.values())

    def add(self, level: str, count: int, read: int) -> None:
        cell = self.cells[level]
        cell.count, cell.read = cell.count + count, cell.read + read


@dataclass
class Matrix:
    """What is counted, row by row, and the numbers the state sentence needs."""

    whole: Row
    rows: list[Row]
    total: int = 0
    bases: dict[str, int] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        return self.whole.count

    @property
    def longest(self) -> int:
        """The highest count of any cell of a pillar: all bars share this scale."""
        return max((cell.count for row in self.rows for cell in row.cells.values()), default=1)

    @property
    def longest_of_whole(self) -> int:
        return 2 * max(cell.count for cell in self.whole.cells.values()) or 1

    def at(self, level: str) -> int:
        return self.whole.cells[level].count

    def basis(self, *bases: Basis) -> int:
        return sum(self.bases.get(basis.value, 0) for basis in bases)

    @property
    def reported(self) -> int:
        """Counted commitments on which at least one party has reported."""
        return sum(self.bases.get(basis, 0) for basis in REPORTED)

    @property
    def read(self) -> int:
        return self.basis(Basis.READING)


def build_matrix(asked: Asked, list_url: str) -> Matrix:
    """Count the standings of the day."""
    whole = _row(asked, list_url, _("Whole plan"), {})
    rows: dict[tuple[Any, Any], Row] = {}
    matrix = Matrix(whole, [])
    for found in _grouped(asked):
        matrix.total += found["number"]
        for name in ("overdue", "unknown"):
            matrix.late[name] = matrix.late.get(name, 0) + found[name]
        if not found["counted"]:
            continue
        key = _group_of(found)
        if key not in rows:
            rows[key] = _named_row(asked, list_url, found)
        level = OUTSIDE if found["level"] in OUTSIDE_LEVELS else found["level"]
        read = found["number"] if found["basis"] == Basis.READING else 0
        for row in (whole, rows[key]):
            row.add(level, found["number"], read)
        basis = found["basis"]
        matrix.bases[basis] = matrix.bases.get(basis, 0) + found["number"]
    matrix.rows = [rows[key] for key in sorted(rows)]
    return matrix


def _grouped(asked: Asked) -> Iterable[dict[str, Any]]:
    passed = Q(wording__target_to__lt=asked.day) & ~Q(level__in=FINAL)
    return (
        standings(asked)
        .order_by()
        .values(
            "counted", "level", "basis",
            "pillar_id", "pillar__number", "pillar__slug",
            "area_id", "area__position", "area__slug",
            *TITLES,
        )
        .annotate(
            number=Count("pk"),
            overdue=Count("pk", filter=passed & Q(basis__in=REPORTED)),
            unknown=Count("pk", filter=passed & ~Q(basis__in=REPORTED)),
        )
    )  # fmt: skip


def _group_of(found: dict[str, Any]) -> tuple[int, int]:
    """Pillars in their order, then areas across the plan in theirs, then what has neither."""
    if found["pillar_id"]:
        return (0, found["pillar__number"])
    if found["area_id"]:
        return (1, found["area__position"])
    return (2, 0)


def _named_row(asked: Asked, list_url: str, found: dict[str, Any]) -> Row:
    if found["pillar_id"]:
        names = {f"title_{code}": found[f"pillar__title_{code}"] for code in LANGUAGES}
        pillar = Pillar(number=found["pillar__number"], **names)
        return _row(asked, list_url, str(pillar), {"pillar": found["pillar__slug"]})
    if found["area_id"]:
        names = {f"title_{code}": found[f"area__title_{code}"] for code in LANGUAGES}
        label = _("Across the plan: %(area)s") % {"area": PriorityArea(**names).title}
        return _row(asked, list_url, label, {"area": found["area__slug"]})
    return _row(asked, list_url, _("Across the plan"), {"pillar": ACROSS})


def _row(asked: Asked, list_url: str, label: str, filters: dict[str, str]) -> Row:
    """An empty row; each cell leads to the commitments it counts."""
    day = {"as_of": asked.day.isoformat()} if asked.is_as_of else {}

    def address(**more: str) -> str:
        query = urlencode({**filters, **more, **day})
        return f"{list_url}?{query}" if query else list_url

    cells = {
        level: Cell(level, url=address(counted="yes", level=level or NOT_REPORTED))
        for level in COLUMNS
    }
    return Row(label, address(), cells)

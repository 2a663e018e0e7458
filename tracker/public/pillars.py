"""The plan by pillar and area: what was promised where, and how far it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tracker.models import Pillar, PriorityArea
from tracker.public.pages import Asked, public_page, render_page
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.vocabulary import InferenceBasis, Level

# Counts go from furthest to least, then what stands outside the order, then what nobody reported.
FURTHEST_FIRST = (
    *(level.value for level in reversed(Level.ordered())),
    Level.PAUSED.value,
    Level.SUPERSEDED.value,
    Level.CLOSED.value,
    "",
)


@dataclass(frozen=True)
class LevelCount:
    """How many counted commitments stand at a level, told by reports or read from the record."""

    level: str
    is_reading: bool
    count: int


@dataclass
class AreaGroup:
    """The commitments of one area; `area` None are those that stand in none."""

    area: PriorityArea | None
    rows: list[StandingRow]

    @property
    def is_ours(self) -> bool:
        """The title is our grouping, not the source's."""
        return self.area is not None and self.area.basis == InferenceBasis.INFERRED


@dataclass
class PillarGroup:
    """A pillar with its areas, or one area that stands across the plan."""

    pillar: Pillar | None
    areas: list[AreaGroup]
    list_url: str

    @property
    def anchor(self) -> str:
        if self.pillar:
            return self.pillar.slug
        area = self.areas[0].area
        return area.slug if area else "across"

    @property
    def across(self) -> PriorityArea | None:
        """The area across the plan that the group is, if it is no pillar."""
        return None if self.pillar else self.areas[0].area

    @property
    def rows(self) -> list[StandingRow]:
        return [row for group in self.areas for row in group.rows]

    @property
    def counted(self) -> int:
        return sum(row.standing.counted for row in self.rows)

    @property
    def levels(self) -> list[LevelCount]:
        return level_counts(self.rows)


def level_counts(rows: Sequence[StandingRow]) -> list[LevelCount]:
    """Counts per level of the commitments that count, without zeros."""
    found = Counter((row.standing.level, row.is_reading) for row in rows if row.standing.counted)
    return [
        LevelCount(level, is_reading, found[level, is_reading])
        for level in FURTHEST_FIRST
        for is_reading in (False, True)
        if found[level, is_reading]
    ]


def pillar_groups(asked: Asked) -> list[PillarGroup]:
    """Every pillar of the plan in its order, empty ones too, then what stands across the plan."""
    rows = rows_of(asked, standings(asked))
    groups = [_pillar(asked, pillar, rows) for pillar in asked.plan.pillars.all()]
    return [*groups, *_across(asked, rows)]


def _pillar(asked: Asked, pillar: Pillar, rows: Sequence[StandingRow]) -> PillarGroup:
    own = [row for row in rows if row.standing.pillar_id == pillar.pk]
    return PillarGroup(pillar, _by_area(own), _list_url(asked, "pillar", pillar.slug))


def _across(asked: Asked, rows: Sequence[StandingRow]) -> list[PillarGroup]:
    """One group for each area without a pillar; the partnership and the World Cup, for example."""
    return [
        PillarGroup(None, [group], _list_url(asked, "area", group.area.slug if group.area else ""))
        for group in _by_area([row for row in rows if row.standing.pillar_id is None])
    ]


def _by_area(rows: Sequence[StandingRow]) -> list[AreaGroup]:
    groups: dict[int | None, AreaGroup] = {}
    for row in rows:
        group = groups.setdefault(row.standing.area_id, AreaGroup(row.standing.area, []))
        group.rows.append(row)
    return list(groups.values())


def _list_url(asked: Asked, name: str, value: str) -> str:
    """The list of commitments, narrowed to the group, on the day asked."""
    address = reverse("commitment-list", args=[asked.plan.slug])
    if not value:
        return address + asked.as_of_query
    day = f"&as_of={asked.day.isoformat()}" if asked.is_as_of else ""
    return f"{address}?{name}={value}{day}"


@public_page()
def pillar_list(request: HttpRequest, asked: Asked) -> HttpResponse:
    groups = pillar_groups(asked)
    context = {
        "pillars": [group for group in groups if group.pillar],
        "across": [group for group in groups if not group.pillar],
        "ours": any(area.is_ours for group in groups for area in group.areas),
        "counted": sum(group.counted for group in groups),
        "total": sum(len(group.rows) for group in groups),
    }
    return render_page(request, "public/pillars.html", asked, context, current="pillar-list")

"""Rows of lists and dashboards: standings with what follows from them on the day asked.

Two queries, whatever the number of rows: standings and positions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from tracker.models import Commitment, Party, Standing, StandingPosition
from tracker.models.plans import in_the_readers_order
from tracker.models.standing import StandingQuerySet
from tracker.public.pages import Asked
from tracker.rules.dates import SourceDate, day_of
from tracker.rules.deadlines import FlagFacts, Raised, flags
from tracker.rules.freshness import freshness
from tracker.vocabulary import Basis, Freshness, Level


@dataclass
class PositionRow:
    """One party's position on the day asked, or that it has not reported, or owes no report."""

    party: Party
    is_due: bool
    stored: StandingPosition
    age: int | None
    freshness: Freshness
    is_awaited: bool

    @property
    def level(self) -> str:
        return self.stored.level

    @property
    def is_stale(self) -> bool:
        return self.freshness is Freshness.STALE


@dataclass
class StandingRow:
    """One commitment on the day asked."""

    standing: Standing
    positions: list[PositionRow]
    flags: list[Raised]

    @property
    def commitment(self) -> Commitment:
        return self.standing.commitment

    @property
    def title(self) -> str:
        return self.standing.wording.title

    @property
    def target(self) -> SourceDate:
        return self.standing.wording.target

    @property
    def basis(self) -> Basis:
        return Basis(self.standing.basis)

    @property
    def is_reading(self) -> bool:
        return self.basis is Basis.READING

    @property
    def is_reported(self) -> bool:
        return self.basis.is_reported

    @property
    def no_report_due(self) -> bool:
        """No party reports on it, and nothing was read either."""
        return not self.standing.level and not self.is_owed

    @property
    def is_owed(self) -> bool:
        """Whether any party must report on it."""
        return any(row.is_due for row in self.positions)

    def position_of(self, party: Party) -> PositionRow:
        """The position of one party of the plan."""
        return next(row for row in self.positions if row.party == party)

    @property
    def owing(self) -> list[Party]:
        """Parties that must report, in the reader's order."""
        return [row.party for row in self.positions if row.is_due]

    @property
    def reported(self) -> list[Party]:
        """Parties whose reports the joint value rests on."""
        return [row.party for row in self.positions if row.stored.is_compared]

    @property
    def worried(self) -> list[Party]:
        """Parties that hold the confidence shown, where it wants attention."""
        return [
            row.party
            for row in self.positions
            if row.stored.is_compared and row.stored.confidence == self.standing.confidence
        ]

    @property
    def awaited(self) -> list[Party]:
        return [row.party for row in self.positions if row.is_awaited]


def standings(asked: Asked) -> StandingQuerySet:
    """The standings of a plan on the day asked, in the plan's order, ready for `rows_of`."""
    return asked.public(Standing.objects.filter(plan=asked.plan))


def rows_of(asked: Asked, found: StandingQuerySet) -> list[StandingRow]:
    """The rows of a page, from its slice of the standings."""
    positions = StandingPosition.objects.with_next_due().select_related("period", "party")
    full = list(
        found.select_related(
            "wording", "commitment", "pillar", "area", "period", "reading"
        ).prefetch_related(Prefetch("positions", positions))
    )
    for standing in full[:1] if "parties" not in asked.__dict__ else ():
        # Every standing has a position for each party: there is no need to ask for them.
        asked.parties = in_the_readers_order([one.party for one in standing.positions.all()])
    return [row_of(asked, standing) for standing in full]


def row_of(asked: Asked, standing: Standing) -> StandingRow:
    positions = _positions(asked, standing)
    raised = flags(
        FlagFacts(
            level=Level(standing.level) if standing.level else None,
            basis=Basis(standing.basis),
            target=standing.wording.target,
            day=asked.day,
            due_soon_days=asked.plan.due_soon_days,
            has_evidence=standing.has_evidence,
            wording_number=standing.wording.number,
            awaited=any(row.is_awaited for row in positions),
            freshness=tuple(row.freshness for row in positions),
            counted=standing.counted,
        )
    )
    return StandingRow(standing, positions, raised)


def _positions(asked: Asked, standing: Standing) -> list[PositionRow]:
    stored = {position.party_id: position for position in standing.positions.all()}
    return [
        _position(asked, standing, party, stored[party.pk])
        for party in asked.parties
        if party.pk in stored
    ]


def _position(
    asked: Asked, standing: Standing, party: Party, stored: StandingPosition
) -> PositionRow:
    published = day_of(stored.published_at, asked.plan.time_zone) if stored.published_at else None
    return PositionRow(
        party=party,
        is_due=stored.is_due,
        stored=stored,
        age=(asked.day - published).days if published else None,
        freshness=_freshness(asked, stored, published),
        is_awaited=_is_awaited(standing, stored, asked.day),
    )


def _freshness(asked: Asked, stored: StandingPosition, published: dt.date | None) -> Freshness:
    return freshness(
        level=Level(stored.level) if stored.level else None,
        published_on=published,
        next_due_on=stored.next_due_on or asked.day,  # type: ignore[attr-defined]
        day=asked.day,
        stale_after_days=asked.plan.stale_after_days,
    )


def _is_awaited(standing: Standing, stored: StandingPosition, day: dt.date) -> bool:
    """Said publicly only after the due date of the period that others have reported for."""
    return (
        stored.is_due
        and not stored.is_compared
        and standing.period is not None
        and standing.period.due_on < day
    )


def by_group(rows: Iterable[StandingRow]) -> list[tuple[object, list[StandingRow]]]:
    """Rows grouped by pillar, or by area where they stand across the plan, in the plan's order."""
    groups: dict[object, list[StandingRow]] = {}
    for row in rows:
        group = row.standing.pillar or row.standing.area
        groups.setdefault(group, []).append(row)
    return list(groups.items())

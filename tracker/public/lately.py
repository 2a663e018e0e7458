"""What changed lately: the newest entries of the public record and the newest reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import F, FilteredRelation

from tracker.models import EntryVersion
from tracker.public.pages import Asked
from tracker.public.standings import PositionRow, StandingRow
from tracker.rules.dates import SourceDate, day_of

NEWEST = 5


@dataclass
class Change:
    """One line: an entry of the record with the commitments it bears on, or a party's report."""

    day: dt.date
    date: SourceDate | None = None
    entry: EntryVersion | None = None
    references: list[str] = field(default_factory=list)
    row: StandingRow | None = None
    position: PositionRow | None = None


def build_changes(asked: Asked, rows: list[StandingRow]) -> list[Change]:
    """Newest first. `rows` are those that hold the latest reports."""
    changes = [*_entries(asked), *_reports(asked, rows)]
    return sorted(changes, key=lambda change: change.day, reverse=True)[:NEWEST]


def _entries(asked: Asked) -> list[Change]:
    """Entries by the day of the event, the newest first: one query, a row for each bearing."""
    newest = (
        asked.public(EntryVersion.objects.filter(entry__plan=asked.plan))
        .filter(happened_from__isnull=False, happened_from__lte=asked.day)
        .order_by("-happened_from", "-entry__reference")
    )
    bearing = "entry__bearings"
    rows = (
        EntryVersion.objects.filter(pk__in=newest.values("pk")[:NEWEST])
        .annotate(
            bearing=FilteredRelation(bearing, condition=asked.in_force(f"{bearing}__")),
            bears_on=F("bearing__commitment__reference"),
        )
        .select_related("entry")
        .order_by("-happened_from", "-entry__reference", "bearing__commitment__position")
    )
    found: dict[int, Change] = {}
    for row in rows:
        date = row.happened
        change = found.setdefault(row.pk, Change(date.start or asked.day, date, entry=row))
        if row.bears_on:
            change.references.append(row.bears_on)
    return list(found.values())


def _reports(asked: Asked, rows: list[StandingRow]) -> list[Change]:
    return [
        Change(
            day_of(position.stored.published_at, asked.plan.time_zone),
            row=row,
            position=position,
        )
        for row in rows
        for position in row.positions
        if position.stored.published_at
    ]

"""The rows of one commitment's page, as public on the day asked: a query for each noun."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery

from tracker.models import (
    AgendaItem,
    Answer,
    Commitment,
    Decision,
    EntryBearing,
    EntryVersion,
    Evidence,
    LedgerEntry,
    MeetingVersion,
    Reading,
    Standing,
    StatusReport,
)
from tracker.models.columns import language_now
from tracker.models.reports import TEXTS
from tracker.public.pages import Asked
from tracker.public.standings import StandingRow, standings
from tracker.rules.dates import day_of
from tracker.vocabulary import Basis


def family(asked: Asked, reference: str) -> Any:
    """The standing of the commitment, of what it is part of, of its parts and its successor.

    With each, what else is known of one row only: until when its positions agreed before it, since
    when it is public, and the ledger's head on the day asked.
    """
    this = Commitment.objects.filter(plan=asked.plan, reference=reference)
    before = Standing.objects.filter(
        commitment=OuterRef("commitment"), public_until__lte=OuterRef("public_from")
    )
    agreed = before.exclude(basis=Basis.DIFFER).order_by("-public_until")
    entries = LedgerEntry.objects.filter(plan=OuterRef("plan"), time__lt=asked.end)
    rows = standings(asked).annotate(
        agreed_until=Subquery(agreed.values("public_until")[:1]),
        first_from=Subquery(before.order_by("public_from").values("public_from")[:1]),
        head=Subquery(entries.order_by("-sequence").values("hash")[:1]),
    )
    return rows.filter(
        Q(commitment__in=this.values("pk"))
        | Q(commitment__parent__in=this.values("pk"))
        | Q(commitment__in=this.values("parent"))
        | Q(commitment__in=this.values("superseded_by"))
    )


def rows_in_force(asked: Asked, model: Any, mine: dict[str, Any], *related: str) -> list[Any]:
    """Rows of a noun of this commitment in force on the day asked."""
    rows = asked.public(model.objects.filter(**mine))
    return list(rows.select_related(*related) if related else rows)


def published_so_far(asked: Asked, rows: QuerySet) -> QuerySet:
    """What had been published by the end of the day asked, in force or not."""
    return rows.filter(public_from__lt=asked.end)


def published_reports(asked: Asked, commitment: Commitment) -> list[StatusReport]:
    """All reports published by the day asked, the newest first, with their evidence.

    With each its translation into the reader's language, whether its party stands by it, and the
    name by which the page is linked to it.
    """
    translated, confirmed = "translation", "confirmation"
    reports: list[Any] = list(
        StatusReport.objects.published_before(asked.end)
        .filter(commitment=commitment)
        .annotate(
            **{
                translated: FilteredRelation(
                    "translations",
                    condition=Q(translations__language=language_now())
                    & asked.in_force("translations__"),
                ),
                confirmed: FilteredRelation(
                    "confirmations", condition=asked.in_force("confirmations__")
                ),
            }
        )
        .annotate(
            confirmed_at=F(f"{confirmed}__public_from"),
            translator_role=F(f"{translated}__translator_role"),
            **{f"translated_{name}": F(f"{translated}__{name}") for name in TEXTS},
        )
        .select_related("party", "period", "published_institution")
        .prefetch_related(Prefetch("evidence", Evidence.objects.order_by("position", "pk")))
        .order_by("-published_at", "-pk")
    )
    _tie(reports)
    return reports


def _tie(reports: list[Any]) -> None:
    """Give each report a name that stays the same wherever the record is rebuilt, and the report
    whose text it has: its own, or that of the one it repeats."""
    by_key = {report.pk: report for report in reports}
    seen: dict[str, int] = {}
    for report in reversed(reports):
        name = f"report-{report.party.code}-{report.period.year}-q{report.period.quarter}".lower()
        seen[name] = seen.get(name, 0) + 1
        report.anchor = name if seen[name] == 1 else f"{name}-{seen[name]}"
        report.told = by_key.get(report.repeats_id, report)


def entries_of(asked: Asked, row: StandingRow) -> list[EntryVersion]:
    """Record entries that bear on the commitment, and those its reading rests on."""
    bearings = asked.public(EntryBearing.objects.filter(commitment=row.commitment))
    read = Reading.entries.through.objects.filter(reading_id=row.standing.reading_id or 0)
    return list(
        asked.public(EntryVersion.objects.all())
        .filter(Q(entry__in=bearings.values("entry")) | Q(entry__in=read.values("recordentry")))
        .annotate(is_read=Exists(read.filter(recordentry=OuterRef("entry"))))
        .select_related("entry")
        .order_by("-happened_from", "-entry__reference")
    )


def meetings_of(asked: Asked, commitment: Commitment) -> list[MeetingVersion]:
    """Meetings with the commitment on their agenda, or with a decision on it."""
    agenda = asked.public(AgendaItem.objects.filter(commitment=commitment))
    decisions = asked.public(Decision.objects.filter(commitment=commitment))
    return list(
        asked.public(MeetingVersion.objects.all())
        .filter(
            Q(meeting__in=agenda.values("meeting")) | Q(meeting__in=decisions.values("meeting"))
        )
        .select_related("meeting")
        .order_by("-held_from", "-meeting__slug")
    )


def answers_to(asked: Asked, row: StandingRow, entries: Sequence[EntryVersion]) -> list[Answer]:
    """What the parties say to the commitment's reading and to its entries."""
    if not entries and row.standing.reading_id is None:
        return []
    keys = [version.entry_id for version in entries]
    rows = asked.public(Answer.objects.filter(plan=asked.plan)).filter(
        Q(commitment=row.commitment) | Q(entry__in=keys)
    )
    found = list(rows.select_related("party", "institution").order_by("public_from", "pk"))
    for version in entries:
        version.answers = [  # type: ignore[attr-defined]
            answer for answer in found if answer.entry_id == version.entry_id
        ]
    return found


def differs_since(asked: Asked, standing: Any) -> dt.date | None:
    """Since when the positions have differed without a break, where they do."""
    if standing.basis != Basis.DIFFER:
        return None
    since = standing.agreed_until or standing.first_from or standing.public_from
    return day_of(since, asked.plan.time_zone)

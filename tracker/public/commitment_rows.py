"""The rows of one commitment's page, as public on the day asked: a query for each noun."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet

from tracker.models import (
    AgendaItem,
    Commitment,
    Decision,
    EntryBearing,
    EntryVersion,
    Evidence,
    MeetingVersion,
    Reading,
    StatusReport,
)
from tracker.models.columns import language_now
from tracker.models.reports import TEXTS
from tracker.public.pages import Asked
from tracker.public.standings import StandingRow, standings
from tracker.rules.dates import end_of_day


def family(asked: Asked, reference: str) -> Any:
    """The standing of the commitment, of what it is part of, of its parts and its successor."""
    this = Commitment.objects.filter(plan=asked.plan, reference=reference)
    return standings(asked).filter(
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
    return rows.filter(public_from__lt=end_of(asked))


def end_of(asked: Asked) -> dt.datetime:
    return end_of_day(asked.day, asked.plan.time_zone)


def published_reports(asked: Asked, commitment: Commitment) -> list[StatusReport]:
    """All reports published by the day asked, the newest first, with their evidence.

    With each its translation into the reader's language, whether its party stands by it, and the
    name by which the page is linked to it.
    """
    translated, confirmed = "translation", "confirmation"
    reports: list[Any] = list(
        StatusReport.objects.published_before(end_of(asked))
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
        .order_by("-happened_from", "-pk")
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
        .order_by("-held_from", "-pk")
    )

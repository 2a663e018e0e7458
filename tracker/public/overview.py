"""The overview: the state of the plan at a glance, on the day asked. Ten queries at most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from tracker.models import Party, StandingPosition
from tracker.models.standing import FINAL
from tracker.public.lately import Change, build_changes
from tracker.public.matrix import Matrix, build_matrix
from tracker.public.pages import Asked, public_page, render_page
from tracker.public.plan_line import PlanLine, build_plan_line
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.public.state_sentence import state_sentence
from tracker.public.trend import Trend, build_trend
from tracker.rules.dates import end_of_day
from tracker.vocabulary import Basis, Confidence, Flag, Freshness

SHOWN = 5  # rows of each list; a link leads to the others


@dataclass
class Strip:
    """How old one party's reports are: counts by Freshness of what it owes."""

    party: Party
    counts: dict[str, int]

    @property
    def owed(self) -> int:
        return sum(self.counts.values())


@dataclass
class Overview:
    """All that the page says, without HTML."""

    matrix: Matrix
    sentence: SafeString
    line: PlanLine
    trend: Trend | None
    changes: list[Change]
    due: list[StandingRow]
    overdue: list[StandingRow]
    attention: list[StandingRow]
    differing: list[StandingRow]
    strips: list[Strip]
    list_url: str
    day_query: str

    @property
    def longest_strip(self) -> int:
        return max((strip.owed for strip in self.strips), default=0)

    @property
    def number_differing(self) -> int:
        return self.matrix.basis(Basis.DIFFER)

    @property
    def number_unknown(self) -> int:
        return self.matrix.late.get("unknown", 0)

    @property
    def number_overdue(self) -> int:
        return self.matrix.late.get("overdue", 0)


@public_page()
def overview(request: HttpRequest, asked: Asked) -> HttpResponse:
    """How is it going? Answered by the first screen."""
    context = {"overview": build_overview(asked)}
    return render_page(request, "public/overview.html", asked, context, current="plan-overview")


def build_overview(asked: Asked) -> Overview:
    list_url = reverse("commitment-list", args=[asked.plan.slug])
    matrix = build_matrix(asked, list_url)
    rows = _listed_rows(asked)
    return Overview(
        matrix=matrix,
        sentence=state_sentence(asked, matrix),
        line=build_plan_line(asked),
        trend=build_trend(asked) if matrix.reported else None,
        changes=build_changes(asked, rows)[:SHOWN],
        due=_first(_by_target(rows), lambda row: _has(row, Flag.DUE_SOON)),
        overdue=_first(_by_target(rows), lambda row: _has(row, Flag.OVERDUE)),
        attention=_first(_by_severity(rows), _needs_attention),
        differing=_first(rows, lambda row: row.basis is Basis.DIFFER),
        strips=_strips(asked),
        list_url=list_url,
        day_query=f"&as_of={asked.day.isoformat()}" if asked.is_as_of else "",
    )


def _listed_rows(asked: Asked) -> list[StandingRow]:
    """Every standing that one of the lists may show: two queries for all of them."""
    every = standings(asked)
    by_target = ("wording__target_to", "position")
    wanted = [
        every.due_soon(asked.day, asked.plan.due_soon_days).order_by(*by_target),
        every.overdue(asked.day).order_by(*by_target),
        every.filter(confidence=Confidence.AT_RISK),
        every.filter(confidence=Confidence.NEEDS_ATTENTION),
        every.filter(basis=Basis.DIFFER),
        every.filter(last_published_at__isnull=False).order_by("-last_published_at", "position"),
    ]
    chosen = Q(pk__in=[])
    for found in wanted:
        chosen |= Q(pk__in=found.values("pk")[:SHOWN])
    return rows_of(asked, every.filter(chosen))


def _first(rows: list[StandingRow], fits: Any) -> list[StandingRow]:
    return [row for row in rows if fits(row)][:SHOWN]


def _by_target(rows: list[StandingRow]) -> list[StandingRow]:
    return sorted(rows, key=lambda row: (row.target.end or dt.date.max, row.standing.position))


def _by_severity(rows: list[StandingRow]) -> list[StandingRow]:
    at_risk = Confidence.AT_RISK.value
    return sorted(rows, key=lambda row: (row.standing.confidence != at_risk, row.standing.position))


def _has(row: StandingRow, flag: Flag) -> bool:
    return any(raised.flag is flag for raised in row.flags)


def _needs_attention(row: StandingRow) -> bool:
    return bool(row.standing.confidence) and Confidence(row.standing.confidence).needs_reason


def _strips(asked: Asked) -> list[Strip]:
    """Ages of all reports owed on counted commitments, in one query (and one for the periods)."""
    plan = asked.plan
    old_before = end_of_day(
        asked.day - dt.timedelta(days=plan.stale_after_days + 1), plan.time_zone
    )
    open_reports = Q(report__isnull=False) & ~Q(level__in=FINAL)
    followed = open_reports & Q(period__in=asked.periods_followed_up())
    rows: Any = (
        StandingPosition.objects.filter(
            standing__in=standings(asked).counted().order_by(), is_due=True
        )
        .order_by()
        .values("party")
        .annotate(
            owed=Count("pk"),
            never=Count("pk", filter=Q(report__isnull=True)),
            final=Count("pk", filter=Q(level__in=FINAL)),
            ageing=Count("pk", filter=followed & Q(published_at__gte=old_before)),
            stale=Count("pk", filter=followed & Q(published_at__lt=old_before)),
        )
    )
    found = {row["party"]: row for row in rows}
    return [Strip(party, _ages(found.get(party.pk, {}))) for party in asked.parties]


def _ages(row: dict[str, int]) -> dict[str, int]:
    """What is final needs no further report: it counts as current."""
    aged = {name: row.get(name, 0) for name in ("ageing", "stale", "never")}
    return {Freshness.CURRENT.value: row.get("owed", 0) - sum(aged.values()), **aged}

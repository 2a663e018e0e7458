"""Reporting periods: what each side said of each pillar, what it reported, and who signed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tracker.models import (
    Commitment,
    Narrative,
    Party,
    Pillar,
    ReportingPeriod,
    Signature,
    Standing,
    StandingPosition,
    StatusReport,
)
from tracker.public.desk_links import work_links
from tracker.public.pages import Asked, public_page, render_page
from tracker.rules.dates import day_of, end_of_day
from tracker.vocabulary import Level

KEY = re.compile(r"(\d{4})-q([1-4])")


@dataclass
class Side:
    """What one party did in a period. Owed: the commitments on which it must report."""

    party: Party
    owed: int
    reported: int
    signature: Signature | None


@dataclass
class PillarWords:
    """What each side says of a pillar; without one, of what stands across the plan."""

    pillar: Pillar | None
    said: list[tuple[Party, Narrative | None]]

    @property
    def is_said(self) -> bool:
        return any(narrative for _party, narrative in self.said)


@dataclass
class ReportLine:
    """One commitment in the period: the report that counts, of each party that must report."""

    commitment: Commitment
    title: str
    reports: list[tuple[Party, StatusReport | None]] = field(default_factory=list)


@dataclass
class PeriodPage:
    """All that the page says, without HTML. A closed period is shown as it was closed."""

    asked: Asked
    period: ReportingPeriod

    @property
    def is_closed(self) -> bool:
        return self.period.is_closed(self.asked.day)

    @property
    def begun(self) -> bool:
        return self.period.starts_on <= self.asked.day

    @property
    def before_record(self) -> bool:
        """It closed before the plan was opened here: nobody could report in it."""
        plan = self.asked.plan
        return bool(
            plan.opened_at and self.period.closes_on < day_of(plan.opened_at, plan.time_zone)
        )

    @cached_property
    def _as_it_was(self) -> Asked:
        """The question to the record: the day it closed, if that is over, else the day asked."""
        day = min(self.asked.day, self.period.closes_on)
        return Asked(self.asked.plan, self.asked.today, day)

    @cached_property
    def _reports(self) -> dict[tuple[int, int], StatusReport]:
        """The report that counts, by commitment and party: the last one of the period."""
        end = end_of_day(self._as_it_was.day, self.asked.plan.time_zone)
        rows = StatusReport.objects.published_before(end).filter(period=self.period)
        return {
            (row.commitment_id, row.party_id): row for row in rows.order_by("published_at", "pk")
        }

    @cached_property
    def _owing(self) -> list[StandingPosition]:
        """Who had to report on what, in the plan's order: as it stood, whoever must later."""
        public = self._as_it_was.public(Standing.objects.filter(plan=self.asked.plan))
        rows = StandingPosition.objects.filter(standing__in=public.order_by(), is_due=True)
        return list(
            rows.select_related("standing__commitment", "standing__wording").order_by(
                "standing__position", "pk"
            )
        )

    def _is_expected(self, row: StandingPosition) -> bool:
        """Of what is completed or closed nothing more is expected; what was reported counts."""
        key = (row.standing.commitment_id, row.party_id)
        level = row.standing.level
        return key in self._reports or not (level and Level(level).is_final)

    @cached_property
    def sides(self) -> list[Side]:
        owed = Counter(row.party_id for row in self._owing if self._is_expected(row))
        reported = Counter(party for _commitment, party in self._reports)
        signatures = {
            row.party_id: row
            for row in self.asked.public(
                Signature.objects.filter(period=self.period)
            ).select_related("institution")
        }
        return [
            Side(party, owed[party.pk], reported[party.pk], signatures.get(party.pk))
            for party in self.asked.parties
        ]

    @property
    def missing(self) -> list[Party]:
        """Parties without whose signature the period closed."""
        return [side.party for side in self.sides if side.signature is None]

    @cached_property
    def words(self) -> list[PillarWords]:
        """Both sides' summaries, pillar by pillar."""
        rows = self._as_it_was.public(Narrative.objects.filter(period=self.period)).select_related(
            "institution"
        )
        said = {(row.pillar_id, row.party_id): row for row in rows}
        pillars: list[Pillar | None] = [*self.asked.plan.pillars.all(), None]
        found = [
            PillarWords(
                pillar,
                [
                    (party, said.get((pillar.pk if pillar else None, party.pk)))
                    for party in self.asked.parties
                ],
            )
            for pillar in pillars
        ]
        return [one for one in found if one.pillar or one.is_said]

    @cached_property
    def lines(self) -> list[ReportLine]:
        """The commitments on which anything was reported."""
        told = {commitment for commitment, _party in self._reports}
        standings = {
            row.standing.commitment_id: row.standing
            for row in self._owing
            if row.standing.commitment_id in told
        }
        return [
            ReportLine(
                one.commitment,
                one.wording.title,
                [self._of(one.commitment, party) for party in self.asked.parties],
            )
            for one in standings.values()
        ]

    def _of(self, row: Commitment, party: Party) -> tuple[Party, StatusReport | None]:
        return party, self._reports.get((row.pk, party.pk))


@public_page()
def period_list(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Every reporting period with its days, the newest that has begun first."""
    begun = [period for period in asked.periods if period.starts_on <= asked.day]
    later = [period for period in asked.periods if period.starts_on > asked.day]
    signed = Counter(
        asked.public(Signature.objects.filter(plan=asked.plan, period__isnull=False))
        .order_by()
        .values_list("period", flat=True)
    )
    context = {
        "begun": [
            (period, period.is_closed(asked.day), signed[period.pk]) for period in begun[::-1]
        ],
        "later": later,
    }
    return render_page(request, "public/period_list.html", asked, context, current="plan-changes")


@public_page()
def period_detail(request: HttpRequest, asked: Asked, key: str) -> HttpResponse:
    """One period: summaries, reports, signatures."""
    found = KEY.fullmatch(key)
    wanted = (int(found[1]), int(found[2])) if found else (0, 0)
    period = next((one for one in asked.periods if (one.year, one.quarter) == wanted), None)
    if period is None:
        raise Http404(_("The plan has no such period."))
    work = (_("Summaries and signature"), "period-work", (period.slug,))
    context = {
        "page": PeriodPage(asked, period),
        "desk_links": work_links(request, asked, work) if period.starts_on <= asked.day else [],
    }
    return render_page(request, "public/period.html", asked, context, current="plan-changes")

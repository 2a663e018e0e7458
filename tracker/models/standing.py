"""Standing: where a commitment stands, in spans. Lists and dashboards read nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import Spanned, SpannedQuerySet
from tracker.models.commitments import Commitment, Wording
from tracker.models.plans import Party, Pillar, Plan, PriorityArea
from tracker.models.record import Reading
from tracker.models.reports import ReportingPeriod, StatusReport
from tracker.rules.dates import end_of_day
from tracker.rules.texts import search_key
from tracker.vocabulary import Basis, Confidence, Flag, Kind, Level

FINAL = [level.value for level in Level if level.is_final]
REPORTED = [basis.value for basis in Basis if basis.is_reported]
RESTS_ON_ACTION = [level.value for level in Level if (level.step or 0) >= 2]


class StandingQuerySet(SpannedQuerySet):
    """The flags of rules/deadlines.py as questions to the database. The day is an argument."""

    def counted(self) -> Self:
        return self.filter(counted=True)

    def passed(self, day: dt.date) -> Self:
        """The target lies before `day` and the commitment is not finished."""
        return self.filter(wording__target_to__lt=day).exclude(level__in=FINAL)

    def overdue(self, day: dt.date) -> Self:
        """Late, said only where a party has reported."""
        return self.passed(day).filter(basis__in=REPORTED)

    def outcome_unknown(self, day: dt.date) -> Self:
        """The date has passed and no party has reported."""
        return self.passed(day).exclude(basis__in=REPORTED)

    def due_soon(self, day: dt.date, days: int) -> Self:
        last = day + dt.timedelta(days=days)
        return self.filter(wording__target_to__range=(day, last)).exclude(level__in=FINAL)

    def lacking_evidence(self) -> Self:
        return self.filter(basis__in=REPORTED, level__in=RESTS_ON_ACTION, has_evidence=False)

    def awaited(self, day: dt.date) -> Self:
        """One party has reported, another has not, and the due date has passed."""
        missing = StandingPosition.objects.filter(is_due=True, is_compared=False)
        return self.filter(period__due_on__lt=day, pk__in=missing.values("standing"))

    def stale(self, day: dt.date, zone: str, after_days: int, periods: Iterable[int]) -> Self:
        """A party's last report is older than `after_days`, and the next one was due.

        `periods` are those whose following period's reports were due before `day`.
        """
        before = end_of_day(day - dt.timedelta(days=after_days + 1), zone)
        old = StandingPosition.objects.filter(
            published_at__lt=before, period__in=list(periods)
        ).exclude(level__in=FINAL)
        return self.filter(pk__in=old.values("standing"))

    def flagged(self, flag: Flag, day: dt.date, plan: Plan, periods: Iterable[int]) -> Self:
        """Standings on which `flag` is raised on `day`."""
        questions = {
            Flag.OVERDUE: lambda: self.overdue(day),
            Flag.OUTCOME_UNKNOWN: lambda: self.outcome_unknown(day),
            Flag.DUE_SOON: lambda: self.due_soon(day, plan.due_soon_days),
            Flag.NO_EVIDENCE: self.lacking_evidence,
            Flag.DIFFER: lambda: self.filter(basis=Basis.DIFFER),
            Flag.AWAITED: lambda: self.awaited(day),
            Flag.STALE: lambda: self.stale(day, plan.time_zone, plan.stale_after_days, periods),
            Flag.WORDING_CHANGED: lambda: self.filter(wording__number__gt=1),
        }
        return questions[flag]()

    def saying(self, words: str) -> Self:
        """Standings whose reference, title or text holds every word, blind to accents and case."""
        found = self
        for word in search_key(words).split():
            found = found.filter(search_key__contains=word)
        return found


class Standing(Spanned):
    """One commitment in one span: the wording, each party's position, and what follows from them.

    Written by actions alone, from the rule in rules/agreement.py. Flags that depend on the day are
    not stored: rules/deadlines.py and rules/freshness.py give them.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="standings")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="standings")
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="standings")
    pillar = models.ForeignKey(Pillar, models.PROTECT, null=True, related_name="standings")
    area = models.ForeignKey(PriorityArea, models.PROTECT, null=True, related_name="standings")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    counted = models.BooleanField()
    position = models.PositiveIntegerField()
    level = models.CharField(max_length=30, choices=Level.choices, blank=True, default="")
    confidence = models.CharField(max_length=20, choices=Confidence.choices, blank=True, default="")
    basis = models.CharField(max_length=20, choices=Basis.choices, default=Basis.NONE)
    level_differs = models.BooleanField(default=False)
    confidence_differs = models.BooleanField(default=False)
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, null=True, related_name="standings")
    reading = models.ForeignKey(Reading, models.PROTECT, null=True, related_name="standings")
    has_evidence = models.BooleanField(default=False)
    last_published_at = models.DateTimeField(null=True)
    # Title, description and reference in all languages, casefolded and without accents.
    search_key = models.TextField()

    objects: ClassVar[Any] = StandingQuerySet.as_manager()

    class Meta(Spanned.Meta):
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        ordering = ["position", "pk"]
        indexes = [
            # Every public list: the open rows of a plan in the plan's order.
            models.Index(
                name="standing_open",
                fields=["plan", "position"],
                condition=Q(public_until__isnull=True),
            ),
            # The same on a day: rows whose span holds it.
            models.Index(name="standing_span", fields=["plan", "public_from", "public_until"]),
        ]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="standing_one_open",
                fields=["commitment"],
                condition=Q(public_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment.reference}: {self.get_basis_display()}"


class StandingPositionQuerySet(models.QuerySet["StandingPosition"]):
    def with_next_due(self) -> Self:
        """Adds `next_due_on`: when the report after the one it rests on is due; None without one.

        After the plan's last period it is that period's own due day.
        """
        following = ReportingPeriod.objects.filter(
            plan=OuterRef("period__plan"), starts_on__gt=OuterRef("period__starts_on")
        ).order_by("starts_on")
        return self.annotate(
            next_due_on=Coalesce(Subquery(following.values("due_on")[:1]), F("period__due_on"))
        )


class StandingPosition(models.Model):
    """One party's position within a standing: the report it rests on, or that none is due."""

    standing = models.ForeignKey(Standing, models.PROTECT, related_name="positions")
    party = models.ForeignKey(Party, models.PROTECT, related_name="positions")
    is_due = models.BooleanField()
    report = models.ForeignKey(StatusReport, models.PROTECT, null=True, related_name="positions")
    # Whether the report was one of those compared for the joint value.
    is_compared = models.BooleanField(default=False)
    level = models.CharField(max_length=30, choices=Level.choices, blank=True, default="")
    confidence = models.CharField(max_length=20, choices=Confidence.choices, blank=True, default="")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, null=True, related_name="+")
    effective_on = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    has_evidence = models.BooleanField(default=False)

    objects: ClassVar[Any] = StandingPositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["standing", "party"]
        constraints = [models.UniqueConstraint(name="position_once", fields=["standing", "party"])]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_level_display() or '—'}"

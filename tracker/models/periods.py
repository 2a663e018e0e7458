"""Reporting periods, what each party says of a pillar in one, and who signed the ledger."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import Spanned, prose
from tracker.models.institutions import Institution
from tracker.models.people import User
from tracker.models.plans import Party, Pillar, Plan
from tracker.rules.date_words import quarter_words


class ReportingPeriodQuerySet(models.QuerySet["ReportingPeriod"]):
    def get_by_natural_key(self, plan: str, year: int, quarter: int) -> ReportingPeriod:
        return self.get(plan__slug=plan, year=year, quarter=quarter)

    def begun(self, day: dt.date) -> Self:
        """Periods whose first day has come."""
        return self.filter(starts_on__lte=day)

    def reportable(self, day: dt.date) -> Self:
        """Periods for which a report may be made on `day`: begun and not closed."""
        return self.filter(starts_on__lte=day, closes_on__gte=day, closed_at__isnull=True)


class ReportingPeriod(models.Model):
    """A quarter of the plan, with the days its reports are due and it closes."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="periods", verbose_name=_("plan"))
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    due_on = models.DateField(_("reports due"))
    closes_on = models.DateField(_("closes"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["plan", "starts_on"]
        constraints = [
            models.UniqueConstraint(name="period_once", fields=["plan", "year", "quarter"]),
            models.CheckConstraint(
                name="period_days_in_order",
                condition=Q(
                    ends_on__gte=F("starts_on"),
                    due_on__gte=F("ends_on"),
                    closes_on__gte=F("due_on"),
                    quarter__range=(1, 4),
                ),
                violation_error_message=_(
                    "A period starts, ends, falls due and closes in this order."
                ),
            ),
        ]

    def __str__(self) -> str:
        return quarter_words(self.year, self.quarter)

    def natural_key(self) -> tuple[str, int, int]:
        return (self.plan.slug, self.year, self.quarter)

    natural_key.dependencies = ["tracker.plan"]  # type: ignore[attr-defined]

    def is_closed(self, day: dt.date) -> bool:
        """No report is taken for it any more, and it stays as it is."""
        return self.closed_at is not None or self.closes_on < day

    def is_reportable(self, day: dt.date) -> bool:
        """A report may be made for it on `day`: begun and not closed."""
        return self.starts_on <= day and not self.is_closed(day)

    @property
    def slug(self) -> str:
        """Its place in addresses: "2026-q3"."""
        return f"{self.year}-q{self.quarter}"

    @property
    def code(self) -> str:
        """How the ledger and files name it, in no language: "2026 Q3"."""
        return f"{self.year} Q{self.quarter}"


class NarrativeText(models.Model):
    """What one party says of one pillar in one period; without a pillar, of what stands across."""

    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="%(class)ss", verbose_name=_("period")
    )
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="%(class)ss", verbose_name=_("party")
    )
    pillar = models.ForeignKey(
        Pillar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("pillar"),
        help_text=_("Empty for what stands across the plan."),
    )
    text = prose(_("summary"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.period}, {self.party}, {self.pillar or _('across the plan')}"


class Narrative(Spanned, NarrativeText):
    """A party's published summary. Written by one coordinator, published by another."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="narratives", verbose_name=_("institution")
    )

    class Meta(Spanned.Meta):
        verbose_name = _("summary of a period")
        verbose_name_plural = _("summaries of periods")
        ordering = ["period", "party", "pillar", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            *(
                models.UniqueConstraint(
                    name=f"narrative_one_open{name}",
                    fields=["period", "party", *fields],
                    condition=Q(public_until__isnull=True, pillar__isnull=not fields),
                )
                for name, fields in (("", ["pillar"]), ("_across", []))
            ),
        ]


class NarrativeDraft(NarrativeText):
    """A summary on its way to the public. Read by the coordinators of its party alone."""

    act_id = models.UUIDField(_("act"), unique=True, editable=False)
    version = models.PositiveIntegerField(_("saved times"), default=0, editable=False)
    saved_at = models.DateTimeField(_("saved"))
    writers = models.ManyToManyField(User, related_name="narratives_written")

    class Meta:
        verbose_name = _("draft of a summary")
        verbose_name_plural = _("drafts of summaries")
        ordering = ["period", "party", "pillar", "pk"]
        constraints = [
            models.UniqueConstraint(
                name=f"narrative_one_draft{name}",
                fields=["period", "party", *fields],
                condition=Q(pillar__isnull=not fields),
            )
            for name, fields in (("", ["pillar"]), ("_across", []))
        ]


class Signature(Spanned):
    """That an institution of a party saw the ledger at a size, and keeps its head.

    "Append-only as we saw it", which is no agreement to the content. With a period, it is the
    party's signature at its close.
    """

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="signatures", verbose_name=_("plan")
    )
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="signatures", verbose_name=_("party")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="signatures", verbose_name=_("institution")
    )
    period = models.ForeignKey(
        ReportingPeriod,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signatures",
        verbose_name=_("period"),
    )
    size = models.PositiveBigIntegerField(_("entries seen"))
    head = models.CharField(_("head seen"), max_length=64)

    class Meta(Spanned.Meta):
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["plan", "public_from", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="signature_once_a_period",
                fields=["party", "period"],
                condition=Q(period__isnull=False),
                violation_error_message=_("Your side has signed this period already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution.short_name}: {self.size}"

"""The plan and its structure: parties, pillars, priority areas."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.models.columns import language_now, line, prose
from tracker.rules.dates import day_of
from tracker.vocabulary import InferenceBasis

NO_PREVIOUS = "0" * 64


class PartyManager(models.Manager["Party"]):
    def get_by_natural_key(self, code: str) -> Party:
        return self.get(code=code)


class Party(models.Model):
    """A state that is party to one or more plans: the side in whose name a report is published."""

    code = models.CharField(
        _("code"), max_length=2, unique=True, validators=[RegexValidator(r"^[A-Z]{2}$")]
    )
    name = line(_("name"))
    publication_languages = models.JSONField(
        _("publication languages"),
        default=list,
        help_text=_('Codes in the order of use, for example ["en", "fr"].'),
    )
    position_en = models.PositiveSmallIntegerField(_("place in English"), default=0)
    position_fr = models.PositiveSmallIntegerField(_("place in French"), default=0)
    position_es = models.PositiveSmallIntegerField(_("place in Spanish"), default=0)

    objects = PartyManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["position_en", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @property
    def position(self) -> int:
        """Place among the parties in the reader's language: Mexico comes first in Spanish."""
        return getattr(self, f"position_{language_now()}")


class PlanQuerySet(models.QuerySet["Plan"]):
    def open(self) -> Self:
        """Plans that have been opened: a plan that was only loaded is not public."""
        return self.filter(opened_at__isnull=False)

    def get_by_natural_key(self, slug: str) -> Plan:
        return self.get(slug=slug)


class Plan(models.Model):
    """What two or more states promised each other for a number of years.

    Entered by the secretariat, opened once, kept for ever. `revision` rises with every change of
    anything public; `ledger_size` and `ledger_head` belong to the chain. These three are written by
    actions alone, under a lock on this row.
    """

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = line(_("title"))
    summary = prose(_("summary"))
    notice = prose(_("notice"), _("Shown on every page until the parties have accepted the plan."))
    limits = prose(
        _("what the sources do not tell"),
        _("One sentence a line. Shown where the page says how the record is kept."),
    )
    parties = models.ManyToManyField(Party, related_name="plans", verbose_name=_("parties"))
    announced_on = models.DateField(_("announced on"))
    axis_ends_on = models.DateField(
        _("time axis ends on"),
        help_text=_("Last day drawn. The plan itself may end in a year with no day given."),
    )
    end_note = line(_("what the sources say of the end"))
    compiled_on = models.DateField(
        _("sources compiled on"),
        help_text=_("Facts from sources without a date are public from this day."),
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC")
    due_after_days = models.PositiveSmallIntegerField(
        _("reports due, days after the quarter"), default=30
    )
    close_after_days = models.PositiveSmallIntegerField(
        _("period closes, days after the quarter"), default=60
    )
    courtesy_days = models.PositiveSmallIntegerField(_("courtesy days"), default=10)
    lapse_after_days = models.PositiveSmallIntegerField(
        _("a proposal lapses after, days"), default=90
    )
    stale_after_days = models.PositiveSmallIntegerField(
        _("a report is stale after, days"), default=180
    )
    due_soon_days = models.PositiveSmallIntegerField(_("due soon within, days"), default=90)
    is_default = models.BooleanField(_("shown at the site's root"), default=False)
    is_sample = models.BooleanField(_("invented sample"), default=False)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(
        _("accepted by the parties"), null=True, blank=True, editable=False
    )
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    # When a person last made something public: not a clock, not an edit that nobody sees.
    changed_at = models.DateTimeField(null=True, editable=False)
    ledger_size = models.PositiveBigIntegerField(default=0, editable=False)
    ledger_head = models.CharField(max_length=64, default=NO_PREVIOUS, editable=False)

    objects = PlanQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["revision", "ledger_size", "ledger_head"])

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                name="plan_one_default",
                fields=["is_default"],
                condition=Q(is_default=True),
                violation_error_message=_("Another plan is shown at the site's root already."),
            ),
            models.CheckConstraint(
                name="plan_axis_after_announcement",
                condition=Q(axis_ends_on__gt=F("announced_on")),
                violation_error_message=_("The time axis must end after the announcement."),
            ),
            models.CheckConstraint(
                name="plan_closes_after_due",
                condition=Q(close_after_days__gte=F("due_after_days")),
                violation_error_message=_("A period may not close before its reports are due."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plan-overview", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def today(self, moment: dt.datetime) -> dt.date:
        """The calendar day in the plan's time zone."""
        return day_of(moment, self.time_zone)


class PillarManager(models.Manager["Pillar"]):
    def get_by_natural_key(self, plan: str, number: int) -> Pillar:
        return self.get(plan__slug=plan, number=number)


class Pillar(models.Model):
    """A part into which the plan itself divides its promises. Entered by the secretariat."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="pillars", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    slug = models.SlugField(_("address"), max_length=60)
    title = line(_("title"))
    variant = line(_("other wording"), _("The title as another source words it."))
    variant_note = line(_("where the other wording stands"))

    objects = PillarManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(name="pillar_number_once", fields=["plan", "number"]),
            models.UniqueConstraint(name="pillar_slug_once", fields=["plan", "slug"]),
        ]

    def __str__(self) -> str:
        return f"{self.roman} {self.title}"

    def natural_key(self) -> tuple[str, int]:
        return (self.plan.slug, self.number)

    natural_key.dependencies = ["tracker.plan"]  # type: ignore[attr-defined]

    @property
    def roman(self) -> str:
        """The number as sources print it (plans have fewer than ten pillars)."""
        return ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][self.number]


class PriorityAreaManager(models.Manager["PriorityArea"]):
    def get_by_natural_key(self, plan: str, slug: str) -> PriorityArea:
        return self.get(plan__slug=plan, slug=slug)


class PriorityArea(models.Model):
    """A group of commitments within a pillar, or across the plan when it has no pillar.

    `basis` inferred means the title is our grouping, not the source's, and pages say so.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="areas", verbose_name=_("plan"))
    pillar = models.ForeignKey(
        Pillar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="areas",
        verbose_name=_("pillar"),
        help_text=_("Empty for what stands across the plan."),
    )
    slug = models.SlugField(_("address"), max_length=60)
    position = models.PositiveSmallIntegerField(_("place"))
    title = line(_("title"))
    basis = models.CharField(
        _("basis"),
        max_length=10,
        choices=InferenceBasis.choices,
        default=InferenceBasis.INFERRED,
        help_text=_("Inferred: the title is our grouping."),
    )

    objects = PriorityAreaManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("priority area")
        verbose_name_plural = _("priority areas")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(name="area_slug_once", fields=["plan", "slug"]),
            models.UniqueConstraint(name="area_position_once", fields=["plan", "position"]),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.slug, self.slug)

    natural_key.dependencies = ["tracker.plan"]  # type: ignore[attr-defined]


def in_the_readers_order(parties: list[Party]) -> list[Party]:
    """Parties in the order of the reader's language."""
    return sorted(parties, key=lambda party: (party.position, party.code))

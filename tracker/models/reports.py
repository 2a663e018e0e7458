"""Reporting periods and the reports of each party, with their evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import prose
from tracker.models.commitments import Commitment
from tracker.models.institutions import Institution
from tracker.models.people import User
from tracker.models.plans import Party, Plan
from tracker.rules.date_words import quarter_words
from tracker.vocabulary import (
    Confidence,
    Level,
    ReasonCode,
    ReportAct,
    ReportState,
)

LEVEL_CHOICES = [(level.value, level.label) for level in Level.reportable()]
LANGUAGE_CHOICES = [("en", _("English")), ("fr", _("French")), ("es", _("Spanish"))]


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
    def code(self) -> str:
        """How the ledger and files name it, in no language: "2026 Q3"."""
        return f"{self.year} Q{self.quarter}"


class StatusReportQuerySet(models.QuerySet["StatusReport"]):
    def published(self) -> Self:
        return self.filter(state=ReportState.PUBLISHED)

    def unpublished(self) -> Self:
        return self.exclude(state=ReportState.PUBLISHED)

    def published_before(self, moment: dt.datetime) -> Self:
        """Reports public just before `moment`."""
        return self.published().filter(published_at__lt=moment)


class StatusReport(models.Model):
    """One party's report on one commitment for one period.

    Written by an official of the party, published by another person of it. A published report is
    never edited or deleted (constraint and trigger): a correction is a new report that names it.
    """

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="reports", verbose_name=_("commitment")
    )
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="reports", verbose_name=_("party")
    )
    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="reports", verbose_name=_("period")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT
    )
    act_id = models.UUIDField(_("act"), default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(_("saved times"), default=0, editable=False)

    level = models.CharField(
        _("level"), max_length=30, choices=LEVEL_CHOICES, blank=True, default=""
    )
    confidence = models.CharField(
        _("confidence"), max_length=20, choices=Confidence.choices, blank=True, default=""
    )
    reason_code = models.CharField(
        _("reason"), max_length=20, choices=ReasonCode.choices, blank=True, default=""
    )
    effective_on = models.DateField(_("on which day this was true"), null=True, blank=True)
    action_on = models.DateField(_("date of the last action"), null=True, blank=True)
    step_on = models.DateField(_("date of the next step"), null=True, blank=True)
    resumes_on = models.DateField(_("date of resuming"), null=True, blank=True)
    done = prose(_("what was done"))
    obstacles = prose(_("what stands in the way"))
    next_step = prose(_("next step"))
    missing = prose(_("what is missing"))
    corrective_action = prose(_("what will be done about it"))

    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    concurs_with = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="concurrences",
        verbose_name=_("concurs with"),
    )
    contests = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contests_of",
        verbose_name=_("contests"),
    )
    contest_reason = prose(_("reason of the contest"))

    author = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports_written",
        verbose_name=_("author"),
        help_text=_("Empty for a concurrence: its text is the report it names."),
    )
    author_institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="reports", verbose_name=_("institution")
    )
    started_at = models.DateTimeField(_("started"))
    saved_at = models.DateTimeField(_("saved"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    published_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports_published",
        verbose_name=_("published by"),
    )
    published_institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports_published",
        verbose_name=_("publishing institution"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["commitment", "party", "period", "pk"]
        indexes = [
            # A commitment's page and the standing rule read published reports newest first.
            models.Index(
                name="report_published_latest",
                fields=["commitment", "party", "-published_at"],
            ),
            # The review queue and my work list open reports of a party.
            models.Index(name="report_open_by_party", fields=["party", "state"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="report_one_open",
                fields=["commitment", "party", "period"],
                condition=~Q(state=ReportState.PUBLISHED),
                violation_error_message=_(
                    "Your party has an open report on this commitment for this period already."
                ),
            ),
            models.CheckConstraint(
                name="report_published_by_another",
                condition=~Q(state=ReportState.PUBLISHED)
                | (
                    Q(
                        published_at__isnull=False,
                        published_by__isnull=False,
                        published_institution__isnull=False,
                        effective_on__isnull=False,
                    )
                    & ~Q(level="")
                    & ~Q(published_by=F("author"))
                ),
                violation_error_message=_("A report is published by another than its author."),
            ),
            models.CheckConstraint(
                name="report_has_author_or_concurs",
                condition=Q(author__isnull=False) | Q(concurs_with__isnull=False),
            ),
            models.CheckConstraint(
                name="report_unpublished_has_no_publication",
                condition=Q(state=ReportState.PUBLISHED)
                | Q(published_at__isnull=True, published_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment.reference}, {self.party}, {self.period}"

    def natural_key(self) -> tuple[str]:
        return (str(self.act_id),)

    @property
    def is_published(self) -> bool:
        return self.state == ReportState.PUBLISHED


class Evidence(models.Model):
    """A link or a file that bears out a report: with title, language and date."""

    report = models.ForeignKey(
        StatusReport, models.CASCADE, related_name="evidence", verbose_name=_("report")
    )
    title = models.CharField(_("title"), max_length=300)
    url = models.URLField(
        _("link"),
        max_length=500,
        blank=True,
        default="",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    file = models.FileField(_("file"), upload_to="evidence/%Y/", blank=True, default="")
    file_name = models.CharField(_("file name"), max_length=200, blank=True, default="")
    sha256 = models.CharField(
        _("SHA-256"),
        max_length=64,
        blank=True,
        default="",
        validators=[RegexValidator(r"^[0-9a-f]{64}$")],
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    dated_on = models.DateField(_("date"))
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_link_or_file",
                condition=(~Q(url="") & Q(file="", sha256=""))
                | (Q(url="") & ~Q(file="") & ~Q(sha256="")),
                violation_error_message=_("Give a link or a file, not both."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class ReportEvent(models.Model):
    """What happened to a report before it was public, with the coordinator's note.

    Confidential: readable only by the party's responsible officials and coordinators.
    """

    report = models.ForeignKey(
        StatusReport, models.CASCADE, related_name="events", verbose_name=_("report")
    )
    act = models.CharField(_("act"), max_length=20, choices=ReportAct.choices)
    actor = models.ForeignKey(User, models.PROTECT, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    note = models.TextField(
        _("note"), blank=True, default="", validators=[MaxLengthValidator(20_000)]
    )

    class Meta:
        verbose_name = _("step of a report")
        verbose_name_plural = _("steps of reports")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(ReportAct(self.act).label)


TEXTS = ("done", "obstacles", "next_step", "missing", "corrective_action", "contest_reason")

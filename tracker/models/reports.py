"""The reports of each party, with their evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import prose
from tracker.models.commitments import Commitment
from tracker.models.guards import REDACTED
from tracker.models.institutions import Institution
from tracker.models.people import User
from tracker.models.periods import ReportingPeriod
from tracker.models.plans import Party
from tracker.vocabulary import Confidence, Level, ReasonCode, ReportState

LEVEL_CHOICES = [(level.value, level.label) for level in Level.reportable()]
LANGUAGE_CHOICES = [("en", _("English")), ("fr", _("French")), ("es", _("Spanish"))]
LANGUAGE_NAMES = dict(LANGUAGE_CHOICES)


class StatusReportQuerySet(models.QuerySet["StatusReport"]):
    def get_by_natural_key(self, act_id: str) -> StatusReport:
        return self.get(act_id=act_id)

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
    change_reason = prose(
        _("why it differs from the last report"),
        _("Asked of a correction, and of a level below the last one."),
    )
    repeats = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="repetitions",
        verbose_name=_("no change since"),
        help_text=_("The text and evidence of that report still hold."),
    )
    on_behalf = models.BooleanField(
        _("entered on behalf of the party"),
        default=False,
        help_text=_("By the secretariat, from a written text of the party, which is attached."),
    )

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
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("institution"),
        help_text=_("Empty where the secretariat entered it."),
    )
    started_at = models.DateTimeField(_("started"))
    saved_at = models.DateTimeField(_("saved"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    shared_at = models.DateTimeField(_("shared with the other side"), null=True, blank=True)
    shared_until = models.DateTimeField(_("shared until"), null=True, blank=True)
    publish_at = models.DateTimeField(_("to be published"), null=True, blank=True)
    scheduled_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports_scheduled",
        verbose_name=_("approved by"),
    )
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
                condition=~Q(state=ReportState.PUBLISHED) & Q(on_behalf=False),
                violation_error_message=_(
                    "Your party has an open report on this commitment for this period already."
                ),
            ),
            # Apart from the party's own: whether that exists is not for the secretariat to know.
            models.UniqueConstraint(
                name="report_one_open_on_behalf",
                fields=["commitment", "party", "period"],
                condition=~Q(state=ReportState.PUBLISHED) & Q(on_behalf=True),
                violation_error_message=_(
                    "A report is being entered here on behalf of the party already."
                ),
            ),
            models.CheckConstraint(
                name="report_published_by_another",
                condition=~Q(state=ReportState.PUBLISHED)
                | (
                    Q(
                        published_at__isnull=False,
                        published_by__isnull=False,
                        effective_on__isnull=False,
                    )
                    & (Q(published_institution__isnull=False) | Q(on_behalf=True))
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
                name="report_has_institution_or_is_on_behalf",
                condition=Q(author_institution__isnull=False) | Q(on_behalf=True),
            ),
            models.CheckConstraint(
                name="report_scheduled_has_its_time",
                condition=Q(
                    state=ReportState.SCHEDULED,
                    publish_at__isnull=False,
                    scheduled_by__isnull=False,
                )
                | ~Q(state=ReportState.SCHEDULED),
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


def evidence_path(row: Evidence, name: str) -> str:
    """Where a file is kept: a folder by the first two letters of its SHA-256."""
    return f"evidence/{row.sha256[:2]}/{row.sha256}"


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
    # By its own hash: the same file is kept once, and the store can be checked without a database.
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True, default="")
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
    is_party_text = models.BooleanField(
        _("the party’s own text"),
        default=False,
        help_text=_("From which the secretariat entered the report on behalf of the party."),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_link_or_file",
                # A redacted file leaves its hash.
                condition=(~Q(url="") & Q(file="", sha256="")) | (Q(url="") & ~Q(sha256="")),
                violation_error_message=_("Give a link or a file, not both."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_redacted(self) -> bool:
        """The link or the file was taken away; its title may have stayed."""
        return self.url == REDACTED or bool(self.sha256 and not self.file)


TEXTS = (
    "done", "obstacles", "next_step", "missing", "corrective_action", "contest_reason",
    "change_reason",
)  # fmt: skip

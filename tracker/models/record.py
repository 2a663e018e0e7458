"""The public record: dated events, who took part, and what the secretariat reads from them."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import (
    SourceDateColumns,
    Spanned,
    line,
    prose,
    source_date_constraints,
)
from tracker.models.commitments import Commitment
from tracker.models.institutions import Institution
from tracker.models.plans import Party, Plan
from tracker.vocabulary import EntryKind, Level, SourceConfidence

ENTRY_REFERENCE = RegexValidator(
    r"^[A-Z]{1,3}-\d{2,4}$", _("A reference has letters, a dash and digits, like R-14.")
)


class RecordEntryManager(models.Manager["RecordEntry"]):
    def get_by_natural_key(self, plan: str, reference: str) -> RecordEntry:
        return self.get(plan__slug=plan, reference=reference)


class RecordEntry(models.Model):
    """A public event that bears on the plan. Entered by the secretariat from its sources."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="entries", verbose_name=_("plan"))
    reference = models.CharField(_("reference"), max_length=10, validators=[ENTRY_REFERENCE])

    objects = RecordEntryManager()

    class Meta:
        verbose_name = _("record entry")
        verbose_name_plural = _("record entries")
        ordering = ["plan", "reference"]
        constraints = [
            models.UniqueConstraint(
                name="entry_reference_once",
                fields=["plan", "reference"],
                violation_error_message=_("This reference is taken in the plan."),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.slug, self.reference)

    natural_key.dependencies = ["tracker.plan"]  # type: ignore[attr-defined]


class EntryVersion(Spanned):
    """What a record entry says, as public from a day on."""

    entry = models.ForeignKey(
        RecordEntry, models.PROTECT, related_name="versions", verbose_name=_("record entry")
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=EntryKind.choices, default=EntryKind.EVENT
    )
    happened = SourceDateColumns(_("date"))
    title = line(_("title"))
    text = prose(_("what happened"))
    confidence = models.CharField(
        _("how well it is borne out"),
        max_length=1,
        choices=SourceConfidence.choices,
        blank=True,
        default="",
    )
    confidence_note = line(_("note on the sources"))

    class Meta(Spanned.Meta):
        verbose_name = _("record entry")
        verbose_name_plural = _("record entries")
        ordering = ["happened_from", "entry__reference", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="entry_version_one_open",
                fields=["entry"],
                condition=Q(public_until__isnull=True),
            ),
            *source_date_constraints("happened"),
        ]

    def __str__(self) -> str:
        return f"{self.entry.reference} {self.title}"


class EntryBearing(Spanned):
    """That a record entry bears on a commitment."""

    entry = models.ForeignKey(
        RecordEntry, models.PROTECT, related_name="bearings", verbose_name=_("record entry")
    )
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="bearings", verbose_name=_("commitment")
    )

    class Meta(Spanned.Meta):
        verbose_name = _("commitment it bears on")
        verbose_name_plural = _("commitments it bears on")
        ordering = ["commitment__position", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="bearing_once",
                fields=["entry", "commitment"],
                condition=Q(public_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry.reference}: {self.commitment.reference}"


class Participant(Spanned):
    """Who took part in an event, with the role the source gives: a body, a person, or both."""

    entry = models.ForeignKey(
        RecordEntry, models.PROTECT, related_name="participants", verbose_name=_("record entry")
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("institution"),
    )
    party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("party"),
    )
    person = models.CharField(_("person"), max_length=150, blank=True, default="")
    role = line(_("role as the source gives it"))
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta(Spanned.Meta):
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["position", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.CheckConstraint(
                name="participant_is_someone",
                condition=Q(institution__isnull=False)
                | ~Q(person="")
                | ~Q(role_en="")
                | ~Q(role_fr="")
                | ~Q(role_es=""),
                violation_error_message=_("Name an institution, a person or a role."),
            ),
        ]

    def __str__(self) -> str:
        return self.person or str(self.institution or self.role)


class Reading(Spanned):
    """The secretariat's provisional level of a commitment, read from record entries.

    It carries no confidence, is always shown as "from the public record", and any party's report
    outranks it. A level may be missing: then the note says what the record leaves open.
    """

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="readings", verbose_name=_("commitment")
    )
    level = models.CharField(
        _("level"),
        max_length=30,
        choices=[(level.value, level.label) for level in Level.reportable()],
        blank=True,
        default="",
    )
    note = prose(_("note"))
    entries = models.ManyToManyField(
        RecordEntry, blank=True, related_name="readings", verbose_name=_("record entries")
    )

    class Meta(Spanned.Meta):
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["commitment", "public_from"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="reading_one_open",
                fields=["commitment"],
                condition=Q(public_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment.reference}: {Level(self.level).label if self.level else '—'}"

"""Meetings of the two sides, their agenda and what was decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
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
from tracker.models.plans import Plan
from tracker.models.record import RecordEntry
from tracker.vocabulary import DecisionState, MeetingLevel, MeetingState


class MeetingManager(models.Manager["Meeting"]):
    def get_by_natural_key(self, plan: str, slug: str) -> Meeting:
        return self.get(plan__slug=plan, slug=slug)


class Meeting(models.Model):
    """A meeting of people of both sides, held or not. Entered by the secretariat.

    The record entry that tells of it carries its participants and sources.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="meetings", verbose_name=_("plan"))
    slug = models.SlugField(_("address"), max_length=80)
    entry = models.ForeignKey(
        RecordEntry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("record entry"),
    )

    objects = MeetingManager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["plan", "slug"]
        constraints = [
            models.UniqueConstraint(
                name="meeting_slug_once",
                fields=["plan", "slug"],
                violation_error_message=_("This address is taken in the plan."),
            )
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("meeting-detail", args=[self.plan.slug, self.slug])

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.slug, self.slug)

    natural_key.dependencies = ["tracker.recordentry"]  # type: ignore[attr-defined]


class MeetingVersion(Spanned):
    """What is public of a meeting, from a day on."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="versions", verbose_name=_("meeting")
    )
    level = models.CharField(_("level"), max_length=20, choices=MeetingLevel.choices)
    state = models.CharField(
        _("state"), max_length=20, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    held = SourceDateColumns(_("date"))
    title = line(_("title"))
    summary = prose(_("summary"))
    place = line(_("place"))

    class Meta(Spanned.Meta):
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["held_from", "meeting__slug", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="meeting_version_one_open",
                fields=["meeting"],
                condition=Q(public_until__isnull=True),
            ),
            *source_date_constraints("held"),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(Spanned):
    """That a commitment was on a meeting's agenda, or that a source ties the meeting to it."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="agenda", verbose_name=_("meeting")
    )
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="agenda_items", verbose_name=_("commitment")
    )
    note = line(_("note"))
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta(Spanned.Meta):
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda")
        ordering = ["position", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="agenda_once",
                fields=["meeting", "commitment"],
                condition=Q(public_until__isnull=True),
                violation_error_message=_("This commitment is on the agenda already."),
            ),
        ]

    def __str__(self) -> str:
        return self.commitment.reference


class MeetingParticipant(Spanned):
    """Who took part in a meeting that no record entry tells of (a planned one, for example)."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="participants", verbose_name=_("meeting")
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        related_name="meeting_participations",
        verbose_name=_("institution"),
    )
    note = line(_("note"))
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta(Spanned.Meta):
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["position", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="meeting_participant_once",
                fields=["meeting", "institution"],
                condition=Q(public_until__isnull=True),
                violation_error_message=_("This institution is entered here already."),
            ),
        ]

    def __str__(self) -> str:
        return self.institution.short_name


class Decision(Spanned):
    """What a meeting decided: who does what by when. Carried over until it is done."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="decisions", verbose_name=_("meeting")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    commitment = models.ForeignKey(
        Commitment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("commitment"),
    )
    owner = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("owner"),
    )
    text = prose(_("decision"))
    due = SourceDateColumns(_("due"))
    state = models.CharField(
        _("state"), max_length=10, choices=DecisionState.choices, default=DecisionState.OPEN
    )

    class Meta(Spanned.Meta):
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["meeting", "number"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="decision_number_once",
                fields=["meeting", "number"],
                condition=Q(public_until__isnull=True),
            ),
            *source_date_constraints("due"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting.slug} {self.number}"

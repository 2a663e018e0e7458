"""What follows a publication: a party's confirmation, translations, and answers to the record."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import Spanned, prose
from tracker.models.commitments import Commitment
from tracker.models.institutions import Institution
from tracker.models.plans import Party, Plan
from tracker.models.record import RecordEntry
from tracker.models.reports import LANGUAGE_CHOICES, StatusReport
from tracker.vocabulary import Role


class ReportConfirmation(Spanned):
    """That a party stands by a report which the secretariat entered on its behalf."""

    report = models.ForeignKey(
        StatusReport, models.PROTECT, related_name="confirmations", verbose_name=_("report")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="confirmations", verbose_name=_("institution")
    )

    class Meta(Spanned.Meta):
        verbose_name = _("confirmation of a report")
        verbose_name_plural = _("confirmations of reports")
        ordering = ["public_from", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(name="report_confirmed_once", fields=["report"]),
        ]

    def __str__(self) -> str:
        return str(self.report)


def _text(title: Any) -> models.TextField:
    return models.TextField(
        title,
        blank=True,
        default="",
        validators=[MaxLengthValidator(20_000), ProhibitNullCharactersValidator()],
    )


class ReportTranslation(Spanned):
    """The texts of a published report in one more language. Always unofficial."""

    report = models.ForeignKey(
        StatusReport, models.PROTECT, related_name="translations", verbose_name=_("report")
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    translator_role = models.CharField(_("translated by"), max_length=20, choices=Role.choices)
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("institution"),
    )
    done = _text(_("what was done"))
    obstacles = _text(_("what stands in the way"))
    next_step = _text(_("next step"))
    missing = _text(_("what is missing"))
    corrective_action = _text(_("what will be done about it"))
    contest_reason = _text(_("reason of the contest"))
    change_reason = _text(_("why it differs from the last report"))

    class Meta(Spanned.Meta):
        verbose_name = _("translation of a report")
        verbose_name_plural = _("translations of reports")
        ordering = ["report", "language", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="translation_one_open",
                fields=["report", "language"],
                condition=Q(public_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.get_language_display()}"


class Answer(Spanned):
    """What a party says to the reading of a commitment or to an entry of the public record.

    Shown beside it. It ends with what it answers: a new reading or version is not answered yet.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="answers", verbose_name=_("plan"))
    commitment = models.ForeignKey(
        Commitment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("commitment"),
    )
    entry = models.ForeignKey(
        RecordEntry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("record entry"),
    )
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="answers", verbose_name=_("party")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="answers", verbose_name=_("institution")
    )
    text = prose(_("answer"))

    class Meta(Spanned.Meta):
        verbose_name = _("answer of a party")
        verbose_name_plural = _("answers of parties")
        ordering = ["public_from", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.CheckConstraint(
                name="answer_to_one_thing",
                condition=Q(commitment__isnull=False, entry__isnull=True)
                | Q(commitment__isnull=True, entry__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    name=f"answer_one_open_{thing}",
                    fields=["party", thing],
                    condition=Q(public_until__isnull=True, **{f"{thing}__isnull": False}),
                )
                for thing in ("commitment", "entry")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.text[:60]}"

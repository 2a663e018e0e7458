"""Commitments: what was promised, in which words, by whom, with which money and steps."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.models.columns import (
    SourceDateColumns,
    Spanned,
    line,
    prose,
    source_date_constraints,
)
from tracker.models.institutions import Institution
from tracker.models.plans import Party, Pillar, Plan, PriorityArea
from tracker.vocabulary import (
    Composition,
    InferenceBasis,
    Kind,
    MilestoneState,
    PlacementBasis,
    ReportingBasis,
    ResponsibilityRole,
)

REFERENCE = RegexValidator(
    r"^[A-Z]{2,5}-\d{2,4}$", _("A reference has letters, a dash and digits, like PRO-05.")
)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def get_by_natural_key(self, plan: str, reference: str) -> Commitment:
        return self.get(plan__slug=plan, reference=reference)

    def owed_by(self, party: Party) -> Self:
        """Commitments on which `party` must report."""
        return self.filter(reporting_parties=party)


class Commitment(models.Model):
    """One promise of the plan. Entered by the secretariat; its words stand in its wordings."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="commitments", verbose_name=_("plan")
    )
    reference = models.CharField(_("reference"), max_length=10, validators=[REFERENCE])
    position = models.PositiveIntegerField(_("place in the plan's order"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    composition = models.CharField(
        _("composition"),
        max_length=10,
        choices=Composition.choices,
        default=Composition.SINGLE,
        help_text=_("Envelopes and components are not counted: their parts or whole are."),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("superseded by"),
    )
    closed_by = prose(
        _("closed by"), _("The decision that closed it. Empty: it is not closed by decision.")
    )
    pillar = models.ForeignKey(
        Pillar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("pillar"),
        help_text=_("Empty for what stands across the plan."),
    )
    area = models.ForeignKey(
        PriorityArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("priority area"),
    )
    placement = models.CharField(
        _("placed"),
        max_length=10,
        choices=PlacementBasis.choices,
        default=PlacementBasis.THEME,
    )
    placement_note = line(_("note on the placement"))
    reporting_parties = models.ManyToManyField(
        Party, blank=True, related_name="owed_commitments", verbose_name=_("reporting parties")
    )
    reporting_basis = models.CharField(
        _("why these parties report"),
        max_length=20,
        choices=ReportingBasis.choices,
        default=ReportingBasis.BOTH,
    )
    note = prose(_("note for readers"))

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                name="commitment_reference_once",
                fields=["plan", "reference"],
                violation_error_message=_("This reference is taken in the plan."),
            ),
            models.CheckConstraint(
                name="commitment_component_has_whole",
                condition=~Q(composition=Composition.COMPONENT) | Q(parent__isnull=False),
                violation_error_message=_("A component needs the commitment it is part of."),
            ),
            models.CheckConstraint(
                name="commitment_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message=_("A commitment is not part of itself."),
            ),
            models.CheckConstraint(
                name="commitment_ends_one_way",
                condition=Q(superseded_by__isnull=True)
                | Q(closed_by_en="", closed_by_fr="", closed_by_es=""),
                violation_error_message=_("A commitment is superseded or closed, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("commitment-detail", args=[self.plan.slug, self.reference])

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.slug, self.reference)

    natural_key.dependencies = ["tracker.plan"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.area and self.area.pillar_id != self.pillar_id:
            raise ValidationError({"area": _("This area belongs to another pillar.")})

    @property
    def is_ended(self) -> bool:
        """Superseded or closed by the parties together: nothing is reported on it any more."""
        return self.superseded_by_id is not None or bool(self.closed_by)

    @property
    def counts(self) -> bool:
        """Whether it is one of the commitments that are counted (72 of 80 in the first plan)."""
        return Kind(self.kind).counts and Composition(self.composition).counts


class Wording(Spanned):
    """Title, description, completion test and target date of a commitment, as public from a day on.

    A change makes a new wording with its reason; the wording at signing can always be seen.
    """

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="wordings", verbose_name=_("commitment")
    )
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    title = line(_("title"))
    description = prose(_("description"))
    completion_test = prose(_("completed when"), _("Empty: no completion test is agreed yet."))
    target = SourceDateColumns(_("target date"))
    target_basis = models.CharField(
        _("target date"),
        max_length=10,
        choices=InferenceBasis.choices,
        default=InferenceBasis.NAMED,
    )
    reason = prose(_("reason of the change"))
    author_role = models.CharField(_("changed by"), max_length=20, blank=True, default="")

    class Meta(Spanned.Meta):
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["commitment", "number"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(name="wording_number_once", fields=["commitment", "number"]),
            models.UniqueConstraint(
                name="wording_one_open",
                fields=["commitment"],
                condition=Q(public_until__isnull=True),
            ),
            *source_date_constraints("target"),
        ]

    def __str__(self) -> str:
        return self.title


class Responsibility(Spanned):
    """An institution's part in a commitment, and whether a source names it or it is inferred."""

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="responsibilities", verbose_name=_("commitment")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="responsibilities", verbose_name=_("institution")
    )
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=ResponsibilityRole.choices,
        default=ResponsibilityRole.NOT_STATED,
        help_text=_("A lead only where a source says so."),
    )
    basis = models.CharField(
        _("basis"),
        max_length=10,
        choices=InferenceBasis.choices,
        default=InferenceBasis.INFERRED,
    )
    note = line(_("note"))
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta(Spanned.Meta):
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["position", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.UniqueConstraint(
                name="responsibility_once",
                fields=["commitment", "institution"],
                condition=Q(public_until__isnull=True),
                violation_error_message=_("This institution is entered here already."),
            ),
            models.CheckConstraint(
                name="responsibility_lead_is_named",
                condition=~Q(role=ResponsibilityRole.LEAD) | Q(basis=InferenceBasis.NAMED),
                violation_error_message=_("A lead must be named by a source, not inferred."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution.short_name}: {self.get_role_display()}"


class Milestone(Spanned):
    """A dated step on the way to a commitment, with whether it is shown as done."""

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="milestones", verbose_name=_("commitment")
    )
    title = line(_("title"))
    due = SourceDateColumns(_("date"))
    state = models.CharField(
        _("state"), max_length=10, choices=MilestoneState.choices, default=MilestoneState.DUE
    )
    entry = models.ForeignKey(
        "tracker.RecordEntry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("borne out by"),
    )
    is_on_plan_line = models.BooleanField(_("marked on the plan's line"), default=False)

    class Meta(Spanned.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_from", "pk"]
        constraints = [*Spanned.Meta.constraints, *source_date_constraints("due")]

    def __str__(self) -> str:
        return self.title


class Funding(Spanned):
    """Money announced for a commitment. An envelope repeats the sum of its parts: never add it."""

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="fundings", verbose_name=_("commitment")
    )
    provider = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fundings_provided",
        verbose_name=_("provider"),
        help_text=_("Empty where no source names a department."),
    )
    provider_party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fundings_provided",
        verbose_name=_("provided by"),
    )
    amount = models.DecimalField(
        _("amount"), max_digits=16, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(
        _("currency"), max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    currency_basis = models.CharField(
        _("currency is"),
        max_length=10,
        choices=InferenceBasis.choices,
        default=InferenceBasis.INFERRED,
    )
    is_envelope = models.BooleanField(_("envelope"), default=False)
    note = line(_("note"))

    class Meta(Spanned.Meta):
        verbose_name = _("funding")
        verbose_name_plural = _("funding")
        ordering = ["commitment", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.CheckConstraint(
                name="funding_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("An amount is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.amount}"

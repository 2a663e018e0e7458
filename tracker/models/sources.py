"""Sources, their paragraphs, and the citations that tie every fact to one of them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.models.columns import (
    SourceDateColumns,
    Spanned,
    line,
    prose,
    source_date_constraints,
)
from tracker.models.plans import Plan
from tracker.vocabulary import Bears, Origin, SourceKind


class SourceManager(models.Manager["Source"]):
    def get_by_natural_key(self, plan: str, key: str) -> Source:
        return self.get(plan__slug=plan, key=key)


class Source(models.Model):
    """A page or document that bears out a fact. Entered by the secretariat."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="sources", verbose_name=_("plan"))
    key = models.SlugField(_("key"), max_length=30, help_text=_("Short, for example TTNEWS."))
    title = models.CharField(_("title as published"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    url = models.URLField(_("address"), max_length=500, blank=True, default="")
    published = SourceDateColumns(_("published"))
    note = prose(_("note"))

    objects = SourceManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["plan", "key"]
        constraints = [
            models.UniqueConstraint(name="source_key_once", fields=["plan", "key"]),
            *source_date_constraints("published"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.slug, self.key)

    natural_key.dependencies = ["tracker.plan"]  # type: ignore[attr-defined]


class SourceParagraphManager(models.Manager["SourceParagraph"]):
    def get_by_natural_key(self, plan: str, key: str, number: int) -> SourceParagraph:
        return self.get(source__plan__slug=plan, source__key=key, number=number)


class SourceParagraph(models.Model):
    """One paragraph of the announcement, numbered as it stands there, with what it is about."""

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="paragraphs", verbose_name=_("source")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    label = models.CharField(_("label"), max_length=10, help_text=_("For example S16."))
    document = line(_("document"), _("Which of the joined documents it stands in."))
    about = prose(_("what it is about"))

    objects = SourceParagraphManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(name="paragraph_number_once", fields=["source", "number"])
        ]

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str, str, int]:
        return (*self.source.natural_key(), self.number)

    natural_key.dependencies = ["tracker.source"]  # type: ignore[attr-defined]


class Citation(Spanned):
    """Which paragraph or heading of which source bears out a commitment or a record entry.

    `origin` is the mark of provenance of a commitment: where it is filled, the citation is one of
    the places the commitment comes from; where it is blank, the source only supports it.
    """

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="citations", verbose_name=_("source")
    )
    paragraph = models.ForeignKey(
        SourceParagraph,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name=_("paragraph"),
    )
    locator = line(_("where in the source"), _("For example: introduction, paragraph 3."))
    commitment = models.ForeignKey(
        "tracker.Commitment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name=_("commitment"),
    )
    entry = models.ForeignKey(
        "tracker.RecordEntry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name=_("record entry"),
    )
    bears = models.CharField(
        _("bears out"), max_length=20, choices=Bears.choices, default=Bears.COMMITMENT
    )
    origin = models.CharField(
        _("origin"), max_length=20, choices=Origin.choices, blank=True, default=""
    )
    note = line(_("note"))
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta(Spanned.Meta):
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["position", "pk"]
        constraints = [
            *Spanned.Meta.constraints,
            models.CheckConstraint(
                name="citation_of_one_thing",
                condition=Q(commitment__isnull=False, entry__isnull=True)
                | Q(commitment__isnull=True, entry__isnull=False),
                violation_error_message=_("A citation belongs to one commitment or one entry."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source.key} {self.paragraph or self.locator}".strip()

    def clean(self) -> None:
        if self.paragraph and self.paragraph.source_id != self.source_id:
            raise ValidationError({"paragraph": _("This paragraph stands in another source.")})

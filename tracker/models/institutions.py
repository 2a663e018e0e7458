"""Ministries and other institutions of both sides, and those of neither."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.models.columns import language_now, line
from tracker.models.plans import Party
from tracker.vocabulary import InstitutionKind, Verification


class InstitutionManager(models.Manager["Institution"]):
    def get_by_natural_key(self, slug: str) -> Institution:
        return self.get(slug=slug)


class Institution(models.Model):
    """A body that a source names or that is obviously competent. Entered by the secretariat.

    Names in a language outside `official_languages` are house translations and shown as unofficial.
    """

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=InstitutionKind.choices)
    party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="institutions",
        verbose_name=_("party"),
        help_text=_("Empty for international bodies and third countries."),
    )
    is_government = models.BooleanField(_("part of a party's government"), default=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    name = line(_("name"))
    acronym = line(_("acronym"))
    official_languages = models.JSONField(
        _("languages with an official name"),
        default=list,
        blank=True,
        help_text=_('For example ["es"]: the other names are our translations.'),
    )
    verification = models.CharField(
        _("name seen"),
        max_length=10,
        choices=Verification.choices,
        default=Verification.GENERAL,
    )
    note = line(_("note"))
    site = models.URLField(_("site"), blank=True, default="")
    site_verification = models.CharField(
        _("site seen"),
        max_length=10,
        choices=Verification.choices,
        default=Verification.GENERAL,
    )

    objects = InstitutionManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("ministries and institutions")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    natural_key.dependencies = ["tracker.party"]  # type: ignore[attr-defined]

    @property
    def is_official_name(self) -> bool:
        """Whether the name in the reader's language is official."""
        return language_now() in self.official_languages

    @property
    def short_name(self) -> str:
        """The acronym where there is one, else the name."""
        return self.acronym or self.name

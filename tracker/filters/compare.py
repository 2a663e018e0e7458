"""How a comparison of two days is narrowed: by pillar, and by what moved."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from tracker.filters.commitments import ACROSS, pillar_choices
from tracker.models import Plan, Standing
from tracker.models.standing import StandingQuerySet

# What may move on a commitment, in the order in which it is told.
MOVES = {
    "public": _("Came or went"),
    "level": _("Level"),
    "confidence": _("Confidence"),
    "agreement": _("Agreement"),
    "wording": _("Wording"),
    "target": _("Target"),
    "evidence": _("Evidence"),
    "money": _("Money"),
    "meetings": _("Meetings and decisions"),
    "steps": _("Milestones"),
}


class CompareFilter(django_filters.FilterSet):
    """Standings of one of the two days. `what` is asked of the comparison, not of a row."""

    pillar = django_filters.ChoiceFilter(
        label=_("Pillar"), method="of_pillar", empty_label=_("Any")
    )
    what = django_filters.ChoiceFilter(
        label=_("What moved"), choices=list(MOVES.items()), method="anything", empty_label=_("Any")
    )

    class Meta:
        model = Standing
        fields: list[str] = []

    def __init__(self, data: Any, queryset: StandingQuerySet, *, plan: Plan) -> None:
        super().__init__(data, queryset)
        self.filters["pillar"].extra["choices"] = pillar_choices(plan, list(plan.areas.all()))

    def narrow(self, found: StandingQuerySet) -> StandingQuerySet:
        """The standings of a day, narrowed as the address asks."""
        value = self.form.cleaned_data.get("pillar")
        return self.of_pillar(found, "pillar", value) if value else found

    def of_pillar(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        if value == ACROSS:
            return found.filter(pillar__isnull=True)
        return found.filter(pillar__slug=value)

    def anything(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return found

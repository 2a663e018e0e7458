"""How a comparison of two days is narrowed: by pillar, and by what moved."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from tracker.filters.commitments import pillar_choices
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
    "place": _("Place in the plan"),
    "evidence": _("Evidence"),
    "money": _("Money"),
    "meetings": _("Meetings and decisions"),
    "steps": _("Milestones"),
}


class CompareFilter(django_filters.FilterSet):
    """What a comparison is asked for: it is answered by the two days together, not by a row."""

    pillar = django_filters.ChoiceFilter(label=_("Pillar"), method="anything", empty_label=_("Any"))
    what = django_filters.ChoiceFilter(
        label=_("What moved"), choices=list(MOVES.items()), method="anything", empty_label=_("Any")
    )

    class Meta:
        model = Standing
        fields: list[str] = []

    def __init__(self, data: Any, queryset: StandingQuerySet, *, plan: Plan) -> None:
        super().__init__(data, queryset)
        self.filters["pillar"].extra["choices"] = pillar_choices(plan, list(plan.areas.all()))

    def anything(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return found

"""How the changes of a record are narrowed: by pillar, commitment, ministry and act."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from tracker.filters.choices import LongSelect
from tracker.filters.commitments import ACROSS, ministry_choices, pillar_choices
from tracker.models import Commitment, LedgerEntry, LedgerMention, Plan, Responsibility
from tracker.vocabulary import Act


class ChangeFilter(django_filters.FilterSet):
    """Entries that people made, of one plan."""

    pillar = django_filters.ChoiceFilter(
        label=_("Pillar"), method="of_pillar", empty_label=_("Any")
    )
    commitment = django_filters.CharFilter(
        label=_("Commitment"), method="of_commitment", max_length=10
    )
    ministry = django_filters.ChoiceFilter(
        label=_("Institution"), method="of_ministry", empty_label=_("Any"), widget=LongSelect
    )
    act = django_filters.ChoiceFilter(
        label=_("What was done"),
        choices=[(act.value, act.label) for act in Act if act.is_human],
        empty_label=_("Any"),
    )

    class Meta:
        model = LedgerEntry
        fields: list[str] = []

    def __init__(self, data: Any, queryset: Any, *, plan: Plan) -> None:
        super().__init__(data, queryset)
        self.plan = plan
        self.filters["pillar"].extra["choices"] = pillar_choices(plan, list(plan.areas.all()))
        self.filters["ministry"].extra["choices"] = ministry_choices(plan)

    def of_pillar(self, found: Any, name: str, value: str) -> Any:
        commitments = self.plan.commitments.all()
        if value == ACROSS:
            return self._about(found, commitments.filter(pillar__isnull=True))
        return self._about(found, commitments.filter(pillar__slug=value))

    def of_commitment(self, found: Any, name: str, value: str) -> Any:
        return self._about(found, self.plan.commitments.filter(reference=value.upper()))

    def of_ministry(self, found: Any, name: str, value: str) -> Any:
        parts = Responsibility.objects.filter(institution__slug=value, commitment__plan=self.plan)
        return self._about(found, Commitment.objects.filter(pk__in=parts.values("commitment")))

    def _about(self, found: Any, commitments: Any) -> Any:
        """Entries that speak of one of the commitments."""
        mentions = LedgerMention.objects.filter(commitment__in=commitments.order_by())
        return found.filter(pk__in=mentions.values("entry"))

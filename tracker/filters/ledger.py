"""How a plan's ledger is narrowed: by act, subject and day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models import LedgerEntry, Plan
from tracker.rules.dates import end_of_day
from tracker.vocabulary import Act

A_DAY = [MinValueValidator(dt.date(1990, 1, 1)), MaxValueValidator(dt.date(2100, 12, 31))]


class LedgerFilter(django_filters.FilterSet):
    """Entries of one plan's ledger."""

    q = django_filters.CharFilter(
        label=_("Subject"), field_name="subject", lookup_expr="icontains", max_length=100
    )
    act = django_filters.ChoiceFilter(
        label=_("What was done"), choices=Act.choices, empty_label=_("Any")
    )
    since = django_filters.DateFilter(
        label=pgettext_lazy("day", "From"), method="from_day", validators=A_DAY
    )
    until = django_filters.DateFilter(
        label=pgettext_lazy("day", "To"), method="to_day", validators=A_DAY
    )

    class Meta:
        model = LedgerEntry
        fields: list[str] = []

    def __init__(self, data: Any, queryset: Any, *, plan: Plan) -> None:
        super().__init__(data, queryset)
        self.plan = plan

    def from_day(self, found: Any, name: str, value: Any) -> Any:
        before = value - dt.timedelta(days=1)
        return found.filter(time__gte=end_of_day(before, self.plan.time_zone))

    def to_day(self, found: Any, name: str, value: Any) -> Any:
        return found.filter(time__lt=end_of_day(value, self.plan.time_zone))

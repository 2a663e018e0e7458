"""How the list of ministries and institutions is narrowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.models import Institution, Party
from tracker.rules.texts import search_key
from tracker.vocabulary import LANGUAGES, InstitutionKind

NAMES = [f"{column}_{code}" for column in ("name", "acronym") for code in LANGUAGES]


class InstitutionFilter(django_filters.FilterSet):
    """Institutions of a plan, by words of the name, party and kind."""

    q = django_filters.CharFilter(
        label=_("Words in name or acronym"), method="called", max_length=200
    )
    party = django_filters.ChoiceFilter(
        label=_("Party"), field_name="party__code", empty_label=_("Any")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=InstitutionKind.choices, empty_label=_("Any")
    )

    class Meta:
        model = Institution
        fields: list[str] = []

    def __init__(self, *args: Any, parties: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["party"].extra["choices"] = [(party.code, party.name) for party in parties]

    def called(self, rows: QuerySet[Institution], name: str, value: str) -> QuerySet[Institution]:
        """Institutions whose names hold every word, in any language, blind to accents and case."""
        words = search_key(value).split()
        found = [
            key
            for key, *names in rows.values_list("pk", *NAMES)
            if all(word in search_key(*names) for word in words)
        ]
        return rows.filter(pk__in=found)

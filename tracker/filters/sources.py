"""How the list of sources is narrowed."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.models import Source
from tracker.rules.texts import search_key
from tracker.vocabulary import SourceKind


class SourceFilter(django_filters.FilterSet):
    """Sources of a plan, by words of key, title and publisher, and by kind."""

    q = django_filters.CharFilter(
        label=_("Words in key, title or publisher"), method="saying", max_length=200
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=SourceKind.choices, empty_label=_("Any")
    )

    class Meta:
        model = Source
        fields: list[str] = []

    def saying(self, rows: QuerySet[Source], name: str, value: str) -> QuerySet[Source]:
        """Sources that hold every word, blind to accents and case."""
        words = search_key(value).split()
        found = [
            key
            for key, *texts in rows.values_list("pk", "key", "title", "publisher")
            if all(word in search_key(*texts) for word in words)
        ]
        return rows.filter(pk__in=found)

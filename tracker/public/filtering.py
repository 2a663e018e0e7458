"""Filters of short public lists: institutions, meetings, sources. They live in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django_filters import FilterSet

from tracker.public.pages import Asked, BadQuestion


@dataclass(frozen=True)
class Chip:
    """A filter that is on; `url` is the same list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class Narrowing:
    """A checked FilterSet, with what a page shows of it."""

    asked: Asked
    filters: FilterSet

    @property
    def rows(self) -> Any:
        return self.filters.qs

    @property
    def fields(self) -> list[Any]:
        return list(self.filters.form)

    @property
    def chips(self) -> list[Chip]:
        found = []
        for name, field in self.filters.form.fields.items():
            value = self.asked.params.get(name)
            if value:
                words = dict(getattr(field, "choices", [])).get(value, value)
                found.append(Chip(str(field.label), str(words), self._without(name)))
        return found

    @property
    def clear_url(self) -> str:
        return self.asked.as_of_query or "?"

    def _without(self, name: str) -> str:
        query = self.asked.query
        query.pop(name, None)
        query.pop("page", None)
        return f"?{query.urlencode()}"


def narrowed(asked: Asked, filters: FilterSet) -> Narrowing:
    """The filters of the address, sound. Raises BadQuestion naming the value that means nothing."""
    for name in filters.form.fields:
        if len(asked.params.getlist(name)) > 1:
            raise BadQuestion(
                _("“%(name)s” stands in the address more than once.") % {"name": name}
            )
    for name in filters.form.errors:
        raise BadQuestion(
            _("“%(value)s” is not a value we know for “%(label)s” (%(name)s).")
            % {
                "value": asked.params.get(name, "")[:40],
                "label": filters.form.fields[name].label,
                "name": name,
            }
        )
    return Narrowing(asked, filters)

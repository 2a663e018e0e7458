"""Filters of public lists: a value that means nothing is answered by 400 and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.html import strip_tags
from django_filters import FilterSet

from tracker.public.pages import Asked, BadQuestion


@dataclass(frozen=True)
class Chip:
    """One active filter; `url` is the same list without it."""

    label: str
    value: str
    url: str


def narrowed(filters: FilterSet) -> FilterSet:
    """The filters, checked. Raises BadQuestion with the field and what is wrong with its value."""
    form = filters.form
    if form.is_valid():
        return filters
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    raise BadQuestion(f"{label}: {strip_tags(' '.join(errors))}")


def chips(asked: Asked, filters: FilterSet) -> list[Chip]:
    """The filters that are on, each with the address of the list without it."""
    found = []
    for name, field in filters.form.fields.items():
        for value in asked.params.getlist(name):
            words = dict(getattr(field, "choices", [])).get(value, value)
            found.append(Chip(str(field.label), str(words), _without(asked, name, value)))
    return found


def _without(asked: Asked, name: str, value: str) -> str:
    query: QueryDict = asked.params.copy()
    query.setlist(name, [other for other in query.getlist(name) if other != value])
    return "?" + with_day(asked, query).urlencode()


def with_day(asked: Asked, query: QueryDict) -> QueryDict:
    if asked.is_as_of:
        query["as_of"] = asked.day.isoformat()
    return query


def filter_context(asked: Asked, filters: FilterSet) -> dict[str, Any]:
    """What components/filter_box.html and the chips need."""
    return {
        "filters": filters,
        "filter_fields": list(filters.form),
        "chips": chips(asked, filters),
        "all_url": asked.as_of_query or "?",
    }

"""What a proposal would change, field by field: rows as the ledger tells them, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from tracker.forms.reports import LANGUAGE_NAMES
from tracker.rules.date_words import day_words
from tracker.vocabulary import LANGUAGES

# Columns that every row has, or that say what a reader sees already.
LEFT_OUT = frozenset(
    {"public_from", "public_until", "number", "author_role", "position", "plan", "commitment"}
)


@dataclass(frozen=True)
class FieldChange:
    """One field: what it is called, what it says and would say."""

    label: str
    before: str
    after: str

    @property
    def is_prose(self) -> bool:
        return len(self.before) + len(self.after) > 60


@dataclass
class Difference:
    """One row that would come, go, or say something else."""

    noun: str
    kind: str  # added, removed, changed
    changes: list[FieldChange] = field(default_factory=list)


def differences(content: Mapping[str, Any]) -> list[Difference]:
    """Rows that differ, in the order in which they would be published."""
    gone = [*content.get("closed", []), *content.get("before", [])]
    found = []
    for said in content.get("opened", []):
        before = _counterpart(said, gone)
        if before is not None:
            gone.remove(before)
        found.append(_difference(said, before))
    closed = [said for said in gone if said in content.get("closed", [])]
    found += [
        Difference(_noun(said), "removed", _changes({}, said["fields"], said)) for said in closed
    ]
    return [one for one in found if one.changes]


def _counterpart(said: Mapping[str, Any], gone: list[Any]) -> Any:
    """The row that would be replaced: of the same noun, the one that says most of the same."""
    same = [one for one in gone if one["model"] == said["model"]]
    return max(same, key=lambda one: _likeness(one, said), default=None)


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    return sum(one["fields"].get(name) == value for name, value in other["fields"].items())


def _difference(said: Mapping[str, Any], before: Mapping[str, Any] | None) -> Difference:
    old = before["fields"] if before else {}
    kind = "changed" if before else "added"
    return Difference(_noun(said), kind, _changes(said["fields"], old, said))


def _noun(said: Mapping[str, Any]) -> str:
    return str(apps.get_model("tracker", said["model"])._meta.verbose_name)


def _changes(
    new: Mapping[str, Any], old: Mapping[str, Any], said: Mapping[str, Any]
) -> list[FieldChange]:
    names = [
        name for name in (new or old) if name not in LEFT_OUT and not name.startswith("reason_")
    ]
    pairs = [(name, _words(said, name, old.get(name)), _words(said, name, new.get(name)))
             for name in names]  # fmt: skip
    return [FieldChange(_label(said, name), a, b) for name, a, b in pairs if a != b]


def _column(said: Mapping[str, Any], name: str) -> Any:
    try:
        return apps.get_model("tracker", said["model"])._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def label_of(row: models.Model, name: str) -> str:
    """What a column of a row is called, with its language."""
    return _label({"model": row._meta.model_name}, name)


def _label(said: Mapping[str, Any], name: str) -> str:
    column = _column(said, name)
    label = str(getattr(column, "verbose_name", name)).capitalize()
    if name[-3:-2] == "_" and name[-2:] in LANGUAGES:
        base = label.removesuffix(f" [{name[-2:]}]")
        return f"{base} ({LANGUAGE_NAMES[name[-2:]]})"
    return label


def _words(said: Mapping[str, Any], name: str, value: Any) -> str:
    """A value as a person reads it: keys of references, the rest as its column says."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, list):
        return ", ".join(_key(one) for one in value) if _is_several(value) else _key(value)
    return column_words(_column(said, name), str(value))


def column_words(column: Any, text: str) -> str:
    """What a column holds, written as text, in words: labels of choices, days."""
    is_day = isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField)
    if text and is_day:
        return day_words(dt.date.fromisoformat(text))
    choices = dict(getattr(column, "flatchoices", ()) or ())
    return str(choices.get(text, text))


def _is_several(value: list[Any]) -> bool:
    return all(isinstance(one, list) for one in value)


def _key(value: Any) -> str:
    """The natural key of a row: its last part is the one a person knows."""
    return str(value[-1]) if isinstance(value, list) and value else str(value)

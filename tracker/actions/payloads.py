"""What the ledger keeps of a row: its fields by name, references by natural key, never a person."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import Any

from django.apps import apps
from django.db import models

from tracker.models import (
    Commitment,
    Evidence,
    ReportConfirmation,
    ReportTranslation,
    User,
)
from tracker.rules.ledger import instant

# The primary key is this database's own; the sizes and heads of chains are not content; with whom
# a draft was shared, and for when it was planned, is not for the public.
LEFT_OUT = frozenset(
    {
        "id", "recorded_at", "revision", "ledger_size", "ledger_head", "version",
        "changed_at", "shared_at", "shared_until", "publish_at",
    }
)  # fmt: skip
EMPTY: tuple[Any, ...] = (None, "", [], {}, False)


def row_payload(row: models.Model) -> dict[str, Any]:
    """The row as the ledger keeps it: {"model": ..., "fields": {...}}."""
    fields: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name not in LEFT_OUT and field.related_model is not User:
            fields[field.name] = plain(field, row)
    for field in row._meta.many_to_many:
        fields[field.name] = sorted(key_of(other) for other in getattr(row, field.name).all())
    return {"model": row._meta.model_name, "fields": fields}


def sparse(said: dict[str, Any]) -> dict[str, Any]:
    """A row without its empty fields: what it says, whichever release of the software wrote it.

    Fields that came later are missing from older entries and mean the empty value.
    """
    fields = {name: value for name, value in said["fields"].items() if value not in EMPTY}
    return {"model": said["model"], "fields": fields}


def plain(field: models.Field, row: models.Model) -> Any:
    """A field's value in the types canonical JSON knows."""
    if field.is_relation:
        other = getattr(row, field.name)
        return None if other is None else key_of(other)
    value = field.value_from_object(row)
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID) or isinstance(field, models.FileField):
        return str(value)
    return value


def key_of(row: models.Model) -> list[Any]:
    """The natural key of a row, as a list."""
    return list(row.natural_key())  # type: ignore[attr-defined]


def row_from(said: dict[str, Any]) -> tuple[models.Model, dict[str, list[models.Model]]]:
    """A row as the ledger tells it, not stored, and what its many-to-many fields name.

    Raises LookupError for a row this software does not know, ObjectDoesNotExist where something it
    refers to is not there.
    """
    model = apps.get_model("tracker", said["model"])
    columns: dict[str, Any] = {}
    several: dict[str, list[models.Model]] = {}
    for name, value in said["fields"].items():
        field: Any = model._meta.get_field(name)
        if field.many_to_many:
            several[name] = [row_named(field.related_model, key) for key in value]
        elif field.is_relation:
            columns[name] = None if value is None else row_named(field.related_model, value)
        else:
            columns[name] = field.to_python(value)
    return model(**columns), several


def row_named(model: type[models.Model], key: list[Any]) -> models.Model:
    """A row by its natural key."""
    return model._default_manager.get_by_natural_key(*key)  # type: ignore[attr-defined]


def commitment_of(row: models.Model) -> int | None:
    """The primary key of the commitment a row belongs to, or is."""
    if isinstance(row, Commitment):
        return row.pk
    if isinstance(row, Evidence | ReportConfirmation | ReportTranslation):
        return row.report.commitment_id
    return getattr(row, "commitment_id", None)

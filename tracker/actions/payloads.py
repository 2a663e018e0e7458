"""What the ledger keeps of a row: its fields by name, references by natural key, never a person."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import Any

from django.db import models

from tracker.models import User
from tracker.rules.ledger import instant

# The primary key is this database's own; the sizes and heads of chains are not content.
LEFT_OUT = frozenset({"id", "recorded_at", "revision", "ledger_size", "ledger_head", "version"})


def row_payload(row: models.Model) -> dict[str, Any]:
    """The row as the ledger keeps it: {"model": ..., "fields": {...}}."""
    fields: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name not in LEFT_OUT and field.related_model is not User:
            fields[field.name] = plain(field, row)
    for field in row._meta.many_to_many:
        fields[field.name] = sorted(key_of(other) for other in getattr(row, field.name).all())
    return {"model": row._meta.model_name, "fields": fields}


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

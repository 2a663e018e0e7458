"""From rows as the ledger tells them to rows in the database: proposals that were accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.actions.commitments import refuse_silencing
from tracker.actions.payloads import row_from, row_payload, sparse
from tracker.actions.publication import Publication
from tracker.actions.refusals import Refusal
from tracker.models import Commitment, Wording
from tracker.models.columns import Spanned
from tracker.vocabulary import JOINT

CHANGED = _("The record has changed since this was proposed. Withdraw it and propose it anew.")


def apply_content(record: Publication, content: Mapping[str, Any]) -> None:
    """Close and open the rows of an accepted proposal. Raises Refusal if the record moved on."""
    try:
        _refuse_stale(content)
        for said in content["closed"]:
            if (
                said["model"] != "answer"
            ):  # these end with what they answer: others may have come since
                record.withdraw(_open_row(said))
        for said in content["opened"]:
            _put(record, said)
    except (ObjectDoesNotExist, FieldDoesNotExist, LookupError) as error:
        raise Refusal(CHANGED) from error  # gone, or of a shape from before an upgrade
    record.restate(*Commitment.objects.filter(pk__in=record.mentioned))


def _refuse_stale(content: Mapping[str, Any]) -> None:
    """Rows without a span must still say what they said when the change was tried out."""
    for said in content["before"]:
        stored = _stored(said)
        if stored is None or sparse(row_payload(stored)) != sparse(said):
            raise Refusal(CHANGED)


def _put(record: Publication, said: Mapping[str, Any]) -> None:
    row, several = row_from(dict(said))
    if not isinstance(row, Spanned):
        stored = _stored(said)
        row.pk, row._state.adding = (stored.pk, False) if stored else (None, True)
    if isinstance(row, Wording):
        row.author_role, row.number = JOINT, row.commitment.wordings.count() + 1
    if isinstance(row, Commitment) and row.pk:
        refuse_silencing(row, several["reporting_parties"])  # type: ignore[arg-type]
    record.put(row, **several)


def _stored(said: Mapping[str, Any]) -> models.Model | None:
    """The row without a span that has the same natural key, if it is there."""
    row, _several = row_from(dict(said))
    key = row.natural_key()  # type: ignore[attr-defined]
    try:
        return type(row)._default_manager.get_by_natural_key(*key)  # type: ignore[attr-defined]
    except ObjectDoesNotExist:
        return None


def _open_row(said: Mapping[str, Any]) -> Spanned:
    """The row in force that says exactly this."""
    wanted = sparse(_still_open(said))
    row, _several = row_from(dict(said))
    owners = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.is_relation and getattr(row, field.attname) is not None
    }
    for candidate in type(row)._default_manager.filter(public_until=None, **owners):
        if sparse(row_payload(candidate)) == wanted:
            return candidate  # type: ignore[return-value]
    raise Refusal(CHANGED)


def _still_open(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "fields": {**said["fields"], "public_until": None}}

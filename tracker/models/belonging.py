"""What belongs to which plan: nothing of one plan may point into another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.models.plans import Party, Plan

OWNERS = ("commitment", "entry", "meeting", "source")


def plan_of(row: models.Model) -> Plan | None:
    """The plan a row of the record stands in; None for what several plans share."""
    if getattr(row, "plan_id", None):
        return row.plan  # type: ignore[attr-defined]
    for owner in OWNERS:
        if getattr(row, f"{owner}_id", None):
            return plan_of(getattr(row, owner))
    return None


def foreign(row: Any, plan: Plan) -> str | Promise | None:
    """The sentence for a row that does not belong in the plan, or None."""
    if isinstance(row, Party):
        known = plan.parties.filter(pk=row.pk).exists()
        return None if known else _("%(thing)s is not a party of “%(plan)s”.")
    if isinstance(row, models.Model) and plan_of(row) not in (None, plan):
        return _("%(thing)s belongs to another plan than “%(plan)s”.")
    return None


def foreign_references(
    row: models.Model, relations: dict[str, Iterable[models.Model]]
) -> Iterator[tuple[str, str]]:
    """Field and sentence for everything a row points to, or will, that is another plan's."""
    plan = plan_of(row)
    if plan is None:
        return
    pointed = {
        field.name: [getattr(row, field.name)]
        for field in row._meta.concrete_fields
        if field.is_relation and getattr(row, field.attname)
    }
    for name, others in {**pointed, **relations}.items():
        for other in others:
            sentence = foreign(other, plan)
            if sentence:
                yield name, str(sentence) % {"thing": other, "plan": plan}

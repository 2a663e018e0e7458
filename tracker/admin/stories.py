"""The story of a thing: its entries in the ledger and the states of its reference data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.actions.plans import subject_of
from tracker.models import Commitment, LedgerEntry, Meeting, RecordEntry
from tracker.vocabulary import Role

SHOWN = 200


@dataclass(frozen=True)
class Chapter:
    """One step of a story: when, what, by whom, why, and the ledger entry to read on."""

    at: dt.datetime
    what: str
    by: str
    why: str = ""
    address: str = ""


def ledger_of(row: models.Model) -> models.QuerySet[LedgerEntry]:
    """Ledger entries about a thing: its own, and those of its reports and milestones."""
    if isinstance(row, Commitment | RecordEntry | Meeting):
        name = str(row)
        about = Q(subject=name) | Q(subject__startswith=f"{name} ")
        return LedgerEntry.objects.filter(about, plan_id=row.plan_id)
    if hasattr(row, "natural_key"):
        return LedgerEntry.objects.filter(subject=subject_of(row))
    return LedgerEntry.objects.none()


def token_of(row: models.Model) -> str:
    """What changes whenever the thing does: by it a form knows that a colleague was faster."""
    if hasattr(row, "history"):
        latest = row.history.values_list("pk", flat=True).first()
    else:
        latest = ledger_of(row).order_by("-pk").values_list("pk", flat=True).first()
    return str(latest or "")


def story_of(row: models.Model) -> list[Chapter]:
    """The newest steps first."""
    entries = ledger_of(row).select_related("plan").order_by("-pk")[:SHOWN]
    chapters = [_of_entry(entry) for entry in entries]
    if hasattr(row, "history"):
        chapters += _of_states(list(row.history.select_related("history_user")[:SHOWN]))
    return sorted(chapters, key=lambda chapter: chapter.at, reverse=True)


def _of_entry(entry: LedgerEntry) -> Chapter:
    payload = entry.payload or {}
    by = payload.get("by") or {}
    role = Role(by["role"]).label if by.get("role") else ""
    return Chapter(
        at=entry.time,
        what=f"{entry.plan.slug} {entry.sequence}: {entry.get_act_display()}",
        by=" ".join(part for part in (by.get("institution") or "", str(role)) if part),
        why=payload.get("reason") or "",
        address=reverse("admin:tracker_ledgerentry_change", args=[entry.pk]),
    )


def _of_states(states: list[Any]) -> list[Chapter]:
    """What changed from one state of reference data to the next, by the names of its columns."""
    chapters = []
    for state, before in zip(states, [*states[1:], None], strict=True):
        words = {"+": _("Entered"), "~": _("Changed"), "-": _("Withdrawn")}
        what = words[state.history_type]
        if before is not None:
            fields = state.diff_against(before).changed_fields
            columns = [state.instance_type._meta.get_field(name).verbose_name for name in fields]
            what = f"{what}: {', '.join(str(name) for name in columns)}" if columns else what
        chapters.append(
            Chapter(
                at=state.history_date,
                what=what,
                by=str(state.history_user or ""),
                why=state.history_change_reason or "",
            )
        )
    return chapters

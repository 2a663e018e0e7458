"""Whether the database still says what the ledger says: guards, chain, head, and every row.

Reads only. Each fault is a sentence for the person at the console; the first one is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import QuerySet

from tracker.actions.evidence_files import file_hash
from tracker.actions.payloads import row_payload, sparse
from tracker.actions.plans import institutions_of
from tracker.models import (
    AgendaItem,
    Answer,
    Citation,
    Commitment,
    Decision,
    EntryBearing,
    EntryVersion,
    Evidence,
    Funding,
    LedgerEntry,
    Meeting,
    MeetingParticipant,
    MeetingVersion,
    Milestone,
    Narrative,
    Participant,
    Party,
    Pillar,
    Plan,
    PriorityArea,
    Reading,
    RecordEntry,
    ReportConfirmation,
    ReportingPeriod,
    ReportTranslation,
    Responsibility,
    Signature,
    SigningKey,
    Source,
    SourceParagraph,
    StatusReport,
    Wording,
    guards,
)
from tracker.models.ledger import stand_ins_of
from tracker.rules.ledger import digest, first_fault
from tracker.vocabulary import ReportState

WORDS = {
    "gap": "its number is not the one that follows",
    "previous": "it does not name the entry before it",
    "hash": "its hash is not that of its fields",
    "payload": "what it published is not what its hash says",
}

# What is published once and never changes, but for the end of a span: from the plan to the row.
PUBLISHED: dict[type[models.Model], str] = {
    Wording: "commitment__plan",
    Responsibility: "commitment__plan",
    Milestone: "commitment__plan",
    Funding: "commitment__plan",
    Citation: "source__plan",
    EntryVersion: "entry__plan",
    EntryBearing: "entry__plan",
    Participant: "entry__plan",
    Reading: "commitment__plan",
    MeetingVersion: "meeting__plan",
    AgendaItem: "meeting__plan",
    MeetingParticipant: "meeting__plan",
    Decision: "meeting__plan",
    Narrative: "period__plan",
    Signature: "plan",
    SigningKey: "plan",
    Answer: "plan",
    ReportConfirmation: "report__commitment__plan",
    ReportTranslation: "report__commitment__plan",
    StatusReport: "commitment__plan",
    Evidence: "report__commitment__plan",
}

# Reports are written long before they are public.
PUBLIC_ONLY: dict[type[models.Model], dict[str, Any]] = {
    StatusReport: {"state": ReportState.PUBLISHED},
    Evidence: {"report__state": ReportState.PUBLISHED},
}

# Reference data: replaced in place, so the ledger's last word counts. The fields that name a row.
REFERENCE: dict[str, tuple[str, ...]] = {
    "plan": ("slug",),
    "party": ("code",),
    "pillar": ("plan", "number"),
    "priorityarea": ("plan", "slug"),
    "institution": ("slug",),
    "source": ("plan", "key"),
    "sourceparagraph": ("source", "number"),
    "reportingperiod": ("plan", "year", "quarter"),
    "commitment": ("plan", "reference"),
    "recordentry": ("plan", "reference"),
    "meeting": ("plan", "slug"),
}

MARKS = ("commitment", "entry", "meeting", "report", "party", "period", "institution", "source",
         "plan", "number", "reference", "slug", "code", "key", "title", "title_en")  # fmt: skip


def faults_of(plan: Plan) -> Iterator[str]:
    """What is wrong with a plan's record, the first fault first."""
    yield from (f"The guard {name} is not in the database." for name in guards.missing(connection))
    stand_ins = stand_ins_of(plan)
    yield from _chain_faults(plan, stand_ins)
    told = Told()
    for entry in plan.ledger.order_by("sequence").iterator():
        told.hear(entry, stand_ins)
    yield from _row_faults(plan, told)
    yield from _file_faults(plan)


def _chain_faults(plan: Plan, stand_ins: Mapping[int, Any]) -> Iterator[str]:
    entries = plan.ledger.order_by("sequence")
    fault = first_fault(entry.as_published() for entry in entries.iterator())
    if fault:
        yield f"Entry {fault.sequence} is broken: {WORDS[fault.what]}."
    for entry in entries.filter(payload__isnull=True).iterator():
        if entry.sequence not in stand_ins:
            yield f"Entry {entry.sequence} has lost what it published; no redaction is recorded."
    last = entries.last()
    size, head = (last.sequence, last.hash) if last else (0, "0" * 64)
    if (size, head) != (plan.ledger_size, plan.ledger_head):
        yield f"The chain ends with entry {size}; the plan’s head names entry {plan.ledger_size}."


@dataclass
class Told:
    """What the ledger says is in the database, each row with the entry that says so."""

    published: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    reference: dict[tuple[str, str], tuple[int, dict[str, Any]]] = field(default_factory=dict)

    def hear(self, entry: LedgerEntry, stand_ins: Mapping[int, Any]) -> None:
        """Take in an entry: closed rows first, for a successor may say the same again.

        Of a redacted one, what stands in for it.
        """
        payload = entry.payload or stand_ins.get(entry.sequence) or {"opened": [], "closed": []}
        for row in payload["closed"]:
            self._close(entry.sequence, row)
        for row in payload["opened"]:
            self._open(entry.sequence, row)

    def _open(self, sequence: int, row: dict[str, Any]) -> None:
        if row["model"] in REFERENCE:
            self.reference[reference_of(row)] = (sequence, row)
        else:
            self.published.setdefault(digest(sparse(row)), []).append((sequence, row))

    def _close(self, sequence: int, row: dict[str, Any]) -> None:
        if row["model"] in REFERENCE:
            self.reference.pop(reference_of(row), None)
            return
        self.take({**row, "fields": {**row["fields"], "public_until": None}})
        self._open(sequence, row)

    def take(self, row: dict[str, Any]) -> bool:
        """Strike out one row that says this; False if none is left."""
        if row["model"] in REFERENCE:
            known = self.reference.get(reference_of(row))
            if known is None or sparse(known[1]) != sparse(row):
                return False
            del self.reference[reference_of(row)]
            return True
        found = self.published.get(digest(sparse(row)))
        if not found:
            return False
        found.pop()
        return True

    def left(self) -> list[tuple[int, dict[str, Any]]]:
        """What nobody took, in the order of the ledger."""
        rest = [said for rows in self.published.values() for said in rows]
        return sorted([*rest, *self.reference.values()], key=lambda said: said[0])


def reference_of(row: dict[str, Any]) -> tuple[str, str]:
    """Model and natural key of a row of reference data."""
    key = [row["fields"][name] for name in REFERENCE[row["model"]]]
    return row["model"], str(key)


def _row_faults(plan: Plan, told: Told) -> Iterator[str]:
    standing = (row_payload(row) for row in _rows_of(plan))
    unknown = [said for said in standing if not told.take(said)]
    for sequence, said in told.left():
        yield f"Entry {sequence} published {spelled(said)}: it does not stand like this any more."
    for said in unknown:
        yield f"The database has {spelled(said)}, which no entry published like this."


def spelled(row: dict[str, Any]) -> str:
    """A row's model and the fields by which a person knows it."""
    fields = row["fields"]
    marks = [fields[name] for name in MARKS if fields.get(name)]
    told = [" ".join(map(str, mark)) if isinstance(mark, list) else str(mark) for mark in marks]
    return f"{row['model']} ({', '.join(told[:4])})"


def _file_faults(plan: Plan) -> Iterator[str]:
    """Evidence files that are not there any more, or not the ones that were published."""
    published = Evidence.objects.filter(
        report__commitment__plan=plan, report__state=ReportState.PUBLISHED
    ).exclude(file="")
    for name, sha256 in published.order_by("sha256").values_list("file", "sha256").distinct():
        try:
            found = file_hash(Path(settings.MEDIA_ROOT) / name)
        except OSError:
            yield f"The evidence file {sha256} cannot be read."
            continue
        if found != sha256:
            yield f"The evidence file {sha256} is not the one that was published."


def _rows_of(plan: Plan) -> Iterator[models.Model]:
    """Every public row of a plan."""
    yield plan
    yield from plan.parties.all()
    yield from _with_references(institutions_of(plan))
    for noun in (Pillar, PriorityArea, Source, ReportingPeriod, Commitment, RecordEntry, Meeting):
        yield from _with_references(noun._default_manager.filter(plan=plan))
    yield from _with_references(SourceParagraph.objects.filter(source__plan=plan))
    for model, path in PUBLISHED.items():
        public = {path: plan, **PUBLIC_ONLY.get(model, {})}
        yield from _with_references(model._default_manager.filter(**public))


def _with_references(rows: QuerySet[Any]) -> Iterator[models.Model]:
    """Rows with what their natural keys and those of their references ask for."""
    together = []
    for column in rows.model._meta.concrete_fields:
        if column.related_model in (None, Party):
            continue
        together.append(column.name)
        if "source" in {other.name for other in column.related_model._meta.fields}:
            together.append(f"{column.name}__source__plan")
        elif "plan" in {other.name for other in column.related_model._meta.fields}:
            together.append(f"{column.name}__plan")
    several = [column.name for column in rows.model._meta.many_to_many]
    yield from rows.select_related(*together).prefetch_related(*several).iterator(2000)

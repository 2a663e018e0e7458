"""The whole public record, made anew from ledgers and evidence into an empty database.

Each entry is done again in the order of time: what it closed, what it opened, the standings that
follow. Nothing is looked up that the ledgers do not tell; people are not in them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import IntegrityError, models, transaction

from tracker.actions.payloads import commitment_of, row_from, row_named, sparse
from tracker.actions.plans import write_history
from tracker.actions.publication import mention, mentioned_in
from tracker.actions.standings import restate
from tracker.models import (
    Commitment,
    Evidence,
    LedgerEntry,
    Plan,
    Redaction,
    StatusReport,
    User,
)
from tracker.models.columns import Spanned
from tracker.models.reports import evidence_path
from tracker.rules.ledger import digest, first_fault, stand_ins
from tracker.vocabulary import Act, ReportState

Line = dict[str, Any]
# Rows on which a standing rests: an entry that touches one may change where a commitment stands.
GROUNDS = {"commitment", "wording", "reading", "statusreport"}


ENTRY = {
    "sequence", "time", "act", "act_id", "subject", "payload", "payload_hash", "previous", "hash",
}  # fmt: skip


class Unbuildable(Exception):
    """Why the record cannot be made from these files, in a sentence."""


def rebuild(ledgers: Mapping[str, list[Line]]) -> list[Plan]:
    """Make the record of each plan from the lines of its ledger, all or nothing.

    Raises Unbuildable where the database is not empty, a chain does not hold, or an entry cannot be
    done.
    """
    if Plan.objects.exists() or StatusReport.objects.exists():
        raise Unbuildable("The database is not empty: make the record in a new one.")
    for name, lines in ledgers.items():
        for number, line in enumerate(lines, start=1):
            if not line.keys() >= ENTRY:
                raise Unbuildable(f"{name}: line {number} is no entry of a ledger.")
        fault = first_fault(lines)
        if fault:
            raise Unbuildable(f"{name}: entry {fault.sequence} is broken ({fault.what}).")
    with transaction.atomic():
        works = {name: Work(name, lines) for name, lines in ledgers.items()}
        for work in works.values():
            work.seed()
        for name, line in in_order_of_time(ledgers):
            works[name].do(line)
        return [work.finish() for work in works.values()]


def in_order_of_time(ledgers: Mapping[str, list[Line]]) -> list[tuple[str, Line]]:
    """The lines of all ledgers as they happened: plans share parties and institutions."""
    lines = [(name, line) for name, lines in ledgers.items() for line in lines]
    return sorted(lines, key=lambda one: (one[1]["time"], one[0], one[1]["sequence"]))


@dataclass
class Work:
    """One plan being made anew."""

    name: str
    lines: list[Line]
    plan: Plan | None = None
    stand_ins: dict[int, Any] = field(default_factory=dict)
    open_rows: dict[str, list[Spanned]] = field(default_factory=dict)
    history_waits: bool = False  # seeded rows lie before the day they were entered
    ahead: list[tuple[models.Model, str, list[Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        redactions = [line for line in reversed(self.lines) if line["act"] == Act.REDACT]
        self.stand_ins = stand_ins((line["sequence"], line["payload"]) for line in redactions)

    def seed(self) -> None:
        """Of a plan that was entered by hand, the structure comes with its opening, after its
        commitments: it is put there first."""
        opening = next((line for line in self.lines if line["act"] == Act.OPEN_PLAN), None)
        if opening is None or opening["sequence"] == 1:
            return
        payload = opening["payload"] or self.stand_ins[opening["sequence"]]
        rows = [said for said in payload["opened"] if said["model"] != "reportingperiod"]
        self._open_all(rows, dt.datetime.fromisoformat(opening["time"]))

    def do(self, line: Line) -> None:
        """Do one entry again. Raises Unbuildable naming it."""
        payload = line["payload"] or self.stand_ins.get(line["sequence"])
        if payload is None:
            raise Unbuildable(
                f"{self.name}: entry {line['sequence']} lacks its payload; no redaction says so."
            )
        try:
            self._do(line, payload)
        except (
            ObjectDoesNotExist, FieldDoesNotExist, LookupError, IntegrityError, ValueError,
        ) as error:  # fmt: skip
            raise Unbuildable(
                f"{self.name}: entry {line['sequence']} cannot be done again: {error}"
            ) from error

    def _do(self, line: Line, payload: Mapping[str, Any]) -> None:
        at = dt.datetime.fromisoformat(line["time"])
        is_live = all(_is_of(said, at) for said in payload["opened"])
        if is_live and self.history_waits:
            self._write_history()
        touched: dict[int, Commitment] = {}
        mentioned: set[int] = set()
        for said in payload["closed"]:
            self._note(self._close(said), said, touched, mentioned)
        for row, said in self._open_all(payload["opened"], at):
            self._note(row, said, touched, mentioned)
        if not is_live or line["act"] == Act.OPEN_PLAN:
            self.history_waits = True
        elif not self.history_waits:
            for commitment in touched.values():
                restate(commitment, at)
        self._enter(line, payload, mentioned)

    def finish(self) -> Plan:
        """The plan, with head and size as its last entry says."""
        if self.history_waits:
            self._write_history()
        if self.plan is None:
            raise Unbuildable(f"{self.name}: no entry opens a plan.")
        last = self.lines[-1]
        human = [line["time"] for line in self.lines if Act(line["act"]).is_human]
        Plan.objects.filter(pk=self.plan.pk).update(
            ledger_size=last["sequence"],
            ledger_head=last["hash"],
            revision=last["sequence"],
            changed_at=dt.datetime.fromisoformat(human[-1]),
        )
        return Plan.objects.get(pk=self.plan.pk)

    def _open_all(
        self, opened: list[dict[str, Any]], at: dt.datetime
    ) -> list[tuple[models.Model, dict[str, Any]]]:
        """Every row of an entry. One that names another that comes later waits for it."""
        done: list[tuple[models.Model, dict[str, Any]]] = []
        waiting = list(opened)
        while waiting:
            later = []
            for said in waiting:
                try:
                    done.append((self._open(said, at), said))
                except ObjectDoesNotExist:
                    later.append(said)
            if len(later) == len(waiting):
                raise LookupError(f"{later[0]['model']} names something that no entry published")
            waiting = later
        self._look_back()
        for row, said in done:
            if isinstance(row, StatusReport):
                _publish(row, said)
        return done

    def _open(self, said: dict[str, Any], at: dt.datetime) -> models.Model:
        """A row that became public; of reference data, what it says from now on."""
        ahead = _names_ahead(said)
        row, several = row_from(_without(said, ahead))
        if isinstance(row, StatusReport):
            _take_back(row)
        elif isinstance(row, Evidence) and row.sha256 and row.file:
            row.file.name = evidence_path(row, "")
        elif not isinstance(row, Spanned | Evidence):
            _take_place(row)
        row._history_date = at  # type: ignore[attr-defined] # simple-history's, where it is kept
        row.save()
        self.ahead += [(row, name, key) for name, key in ahead.items()]
        for name, others in several.items():
            getattr(row, name).set(others)
        if isinstance(row, Spanned):
            self.open_rows.setdefault(_name_of(said), []).append(row)
        if isinstance(row, Plan):
            self.plan = row
        return row

    def _look_back(self) -> None:
        """Fill in what earlier rows named that is there now: a part may come before its whole."""
        still = []
        for row, name, key in self.ahead:
            try:
                found = row_named(type(row), key)
            except ObjectDoesNotExist:
                still.append((row, name, key))
                continue
            type(row)._default_manager.filter(pk=row.pk).update(**{name: found})
        self.ahead = still

    def _close(self, said: dict[str, Any]) -> models.Model:
        """A row that stopped standing; reference data that was taken out."""
        known = self.open_rows.get(_name_of(said))
        if known:
            closed = known.pop()
            closed.public_until = dt.datetime.fromisoformat(said["fields"]["public_until"])
            closed.save(update_fields=["public_until"])
            return closed
        row, _several = row_from(said)
        stored = _stored(row)
        if stored is not None:  # else it was taken out for another plan that showed it
            stored.delete()
        return row

    def _note(
        self,
        row: models.Model,
        said: Mapping[str, Any],
        touched: dict[int, Commitment],
        mentioned: set[int],
    ) -> None:
        key = commitment_of(row)
        if key is None:
            return
        mentioned.add(key)
        if said["model"] in GROUNDS and key not in touched:
            touched[key] = Commitment.objects.select_related("plan").get(pk=key)

    def _enter(self, line: Line, payload: Mapping[str, Any], mentioned: set[int]) -> None:
        """The entry itself, as it was."""
        plan = self.plan or _plan_of(payload)
        if plan is None:
            raise LookupError("it belongs to no plan")
        self.plan = plan
        entry = LedgerEntry.objects.create(
            plan=plan,
            **{name: line[name] for name in ("sequence", "act", "subject", "payload")},
            **{name: line[name] for name in ("payload_hash", "previous", "hash")},
            act_id=uuid.UUID(line["act_id"]),
            time=dt.datetime.fromisoformat(line["time"]),
        )
        redacted = [one["sequence"] for one in payload.get("redacts", [])]
        mention(entry, mentioned | mentioned_in(plan, redacted))
        Redaction.objects.bulk_create(
            Redaction(plan=plan, sequence=sequence, by_sequence=line["sequence"])
            for sequence in redacted
        )

    def _write_history(self) -> None:
        """Standings for the days before the plan was opened here."""
        self.history_waits = False
        if self.plan:
            for commitment in self.plan.commitments.filter(standings__isnull=True).distinct():
                write_history(commitment)


def _names_ahead(said: Line) -> dict[str, list[Any]]:
    """References to rows of the same kind that are not there yet."""
    model = apps.get_model("tracker", said["model"])
    found = {}
    for field_ in model._meta.concrete_fields:
        key = said["fields"].get(field_.name)
        if field_.related_model is model and field_.null and key:
            try:
                row_named(model, key)
            except ObjectDoesNotExist:
                found[field_.name] = key
    return found


def _without(said: Line, names: Iterable[str]) -> Line:
    rest = {name: value for name, value in said["fields"].items() if name not in names}
    return {**said, "fields": rest}


def _is_of(said: Mapping[str, Any], at: dt.datetime) -> bool:
    """Whether a row became public with its entry, and not on an earlier day."""
    since = said["fields"].get("public_from")
    return since is None or dt.datetime.fromisoformat(since) == at


def _name_of(said: Mapping[str, Any]) -> str:
    fields = {name: value for name, value in said["fields"].items() if name != "public_until"}
    return digest(sparse({"model": said["model"], "fields": fields}))


def _take_place(row: models.Model) -> None:
    """A row of reference data that is there already says something else from now on."""
    stored = _stored(row)
    if stored is not None:
        row.pk, row._state.adding = stored.pk, False
        for name in ("ledger_size", "ledger_head", "revision"):
            if hasattr(stored, name):
                setattr(row, name, getattr(stored, name))


def _stored(row: models.Model) -> models.Model | None:
    try:
        key = row.natural_key()  # type: ignore[attr-defined]
        return type(row)._default_manager.get_by_natural_key(*key)  # type: ignore[attr-defined]
    except (ObjectDoesNotExist, AttributeError):
        return None


def _take_back(report: StatusReport) -> None:
    """Not public yet: its evidence has to come under it before.

    People are not in the ledger. Two stand for them, so that the record has its second reader.
    """
    report.state, report.published_at, report.published_by = ReportState.DRAFT, None, None
    if report.concurs_with_id is None:
        report.author = _placeholder("author")


def _publish(report: StatusReport, said: Mapping[str, Any]) -> None:
    report.state, report.published_by = ReportState.PUBLISHED, _placeholder("publisher")
    report.published_at = dt.datetime.fromisoformat(said["fields"]["published_at"])
    report.save(update_fields=["state", "published_at", "published_by"])


def _placeholder(name: str) -> User:
    person, made = User.objects.get_or_create(
        email=f"{name}@rebuilt.invalid",
        defaults={"name": f"Rebuilt from the ledger ({name})", "is_active": False},
    )
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person


def _plan_of(payload: Mapping[str, Any]) -> Plan | None:
    for said in payload["opened"]:
        if said["model"] == "plan":
            return Plan.objects.filter(slug=said["fields"]["slug"]).first()
    return None

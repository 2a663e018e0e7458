"""Whatever is changed behind the record's back, the first thing that does not hold is named.

Mutants of rows, of entries and of evidence files, with every guard lifted as a database owner can.
TRACKER_MUTANTS says how many; TRACKER_SEED, with which one a failure is repeated.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import uuid
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction

from tests import busy
from tests.desk.pages import PLAN
from tests.factories import NOW
from tests.scene import undone
from tracker.actions.payloads import LEFT_OUT, row_payload, sparse
from tracker.actions.verification import PUBLISHED, REFERENCE, _rows_of, faults_of
from tracker.models import Evidence, LedgerEntry, Plan, StatusReport, User, guards
from tracker.models.ledger import stand_ins_of
from tracker.rules.ledger import digest, entry_hash

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
MUTANTS = int(os.environ.get("TRACKER_MUTANTS", "40"))
SEED = int(os.environ.get("TRACKER_SEED", "7319"))
ENTRY_FIELDS = ("time", "act", "act_id", "subject", "payload", "payload_hash", "previous", "hash")


@pytest.fixture(scope="module")
def record(django_db_setup, django_db_blocker) -> Iterator[Plan]:
    """A record with an entry of every act."""
    with django_db_blocker.unblock(), undone(), time_machine.travel(NOW, tick=True):
        busy.busy_days()
        public_rows.cache_clear()
        last_words.cache_clear()
        if connection.vendor == "postgresql":  # else no trigger can be taken away
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield Plan.objects.get(slug=PLAN)


@pytest.mark.parametrize("number", range(MUTANTS))
def test_a_mutant_is_named(record, number, monkeypatch):
    try_mutant(number, monkeypatch)


def try_mutant(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the mutant of that number, and see that it is named."""
    monkeypatch.setattr(guards, "missing", lambda connection: [])  # another fault than this one
    mutant = MAKERS[number % len(MAKERS)](random.Random(SEED + number))
    with undone():
        guards.remove(connection)
        mutant.make()
        found = next(faults_of(Plan.objects.get(slug=PLAN)), "nothing")
    if mutant.unmake:
        mutant.unmake()
    assert re.search(mutant.named, found), f"{mutant.what}: {found}"


def test_nothing_is_found_where_nothing_was_changed(record):
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


@pytest.mark.parametrize("name", [guard.name for guard in guards.guards(connection.vendor)][::7])
def test_a_dropped_guard_is_named_before_anything_else(db, name):
    table = next(one.table for one in guards.guards(connection.vendor) if one.name == name)
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    sql(f'DROP TRIGGER "{name}"{on}')
    assert next(faults_of(the_plan())) == f"The guard {name} is not in the database."


# The mutants ------------------------------------------------------------------------------------


@dataclass
class Mutant:
    """One thing changed: what it was, how it is done, and what the fault must say."""

    what: str
    make: Callable[[], Any]
    named: str
    unmake: Callable[[], Any] | None = None


def a_changed_row(chance: random.Random) -> Mutant:
    """One column of one published row, or of reference data."""
    model = chance.choice([*PUBLISHED, *map(model_called, REFERENCE)])
    row = chosen([row for row in public_rows() if type(row) is model], chance)
    fields = [field for field in model._meta.concrete_fields if is_told(field)]
    chance.shuffle(fields)
    return Mutant(
        f"{model.__name__} {row.pk}, one of {[field.attname for field in fields]}",
        lambda: change_one(row, fields, chance),
        # Where reference data is called otherwise, so is it in all that names it.
        r"^Entry \d+ published " if row._meta.model_name in REFERENCE else told_of(row),
    )


def a_deleted_row(chance: random.Random) -> Mutant:
    rows = [row for row in public_rows() if type(row) in PUBLISHED]
    row = chosen([one for one in rows if not isinstance(one, StatusReport)], chance)
    table = row._meta.db_table
    return Mutant(
        f"{table} {row.pk} deleted",
        lambda: sql(f'DELETE FROM "{table}" WHERE id = %s', [row.pk]),
        told_of(row),
    )


def an_invented_row(chance: random.Random) -> Mutant:
    """A published row twice, or with another span: no entry tells of it."""
    rows = [row for row in public_rows() if type(row) in PUBLISHED and span_of(row)]
    row = chosen(rows, chance)

    def make() -> None:
        row.pk, row._state.adding = None, True
        row.public_from = NOW - dt.timedelta(days=200)
        row.public_until = NOW - dt.timedelta(days=100)
        if hasattr(row, "number"):
            row.number += 90
        for field in row._meta.concrete_fields:
            if field.unique and not field.primary_key:
                setattr(row, field.attname, uuid.uuid4())
        row.save()

    return Mutant(f"{row._meta.db_table} invented", make, f"database has {row._meta.model_name} ")


def a_span(chance: random.Random) -> Mutant:
    """A row made public a little earlier, or ended a little later, or not at all."""
    rows = [row for row in public_rows() if type(row) in PUBLISHED and span_of(row)]
    row = chosen(rows, chance)
    change: dict[str, Any] = {"public_from": row.public_from - dt.timedelta(days=1)}
    if row.public_until:
        change = {"public_until": row.public_until + dt.timedelta(microseconds=1)}
    return Mutant(
        f"{row._meta.db_table} {row.pk}: {change}",
        lambda: type(row)._base_manager.filter(pk=row.pk).update(**change),
        told_of(row),
    )


def a_changed_entry(chance: random.Random) -> Mutant:
    entry = an_entry(chance)
    name = chance.choice(ENTRY_FIELDS)
    value = {
        "time": entry.time + dt.timedelta(seconds=1),
        "act": "withdraw" if entry.act != "withdraw" else "register",
        "act_id": uuid.UUID(int=chance.getrandbits(128)),
        "subject": entry.subject + "x",
        "payload": {**(entry.payload or {}), "reason": "Another."},
    }.get(name, f"{chance.getrandbits(256):064x}")
    what = "what it published" if name == "payload" else "its hash|it does not name|what it publ"
    return Mutant(
        f"entry {entry.sequence}: {name}",
        lambda: LedgerEntry.objects.filter(pk=entry.pk).update(**{name: value}),
        rf"^Entry {entry.sequence} is broken: ({what})",
    )


def a_payload_of_its_own_hash(chance: random.Random) -> Mutant:
    """What an entry published, with its hashes: the next one names another entry."""
    entry = an_entry(chance, last=False)

    def make() -> None:
        entry.payload = {**(entry.payload or {}), "reason": "Another."}
        entry.payload_hash = digest(entry.payload)
        entry.hash = entry_hash(entry.as_published())
        entry.save()

    return Mutant(
        f"entry {entry.sequence} recomputed alone",
        make,
        f"^Entry {entry.sequence + 1} is broken: it does not name the entry before it",
    )


def a_rewritten_end(chance: random.Random) -> Mutant:
    """The last entries recomputed, the plan's head with them: a row no longer says the same."""
    entries = list(LedgerEntry.objects.filter(plan__slug=PLAN).order_by("sequence"))
    able = [n for n, one in enumerate(entries) if one.payload and texts_of(one.payload)]
    start = chance.choice(able[-20:])

    def make() -> None:
        said, name = chance.choice(texts_of(entries[start].payload))
        said["fields"][name] += " and more"
        previous = entries[start].previous
        for one in entries[start:]:
            one.payload_hash = digest(one.payload) if one.payload else one.payload_hash
            one.previous = previous
            one.hash = previous = entry_hash(one.as_published())
            one.save()
        Plan.objects.filter(slug=PLAN).update(ledger_head=previous)

    return Mutant(
        f"from entry {entries[start].sequence} recomputed",
        make,
        r"^Entry \d+ published |^The datab",
    )


def a_lost_entry(chance: random.Random) -> Mutant:
    entry = an_entry(chance)
    last = entry.sequence == the_plan().ledger_size
    return Mutant(
        f"entry {entry.sequence} deleted",
        lambda: delete_entry(entry),
        "^The chain ends with entry" if last else f"^Entry {entry.sequence} is broken: its number",
    )


def an_end_cut_off(chance: random.Random) -> Mutant:
    """The last entries taken away, the head set to fit: rows are left that none published."""
    entries = list(LedgerEntry.objects.filter(plan__slug=PLAN).order_by("-sequence"))
    many = chance.randint(1, 12)

    def make() -> None:
        for one in entries[:many]:
            delete_entry(one)
        left = entries[many]
        Plan.objects.filter(slug=PLAN).update(ledger_size=left.sequence, ledger_head=left.hash)

    return Mutant(
        f"{many} entries cut off",
        make,
        r"^Entry \d+ published |^The database has |^Entry \d+ has lost what it published",
    )


def two_swapped(chance: random.Random) -> Mutant:
    first = an_entry(chance, last=False)
    second = LedgerEntry.objects.get(plan=first.plan, sequence=first.sequence + 1)

    def make() -> None:
        rows = LedgerEntry.objects
        rows.filter(pk=first.pk).update(sequence=10**9)
        rows.filter(pk=second.pk).update(sequence=first.sequence)
        rows.filter(pk=first.pk).update(sequence=second.sequence)

    return Mutant(
        f"entries {first.sequence} and {second.sequence} swapped",
        make,
        f"^Entry {first.sequence} is broken: it does not name the entry before it",
    )


def one_more_entry(chance: random.Random) -> Mutant:
    """An entry put after the last, its hashes right; the head of the plan does not know it."""
    last = LedgerEntry.objects.filter(plan__slug=PLAN).latest("sequence")

    def make() -> None:
        last.pk, last._state.adding = None, True
        last.sequence, last.previous = last.sequence + 1, last.hash
        last.act_id = uuid.UUID(int=chance.getrandbits(128))
        last.hash = entry_hash(last.as_published())
        last.save()

    return Mutant("an entry after the last", make, "^The chain ends with entry")


def a_lost_payload(chance: random.Random) -> Mutant:
    entry = an_entry(chance, told=True)
    return Mutant(
        f"payload of entry {entry.sequence} lost",
        lambda: LedgerEntry.objects.filter(pk=entry.pk).update(payload=None),
        f"^Entry {entry.sequence} has lost what it published",
    )


def a_false_head(chance: random.Random) -> Mutant:
    change = chance.choice([{"ledger_size": 3}, {"ledger_head": f"{chance.getrandbits(256):064x}"}])
    return Mutant(
        f"plan: {change}",
        lambda: Plan.objects.filter(slug=PLAN).update(**change),
        "^The chain ends with entry",
    )


def a_file(chance: random.Random) -> Mutant:
    """An evidence file changed in one byte, cut, emptied or gone."""
    rows = Evidence.objects.filter(report__state="published").exclude(file="")
    row = chance.choice(list(rows.order_by("pk")))
    path = Path(settings.MEDIA_ROOT) / row.file.name
    content = path.read_bytes()
    place = chance.randrange(len(content))
    flipped = bytes([content[place] ^ 1 << chance.randrange(8)])
    changed = chance.choice(
        [
            content[:place] + flipped + content[place + 1 :],
            content[:place],
            b"",
            content + b"\n",
            None,
        ]
    )

    def make() -> None:
        path.unlink()
        if changed is not None:
            path.write_bytes(changed)

    says = "cannot be read" if changed is None else "is not the one that was published"
    return Mutant(
        f"file {row.sha256[:8]}",
        make,
        f"^The evidence file {row.sha256} {says}",
        unmake=lambda: path.write_bytes(content),
    )


MAKERS: tuple[Callable[[random.Random], Mutant], ...] = (
    a_changed_row, a_changed_entry, a_changed_row, a_deleted_row, a_changed_row, an_invented_row,
    a_changed_row, a_span, a_payload_of_its_own_hash, a_rewritten_end, a_lost_entry,
    an_end_cut_off, two_swapped, one_more_entry, a_lost_payload, a_false_head, a_file,
)  # fmt: skip


# Helpers ----------------------------------------------------------------------------------------


@cache
def public_rows() -> list[models.Model]:
    """Every public row of the record, which is the same before each mutant."""
    return list(_rows_of(the_plan()))


def chosen(rows: list[models.Model], chance: random.Random) -> Any:
    """One of them, to be changed without changing it for the next mutant."""
    return copy(chance.choice(rows))


@cache
def last_words() -> dict[str, int]:
    """The number of the last entry that tells of a row, by what it says of it."""
    stand_ins = stand_ins_of(the_plan())
    return {
        digest(sparse(said)): entry.sequence
        for entry in LedgerEntry.objects.filter(plan__slug=PLAN).order_by("sequence")
        for said in rows_in(entry.payload or stand_ins[entry.sequence])
    }


def rows_in(payload: dict[str, Any]) -> list[dict[str, Any]]:
    return [*payload["opened"], *payload["closed"]]


def the_plan() -> Plan:
    return Plan.objects.get(slug=PLAN)


def model_called(name: str) -> type[models.Model]:
    return apps.get_model("tracker", name)


def is_told(field: models.Field) -> bool:
    """Whether the ledger tells this column."""
    return field.name not in LEFT_OUT and field.related_model is not User and not field.primary_key


def span_of(row: models.Model) -> bool:
    return hasattr(row, "public_from")


def another(field: models.Field, before: Any, chance: random.Random) -> Any:
    """Another value of the same kind."""
    if field.is_relation:
        keys = field.related_model._base_manager.values_list("pk", flat=True).order_by("pk")
        others = [key for key in keys if key != before]
        return chance.choice(others) if others else before
    if field.choices:
        return chance.choice(
            [key for key, _label in field.flatchoices if key != before] or [before]
        )
    if isinstance(before, bool):
        return not before
    if isinstance(before, dt.datetime):
        return before + dt.timedelta(seconds=chance.choice([-1, 1]))
    if isinstance(before, dt.date):
        return before + dt.timedelta(days=chance.choice([-1, 1]))
    if isinstance(before, uuid.UUID):
        return uuid.UUID(int=chance.getrandbits(128))
    if isinstance(before, list):
        return [*before, "es"]
    if isinstance(field, models.DateTimeField | models.DateField):
        return NOW if isinstance(field, models.DateTimeField) else NOW.date()
    if isinstance(before, int) or isinstance(field, models.DecimalField):
        return before + 1
    return changed_text(str(before), field.max_length, chance)


def changed_text(text: str, longest: int | None, chance: random.Random) -> str:
    """One letter more, less or other; where nothing stands, a word."""
    if not text:
        return "x"
    place = chance.randrange(len(text))
    letter = "y" if text[place] != "y" else "z"
    ways = [text[:place] + letter + text[place + 1 :]]
    if not longest or len(text) < longest:
        ways.append(text + "x")
    return chance.choice(ways)


def change_one(row: models.Model, fields: list[models.Field], chance: random.Random) -> None:
    """Give one of these columns another value: the first for which the table allows it."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    for field in fields:
        before = getattr(row, field.attname)
        now = another(field, before, chance)
        try:
            with transaction.atomic():
                rows.update(**{field.attname: now})
                connection.check_constraints(table_names=[row._meta.db_table])
        except (DatabaseError, ValueError):
            continue
        if now != before:
            return
    raise AssertionError(f"No column of {row!r} could be changed.")


def told_of(row: models.Model) -> str:
    """The fault that names the entry which had the last word on a row."""
    number = last_words()[digest(sparse(row_payload(row)))]
    return rf"^Entry {number} published {row._meta.model_name} "


def an_entry(chance: random.Random, *, last: bool = True, told: bool = False) -> LedgerEntry:
    rows = LedgerEntry.objects.filter(plan__slug=PLAN).select_related("plan")
    rows = rows.filter(payload__isnull=False) if told else rows
    size = rows.latest("sequence").sequence
    rows = rows if last else rows.filter(sequence__lt=size)
    # Of what came after the opening as often as of the opening itself.
    early, late = rows.filter(sequence__lte=187), rows.filter(sequence__gt=187)
    return chance.choice(list(chance.choice([early, late]).order_by("sequence")))


def delete_entry(entry: LedgerEntry) -> None:
    sql("DELETE FROM tracker_ledgermention WHERE entry_id = %s", [entry.pk])
    sql("DELETE FROM tracker_ledgerentry WHERE id = %s", [entry.pk])


def texts_of(payload: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Texts among the rows an entry opened that have a span, or are of a report."""
    return [
        (said, name)
        for said in payload["opened"]
        if said["model"] not in REFERENCE
        for name, value in said["fields"].items()
        if name.endswith(("_en", "_fr", "_es")) and value
    ]


def sql(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

"""Guards in the database: what is published cannot be updated or deleted, by whatever way in.

Triggers on both engines, made from the models. They are installed after every migration, because
SQLite drops them silently when it rebuilds a table; `manage.py verify_ledger` checks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "the record is never overwritten: publish a new version through an action"
PREFIX = "guard_"
PUBLISHED = "OLD.state = 'published'"
REDACTED = "[…]"  # stands where a text was taken away
# Columns of text that say what a thing is and hold nothing that could be redacted.
NO_TEXT = frozenset({"currency", "sha256", "head", "public_key", "author_role"})


@dataclass(frozen=True)
class Guard:
    """One trigger: refuse `event` on `table` when `condition` (SQL over OLD and NEW) holds."""

    table: str
    event: str
    condition: str

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.table}_{self.event.lower()}"


def _spanned_models() -> list[type[models.Model]]:
    from tracker.models.columns import Spanned

    return [
        model for model in apps.get_app_config("tracker").get_models() if issubclass(model, Spanned)
    ]


def redactable(model: type[models.Model]) -> list[str]:
    """Columns that hold text of people or a file, which a redaction may empty."""
    return [
        str(field.column)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.FileField)
        and not field.choices
        and field.name not in NO_TEXT
    ]


def _redacted(model: type[models.Model], vendor: str) -> str:
    """SQL that holds when a change only empties texts, of a row that a redaction names."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    texts = redactable(model)
    kept = [
        f'OLD."{field.column}" {differs} NEW."{field.column}"'
        for field in model._meta.concrete_fields
        if field.column not in texts
    ]
    blank = f"('', '{REDACTED}')"
    emptied = [
        f'(OLD."{column}" {differs} NEW."{column}" AND NEW."{column}" NOT IN {blank})'
        for column in texts
    ]
    named = (
        "EXISTS (SELECT 1 FROM tracker_redactedrow x"  # noqa: S608 # names of our own tables
        f" WHERE x.of_table = '{model._meta.db_table}' AND x.of_row = OLD.id)"
    )
    return f"({named} AND NOT ({' OR '.join([*kept, *emptied])}))"


def _changed(model: type[models.Model], vendor: str, besides: str) -> str:
    """SQL that holds when any column other than `besides` changes."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    columns = [field.column for field in model._meta.concrete_fields if field.column != besides]
    return " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)


def guards(vendor: str) -> list[Guard]:
    """Every guard the record needs on this engine."""
    found = []
    for model in _spanned_models():
        table = model._meta.db_table
        closed_or_kept_open = "OLD.public_until IS NOT NULL OR NEW.public_until IS NULL"
        changed = _changed(model, vendor, besides="public_until")
        found += [
            Guard(
                table,
                "UPDATE",
                f"({closed_or_kept_open} OR {changed}) AND NOT {_redacted(model, vendor)}",
            ),
            Guard(table, "DELETE", ""),
        ]
    for name in ("standingposition", "reading_entries", "redaction", "redactedrow"):
        found += [Guard(f"tracker_{name}", event, "") for event in ("UPDATE", "DELETE")]
    found += _ledger_guards(vendor)
    report, evidence = (apps.get_model("tracker", name) for name in ("statusreport", "evidence"))
    kept = f"{PUBLISHED} AND NOT {_redacted(report, vendor)}"
    found.append(Guard("tracker_statusreport", "UPDATE", kept))
    found.append(Guard("tracker_statusreport", "DELETE", PUBLISHED))
    closed = "OLD.closed_at IS NOT NULL"
    found += [Guard("tracker_reportingperiod", event, closed) for event in ("UPDATE", "DELETE")]
    of_published = (
        "EXISTS (SELECT 1 FROM tracker_statusreport r"
        " WHERE r.id = OLD.report_id AND r.state = 'published')"
    )
    kept = f"{of_published} AND NOT {_redacted(evidence, vendor)}"
    found.append(Guard("tracker_evidence", "UPDATE", kept))
    found.append(Guard("tracker_evidence", "DELETE", of_published))
    # Nothing is slipped under a report that is public.
    found.append(Guard("tracker_evidence", "INSERT", of_published.replace("OLD.", "NEW.")))
    return found


def _ledger_guards(vendor: str) -> list[Guard]:
    """An entry never changes, but that a redaction takes its payload away."""
    entry = apps.get_model("tracker", "ledgerentry")
    changed = _changed(entry, vendor, besides="payload")
    named = (
        "EXISTS (SELECT 1 FROM tracker_redaction x"
        " WHERE x.plan_id = OLD.plan_id AND x.sequence = OLD.sequence)"
    )
    taken = f"(NEW.payload IS NULL AND NOT ({changed}) AND {named})"
    return [
        Guard("tracker_ledgerentry", "UPDATE", f"NOT {taken}"),
        Guard("tracker_ledgerentry", "DELETE", ""),
    ]


def _create(guard: Guard, vendor: str) -> str:
    when = f"WHEN ({guard.condition})" if guard.condition else ""
    if vendor == "sqlite":
        return (
            f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" '
            f"{when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
    # PostgreSQL allows no subquery in WHEN, so the condition stands in the function's body.
    condition = guard.condition or "TRUE"
    result = "OLD" if guard.event == "DELETE" else "NEW"
    return (
        f'CREATE OR REPLACE FUNCTION "{guard.name}"() RETURNS trigger AS $$ BEGIN '
        f"IF {condition} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = '23001'; END IF; "
        f"RETURN {result}; END $$ LANGUAGE plpgsql; "
        f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{guard.name}"()'
    )


def _drop(guard: Guard, vendor: str) -> str:
    if vendor == "sqlite":
        return f'DROP TRIGGER IF EXISTS "{guard.name}"'
    return f'DROP TRIGGER IF EXISTS "{guard.name}" ON "{guard.table}"'


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place, replacing older ones. Repeatable."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in guards(connection.vendor):
            if guard.table in tables:
                cursor.execute(_drop(guard, connection.vendor))
                cursor.execute(_create(guard, connection.vendor))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away. Only for emptying a test database, which is not a record."""
    with connection.cursor() as cursor:
        for guard in guards(connection.vendor):
            cursor.execute(_drop(guard, connection.vendor))


def present(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the guards that are in the database."""
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall() if row[0].startswith(PREFIX)}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards that should be in the database and are not."""
    there = present(connection)
    return [guard.name for guard in guards(connection.vendor) if guard.name not in there]


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without guards, for emptying or filling a test database; they come back in any case."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)


def install_after_migrate(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Receiver of post_migrate."""
    install(connections[using])

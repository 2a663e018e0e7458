"""The test database after setting up, to be put back after tests that commit.

Django empties the database after such tests. We put the opened plan back instead, for two reasons:
every test then finds it, in any order; and the guards refuse to delete what is published, so that
emptying fails on SQLite (its flush deletes row by row).
"""

from __future__ import annotations

import sqlite3
from typing import Any

from django.db import connection


class SqliteSnapshot:
    """A second database in memory. Triggers are copied with the rows."""

    def __init__(self) -> None:
        self.copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.ensure_connection()
        connection.connection.backup(self.copy)

    def restore(self) -> None:
        connection.ensure_connection()
        self.copy.backup(connection.connection)


class PostgresSnapshot:
    """A second schema with the rows of every table."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")
            cursor.execute(f"CREATE SCHEMA {self.schema}")
            self.tables = connection.introspection.table_names(cursor)
            for table in self.tables:
                cursor.execute(f'CREATE TABLE {self.schema}."{table}" AS TABLE public."{table}"')
            self.sequences = self._read_sequences(cursor)

    def _read_sequences(self, cursor: Any) -> list[tuple[str, int | None]]:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
        )
        return cursor.fetchall()

    def restore(self) -> None:
        names = ", ".join(f'public."{table}"' for table in self.tables)
        with connection.cursor() as cursor:
            # Row guards do not hold back TRUNCATE; the role keeps foreign keys from being asked.
            cursor.execute(f"TRUNCATE {names}")
            cursor.execute("SET session_replication_role = replica")
            for table in self.tables:
                cursor.execute(
                    f'INSERT INTO public."{table}" SELECT * FROM {self.schema}."{table}"'
                )
            cursor.execute("SET session_replication_role = DEFAULT")
            for name, value in self.sequences:
                cursor.execute(
                    "SELECT setval(%s, %s, %s)", [f'public."{name}"', value or 1, value is not None]
                )


Snapshot = SqliteSnapshot | PostgresSnapshot


def take_snapshot(name: str) -> Snapshot:
    """Keep what is in the test database now, under a name."""
    return SqliteSnapshot() if connection.vendor == "sqlite" else PostgresSnapshot(name)

"""A backup taken while people write, brought back on another machine: whole, and a true prefix."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import environ
import pytest

from tests.browser.site import Server, accounts_of, prepared
from tests.postgres import find_programs
from tests.under_load import Load, Record, run


@pytest.mark.prove_race
def test_a_backup_taken_during_writing_is_whole(tmp_path):
    """As docs/deployment.md says: checkpoints, the database's own copy, then the other files."""
    with prepared(tmp_path / "site") as env:
        server = Server(env, tmp_path / "server.log", "--workers", "2")
        try:
            server.start()
            load = Load(server, accounts_of(tmp_path / "site"), writers=4)
            record = Record(server, tmp_path)
            with load.at_work():
                load.shared.serving.set()
                time.sleep(5)
                restored = brought_back(env, tmp_path / "restored")
                done = len(load.acknowledged)
                time.sleep(2)
            entries = record.check(load)
        finally:
            server.stop()
        for command in ("verify_ledger", "check_standings"):
            said = run(*manage(command), env=restored)
            assert said.returncode == 0, said.stdout + said.stderr
        head = said_head(run(*manage("verify_ledger"), env=restored))
        assert done
        assert head in {entry["hash"] for entry in entries}


@pytest.mark.prove_race
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="one engine is enough for a damaged file")
def test_a_damaged_backup_is_refused_in_words(tmp_path):
    with prepared(tmp_path / "site") as env:
        database = tmp_path / "site" / "tracker.sqlite3"
        with database.open("r+b") as file:
            file.seek(database.stat().st_size // 2)
            file.write(b"\0" * 65536)
        said = run(*manage("verify_ledger"), env=env)
        assert said.returncode != 0
        assert "Traceback" not in said.stderr, said.stderr


def brought_back(env: dict[str, str], to: Path) -> dict[str, str]:
    """The environment of a second site, made from a backup of the first as it is now."""
    data = Path(env["TRACKER_DATA"])
    to.mkdir()
    copy_files(data, to, ("checkpoints",))
    more = copy_postgres(env, to) if "DATABASE_URL" in env else copy_sqlite(data, to)
    copy_files(data, to, ("signing_key", "secret_key", "uploads"))
    return {**env, **more, "TRACKER_DATA": str(to)}


def copy_files(data: Path, to: Path, names: Iterable[str]) -> None:
    for name in names:
        if (data / name).is_dir():
            shutil.copytree(data / name, to / name)
        elif (data / name).exists():
            shutil.copy2(data / name, to / name)


def copy_sqlite(data: Path, to: Path) -> dict[str, str]:
    here, there = (sqlite3.connect(folder / "tracker.sqlite3") for folder in (data, to))
    with closing(here), closing(there):
        here.backup(there)
    return {}


def copy_postgres(env: dict[str, str], to: Path) -> dict[str, str]:
    """With pg_dump and pg_restore, into a database beside the first."""
    told = environ.Env.db_url_config(env["DATABASE_URL"])
    where = ["--host", told["HOST"], "--username", told["USER"]]
    dump, name = str(to / "record.dump"), f"{told['NAME']}_restored"
    for program, *arguments in (
        ("pg_dump", "--format=custom", "--file", dump, told["NAME"]),
        ("createdb", name),
        ("pg_restore", "--exit-on-error", "--no-owner", "--dbname", name, dump),
    ):
        said = run(str(find_programs() / program), *where, *arguments, env=env)
        assert said.returncode == 0, said.stdout + said.stderr
    return {"DATABASE_URL": f"{env['DATABASE_URL']}_restored"}


def manage(command: str) -> list[str]:
    return [sys.executable, "manage.py", command]


def said_head(said: subprocess.CompletedProcess[str]) -> str:
    return said.stdout.strip().rsplit("head ", 1)[1].rstrip(".")

"""A backup taken while people write, brought back on another machine: whole, and a true prefix."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.browser.site import Server, accounts_of, prepared
from tests.under_load import Load, Record, run

KEPT = ("signing_key", "secret_key", "checkpoints", "uploads")


@pytest.mark.prove_race
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="pg_dump is PostgreSQL's own business")
def test_a_backup_taken_during_writing_is_whole(tmp_path):
    """As docs/deployment.md says: the database's own copy, then the files beside it."""
    with prepared(tmp_path / "site") as env:
        server = Server(env, tmp_path / "server.log", "--workers", "2")
        try:
            server.start()
            load = Load(server, accounts_of(tmp_path / "site"), writers=4)
            record = Record(server, tmp_path)
            with load.at_work():
                load.shared.serving.set()
                time.sleep(5)
                back_up(tmp_path / "site", tmp_path / "restored")
                done = len(load.acknowledged)
                time.sleep(2)
            entries = record.check(load)
        finally:
            server.stop()
        restored = {**env, "TRACKER_DATA": str(tmp_path / "restored")}
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


def back_up(data: Path, to: Path) -> None:
    to.mkdir()
    here, there = (sqlite3.connect(folder / "tracker.sqlite3") for folder in (data, to))
    with closing(here), closing(there):
        here.backup(there)
    for name in KEPT:
        if (data / name).is_dir():
            shutil.copytree(data / name, to / name)
        elif (data / name).exists():
            shutil.copy2(data / name, to / name)


def manage(command: str) -> list[str]:
    return [sys.executable, "manage.py", command]


def said_head(said: subprocess.CompletedProcess[str]) -> str:
    return said.stdout.strip().rsplit("head ", 1)[1].rstrip(".")

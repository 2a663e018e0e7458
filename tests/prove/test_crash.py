"""The server killed at any moment under load: nothing acknowledged is lost, nothing done twice."""

import os
import random

import pytest

from tests.browser.site import Server, accounts_of, prepared
from tests.postgres import cluster
from tests.under_load import Load, Record, kill_often

KILLS = 50
KILLS_OF_THE_DATABASE = 6


@pytest.mark.prove_crash
def test_no_kill_loses_or_doubles_an_act(tmp_path, tell):
    with prepared(tmp_path / "site") as env:
        server = Server(env, tmp_path / "server.log")
        try:
            server.start()
            load = Load(server, accounts_of(tmp_path / "site"), writers=4)
            record = Record(server, tmp_path)
            again = kill_often(server.kill_and_start, load, record, KILLS, random.Random(7))
            record.check_within()
            assert load.faults == []
            assert len(load.acknowledged) > KILLS
            tell(f"{KILLS} kills: {len(load.acknowledged)} acts acknowledged, {again} sent again")
        finally:
            server.stop()


@pytest.mark.prove_crash
@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="SQLite dies with the server")
def test_no_kill_of_the_database_loses_or_doubles_an_act(tmp_path, tell, monkeypatch):
    """People are told that the record cannot be reached now, and send again what they sent."""
    with cluster(fsync=True) as database:
        monkeypatch.setenv("DATABASE_URL", database.url)
        with prepared(tmp_path / "site") as env:
            server = Server(env, tmp_path / "server.log")

            def outage() -> None:
                database.kill()
                server.kill()
                database.start()
                server.start()

            try:
                server.start()
                load = Load(server, accounts_of(tmp_path / "site"), writers=4)
                record = Record(server, tmp_path)
                kill_often(outage, load, record, KILLS_OF_THE_DATABASE, random.Random(11))
                record.check_within()
                assert [fault for fault in load.faults if not fault.startswith("503")] == []
                assert len(load.acknowledged) > KILLS_OF_THE_DATABASE
                tell(f"{KILLS_OF_THE_DATABASE} kills of the database: "
                     f"{len(load.acknowledged)} acts acknowledged")  # fmt: skip
            finally:
                server.stop()

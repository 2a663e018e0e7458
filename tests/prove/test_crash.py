"""The server killed at any moment under load: nothing acknowledged is lost, nothing done twice."""

import random

import pytest

from tests.browser.site import Server, accounts_of, prepared
from tests.under_load import Load, Record, kill_often

KILLS = 50


@pytest.mark.prove_crash
def test_no_kill_loses_or_doubles_an_act(tmp_path, tell):
    with prepared(tmp_path / "site") as env:
        server = Server(env, tmp_path / "server.log")
        try:
            server.start()
            load = Load(server, accounts_of(tmp_path / "site"), writers=4)
            record = Record(server, tmp_path)
            again = kill_often(server, load, record, KILLS, random.Random(7))
            record.check_within()
            assert load.faults == []
            assert len(load.acknowledged) > KILLS
            tell(f"{KILLS} kills: {len(load.acknowledged)} acts acknowledged, {again} sent again")
        finally:
            server.stop()

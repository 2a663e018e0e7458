"""A small dose of what bin/prove does at length: a server killed while people work on it."""

import random

import pytest

from tests.browser.site import Server, accounts_of, prepared
from tests.under_load import Load, Record, kill_often


@pytest.mark.no_cover
def test_five_kills_lose_and_double_no_act(tmp_path):
    with prepared(tmp_path / "site") as env:
        server = Server(env, tmp_path / "server.log", "--workers", "2")
        try:
            server.start()
            load = Load(server, accounts_of(tmp_path / "site"), writers=8)
            record = Record(server, tmp_path)
            kill_often(server.kill_and_start, load, record, 5, random.Random(3))
            record.check_within()
            assert load.faults == []
            assert load.acknowledged
        finally:
            server.stop()

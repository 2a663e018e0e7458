"""Eight people of both sides at once, on several server processes, for a minute."""

import time

import pytest

from tests.browser.site import Server, accounts_of, prepared
from tests.under_load import Load, Record

SECONDS = 60


@pytest.mark.prove_race
def test_many_writers_make_one_chain(tmp_path, tell):
    with prepared(tmp_path / "site") as env:
        server = Server(env, tmp_path / "server.log", "--workers", "4")
        try:
            server.start()
            load = Load(server, accounts_of(tmp_path / "site"), writers=8)
            record = Record(server, tmp_path)
            before = len(record.entries())
            with load.at_work():
                load.shared.serving.set()
                until = time.monotonic() + SECONDS
                while time.monotonic() < until:
                    record.keep_checkpoint()
                    time.sleep(2)
            acts = {entry["act"] for entry in record.check(load)[before:]}
            record.check_within()
            assert load.faults == []
            assert {"publish-report", "answer", "change-commitment"} <= acts, acts
            tell(
                f"{SECONDS} s: {len(load.acknowledged)} acts acknowledged of {len(load.sent)} sent"
            )
        finally:
            server.stop()

"""What fails below us, at any moment of a publication: nothing is stored in part (R1, R2, R12)."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError, connection, connections
from django.test import Client

from tests import factories
from tests.desk.pages import PLAN, address, form_address, opened, press, text_of, typed
from tracker.actions.standing_check import standing_faults
from tracker.actions.verification import faults_of
from tracker.models import Evidence, LedgerEntry, Plan, Standing, StatusReport
from tracker.vocabulary import ReportState

WRITE = re.compile(r'\s*(INSERT|UPDATE|DELETE)\b.*?"tracker_')
pytestmark = pytest.mark.no_cover


@contextmanager
def failing_at(number: int) -> Iterator[list[str]]:
    """The database refuses the write of that number, as with a full disk. 0 refuses every one."""
    seen: list[str] = []

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITE.match(sql):
            seen.append(sql)
            if number in (0, len(seen)):
                raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield seen


def stored() -> tuple[Any, ...]:
    plan = Plan.objects.values_list("ledger_size", "ledger_head", "revision").get(slug=PLAN)
    states = list(StatusReport.objects.order_by("pk").values_list("pk", "state", "published_at"))
    counts = [model.objects.count() for model in (LedgerEntry, Standing, Evidence)]
    return plan, states, counts


@pytest.fixture
def desk(client_of, canada_coordinator) -> Client:
    client = client_of(canada_coordinator)
    client.raise_request_exception = False
    return client


def test_a_publication_that_fails_at_any_write_leaves_nothing(desk, real_plan):
    report = factories.make_submitted("PRO-27", "CA")
    before = stored()
    for number in range(1, 100):
        with failing_at(number) as seen:
            answer = press(desk, "report-publish", report)
        if len(seen) < number:
            break
        assert answer.status_code == 503, seen[-1]
        assert "cannot be reached or written just now" in text_of(answer)
        assert stored() == before, seen[-1]
    assert number > 8, "a publication writes more than that"
    report.refresh_from_db()
    assert report.state == ReportState.PUBLISHED
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []
    assert list(standing_faults(real_plan)) == []


@pytest.mark.django_db(transaction=True)
def test_an_act_whose_commit_was_not_answered_is_found_by_its_id(desk, real_plan, monkeypatch):
    """The database stored it and said that it failed: sent again, it is done once (R2)."""
    report = factories.make_submitted("PRO-27", "CA")
    form = {"act_id": "0a1b2c3d-0000-4000-8000-00000000000a"}
    url = address("report-publish", report.pk)
    engine = type(connections["default"])
    commit = engine._commit

    def lost(self: Any) -> None:
        commit(self)
        if LedgerEntry.objects.filter(act_id=form["act_id"]).exists():
            raise OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "_commit", lost)
        assert desk.post(url, form).status_code == 503
    size = LedgerEntry.objects.filter(plan=real_plan).count()
    answer = desk.post(url, form)
    assert answer.status_code == 302
    assert LedgerEntry.objects.filter(plan=real_plan).count() == size
    assert LedgerEntry.objects.filter(act_id=form["act_id"]).count() == 1


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_file_that_cannot_be_written_is_refused_in_words(
    desk, real_plan, monkeypatch, call, code
):
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(code, os.strerror(code))

    kept = opened(desk, form_address())
    form = typed(**{"evidence-0-url": "", "evidence-0-upload": factories.a_file()})
    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        answer = desk.post(form_address(), {**kept, **form, "act": "save"})
    assert answer.status_code == 409
    assert "cannot write it now" in text_of(answer)
    assert form["done_en"] in text_of(answer)
    assert not StatusReport.objects.exists()
    store = settings.MEDIA_ROOT / "evidence"
    assert not list(store.glob(".draft-*"))


def test_a_record_that_cannot_be_written_is_read_all_the_same(real_plan):
    caches["pages"].clear()
    client = Client(raise_request_exception=False)
    with failing_at(0):
        for path in ("", "commitments/", "commitments/PRO-27/", "ledger/", "changes/"):
            assert client.get(f"/en/plans/{PLAN}/{path}").status_code == 200

"""The whole public record, made anew from its ledger and its evidence: byte by byte the same."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from tests import busy
from tests.desk.pages import PLAN, address
from tests.factories import NOW
from tests.joint import after
from tests.scene import undone
from tracker.actions.rebuilding import Unbuildable, rebuild
from tracker.actions.standing_check import standing_faults
from tracker.actions.verification import faults_of
from tracker.models import (
    Evidence,
    LedgerEntry,
    Plan,
    Redaction,
    Standing,
    StandingPosition,
    guards,
)
from tracker.vocabulary import Act

pytestmark = pytest.mark.django_db
TODAY = after(busy.CLOSING + 20)
LANGUAGES = ("en", "fr", "es")
DAYS = ("2026-01-01", "2026-11-22", "2026-11-24", "2026-12-01")
PAGES = (
    "", "pillars/", "commitments/", "institutions/", "meetings/", "timeline/", "sources/",
    "changes/", "compare/?from=2026-01-01&to=2026-12-01", "periods/", "ledger/", "ledger/REDACTED/",
    "periods/2026-q3/", "meetings/MEETING/", "institutions/ca-nserc/", "commitments/PRO-01/",
    "commitments/PRO-03/", "commitments/PRO-05/", "commitments/PRO-09/", "commitments/PRO-26/",
    "commitments/PRO-27/", "commitments/PRO-28/",
)  # fmt: skip


class Drill:
    """What the public could read before and after the database was lost."""

    def __init__(self, folder: Path) -> None:
        busy.busy_days()
        self.acts = busy.acts_done()
        self.ledger = folder / "canada-mexico-ledger.jsonl"
        self.ledger.write_bytes(ledger_file())
        self.addresses = list(addresses())
        self.pages = self.read()
        self.standings = standings()
        empty()
        self.said = run("rebuild", str(self.ledger))
        self.pages_after = self.read()
        self.standings_after = standings()

    def read(self) -> dict[tuple[str, str], bytes]:
        with time_machine.travel(TODAY, tick=False):
            caches["pages"].clear()
            return {one: read(*one) for one in self.addresses}


@pytest.fixture(scope="module")
def drill(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Drill]:
    folder = tmp_path_factory.mktemp("ledgers")
    with django_db_blocker.unblock(), undone(), time_machine.travel(NOW, tick=True):
        yield Drill(folder)


def test_every_act_that_is_recorded_is_in_the_drill(drill):
    """Decisions have been part of minutes since the first of them."""
    assert drill.acts == set(Act) - {Act.RECORD_DECISION}


def test_every_page_of_every_day_is_the_same_byte_by_byte(drill):
    assert len(drill.pages) >= 60
    assert {one for one in drill.pages if not drill.pages[one]} == set()
    differing = [one for one, page in drill.pages.items() if drill.pages_after[one] != page]
    assert differing == [], first_difference(drill, differing)


def test_the_ledger_is_the_same_and_holds(drill):
    assert ledger_file() == drill.ledger.read_bytes()
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []
    assert "entries, head " in drill.said


def test_standings_are_the_same_row_by_row(drill):
    assert list(standing_faults(Plan.objects.get(slug=PLAN))) == []
    assert drill.standings_after == drill.standings


def test_every_guard_is_in_place(drill):
    assert guards.missing(connection) == []


def test_people_drafts_and_proposals_do_not_come_back(drill):
    users = apps.get_model("tracker", "User").objects.all()
    assert all(one.email.endswith("@rebuilt.invalid") and not one.is_active for one in users)
    assert not any(one.has_usable_password() for one in users)
    for name in ("Membership", "Proposal", "NarrativeDraft"):
        assert not apps.get_model("tracker", name).objects.exists()


def test_what_was_redacted_stays_redacted(drill):
    assert Redaction.objects.exists()
    row = Redaction.objects.first()
    assert LedgerEntry.objects.get(plan=row.plan, sequence=row.sequence).payload is None


def test_the_record_goes_on_after_the_drill(drill):
    """A new act follows the last one of the ledger, and the older copy is extended by it."""
    with undone():
        busy.agreed(busy.changing("PRO-12", title_en="After", at=TODAY), at=TODAY)
        assert ledger_file().startswith(drill.ledger.read_bytes())
        assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_a_missing_evidence_file_is_named(drill, tmp_path, monkeypatch):
    sha256 = Evidence.objects.exclude(sha256="").first().sha256
    with another_store(tmp_path), undone():
        empty()
        errors = io.StringIO()
        call_command("rebuild", str(drill.ledger), stdout=io.StringIO(), stderr=errors)
    assert f"{PLAN}: The evidence file {sha256} cannot be read." in errors.getvalue()


def test_a_database_that_is_not_empty_is_refused(drill):
    before = LedgerEntry.objects.count()
    with pytest.raises(CommandError, match="not empty"):
        run("rebuild", str(drill.ledger))
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: lines[:6] + lines[7:], "entry 7 is broken"),
        (lambda lines: [{**lines[0], "subject": "other"}, *lines[1:]], "entry 1 is broken"),
        (lambda lines: [*lines[:4], {**lines[4], "payload": None}, *lines[5:]], "entry 5 lacks"),
    ],
    ids=["gap", "changed", "lost payload"],
)
def test_a_broken_ledger_makes_no_record(drill, spoil, said):
    with undone():
        empty()
        with pytest.raises(Unbuildable, match=said):
            rebuild({"file": spoil(lines_of(drill.ledger))})
        assert not Plan.objects.exists()
        assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("text", ["", "no json", "[1]", '{"sequence": 1}\n', "\xff"])
def test_a_file_that_is_no_ledger_is_refused_in_words(real_plan, tmp_path, text):
    path = tmp_path / "bad.jsonl"
    path.write_bytes(text.encode("latin-1"))
    with undone():
        empty()
        with pytest.raises(CommandError) as refused:
            run("rebuild", str(path))
        assert "bad.jsonl" in str(refused.value)
        assert not Plan.objects.exists()


def test_a_file_that_is_not_there_is_said(db):
    with pytest.raises(CommandError, match="cannot be read"):
        run("rebuild", "/nowhere/ledger.jsonl")


# Helpers ----------------------------------------------------------------------------------------


def run(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def ledger_file() -> bytes:
    return b"".join(Client().get(address("ledger-file", PLAN)).streaming_content)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def addresses() -> Iterator[tuple[str, str]]:
    """(language, path): each page in each language today, and in one of them on an earlier day."""
    entry = LedgerEntry.objects.filter(plan__slug=PLAN, payload__isnull=True).first()
    meeting = Plan.objects.get(slug=PLAN).meetings.first().slug
    for number, path in enumerate(PAGES):
        page = path.replace("MEETING", meeting).replace("REDACTED", str(entry.sequence))
        yield from ((language, page) for language in LANGUAGES)
        if "?" not in page:
            yield LANGUAGES[number % 3], f"{page}?as_of={DAYS[number % len(DAYS)]}"


def read(language: str, path: str) -> bytes:
    response = Client().get(f"/{language}/plans/{PLAN}/{path}")
    # An address may have had nothing to show yet on an early day: that must not change either.
    assert response.status_code in (200, 404), (language, path, response.status_code)
    return response.content


def standings() -> set[tuple[Any, ...]]:
    """Every standing and position by what it says, without keys of this database."""
    spans = Standing.objects.filter(plan__slug=PLAN).values_list(
        "commitment__reference", "public_from", "public_until", "wording__number", "level",
        "confidence", "basis", "level_differs", "confidence_differs", "pillar__number",
        "has_evidence", "last_published_at", "search_key", "period__year", "period__quarter",
    )  # fmt: skip
    positions = StandingPosition.objects.filter(standing__plan__slug=PLAN).values_list(
        "standing__commitment__reference", "standing__public_from", "party__code", "is_due",
        "is_compared", "level", "confidence", "report__act_id", "published_at", "has_evidence",
    )  # fmt: skip
    return {*spans, *positions}


def empty() -> None:
    """A new database with its tables: no row of ours is left."""
    with guards.lifted(connection), connection.cursor() as cursor:
        for model in apps.get_app_config("tracker").get_models(include_auto_created=True):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
        if connection.vendor == "postgresql":  # else no trigger can be made again
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def another_store(folder: Path) -> Iterator[None]:
    before = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = folder
    try:
        yield
    finally:
        settings.MEDIA_ROOT = before


def first_difference(drill: Drill, differing: list[tuple[str, str]]) -> str:
    """For the person who reads the failure: where the first page parts from what it was."""
    if not differing:
        return ""
    before, now = (pages[differing[0]].decode() for pages in (drill.pages, drill.pages_after))
    place = next((n for n, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), 0)
    cut = slice(max(place - 200, 0), place + 200)
    tidy = re.compile(r"\s+")
    return f"{differing[0]}:\n{tidy.sub(' ', before[cut])}\n---\n{tidy.sub(' ', now[cut])}"

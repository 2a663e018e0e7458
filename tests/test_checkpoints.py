"""Signed statements of how long a ledger was: they hold, and show what a database owner changed."""

import io
import json
import runpy
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from partnership.checks import refuse_unsafe_start
from partnership.keys import read_signing_key, replace_signing_key, signing_key
from tests.desk.pages import PLAN, address
from tests.factories import NOW, commitment_called
from tests.joint import after, agreed, last_entry, size
from tests.test_periods import sign
from tests.test_redactions import stand_alone, stored_with
from tracker.actions.checkpoints import enter_key, kept_path, older_than_kept
from tracker.actions.refusals import Refusal
from tracker.actions.verification import faults_of
from tracker.models import LedgerEntry, Plan, SigningKey, Wording, guards
from tracker.models.checkpoints import signed_checkpoint
from tracker.rules.checkpoints import holds, public_half, signed
from tracker.rules.ledger import digest, entry_hash
from tracker.vocabulary import Act

CHECKPOINT = address("ledger-checkpoint", PLAN)
FOREIGN = bytes(range(32))
FIELDS = {"plan": PLAN, "size": 3, "head": "a" * 64, "time": "2026-11-22T18:00:00.000000Z"}


@pytest.fixture
def site(real_plan, settings, tmp_path):
    """A site with a data folder of its own and a key that stands in the ledger."""
    settings.DATA_DIR = tmp_path
    settings.SIGNING_KEY = signing_key(tmp_path, make=True)
    enter_key(real_plan, at=NOW)
    return tmp_path


# The signature ----------------------------------------------------------------------------------


def test_a_checkpoint_holds_by_the_key_it_names(site, client):
    response = client.get(CHECKPOINT)
    point = response.json()
    assert set(point) == {"plan", "size", "head", "time", "key", "signature"}
    assert (point["plan"], point["size"], point["head"]) == (PLAN, size(), last_entry().hash)
    assert holds(point)
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "change",
    [
        {"plan": "other"},
        {"size": 4},
        {"head": "b" * 64},
        {"time": "2026-11-22T18:00:00.000001Z"},
        {"key": public_half(bytes(32))},
        {"signature": "0" * 128},
        {"signature": "zz"},
        {"key": "0123"},
        {"note": "more"},
    ],
    ids=lambda change: "-".join(change),
)
def test_an_altered_checkpoint_does_not_hold(change):
    point = signed(FIELDS, FOREIGN)
    assert holds(point)
    assert not holds({**point, **change})


@pytest.mark.parametrize("name", [*FIELDS, "key", "signature"])
def test_a_checkpoint_that_lacks_a_field_does_not_hold(name):
    point = signed(FIELDS, FOREIGN)
    del point[name]
    assert not holds(point)


def test_the_stand_alone_verifier_takes_what_the_site_serves(site, verified):
    code, said = verified()
    assert (code, "checkpoint holds" in said) == (0, True)
    code, said = verified(key=public_half(FOREIGN))
    assert (code, "checkpoint refused" in said) == (1, True)


# The key ----------------------------------------------------------------------------------------


def test_the_secret_key_lies_outside_the_database_for_this_user_alone(site, settings):
    path = site / "signing_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = path.read_text().strip()
    assert bytes.fromhex(secret) == settings.SIGNING_KEY
    assert stored_with(secret) == []
    assert stored_with(public_half(settings.SIGNING_KEY)) != []


def test_a_key_is_made_once(tmp_path):
    first = signing_key(tmp_path / "data", make=True)
    assert signing_key(tmp_path / "data", make=True) == first
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["signing_key"]


def test_no_key_is_made_where_none_may_be(tmp_path):
    assert signing_key(tmp_path, make=False) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 33])
def test_a_file_that_holds_no_key_is_refused_in_words(tmp_path, text):
    (tmp_path / "signing_key").write_text(text)
    with pytest.raises(ImproperlyConfigured, match="64 hexadecimal digits"):
        signing_key(tmp_path, make=True)


def test_a_key_that_cannot_be_read_is_a_sentence(tmp_path):
    (tmp_path / "signing_key").mkdir()
    with pytest.raises(ImproperlyConfigured, match="cannot be read or made"):
        signing_key(tmp_path, make=True)


def test_spaces_around_a_key_do_not_matter():
    assert read_signing_key(f" {FOREIGN.hex()}\n") == FOREIGN


def test_the_old_key_is_put_aside_for_this_user_alone(tmp_path):
    first = signing_key(tmp_path, make=True)
    second = replace_signing_key(tmp_path, "2026-11-22-180000")
    assert first != second == signing_key(tmp_path, make=False)
    aside = tmp_path / "signing_key.until-2026-11-22-180000"
    assert bytes.fromhex(aside.read_text()) == first
    for path in (aside, tmp_path / "signing_key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_key_there_is_no_checkpoint(real_plan, settings, client):
    settings.SIGNING_KEY = None
    assert client.get(CHECKPOINT).status_code == 503
    with pytest.raises(Refusal, match=r"manage\.py rotate_key"):
        enter_key(real_plan, at=NOW)


def test_a_key_that_the_ledger_does_not_name_signs_nothing(site, settings, client):
    settings.SIGNING_KEY = FOREIGN
    response = client.get(CHECKPOINT)
    assert response.status_code == 503
    assert "does not stand in the ledger yet" in response.json()["detail"]


# Rotation ---------------------------------------------------------------------------------------


def test_a_rotation_is_an_act_in_the_ledger(site, settings):
    before, entries = settings.SIGNING_KEY, size()
    assert f"{PLAN}: the key stands in the ledger." in run("rotate_key")
    assert before != settings.SIGNING_KEY
    entry = last_entry()
    assert (size(), entry.act) == (entries + 1, Act.ROTATE_KEY)
    named = [row["fields"]["public_key"] for row in entry.payload["opened"]]
    assert named == [public_half(settings.SIGNING_KEY)]
    assert [row["fields"]["public_key"] for row in entry.payload["closed"]] == [public_half(before)]
    assert settings.SIGNING_KEY.hex() not in json.dumps(entry.payload)
    assert SigningKey.objects.open().get().public_key == public_half(settings.SIGNING_KEY)
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_a_key_may_come_back(site, settings):
    first = settings.SIGNING_KEY
    for key in (FOREIGN, first, FOREIGN):
        settings.SIGNING_KEY = key
        assert enter_key(Plan.objects.get(slug=PLAN), at=NOW)
        assert SigningKey.objects.open().get().public_key == public_half(key)


def test_a_rotation_is_no_change_of_the_record_by_a_person(site, real_plan):
    before = Plan.objects.get(slug=PLAN).changed_at
    run("rotate_key")
    assert Plan.objects.get(slug=PLAN).changed_at == before


def test_naming_the_key_again_does_nothing(site, settings):
    before, entries = settings.SIGNING_KEY, size()
    assert run("rotate_key", "--keep") == ""
    assert (settings.SIGNING_KEY, size()) == (before, entries)


def test_a_site_without_a_key_gets_its_first_one(site, settings):
    (site / "signing_key").unlink()
    settings.SIGNING_KEY = None
    assert "the key stands in the ledger" in run("rotate_key", "--keep")
    assert public_half(signing_key(site, make=False)) == SigningKey.objects.open().get().public_key


def test_a_checkpoint_from_before_the_rotation_still_holds(site, verified, point):
    old = point()
    run("rotate_key")
    assert holds(old)
    assert verified(old)[0] == 0
    assert verified(point())[0] == 0


def test_the_site_signs_no_more_with_a_retired_key(site, settings, client):
    retired = settings.SIGNING_KEY
    run("rotate_key")
    settings.SIGNING_KEY = retired
    assert client.get(CHECKPOINT).status_code == 503
    assert signed_checkpoint(Plan.objects.get(slug=PLAN), retired, after(1)) is None


def test_a_checkpoint_by_a_key_that_was_not_named_yet_is_refused(site, settings, verified):
    entry = last_entry()
    run("rotate_key")
    early = forged(settings.SIGNING_KEY, entry)
    code, said = verified(early)
    assert (code, "checkpoint refused" in said) == (1, True)


def test_a_checkpoint_by_a_stranger_is_refused(site, verified):
    code, said = verified(forged(FOREIGN))
    assert (code, "checkpoint refused" in said) == (1, True)


# What is kept beside the database ---------------------------------------------------------------


def test_a_signature_leaves_a_checkpoint_beside_the_database(kept):
    point = json.loads(kept.read_text())
    assert kept.parent.name == "checkpoints"
    assert holds(point)
    assert (point["size"], point["head"]) == (size(), last_entry().hash)
    assert older_than_kept() == []


def test_a_signature_that_is_rolled_back_leaves_none(site, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        sign(period=None)
    assert not kept_path(Plan.objects.get(slug=PLAN)).exists()


def test_a_ledger_that_goes_on_still_holds_what_was_kept(kept):
    agreed()
    assert older_than_kept() == []
    refuse_unsafe_start()


def test_a_ledger_cut_short_is_exposed(kept):
    cut_short(1)
    plan = Plan.objects.get(slug=PLAN)
    assert not [one for one in faults_of(plan) if "chain" in one]  # the chain itself looks whole
    (sentence,) = older_than_kept()
    assert PLAN in sentence
    assert f"{plan.ledger_size} entries" in sentence


def test_a_ledger_recomputed_by_a_database_owner_is_exposed(kept, real_plan, verified):
    """Row, payload, hashes and head all fit together again: only what was kept outside tells."""
    old = json.loads(kept.read_text())
    agreed()
    rewrite("A title nobody agreed to")
    plan = Plan.objects.get(slug=PLAN)
    assert list(faults_of(plan)) == []
    assert len(older_than_kept()) == 1
    code, said = verified(old)
    assert (code, "forked" in said or "another" in said) == (1, True), said


def test_a_server_does_not_start_with_an_older_ledger(kept):
    cut_short(1)
    for start in (refuse_unsafe_start, lambda: runpy.run_path("partnership/wsgi.py")):
        with pytest.raises(ImproperlyConfigured, match=f"ledger of {PLAN}.*accept_older_ledger"):
            start()


def test_an_older_ledger_is_accepted_on_purpose_and_the_checkpoint_is_not_lost(kept):
    words = kept.read_text()
    cut_short(1)
    assert "is put aside" in run("accept_older_ledger", PLAN)
    assert older_than_kept() == []
    refuse_unsafe_start()
    assert not kept.exists()
    assert [path.read_text() for path in kept.parent.iterdir()] == [words]


def test_there_may_be_nothing_to_accept(site):
    assert "None was kept." in run("accept_older_ledger", PLAN)
    with pytest.raises(CommandError, match="no plan “atlantis”"):
        run("accept_older_ledger", "atlantis")


@pytest.mark.parametrize("text", ["", "[]", "7", '{"size": "x"}', '{"size": 1}'])
def test_a_kept_file_that_cannot_be_read_is_said_and_never_crashes(kept, text):
    """Whoever can damage the file must not switch the check off without a word."""
    kept.write_text(text)
    assert len(older_than_kept()) == 1


def test_the_newest_signature_is_the_one_that_is_kept(kept, django_capture_on_commit_callbacks):
    first = json.loads(kept.read_text())
    with django_capture_on_commit_callbacks(execute=True):
        sign("MX", period=None, at=NOW)
    second = json.loads(kept.read_text())
    assert second["size"] > first["size"]
    assert [path.name for path in kept.parent.iterdir()] == [f"{PLAN}.json"]


# Helpers ----------------------------------------------------------------------------------------


@pytest.fixture
def kept(site, django_capture_on_commit_callbacks) -> Path:
    """The file that a signature of Canada has left."""
    with django_capture_on_commit_callbacks(execute=True):
        sign(period=None, at=NOW)
    return kept_path(Plan.objects.get(slug=PLAN))


@pytest.fixture
def point(client):
    """The checkpoint the site serves now."""
    return lambda: client.get(CHECKPOINT).json()


@pytest.fixture
def verified(client, tmp_path, capsys, point):
    """What the stand-alone verifier says of the ledger as it is now, beside a checkpoint."""

    def call(checkpoint=None, *, key=None):
        ledger, beside = tmp_path / "ledger.jsonl", tmp_path / "checkpoint.json"
        ledger.write_bytes(b"".join(client.get(address("ledger-file", PLAN)).streaming_content))
        beside.write_text(json.dumps(checkpoint or point()))
        options = [
            "--language",
            "en",
            "--checkpoint",
            str(beside),
            *(["--key", key] if key else []),
        ]
        code = stand_alone().main([str(ledger), *options])
        return code, capsys.readouterr().out

    return call


def run(command, *arguments):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def forged(secret: bytes, entry: LedgerEntry | None = None) -> dict:
    """A checkpoint made with a key by whoever has it."""
    entry = entry or last_entry()
    fields = {"plan": PLAN, "size": entry.sequence, "head": entry.hash}
    return signed({**fields, "time": "2026-11-22T20:00:00.000000Z"}, secret)


def cut_short(entries: int) -> None:
    """Take the last entries off and let the plan's head name the one before, as an owner can."""
    rows = LedgerEntry.objects.filter(plan__slug=PLAN)
    with guards.lifted(connection):
        for _ in range(entries):
            rows.latest("sequence").delete()
    last = rows.latest("sequence")
    Plan.objects.filter(slug=PLAN).update(ledger_size=last.sequence, ledger_head=last.hash)


def rewrite(title: str) -> None:
    """Another title for the wording of PRO-03 since the opening, with every hash made anew."""
    wording = commitment_called("PRO-03").wordings.get()
    before, previous = wording.title_en, None
    with guards.lifted(connection):
        Wording.objects.filter(pk=wording.pk).update(title_en=title)
        for entry in LedgerEntry.objects.filter(plan__slug=PLAN).order_by("sequence"):
            if previous is None and not _says(entry, before):
                continue
            if previous is None:
                entry.payload = json.loads(
                    json.dumps(entry.payload).replace(json.dumps(before), json.dumps(title))
                )
                entry.payload_hash = digest(entry.payload)
            else:
                entry.previous = previous
            entry.hash = previous = entry_hash(entry.as_published())
            entry.save()
    Plan.objects.filter(slug=PLAN).update(ledger_head=previous)


def _says(entry: LedgerEntry, title: str) -> bool:
    return any(row["fields"].get("title_en") == title for row in entry.payload["opened"])

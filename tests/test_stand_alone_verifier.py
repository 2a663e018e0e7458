"""docs/verify_ledger.py, as a citizen runs it; chains are built with the project's own rules."""

import ast
import copy
import importlib.util
import io
import json
import random
import re
import resource
import string
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tracker.rules.ledger import (
    NO_PREVIOUS,
    canonical_json,
    digest,
    entry_hash,
    first_fault,
)

DOCS = Path(__file__).resolve().parent.parent / "docs"
SCRIPT = DOCS / "verify_ledger.py"
LANGUAGES = ("en", "fr", "es")
SEED, OTHER_SEED, STRANGERS_SEED = bytes(range(32)), bytes(32), bytes([7] * 32)


def load_verifier():
    spec = importlib.util.spec_from_file_location("verify_ledger", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = load_verifier()


@pytest.fixture(autouse=True)
def in_english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_CA.UTF-8")


# Chains -----------------------------------------------------------------------------------------


def payload_of(number):
    return {"salt": f"{number:032x}", "text": f"Résumé n° {number}", "opened": []}


def chain_of(*acts_and_payloads, start=1, previous=NO_PREVIOUS, minute=0):
    """A chain with these (act, payload) in order, each a minute after the one before."""
    entries = []
    for number, (act, payload) in enumerate(acts_and_payloads, start):
        entry = {
            "sequence": number,
            "time": f"2026-11-22T{number // 60:02d}:{number % 60:02d}:{minute:02d}.000000Z",
            "act": act,
            "act_id": f"00000000-0000-4000-8000-{number:012d}",
            "subject": f"PRO-{number:02d}",
            "payload_hash": digest(payload),
            "previous": previous,
        }
        previous = entry["hash"] = entry_hash(entry)
        entries.append({**entry, "payload": payload})
    return entries


def chain(length, **more):
    return chain_of(
        *(("publish-report", payload_of(number)) for number in range(1, length + 1)), **more
    )


def rehashed(entries, start):
    """The same entries from this position on, chained anew: what who holds the database can do."""
    entries = copy.deepcopy(entries)
    for position in range(start, len(entries)):
        entry = entries[position]
        if position:
            entry["previous"] = entries[position - 1]["hash"]
        entry["hash"] = entry_hash(entry)
    return entries


def redact(notices):
    return ("redact", {"salt": "aa", "redacts": notices})


def notice(number, **payload):
    return {"sequence": number, "payload": {"text": "", "opened": [], **payload}}


def redacted_chain():
    """Entries 1 to 5: entry 2 was redacted, entry 4 says so."""
    reports = [("publish-report", payload_of(number)) for number in range(1, 6)]
    reports[3] = redact([notice(2)])
    entries = chain_of(*reports)
    entries[1]["payload"] = None
    return entries


def lines(entries):
    return b"".join(json.dumps(e, ensure_ascii=False).encode() + b"\n" for e in entries)


# Running it -------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keeps entries, or bytes, or a checkpoint in a file of this name, which it returns."""
    monkeypatch.chdir(tmp_path)

    def keep(content, name="ledger.jsonl"):
        if isinstance(content, list):
            content = lines(content)
        if isinstance(content, dict):
            content = json.dumps(content, indent=2).encode()
        Path(name).write_bytes(content)
        return name

    return keep


@pytest.fixture
def run(capsys):
    """(exit code, what was said) of the command with these arguments."""

    def call(*arguments):
        code = verifier.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert bool(err) == (code == 2), "only what cannot be read is told on standard error"
        return code, (err or out).rstrip("\n")

    return call


@pytest.fixture
def answer(kept, run):
    """(exit code, what was said) of these entries, or bytes, kept in a file."""
    return lambda content, *options: run(kept(content), *options)


def head_of(entries):
    return entries[-1]["hash"]


# One file ---------------------------------------------------------------------------------------


def test_a_whole_chain_is_intact(answer):
    entries = chain(3)
    assert answer(entries) == (0, f"ledger.jsonl: intact: 3 entries, head {head_of(entries)}.")


def test_one_entry_is_intact(answer):
    entries = chain(1)
    assert answer(entries) == (0, f"ledger.jsonl: intact: 1 entry, head {head_of(entries)}.")


def test_an_empty_file_is_intact_and_has_no_entries(answer):
    assert answer(b"") == (0, f"ledger.jsonl: intact: 0 entries, head {NO_PREVIOUS}.")


def test_the_documents_vector_is_intact(answer):
    entry = json.loads(blocks_of("json")[0])
    assert answer([entry])[0] == 0


def test_standard_input_is_read_for_a_dash(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines(chain(2)))))
    code, said = run("-")
    assert (code, said[:34]) == (0, "standard input: intact: 2 entries,")


def test_line_ends_of_another_system_and_a_missing_last_one_do_no_harm(answer):
    content = lines(chain(3))
    assert answer(content.replace(b"\n", b"\r\n"))[0] == 0
    assert answer(content.rstrip(b"\n"))[0] == 0


def test_what_a_later_version_added_to_payloads_does_no_harm(answer):
    agreed = {**payload_of(1), "agreed": [{"party": "CA", "institution": "ca-gac"}], "new": {}}
    assert answer(chain_of(("accept-plan", agreed), ("an-act-of-later", payload_of(2))))[0] == 0


WRONG = {
    "sequence": 9,
    "time": "2027-01-01T00:00:00.000000Z",
    "act": "withdraw",
    "act_id": "00000000-0000-4000-8000-00000000ffff",
    "subject": "PRO-99",
    "payload": {"salt": "", "text": "another"},
}
SAID = {
    "sequence": "another number stands there, 9",
    "previous": "its “previous” is not the hash of the entry before",
    "payload": "its payload is not the one whose hash it holds",
}


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize("field", verifier.ENTRY)
def test_a_change_of_any_field_is_named_with_its_entry(answer, field, position):
    entries = chain(4)
    entries[position][field] = WRONG.get(field, "f" * 64)
    what = SAID.get(field, "its hash is not that of its fields")
    assert answer(entries) == (1, f"ledger.jsonl: altered at entry {position + 1}: {what}.")


@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("field", verifier.ENTRY)
def test_a_missing_field_is_named_with_its_entry(answer, field, position):
    entries = chain(3)
    del entries[position][field]
    said = f"altered at entry {position + 1}: its field “{field}” is missing or malformed."
    assert answer(entries) == (1, f"ledger.jsonl: {said}")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sequence", 0),
        ("sequence", -2),
        ("sequence", True),
        ("sequence", "2"),
        ("sequence", None),
        ("sequence", 2**63),
        ("time", "2026-11-22T18:00:00Z"),
        ("time", "2026-11-22 18:00:00.000000Z"),
        ("time", "2026-11-22T24:00:00.000000Z"),
        ("time", "2026-11-22T18:00:60.000000Z"),
        ("time", "2026-02-30T18:00:00.000000Z"),
        ("time", "٢٠٢٦-11-22T18:00:00.000000Z"),
        ("time", "2026-11-22T18:00:00.000000Z\n"),
        ("time", 20261122),
        ("act", None),
        ("act_id", "6F1B7C52-6A0E-4C2B-9A52-0C6F1F7F0A01"),
        ("subject", ["PRO-02"]),
        ("payload_hash", "A" * 64),
        ("previous", "a" * 63),
        ("hash", "a" * 64 + "\n"),
        ("payload", []),
        ("payload", "text"),
        ("payload", False),
    ],
)
def test_a_malformed_field_is_named_with_its_entry(answer, field, value):
    entries = chain(3)
    entries[1][field] = value
    said = f"altered at entry 2: its field “{field}” is missing or malformed."
    assert answer(entries) == (1, f"ledger.jsonl: {said}")


def test_a_field_beside_the_nine_is_a_fault_and_its_name_is_not_repeated(answer):
    entries = chain(2)
    entries[1]["\x1b[2J"] = "not covered by any hash"
    said = "altered at entry 2: it has a field that format 1 does not know."
    assert answer(entries) == (1, f"ledger.jsonl: {said}")


def test_time_does_not_go_backwards(answer):
    entries = chain(4)
    entries[2]["time"] = "2026-11-21T00:00:00.000000Z"
    code, said = answer(rehashed(entries, 2))
    assert (code, said) == (
        1,
        "ledger.jsonl: altered at entry 3: its time is before that of the entry before.",
    )


def test_entries_of_the_same_time_are_intact(answer):
    entries = chain(3)
    entries[2]["time"] = entries[1]["time"]
    assert answer(rehashed(entries, 2))[0] == 0


def test_a_swap_is_named(answer):
    entries = chain(4)
    entries[1], entries[2] = entries[2], entries[1]
    code, said = answer(entries)
    assert (code, said) == (
        1,
        "ledger.jsonl: altered at entry 2: another number stands there, 3.",
    )


def test_a_swap_with_numbers_put_right_is_named(answer):
    entries = chain(4)
    entries[1], entries[2] = entries[2], entries[1]
    entries[1]["sequence"], entries[2]["sequence"] = 2, 3
    assert "altered at entry 2: its “previous”" in answer(entries)[1]


def test_a_deletion_is_named(answer):
    entries = chain(4)
    del entries[2]
    assert "altered at entry 3: another number stands there, 4" in answer(entries)[1]


def test_a_deletion_with_numbers_put_right_is_named(answer):
    entries = chain(4)
    del entries[2]
    entries[2]["sequence"] = 3
    assert "altered at entry 3: its “previous”" in answer(entries)[1]


def test_an_insertion_is_named(answer):
    entries = chain(4)
    entries.insert(2, copy.deepcopy(entries[1]))
    assert "altered at entry 3: another number stands there, 2" in answer(entries)[1]


def test_a_rehashed_entry_breaks_the_next(answer):
    entries = chain(4)
    entries[1]["subject"] = "PRO-99"
    entries[1]["hash"] = entry_hash(entries[1])
    assert "altered at entry 3: its “previous”" in answer(entries)[1]


def test_a_reordered_file_is_named(answer):
    assert "altered at entry 5: another number stands there, 3" in answer(chain(4)[::-1])[1]


def test_a_truncated_file_is_intact_by_itself(answer):
    """Only what others kept shows that something is missing at the end."""
    entries = chain(5)[:3]
    assert answer(entries) == (0, f"ledger.jsonl: intact: 3 entries, head {head_of(entries)}.")


def test_the_first_fault_is_named_and_nothing_after_it_is_read(answer):
    entries = chain(4)
    entries[1]["subject"] = entries[2]["subject"] = "PRO-99"
    assert "altered at entry 2" in answer(lines(entries) + b"this is no JSON\n")[1]


# Ranges -----------------------------------------------------------------------------------------


def test_a_range_is_checked_from_its_first_entry_on(answer):
    entries = chain(5)
    assert answer(entries[2:]) == (
        0,
        f"ledger.jsonl: intact from entry 3 on: 3 entries, head {head_of(entries)}."
        " Nothing before was checked.",
    )


def test_a_fault_in_a_range_is_named_by_the_entrys_own_number(answer):
    entries = chain(5)[2:]
    entries[1]["subject"] = "PRO-99"
    assert "altered at entry 4: its hash" in answer(entries)[1]


def test_no_entry_but_the_first_of_a_chain_may_have_zeros_before_it(answer):
    assert "altered at entry 1: another number" in answer(chain(2, start=7))[1]


def test_the_first_entry_of_a_chain_has_zeros_before_it(answer):
    assert "altered at entry 1: its “previous”" in answer(chain(2, previous="a" * 64))[1]


# Redaction --------------------------------------------------------------------------------------


def test_a_redaction_is_no_fault_and_is_told_with_the_entry_that_records_it(answer):
    entries = redacted_chain()
    assert answer(entries) == (
        0,
        f"ledger.jsonl: intact: 5 entries, head {head_of(entries)}.\n"
        "ledger.jsonl: redacted: entry 2; entry 4 records it.",
    )


def test_a_lost_payload_without_notice_is_a_fault(answer):
    entries = chain(4)
    entries[1]["payload"] = None
    code, said = answer(entries)
    assert code == 1
    assert said.startswith("ledger.jsonl: payload missing at entry 2: no later entry")


def test_the_first_of_several_lost_payloads_is_named(answer):
    entries = redacted_chain()
    entries[2]["payload"] = entries[4]["payload"] = None
    assert "payload missing at entry 3" in answer(entries)[1]


def test_a_range_cut_before_the_notice_misses_the_payload_and_the_help_says_so(answer, run):
    assert "payload missing at entry 2" in answer(redacted_chain()[:3])[1]
    assert "a file that ends before that entry is said to miss the payload" in run("--help")[1]


def test_a_range_that_begins_after_the_redacted_entry_is_intact(answer):
    assert answer(redacted_chain()[2:])[0] == 0


def test_only_an_entry_of_the_act_records_a_redaction(answer):
    reports = [("publish-report", payload_of(1)), ("withdraw", redact([notice(1)])[1])]
    entries = chain_of(*reports)
    entries[0]["payload"] = None
    assert "payload missing at entry 1" in answer(entries)[1]


def test_a_redaction_that_was_redacted_counts_by_what_stands_in_for_it(answer):
    """Entry 3 redacted 1, and said too much in doing so: entry 4 stands in for it, too."""
    stand_in = notice(3, redacts=[notice(1)])
    entries = chain_of(
        ("publish-report", payload_of(1)),
        ("publish-report", payload_of(2)),
        redact([notice(1)]),
        redact([stand_in]),
    )
    entries[0]["payload"] = entries[2]["payload"] = None
    code, said = answer(entries)
    assert (code, said.splitlines()[1:]) == (
        0,
        [
            "ledger.jsonl: redacted: entry 1; entry 3 records it.",
            "ledger.jsonl: redacted: entry 3; entry 4 records it.",
        ],
    )


def test_what_stands_in_for_another_act_records_no_redaction(answer):
    """Entry 2 is a report: its stand-in says nothing of entry 1."""
    stand_in = notice(2, redacts=[notice(1)])
    reports = [("publish-report", payload_of(1)), ("publish-report", payload_of(2))]
    entries = chain_of(*reports, redact([stand_in]))
    entries[0]["payload"] = entries[1]["payload"] = None
    assert "payload missing at entry 1" in answer(entries)[1]


@pytest.mark.parametrize(
    "notices",
    [
        None,
        {},
        "2",
        [2],
        [{"sequence": 2}],
        [{"sequence": "2", "payload": {}}],
        [{"sequence": True, "payload": {}}],
        [{"sequence": 0, "payload": {}}],
        [{"sequence": 3, "payload": {}}],
        [{"sequence": 9, "payload": {}}],
        [{"sequence": 2, "payload": None}],
        [{"sequence": 2, "payload": {"redacts": [{"sequence": 2, "payload": {}}]}}],
        [{"payload": {}}],
    ],
)
def test_a_malformed_notice_is_named(answer, notices):
    reports = [("publish-report", payload_of(1)), ("publish-report", payload_of(2))]
    entries = chain_of(*reports, redact(notices))
    said = "altered at entry 3: its field “redacts” is missing or malformed."
    assert answer(entries) == (1, f"ledger.jsonl: {said}")


# An older download ------------------------------------------------------------------------------


@pytest.fixture
def extends(kept, run):
    """(exit code, last line said) of a file beside an older one."""

    def call(newer, older):
        code, said = run(kept(newer), "--extends", kept(older, "older.jsonl"))
        return code, said.splitlines()[-1]

    return call


EXTENDS = (0, "ledger.jsonl: extends older.jsonl: no entry that older.jsonl holds has changed.")


@pytest.mark.parametrize("length", [0, 1, 3, 5])
def test_a_longer_file_extends_an_older_one(extends, length):
    assert extends(chain(5), chain(5)[:length]) == EXTENDS


def test_a_payload_that_was_redacted_since_is_no_fault(extends):
    entries = redacted_chain()
    older = copy.deepcopy(entries[:3])
    older[1]["payload"] = payload_of(2)
    code, said = extends(entries, older)
    assert (code, said) == EXTENDS


def test_an_older_range_may_have_a_lost_payload_whose_notice_came_later(extends):
    assert extends(redacted_chain(), redacted_chain()[:3]) == EXTENDS


@pytest.mark.parametrize("older", [slice(2, 5), slice(0, 4), slice(4, 5)])
@pytest.mark.parametrize("newer", [slice(0, 6), slice(2, 6), slice(4, 6)])
def test_ranges_that_touch_are_compared(extends, newer, older):
    """A range may also follow right after the end of an older file: its start must be that end."""
    entries = chain(6)
    assert extends(entries[newer], entries[older]) == EXTENDS


def test_a_range_that_follows_another_chain_is_forked(extends):
    assert extends(chain(6)[4:], chain(4, minute=1)) == (
        1,
        "ledger.jsonl: forked: older.jsonl has another entry at number 4.",
    )


def test_a_range_that_begins_after_a_gap_cannot_be_compared(extends):
    assert extends(chain(6)[4:], chain(6)[:3]) == (
        1,
        "ledger.jsonl: not comparable: it begins at entry 5, after all that older.jsonl knows.",
    )


@pytest.mark.parametrize("length", [0, 1, 4])
def test_a_shorter_file_than_the_older_one_is_cut_short(extends, length):
    assert extends(chain(5)[:length], chain(5)) == (
        1,
        f"ledger.jsonl: cut short: it ends at entry {length},"
        f" but older.jsonl knows entry {length + 1}.",
    )


@pytest.mark.parametrize("position", range(4))
def test_a_history_written_anew_is_forked_where_it_parts(extends, position):
    newer = chain(6)
    newer[position]["subject"] = "PRO-99"
    assert extends(rehashed(newer, position), chain(4)) == (
        1,
        f"ledger.jsonl: forked: older.jsonl has another entry at number {position + 1}.",
    )


def test_an_altered_entry_is_told_before_a_fork_at_a_later_one(extends):
    newer = chain(5, minute=1)
    newer[0] = chain(5)[0]
    assert extends(newer, chain(5))[1].startswith("ledger.jsonl: altered at entry 2")


def test_a_fault_of_the_older_file_is_told_as_its_own(extends):
    older = chain(3)
    older[1]["payload"]["text"] = "another"
    assert extends(chain(5), older)[1].startswith("older.jsonl: altered at entry 2: its payload")


def test_an_older_file_that_cannot_be_read_is_named(extends):
    assert extends(chain(5), lines(chain(1)) + b"<html>\n") == (
        2,
        "older.jsonl: cannot be read: line 2:"
        " this is not JSON (a download that broke off ends like this).",
    )


# Checkpoints ------------------------------------------------------------------------------------


def public(seed):
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def checkpoint(entries, seed=SEED, **more):
    unsigned = {
        "plan": "canada-mexico",
        "size": len(entries),
        "head": head_of(entries) if entries else NO_PREVIOUS,
        "time": "2026-12-01T12:00:00.000000Z",
        "key": public(seed),
        **more,
    }
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    return {**unsigned, "signature": secret.sign(canonical_json(unsigned)).hex()}


@pytest.fixture
def holds(kept, run):
    """(exit code, last line said) of a file beside a checkpoint."""

    def call(entries, point, *options):
        code, said = run(kept(entries), "--checkpoint", kept(point, "kept.json"), *options)
        return code, said.splitlines()[-1]

    return call


GOOD = "kept.json: checkpoint holds: ledger.jsonl has its head after {}, and its signature is valid"


@pytest.mark.parametrize(("size", "entries"), [(0, "0 entries"), (1, "1 entry"), (4, "4 entries")])
def test_a_good_checkpoint_holds_for_the_key_it_names(holds, size, entries):
    code, said = holds(chain(4), checkpoint(chain(4)[:size]))
    assert (code, said) == (
        0,
        f"{GOOD.format(entries)} for the key that it names. Compare that key with the one"
        f" published elsewhere: {public(SEED)}",
    )


@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_a_good_checkpoint_holds_for_the_key_given(holds, spelling):
    code, said = holds(chain(4), checkpoint(chain(3)), "--key", spelling(public(SEED)))
    assert (code, said) == (0, f"{GOOD.format('3 entries')} for the key you gave.")


def test_a_checkpoint_of_nothing_holds_for_an_empty_file(holds):
    assert holds([], checkpoint([]))[0] == 0


def test_several_checkpoints_are_checked_each(kept, run):
    names = [kept(checkpoint(chain(size)), f"{size}.json") for size in (3, 1, 3)]
    options = [word for name in names for word in ("--checkpoint", name)]
    code, said = run(kept(chain(4)), *options)
    assert (code, said.count("checkpoint holds")) == (0, 3)
    forked = kept(checkpoint(chain(2, minute=1)), "forked.json")
    assert run("ledger.jsonl", *options, "--checkpoint", forked) == (
        1,
        "ledger.jsonl: forked: forked.json has another entry at number 2.",
    )


def test_every_option_at_once(kept, run):
    code, said = run(
        kept(redacted_chain()),
        *("--extends", kept(redacted_chain()[:2], "older.jsonl")),
        *("--checkpoint", kept(checkpoint(redacted_chain()), "kept.json")),
        *("--key", public(SEED), "--language", "en"),
    )
    verdicts = [line.split(": ")[1].split(" ")[0] for line in said.splitlines()]
    assert (code, verdicts) == (0, ["intact", "redacted", "extends", "checkpoint"])


@pytest.mark.parametrize("field", ["plan", "size", "head", "time"])
def test_a_changed_checkpoint_does_not_hold(holds, field):
    point = checkpoint(chain(3))
    other = {"plan": "sample", "size": 2, "head": "a" * 64, "time": "2026-12-01T12:00:00.000001Z"}
    point[field] = other[field]
    refused = "kept.json: checkpoint refused: its signature does not hold."
    assert holds(chain(4), point) == (1, refused)


def test_a_signature_by_another_key_does_not_hold(holds):
    point = {**checkpoint(chain(3), OTHER_SEED), "key": public(SEED)}
    assert holds(chain(4), point)[1].endswith("its signature does not hold.")


def test_a_checkpoint_of_another_head_shows_a_fork(holds):
    assert holds(chain(4), checkpoint(chain(3, minute=1))) == (
        1,
        "ledger.jsonl: forked: kept.json has another entry at number 3.",
    )


@pytest.mark.parametrize("length", [0, 3])
def test_a_checkpoint_beyond_the_end_shows_that_the_file_is_cut_short(holds, length):
    assert holds(chain(length), checkpoint(chain(5))) == (
        1,
        f"ledger.jsonl: cut short: it ends at entry {length}, but kept.json knows entry 5.",
    )


def test_a_checkpoint_by_another_key_than_the_one_given_is_refused(holds):
    code, said = holds(chain(4), checkpoint(chain(3)), "--key", public(OTHER_SEED))
    assert code == 1
    assert "it is signed with another key than the one you gave" in said


def test_a_checkpoint_right_before_a_range_is_compared_with_its_start(holds):
    assert holds(chain(5)[3:], checkpoint(chain(3)))[0] == 0
    assert "forked" in holds(chain(5)[3:], checkpoint(chain(3, minute=1)))[1]


def test_a_checkpoint_long_before_a_range_cannot_be_compared(holds):
    assert "not comparable" in holds(chain(5)[3:], checkpoint(chain(2)))[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("plan", 1),
        ("size", -1),
        ("size", True),
        ("size", "3"),
        ("head", "A" * 64),
        ("time", "yesterday"),
        ("key", "00"),
        ("signature", "00"),
    ],
)
def test_a_malformed_checkpoint_is_refused(holds, field, value):
    refused = f"kept.json: checkpoint refused: its field “{field}” is missing or malformed."
    assert holds(chain(3), {**checkpoint(chain(3)), field: value}) == (1, refused)
    missing = {k: v for k, v in checkpoint(chain(3)).items() if k != field}
    assert holds(chain(3), missing) == (1, refused)


def test_a_checkpoint_of_nothing_has_a_head_of_zeros(holds):
    assert "its field “head”" in holds(chain(3), checkpoint([], head="a" * 64))[1]


def test_a_field_that_checkpoints_do_not_have_is_refused(holds):
    assert "does not know" in holds(chain(3), checkpoint(chain(3), note="x"))[1]


def test_a_checkpoint_that_is_no_json_is_named_with_its_line(holds):
    code, said = holds(chain(3), b'{\n  "plan": "canada-mexico",\n  "size" 3\n}')
    assert (code, said[:37]) == (2, "kept.json: cannot be read: line 3: th")


# Keys that the ledger names ---------------------------------------------------------------------


def key_entry(seed):
    row = {"model": "signingkey", "fields": {"plan": ["canada-mexico"], "public_key": public(seed)}}
    return ("rotate-key", {**payload_of(0), "opened": [row], "closed": []})


def chain_with_keys():
    """Entry 2 names the first key, entry 5 another."""
    reports = [("publish-report", payload_of(number)) for number in range(1, 8)]
    reports[1], reports[4] = key_entry(SEED), key_entry(OTHER_SEED)
    return chain_of(*reports)


SEEDS = {"first": SEED, "second": OTHER_SEED, "stranger's": STRANGERS_SEED}


@pytest.mark.parametrize(
    ("key", "size"),
    [("first", 0), ("first", 2), ("first", 4), ("second", 5), ("second", 7), ("stranger's", 0)],
)
def test_a_key_holds_from_the_entry_that_names_it_until_another_is_named(holds, key, size):
    """Before the first entry nothing can have named a key: size 0 says nothing of keys."""
    entries = chain_with_keys()
    assert holds(entries, checkpoint(entries[:size], SEEDS[key]))[0] == 0


@pytest.mark.parametrize("key", SEEDS)
def test_no_key_holds_before_the_first_is_named(holds, key):
    entries = chain_with_keys()
    code, said = holds(entries, checkpoint(entries[:1], SEEDS[key]))
    refused = f"signed with a key that no entry up to number 1 names, {public(SEEDS[key])}."
    assert (code, said.endswith(refused)) == (1, True)


@pytest.mark.parametrize(
    ("key", "size", "since"),
    [
        ("first", 5, 5),
        ("first", 7, 5),
        ("second", 4, 2),
        ("stranger's", 2, 2),
        ("stranger's", 7, 5),
    ],
)
def test_a_retired_key_and_one_not_yet_named_sign_nothing(holds, key, size, since):
    entries = chain_with_keys()
    code, said = holds(entries, checkpoint(entries[:size], SEEDS[key]))
    refused = f"another key than the one in force since entry {since}, {public(SEEDS[key])}."
    assert (code, said.endswith(refused)) == (1, True)


def test_a_retired_key_is_refused_even_if_the_reader_gave_it(holds):
    entries = chain_with_keys()
    assert holds(entries, checkpoint(entries), "--key", public(SEED))[0] == 1


@pytest.mark.parametrize(("size", "accepted"), [(1, True), (2, False), (3, True)])
def test_a_key_that_is_named_again_holds_again(holds, size, accepted):
    entries = chain_of(key_entry(SEED), key_entry(OTHER_SEED), key_entry(SEED))
    assert holds(entries, checkpoint(entries[:size]))[0] == (0 if accepted else 1)


def test_a_redaction_brings_no_retired_key_back(holds):
    """Entry 2 named another key; what stands in for it names that key still."""
    replaced = key_entry(OTHER_SEED)
    stand_in = notice(2, opened=replaced[1]["opened"])
    entries = chain_of(key_entry(SEED), replaced, redact([stand_in]))
    entries[1]["payload"] = None
    assert holds(entries, checkpoint(entries))[0] == 1
    assert holds(entries, checkpoint(entries, OTHER_SEED))[0] == 0


@pytest.mark.parametrize(
    ("key", "size", "accepted"),
    [
        ("stranger's", 4, True),
        ("second", 5, True),
        ("second", 7, True),
        ("first", 7, False),
        ("stranger's", 7, False),
    ],
)
def test_a_range_decides_on_keys_from_the_first_it_names(holds, key, size, accepted):
    entries = chain_with_keys()
    code, _said = holds(entries[2:], checkpoint(entries[:size], SEEDS[key]))
    assert code == (0 if accepted else 1)


@pytest.mark.parametrize(
    "opened",
    [
        None,
        "signingkey",
        [None],
        [["signingkey"]],
        [{"model": "signingkey"}],
        [{"model": "signingkey", "fields": {"public_key": "short"}}],
        [{"model": "party", "fields": {"public_key": "a" * 64}}],
    ],
)
def test_rows_of_another_shape_name_no_key(holds, opened):
    entries = chain_of(("rotate-key", {**payload_of(1), "opened": opened}))
    assert holds(entries, checkpoint(entries))[0] == 0


def test_only_an_entry_of_the_act_names_keys(holds):
    entries = chain_of(("publish-report", key_entry(SEED)[1]))
    assert holds(entries, checkpoint(entries, OTHER_SEED))[0] == 0


# The vector in the document ---------------------------------------------------------------------


def blocks_of(language):
    text = (DOCS / "ledger.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)


def test_the_documents_checkpoint_holds(holds):
    entry, point = (json.loads(block) for block in blocks_of("json")[:2])
    assert point == checkpoint([entry], time=point["time"])
    assert holds([entry], point, "--key", public(SEED))[0] == 0


def test_the_document_gives_the_bytes_that_are_signed():
    point = json.loads(blocks_of("json")[1])
    signature = bytes.fromhex(point.pop("signature"))
    text = (DOCS / "ledger.md").read_text(encoding="utf-8")
    signed = text.split("The signed bytes:\n\n```\n")[1].split("\n```")[0].encode()
    assert signed == canonical_json(point) == verifier.canonical_json(point)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(point["key"])).verify(signature, signed)


def test_the_document_names_the_fields_and_acts_that_are_checked():
    text = (DOCS / "ledger.md").read_text(encoding="utf-8")
    for name in [*verifier.ENTRY, *verifier.CHECKPOINT]:
        assert f"| `{name}` |" in text
    for name in ("agreed", "redacts", "redact", "rotate-key", "signingkey", "public_key"):
        assert f"`{name}`" in text


# Ed25519 ----------------------------------------------------------------------------------------

RFC_8032 = [  # section 7.1, tests 1 to 3: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_hold(key, message, signature):
    key, message, signature = (bytes.fromhex(text) for text in (key, message, signature))
    assert verifier.signature_holds(key, message, signature)
    assert not verifier.signature_holds(key, message + b"x", signature)


def accepted_by_cryptography(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_both_implementations_agree_on_fifty_keys_and_on_tampered_signatures():
    dice = random.Random(8032)
    for _ in range(50):
        secret = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        key = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message = dice.randbytes(dice.randrange(200))
        signature = secret.sign(message)
        assert verifier.signature_holds(key, message, signature)
        for tampered in (flipped(dice, signature), flipped(dice, signature)):
            assert not verifier.signature_holds(key, message, tampered)
            assert not accepted_by_cryptography(key, message, tampered)
        other = flipped(dice, key)
        assert not verifier.signature_holds(other, message, signature)
        assert not accepted_by_cryptography(other, message, signature)


def flipped(dice, raw):
    bit = 1 << dice.randrange(8 * len(raw))
    return (int.from_bytes(raw, "big") ^ bit).to_bytes(len(raw), "big")


def test_an_s_that_is_not_below_the_group_order_is_refused():
    key, message, signature = (bytes.fromhex(text) for text in RFC_8032[1])
    s = int.from_bytes(signature[32:], "little") + verifier.L
    raised = signature[:32] + s.to_bytes(32, "little")
    assert not verifier.signature_holds(key, message, raised)
    assert not accepted_by_cryptography(key, message, raised)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(verifier.P, id="y is p"),
        pytest.param(verifier.P + 1, id="y is 1 written as p + 1"),
        pytest.param(2**255 - 1, id="y beyond p"),
        pytest.param(1 + 2**255, id="x is 0 with a sign"),
        pytest.param(2, id="no point has this y"),
    ],
)
def test_bytes_that_are_no_point_in_its_one_form_are_refused(number):
    raw = number.to_bytes(32, "little")
    assert verifier.point_from(raw) is None
    assert not verifier.signature_holds(raw, b"", raw + bytes(32))


SMALL_ORDERS = {  # one point of each order
    1: "01" + "00" * 31,
    2: "ec" + "ff" * 30 + "7f",
    4: "00" * 32,
    8: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
}


@pytest.mark.parametrize("order", SMALL_ORDERS)
def test_a_key_of_small_order_is_refused(order):
    """Under the key of order 1, for one, R = B and S = 1 sign every message."""
    key = bytes.fromhex(SMALL_ORDERS[order])
    assert verifier.same(verifier.times(order, verifier.point_from(key)), verifier.NEUTRAL)
    base = (4 * pow(5, -1, verifier.P) % verifier.P).to_bytes(32, "little")
    assert not verifier.signature_holds(key, b"anything", base + (1).to_bytes(32, "little"))


def test_one_signature_takes_well_under_a_second():
    key, message, signature = (bytes.fromhex(text) for text in RFC_8032[2])
    begun = time.process_time()
    verifier.signature_holds(key, message, signature)
    assert time.process_time() - begun < 0.5


# Canonical JSON ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        {"b": 1, "a": [True, False, None, "x"], "A": {}, "": []},
        {"e\u0301": "E\u0301nergie", "z": "ﬁ \u212b \U0001f1e8 \u2028 \x7f"},
        "".join(map(chr, range(0x20))) + '"\\/',
        [0, -3, 10**300, -(2**63)],
        unicodedata.normalize("NFD", "Überprüfung années México") * 1000,
    ],
)
def test_both_implementations_write_the_same_bytes(value):
    assert verifier.canonical_json(value) == canonical_json(value)


@pytest.mark.parametrize("value", [1.5, float("nan"), (1,), {"a": {2}}])
def test_what_has_no_single_form_is_not_written(value):
    with pytest.raises(TypeError):
        verifier.canonical_json(value)


# What cannot be read ----------------------------------------------------------------------------

NOT_JSON = "this is not JSON (a download that broke off ends like this)"
DEEP = b"[" * 10_000 + b"]" * 10_000


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param(b"sequence,time", NOT_JSON, id="not JSON"),
        pytest.param(b'{"sequence": 2', NOT_JSON, id="broken off"),
        pytest.param(b"{} {}", NOT_JSON, id="two objects"),
        pytest.param(b'{"a": "\x01"}', NOT_JSON, id="a bare control character"),
        pytest.param(b"\x1f\x8b\x08\x00", "the text is not UTF-8", id="compressed"),
        pytest.param(b"[]", "this is not a JSON object", id="a list"),
        pytest.param(b"null", "this is not a JSON object", id="null"),
        pytest.param(b"12", "this is not a JSON object", id="a number"),
        pytest.param(b"\xef\xbb\xbf{}", "a byte order mark stands before the text", id="BOM"),
        pytest.param('{"a": "é"}'.encode("latin-1"), "the text is not UTF-8", id="Latin 1"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', "the text is not UTF-8", id="CESU"),
        pytest.param(b"", "the line is empty", id="an empty line"),
        pytest.param(b" \t\r", "the line is empty", id="a blank line"),
        pytest.param(b'{"a": 1, "a": 1}', "an object has the same name twice", id="a name twice"),
        pytest.param(b'{"a": {"b": 1, "b": 2}}', "an object has the same name twice", id="inside"),
        pytest.param(
            '{"é": 1, "e\u0301": 1}'.encode(), "an object has the same name twice", id="NFC and NFD"
        ),
        pytest.param(b'{"a": 1.0}', "a number is not a whole number", id="a fraction"),
        pytest.param(b'{"a": 1e2}', "a number is not a whole number", id="an exponent"),
        pytest.param(b'{"a": NaN}', "a number is not a whole number", id="NaN"),
        pytest.param(b'{"a": -Infinity}', "a number is not a whole number", id="infinity"),
        pytest.param(
            b'{"a": 1' + b"0" * 5_000_000 + b"}", "a number has more than 640 digits", id="huge"
        ),
        pytest.param(b'{"a": ' + DEEP + b"}", "objects are nested more than 200 deep", id="deep"),
        pytest.param(DEEP, "objects are nested more than 200 deep", id="nothing but deep"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(answer, line, why):
    content = lines(chain(2)) + line + b"\n" + lines(chain(1))
    said = "ledger.jsonl: cannot be read: line 3: " + why + "."
    if why.startswith("objects"):
        content = with_payload(2, line if line != DEEP else b'{"a": ' + line + b"}")
        said = said.replace("line 3", "line 2")
    assert answer(content) == (2, said)


def with_payload(number, payload):
    """A chain of two whose entry of this number has these bytes as payload, and no right hash."""
    entries = chain(2)
    entries[number - 1]["payload"] = "HERE"
    return lines(entries).replace(b'"HERE"', payload)


@pytest.mark.parametrize(("depth", "code"), [(200, 0), (201, 2)])
def test_a_payload_may_be_nested_as_deep_as_the_limit_and_no_deeper(answer, depth, code):
    value = []
    for _ in range(depth - 2):
        value = [value]
    assert answer(chain_of(("publish-report", {"value": value})))[0] == code


def test_half_a_surrogate_pair_cannot_be_read(answer):
    code, said = answer(with_payload(2, b'{"a": "\\ud83c"}'))
    assert (code, said[:60]) == (2, "ledger.jsonl: cannot be read: line 2: a string holds half a ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_cannot_be_read(answer, encoding):
    code, said = answer(lines(chain(1)).decode().encode(encoding))
    assert code == 2
    assert said.startswith("ledger.jsonl: cannot be read: line 1: ")


def test_a_long_integer_is_kept_exact(answer):
    number = 10**600 + 1
    entries = chain_of(("publish-report", {"number": number, "negative": -number}))
    assert answer(entries)[0] == 0
    entries[0]["payload"]["number"] += 1
    assert "altered at entry 1: its payload" in answer(entries)[1]


def test_a_line_may_be_as_long_as_the_limit_and_no_longer(answer, monkeypatch):
    content = lines(chain(2))
    longest = max(len(line) for line in content.splitlines(keepends=True))
    monkeypatch.setattr(verifier, "LINE_LIMIT", longest)
    assert answer(content)[0] == 0
    monkeypatch.setattr(verifier, "LINE_LIMIT", longest - 1)
    assert answer(content) == (
        2,
        "ledger.jsonl: cannot be read: line 1: the line has more than 64 MB.",
    )


def test_an_endless_line_is_refused_in_bounded_memory():
    def little_memory():
        resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))

    for arguments in (["/dev/zero"], ["/dev/null", "--checkpoint", "/dev/zero"]):
        done = command(*arguments, preexec_fn=little_memory)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "/dev/zero: cannot be read: line 1: the line has more than 64 MB.\n"


def test_a_computer_with_too_little_memory_is_told_so(answer, monkeypatch):
    def full(*_arguments):
        raise MemoryError

    monkeypatch.setattr(verifier, "parsed", full)
    assert "line 1: the memory of this computer does not suffice." in answer(chain(1))[1]


@pytest.mark.parametrize("option", [[], ["--extends"], ["--checkpoint"]])
@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_opened_is_named(kept, run, name, option):
    arguments = [kept(chain(1)), *option, name] if option else [name]
    assert run(*arguments) == (2, f"{name}: cannot be opened.")


def test_a_reading_that_breaks_off_is_told_with_its_line(run, monkeypatch):
    class Broken(io.BytesIO):
        def readline(self, size=-1):
            raise OSError

    monkeypatch.setattr("sys.stdin", type("Input", (), {"buffer": Broken()}))
    assert run("-") == (2, "standard input: cannot be read: line 1: reading broke off.")


# The command ------------------------------------------------------------------------------------


def command(*arguments, **more):
    """The file run by itself, in a folder without the project, as whoever downloads it does."""
    more = {"cwd": "/", "env": {"LC_ALL": "C.UTF-8"}, **more}
    words = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60, **more)


def test_it_runs_by_itself_with_its_three_codes(kept, tmp_path):
    entries = chain(3)
    file = tmp_path / kept(entries)
    assert (command(file).returncode, command(file).stderr) == (0, "")
    file.write_bytes(lines(entries[:1] + entries[2:]))
    assert command(file).returncode == 1
    file.write_bytes(b"\xff")
    done = command(file)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_it_speaks_to_a_terminal_that_knows_ascii_only(kept, tmp_path):
    file = tmp_path / kept(chain(1))
    done = command(file, "--language", "es", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, "\\xedntegro: 1 asiento" in done.stdout) == (0, True)
    done = command("\udcff.jsonl", env={"LC_ALL": "C.UTF-8"})
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--bogus", "ledger.jsonl"],
        ["ledger.jsonl", "another.jsonl"],
        ["ledger.jsonl", "--extends"],
        ["ledger.jsonl", "--language", "de"],
        ["ledger.jsonl", "--key", "a" * 64],
    ],
)
def test_a_command_that_makes_no_sense_gets_a_sentence(run, arguments):
    said = "The command cannot be understood. “verify_ledger.py --help” explains it."
    assert run(*arguments) == (2, said)


@pytest.mark.parametrize("key", ["", "abc", "g" * 64, "a" * 65])
def test_a_key_that_is_none_gets_a_sentence(run, key):
    code, said = run("ledger.jsonl", "--checkpoint", "kept.json", "--key", key)
    assert (code, said[:37]) == (2, "What stands after --key is not a key:")


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"LC_ALL": "fr_CA.UTF-8", "LANG": "es_MX.UTF-8"}, "\N{NBSP}: intact\N{NBSP}:"),
        ({"LC_ALL": "", "LANG": "es_MX.UTF-8"}, "íntegro"),
        ({"LANG": "ES"}, "íntegro"),
        ({"LANG": "de_DE.UTF-8"}, ": intact:"),
        ({"LANG": "C"}, ": intact:"),
        ({}, ": intact:"),
    ],
)
def test_the_language_is_that_of_the_computer(answer, monkeypatch, settings, word):
    for name in ("LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert word in answer(chain(1))[1]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "altered at entry 2: its hash is not that of its fields."),
        ("fr", "altéré à l’écriture 2 : son empreinte n’est pas celle de ses champs."),
        ("es", "alterado en el asiento 2: su hash no es el de sus campos."),
    ],
)
def test_the_language_may_be_chosen(answer, language, said):
    entries = chain(3)
    entries[1]["subject"] = "PRO-99"
    spoken = answer(entries, "--language", language)[1].replace("\N{NBSP}", " ")
    assert spoken.endswith(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_explains_every_option_and_code(run, language):
    code, said = run("--help", "--language", language)
    assert code == 0
    for word in ("--extends", "--checkpoint", "--key", "--language", "0", "1", "2", "64"):
        assert word in said


# Messages ---------------------------------------------------------------------------------------


def placeholders(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_message_exists_in_the_three_languages():
    english, french, spanish = (verifier.MESSAGES[language] for language in LANGUAGES)
    assert list(verifier.MESSAGES) == list(LANGUAGES)
    assert list(english) == list(french) == list(spanish)


@pytest.mark.parametrize("name", verifier.MESSAGES["en"])
def test_a_message_has_the_same_placeholders_in_each_language(name):
    english, *others = (set(placeholders(verifier.MESSAGES[code][name])) for code in LANGUAGES)
    assert others == [english, english]


def test_every_message_is_said_somewhere_and_every_said_one_exists():
    """Names of messages are plain strings in the code above the table."""
    code = SCRIPT.read_text(encoding="utf-8").split("MESSAGES = {")[0]
    said = {node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)}
    assert set(verifier.MESSAGES["en"]) <= said


def test_french_breaks_no_line_before_a_colon_or_inside_quotation_marks():
    for text in verifier.MESSAGES["fr"].values():
        assert not re.search(r" :|« | »|[^\s\N{NBSP}]: ", text)


# Two independent verifiers (R4) -----------------------------------------------------------------

TEXTS = [
    "",
    "Deuxième appel à propositions ouvert le 3 mars.",
    unicodedata.normalize("NFD", "Énergie, español, Überprüfung, garçon"),
    'Guillemets « » “ ” " \\ \t \n \x1f \u2028 and ﬁ',
    "\U0001f1e8\U0001f1e6 \u212b \u1e9b\u0323 한국어",
]


def random_text(dice):
    if dice.random() < 0.05:
        return ((dice.choice(TEXTS) + "x") * 20_000)[:20_000]
    return " ".join(dice.choices(TEXTS, k=dice.randrange(4)))


def random_payload(dice):
    fields = {"done_fr": random_text(dice), "amount": str(dice.randrange(10**9)), "n": None}
    row = {"model": "statusreport", "fields": {**fields, "count": dice.randrange(-9, 10**20)}}
    opened = [row] * dice.randrange(3)
    return {"salt": dice.randbytes(16).hex(), "opened": opened, "final": dice.random() < 0.5}


def random_chain(dice):
    """Empty, of one entry, or of a few; now and then with a redaction."""
    contents = [("publish-report", random_payload(dice)) for _ in range(dice.choice([0, 1, 1, 6]))]
    redacted = []
    if len(contents) > 1 and dice.random() < 0.5:
        redacted = dice.sample(range(1, len(contents)), 2)
        contents[-1:] = [redact([notice(number) for number in redacted])]
    entries = chain_of(*contents)
    for number in redacted:
        entries[number - 1]["payload"] = None
    return entries


def tampered(dice, entries):
    """One of the ways to harm a chain. The first line stays first: see the tests of ranges."""
    position = dice.randrange(len(entries))
    entry = entries[position]
    ways = ["field", "cut"]
    if entry["payload"]:
        ways.append("payload")
    if position:
        ways += ["delete", "insert", "swap"]
    way = dice.choice(ways)
    if way == "field":
        field = dice.choice([name for name in verifier.ENTRY if name != "payload"])
        entry[field] = WRONG.get(field, "f" * 64)
    elif way == "payload":
        entry["payload"] = {**entry["payload"], "salt": "another"}
    elif way == "delete":
        del entries[position]
    elif way == "insert":
        entries.insert(position, copy.deepcopy(entries[position - 1]))
    elif way == "swap":
        other = dice.randrange(1, len(entries))
        entries[position], entries[other] = entries[other], entries[position]
    else:
        del entries[position + 1 :]


def verdict_of_the_verifier(content):
    """The number of the first bad entry, or None. A missing payload is not the chain's fault."""
    try:
        list(verifier.entries_of(io.BytesIO(content), "ledger.jsonl"))
    except verifier.Finding as finding:
        return finding.values["number"]  # only the message "altered" has one
    return None


def verdict_of_the_rules(content):
    fault = first_fault([json.loads(line) for line in content.splitlines()])
    return fault and fault.sequence


def written_somehow(dice, entries):
    """The same values in one of the spellings JSON allows."""
    ascii_only, spaced = dice.random() < 0.5, dice.random() < 0.5
    separators = (", ", ": ") if spaced else (",", ":")
    texts = [json.dumps(e, ensure_ascii=ascii_only, separators=separators) for e in entries]
    return "".join(text + "\n" for text in texts).encode()


def test_two_independent_verifiers_agree_on_two_hundred_vectors():
    seen = {"intact": 0, "faulty": 0, "empty": 0, "one": 0, "redacted": 0, "long": 0, "NFD": 0}
    for seed in range(200):
        dice = random.Random(seed)
        entries = random_chain(dice)
        if entries and dice.random() < 0.5:
            tampered(dice, entries)
        content = written_somehow(dice, entries)
        found = verdict_of_the_verifier(content)
        assert found == verdict_of_the_rules(content), f"seed {seed}"
        seen["faulty" if found else "intact"] += 1
        seen["empty"] += not entries
        seen["one"] += len(entries) == 1
        seen["redacted"] += any(entry["payload"] is None for entry in entries)
        seen["long"] += len(content) > 20_000
        text = "".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
        seen["NFD"] += not unicodedata.is_normalized("NFC", text)
    assert min(seen.values()) >= 10, seen


# One file, standard library, Python 3.9 ---------------------------------------------------------


def test_it_imports_only_the_standard_library():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imports = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imports <= set(sys.stdlib_module_names)
    assert not {"importlib", "subprocess", "socket", "urllib", "http"} & imports


def test_it_compiles_for_python_3_9():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))

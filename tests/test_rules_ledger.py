"""Canonical JSON, the hash chain and the fault it names."""

import copy
import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tracker.rules.ledger import (
    HASHED,
    NO_PREVIOUS,
    ChainFault,
    canonical_json,
    digest,
    entry_hash,
    first_fault,
    instant,
)

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "ledger.md"


def chain(length):
    entries, previous = [], NO_PREVIOUS
    for number in range(1, length + 1):
        payload = {"salt": f"{number:032x}", "text": f"Résumé n° {number}"}
        entry = {
            "sequence": number,
            "time": "2026-11-22T18:00:00.000000Z",
            "act": "publish-report",
            "act_id": f"00000000-0000-4000-8000-{number:012d}",
            "subject": f"PRO-{number:02d}",
            "payload_hash": digest(payload),
            "previous": previous,
        }
        previous = entry["hash"] = entry_hash(entry)
        entries.append({**entry, "payload": payload})
    return entries


# Canonical JSON ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, "x"]}, '{"a":[true,null,"x"],"b":1}'),
        ("E\u0301nergie", '"Énergie"'),
        ('tab\t quote" \x1f /', '"tab\\t quote\\" \\u001f /"'),
        ((), "[]"),
        (-3, "-3"),
    ],
)
def test_a_value_has_one_form(value, expected):
    assert canonical_json(value) == expected.encode()


@pytest.mark.parametrize(
    "value", [1.5, Decimal("1.5"), dt.date(2026, 1, 1), {1: "x"}, {"a": {2.0}}]
)
def test_what_has_no_single_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


def test_an_instant_is_utc_with_microseconds():
    mexico = dt.timezone(-dt.timedelta(hours=6))
    assert instant(dt.datetime(2026, 11, 22, 12, tzinfo=mexico)) == "2026-11-22T18:00:00.000000Z"


# The vector in the document ----------------------------------------------------------------------


def blocks_of(language):
    return re.findall(
        rf"```{language}\n(.*?)\n```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )


def test_the_documents_vector_holds():
    """docs/ledger.md gives one entry, its canonical JSON and its hashes: all are recomputed."""
    entry = json.loads(blocks_of("json")[0])
    payload_text, entry_text = blocks_of("text")[-2:]
    assert canonical_json(entry["payload"]).decode() == payload_text
    assert canonical_json({name: entry[name] for name in HASHED}).decode() == entry_text
    assert first_fault([entry]) is None


def test_the_document_names_the_hashed_fields():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert ", ".join(f"`{name}`" for name in HASHED) in " ".join(text.split())


# The chain --------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, 5])
def test_a_whole_chain_holds(length):
    assert first_fault(chain(length)) is None


def test_a_redacted_payload_does_not_break_the_chain():
    entries = chain(3)
    entries[1]["payload"] = None
    assert first_fault(entries) is None


def test_a_swap_is_named():
    entries = chain(4)
    entries[1], entries[2] = entries[2], entries[1]
    assert first_fault(entries) == ChainFault(2, "gap")


def test_a_swap_with_numbers_put_right_is_named():
    entries = chain(4)
    entries[1], entries[2] = entries[2], entries[1]
    entries[1]["sequence"], entries[2]["sequence"] = 2, 3
    assert first_fault(entries) == ChainFault(2, "previous")


def test_a_deletion_is_named():
    entries = chain(4)
    del entries[2]
    assert first_fault(entries) == ChainFault(3, "gap")


def test_a_deletion_with_numbers_put_right_is_named():
    entries = chain(4)
    del entries[2]
    entries[2]["sequence"] = 3
    assert first_fault(entries) == ChainFault(3, "previous")


def test_a_missing_first_entry_is_named():
    assert first_fault(chain(3)[1:]) == ChainFault(1, "gap")


def test_an_insertion_is_named():
    entries = chain(4)
    entries.insert(2, copy.deepcopy(entries[1]))
    assert first_fault(entries) == ChainFault(3, "gap")


def test_a_rehashed_insertion_breaks_the_next_entry():
    entries = chain(3)
    false = {**entries[1], "subject": "PRO-99"}
    false["hash"] = entry_hash(false)
    entries[1] = false
    assert first_fault(entries) == ChainFault(3, "previous")


def test_a_truncated_chain_holds_and_ends_at_an_older_head():
    """Only the head that others keep shows that something is missing at the end."""
    assert first_fault(chain(5)[:3]) is None


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("sequence", "gap"),
        ("time", "hash"),
        ("act", "hash"),
        ("act_id", "hash"),
        ("subject", "hash"),
        ("payload_hash", "hash"),
        ("previous", "previous"),
        ("hash", "hash"),
        ("payload", "payload"),
    ],
)
def test_a_change_of_any_field_is_named(field, what, position):
    entries = chain(3)
    changed = {"sequence": 9, "payload": {"salt": "", "text": "other"}}
    entries[position][field] = changed.get(field, "f" * 64)
    assert first_fault(entries) == ChainFault(position + 1, what)

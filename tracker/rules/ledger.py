"""The hash chain: canonical JSON, the hash of an entry, and the check of a whole chain.

Format 1, for ever: docs/ledger.md gives it with a test vector. Pure; standard library only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NO_PREVIOUS = "0" * 64
HASHED = ("sequence", "time", "act", "act_id", "subject", "payload_hash", "previous")


def canonical_json(value: Any) -> bytes:
    """UTF-8 in NFC, keys sorted, no spaces, no floats: as RFC 8785 gives for such values.

    Raises TypeError for a float or another value that has no single canonical form.
    """
    return json.dumps(
        _normal(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def _normal(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_key(key): _normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form; write it as a string")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError("keys are strings")
    return unicodedata.normalize("NFC", key)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash of an entry: over the canonical JSON of its hashed fields, the payload left out."""
    return digest({name: entry[name] for name in HASHED})


def instant(moment: dt.datetime) -> str:
    """An instant as entries write it: UTC, microseconds, "Z"."""
    utc = moment.astimezone(dt.UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class ChainFault:
    """The first thing wrong with a chain, by the number of the entry."""

    sequence: int
    what: str  # "gap", "previous", "hash", "payload"


def stand_ins(redactions: Iterable[tuple[int, Any]]) -> dict[int, Any]:
    """What stands in for payloads that were taken away, by the number of their entry.

    `redactions` are number and payload of the entries that redact, the newest first. A redaction
    may itself be redacted: then what stands in for it counts.
    """
    found: dict[int, Any] = {}
    for sequence, payload in redactions:
        for one in (payload or found.get(sequence) or {}).get("redacts", []):
            found.setdefault(one["sequence"], one["payload"])
    return found


def first_fault(entries: Iterable[Mapping[str, Any]]) -> ChainFault | None:
    """Recompute a chain from its first entry; None when it holds. A null payload is redacted."""
    previous, expected = NO_PREVIOUS, 1
    for entry in entries:
        fault = _fault(entry, expected, previous)
        if fault:
            return ChainFault(expected, fault)
        previous, expected = entry["hash"], expected + 1
    return None


def _fault(entry: Mapping[str, Any], expected: int, previous: str) -> str:
    if entry["sequence"] != expected:
        return "gap"
    if entry["previous"] != previous:
        return "previous"
    if entry["hash"] != entry_hash(entry):
        return "hash"
    if entry.get("payload") is not None and entry["payload_hash"] != digest(entry["payload"]):
        return "payload"
    return ""

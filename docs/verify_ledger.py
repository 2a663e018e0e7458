#!/usr/bin/env python3
"""Checks a downloaded ledger of format 1, against an older download or kept checkpoints if wished.

    python3 verify_ledger.py FILE [--extends OLDER] [--checkpoint CHECKPOINT [--key HEX]]

Needs Python 3.9 or newer and nothing else: no network, no other file of the project. The format is
described in ledger.md beside this file. Ends with 0 if all is intact, 1 if something is wrong, 2 if
something cannot be read.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import heapq
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

LINE_LIMIT = 64 * 1000 * 1000  # bytes; what keeps the memory bounded
DEPTH_LIMIT = 200  # objects and lists inside each other; entries have fewer than ten
DIGITS_LIMIT = 640  # of one integer: what every Python reads, however it is set up
NUMBER_LIMIT = 2**63 - 1  # of an entry
NO_PREVIOUS = "0" * 64
HASHED = ("sequence", "time", "act", "act_id", "subject", "payload_hash", "previous")


# What ends the reading ----------------------------------------------------------------------------


class Finding(Exception):
    """What the reader is told: an exit code, the name of a message, the values that stand in it."""

    def __init__(self, code: int, message: str, **values: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.values = code, message, values


class Unfit(Exception):
    """A text that is no JSON object of this format: the name of the message that says why."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.why, self.line = why, line


# Reading JSON -------------------------------------------------------------------------------------


def parsed(raw: bytes) -> dict[str, Any]:
    """The JSON object in a text. Raises Unfit, also for what has no canonical form."""
    try:
        value = json.loads(
            decoded(raw),
            object_pairs_hook=without_doubles,
            parse_int=whole_number,
            parse_float=no_fraction,
            parse_constant=no_fraction,
        )
    except json.JSONDecodeError as error:
        raise Unfit("not_json", error.lineno) from None
    except RecursionError:
        raise Unfit("too_deep") from None
    if not isinstance(value, dict):
        raise Unfit("not_an_object")
    return value


def decoded(raw: bytes) -> str:
    if len(raw) > LINE_LIMIT:
        raise Unfit("too_long")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise Unfit("byte_order_mark")
    text = raw.rstrip(b" \t\r\n")  # a line break at the end would count as one more line
    if not text:
        raise Unfit("empty")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise Unfit("not_utf8") from None


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object. Of two with one name, readers differ in which counts: none does."""
    members = {composed(name): value for name, value in pairs}
    if len(members) < len(pairs):
        raise Unfit("name_twice")
    return members


def whole_number(digits: str) -> int:
    if len(digits) > DIGITS_LIMIT:
        raise Unfit("number_too_long")
    return int(digits)


def no_fraction(_number: str) -> NoReturn:
    raise Unfit("no_whole_number")


# Canonical JSON -----------------------------------------------------------------------------------

TO_ESCAPE = re.compile(r'["\\\x00-\x1f]')
SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def canonical_json(value: Any) -> bytes:
    """The one form whose bytes are hashed and signed: RFC 8785 for what ledgers use.

    Raises Unfit for nesting beyond DEPTH_LIMIT, for two names that are one in normal form, and for
    half a surrogate pair, which UTF-8 cannot hold; TypeError for a float.
    """
    try:
        return written(value, DEPTH_LIMIT).encode("utf-8")
    except UnicodeEncodeError:
        raise Unfit("half_character") from None


def written(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if depth == 0:
        raise Unfit("too_deep")
    if isinstance(value, list):
        return "[" + ",".join([written(item, depth - 1) for item in value]) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(members_of(value, depth - 1)) + "}"
    raise TypeError(f"{type(value).__name__} has no canonical form")


def members_of(value: dict[str, Any], depth: int) -> Iterator[str]:
    """Names are plain ASCII: their code points sort as RFC 8785, section 3.2.3, asks."""
    members = without_doubles(list(value.items()))
    return (f"{quoted(name)}:{written(members[name], depth)}" for name in sorted(members))


def quoted(text: str) -> str:
    """A string as RFC 8785, section 3.2.2.2, writes it, in normal form C."""
    return '"' + TO_ESCAPE.sub(escape, composed(text)) + '"'


def escape(found: re.Match[str]) -> str:
    return SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


def composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value)).hexdigest()


# Ed25519 (RFC 8032) -------------------------------------------------------------------------------

P = 2**255 - 19  # the field
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]  # X, Y, Z, T of section 5.1.4: x = X/Z, y = Y/Z, xy = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def signature_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Section 5.1.7, without the cofactor. `key` has 32 bytes, `signature` 64.

    Stricter than the section in one thing: a key of small order is refused, since under such a key
    one signature holds for many messages.
    """
    a, r = point_from(key), point_from(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or same(times(8, a), NEUTRAL):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same(times(s, BASE), plus(r, times(k, a)))


def point_from(raw: bytes) -> Point | None:
    """Section 5.1.3; None for bytes that are no point, or a point written in a second way."""
    number = int.from_bytes(raw, "little")
    y, odd = number % 2**255, number >> 255
    x = x_for(y)
    if y >= P or x is None or (x == 0 and odd):
        return None
    if x % 2 != odd:
        x = P - x
    return x, y, 1, x * y % P


def x_for(y: int) -> int | None:
    """A square root of (y^2 - 1) / (d y^2 + 1), if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for x in (root, root * ROOT_OF_MINUS_ONE % P):
        if x * x % P == square:
            return x
    return None


def plus(p: Point, q: Point) -> Point:
    """Section 5.1.4. The formula is complete: it also doubles."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    """Double and add. Nothing here is secret: the time it takes may show the number."""
    result = NEUTRAL
    while number:
        if number % 2:
            result = plus(result, point)
        point, number = plus(point, point), number // 2
    return result


def same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


BASE: Point = point_from((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or NEUTRAL


# Fields -------------------------------------------------------------------------------------------

HEX_32 = re.compile(r"[0-9a-f]{64}")
HEX_64 = re.compile(r"[0-9a-f]{128}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DAY, CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}", r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}"
TIME = re.compile(f"{DAY}T{CLOCK}Z")


def matches(pattern: re.Pattern[str]) -> Any:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= NUMBER_LIMIT


def is_number(value: Any) -> bool:
    return is_size(value) and value > 0


def is_time(value: Any) -> bool:
    """An instant that exists: UTC, microseconds, `2026-11-22T18:00:00.000000Z`."""
    if not matches(TIME)(value):
        return False
    try:
        dt.date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


def is_payload(value: Any) -> bool:
    return value is None or isinstance(value, dict)


ENTRY = {
    "sequence": is_number,
    "time": is_time,
    "act": is_text,
    "act_id": matches(UUID),
    "subject": is_text,
    "payload_hash": matches(HEX_32),
    "previous": matches(HEX_32),
    "hash": matches(HEX_32),
    "payload": is_payload,
}
CHECKPOINT = {
    "plan": is_text,
    "size": is_size,
    "head": matches(HEX_32),
    "time": is_time,
    "key": matches(HEX_32),
    "signature": matches(HEX_64),
}


def misfit(record: dict[str, Any], fields: dict[str, Any]) -> dict[str, str]:
    """What a message says of the first missing, malformed or unknown field; empty if all fit.

    The name of an unknown field is not repeated: it could hold anything, for a terminal, too.
    """
    for name, fits in fields.items():
        if name not in record or not fits(record[name]):
            return {"what": "field", "field": name}
    return {"what": "unknown_field"} if len(record) > len(fields) else {}


# Entries ------------------------------------------------------------------------------------------


def lines_of(stream: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    """(number, text) of each line; a longer one than LINE_LIMIT comes cut, one byte too long."""
    line = 1
    try:
        while raw := stream.readline(LINE_LIMIT + 1):
            yield line, raw
            line += 1
    except OSError:
        raise unreadable(name, line, Unfit("broken_off")) from None


def entries_of(stream: BinaryIO, name: str) -> Iterator[dict[str, Any]]:
    """Each entry of a ledger, once it holds and follows from the one before. Raises Finding."""
    before: dict[str, Any] | None = None
    for line, raw in lines_of(stream, name):
        try:
            entry = parsed(raw)
            check(entry, before, name)
        except Unfit as unfit:
            raise unreadable(name, line, unfit) from None
        except MemoryError:
            raise unreadable(name, line, Unfit("too_large")) from None
        yield entry
        before = entry


def unreadable(name: str, line: int, unfit: Unfit) -> Finding:
    return Finding(2, "unreadable", file=name, line=line + unfit.line - 1, why=unfit.why)


def check(entry: dict[str, Any], before: dict[str, Any] | None, name: str) -> None:
    """Raises Finding with the number that belongs in this place, whatever number stands there."""
    number, previous = place_of(entry, before)
    fault = misfit(entry, ENTRY) or fault_of(entry, number, previous)
    if not fault and before and entry["time"] < before["time"]:
        fault = {"what": "time"}
    if fault:
        raise Finding(1, "altered", file=name, number=number, **fault)


def place_of(entry: dict[str, Any], before: dict[str, Any] | None) -> tuple[int, Any]:
    """The number and the previous hash that the entry in this place must have.

    A file may begin at any number but the first entry of a chain has no number but 1.
    """
    if before:
        return before["sequence"] + 1, before["hash"]
    number, previous = entry.get("sequence"), entry.get("previous")
    if isinstance(number, int) and is_number(number) and number > 1 and previous != NO_PREVIOUS:
        return number, previous
    return 1, NO_PREVIOUS


def fault_of(entry: dict[str, Any], number: int, previous: str) -> dict[str, Any]:
    """What a message says of the first thing wrong with a well-formed entry; empty if it holds."""
    payload = entry["payload"]
    if entry["sequence"] != number:
        return {"what": "number", "found": entry["sequence"]}
    if entry["previous"] != previous:
        return {"what": "previous"}
    if entry["hash"] != digest({name: entry[name] for name in HASHED}):
        return {"what": "hash"}
    if payload is None:
        return {}
    if entry["payload_hash"] != digest(payload):
        return {"what": "payload"}
    if entry["act"] == "redact" and not are_notices(payload.get("redacts"), number):
        return {"what": "field", "field": "redacts"}
    return {}


def are_notices(notices: Any, number: int) -> bool:
    """Whether this is a list of redactions of entries before this number."""
    return isinstance(notices, list) and all(is_notice(notice, number) for notice in notices)


def is_notice(notice: Any, number: int) -> bool:
    if not isinstance(notice, dict) or not isinstance(notice.get("payload"), dict):
        return False
    redacted: Any = notice.get("sequence")
    earlier = is_number(redacted) and redacted < number
    return earlier and are_notices(notice["payload"].get("redacts", []), redacted)


# A ledger, and what others know of it -------------------------------------------------------------


class Mark(NamedTuple):
    """That a chain has this hash at this number, and who knows it."""

    number: int
    hash: str
    witness: str


def marks_of(entries: Iterable[dict[str, Any]], witness: str) -> Iterator[Mark]:
    """The marks of a chain, in order: what its first entry follows, then each entry."""
    begun = False
    for entry in entries:
        if not begun:
            yield Mark(entry["sequence"] - 1, entry["previous"], witness)
        begun = True
        yield Mark(entry["sequence"], entry["hash"], witness)
    if not begun:
        yield Mark(0, NO_PREVIOUS, witness)


class Ledger:
    """What one reading of a file tells. Only what later entries may ask for is remembered."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.first, self.last, self.head = 1, 0, NO_PREVIOUS
        self.missing: dict[int, str] = {}  # number: act, of payloads that are gone
        self.redacted: dict[int, int] = {}  # number: number of the entry that records it
        self.keys: list[tuple[int, str]] = []  # number of an entry, and the public key it names

    def read(self, stream: BinaryIO) -> Iterator[dict[str, Any]]:
        for entry in entries_of(stream, self.name):
            self.take(entry)
            yield entry

    def take(self, entry: dict[str, Any]) -> None:
        number, payload = entry["sequence"], entry["payload"]
        if not self.last:
            self.first = number
        self.last, self.head = number, entry["hash"]
        if payload is None:
            self.missing[number] = entry["act"]
        elif entry["act"] == "redact":
            self.note(payload["redacts"], number)
        elif entry["act"] == "rotate-key":
            self.keys += [(number, key) for key in keys_in(payload)]

    def note(self, notices: list[dict[str, Any]], number: int) -> None:
        """A redaction may itself be redacted: then its own notices stand in what replaces it."""
        for notice in notices:
            act = self.missing.pop(notice["sequence"], None)
            if act is not None:
                self.redacted[notice["sequence"]] = number
            if act == "redact":
                self.note(notice["payload"].get("redacts", []), notice["sequence"])
            elif act == "rotate-key":
                self.keys += [(notice["sequence"], key) for key in keys_in(notice["payload"])]

    def key_at(self, size: int) -> tuple[int, str] | None:
        """The key named last up to this size, after the number of the entry that names it."""
        named = [one for one in self.keys if one[0] <= size]
        return sorted(named, key=lambda one: one[0])[-1] if named else None

    def size(self) -> int:
        return self.last - self.first + 1


def keys_in(payload: dict[str, Any]) -> Iterator[str]:
    """The public keys that a payload opens. A row of another shape names none."""
    rows = payload.get("opened")
    for row in rows if isinstance(rows, list) else []:
        fields = row.get("fields") if isinstance(row, dict) else None
        if isinstance(fields, dict) and row.get("model") == "signingkey":
            key: Any = fields.get("public_key")
            if matches(HEX_32)(key):
                yield key


def compare(ledger: Ledger, marks: Iterable[Mark], witnesses: list[Iterable[Mark]]) -> None:
    """Walk a chain once beside all that others know of it. Raises Finding where they part.

    The witnesses' marks rise in number, as the chain's do.
    """
    known = heapq.merge(*witnesses, key=lambda mark: mark.number)
    mark, unmet = next(known, None), dict[str, None]()
    for number, found, _ in marks:
        while mark and mark.number <= number:
            if mark.number == number and mark.hash != found:
                raise Finding(1, "forked", file=ledger.name, other=mark.witness, number=number)
            meet(mark, number, unmet)
            mark = next(known, None)
    if mark:
        values = {"other": mark.witness, "number": mark.number, "last": ledger.last}
        raise Finding(1, "cut_short", file=ledger.name, **values)
    for witness in unmet:
        raise Finding(1, "apart", file=ledger.name, other=witness, first=ledger.first)


def meet(mark: Mark, number: int, unmet: dict[str, None]) -> None:
    """Remember who has only spoken, so far, of what is before the beginning of the file."""
    if mark.number < number:
        unmet[mark.witness] = None
    else:
        unmet.pop(mark.witness, None)


# Checkpoints --------------------------------------------------------------------------------------


class Checkpoint(NamedTuple):
    name: str
    size: int
    head: str
    key: str

    def marks(self) -> list[Mark]:
        return [Mark(self.size, self.head, self.name)]


def read_checkpoint(name: str, key: str | None) -> Checkpoint:
    """A checkpoint whose signature holds, under this key if one is given. Raises Finding."""
    with opened(name) as stream:
        try:
            record = parsed(stream.read(LINE_LIMIT + 1))
            message = canonical_json({k: v for k, v in record.items() if k != "signature"})
        except Unfit as unfit:
            raise unreadable(name, 1, unfit) from None
        except (OSError, MemoryError):
            raise unreadable(name, 1, Unfit("broken_off")) from None
    fault = checkpoint_fault(record, message, key)
    if fault:
        raise Finding(1, "bad_checkpoint", other=name, **fault)
    return Checkpoint(name, record["size"], record["head"], record["key"])


def checkpoint_fault(record: dict[str, Any], message: bytes, key: str | None) -> dict[str, str]:
    fault = misfit(record, CHECKPOINT)
    if fault:
        return fault
    if record["size"] == 0 and record["head"] != NO_PREVIOUS:
        return {"what": "field", "field": "head"}
    if key and record["key"] != key:
        return {"what": "other_key", "key": record["key"]}
    signature = bytes.fromhex(record["signature"])
    if not signature_holds(bytes.fromhex(record["key"]), message, signature):
        return {"what": "signature"}
    return {}


def check_key(checkpoint: Checkpoint, ledger: Ledger) -> None:
    """A checkpoint's key must be the one that the ledger had named last by then: a retired key
    signs nothing more.

    A file that names no key cannot tell, nor can one that begins later, before the first it names.
    Size 0 is before any entry: none can have named a key, and such a checkpoint claims nothing.
    """
    named = ledger.key_at(checkpoint.size)
    if checkpoint.size == 0 or (named and named[1] == checkpoint.key):
        return
    values: dict[str, Any] = {"other": checkpoint.name, "key": checkpoint.key}
    if named:
        raise Finding(1, "bad_checkpoint", what="other_key_then", number=named[0], **values)
    if ledger.keys and ledger.first == 1:
        raise Finding(1, "bad_checkpoint", what="unnamed_key", number=checkpoint.size, **values)


# The command --------------------------------------------------------------------------------------


def verify(options: argparse.Namespace, words: dict[str, str]) -> Iterator[str]:
    """The sentences to say where all is intact. Raises Finding for the first thing that is not."""
    checkpoints = [read_checkpoint(name, options.key) for name in options.checkpoint]
    ledger = Ledger(words["standard_input"] if options.file == "-" else options.file)
    with ExitStack() as open_files:
        standard = options.file == "-"
        stream = sys.stdin.buffer if standard else open_files.enter_context(opened(options.file))
        witnesses: list[Iterable[Mark]] = [checkpoint.marks() for checkpoint in checkpoints]
        if options.extends:
            older = open_files.enter_context(opened(options.extends))
            witnesses.append(marks_of(entries_of(older, options.extends), options.extends))
        compare(ledger, marks_of(ledger.read(stream), ledger.name), witnesses)
    for number in ledger.missing:
        raise Finding(1, "missing", file=ledger.name, number=number)
    for checkpoint in checkpoints:
        check_key(checkpoint, ledger)
    return good_news(ledger, checkpoints, options, words)


def opened(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError:
        raise Finding(2, "not_opened", file=name) from None


def good_news(
    ledger: Ledger,
    checkpoints: list[Checkpoint],
    options: argparse.Namespace,
    words: dict[str, str],
) -> Iterator[str]:
    whole = "intact" if ledger.first == 1 else "intact_from"
    values: dict[str, Any] = {"file": ledger.name, "first": ledger.first, "head": ledger.head}
    yield sentence(words, whole, count=ledger.size(), **values)
    for number, notice in sorted(ledger.redacted.items()):
        yield sentence(words, "redacted", file=ledger.name, number=number, notice=notice)
    if options.extends:
        yield sentence(words, "extends", file=ledger.name, other=options.extends)
    for name, size, _, key in checkpoints:
        holds = "kept_given_key" if options.key else "kept"
        yield sentence(words, holds, file=ledger.name, other=name, count=size, key=key)


def sentence(words: dict[str, str], message: str, **values: Any) -> str:
    """A message with its values; "what" and "why" name messages that stand inside it."""
    for inner in ("what", "why"):
        if inner in values:
            values[inner] = words[values[inner]].format(**values)
    if "count" in values:
        counted = ("none", "one")[values["count"]] if values["count"] < 2 else "many"
        values["entries"] = words[counted].format(**values)
    return words[message].format(**values)


class Parser(argparse.ArgumentParser):
    """Says in the reader's language what argparse would say in English."""

    def error(self, _message: str) -> NoReturn:
        raise Finding(2, "usage")


def options_from(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("file", nargs="?")
    parser.add_argument("--extends")
    parser.add_argument("--checkpoint", action="append", default=[])
    parser.add_argument("--key", type=str.lower)
    parser.add_argument("--language", choices=tuple(MESSAGES), default=language_around())
    parser.add_argument("-h", "--help", action="store_true")
    options = parser.parse_args(arguments)
    if options.help:
        return options
    # A key without a checkpoint would check nothing, and look as if it had.
    if not options.file or (options.key is not None and not options.checkpoint):
        raise Finding(2, "usage")
    if options.key is not None and not matches(HEX_32)(options.key):
        raise Finding(2, "no_key")
    return options


def language_around() -> str:
    language = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "")[:2].lower()
    return language if language in MESSAGES else "en"


def main(arguments: list[str] | None = None) -> int:
    words = MESSAGES[language_around()]
    try:
        options = options_from(arguments)
        words = MESSAGES[options.language]
        said = [words["help"]] if options.help else list(verify(options, words))
    except Finding as finding:
        line = sentence(words, finding.message, **finding.values)
        (sys.stderr if finding.code == 2 else sys.stdout).write(line + "\n")
        return finding.code
    sys.stdout.write("\n".join(said) + "\n")
    return 0


# Messages -----------------------------------------------------------------------------------------

MESSAGES = {
    "en": {
        "intact": "{file}: intact: {entries}, head {head}.",
        "intact_from": (
            "{file}: intact from entry {first} on: {entries}, head {head}. Nothing before was "
            "checked."
        ),
        "redacted": "{file}: redacted: entry {number}; entry {notice} records it.",
        "extends": "{file}: extends {other}: no entry that {other} holds has changed.",
        "kept": (
            "{other}: checkpoint holds: {file} has its head after {entries}, and its signature is "
            "valid for the key that it names. Compare that key with the one published elsewhere: "
            "{key}"
        ),
        "kept_given_key": (
            "{other}: checkpoint holds: {file} has its head after {entries}, and its signature is "
            "valid for the key you gave."
        ),
        "none": "{count} entries",
        "one": "{count} entry",
        "many": "{count} entries",
        "altered": "{file}: altered at entry {number}: {what}.",
        "number": "another number stands there, {found}",
        "previous": "its “previous” is not the hash of the entry before",
        "hash": "its hash is not that of its fields",
        "payload": "its payload is not the one whose hash it holds",
        "time": "its time is before that of the entry before",
        "field": "its field “{field}” is missing or malformed",
        "unknown_field": "it has a field that format 1 does not know",
        "missing": (
            "{file}: payload missing at entry {number}: no later entry of this file records a "
            "redaction. (A file that ends before that record shows this, too.)"
        ),
        "cut_short": (
            "{file}: cut short: it ends at entry {last}, but {other} knows entry {number}."
        ),
        "forked": "{file}: forked: {other} has another entry at number {number}.",
        "apart": (
            "{file}: not comparable: it begins at entry {first}, after all that {other} knows."
        ),
        "bad_checkpoint": "{other}: checkpoint refused: {what}.",
        "signature": "its signature does not hold",
        "other_key": "it is signed with another key than the one you gave, {key}",
        "unnamed_key": "it is signed with a key that no entry up to number {number} names, {key}",
        "other_key_then": (
            "it is signed with another key than the one in force since entry {number}, {key}"
        ),
        "unreadable": "{file}: cannot be read: line {line}: {why}.",
        "not_json": "this is not JSON (a download that broke off ends like this)",
        "not_an_object": "this is not a JSON object",
        "byte_order_mark": "a byte order mark stands before the text",
        "not_utf8": "the text is not UTF-8",
        "empty": "the line is empty",
        "name_twice": "an object has the same name twice",
        "no_whole_number": "a number is not a whole number",
        "number_too_long": "a number has more than 640 digits",
        "too_deep": "objects are nested more than 200 deep",
        "too_long": "the line has more than 64 MB",
        "too_large": "the memory of this computer does not suffice",
        "half_character": "a string holds half a character (a single surrogate)",
        "broken_off": "reading broke off",
        "not_opened": "{file}: cannot be opened.",
        "standard_input": "standard input",
        "usage": "The command cannot be understood. “verify_ledger.py --help” explains it.",
        "no_key": "What stands after --key is not a key: 64 hexadecimal digits are expected.",
        "help": """\
Usage: verify_ledger.py FILE [--extends OLDER] [--checkpoint CHECKPOINT [--key HEX]]
                        [--language en|fr|es]

Is this ledger.jsonl intact? FILE may be “-” for standard input. It may begin at any entry: then
the answer says from which one on it was checked.

  --extends OLDER          does it extend this older download? Payloads that were redacted since
                           are not faults
  --checkpoint CHECKPOINT  does the signature of this kept checkpoint hold, and does the file have
                           the head it names? May be given more than once
  --key HEX                the public key that the checkpoints must be signed with
  --language en|fr|es      the language of the answers; else that of LC_ALL or LANG

Ends with 0 if all is intact (redactions are not faults), 1 if something is wrong, 2 if something
cannot be read. The first fault is named and ends the reading. A redacted payload must be recorded
by a later entry: a file that ends before that entry is said to miss the payload. Without --key, a
signature shows only that the key named in the checkpoint made it: compare that key with the one
published elsewhere. A line may have 64 MB at most.""",
    },
    "fr": {
        "intact": "{file} : intact : {entries}, tête {head}.",
        "intact_from": (
            "{file} : intact à partir de l’écriture {first} : {entries}, tête {head}. Rien de ce "
            "qui précède n’a été vérifié."
        ),
        "redacted": "{file} : caviardé : écriture {number}; l’écriture {notice} en fait état.",
        "extends": "{file} : prolonge {other}; aucune écriture que contient {other} n’a changé.",
        "kept": (
            "{other} : point de contrôle valide : {file} a bien la tête indiquée après {entries}, "
            "et la signature est valide pour la clé qu’il indique. Comparez cette clé à celle qui "
            "est publiée ailleurs : {key}"
        ),
        "kept_given_key": (
            "{other} : point de contrôle valide : {file} a bien la tête indiquée après {entries}, "
            "et la signature est valide pour la clé que vous avez fournie."
        ),
        "none": "{count} écriture",
        "one": "{count} écriture",
        "many": "{count} écritures",
        "altered": "{file} : altéré à l’écriture {number} : {what}.",
        "number": "un autre numéro y figure, {found}",
        "previous": "son champ « previous » n’est pas l’empreinte de l’écriture précédente",
        "hash": "son empreinte n’est pas celle de ses champs",
        "payload": "son contenu n’est pas celui dont elle porte l’empreinte",
        "time": "son heure est antérieure à celle de l’écriture précédente",
        "field": "le champ « {field} » est absent ou mal formé",
        "unknown_field": "il s’y trouve un champ que le format 1 ne connaît pas",
        "missing": (
            "{file} : contenu manquant à l’écriture {number} : aucune écriture ultérieure de ce "
            "fichier ne fait état d’un caviardage. (Un fichier qui s’arrête avant cette mention "
            "donne aussi ce résultat.)"
        ),
        "cut_short": (
            "{file} : tronqué : il s’arrête à l’écriture {last}, mais {other} connaît l’écriture "
            "{number}."
        ),
        "forked": "{file} : divergent : {other} a une autre écriture au numéro {number}.",
        "apart": (
            "{file} : comparaison impossible : il commence à l’écriture {first}, après tout ce que "
            "connaît {other}."
        ),
        "bad_checkpoint": "{other} : point de contrôle refusé : {what}.",
        "signature": "la signature n’est pas valide",
        "other_key": "il est signé avec une autre clé que celle que vous avez fournie, {key}",
        "unnamed_key": (
            "il est signé avec une clé qu’aucune écriture n’indique jusqu’au numéro {number}, {key}"
        ),
        "other_key_then": (
            "il est signé avec une autre clé que celle en vigueur depuis l’écriture {number}, {key}"
        ),
        "unreadable": "{file} : lecture impossible : ligne {line} : {why}.",
        "not_json": "ce n’est pas du JSON (un téléchargement interrompu se termine ainsi)",
        "not_an_object": "ce n’est pas un objet JSON",
        "byte_order_mark": "une marque d’ordre des octets précède le texte",
        "not_utf8": "le texte n’est pas en UTF-8",
        "empty": "la ligne est vide",
        "name_twice": "un objet contient deux fois le même nom",
        "no_whole_number": "un nombre n’est pas un entier",
        "number_too_long": "un nombre compte plus de 640 chiffres",
        "too_deep": "des objets sont imbriqués à plus de 200 niveaux",
        "too_long": "la ligne dépasse 64 Mo",
        "too_large": "la mémoire de cet ordinateur ne suffit pas",
        "half_character": "une chaîne contient la moitié d’un caractère (demi-codet isolé)",
        "broken_off": "la lecture s’est interrompue",
        "not_opened": "{file} : impossible d’ouvrir ce fichier.",
        "standard_input": "entrée standard",
        "usage": "La commande n’est pas comprise. « verify_ledger.py --help » l’explique.",
        "no_key": "Ce qui suit --key n’est pas une clé : il faut 64 chiffres hexadécimaux.",
        "help": """\
Utilisation : verify_ledger.py FICHIER [--extends ANCIEN] [--checkpoint POINT [--key HEX]]
                              [--language en|fr|es]

Ce grand livre (ledger.jsonl) est-il intact? FICHIER peut être « - » pour l’entrée standard. Il
peut commencer à n’importe quelle écriture : la réponse dit alors à partir de laquelle la chaîne
a été vérifiée.

  --extends ANCIEN     prolonge-t-il cet ancien téléchargement? Les contenus caviardés depuis ne
                       sont pas des fautes
  --checkpoint POINT   la signature de ce point de contrôle conservé est-elle valide, et le fichier
                       a-t-il la tête qu’il indique? Peut être répété
  --key HEX            la clé publique avec laquelle les points de contrôle doivent être signés
  --language en|fr|es  la langue des réponses; à défaut, celle de LC_ALL ou de LANG

Code de sortie : 0 si tout est intact (un caviardage n’est pas une faute), 1 si quelque chose ne va
pas, 2 si quelque chose ne peut être lu. La première faute est indiquée et met fin à la lecture.
Une écriture ultérieure doit faire état de tout contenu caviardé : si le fichier s’arrête avant
elle, le contenu est dit manquant. Sans --key, la signature montre seulement qu’elle vient de la
clé indiquée dans le point de contrôle : comparez cette clé à celle qui est publiée ailleurs. Une
ligne compte au plus 64 Mo.""",
    },
    "es": {
        "intact": "{file}: íntegro: {entries}, cabeza {head}.",
        "intact_from": (
            "{file}: íntegro a partir del asiento {first}: {entries}, cabeza {head}. No se "
            "verificó nada de lo anterior."
        ),
        "redacted": "{file}: testado: asiento {number}; el asiento {notice} lo hace constar.",
        "extends": (
            "{file}: continúa {other}: ninguno de los asientos que contiene {other} ha cambiado."
        ),
        "kept": (
            "{other}: punto de control válido: {file} tiene la cabeza indicada tras {entries}, y "
            "la firma es válida para la clave que el punto de control indica. Compare esa clave "
            "con la publicada en otro lugar: {key}"
        ),
        "kept_given_key": (
            "{other}: punto de control válido: {file} tiene la cabeza indicada tras {entries}, y "
            "la firma es válida para la clave que usted proporcionó."
        ),
        "none": "{count} asientos",
        "one": "{count} asiento",
        "many": "{count} asientos",
        "altered": "{file}: alterado en el asiento {number}: {what}.",
        "number": "allí figura otro número, {found}",
        "previous": "su campo «previous» no es el hash del asiento anterior",
        "hash": "su hash no es el de sus campos",
        "payload": "su contenido no es aquel cuyo hash lleva",
        "time": "su hora es anterior a la del asiento anterior",
        "field": "el campo «{field}» falta o está mal formado",
        "unknown_field": "tiene un campo que el formato 1 no conoce",
        "missing": (
            "{file}: falta el contenido del asiento {number}: ningún asiento posterior de este "
            "archivo hace constar que se haya testado. (Un archivo que termina antes de esa "
            "constancia da también este resultado.)"
        ),
        "cut_short": (
            "{file}: truncado: termina en el asiento {last}, pero {other} conoce el asiento "
            "{number}."
        ),
        "forked": "{file}: bifurcado: {other} tiene otro asiento en el número {number}.",
        "apart": (
            "{file}: no se puede comparar: comienza en el asiento {first}, después de todo lo que "
            "conoce {other}."
        ),
        "bad_checkpoint": "{other}: punto de control rechazado: {what}.",
        "signature": "la firma no es válida",
        "other_key": "está firmado con otra clave que la que usted proporcionó, {key}",
        "unnamed_key": (
            "está firmado con una clave que ningún asiento indica hasta el número {number}, {key}"
        ),
        "other_key_then": (
            "está firmado con otra clave que la vigente desde el asiento {number}, {key}"
        ),
        "unreadable": "{file}: no se puede leer: línea {line}: {why}.",
        "not_json": "esto no es JSON (así termina una descarga interrumpida)",
        "not_an_object": "esto no es un objeto JSON",
        "byte_order_mark": "una marca de orden de bytes precede al texto",
        "not_utf8": "el texto no está en UTF-8",
        "empty": "la línea está vacía",
        "name_twice": "un objeto contiene dos veces el mismo nombre",
        "no_whole_number": "un número no es entero",
        "number_too_long": "un número tiene más de 640 cifras",
        "too_deep": "hay objetos anidados a más de 200 niveles",
        "too_long": "la línea supera los 64 MB",
        "too_large": "la memoria de este equipo no es suficiente",
        "half_character": "una cadena contiene medio carácter (un sustituto aislado)",
        "broken_off": "la lectura se interrumpió",
        "not_opened": "{file}: no se puede abrir.",
        "standard_input": "entrada estándar",
        "usage": "No se entiende el comando. «verify_ledger.py --help» lo explica.",
        "no_key": "Lo que sigue a --key no es una clave: se esperan 64 dígitos hexadecimales.",
        "help": """\
Uso: verify_ledger.py ARCHIVO [--extends ANTERIOR] [--checkpoint PUNTO [--key HEX]]
                      [--language en|fr|es]

¿Está íntegro este libro mayor (ledger.jsonl)? ARCHIVO puede ser «-» para la entrada estándar.
Puede comenzar en cualquier asiento: la respuesta dice entonces a partir de cuál se verificó.

  --extends ANTERIOR   ¿continúa esta descarga anterior? Los contenidos testados desde entonces no
                       son fallas
  --checkpoint PUNTO   ¿es válida la firma de este punto de control conservado, y tiene el archivo
                       la cabeza que indica? Puede repetirse
  --key HEX            la clave pública con la que deben estar firmados los puntos de control
  --language en|fr|es  el idioma de las respuestas; si no se da, el de LC_ALL o LANG

Código de salida: 0 si todo está íntegro (lo testado no es una falla), 1 si algo está mal, 2 si algo
no se puede leer. La primera falla se indica y termina la lectura. Un asiento posterior debe hacer
constar todo contenido testado: si el archivo termina antes de él, se dice que falta el contenido.
Sin --key, la firma solo muestra que la hizo la clave indicada en el punto de control: compare esa
clave con la publicada en otro lugar. Una línea puede tener como máximo 64 MB.""",
    },
}


def with_fixed_spaces(text: str) -> str:
    """French as it is set: no line breaks before a colon, inside quotation marks, before a unit."""
    for plain in (" :", "« ", " »", " Mo"):
        text = text.replace(plain, plain.replace(" ", "\N{NO-BREAK SPACE}"))
    return text


MESSAGES["fr"] = {name: with_fixed_spaces(text) for name, text in MESSAGES["fr"].items()}


if __name__ == "__main__":
    for output in (sys.stdout, sys.stderr):
        output.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())

"""Entering, changing and withdrawing record entries and meetings; publishing readings."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.changes import Changes
from tracker.actions.guarding import secretariat
from tracker.actions.plans import parts_of
from tracker.actions.publication import publication
from tracker.actions.refusals import Refusal
from tracker.models import (
    Commitment,
    EntryVersion,
    Meeting,
    MeetingVersion,
    Reading,
    RecordEntry,
)
from tracker.models.columns import Spanned
from tracker.vocabulary import Act

Thing = RecordEntry | Meeting
Version = EntryVersion | MeetingVersion

ADD = {RecordEntry: Act.ADD_ENTRY, Meeting: Act.ADD_MEETING}
CHANGE = {RecordEntry: Act.CHANGE_ENTRY, Meeting: Act.CHANGE_MEETING}
OWNER = {RecordEntry: "entry", Meeting: "meeting"}


def publish_thing(
    thing: Thing,
    version: Version,
    *,
    changes: Changes | None = None,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
    reason: str = "",
) -> None:
    """Enter a record entry or a meeting, or change what is public of it, with its parts."""
    membership = secretariat(rights)
    kind = type(thing)
    act = CHANGE[kind] if thing.pk else ADD[kind]
    with publication(
        thing.plan,
        act=act,
        subject=_name(thing),
        membership=membership,
        at=at,
        act_id=act_id,
        reason=reason,
    ) as record:
        record.put(thing)
        setattr(version, OWNER[kind], thing)
        record.put(version)
        if changes:
            for row in changes.put:
                setattr(row, OWNER[kind], thing)
            changes.apply(record)


def withdraw_thing(
    thing: Thing, *, reason: str, rights: Rights, at: dt.datetime, act_id: uuid.UUID
) -> None:
    """Take a record entry or a meeting out of the present; earlier days keep it."""
    membership = secretariat(rights)
    if not reason.strip():
        raise Refusal(_("Say why it is withdrawn."), {"reason": [_("Give a reason.")]})
    with publication(
        thing.plan,
        act=Act.WITHDRAW,
        subject=_name(thing),
        membership=membership,
        at=at,
        act_id=act_id,
        reason=reason,
    ) as record:
        for row in parts_of(thing):
            if isinstance(row, Spanned) and row.is_open:
                record.withdraw(row)


def publish_reading(
    commitment: Commitment,
    reading: Reading,
    *,
    entries: Iterable[RecordEntry],
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> None:
    """Publish the secretariat's reading of a commitment, or replace the one in force."""
    membership = secretariat(rights)
    named = list(entries)
    if reading.level and not named:
        raise Refusal(
            _("A reading rests on record entries."),
            {"entries": [_("Name at least one record entry.")]},
        )
    reading.commitment = commitment
    with publication(
        commitment.plan,
        act=Act.PUBLISH_READING,
        subject=commitment.reference,
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        record.put(reading, entries=named)
        record.restate(commitment)


def _name(thing: Thing) -> str:
    return thing.reference if isinstance(thing, RecordEntry) else thing.slug

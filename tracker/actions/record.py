"""Entering, changing and withdrawing record entries and meetings; publishing readings."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.changes import Changes
from tracker.actions.guarding import (
    coordinator,
    courteous_keeper,
    institution_of,
    joint_keeper,
    refuse_joint,
    refuse_unannounced,
    secretariat,
)
from tracker.actions.plans import parts_of
from tracker.actions.publication import Publication, publication
from tracker.actions.refusals import Refusal
from tracker.models import (
    Answer,
    Commitment,
    Decision,
    EntryVersion,
    Meeting,
    MeetingVersion,
    Party,
    Plan,
    Reading,
    RecordEntry,
)
from tracker.models.columns import Spanned
from tracker.vocabulary import LANGUAGES, Act

Thing = RecordEntry | Meeting
Version = EntryVersion | MeetingVersion

ADD = {RecordEntry: Act.ADD_ENTRY, Meeting: Act.ADD_MEETING}
CHANGE = {RecordEntry: Act.CHANGE_ENTRY, Meeting: Act.CHANGE_MEETING}
OWNER = {RecordEntry: "entry", Meeting: "meeting"}
ANSWERED = frozenset({"reading", "entryversion"})


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
    plan, kind = thing.plan, type(thing)
    check: Callable[[Plan], None]
    if isinstance(thing, RecordEntry):
        membership, check = courteous_keeper(rights, plan), refuse_unannounced
    else:
        is_joint = says_minutes(thing, version, changes or Changes())
        membership = joint_keeper(rights, plan) if is_joint else secretariat(rights)
        check = partial(_refuse_minutes, thing, version, changes or Changes())
    act = CHANGE[kind] if thing.pk else ADD[kind]
    with publication(
        thing.plan,
        act=act,
        subject=_name(thing),
        membership=membership,
        at=at,
        act_id=act_id,
        check=check,
        reason=reason,
    ) as record:
        record.put(thing)
        setattr(version, OWNER[kind], thing)
        record.put(version)
        if changes:
            for row in changes.put:
                setattr(row, OWNER[kind], thing)
            changes.apply(record)
        if isinstance(thing, RecordEntry):
            end_answers(record, entry=thing)


def says_minutes(meeting: Meeting, version: Version, changes: Changes) -> bool:
    """Whether it touches what the parties agree on of a meeting: decisions, and agreed minutes.

    When and where one is held, and what sources tell of it, is the secretariat's to enter.
    """
    if any(isinstance(row, Decision) for row in (*changes.put, *changes.withdraw)):
        return True
    if not has_minutes(meeting):
        return False
    stored = type(version)._default_manager.filter(pk=version.pk).first() if version.pk else None
    names = ["state", *(f"summary_{code}" for code in LANGUAGES)]
    return any(getattr(version, name) != getattr(stored, name, "") for name in names)


def _refuse_minutes(meeting: Meeting, version: Version, changes: Changes, plan: Plan) -> None:
    if says_minutes(meeting, version, changes):
        refuse_joint(plan)


def has_minutes(meeting: Meeting) -> bool:
    """Whether the record holds minutes of it, or decisions."""
    minutes = meeting.plan.ledger.filter(act=Act.RECORD_MINUTES, subject=meeting.slug)
    return meeting.pk is not None and (minutes.exists() or meeting.decisions.open().exists())


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
        check=lambda plan: _refuse_agreed_minutes(plan, thing),
        reason=reason,
    ) as record:
        for row in parts_of(thing):
            if isinstance(row, Spanned) and row.is_open:
                record.withdraw(row)


def _refuse_agreed_minutes(plan: Plan, thing: Thing) -> None:
    if plan.accepted_at and isinstance(thing, Meeting) and has_minutes(thing):
        raise Refusal(_("The parties agreed on minutes of this meeting: it stays in the record."))


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
    membership = courteous_keeper(rights, commitment.plan)
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
        check=refuse_unannounced,
    ) as record:
        record.put(reading, entries=named)
        end_answers(record, commitment=commitment)
        record.restate(commitment)


def record_minutes(
    meeting: Meeting,
    version: MeetingVersion,
    *,
    decisions: Sequence[Decision],
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> None:
    """Publish what was said and decided at a joint meeting.

    `version` is the open one with its summary and state; `decisions` are new ones, which get the
    next numbers, and stored ones with other values: an open decision is carried over until done.
    """
    membership = joint_keeper(rights, meeting.plan)
    if not version.summary and not decisions:
        raise Refusal(_("The minutes say nothing yet."), {"summary": [_("This is empty.")]})
    with publication(
        meeting.plan,
        act=Act.RECORD_MINUTES,
        subject=meeting.slug,
        membership=membership,
        at=at,
        act_id=act_id,
        check=refuse_joint,
    ) as record:
        record.put(version)
        number = meeting.decisions.aggregate(last=Max("number"))["last"] or 0
        for decision in decisions:
            if decision._state.adding:
                number += 1
                decision.meeting, decision.number = meeting, number
            record.put(decision)
        if not record.opened:
            raise Refusal(_("The minutes say nothing that is not public already."))


def answer_record(
    plan: Plan,
    *,
    commitment: Commitment | None = None,
    entry: RecordEntry | None = None,
    party: Party,
    texts: Mapping[str, str],
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> Answer:
    """Publish what a party says to the reading of a commitment, or to a record entry.

    `texts` by language; one is enough. It takes the place of the party's earlier answer.
    """
    membership = coordinator(rights, party)
    if not any(text.strip() for text in texts.values()):
        raise Refusal(_("Write the answer first."), {"text": [_("This is empty.")]})
    with publication(
        plan,
        act=Act.ANSWER,
        subject=f"{commitment or entry} {party.code}",
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        if commitment and not commitment.readings.open().exists():
            raise Refusal(_("There is no reading to answer any more."))
        given = {"plan": plan, "commitment": commitment, "entry": entry, "party": party}
        answer = Answer.objects.open().filter(**given).first() or Answer(**given)
        answer.institution = institution_of(membership)
        for language, text in texts.items():
            setattr(answer, f"text_{language}", text)
        record.put(answer)
    return answer


def end_answers(record: Publication, **thing: Any) -> None:
    """What the parties said was said of the reading or version that is replaced now, if one is."""
    if not any(said["model"] in ANSWERED for said in record.opened):
        return
    for answer in Answer.objects.open().filter(**thing):
        record.withdraw(answer)


def _name(thing: Thing) -> str:
    return thing.reference if isinstance(thing, RecordEntry) else thing.slug

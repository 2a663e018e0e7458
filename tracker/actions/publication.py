"""The one way anything becomes public: rows, standing, ledger entry and revision, all or nothing.

    with publication(plan, act=..., subject=..., membership=..., at=..., act_id=...) as record:
        record.put(row)          # a new row, or the successor of a stored one
        record.withdraw(row)     # closes its span
        record.restate(commitment)

On leaving the block the entry is appended to the plan's chain, under the lock taken on entering.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from tracker.actions.payloads import commitment_of, row_payload
from tracker.actions.refusals import Conflict, Refusal, refuse_invalid
from tracker.actions.standings import restate
from tracker.actions.trials import Trial, current_trial
from tracker.models import Commitment, LedgerEntry, LedgerMention, Membership, Plan
from tracker.models.belonging import foreign_references
from tracker.models.columns import Spanned
from tracker.rules.ledger import digest, entry_hash, instant
from tracker.vocabulary import Act, Role

log = structlog.get_logger()


class AlreadyDone(Exception):
    """The act with this id is in the ledger: sent twice is done once."""

    def __init__(self, entry: LedgerEntry) -> None:
        super().__init__(entry.hash)
        self.entry = entry


class Publication:
    """What one act makes public. Rows are saved at once; the ledger entry follows at the end.

    `at` is when all of it becomes public, `act` what the entry will call it.
    """

    def __init__(self, plan: Plan, act: Act, at: dt.datetime) -> None:
        self.plan = plan
        self.act = act
        self.at = at
        self.mentioned: set[int] = set()
        self.before: list[dict[str, Any]] = []  # what rows without a span said until now
        self.opened: list[dict[str, Any]] = []
        self.closed: list[dict[str, Any]] = []
        self.more: dict[str, Any] = {}  # what the payload of this act holds besides
        self.afterwards: list[Callable[[LedgerEntry], None]] = []  # with the entry, in one piece
        self._touched: dict[int, Commitment] = {}

    def put(self, row: models.Model, **relations: Any) -> None:
        """Publish a row. A stored row with a span is replaced by a successor, if anything differs.

        `relations` sets many-to-many fields. Raises Refusal when the row does not hold together,
        Conflict when somebody has replaced it since it was read.
        """
        if isinstance(row, Spanned):
            if row.pk and not self._succeed(row, relations):
                return
            row.public_from, row.public_until = self.at, None
        elif row.pk:
            self.before.append(row_payload(type(row)._default_manager.get(pk=row.pk)))
        check(row)
        _refuse_foreign(row, relations)
        row._history_date = self.at  # type: ignore[attr-defined] # simple-history's, where it is kept
        row.save()
        for name, others in relations.items():
            getattr(row, name).set(others)
        self.note(row)

    def note(self, row: models.Model) -> None:
        """Enter a row in the ledger that is public already (the opening of a plan)."""
        self.opened.append(row_payload(row))
        self.mention(row)

    def withdraw(self, row: Spanned) -> None:
        """Close a row's span: it stays in the record, but no longer stands.

        Raises Conflict where it does not stand any more.
        """
        if not row.is_open:
            raise Conflict(_("This was changed meanwhile: open it anew."))
        row.public_until = max(self.at, row.public_from)
        row.save(update_fields=["public_until"])
        self.closed.append(row_payload(row))
        self.mention(row)

    def remove(self, row: models.Model) -> None:
        """Take out reference data that nothing refers to. The ledger keeps what it said.

        Removing it again, for the next plan that shows it, only notes it there.
        """
        payload = row_payload(row)
        if row.pk:
            remove_unused(row)
        self.closed.append(payload)

    def restate(self, *commitments: Commitment) -> None:
        """Let the standing of these commitments follow from the record when the block ends."""
        self._touched |= {commitment.pk: commitment for commitment in commitments}

    def mention(self, row: models.Model) -> None:
        """Note that the entry speaks of the commitment a row belongs to."""
        key = commitment_of(row)
        if key is not None:
            self.mentioned.add(key)

    def _succeed(self, row: Spanned, relations: dict[str, Any]) -> bool:
        """Close the stored version and make `row` its successor; False if nothing differs."""
        stored = type(row)._default_manager.get(pk=row.pk)
        same_relations = all(
            set(getattr(stored, name).all()) == set(others) for name, others in relations.items()
        )
        if row_payload(stored) == row_payload(row) and same_relations:
            return False
        self.withdraw(stored)
        row.pk, row._state.adding = None, True
        return True

    def _finish(self) -> None:
        for commitment in self._touched.values():
            restate(commitment, self.at)


def check(row: models.Model) -> None:
    """Raise Refusal if the row breaks its own rules: fields, constraints, both days of a date."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise refuse_invalid(
            error, _("Something in “%(thing)s” does not hold.") % {"thing": row}
        ) from error


def _refuse_foreign(row: models.Model, relations: dict[str, Any]) -> None:
    """Raise Refusal where a row would point into another plan."""
    fields: dict[str, list[str]] = {}
    for name, sentence in foreign_references(row, relations):
        fields.setdefault(name, []).append(sentence)
    if fields:
        sentence = _("Something in “%(thing)s” does not hold.") % {"thing": row}
        raise Refusal(sentence, fields)


def remove_unused(row: models.Model) -> None:
    """Delete a row that nothing refers to, today or on any earlier day; else raise Refusal."""
    users = {
        relation.related_model._meta.verbose_name_plural
        for relation in row._meta.related_objects
        if relation.many_to_many and getattr(row, str(relation.get_accessor_name())).exists()
    }
    try:
        if not users:
            row.delete()
            return
    except ProtectedError as error:
        users = {type(other)._meta.verbose_name_plural for other in error.protected_objects}
    raise Refusal(
        _("“%(thing)s” is in use (%(users)s): it cannot be taken out of the record.")
        % {"thing": row, "users": ", ".join(sorted(str(name) for name in users))}
    )


@contextmanager
def publication(
    plan: Plan,
    *,
    act: Act,
    subject: str,
    membership: Membership | None,
    at: dt.datetime,
    act_id: uuid.UUID,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
    agreed: Sequence[Mapping[str, Any]] = (),
    check: Callable[[Plan], None] | None = None,
) -> Iterator[Publication]:
    """Publish within one transaction. Raises AlreadyDone if the act is in the ledger.

    `membership` None is the opening of a plan from its files, by the secretariat at the console;
    for an act that is no person's, it is the site. `reasons` is a reason by language; `reason` is
    then the first there is, whatever language whoever completes the act reads.
    `agreed` names party and institution of each coordinator who accepted a joint act.
    `check` looks at the plan as it is once nobody else can change it, and raises Refusal.
    Rows take their time from the record (`record.at`), which is `at` or a little later.
    """
    said = {code: text for code, text in (reasons or {}).items() if text.strip()}
    with transaction.atomic():
        locked = Plan.objects.select_for_update().get(pk=plan.pk)
        last = refuse_done(locked, act_id)
        if check:
            check(locked)
        record = Publication(locked, act, never_before(last, at))
        yield record
        record._finish()
        if trial := current_trial():
            _tell(trial, record, subject)
            return
        payload = {
            "salt": secrets.token_hex(16),
            "by": author_of(membership, act),
            "reason": reason or next(iter(said.values()), ""),
            "opened": record.opened,
            "closed": record.closed,
            **({"reasons": said} if len(said) > 1 else {}),
            **({"agreed": [dict(one) for one in agreed]} if agreed else {}),
            **record.more,
        }
        entry = append(
            locked, act=record.act, subject=subject, at=record.at, act_id=act_id, payload=payload
        )
        mention(entry, record.mentioned)
        for finish in record.afterwards:
            finish(entry)
    log.info("published", plan=plan.slug, act=record.act.value, subject=subject, act_id=str(act_id))


def _tell(trial: Trial, record: Publication, subject: str) -> None:
    """Instead of an entry in the ledger: what it would have said."""
    trial.act, trial.subject = record.act, subject
    trial.opened, trial.closed, trial.before = record.opened, record.closed, record.before
    trial.mentioned = record.mentioned


def refuse_done(plan: Plan, act_id: uuid.UUID) -> LedgerEntry | None:
    """The last entry of a locked plan. Raises AlreadyDone if the act is in any ledger."""
    asked = Q(act_id=act_id) | Q(plan=plan, sequence=plan.ledger_size)
    last = None
    for entry in LedgerEntry.objects.filter(asked).defer("payload"):
        if entry.act_id == act_id:
            raise AlreadyDone(entry)
        last = entry
    return last


def never_before(last: LedgerEntry | None, at: dt.datetime) -> dt.datetime:
    """The time of the next entry.

    Clocks of servers differ and are set back, and an act may wait for the lock. Spans, and which
    report of a period is the latest, need a time that only goes forward.
    """
    if last is None or at >= last.time:
        return at
    return last.time + dt.timedelta(microseconds=1)


def mention(entry: LedgerEntry, commitments: Iterable[int]) -> None:
    """Note of which commitments an entry speaks, so that they are found without its payload."""
    LedgerMention.objects.bulk_create(
        LedgerMention(entry=entry, commitment_id=key) for key in sorted(commitments)
    )


def mentioned_in(plan: Plan, sequences: Iterable[int]) -> set[int]:
    """The commitments of which some entries speak: a redaction of these speaks of them, too."""
    rows = LedgerMention.objects.filter(entry__plan=plan, entry__sequence__in=list(sequences))
    return set(rows.values_list("commitment", flat=True))


def author_of(membership: Membership | None, act: Act) -> dict[str, Any]:
    """Institution and role, never a person; no role where the site acts by itself."""
    if membership is None:
        return {"institution": None, "role": Role.SECRETARIAT.value if act.is_human else None}
    institution = membership.institution
    return {"institution": institution.slug if institution else None, "role": membership.role}


def append(
    plan: Plan,
    *,
    act: Act,
    subject: str,
    at: dt.datetime,
    act_id: uuid.UUID,
    payload: dict[str, Any],
) -> LedgerEntry:
    """Append one entry to the chain of a locked plan and raise its revision."""
    fields = {
        "sequence": plan.ledger_size + 1,
        "time": instant(at),
        "act": act.value,
        "act_id": str(act_id),
        "subject": subject,
        "payload_hash": digest(payload),
        "previous": plan.ledger_head,
    }
    head = entry_hash(fields)
    entry = LedgerEntry.objects.create(
        plan=plan, payload=payload, hash=head, **{**fields, "time": at}
    )
    plan.ledger_size, plan.ledger_head = entry.sequence, head
    plan.revision += 1
    plan.changed_at = at if act.is_human else plan.changed_at
    Plan.objects.filter(pk=plan.pk).update(
        ledger_size=plan.ledger_size,
        ledger_head=head,
        revision=plan.revision,
        changed_at=plan.changed_at,
    )
    return entry

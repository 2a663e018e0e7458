"""Joint acts as tests need them: who proposes, who answers, and a plan that was accepted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from tests import factories
from tests.factories import NOW, PLAN, commitment_called, rights_at
from tracker.access import Rights
from tracker.actions.commitments import change_commitment
from tracker.actions.joint_acts import Wish, answer_proposal, propose, propose_wish
from tracker.models import LedgerEntry, Party, Plan, Proposal
from tracker.vocabulary import Act, Role, Verdict

WHY = "Both sides found the old text unclear."


def after(days: float) -> dt.datetime:
    """So many days after the tests' `now`."""
    return NOW + dt.timedelta(days=days)


def rights_for(who: str, at: dt.datetime = NOW) -> Rights:
    """Of a party's first coordinator ("CA"), or of a role ("secretariat", "administrator")."""
    if who in factories.MINISTRY:
        return rights_at(factories.coordinators_of(who)[0], at)
    role = Role(who)
    return rights_at(factories.make_person(who.capitalize(), role, is_staff=True), at)


def changing(
    reference: str = "PRO-01",
    *,
    by: str = "CA",
    at: dt.datetime = NOW,
    columns: dict[str, Any] | None = None,
    parties: Any = None,
    **words: Any,
) -> Callable[[], None]:
    """An act: change the words of a commitment, and with `columns` the commitment itself."""

    def act() -> None:
        commitment = commitment_called(reference)
        for name, value in (columns or {}).items():
            setattr(commitment, name, value)
        wording = commitment.wordings.open().get()
        for name, value in words.items():
            setattr(wording, name, value)
        change_commitment(
            commitment,
            wording,
            reporting_parties=commitment.reporting_parties.all() if parties is None else parties,
            reason=WHY,
            rights=rights_for(by, at),
            at=at,
            act_id=uuid.uuid4(),
        )

    return act


def proposed(
    act: Callable[[], Any] | Wish | None = None,
    *,
    by: str = "CA",
    at: dt.datetime = NOW,
    reason: str = WHY,
    act_id: uuid.UUID | None = None,
    rights: Rights | None = None,
) -> Proposal:
    """A proposal; of a new title for PRO-01, unless an act or a wish is given."""
    given: dict[str, Any] = {
        "reason": {"en": reason},
        "rights": rights or rights_for(by, at),
        "at": at,
        "act_id": act_id or uuid.uuid4(),
    }
    plan = Plan.objects.get(slug=PLAN)
    if isinstance(act, Wish):
        return propose_wish(plan, act, **given)
    return propose(plan, act or changing(by=by, at=at, title_en="A clearer title"), **given)


def answered(
    proposal: Proposal,
    party: str = "MX",
    verdict: Verdict = Verdict.ACCEPT,
    *,
    text: str = "",
    at: dt.datetime = NOW,
    rights: Rights | None = None,
    act_id: uuid.UUID | None = None,
) -> Proposal:
    """What a party's coordinator says to a proposal."""
    return answer_proposal(
        proposal,
        party=Party.objects.get(code=party),
        verdict=verdict,
        texts={"en": text},
        rights=rights or rights_for(party, at),
        at=at,
        act_id=act_id or uuid.uuid4(),
    )


def agreed(act: Callable[[], Any] | Wish | None = None, *, at: dt.datetime = NOW) -> Proposal:
    """Proposed by Canada, accepted by Mexico: public."""
    return answered(proposed(act, at=at), at=at)


def accept_plan(at: dt.datetime = NOW) -> Proposal:
    """The first joint act: the parties accept the plan."""
    return agreed(Wish(Act.ACCEPT_PLAN, PLAN), at=at)


def size() -> int:
    """How many entries the plan's ledger has."""
    return LedgerEntry.objects.filter(plan__slug=PLAN).count()


def last_entry() -> LedgerEntry:
    return LedgerEntry.objects.filter(plan__slug=PLAN).latest("sequence")

"""Joint acts: proposed by one, accepted by every party, public at once when the last accepts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.applying import apply_content
from tracker.actions.due import do_each
from tracker.actions.guarding import coordinator, institution_of, proposer
from tracker.actions.payloads import key_of
from tracker.actions.publication import AlreadyDone, publication
from tracker.actions.record import end_answers
from tracker.actions.redactions import redact
from tracker.actions.refusals import Forbidden, Refusal
from tracker.actions.trials import Trial, try_out
from tracker.models import (
    Answer,
    Commitment,
    Institution,
    Membership,
    Party,
    Plan,
    Proposal,
    ProposalAnswer,
)
from tracker.rules.dates import end_of_day
from tracker.vocabulary import LANGUAGES, Act, ProposalState, Role, Verdict

log = structlog.get_logger()

# What the secretariat publishes alone, after the parties had the courtesy days to answer.
COURTESY = frozenset({Act.PUBLISH_READING, Act.ADD_ENTRY, Act.CHANGE_ENTRY})


@dataclass(frozen=True)
class Wish:
    """What is proposed: which act, about what, with the rows it would open and close."""

    act: Act
    subject: str
    content: Mapping[str, Any] = field(default_factory=dict)
    commitment: Commitment | None = None

    @classmethod
    def of(cls, trial: Trial) -> Wish:
        """What was tried out."""
        key = next(iter(trial.mentioned), None) if len(trial.mentioned) == 1 else None
        commitment = Commitment.objects.filter(pk=key).first() if key else None
        return cls(trial.act, trial.subject, trial.content, commitment)


def propose(
    plan: Plan,
    act: Callable[[], Any],
    *,
    reason: Mapping[str, str],
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> Proposal:
    """Propose an act to the parties: it is tried out, and what it would publish is kept.

    `reason` by language. Raises what the act refuses. Sent twice is proposed once.
    """
    proposer(rights, plan)
    known = Proposal.objects.filter(act_id=act_id).first()
    if known:
        return known  # before it is tried out: the record may have moved on
    trial = try_out(act)
    if trial.changes_nothing:
        raise Refusal(_("Nothing would change: what you propose stands so already."))
    return propose_wish(plan, Wish.of(trial), reason=reason, rights=rights, at=at, act_id=act_id)


def propose_wish(
    plan: Plan,
    wish: Wish,
    *,
    reason: Mapping[str, str],
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> Proposal:
    """Propose what has no rows to try out: the acceptance of the plan, a redaction.

    Sent twice is proposed once.
    """
    membership = proposer(rights, plan)
    if not any(text.strip() for text in reason.values()):
        raise Refusal(_("Say why you propose it."), {"reason": [_("Give a reason.")]})
    needs_acceptance = wish.act not in COURTESY
    days = plan.lapse_after_days if needs_acceptance else plan.courtesy_days
    last = plan.today(at) + dt.timedelta(days=days)
    columns: dict[str, Any] = {
        "plan": plan,
        "act": wish.act,
        "subject": wish.subject,
        "commitment": wish.commitment,
        "needs_acceptance": needs_acceptance,
        "content": dict(wish.content),
        "proposed_by": membership.user,
        "proposed_role": membership.role,
        "proposed_institution": membership.institution,
        "proposed_party": membership.party if Role(membership.role).needs_party else None,
        "proposed_at": at,
        "ends_at": end_of_day(last, plan.time_zone),
        **{f"reason_{language}": text for language, text in reason.items()},
    }
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        known = Proposal.objects.filter(act_id=act_id).first()
        if known:
            return known
        _refuse_second(plan, wish)
        if wish.act == Act.ACCEPT_PLAN:
            _refuse_accepted(plan)
        proposal = Proposal.objects.create(act_id=act_id, **columns)
    log.info("proposed", plan=plan.slug, act=wish.act.value, subject=wish.subject)
    return proposal


def _refuse_second(plan: Plan, wish: Wish) -> None:
    """One open proposal about a thing at a time: two could not both hold."""
    same = plan.proposals.open().filter(act=wish.act, subject=wish.subject)
    if same.exists():
        raise Refusal(_("There is an open proposal about this already: answer or withdraw it."))


def _refuse_accepted(plan: Plan) -> None:
    if Plan.objects.filter(pk=plan.pk, accepted_at__isnull=False).exists():
        raise Refusal(_("The parties have accepted this plan already."))


def answer_proposal(
    proposal: Proposal,
    *,
    party: Party,
    verdict: Verdict,
    texts: Mapping[str, str],
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> Proposal:
    """Accept, refuse with a reason, or take note, in the name of a party.

    When every party has accepted, or answered what is only announced, it is public in the same
    transaction. Sent twice is answered once.
    """
    membership = coordinator(rights, party)
    if not proposal.plan.parties.filter(pk=party.pk).exists():
        raise Forbidden(_("Only the parties of the plan answer its proposals."))
    with transaction.atomic():
        proposal = _locked(proposal)
        if proposal.answers.filter(act_id=act_id).exists():
            return proposal
        _refuse_answer(proposal, party, verdict, texts, at)
        ProposalAnswer.objects.create(
            proposal=proposal,
            act_id=act_id,
            party=party,
            institution=institution_of(membership),
            by=membership.user,
            verdict=verdict,
            at=at,
            **{f"text_{language}": text for language, text in texts.items()},
        )
        if verdict == Verdict.REFUSE:
            _close(proposal, ProposalState.REFUSED, at)
        elif _has_everyone(proposal):
            # Who only takes note publishes nothing: it is still the act of who announced it.
            in_whose_name = membership if proposal.needs_acceptance else _proposers(proposal)
            _make_public(proposal, in_whose_name, at)
    return proposal


def _refuse_answer(
    proposal: Proposal, party: Party, verdict: Verdict, texts: Mapping[str, str], at: dt.datetime
) -> None:
    _refuse_ended(proposal, at)
    if proposal.proposed_party_id == party.pk:
        raise Refusal(_("Your side proposed this: the other side answers."))
    if proposal.answers.filter(party=party).exists():
        raise Refusal(_("Your side has answered already."))
    known = {True: (Verdict.ACCEPT, Verdict.REFUSE), False: (Verdict.NOTE,)}
    if verdict not in known[proposal.needs_acceptance]:
        raise Refusal(_("This answer does not fit the proposal."))
    if verdict == Verdict.REFUSE and not any(text.strip() for text in texts.values()):
        raise Refusal(_("Say why you refuse it."), {"text": [_("Give a reason.")]})


def _refuse_ended(proposal: Proposal, at: dt.datetime) -> None:
    if proposal.state != ProposalState.OPEN:
        raise Refusal(
            _("This proposal is not open any more (%(state)s).")
            % {"state": proposal.get_state_display()}
        )
    if at >= proposal.ends_at:
        raise Refusal(_("The days for an answer are over."))


def withdraw_proposal(proposal: Proposal, *, rights: Rights, at: dt.datetime) -> None:
    """Take a proposal back, by the side that made it."""
    side = proposal.proposed_party
    mine = rights.as_coordinator(side) if side else rights.as_secretariat()
    with transaction.atomic():
        proposal = _locked(proposal)
        if mine is None:
            raise Forbidden(_("Only the side that proposed this takes it back."))
        if proposal.state != ProposalState.OPEN:
            raise Refusal(_("This proposal is not open any more."))
        _close(proposal, ProposalState.WITHDRAWN, at)


def end_proposals(at: dt.datetime) -> list[Proposal]:
    """Let proposals lapse whose days are over, and publish what was only announced. Repeatable."""
    return do_each(Proposal.objects.ripe(at).order_by("ends_at", "pk"), lambda one: _ended(one, at))


def _ended(proposal: Proposal, at: dt.datetime) -> bool:
    with transaction.atomic():
        proposal = _locked(proposal)
        if proposal.state != ProposalState.OPEN:
            return False
        _end(proposal, at)
    return True


def _end(proposal: Proposal, at: dt.datetime) -> None:
    if proposal.needs_acceptance:
        _close(proposal, ProposalState.LAPSED, at)
        return
    try:
        with transaction.atomic():
            _make_public(proposal, _proposers(proposal), at)
    except Refusal as refusal:
        log.warning("announced-act-refused", subject=proposal.subject, why=str(refusal))
        _close(proposal, ProposalState.LAPSED, at)


def _proposers(proposal: Proposal) -> Membership:
    """In whose name an announced act becomes public: institution and role of who announced it."""
    return Membership(
        user=proposal.proposed_by,
        role=proposal.proposed_role,
        institution=proposal.proposed_institution,
        party=proposal.proposed_party,
    )


def _has_everyone(proposal: Proposal) -> bool:
    heard = {proposal.proposed_party_id, *proposal.answers.values_list("party", flat=True)}
    return all(party.pk in heard for party in proposal.plan.parties.all())


def _make_public(proposal: Proposal, membership: Membership, at: dt.datetime) -> None:
    """Do what was proposed. Raises Refusal where the record has changed since."""
    plan, act = proposal.plan, Act(proposal.act)
    try:
        with publication(
            plan,
            act=act,
            subject=proposal.subject,
            membership=membership,
            at=at,
            act_id=proposal.act_id,
            reasons={code: getattr(proposal, f"reason_{code}") for code in LANGUAGES},
            agreed=_agreed(proposal) if proposal.needs_acceptance else (),
        ) as record:
            if act == Act.ACCEPT_PLAN:
                _refuse_accepted(plan)
                plan.accepted_at = record.at
                record.put(plan, parties=list(plan.parties.all()))
            elif act == Act.REDACT:
                redact(record, proposal.content)
            else:
                apply_content(record, proposal.content)
                _end_earlier_answers(record, proposal)
                _publish_answers(record, proposal)
    except AlreadyDone:
        pass
    _close(proposal, ProposalState.ACCEPTED, at)


def _agreed(proposal: Proposal) -> list[dict[str, str]]:
    """Party and institution of everyone who stands behind it, the proposing party among them."""
    behind: list[tuple[Party, Institution]] = [
        (answer.party, answer.institution)
        for answer in proposal.answers.select_related("party", "institution")
    ]
    if proposal.proposed_party and proposal.proposed_institution:
        behind.append((proposal.proposed_party, proposal.proposed_institution))
    named = [{"party": party.code, "institution": body.slug} for party, body in behind]
    return sorted(named, key=lambda one: one["party"])


def _end_earlier_answers(record: Any, proposal: Proposal) -> None:
    """What the parties said of the reading or entry that is replaced, until now, ends with it."""
    thing = {} if proposal.needs_acceptance else _answered(proposal)
    if thing:
        end_answers(record, **thing)


def _publish_answers(record: Any, proposal: Proposal) -> None:
    """What the parties said to an announced reading or entry stands beside it from the start."""
    if proposal.needs_acceptance:
        return
    thing = _answered(proposal)
    for said in proposal.answers.select_related("party", "institution"):
        if thing and said.text:
            answer = Answer(
                plan=proposal.plan, party=said.party, institution=said.institution, **thing
            )
            for language in ("en", "fr", "es"):
                setattr(answer, f"text_{language}", getattr(said, f"text_{language}"))
            record.put(answer)


def _answered(proposal: Proposal) -> dict[str, Any]:
    if proposal.act == Act.PUBLISH_READING:
        return {"commitment": proposal.commitment}
    entry = proposal.plan.entries.filter(reference=proposal.subject).first()
    return {"entry": entry} if entry else {}


def _locked(proposal: Proposal) -> Proposal:
    """The proposal as stored now. Its plan's row is locked first, as every publication does."""
    Plan.objects.select_for_update().get(pk=proposal.plan_id)
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("plan", "commitment", "proposed_party", "proposed_institution")
        .get(pk=proposal.pk)
    )


def _close(proposal: Proposal, state: ProposalState, at: dt.datetime) -> None:
    proposal.state, proposal.closed_at = state, at
    proposal.save(update_fields=["state", "closed_at"])
    log.info("proposal", proposal=proposal.pk, state=state.value, key=str(key_of(proposal.plan)))

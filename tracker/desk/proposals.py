"""Joint acts at the desk: what is proposed, what it would change, and the answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker.access import joint_plan, proposal_of, rights
from tracker.actions.joint_acts import answer_proposal, withdraw_proposal
from tracker.actions.refusals import Refusal
from tracker.desk.differences import Difference, differences
from tracker.desk.entry import at_the_desk, render_desk
from tracker.desk.kept import keeps_typed, take_typed, words_of
from tracker.forms.joint import AnswerForm, fresh
from tracker.forms.reports import ActForm
from tracker.models import Party, Proposal, ProposalAnswer
from tracker.models.plans import in_the_readers_order
from tracker.vocabulary import ProposalState, Verdict

GET_TOO = ["GET", "HEAD", "POST"]


@require_safe
@at_the_desk
def proposal_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every proposal of a plan, the open ones first, and the ways to make one."""
    plan = joint_plan(request, slug)
    rows = list(plan.proposals.select_related("proposed_party", "proposed_institution"))
    context = {
        "open": [row for row in rows if row.state == ProposalState.OPEN],
        "ended": [row for row in rows if row.state != ProposalState.OPEN],
        "commitments": plan.commitments.filter(wordings__public_until=None).distinct(),
    }
    return render_desk(request, "desk/proposals.html", plan, context, current="proposal-list")


@dataclass
class ProposalPage:
    """One proposal, what it would change, and what the reader may say to it."""

    proposal: Proposal
    request: HttpRequest
    refusal: str = ""
    form: Any = None
    answers: list[ProposalAnswer] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.proposal.answers.select_related("party", "institution")
        self.answers = list(rows)

    @cached_property
    def differences(self) -> list[Difference]:
        return differences(self.proposal.content)

    @property
    def is_open(self) -> bool:
        proposal = self.proposal
        return proposal.state == ProposalState.OPEN and timezone.now() < proposal.ends_at

    @cached_property
    def answering(self) -> Party | None:
        """The party for which the reader can answer now."""
        heard = {answer.party_id for answer in self.answers} | {self.proposal.proposed_party_id}
        mine = rights(self.request).coordinated_parties
        parties = [one for one in self.proposal.plan.parties.all() if one in mine]
        waiting = [one for one in in_the_readers_order(parties) if one.pk not in heard]
        return waiting[0] if waiting and self.is_open else None

    def has_answer(self, act_id: uuid.UUID) -> bool:
        return any(answer.act_id == act_id for answer in self.answers)

    @property
    def awaited(self) -> list[Party]:
        """Parties that have not answered."""
        heard = {answer.party_id for answer in self.answers} | {self.proposal.proposed_party_id}
        parties = in_the_readers_order(list(self.proposal.plan.parties.all()))
        return [party for party in parties if party.pk not in heard]

    @property
    def may_withdraw(self) -> bool:
        held = rights(self.request)
        party = self.proposal.proposed_party
        mine = held.as_coordinator(party) if party else held.as_secretariat()
        return self.is_open and mine is not None

    @cached_property
    def answer_form(self) -> AnswerForm:
        return self.form or _answer_form(self.proposal)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed into an answer that came too late."""
        return words_of(self.form) if self.form and not self.answering else []

    @property
    def withdraw_form(self) -> ActForm:
        return ActForm(initial=fresh(), auto_id=False)


def _answer_form(proposal: Proposal, typed: Any = None) -> AnswerForm:
    return AnswerForm(typed, initial=fresh(), needs_acceptance=proposal.needs_acceptance)


@keeps_typed
@require_http_methods(GET_TOO)
@at_the_desk
def proposal_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A proposal, and the answer of the reader's side."""
    plan = joint_plan(request, slug)
    page = ProposalPage(proposal_of(plan, pk), request)
    if request.method != "POST":
        typed = take_typed(request)
        page.form = _answer_form(page.proposal, typed) if typed else None
        return _show(request, page)
    party = page.answering
    page.form = _answer_form(page.proposal, request.POST)
    if not page.form.is_valid():
        return _show(request, page, status=400)
    if page.has_answer(page.form.cleaned_data["act_id"]):
        return redirect("proposal-detail", plan.slug, pk)  # sent twice
    if party is None:
        page.refusal = _("There is nothing for your side to answer here any more.")
        return _show(request, page, status=409)
    typed = page.form.cleaned_data
    try:
        proposal = answer_proposal(
            page.proposal,
            party=party,
            verdict=Verdict(typed["verdict"]),
            texts=page.form.texts,
            rights=rights(request),
            at=timezone.now(),
            act_id=typed["act_id"],
        )
    except Refusal as refusal:
        return _refused(request, page, refusal)
    messages.success(request, _outcome(proposal))
    return redirect("proposal-detail", plan.slug, pk)


def _outcome(proposal: Proposal) -> str:
    if proposal.state == ProposalState.ACCEPTED:
        return _("Accepted by all: it is public now.")
    return _("Your answer is recorded.")


@require_http_methods(GET_TOO)
@at_the_desk
def proposal_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a proposal back, by the side that made it."""
    plan = joint_plan(request, slug)
    proposal = proposal_of(plan, pk)
    if request.method == "POST":
        try:
            withdraw_proposal(proposal, rights=rights(request), at=timezone.now())
        except Refusal as refusal:
            proposal.refresh_from_db()
            if proposal.state != ProposalState.WITHDRAWN:
                return _refused(request, ProposalPage(proposal, request), refusal)
        messages.success(request, _("Withdrawn."))
    return redirect("proposal-detail", plan.slug, pk)


def _refused(request: HttpRequest, page: ProposalPage, refusal: Refusal) -> HttpResponse:
    if page.form:
        page.form.put_faults(refusal.fields)
    page.refusal = str(refusal.sentence)
    return _show(request, page, status=refusal.status)


def _show(request: HttpRequest, page: ProposalPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "form": page.form}
    plan = page.proposal.plan
    return render_desk(
        request, "desk/proposal.html", plan, context, current="proposal-list", status=status
    )

"""The acts that need every party, and those that are announced to them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from django.db import models
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.workflow.walking import (
    ACTORS,
    CAST,
    PARTIES,
    REFERENCES,
    WHICH,
    Walk,
    new_id,
    one_of,
)
from tracker.actions.commitments import change_commitment
from tracker.actions.joint_acts import (
    Wish,
    answer_proposal,
    propose,
    propose_wish,
    withdraw_proposal,
)
from tracker.actions.record import answer_record, publish_reading
from tracker.actions.redactions import published_rows, redaction_content
from tracker.models import LedgerEntry, Plan, Proposal, Reading, RecordEntry, StatusReport
from tracker.vocabulary import Act, Level, Verdict

# Who proposes or keeps the record: mostly somebody who may.
KEEPERS = st.sampled_from(
    [*["coordinator CA", "coordinator MX", "secretariat"] * 4, "administrator", *CAST]
)
WHY = {"en": "The parties found the old text unclear."}


class AgreementActs(Walk):
    """Proposed, answered, taken back; done alone as long as the plan is not accepted."""

    @rule(actor=KEEPERS, reference=st.sampled_from(REFERENCES), alone=st.booleans())
    def change_the_test(self, actor: str, reference: str, alone: bool) -> None:
        """Without a completion test nothing can be completed."""
        wording = self.wording(reference)
        wording.completion_test_en = f"The memorandum is signed ({self.at:%d %B %Y %H:%M:%S})."
        act = self.changing(reference, wording)
        self.alone_or_proposed(act, actor, alone=alone)

    @rule(actor=KEEPERS, reference=st.sampled_from(REFERENCES), title=st.sampled_from("ABC"))
    def propose_a_title(self, actor: str, reference: str, title: str) -> None:
        wording = self.wording(reference)
        wording.title_en = f"A clearer title {title}"
        self.alone_or_proposed(self.changing(reference, wording), actor, alone=False)

    @rule(actor=KEEPERS, reference=st.sampled_from(REFERENCES), alone=st.booleans())
    def read(self, actor: str, reference: str, alone: bool) -> None:
        """A reading of the secretariat: announced, once the plan is accepted."""

        def act(*, rights: Any, at: Any, act_id: Any) -> None:
            commitment = self.commitments[reference]
            reading = commitment.readings.open().first() or Reading()
            reading.level = Level.PLANNED if reading.level == Level.UNDER_WAY else Level.UNDER_WAY
            entries = [RecordEntry.objects.earliest("pk")]
            publish_reading(
                commitment, reading, entries=entries, rights=rights, at=at, act_id=act_id
            )

        self.alone_or_proposed(act, actor, alone=alone)

    @rule(actor=KEEPERS)
    def propose_the_plan(self, actor: str) -> None:
        wish = Wish(Act.ACCEPT_PLAN, self.plan.slug)
        self.attempt(propose_wish, actor, self.plan, wish, reason=WHY, act_id=new_id())

    @rule(actor=KEEPERS, which=WHICH)
    def propose_a_redaction(self, actor: str, which: int) -> None:
        report = one_of(StatusReport.objects.published().exclude(done_en=""), which)
        if report:
            self.attempt(propose_redaction, actor, self.plan, report, reason=WHY, act_id=new_id())

    @rule(
        actor=ACTORS,
        which=WHICH,
        party=st.sampled_from(PARTIES),
        verdict=st.sampled_from([Verdict.ACCEPT, Verdict.ACCEPT, Verdict.REFUSE, Verdict.NOTE]),
        text=st.sampled_from(["", "This is how we see it."]),
    )
    def answer(self, actor: int, which: int, party: str, verdict: Verdict, text: str) -> None:
        proposals = self.plan.proposals.open() if which else self.plan.proposals.all()
        proposal = one_of(proposals, which)
        if proposal:
            self.give_answer(proposal, self.somebody(actor, party), party, verdict, text)

    @precondition(lambda self: self.plan.proposals.open().exists())
    @rule(which=WHICH)
    def agree_in_order(self, which: int) -> None:
        """Every side that is asked says yes: otherwise few walks would see a joint act."""
        proposal = one_of(self.plan.proposals.open(), which)
        verdict = Verdict.ACCEPT if proposal.needs_acceptance else Verdict.NOTE
        for party in PARTIES:
            self.give_answer(proposal, f"coordinator {party}", party, verdict, "We agree.")

    @rule(actor=ACTORS, which=WHICH)
    def take_back(self, actor: int, which: int) -> None:
        proposal = one_of(self.plan.proposals.all(), which)
        if proposal:
            side = proposal.proposed_party
            who = self.somebody(actor, side.code) if side else CAST[actor % len(CAST)]
            self.attempt(withdraw_proposal, who, proposal)

    @rule(
        actor=ACTORS,
        reference=st.sampled_from(REFERENCES),
        party=st.sampled_from(PARTIES),
        text=st.sampled_from(["", "We do not see it so."]),
    )
    def answer_a_reading(self, actor: int, reference: str, party: str, text: str) -> None:
        self.attempt(
            answer_record,
            self.somebody(actor, party),
            self.plan,
            commitment=self.commitments[reference],
            party=self.parties[party],
            texts={"en": text},
            act_id=new_id(),
        )

    def give_answer(
        self, proposal: Proposal, actor: str, party: str, verdict: Verdict, text: str
    ) -> None:
        self.attempt(
            answer_proposal,
            actor,
            proposal,
            party=self.parties[party],
            verdict=verdict,
            texts={"en": text},
            act_id=new_id(),
        )

    def alone_or_proposed(self, act: Callable[..., None], actor: str, *, alone: bool) -> None:
        if alone:
            self.attempt(act, actor, act_id=new_id())
        else:
            self.attempt(propose_act, actor, self.plan, act, reason=WHY, act_id=new_id())

    def wording(self, reference: str) -> Any:
        return self.commitments[reference].wordings.open().get()

    def changing(self, reference: str, wording: Any) -> Callable[..., None]:
        def act(*, rights: Any, at: Any, act_id: Any) -> None:
            commitment = self.commitments[reference]
            change_commitment(
                commitment,
                copy.copy(wording),  # so that it can be sent again as it was
                reporting_parties=commitment.reporting_parties.all(),
                reason=WHY["en"],
                rights=rights,
                at=at,
                act_id=act_id,
            )

        return act


def propose_act(plan: Plan, act: Callable[..., None], **given: Any) -> None:
    """Propose what `act` would do by the same person at the same time."""
    tried = {"rights": given["rights"], "at": given["at"], "act_id": new_id()}
    propose(plan, lambda: act(**tried), **given)


def propose_redaction(plan: Plan, row: models.Model, **given: Any) -> None:
    """Of the English text of what was done."""
    content = redaction_content(plan, row, ["done_en"])
    entries = LedgerEntry.objects.filter(plan=plan).order_by("-sequence")
    sequence = next(one.sequence for one in entries if row in published_rows(one))
    propose_wish(plan, Wish(Act.REDACT, f"entry {sequence}", content), **given)

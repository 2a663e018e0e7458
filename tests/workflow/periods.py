"""The acts at the end of a period: summaries and signatures."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests import factories
from tests.workflow.walking import ACTORS, PARTIES, PERIODS, WHICH, Walk, new_id, one_of
from tracker.actions.periods import publish_narrative, save_narrative, sign_ledger
from tracker.models import NarrativeDraft
from tracker.vocabulary import LANGUAGES

A_PERIOD, A_SIDE = st.sampled_from(PERIODS), st.sampled_from(PARTIES)


class PeriodActs(Walk):
    """Summed up, published by a colleague, signed."""

    @rule(
        actor=ACTORS,
        period=A_PERIOD,
        party=A_SIDE,
        across=st.booleans(),
        stale=st.sampled_from([False, False, False, True]),
    )
    def sum_up(
        self, actor: int, period: tuple[int, int], party: str, across: bool, stale: bool
    ) -> None:
        pillar = None if across else self.plan.pillars.earliest("number")
        quarter, side = self.periods[period], self.parties[party]
        drafts = NarrativeDraft.objects.filter(period=quarter, party=side, pillar=pillar)
        draft = drafts.first()
        self.attempt(
            save_narrative,
            self.somebody(actor, party),
            period=quarter,
            party=side,
            pillar=pillar,
            texts={code: f"{factories.SENTENCES[code]} {self.at}" for code in LANGUAGES},
            version=(draft.version if draft else 0) - stale,
            act_id=draft.act_id if draft else new_id(),
        )

    @rule(actor=ACTORS, which=WHICH)
    def publish_a_summary(self, actor: int, which: int) -> None:
        draft = one_of(NarrativeDraft.objects.all(), which)
        if draft:
            who = self.somebody(actor, draft.party.code)
            own = draft.writers.filter(pk=self.people[who].pk).exists()
            done = self.attempt(
                publish_narrative,
                who,
                period=draft.period,
                party=draft.party,
                pillar=draft.pillar,
                version=draft.version,
                act_id=draft.act_id,
            )
            assert not (done and own), f"{who} published their own summary"

    @rule(
        actor=ACTORS,
        party=A_SIDE,
        period=st.sampled_from([None, *PERIODS]),
        back=st.sampled_from([0, 0, 0, 3]),
        true=st.sampled_from([True, True, True, False]),
    )
    def sign(
        self, actor: int, party: str, period: tuple[int, int] | None, back: int, true: bool
    ) -> None:
        """The head one saw, some entries ago perhaps; now and then another one."""
        entry = self.plan.ledger.order_by("-sequence")[back]
        done = self.attempt(
            sign_ledger,
            self.somebody(actor, party),
            self.plan,
            party=self.parties[party],
            period=self.periods[period] if period else None,
            size=entry.sequence,
            head=entry.hash if true else "0" * 64,
            act_id=new_id(),
        )
        assert true or not done, "a head that never was is signed"

"""The acts in the life of a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests import factories
from tests.workflow.walking import (
    ACTORS,
    PARTIES,
    PERIODS,
    REFERENCES,
    WHICH,
    Walk,
    new_id,
    one_of,
    other_side,
)
from tracker.actions.report_checks import latest_report
from tracker.actions.report_publication import (
    concur_with_report,
    confirm_report,
    publish_report,
    publish_translation,
    repeat_report,
    schedule_report,
    stop_publication,
)
from tracker.actions.reports import (
    ReportContent,
    comment_report,
    return_report,
    save_report,
    share_report,
    submit_report,
    withdraw_report,
)
from tracker.models import ReportingPeriod, StatusReport
from tracker.models.reports import TEXTS
from tracker.vocabulary import Confidence, Level, ReasonCode, ReportState

LEVELS = st.sampled_from(
    ["", *Level.reportable(), Level.UNDER_WAY, Level.UNDER_WAY, Level.COMPLETED]
)
A_SIDE, A_COMMITMENT = st.sampled_from(PARTIES), st.sampled_from(REFERENCES)


class ReportActs(Walk):
    """Written, shared, published, agreed with, corrected."""

    def start_reports(self) -> None:
        self.report_in_order("PRO-27", "MX", Level.UNDER_WAY)
        self.report_in_order("PRO-27", "CA", Level.PLANNED)
        self.write(0, "SEC-01", "CA", Level.UNDER_WAY)

    @rule(
        actor=ACTORS,
        reference=A_COMMITMENT,
        party=A_SIDE,
        period=st.sampled_from([0, 0, 0, 1, 2, 3]),
        level=LEVELS,
        confidence=st.sampled_from(["", *Confidence]),
        whole=st.sampled_from([True, True, True, False]),
        stale=st.sampled_from([False, False, False, True]),
        contest=st.booleans(),
    )
    def save(
        self,
        actor: int,
        reference: str,
        party: str,
        period: int,
        level: str,
        confidence: str,
        whole: bool,
        stale: bool,
        contest: bool,
    ) -> None:
        other, quarter = self.parties[other_side(party)], self.quarter(period)
        contested = latest_report(self.commitments[reference], other) if contest else None
        content = self.content(party, quarter, level, confidence, whole, contested)
        self.save_content(
            self.somebody(actor, party), reference, party, quarter, content, stale=stale
        )

    @rule(actor=WHICH, reference=A_COMMITMENT, party=A_SIDE, attaching=st.booleans())
    def enter_on_behalf(self, actor: int, reference: str, party: str, attaching: bool) -> None:
        """The secretariat enters what a party wrote, and its colleague publishes it."""
        quarter = self.quarter(0)
        content = self.content(party, quarter, Level.UNDER_WAY, Confidence.ON_TRACK)
        if attaching:
            letter = factories.attached(title="Letter of the ministry", is_party_text=True)
            content = ReportContent(content.values, [*content.evidence, letter])
        who = ("secretariat", "secretariat", "secretariat", "administrator", "official MX")
        entering = who[actor % len(who)]
        self.save_content(entering, reference, party, quarter, content, on_behalf=True)
        for report in self.open_reports(on_behalf=True):
            self.attempt(submit_report, entering, report)
            self.attempt(publish_report, "secretariat 2", report, act_id=new_id())

    @rule(actor=ACTORS, which=WHICH)
    def submit(self, actor: int, which: int) -> None:
        self.on_report(submit_report, actor, which, ReportState.DRAFT)

    @rule(actor=ACTORS, which=WHICH)
    def withdraw(self, actor: int, which: int) -> None:
        self.on_report(withdraw_report, actor, which)

    @rule(actor=ACTORS, which=WHICH, note=st.sampled_from(["", "Name the day."]))
    def give_back(self, actor: int, which: int, note: str) -> None:
        self.on_report(return_report, actor, which, note=note)

    @rule(actor=ACTORS, which=WHICH)
    def share(self, actor: int, which: int) -> None:
        self.on_report(share_report, actor, which)

    @rule(actor=ACTORS, which=WHICH, text=st.sampled_from(["", "The day is not ours."]))
    def comment(self, actor: int, which: int, text: str) -> None:
        """By either side: the other one as long as the report is shared with it."""
        report = one_of(self.open_reports(), which)
        if report:
            party = report.party.code if actor % 2 else other_side(report.party.code)
            who = self.somebody(actor, party)
            if self.attempt(comment_report, who, report, text=text, act_id=new_id()):
                shared = report.shared_at and report.shared_at <= self.at < report.shared_until
                assert shared or report.party.code in who.split()

    @rule(actor=ACTORS, which=WHICH)
    def publish(self, actor: int, which: int) -> None:
        self.on_report(publish_report, actor, which, act_id=new_id())

    @rule(actor=ACTORS, which=WHICH, hours=st.sampled_from([-1, 1, 24, 24 * 60]))
    def set_a_time(self, actor: int, which: int, hours: int) -> None:
        self.on_report(
            schedule_report, actor, which, publish_at=self.at + dt.timedelta(hours=hours)
        )

    @rule(actor=ACTORS, which=WHICH)
    def stop(self, actor: int, which: int) -> None:
        self.on_report(stop_publication, actor, which, ReportState.SCHEDULED)

    @rule(actor=ACTORS, which=st.integers(0, 8), party=A_SIDE)
    def concur(self, actor: int, which: int, party: str) -> None:
        other = one_of(StatusReport.objects.published(), which)
        if other:
            side = self.parties[party]
            who = self.somebody(actor, party)
            self.attempt(concur_with_report, who, other, party=side, act_id=new_id())

    @rule(
        actor=ACTORS,
        reference=A_COMMITMENT,
        party=A_SIDE,
        period=st.sampled_from([2, 2, 2, 0, 1, 3]),
    )
    def say_no_change(self, actor: int, reference: str, party: str, period: int) -> None:
        quarter = self.quarter(period)
        day = min(quarter.ends_on, self.plan.today(self.at))
        self.attempt(
            repeat_report,
            self.somebody(actor, party),
            commitment=self.commitments[reference],
            party=self.parties[party],
            period=quarter,
            effective_on=day,
            action_on=day,
            act_id=new_id(),
        )

    @rule(actor=ACTORS, which=WHICH)
    def confirm(self, actor: int, which: int) -> None:
        """Mostly what was entered on behalf; nothing else is confirmed."""
        entered = StatusReport.objects.published().filter(on_behalf=True)
        report = one_of(entered if which else StatusReport.objects.published(), which)
        if report:
            self.attempt(
                confirm_report, self.somebody(actor, report.party.code), report, act_id=new_id()
            )

    @rule(actor=ACTORS, which=WHICH, language=st.sampled_from(["en", "fr", "es"]))
    def translate(self, actor: int, which: int, language: str) -> None:
        report = one_of(StatusReport.objects.published(), which)
        if report:
            texts = {name: factories.SENTENCES[language] for name in TEXTS if getattr(report, name)}
            self.attempt(
                publish_translation,
                self.somebody(actor, report.party.code),
                report,
                language=language,
                texts=texts,
                act_id=new_id(),
            )

    @rule(reference=A_COMMITMENT, party=A_SIDE, level=LEVELS)
    def report_in_order(self, reference: str, party: str, level: str) -> None:
        """The whole way, as it mostly goes: otherwise few walks would see a publication."""
        self.write(1, reference, party, level)
        for report in self.open_reports(
            commitment=self.commitments[reference], party=self.parties[party], on_behalf=False
        ):
            self.attempt(submit_report, f"coordinator {party}", report)
            if report.corrects_id:
                self.attempt(share_report, f"coordinator {party} 2", report)
            self.attempt(publish_report, f"coordinator {party} 2", report, act_id=new_id())

    @rule(reference=A_COMMITMENT, party=A_SIDE, shared=st.booleans())
    def hand_over(self, reference: str, party: str, shared: bool) -> None:
        """Submitted, and shown to the other side: what follows is left to the walk."""
        self.write(1, reference, party, Level.UNDER_WAY)
        for report in self.open_reports(party=self.parties[party], on_behalf=False):
            self.attempt(submit_report, f"coordinator {party}", report)
            if shared:
                self.attempt(share_report, f"coordinator {party}", report)

    @rule(which=WHICH, deleting=st.booleans())
    def tamper(self, which: int, deleting: bool) -> None:
        """Past the actions, straight in the database: the guards refuse."""
        report = one_of(StatusReport.objects.published(), which)
        rows = StatusReport.objects.filter(pk=report.pk if report else None)
        try:
            with transaction.atomic():
                changed = rows.delete()[0] if deleting else rows.update(level=Level.PAUSED)
        except DatabaseError:
            return
        assert not changed, "a published report was changed"

    def write(self, actor: int, reference: str, party: str, level: str) -> None:
        """Save a whole report for the quarter owed."""
        self.save(
            actor=actor,
            reference=reference,
            party=party,
            period=0,
            level=level,
            confidence=Confidence.ON_TRACK,
            whole=True,
            stale=False,
            contest=False,
        )

    def save_content(
        self,
        actor: str,
        reference: str,
        party: str,
        period: ReportingPeriod,
        content: ReportContent,
        *,
        stale: bool = False,
        on_behalf: bool = False,
    ) -> None:
        commitment, side = self.commitments[reference], self.parties[party]
        opened = self.open_reports(
            commitment=commitment, party=side, period=period, on_behalf=on_behalf
        ).first()
        self.attempt(
            save_report,
            actor,
            commitment=commitment,
            party=side,
            period=period,
            content=content,
            version=(opened.version if opened else 0) - stale,
            on_behalf=on_behalf,
            act_id=opened.act_id if opened else new_id(),
        )

    def quarter(self, number: int) -> ReportingPeriod:
        """The one reports are owed for, mostly; else one that is closed or has not begun."""
        owed = self.plan.periods.reportable(self.plan.today(self.at)).first()
        return owed if owed and not number else self.periods[PERIODS[number - 1]]

    def on_report(
        self,
        act: Callable[..., Any],
        actor: int,
        which: int,
        state: ReportState = ReportState.SUBMITTED,
        **given: Any,
    ) -> None:
        """On a report in this state, mostly; else on any; now and then a published one."""
        rows = self.open_reports() if which else StatusReport.objects.published()
        fitting = rows.filter(state=state) if which % 2 else rows
        report = one_of(fitting if fitting.exists() else rows, which)
        if report:
            self.attempt(act, self.somebody(actor, report.party.code), report, **given)

    def content(
        self,
        party: str,
        period: ReportingPeriod,
        level: str,
        confidence: str,
        whole: bool = True,
        contested: StatusReport | None = None,
    ) -> ReportContent:
        side = self.parties[party]
        day = min(period.ends_on, self.plan.today(self.at))
        values: dict[str, Any] = {
            "level": level,
            "confidence": "" if level in ("", Level.COMPLETED, Level.PAUSED) else confidence,
            "effective_on": day if whole else None,
            "action_on": day,
            "step_on": day,
            "resumes_on": self.plan.today(self.at) + dt.timedelta(days=30),
            "reason_code": ReasonCode.FUNDING,
        }
        for name in ("done", "next_step", "missing", "corrective_action", "contest_reason"):
            values |= factories.texts_in(side, name)
        if whole:  # why it corrects or goes down, where it does
            values |= factories.texts_in(side, "change_reason")
        return ReportContent(values, [factories.link()] if whole else [], contested)

    def open_reports(self, **given: Any) -> Any:
        return (
            StatusReport.objects.unpublished()
            .select_related("commitment__plan", "party", "period", "contests")
            .filter(**given)
        )

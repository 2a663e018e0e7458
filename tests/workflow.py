"""The life of reports as a state machine: any order of acts, by any of the cast, at any time.

Hypothesis draws the acts; most are refused, which is as it should be. After each act the
invariants of quality.md hold: what is published never changes, the chain verifies, the standing
is what the rule gives, nobody publishes their own words, nobody reads what is not theirs.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import factories
from tests.workflow_checks import RecordChecks, chained
from tracker.actions.commitments import change_commitment
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.actions.report_checks import latest_report
from tracker.actions.report_publication import concur_with_report, publish_report
from tracker.actions.reports import (
    ReportContent,
    return_report,
    save_report,
    submit_report,
    withdraw_report,
)
from tracker.models import (
    Party,
    Plan,
    ReportingPeriod,
    StatusReport,
    User,
)
from tracker.rules.ledger import first_fault
from tracker.vocabulary import Confidence, Level, ReasonCode, Role

REFERENCES = ("PRO-27", "PRO-05", "SEC-01")
PERIODS = ((2026, 3), (2026, 4), (2027, 1))
PARTIES = ("CA", "MX")
CAST = (
    "official CA", "official MX", "coordinator CA", "coordinator CA 2", "coordinator MX",
    "coordinator MX 2", "secretariat", "administrator", "stranger", "ended",
)  # fmt: skip
# 0 to 6: somebody of the side whose act it would be; above: anybody. So that walks get somewhere.
ACTORS = st.integers(0, 6 + len(CAST))
LEVELS = st.sampled_from(
    ["", *Level.reportable(), Level.UNDER_WAY, Level.UNDER_WAY, Level.COMPLETED]
)


class Workflow(RecordChecks, RuleBasedStateMachine):
    """Runs in a transaction of its own, which is undone at its end."""

    @initialize()
    def begin(self) -> None:
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.at = factories.NOW
        self.plan = Plan.objects.get(slug=factories.PLAN)
        self.parties = {code: Party.objects.get(code=code) for code in PARTIES}
        self.commitments = {name: factories.commitment_called(name) for name in REFERENCES}
        self.periods = {name: factories.period_called(*name) for name in PERIODS}
        self.people = cast()
        self.sent: list[tuple[Callable[..., Any], dict[str, Any]]] = []
        self.seen: object = None
        self.start_checks()
        self.report_in_order("PRO-27", "MX", Level.UNDER_WAY)
        self.report_in_order("PRO-27", "CA", Level.PLANNED)
        self.write(0, "SEC-01", "CA", Level.UNDER_WAY)

    def teardown(self) -> None:
        if not hasattr(self, "undone"):
            return
        try:
            assert first_fault(map(chained, self.plan.ledger.order_by("sequence"))) is None
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # Acts ---------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([0, 1, 1, 24, 24, 24 * 20]))
    def wait(self, hours: int) -> None:
        self.at = min(self.at + dt.timedelta(hours=hours), dt.datetime(2027, 6, 1, tzinfo=dt.UTC))

    @rule(
        actor=ACTORS,
        reference=st.sampled_from(REFERENCES),
        party=st.sampled_from(PARTIES),
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
        commitment = self.commitments[reference]
        mine, other = self.parties[party], self.parties["MX" if party == "CA" else "CA"]
        quarter = self.quarter(period)
        opened = self.open_reports(commitment=commitment, party=mine).first()
        contested = latest_report(commitment, other) if contest else None
        self.attempt(
            save_report,
            self.somebody(actor, party),
            commitment=commitment,
            party=mine,
            period=quarter,
            content=self.content(party, quarter, level, confidence, whole, contested),
            version=(opened.version if opened else 0) - stale,
            act_id=uuid.uuid4(),
        )

    @rule(actor=ACTORS, which=st.integers(0, 5))
    def submit(self, actor: int, which: int) -> None:
        self.on_report(submit_report, actor, which)

    @rule(actor=ACTORS, which=st.integers(0, 5))
    def withdraw(self, actor: int, which: int) -> None:
        self.on_report(withdraw_report, actor, which)

    @rule(actor=ACTORS, which=st.integers(0, 5), note=st.sampled_from(["", "Name the day."]))
    def give_back(self, actor: int, which: int, note: str) -> None:
        self.on_report(return_report, actor, which, note=note)

    @rule(actor=ACTORS, which=st.integers(0, 5))
    def publish(self, actor: int, which: int) -> None:
        self.on_report(publish_report, actor, which, act_id=uuid.uuid4())

    @rule(actor=ACTORS, which=st.integers(0, 8), party=st.sampled_from(PARTIES))
    def concur(self, actor: int, which: int, party: str) -> None:
        other = one_of(StatusReport.objects.published().order_by("-pk"), which)
        if other:
            self.attempt(
                concur_with_report,
                self.somebody(actor, party),
                other=other,
                party=self.parties[party],
                act_id=uuid.uuid4(),
            )

    @rule(reference=st.sampled_from(REFERENCES), party=st.sampled_from(PARTIES), level=LEVELS)
    def report_in_order(self, reference: str, party: str, level: str) -> None:
        """The whole way, as it mostly goes: otherwise few walks would see a publication."""
        self.write(1, reference, party, level)
        for report in self.open_reports(
            commitment=self.commitments[reference], party=self.parties[party]
        ):
            self.attempt(submit_report, f"coordinator {party}", report=report)
            self.attempt(
                publish_report, f"coordinator {party} 2", report=report, act_id=uuid.uuid4()
            )

    @rule(
        actor=st.sampled_from([*CAST, *["secretariat"] * 10]), reference=st.sampled_from(REFERENCES)
    )
    def agree_on_a_test(self, actor: str, reference: str) -> None:
        """Without a completion test nothing can be completed."""
        commitment = self.commitments[reference]
        wording = commitment.wordings.open().get()
        wording.completion_test_en = f"The memorandum is signed ({self.at:%d %B %Y})."
        self.attempt(
            change_commitment,
            actor,
            commitment=commitment,
            wording=wording,
            reporting_parties=commitment.reporting_parties.all(),
            reason="The parties named what completes it.",
            act_id=uuid.uuid4(),
        )

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 5))
    def send_again(self, which: int) -> None:
        """The same form twice: done once."""
        act, given = self.sent[-1 - which % len(self.sent)]
        before = self.trace()
        try:
            with transaction.atomic():
                act(**given, at=self.at)
        except (AlreadyDone, Refusal):
            assert self.trace() == before
        else:
            raise AssertionError("an act was done twice")

    @rule(which=st.integers(0, 5), deleting=st.booleans())
    def tamper(self, which: int, deleting: bool) -> None:
        """Past the actions, straight in the database: the guards refuse."""
        report = one_of(StatusReport.objects.published().order_by("-pk"), which)
        rows = StatusReport.objects.filter(pk=report.pk if report else None)
        try:
            with transaction.atomic():
                changed = rows.delete()[0] if deleting else rows.update(level=Level.PAUSED)
        except DatabaseError:
            return
        assert not changed, "a published report was changed"

    @invariant()
    def the_record_holds(self) -> None:
        """All of it, after each act that left a trace: most are refused and leave none."""
        trace = self.trace()
        if trace != self.seen:
            self.seen = trace
            self.look_at_everything()

    # Helpers ------------------------------------------------------------------------------------

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

    def somebody(self, number: int, party: str) -> str:
        """One of the party's own side, mostly; else anybody."""
        side = (f"coordinator {party}", f"official {party}", f"coordinator {party} 2")
        return side[number % 3] if number < 7 else CAST[number - 7]

    def quarter(self, number: int) -> ReportingPeriod:
        """The one reports are owed for, mostly; else one that is closed or has not begun."""
        owed = self.plan.periods.reportable(self.plan.today(self.at)).first()
        return owed if owed and not number else self.periods[PERIODS[number - 1]]

    def on_report(self, act: Callable[..., Any], actor: int, which: int, **given: Any) -> None:
        """On one of the reports under way; now and then on a published one."""
        reports = self.open_reports() if which else StatusReport.objects.published()
        report = one_of(reports.order_by("-pk"), which)
        if report:
            self.attempt(act, self.somebody(actor, report.party.code), report=report, **given)

    def attempt(self, act: Callable[..., Any], actor: str, **given: Any) -> None:
        """Do it, or have it refused in words and without a trace."""
        self.at += dt.timedelta(seconds=1)
        given["rights"] = self.rights(self.people[actor])
        before = self.trace()
        if "report" in given:
            report = given.pop("report")
            given_act: Callable[..., Any] = lambda **rest: act(report, **rest)  # noqa: E731
        elif act in (concur_with_report, change_commitment):
            first = given.pop("other", None) or given.pop("commitment")
            rest_first = [given.pop("wording")] if "wording" in given else []
            given_act = lambda **rest: act(first, *rest_first, **rest)  # noqa: E731
        else:
            given_act = act
        try:
            with transaction.atomic():
                given_act(**given, at=self.at)
        except Refusal:
            assert self.trace() == before, f"a refused {act.__name__} left a trace"
        else:
            assert actor not in ("stranger", "ended"), f"{actor} could {act.__name__}"
            if act in (publish_report, concur_with_report):
                self.sent.append((given_act, given))

    def content(
        self,
        party: str,
        period: ReportingPeriod,
        level: str,
        confidence: str,
        whole: bool,
        contested: StatusReport | None,
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
        return ReportContent(values, [factories.link()] if whole else [], contested)

    def open_reports(self, **given: Any) -> Any:
        return (
            StatusReport.objects.unpublished()
            .select_related("commitment__plan", "party", "period", "contests")
            .filter(**given)
        )


def cast() -> dict[str, User]:
    """Who takes part, by the name used in the walk. `ended` held a role until last year."""
    coordinators = {code: factories.coordinators_of(code) for code in PARTIES}
    return {
        "official CA": factories.make_person("NSERC", Role.OFFICIAL, institution="ca-nserc"),
        "official MX": factories.make_person("SECIHTI", Role.OFFICIAL, institution="mx-secihti"),
        "coordinator CA": coordinators["CA"][0],
        "coordinator CA 2": coordinators["CA"][1],
        "coordinator MX": coordinators["MX"][0],
        "coordinator MX 2": coordinators["MX"][1],
        "secretariat": factories.make_person("Secretariat", Role.SECRETARIAT),
        "administrator": factories.make_person("Administrator", Role.ADMINISTRATOR),
        "stranger": factories.make_person("Stranger"),
        "ended": factories.make_person(
            "Former Coordinator",
            Role.COORDINATOR,
            institution="ca-gac",
            ends_on=dt.date(2025, 12, 31),
        ),
    }


def one_of(rows: QuerySet[StatusReport], which: int) -> StatusReport | None:
    found = list(rows)
    return found[which % len(found)] if found else None


def walk(walks: int, *, steps: int) -> None:
    """Take as many walks of as many steps; the same ones at every run."""
    manners = settings(
        max_examples=walks,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Workflow, settings=manners)

"""How a walk begins, goes on and ends: the cast, the clock, and how an act is attempted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django.db import models, transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests import factories
from tests.workflow.checks import RecordChecks
from tracker.actions.joint_acts import end_proposals
from tracker.actions.periods import close_periods
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.actions.report_publication import publish_due
from tracker.models import Party, Plan, User
from tracker.vocabulary import Role

REFERENCES = ("PRO-27", "PRO-05", "SEC-01")
PERIODS = ((2026, 3), (2026, 4), (2027, 1))
PARTIES = ("CA", "MX")
CAST = (
    "official CA", "official MX", "coordinator CA", "coordinator CA 2", "coordinator MX",
    "coordinator MX 2", "secretariat", "secretariat 2", "administrator", "stranger", "ended",
)  # fmt: skip
# 0 to 6: somebody of the side whose act it would be; above: anybody. So that walks get somewhere.
ACTORS = st.integers(0, 6 + len(CAST))
WHICH = st.integers(0, 5)
LAST_DAY = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)


class Walk(RecordChecks):
    """One plan, some of its commitments and periods, and the people who work on them."""

    taken: ClassVar[int] = 0  # walks so far

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
        self.sent: list[partial[Any]] = []
        self.seen: object = None
        self.start_checks()
        self.start_reports()

    def start_reports(self) -> None:
        """What is reported before the first step."""

    def teardown(self) -> None:
        if not hasattr(self, "undone"):
            return
        Walk.taken += 1
        try:
            self.the_chain_verifies()
            if Walk.taken % 10 == 1:  # a second each
                self.the_whole_record_verifies()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @rule(hours=st.sampled_from([0, 1, 1, 24, 24, 24 * 20]))
    def wait(self, hours: int) -> None:
        self.at = min(self.at + dt.timedelta(hours=hours), LAST_DAY)

    @rule(late=st.booleans())
    def do_what_is_due(self, late: bool) -> None:
        """As the scheduler does: publish at set times, end proposals, close periods."""
        if not late:
            self.wait(1)
        for do in (publish_due, end_proposals, close_periods):
            do(self.at)
            before = self.trace()
            assert do(self.at) == []
            assert self.trace() == before, f"{do.__name__} did more when it was run again"

    @precondition(lambda self: self.sent)
    @rule(which=WHICH)
    def send_again(self, which: int) -> None:
        """The same form twice: done once."""
        again = self.sent[-1 - which % len(self.sent)]
        before = self.trace()
        try:
            with transaction.atomic():
                again(at=self.at)
        except (AlreadyDone, Refusal):
            pass
        assert self.trace() == before, f"{again.func.__name__} was done twice"

    @invariant()
    def the_record_holds(self) -> None:
        """All of it, after each act that left a trace: most are refused and leave none."""
        trace = self.trace()
        if trace != self.seen:
            self.seen = trace
            self.look_at_everything()

    def somebody(self, number: int, party: str) -> str:
        """One of the party's own side, mostly; else anybody."""
        side = (f"coordinator {party}", f"official {party}", f"coordinator {party} 2")
        return side[number % 3] if number < 7 else CAST[number - 7]

    def attempt(self, act: Callable[..., Any], actor: str, *things: Any, **given: Any) -> bool:
        """Do it, or have it refused in words and without a trace. Tells whether it was done."""
        self.at += dt.timedelta(seconds=1)
        given["rights"] = self.rights(self.people[actor])
        before = self.trace()
        try:
            with transaction.atomic():
                act(*things, **given, at=self.at)
        except Refusal:
            assert self.trace() == before, f"a refused {act.__name__} left a trace"
            return False
        assert actor not in ("stranger", "ended"), f"{actor} could {act.__name__}"
        if "act_id" in given:
            self.sent.append(partial(act, *things, **given))
        return True


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
        "secretariat 2": factories.make_person("Secretariat 2", Role.SECRETARIAT),
        "administrator": factories.make_person("Administrator", Role.ADMINISTRATOR),
        "stranger": factories.make_person("Stranger"),
        "ended": factories.make_person(
            "Former Coordinator",
            Role.COORDINATOR,
            institution="ca-gac",
            ends_on=dt.date(2025, 12, 31),
        ),
    }


def new_id() -> uuid.UUID:
    """An act's id, as a form makes one."""
    return uuid.uuid4()


def one_of(rows: models.QuerySet[Any], which: int) -> Any:
    """The newest row for 0, and so on; None where there is none."""
    found = list(rows.order_by("-pk"))
    return found[which % len(found)] if found else None


def other_side(party: str) -> str:
    return "MX" if party == "CA" else "CA"

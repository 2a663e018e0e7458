"""The record as a state machine: any order of acts, by any of the cast, at any time.

Hypothesis draws the acts; most are refused, which is as it should be. After each act the
invariants of `checks.py` hold: what is published never changes, the chain verifies, the standing
is what the rule gives, nobody publishes their own words, nobody reads what is not theirs, and
what needs every party's acceptance has it.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.workflow.agreement import AgreementActs
from tests.workflow.periods import PeriodActs
from tests.workflow.reports import ReportActs


class Workflow(ReportActs, AgreementActs, PeriodActs, RuleBasedStateMachine):
    """Runs in a transaction of its own, which is undone at its end."""


def walk(walks: int, *, steps: int, lot: int = 0) -> None:
    """Take as many walks of as many steps; the same ones at every run, others in each lot."""
    manners = settings(
        max_examples=walks,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    # What is drawn follows from the name.
    drawn = type(f"Workflow{lot or ''}", (Workflow,), {})
    run_state_machine_as_test(drawn, settings=manners)

"""The gate of each level, met and not met."""

import datetime as dt
from dataclasses import replace

import pytest

from tracker.rules.gates import GATES, LEVEL_RULES, ReportFacts, faults
from tracker.vocabulary import Confidence, Kind, Level

DAY = dt.date(2026, 11, 22)
PLAN_END = dt.date(2028, 12, 31)

BARE = ReportFacts(
    level=None,
    confidence=Confidence.ON_TRACK,
    day=DAY,
    announced_on=dt.date(2025, 9, 18),
    period_ends_on=dt.date(2026, 12, 31),
    plan_ends_on=PLAN_END,
    kind=Kind.DELIVERABLE,
    has_completion_test=False,
    effective_on=DAY,
)
ACTED = {"has_done": True, "action_on": dt.date(2026, 10, 1), "evidence": 1}

MET = {
    Level.NOT_STARTED: {},
    Level.PLANNED: {"has_next_step": True, "step_on": dt.date(2027, 1, 15)},
    Level.UNDER_WAY: ACTED,
    Level.SUBSTANTIALLY: {**ACTED, "has_missing": True},
    Level.COMPLETED: {**ACTED, "has_completion_test": True, "confidence": None},
    Level.PAUSED: {"has_reason": True, "resumes_on": dt.date(2027, 3, 1), "confidence": None},
}


def facts(level, **changed):
    return replace(BARE, level=level, **{**MET[level], **changed})


def fields(given):
    return [fault.field for fault in faults(given)]


def test_every_reportable_level_has_a_gate_and_a_rule():
    assert set(GATES) == set(LEVEL_RULES) == set(MET) == set(Level.reportable())


@pytest.mark.parametrize("level", Level.reportable())
def test_a_gate_that_is_met_lets_the_report_go(level):
    assert faults(facts(level)) == []


def test_a_report_needs_a_level():
    assert fields(BARE) == ["level"]


@pytest.mark.parametrize(
    ("level", "changed", "expected"),
    [
        (Level.PLANNED, {"has_next_step": False}, ["next_step"]),
        (Level.PLANNED, {"step_on": None}, ["step_on"]),
        (Level.UNDER_WAY, {"has_done": False}, ["done"]),
        (Level.UNDER_WAY, {"action_on": None}, ["action_on"]),
        (Level.UNDER_WAY, {"action_on": DAY + dt.timedelta(days=1)}, ["action_on"]),
        (Level.UNDER_WAY, {"action_on": DAY}, []),
        (Level.UNDER_WAY, {"evidence": 0}, ["evidence"]),
        (Level.SUBSTANTIALLY, {"has_missing": False}, ["missing"]),
        (Level.SUBSTANTIALLY, {"evidence": 0}, ["evidence"]),
        (Level.SUBSTANTIALLY, {"has_done": False, "action_on": None}, ["done", "action_on"]),
        (Level.COMPLETED, {"has_completion_test": False}, ["level"]),
        (Level.COMPLETED, {"evidence": 0}, ["evidence"]),
        (Level.COMPLETED, {"has_done": False}, ["done"]),
        (Level.COMPLETED, {"kind": Kind.CONTINUING}, ["level"]),
        (Level.PAUSED, {"has_reason": False}, ["reason_code"]),
        (Level.PAUSED, {"resumes_on": None}, ["resumes_on"]),
        (Level.PAUSED, {"resumes_on": DAY}, ["resumes_on"]),
    ],
)
def test_a_gate_that_is_not_met_names_the_field(level, changed, expected):
    assert fields(facts(level, **changed)) == expected


def test_a_continuing_commitment_is_completed_at_the_plans_end():
    at_the_end = facts(
        Level.COMPLETED,
        kind=Kind.CONTINUING,
        day=PLAN_END,
        effective_on=PLAN_END,
        period_ends_on=PLAN_END,
    )
    assert faults(at_the_end) == []


@pytest.mark.parametrize("level", [Level.NOT_STARTED, Level.PLANNED, Level.UNDER_WAY])
def test_an_open_level_needs_an_expectation(level):
    assert fields(facts(level, confidence=None)) == ["confidence"]


@pytest.mark.parametrize("level", [Level.COMPLETED, Level.PAUSED])
def test_a_final_or_paused_level_needs_no_expectation(level):
    assert faults(facts(level, confidence=None)) == []


@pytest.mark.parametrize("confidence", [Confidence.NEEDS_ATTENTION, Confidence.AT_RISK])
def test_doubt_needs_a_reason_and_a_corrective_action(confidence):
    doubtful = facts(Level.UNDER_WAY, confidence=confidence)
    assert fields(doubtful) == ["reason_code", "corrective_action"]
    assert faults(replace(doubtful, has_reason=True, has_corrective_action=True)) == []


@pytest.mark.parametrize(
    ("effective_on", "expected"),
    [
        (None, ["effective_on"]),
        (DAY + dt.timedelta(days=1), ["effective_on"]),
        (dt.date(2025, 9, 17), ["effective_on"]),
        (dt.date(2025, 9, 18), []),
        (DAY, []),
    ],
)
def test_the_day_lies_between_announcement_and_today(effective_on, expected):
    assert fields(facts(Level.NOT_STARTED, effective_on=effective_on)) == expected


def test_the_day_lies_within_the_period():
    earlier = facts(Level.NOT_STARTED, period_ends_on=dt.date(2026, 9, 30))
    assert fields(earlier) == ["effective_on"]
    assert faults(replace(earlier, effective_on=dt.date(2026, 9, 30))) == []


def test_a_text_is_written_in_every_publication_language():
    lacking = facts(Level.UNDER_WAY, lacking_languages=(("done", "fr"), ("obstacles", "en")))
    assert fields(lacking) == ["done_fr", "obstacles_en"]

"""Dates in sources, reporting periods, flags and freshness on the day asked."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from tracker.rules.dates import SourceDate, day_of, end_of_day, faults, quarters, unit_end
from tracker.rules.deadlines import FlagFacts, flags
from tracker.rules.freshness import freshness
from tracker.vocabulary import Basis, Flag, Freshness, Level, Precision

DAY = dt.date(2026, 11, 22)


def day(text):
    return dt.date.fromisoformat(text)


# Dates in sources -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "precision", "end"),
    [
        ("2026-02-10", Precision.DAY, "2026-02-10"),
        ("2026-02-01", Precision.MONTH, "2026-02-28"),
        ("2028-02-10", Precision.MONTH, "2028-02-29"),
        ("2026-05-05", Precision.QUARTER, "2026-06-30"),
        ("2026-06-30", Precision.HALF, "2026-06-30"),
        ("2026-07-01", Precision.HALF, "2026-12-31"),
        ("2026-01-01", Precision.YEAR, "2026-12-31"),
    ],
)
def test_a_unit_ends_with_its_last_day(start, precision, end):
    assert unit_end(day(start), precision) == day(end)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (SourceDate(), {}),
        (SourceDate(DAY, DAY, Precision.DAY), {}),
        (SourceDate(DAY, DAY), {"precision": "unknown-with-days"}),
        (SourceDate(None, DAY, Precision.DAY), {"from": "missing"}),
        (SourceDate(DAY, None, Precision.MONTH), {"to": "missing"}),
        (SourceDate(DAY, day("2026-11-21"), Precision.DAY), {"to": "before-start"}),
    ],
)
def test_half_a_date_is_a_fault(value, expected):
    assert faults(value) == expected


def test_an_unknown_date_is_false_and_never_passes():
    assert not SourceDate()
    assert not SourceDate().passed(day("2099-01-01"))


def test_a_month_passes_with_its_last_day():
    month = SourceDate(day("2026-02-01"), day("2026-02-28"), Precision.MONTH)
    assert not month.passed(day("2026-02-28"))
    assert month.passed(day("2026-03-01"))


def test_a_range_is_more_than_its_unit():
    assert SourceDate(day("2026-02-15"), day("2026-02-20"), Precision.DAY).is_range
    assert not SourceDate(day("2026-02-01"), day("2026-02-28"), Precision.MONTH).is_range
    assert not SourceDate().is_range


def test_only_a_day_is_drawn_with_hard_edges():
    assert not SourceDate(DAY, DAY, Precision.DAY).is_soft
    assert SourceDate(DAY, DAY, Precision.MONTH).is_soft


def test_a_day_ends_at_midnight_in_the_plans_time_zone():
    ended = end_of_day(DAY, "America/Mexico_City")
    assert ended.astimezone(dt.UTC) == dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
    assert day_of(ended - dt.timedelta(seconds=1), "America/Mexico_City") == DAY
    assert day_of(ended, "America/Mexico_City") == DAY + dt.timedelta(days=1)


def test_periods_are_the_quarters_of_the_plan():
    periods = quarters(day("2025-09-18"), day("2028-12-31"), 30, 60)
    assert len(periods) == 14
    first, last = periods[0], periods[-1]
    assert (first.year, first.quarter, first.starts_on) == (2025, 3, day("2025-07-01"))
    assert (first.due_on, first.closes_on) == (day("2025-10-30"), day("2025-11-29"))
    assert (last.year, last.quarter, last.ends_on) == (2028, 4, day("2028-12-31"))


def test_periods_leave_no_day_out():
    periods = quarters(day("2023-09-15"), day("2027-12-31"), 30, 60)
    for one, following in itertools.pairwise(periods):
        assert following.starts_on - one.ends_on == dt.timedelta(days=1)


# Flags ------------------------------------------------------------------------------------------

FACTS = FlagFacts(
    level=Level.UNDER_WAY,
    basis=Basis.AGREED,
    target=SourceDate(),
    day=DAY,
    due_soon_days=90,
    has_evidence=True,
    wording_number=1,
)


def target(days):
    end = DAY + dt.timedelta(days=days)
    return SourceDate(end, end, Precision.DAY)


def raised(**changed):
    return [(found.flag, found.days) for found in flags(replace(FACTS, **changed))]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, [(Flag.OVERDUE, 1)]),
        (0, [(Flag.DUE_SOON, 0)]),
        (90, [(Flag.DUE_SOON, 90)]),
        (91, []),
    ],
)
def test_overdue_and_due_soon_count_days(days, expected):
    assert raised(target=target(days)) == expected


def test_nothing_is_due_without_a_date():
    assert raised() == []


@pytest.mark.parametrize("basis", [Basis.NONE, Basis.READING])
def test_without_a_report_a_passed_date_is_outcome_unknown(basis):
    assert raised(target=target(-10), basis=basis) == [(Flag.OUTCOME_UNKNOWN, 10)]


@pytest.mark.parametrize("level", [Level.COMPLETED, Level.SUPERSEDED, Level.CLOSED])
def test_a_final_level_is_never_late(level):
    assert raised(target=target(-10), level=level) == []


def test_a_paused_commitment_can_be_overdue():
    assert raised(target=target(-3), level=Level.PAUSED) == [(Flag.OVERDUE, 3)]


@pytest.mark.parametrize(
    ("level", "basis", "lacks"),
    [
        (Level.NOT_STARTED, Basis.AGREED, False),
        (Level.PLANNED, Basis.SOLE, False),
        (Level.UNDER_WAY, Basis.PARTIAL, True),
        (Level.COMPLETED, Basis.AGREED, True),
        (Level.PAUSED, Basis.AGREED, False),
        (Level.UNDER_WAY, Basis.READING, False),
        (None, Basis.NONE, False),
    ],
)
def test_only_a_reported_level_of_action_can_lack_evidence(level, basis, lacks):
    found = raised(level=level, basis=basis, has_evidence=False)
    assert ((Flag.NO_EVIDENCE, None) in found) is lacks


def test_the_other_flags_follow_from_the_facts():
    assert raised(basis=Basis.DIFFER) == [(Flag.DIFFER, None)]
    assert raised(awaited=True) == [(Flag.AWAITED, None)]
    assert raised(wording_number=2) == [(Flag.WORDING_CHANGED, None)]
    assert raised(freshness=(Freshness.CURRENT, Freshness.STALE)) == [(Flag.STALE, None)]


def test_signals_come_first():
    found = raised(awaited=True, has_evidence=False, basis=Basis.DIFFER, wording_number=3)
    assert [flag for flag, _ in found] == [
        Flag.DIFFER, Flag.NO_EVIDENCE, Flag.AWAITED, Flag.WORDING_CHANGED,
    ]  # fmt: skip


# Freshness --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-04-20", Freshness.CURRENT),
        ("2026-07-30", Freshness.CURRENT),
        ("2026-07-31", Freshness.AGEING),
        ("2026-10-17", Freshness.AGEING),
        ("2026-10-18", Freshness.STALE),
    ],
)
def test_a_report_ages(on, expected):
    found = freshness(
        level=Level.UNDER_WAY,
        published_on=day("2026-04-20"),
        next_due_on=day("2026-07-30"),
        day=day(on),
        stale_after_days=180,
    )
    assert found is expected


@pytest.mark.parametrize(
    ("level", "published_on", "expected"),
    [
        (None, None, Freshness.NEVER),
        (Level.PLANNED, None, Freshness.NEVER),
        (Level.COMPLETED, day("2025-10-01"), Freshness.FINAL),
        (Level.PAUSED, day("2025-10-01"), Freshness.STALE),
    ],
)
def test_never_and_final_do_not_age(level, published_on, expected):
    found = freshness(
        level=level,
        published_on=published_on,
        next_due_on=day("2026-01-30"),
        day=DAY,
        stale_after_days=180,
    )
    assert found is expected

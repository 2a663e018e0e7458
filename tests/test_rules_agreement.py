"""The joint value: what follows from the reports of one, two and three parties."""

import itertools

import pytest

from tracker.rules.agreement import Joint, Position, comparable, headline, joint
from tracker.vocabulary import Basis, Confidence, Level

Q2, Q3 = (2026, 2), (2026, 3)
NOT_STARTED, PLANNED, UNDER_WAY = Level.NOT_STARTED, Level.PLANNED, Level.UNDER_WAY
SUBSTANTIALLY, COMPLETED, PAUSED = Level.SUBSTANTIALLY, Level.COMPLETED, Level.PAUSED
ON_TRACK, ATTENTION, AT_RISK = Confidence

IDS = {"CA": 1, "MX": 2, "US": 3}


def says(party, level, confidence=ON_TRACK, *, period=Q3, names=()):
    """A position of a party; `names` are parties whose report it concurs with or contests."""
    return Position(
        party=party,
        report=IDS[party],
        period=period,
        level=level,
        confidence=None if level.is_final else confidence,
        names=frozenset(IDS[name] for name in names),
    )


def joined(*positions, reporting=("CA", "MX"), reading=None):
    return joint(reporting, {position.party: position for position in positions}, reading)


def test_nothing_reported_and_no_reading_is_not_reported():
    assert joined() == Joint(None, None, Basis.NONE)


def test_a_reading_stands_until_someone_reports():
    assert joined(reading=UNDER_WAY) == Joint(UNDER_WAY, None, Basis.READING)


def test_any_report_outranks_a_reading():
    found = joined(says("MX", PLANNED), reading=COMPLETED)
    assert (found.level, found.basis) == (PLANNED, Basis.PARTIAL)


@pytest.mark.parametrize("level", Level.reportable())
def test_one_reporting_party_stands_alone(level):
    found = joined(says("CA", level), reporting=("CA",))
    assert (found.level, found.basis, found.level_differs) == (level, Basis.SOLE, False)


def test_a_report_of_a_party_that_need_not_report_is_not_heard():
    assert joined(says("US", PLANNED)).basis is Basis.NONE


@pytest.mark.parametrize("level", Level.reportable())
def test_equal_levels_of_one_period_agree(level):
    found = joined(says("CA", level), says("MX", level))
    assert (found.level, found.basis) == (level, Basis.AGREED)
    assert found.compared == {"CA", "MX"}


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(Level.ordered(), 2)])
def test_different_levels_differ_and_the_less_advanced_leads(one, other):
    for first, second in [(one, other), (other, one)]:
        found = joined(says("CA", first), says("MX", second))
        assert (found.level, found.basis, found.level_differs) == (one, Basis.DIFFER, True)


@pytest.mark.parametrize("level", Level.ordered())
def test_paused_against_a_level_leads_and_differs(level):
    found = joined(says("CA", level), says("MX", PAUSED))
    assert (found.level, found.basis) == (PAUSED, Basis.DIFFER)


@pytest.mark.parametrize(
    ("one", "other", "joint_confidence", "differs"),
    [
        (ON_TRACK, ON_TRACK, ON_TRACK, False),
        (ON_TRACK, ATTENTION, ATTENTION, True),
        (ATTENTION, AT_RISK, AT_RISK, True),
        (AT_RISK, None, AT_RISK, False),
    ],
)
def test_confidence_differs_by_itself(one, other, joint_confidence, differs):
    found = joined(says("CA", UNDER_WAY, one), says("MX", UNDER_WAY, other))
    assert (found.level, found.basis, found.level_differs) == (UNDER_WAY, Basis.AGREED, False)
    assert (found.confidence, found.confidence_differs) == (joint_confidence, differs)


def test_a_party_that_lags_is_awaited_and_not_in_dispute():
    found = joined(says("CA", UNDER_WAY), says("MX", PLANNED, AT_RISK, period=Q2))
    assert (found.level, found.confidence, found.basis) == (UNDER_WAY, ON_TRACK, Basis.PARTIAL)
    assert found.compared == {"CA"}
    assert found.period == Q3


@pytest.mark.parametrize("answering", ["CA", "MX"])
def test_a_contest_ties_two_periods(answering):
    other = {"CA": "MX", "MX": "CA"}[answering]
    found = joined(
        says(answering, PLANNED, period=Q3, names=[other]), says(other, UNDER_WAY, period=Q2)
    )
    assert (found.level, found.basis) == (PLANNED, Basis.DIFFER)


def test_a_concurrence_ties_two_periods():
    found = joined(says("CA", UNDER_WAY, period=Q2), says("MX", UNDER_WAY, names=["CA"]))
    assert (found.basis, found.period) == (Basis.AGREED, Q3)


def test_completed_needs_both_parties():
    found = joined(says("CA", COMPLETED))
    assert (found.level, found.basis) == (SUBSTANTIALLY, Basis.PARTIAL)
    assert found.confidence is None


def test_completed_against_a_lower_level_shows_the_lower():
    found = joined(says("CA", COMPLETED), says("MX", UNDER_WAY))
    assert (found.level, found.confidence, found.basis) == (UNDER_WAY, ON_TRACK, Basis.DIFFER)


def test_completed_against_an_older_lower_level_is_capped():
    found = joined(says("CA", COMPLETED), says("MX", UNDER_WAY, period=Q2))
    assert (found.level, found.basis) == (SUBSTANTIALLY, Basis.PARTIAL)


def test_both_completed_agree_whatever_the_period():
    found = joined(says("CA", COMPLETED), says("MX", COMPLETED, period=Q2))
    assert (found.level, found.basis) == (COMPLETED, Basis.AGREED)


THREE = ("CA", "MX", "US")


@pytest.mark.parametrize(
    ("levels", "level", "basis"),
    [
        ((UNDER_WAY, UNDER_WAY, UNDER_WAY), UNDER_WAY, Basis.AGREED),
        ((UNDER_WAY, UNDER_WAY, None), UNDER_WAY, Basis.PARTIAL),
        ((UNDER_WAY, None, None), UNDER_WAY, Basis.PARTIAL),
        ((UNDER_WAY, PLANNED, None), PLANNED, Basis.DIFFER),
        ((UNDER_WAY, PLANNED, COMPLETED), PLANNED, Basis.DIFFER),
        ((COMPLETED, COMPLETED, None), SUBSTANTIALLY, Basis.PARTIAL),
        ((COMPLETED, COMPLETED, COMPLETED), COMPLETED, Basis.AGREED),
        ((PAUSED, COMPLETED, COMPLETED), PAUSED, Basis.DIFFER),
    ],
)
def test_three_parties_in_any_order(levels, level, basis):
    positions = [says(p, lv) for p, lv in zip(THREE, levels, strict=True) if lv]
    for order in itertools.permutations(THREE):
        found = joined(*positions, reporting=order)
        assert (found.level, found.basis) == (level, basis)


def test_ties_reach_on_in_any_order():
    """MX answers CA, and US answers MX: all three are compared."""
    positions = [
        says("CA", UNDER_WAY),
        says("MX", PLANNED, period=Q2, names=["CA"]),
        says("US", PLANNED, period=(2026, 1), names=["MX"]),
    ]
    for order in itertools.permutations(positions):
        assert {position.party for position in comparable(order)} == set(THREE)


def test_the_headline_of_nothing_but_paused_is_paused():
    assert headline({PAUSED}) is PAUSED

"""The sample: every state a commitment can be in, made by the actions from invented reports."""

import datetime as dt
import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests import factories
from tracker.actions.standing_check import standing_faults
from tracker.actions.verification import faults_of
from tracker.importing.load import grow
from tracker.models import (
    Evidence,
    Narrative,
    Plan,
    Reading,
    ReportTranslation,
    Signature,
    Source,
    Standing,
    StatusReport,
    User,
    Wording,
)
from tracker.models.columns import SpannedQuerySet
from tracker.models.reports import TEXTS
from tracker.rules.freshness import freshness
from tracker.vocabulary import (
    Basis,
    Composition,
    Confidence,
    Freshness,
    Kind,
    Level,
    ReasonCode,
    ReportState,
)

DAY = factories.NOW.date()


@pytest.fixture
def standings(sample_plan) -> SpannedQuerySet:
    return Standing.objects.open().filter(plan=sample_plan)


@pytest.fixture
def published(sample_plan):
    return StatusReport.objects.published().filter(commitment__plan=sample_plan)


def one(standings, reference):
    return standings.get(commitment__reference=reference)


# What it holds ----------------------------------------------------------------------------------


def test_it_is_marked_as_a_sample_and_not_the_default(sample_plan):
    assert sample_plan.is_sample
    assert not sample_plan.is_default
    assert sample_plan.opened_at.date() == dt.date(2023, 9, 15)


def test_it_has_every_kind_and_composition(sample_plan):
    found = sample_plan.commitments
    assert set(found.values_list("kind", flat=True)) == set(Kind)
    assert set(found.values_list("composition", flat=True)) == set(Composition)


def test_every_level_a_party_may_report_is_in_force(standings):
    levels = set(standings.values_list("level", flat=True))
    assert levels >= {*Level.reportable(), Level.SUPERSEDED, ""}


def test_every_basis_is_in_force(standings):
    assert set(standings.values_list("basis", flat=True)) == set(Basis)


def test_every_expectation_and_reason_is_in_use(standings, published):
    assert set(standings.values_list("confidence", flat=True)) == {*Confidence, ""}
    assert set(published.values_list("reason_code", flat=True)) == {*ReasonCode, ""}


@pytest.mark.parametrize(
    ("reference", "basis", "level"),
    [
        ("TRA-02", Basis.AGREED, Level.UNDER_WAY),
        ("TRA-04", Basis.DIFFER, Level.PAUSED),
        ("TRA-05", Basis.SOLE, Level.COMPLETED),
        ("TRA-09", Basis.AGREED, Level.COMPLETED),
        ("TRA-10", Basis.READING, Level.COMPLETED),
        ("WAT-02", Basis.DIFFER, Level.UNDER_WAY),
        ("WAT-07", Basis.JOINT_ACT, Level.SUPERSEDED),
        ("WAT-08", Basis.PARTIAL, Level.UNDER_WAY),
        ("CUL-01", Basis.AGREED, Level.SUBSTANTIALLY),
        ("CUL-02", Basis.DIFFER, Level.UNDER_WAY),
        ("CUL-05", Basis.READING, Level.PLANNED),
        ("CUL-08", Basis.NONE, ""),
    ],
)
def test_each_story_ends_as_it_says(standings, reference, basis, level):
    found = one(standings, reference)
    assert (found.basis, found.level) == (basis, level)


def test_confidence_differs_while_levels_agree(standings):
    found = one(standings, "WAT-06")
    assert (found.level_differs, found.confidence_differs) == (False, True)


def test_there_is_a_concurrence_a_contest_and_a_correction(published):
    assert published.filter(concurs_with__isnull=False).exists()
    assert published.filter(contests__isnull=False).exists()
    assert published.filter(corrects__isnull=False).exists()


def test_wordings_were_changed_with_reasons(sample_plan):
    changed = Wording.objects.filter(commitment__plan=sample_plan, number=2)
    assert set(changed.values_list("commitment__reference", flat=True)) == {"TRA-01", "WAT-02"}


def test_one_is_due_soon_one_overdue_one_of_unknown_outcome(standings):
    ends = {row.commitment.reference: row.wording.target.end for row in standings}
    assert 0 < (ends["TRA-01"] - DAY).days <= 90
    assert ends["CUL-03"] < DAY
    assert one(standings, "CUL-03").basis == Basis.AGREED
    assert ends["CUL-04"] < DAY
    assert one(standings, "CUL-04").basis == Basis.NONE


def test_reports_are_of_every_freshness(published):
    found = {
        freshness(
            level=Level(report.level),
            published_on=report.published_at.date(),
            next_due_on=report.period.due_on + dt.timedelta(days=92),
            day=DAY,
            stale_after_days=180,
        )
        for report in published.select_related("period")
    }
    assert found == set(Freshness) - {Freshness.NEVER}


def test_work_is_waiting_at_both_desks(sample_plan):
    waiting = StatusReport.objects.unpublished().filter(commitment__plan=sample_plan)
    assert set(waiting.values_list("party__code", "state")) == {
        (party, state)
        for party in ("BO", "ME")
        for state in (ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED)
    }


def test_reports_are_complete_in_their_partys_languages(published):
    for report in published.select_related("party"):
        for name in TEXTS:
            written = {code for code in ("en", "fr", "es") if getattr(report, f"{name}_{code}")}
            assert written in (set(), set(report.party.publication_languages))


def test_nothing_in_it_leads_to_a_real_place(sample_plan):
    addresses = [
        *Source.objects.filter(plan=sample_plan).exclude(url="").values_list("url", flat=True),
        *Evidence.objects.values_list("url", flat=True),
    ]
    assert all(address.startswith("https://example.org/") for address in addresses)


def test_texts_are_there_in_three_languages(sample_plan):
    for row in [*Wording.objects.filter(commitment__plan=sample_plan), *Reading.objects.all()]:
        for name in ("title", "description", "completion_test", "note"):
            if getattr(row, f"{name}_en", ""):
                assert getattr(row, f"{name}_fr")
                assert getattr(row, f"{name}_es")


def test_its_people_can_never_sign_in(sample_plan):
    for person in User.objects.all():
        assert not person.is_active
        assert not person.has_usable_password()
        assert not person.memberships.exists()


# That it holds ----------------------------------------------------------------------------------


def test_its_ledger_and_standings_hold(sample_plan):
    assert list(faults_of(sample_plan)) == []
    assert list(standing_faults(sample_plan)) == []


def test_the_real_plan_is_not_touched(sample_plan):
    real = Plan.objects.get(slug=factories.PLAN)
    assert list(faults_of(real)) == []
    assert not StatusReport.objects.filter(commitment__plan=real).exists()


def test_it_is_opened_once(sample_plan):
    with pytest.raises(CommandError, match="open already"):
        call_command("open_sample", stdout=io.StringIO())


# Ten times its rows -----------------------------------------------------------------------------


def test_a_grown_plan_stands_as_the_rule_says(sample_plan):
    grow(sample_plan, commitments=60, reports=500, seed=1, until=factories.NOW)
    assert sample_plan.commitments.count() == 60
    assert 400 < StatusReport.objects.published().count() < 600
    assert list(standing_faults(sample_plan)) == []


def test_the_same_seed_grows_the_same_rows(sample_plan):
    def grown(seed):
        grow(sample_plan, commitments=40, reports=320, seed=seed, until=factories.NOW)
        return list(
            Standing.objects.filter(commitment__reference__startswith="XX-")
            .order_by("commitment__reference", "public_from")
            .values_list("commitment__reference", "level", "confidence", "basis")
        )

    found = []
    for seed in (1, 1, 2):
        point = transaction.savepoint()
        found.append(grown(seed))
        transaction.savepoint_rollback(point)
    assert found[0] == found[1] != found[2]


def test_growing_to_less_does_nothing(sample_plan):
    before = sample_plan.commitments.count()
    grow(sample_plan, commitments=3, reports=0, seed=1, until=factories.NOW)
    assert sample_plan.commitments.count() == before


# What both sides did together ---------------------------------------------------------------------


def test_both_sides_accepted_the_plan_first(sample_plan):
    accepted = sample_plan.ledger.get(act="accept-plan")
    assert [one["party"] for one in accepted.payload["agreed"]] == ["BO", "ME"]
    assert sample_plan.accepted_at.date() == dt.date(2023, 10, 9)
    changes = sample_plan.ledger.filter(act="change-commitment", sequence__gt=accepted.sequence)
    assert changes
    assert all(len(entry.payload["agreed"]) == 2 for entry in changes)


def test_one_proposal_is_open_and_one_was_refused(sample_plan):
    found = dict(sample_plan.proposals.values_list("subject", "state"))
    assert (found["CUL-01"], found["TRA-03"]) == ("open", "refused")


def test_periods_closed_with_the_signatures_they_had(sample_plan):
    signed = Counter(Signature.objects.filter(plan=sample_plan).values_list("period", flat=True))
    closed = sample_plan.periods.filter(closed_at__isnull=False)
    assert closed.count() == 12
    assert {signed[period.pk] for period in closed} == {1, 2}


def test_both_sides_summed_up_the_last_periods(sample_plan):
    said = Narrative.objects.open().filter(period__plan=sample_plan)
    assert said.values("period").distinct().count() == 3
    assert set(said.values_list("party__code", flat=True)) == {"BO", "ME"}


def test_a_report_was_translated(sample_plan):
    found = ReportTranslation.objects.open().get(report__commitment__plan=sample_plan)
    assert (found.language, found.report.party.code) == ("en", "ME")

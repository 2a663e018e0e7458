"""The life of a report: who may do what, what is refused, what becomes public in one act."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests import factories
from tracker.actions.commitments import change_commitment
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Conflict, Forbidden, Refusal
from tracker.actions.report_publication import concur_with_report, publish_report
from tracker.actions.reports import (
    ReportContent,
    return_report,
    save_report,
    share_report,
    submit_report,
    withdraw_report,
)
from tracker.actions.standing_check import standing_faults
from tracker.models import (
    Institution,
    LedgerEntry,
    Membership,
    Party,
    Plan,
    ReportSave,
    Standing,
    StatusReport,
)
from tracker.rules.ledger import first_fault
from tracker.vocabulary import Act, Basis, Confidence, Level, ReasonCode, ReportState, Role

NOW = factories.NOW
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def save(commitment):
    """Save what a person typed, with readable defaults."""

    def saving(person, *, reference="PRO-01", party="CA", version=0, period=(2026, 3), at=NOW,
               evidence=(), act_id=None, **values):  # fmt: skip
        thing = {
            "commitment": commitment(reference),
            "party": Party.objects.get(code=party),
            "period": factories.period_called(*period),
        }
        report = StatusReport.objects.unpublished().filter(**thing).first() if version else None
        return save_report(
            **thing,
            content=ReportContent(values, evidence),
            version=version,
            rights=factories.rights_at(person, at),
            at=at,
            act_id=act_id or (report.act_id if report else uuid.uuid4()),
        )

    return saving


def publish(report, person, *, at=NOW, act_id=None):
    return publish_report(
        report, rights=factories.rights_at(person, at), at=at, act_id=act_id or uuid.uuid4()
    )


def concur(other, person, *, party="MX", at=NOW, act_id=None):
    return concur_with_report(
        other,
        party=Party.objects.get(code=party),
        rights=factories.rights_at(person, at),
        at=at,
        act_id=act_id or uuid.uuid4(),
    )


def standing(reference="PRO-01"):
    return Standing.objects.open().get(commitment__reference=reference)


# Saving -----------------------------------------------------------------------------------------


def test_a_half_filled_draft_is_saved(save, canada_coordinator):
    report = save(canada_coordinator, level=Level.UNDER_WAY)
    assert (report.state, report.version) == (ReportState.DRAFT, 1)
    assert report.author == canada_coordinator


def test_a_draft_is_public_nowhere(save, canada_coordinator):
    before = (LedgerEntry.objects.count(), standing().pk, Plan.objects.get().revision)
    save(canada_coordinator, level=Level.UNDER_WAY)
    assert (LedgerEntry.objects.count(), standing().pk, Plan.objects.get().revision) == before


def test_several_people_of_a_party_edit_one_report(save, canada_coordinator, canada_coordinator_2):
    first = save(canada_coordinator, done_en="One")
    second = save(canada_coordinator_2, version=1, done_en="Two")
    assert (first.pk, second.version, second.done_en) == (second.pk, 2, "Two")
    assert second.author == canada_coordinator


def test_the_later_of_two_writers_is_told(save, canada_coordinator, canada_coordinator_2):
    save(canada_coordinator, done_en="One")
    with pytest.raises(Conflict):
        save(canada_coordinator_2, done_en="Two")
    assert StatusReport.objects.get().done_en == "One"


def test_a_draft_sent_twice_is_saved_once(save, canada_coordinator):
    sent = {"done_en": "One", "evidence": [factories.link()]}
    first = save(canada_coordinator, **sent)
    second = save(canada_coordinator, **sent)
    assert (first.pk, second.version) == (second.pk, 1)
    assert ReportSave.objects.count() == 1


def test_a_form_from_before_the_publication_is_told_so(
    save, published_report, canada_coordinator_2
):
    report = published_report("PRO-01", "CA")
    with pytest.raises(Conflict, match="published after you opened it"):
        save(canada_coordinator_2, version=report.version, act_id=report.act_id, done_en="Late")
    assert StatusReport.objects.count() == 1


def test_a_form_from_before_the_publication_is_not_saved_over_its_correction(
    save, published_report, canada_coordinator, canada_coordinator_2
):
    old = published_report("PRO-01", "CA")
    correction = save(canada_coordinator, done_en="Corrected")
    assert correction.version == old.version
    with pytest.raises(Conflict, match="published after you opened it"):
        save(canada_coordinator_2, version=old.version, act_id=old.act_id, done_en="Late")
    assert StatusReport.objects.unpublished().get().done_en == "Corrected"


@pytest.mark.parametrize(
    ("reference", "party"), [("SEC-01", "MX"), ("PRO-01", "CA")], ids=["elsewhere", "own"]
)
def test_only_the_other_sides_report_on_the_same_commitment_is_contested(
    published_report, draft_report, reference, party
):
    other = published_report(reference, party)
    with pytest.raises(Refusal, match="to contest here"):
        draft_report("PRO-01", "CA", contests=other)


def test_a_draft_of_the_other_side_cannot_be_contested(draft_report):
    with pytest.raises(Refusal, match="to contest here"):
        draft_report("PRO-01", "CA", contests=draft_report("PRO-01", "MX"))


def test_an_official_writes_where_their_institution_is_responsible(save, canada_official):
    reference = canada_official.memberships.get().institution.responsibilities.first()
    report = save(canada_official, reference=reference.commitment.reference)
    assert report.author_institution.slug == "ca-nserc"


@pytest.mark.parametrize(
    ("who", "party"),
    [
        ("canada_official", "CA"),  # not responsible for PRO-01
        ("mexico_coordinator", "CA"),
        ("canada_coordinator", "MX"),
        ("secretariat_user", "CA"),
        ("administrator_user", "MX"),
        ("stranger", "CA"),
        ("disabled_user", "CA"),
    ],
)
def test_nobody_else_writes_a_partys_report(save, request, who, party):
    with pytest.raises(Forbidden):
        save(request.getfixturevalue(who), party=party)
    assert not StatusReport.objects.exists()


def test_a_role_that_ended_gives_no_rights_the_next_day(save, canada_coordinator):
    membership = canada_coordinator.memberships.get()
    membership.ends_on = NOW.date()
    membership.save()
    save(canada_coordinator, reference="PRO-01")
    with pytest.raises(Forbidden):
        save(canada_coordinator, reference="PRO-02", at=NOW + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("reference", "party", "period", "sentence"),
    [
        ("PRO-05", "MX", (2026, 3), "No report of Mexico is due on PRO-05."),
        ("GOV-07", "CA", (2026, 3), "No report of Canada is due on GOV-07."),
        ("PRO-01", "CA", (2026, 2), "2026 Q2 is closed: report for the next period."),
        ("PRO-01", "CA", (2027, 1), "2027 Q1 has not begun."),
    ],
)
def test_where_no_report_is_due_a_sentence_says_so(
    save, canada_coordinator, mexico_coordinator, reference, party, period, sentence
):
    person = {"CA": canada_coordinator, "MX": mexico_coordinator}[party]
    with pytest.raises(Refusal) as refused:
        save(person, reference=reference, party=party, period=period)
    assert str(refused.value) == sentence


def test_nothing_is_reported_on_a_superseded_commitment(save, commitment, canada_coordinator):
    old = commitment("PRO-01")
    old.superseded_by = commitment("PRO-02")
    old.save()
    with pytest.raises(Refusal, match="PRO-01 was superseded by PRO-02"):
        save(canada_coordinator)


@pytest.mark.parametrize("text", ["x" * 20_001, "a\x00b"])
def test_a_text_that_cannot_be_kept_is_refused_with_its_field(save, canada_coordinator, text):
    with pytest.raises(Refusal) as refused:
        save(canada_coordinator, done_en=text)
    assert list(refused.value.fields) == ["done_en"]
    assert not StatusReport.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "javascript:alert(1)"},
        {"url": "ftp://example.org"},
        {"url": ""},
        {"language": "de"},
        {"title": ""},
    ],
)
def test_evidence_that_cannot_be_kept_is_refused_with_all_of_the_draft(
    save, canada_coordinator, wrong
):
    with pytest.raises(Refusal):
        save(canada_coordinator, done_en="One", evidence=[factories.link(**wrong)])
    assert not StatusReport.objects.exists()


# Submitting, withdrawing, returning -------------------------------------------------------------


def test_a_report_whose_gate_is_met_is_submitted(submitted_report):
    report = submitted_report()
    assert (report.state, report.submitted_at) == (ReportState.SUBMITTED, NOW)


def test_a_gate_that_is_not_met_refuses_with_the_fields(save, canada_coordinator):
    report = save(canada_coordinator, level=Level.UNDER_WAY, effective_on=dt.date(2026, 9, 30))
    with pytest.raises(Refusal) as refused:
        submit_report(report, rights=factories.rights_at(canada_coordinator), at=NOW)
    assert set(refused.value.fields) == {"done", "action_on", "evidence", "confidence"}
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_completed_needs_an_agreed_completion_test(draft_report, canada_coordinator_2):
    report = draft_report(level=Level.COMPLETED, confidence="")
    with pytest.raises(Refusal) as refused:
        submit_report(report, rights=factories.rights_at(canada_coordinator_2), at=NOW)
    assert list(refused.value.fields) == ["level"]


def test_a_text_lacking_a_publication_language_is_not_submitted(draft_report, canada_coordinator_2):
    report = draft_report(done_fr="")
    with pytest.raises(Refusal) as refused:
        submit_report(report, rights=factories.rights_at(canada_coordinator_2), at=NOW)
    assert list(refused.value.fields) == ["done_fr"]


def test_a_submitted_report_is_not_changed_until_it_is_withdrawn(
    save, submitted_report, canada_coordinator_2
):
    report = submitted_report()
    rights = factories.rights_at(canada_coordinator_2)
    with pytest.raises(Refusal, match="Withdraw it before you change it"):
        save(canada_coordinator_2, version=1, done_en="Two")
    with pytest.raises(Refusal, match="submitted already"):
        submit_report(report, rights=rights, at=NOW)
    withdraw_report(report, rights=rights, at=NOW)
    assert save(canada_coordinator_2, version=1, done_en="Two").done_en == "Two"


def test_a_coordinator_returns_a_report_with_a_note(submitted_report, canada_coordinator):
    report = submitted_report()
    rights = factories.rights_at(canada_coordinator)
    with pytest.raises(Refusal) as refused:
        return_report(report, note=" ", rights=rights, at=NOW)
    assert list(refused.value.fields) == ["note"]
    return_report(report, note="Add the minutes.", rights=rights, at=NOW)
    report.refresh_from_db()
    assert (report.state, report.events.last().note) == (ReportState.RETURNED, "Add the minutes.")


def test_a_note_of_ten_megabytes_is_refused(submitted_report, canada_coordinator):
    report = submitted_report()
    with pytest.raises(Refusal):
        return_report(
            report, note="x" * 10**7, rights=factories.rights_at(canada_coordinator), at=NOW
        )
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


def test_a_draft_can_be_neither_returned_nor_withdrawn(draft_report, canada_coordinator):
    report, rights = draft_report(), factories.rights_at(canada_coordinator)
    with pytest.raises(Refusal, match="not in the state"):
        return_report(report, note="?", rights=rights, at=NOW)
    with pytest.raises(Refusal, match="not in the state"):
        withdraw_report(report, rights=rights, at=NOW)


# Publishing -------------------------------------------------------------------------------------


def test_publishing_changes_standing_ledger_and_revision_in_one_act(
    submitted_report, canada_coordinator
):
    before, old = Plan.objects.get(), standing()
    publish(submitted_report(), canada_coordinator, at=LATER)
    after, new = Plan.objects.get(), standing()
    old.refresh_from_db()
    assert (after.ledger_size, after.revision) == (before.ledger_size + 1, before.revision + 1)
    assert old.public_until == new.public_from == LATER
    assert (new.level, new.basis) == (Level.UNDER_WAY, Basis.PARTIAL)
    assert new.positions.get(party__code="CA").published_at == LATER


def test_the_entry_holds_report_and_evidence_and_names_no_person(published_report):
    report = published_report()
    entry = LedgerEntry.objects.latest("sequence")
    assert (entry.act, entry.subject) == (Act.PUBLISH_REPORT, "PRO-01 CA 2026 Q3")
    assert [row["model"] for row in entry.payload["opened"]] == ["statusreport", "evidence"]
    assert entry.payload["opened"][0]["fields"]["done_fr"] == report.done_fr
    assert entry.payload["by"] == {"institution": "ca-gac", "role": "coordinator"}
    assert "Coordinator" not in str(entry.payload)
    assert first_fault(entry.as_published() for entry in entry.plan.ledger.all()) is None


def test_a_report_sent_for_publication_twice_is_published_once(
    submitted_report, canada_coordinator
):
    report, act_id = submitted_report(), uuid.uuid4()
    publish(report, canada_coordinator, act_id=act_id)
    size = LedgerEntry.objects.count()
    with pytest.raises(AlreadyDone) as done:
        publish(report, canada_coordinator, act_id=act_id)
    assert done.value.entry.act_id == act_id
    assert LedgerEntry.objects.count() == size


def test_a_published_report_is_not_published_again(published_report, canada_coordinator):
    with pytest.raises(Refusal, match="Only a submitted report"):
        publish(published_report(), canada_coordinator)


def test_whoever_wrote_or_saved_a_report_does_not_publish_it(
    save, submitted_report, canada_coordinator, canada_coordinator_2
):
    with pytest.raises(Forbidden, match="another coordinator"):
        publish(submitted_report("PRO-01"), canada_coordinator_2)
    report = submitted_report("PRO-02", author=canada_coordinator_2)
    rights = factories.rights_at(canada_coordinator)
    withdraw_report(report, rights=rights, at=NOW)
    save(canada_coordinator, reference="PRO-02", version=1, evidence=[factories.link()])
    submit_report(report, rights=rights, at=NOW)
    with pytest.raises(Forbidden, match="another coordinator"):
        publish(report, canada_coordinator)


@pytest.mark.parametrize(
    "who", ["mexico_coordinator", "canada_official", "secretariat_user", "administrator_user"]
)
def test_only_the_partys_coordinator_publishes(submitted_report, request, who):
    report = submitted_report()
    with pytest.raises(Forbidden):
        publish(report, request.getfixturevalue(who))
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


def test_the_gate_is_asked_again_when_publishing(submitted_report, canada_coordinator):
    report = submitted_report(
        level=Level.PAUSED,
        confidence="",
        reason_code=ReasonCode.FUNDING,
        resumes_on=dt.date(2026, 11, 23),
    )
    with pytest.raises(Refusal) as refused:
        publish(report, canada_coordinator, at=NOW + dt.timedelta(days=2))
    assert list(refused.value.fields) == ["resumes_on"]


def test_nothing_is_published_for_a_closed_period(submitted_report, canada_coordinator):
    with pytest.raises(Refusal, match="2026 Q3 is closed"):
        publish(submitted_report(), canada_coordinator, at=NOW + dt.timedelta(days=10))
    assert standing().basis in (Basis.NONE, Basis.READING)


def test_a_second_report_for_a_period_corrects_the_first(published_report):
    first = published_report()
    second = published_report(level=Level.PLANNED, next_step=True, step_on=dt.date(2027, 1, 15),
                              at=LATER)  # fmt: skip
    first.refresh_from_db()
    assert second.corrects == first
    assert first.level == Level.UNDER_WAY
    assert standing().level == Level.PLANNED
    assert LedgerEntry.objects.latest("sequence").act == Act.CORRECT_REPORT


# Two parties ------------------------------------------------------------------------------------


def test_equal_reports_agree_and_different_ones_differ(published_report):
    published_report("PRO-01", "CA")
    published_report("PRO-01", "MX", at=LATER)
    assert standing().basis == Basis.AGREED
    published_report("PRO-01", "MX", level=Level.NOT_STARTED, at=LATER + dt.timedelta(hours=1))
    assert (standing().basis, standing().level) == (Basis.DIFFER, Level.NOT_STARTED)


def test_concurring_publishes_the_partys_own_report(published_report, mexico_coordinator):
    other = published_report("PRO-01", "CA")
    own = concur(other, mexico_coordinator, at=LATER)
    assert (own.level, own.confidence, own.concurs_with) == (other.level, other.confidence, other)
    assert own.author is None
    assert standing().basis == Basis.AGREED
    assert standing().has_evidence


@pytest.mark.parametrize(
    ("who", "party", "raised"),
    [
        ("mexico_official", "MX", Forbidden),
        ("canada_coordinator", "MX", Forbidden),
        ("canada_coordinator", "CA", Refusal),
    ],
)
def test_only_the_other_coordinator_concurs(published_report, request, who, party, raised):
    other = published_report("PRO-01", "CA")
    with pytest.raises(raised):
        concur(other, request.getfixturevalue(who), party=party)


def test_concurring_is_with_the_latest_published_report(
    published_report, submitted_report, mexico_coordinator
):
    first = published_report("PRO-01", "CA")
    published_report("PRO-01", "CA", at=LATER)
    with pytest.raises(Refusal, match="no longer"):
        concur(first, mexico_coordinator, at=LATER)
    with pytest.raises(Refusal, match="published report of another party"):
        concur(submitted_report("PRO-02", "CA"), mexico_coordinator)


def test_a_concurrence_is_nothing_to_concur_with(
    published_report, mexico_coordinator, canada_coordinator
):
    concurrence = concur(published_report("PRO-01", "CA"), mexico_coordinator)
    later = NOW + dt.timedelta(days=70)
    with pytest.raises(Refusal, match="only concurs"):
        concur(concurrence, canada_coordinator, party="CA", at=later)


def test_who_reported_for_a_later_period_does_not_concur_with_an_earlier_one(
    published_report, mexico_coordinator
):
    other = published_report("PRO-01", "CA")
    published_report("PRO-01", "MX", period=(2026, 4), at=LATER)
    with pytest.raises(Refusal, match="later period"):
        concur(other, mexico_coordinator, at=LATER)


def test_nobody_concurs_with_their_own_words(submitted_report, canada_coordinator_2):
    report = submitted_report("PRO-01", "CA", author=canada_coordinator_2)
    other = publish(report, factories.coordinators_of("CA")[0])
    Membership.objects.create(
        user=canada_coordinator_2,
        role=Role.COORDINATOR,
        institution=Institution.objects.get(slug="mx-sre"),
        party=Party.objects.get(code="MX"),
        starts_on=NOW.date(),
    )
    with pytest.raises(Forbidden, match="You wrote this report"):
        concur(other, canada_coordinator_2)


def test_an_act_id_that_is_taken_is_refused_in_words(published_report, mexico_coordinator):
    other = published_report("PRO-01", "CA")
    with pytest.raises(Refusal):
        concur(other, mexico_coordinator, act_id=other.act_id)


def test_concurring_twice_is_done_once(published_report, mexico_coordinator):
    other, act_id = published_report("PRO-01", "CA"), uuid.uuid4()
    concur(other, mexico_coordinator, act_id=act_id)
    with pytest.raises(AlreadyDone):
        concur(other, mexico_coordinator, act_id=act_id)
    with pytest.raises(Refusal, match="concurs with this report already"):
        concur(other, mexico_coordinator)
    assert StatusReport.objects.published().count() == 2


def test_a_draft_from_before_a_concurrence_becomes_its_correction(
    published_report, submitted_report, mexico_coordinator
):
    own = submitted_report("PRO-01", "MX")
    concurrence = concur(published_report("PRO-01", "CA"), mexico_coordinator)
    with pytest.raises(Refusal) as refused:
        publish(own, mexico_coordinator, at=LATER)
    assert list(refused.value.fields) == ["change_reason"]

    withdraw_report(own, rights=factories.rights_at(mexico_coordinator), at=LATER)
    StatusReport.objects.filter(pk=own.pk).update(change_reason_es="Ahora con texto propio.")
    author = factories.coordinators_of("MX")[1]
    submit_report(own, rights=factories.rights_at(author), at=LATER)
    with pytest.raises(Refusal, match="share it with the other side"):
        publish(own, mexico_coordinator, at=LATER)
    share_report(own, rights=factories.rights_at(mexico_coordinator), at=LATER)
    assert publish(own, mexico_coordinator, at=LATER).corrects == concurrence


def test_a_contest_takes_another_position_with_a_reason(published_report, draft_report):
    other = published_report("PRO-01", "CA")
    rights = factories.rights_at(factories.coordinators_of("MX")[1])
    same = draft_report("PRO-01", "MX", contests=other)
    with pytest.raises(Refusal) as refused:
        submit_report(same, rights=rights, at=NOW)
    assert set(refused.value.fields) == {"contest_reason", "level"}


def test_a_contest_makes_positions_differ(published_report):
    other = published_report("PRO-01", "CA")
    published_report(
        "PRO-01", "MX", contests=other, contest_reason=True, level=Level.NOT_STARTED, at=LATER
    )
    assert (standing().level, standing().basis) == (Level.NOT_STARTED, Basis.DIFFER)


def test_confidence_differs_by_itself(published_report):
    published_report("PRO-01", "CA")
    published_report(
        "PRO-01",
        "MX",
        confidence=Confidence.AT_RISK,
        reason_code=ReasonCode.LEGAL,
        corrective_action=True,
        at=LATER,
    )
    found = standing()
    assert (found.basis, found.confidence) == (Basis.AGREED, Confidence.AT_RISK)
    assert found.confidence_differs


def test_one_reporting_party_stands_alone(published_report):
    published_report("PRO-05", "CA")
    assert standing("PRO-05").basis == Basis.SOLE


# Budgets ----------------------------------------------------------------------------------------


def queries_of_publishing(report, person, at):
    """As the review page does: with what it has read of the report."""
    names = ("commitment__plan", "party", "period", "author_institution")
    report = StatusReport.objects.select_related(*names).get(pk=report.pk)
    rights = factories.rights_at(person, at)
    with CaptureQueriesContext(connection) as captured:
        publish_report(report, rights=rights, at=at, act_id=uuid.uuid4())
    return len(captured)


def test_publishing_takes_few_queries_and_no_more_with_history(
    published_report, submitted_report, canada_coordinator
):
    """20 is the budget. The first publication and the tenth take the same."""
    first = queries_of_publishing(submitted_report(), canada_coordinator, NOW)
    at = NOW
    for hours in range(1, 9):
        at = NOW + dt.timedelta(hours=hours)
        published_report("PRO-01", "CA" if hours % 2 else "MX", at=at)
    at += dt.timedelta(hours=1)
    correction = submitted_report(at=at)
    share_report(correction, rights=factories.rights_at(canada_coordinator), at=at)
    tenth = queries_of_publishing(correction, canada_coordinator, at)
    assert first <= 20
    assert tenth <= first + 1  # whether there is another side to tell


# Time, and who counts ---------------------------------------------------------------------------


def test_a_clock_set_back_changes_neither_order_nor_outcome(published_report, real_plan):
    """A correction published by a server whose clock is behind still counts as the latest."""
    published_report("PRO-01", "CA", at=LATER)
    published_report("PRO-01", "CA", at=NOW, level=Level.NOT_STARTED)
    times = list(real_plan.ledger.order_by("sequence").values_list("time", flat=True))
    assert standing().level == Level.NOT_STARTED
    assert times == sorted(times)
    assert list(standing_faults(real_plan)) == []


def test_the_ledger_names_a_report_in_no_language(published_report, real_plan):
    with translation.override("fr"):
        published_report("PRO-01", "CA")
    assert real_plan.ledger.latest("sequence").subject == "PRO-01 CA 2026 Q3"


def test_a_party_that_has_reported_stays_a_reporting_party(published_report, secretariat_user):
    published_report("GOV-01", "CA")
    commitment = factories.commitment_called("GOV-01")
    before = LedgerEntry.objects.count()

    with pytest.raises(Refusal, match="stays a reporting party") as refused:
        change_commitment(
            commitment,
            commitment.wordings.open().get(),
            reporting_parties=[Party.objects.get(code="MX")],
            reason="",
            rights=factories.rights_at(secretariat_user),
            at=LATER,
            act_id=uuid.uuid4(),
        )

    assert "reporting_parties" in refused.value.fields
    assert LedgerEntry.objects.count() == before
    assert standing("GOV-01").basis == Basis.PARTIAL

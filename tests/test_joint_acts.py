"""What all parties must accept: proposed, answered, and public only when the last one accepts."""

import datetime as dt
import uuid

import pytest
from django.core.cache import caches
from django.utils.html import escape
from django.utils.translation import override

from tests import factories
from tests.desk.pages import address, text_of
from tests.factories import NOW, PLAN, commitment_called, make_published, rights_at
from tests.joint import (
    WHY,
    accept_plan,
    after,
    agreed,
    answered,
    changing,
    last_entry,
    proposed,
    rights_for,
    size,
)
from tracker.access import rights_of
from tracker.actions.changes import Changes
from tracker.actions.commitments import (
    add_commitment,
    change_commitment,
    withdraw_commitment,
)
from tracker.actions.joint_acts import (
    Wish,
    answer_proposal,
    end_proposals,
    propose,
    propose_wish,
    withdraw_proposal,
)
from tracker.actions.plans import open_entered_plan, register
from tracker.actions.record import (
    answer_record,
    publish_reading,
    publish_thing,
    record_minutes,
    withdraw_thing,
)
from tracker.actions.refusals import Conflict, Forbidden, Refusal
from tracker.actions.report_publication import publish_report
from tracker.actions.reports import ReportContent, save_report, submit_report
from tracker.actions.standing_check import standing_faults
from tracker.actions.verification import faults_of
from tracker.models import (
    Answer,
    Commitment,
    Decision,
    Institution,
    Meeting,
    Membership,
    Party,
    Plan,
    Proposal,
    Reading,
    RecordEntry,
    Responsibility,
    Standing,
    User,
    Wording,
)
from tracker.vocabulary import (
    JOINT,
    Act,
    Basis,
    Confidence,
    Kind,
    Level,
    ProposalState,
    ReportingBasis,
    Role,
    Verdict,
)

DETAIL = address("commitment-detail", PLAN, "PRO-01")


@pytest.fixture(autouse=True)
def no_page_kept():
    """The cache outlives a test, whose revision another one has again."""
    caches["pages"].clear()


# From proposal to publication -------------------------------------------------------------------


def test_nothing_is_public_until_every_party_has_accepted(real_plan, client):
    before, entries, revision = client.get(DETAIL).content, size(), real_plan.revision
    proposal = proposed()
    real_plan.refresh_from_db()
    assert (size(), real_plan.revision) == (entries, revision)
    assert client.get(DETAIL).content == before
    answered(proposal)
    assert "A clearer title" in text_of(client.get(DETAIL))


def test_an_accepted_act_is_one_entry_that_names_who_agreed(real_plan):
    entries = size()
    proposal = agreed()
    entry = last_entry()
    assert size() == entries + 1
    assert (entry.act, entry.subject, entry.act_id) == (
        Act.CHANGE_COMMITMENT, "PRO-01", proposal.act_id
    )  # fmt: skip
    assert entry.payload["agreed"] == [
        {"party": "CA", "institution": "ca-gac"},
        {"party": "MX", "institution": "mx-sre"},
    ]
    assert entry.payload["reason"] == WHY
    assert (proposal.state, proposal.closed_at) == (ProposalState.ACCEPTED, NOW)


def test_the_entry_says_when_the_last_one_agreed(real_plan):
    answered(proposed(), at=after(3))
    assert last_entry().time == after(3)


def test_the_public_entry_names_both_institutions(real_plan, client):
    agreed()
    page = text_of(client.get(address("ledger-entry", PLAN, last_entry().sequence)))
    for slug in ("ca-gac", "mx-sre"):
        assert Institution.objects.get(slug=slug).name in page
    listed = text_of(client.get(f"{address('ledger-list', PLAN)}?act=change-commitment"))
    assert "the parties together" in listed.split("<tbody>")[1]


def test_the_record_holds_after_joint_acts(real_plan):
    accept_plan()
    agreed()
    agreed(changing("PRO-02", columns={"closed_by_en": "Decision 3 of the joint meeting"}))
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []
    assert list(standing_faults(real_plan)) == []


def test_what_the_secretariat_proposes_is_accepted_by_every_party(real_plan):
    proposal = proposed(by="secretariat")
    assert answered(proposal, "CA").state == ProposalState.OPEN
    assert answered(proposal, "MX").state == ProposalState.ACCEPTED
    assert [one["party"] for one in last_entry().payload["agreed"]] == ["CA", "MX"]


# What can be proposed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        {"title_en": "A clearer title", "title_fr": "Un titre plus clair"},
        {"description_en": "What is meant by it."},
        {"completion_test_en": "The memorandum is signed and published."},
        {
            "target_from": dt.date(2027, 6, 1),
            "target_to": dt.date(2027, 6, 30),
            "target_precision": "month",
            "target_qualifier": "by",
        },
    ],
    ids=lambda words: next(iter(words)),
)
def test_words_tests_and_targets_are_changed_jointly(real_plan, words):
    first = commitment_called("PRO-01").wordings.get()
    agreed(changing(**words))
    wording = commitment_called("PRO-01").wordings.open().get()
    assert {name: getattr(wording, name) for name in words} == words
    assert (wording.number, wording.author_role) == (2, JOINT)
    first.refresh_from_db()
    assert first.public_until == wording.public_from == NOW


def test_a_commitment_is_superseded_jointly(real_plan):
    agreed(changing("PRO-02", columns={"superseded_by": commitment_called("PRO-01")}))
    assert ended_as("PRO-02") == (Level.SUPERSEDED, Basis.JOINT_ACT)


def test_a_commitment_is_closed_jointly(real_plan):
    agreed(changing("PRO-02", columns={"closed_by_en": "Decision 3 of the joint meeting"}))
    assert ended_as("PRO-02") == (Level.CLOSED, Basis.JOINT_ACT)


def test_a_commitment_is_moved_jointly_and_earlier_days_keep_its_place(real_plan):
    before = standing_of("PRO-01")
    pillar = real_plan.pillars.exclude(pk=before.pillar_id).first()
    agreed(changing(columns={"pillar": pillar, "area": None}))
    assert standing_of("PRO-01").pillar == pillar
    earlier = Standing.objects.filter(commitment__reference="PRO-01", public_until=NOW).get()
    assert earlier.pillar_id == before.pillar_id


def test_minutes_are_accepted_with_their_decisions(real_plan, client):
    meeting = real_plan.meetings.first()
    accept_plan()
    agreed(minutes_of(meeting, "The two sides agreed on next steps.", "Exchange contact lists."))
    assert last_entry().act == Act.RECORD_MINUTES
    decision = meeting.decisions.get()
    assert (decision.number, decision.state) == (1, "open")
    page = text_of(client.get(address("meeting-detail", PLAN, meeting.slug)))
    assert "The two sides agreed on next steps." in page
    assert "Exchange contact lists." in page


def test_a_decision_is_carried_over_until_it_is_done(real_plan):
    meeting = real_plan.meetings.first()
    agreed(minutes_of(meeting, "They met.", "Exchange contact lists."))
    decision = meeting.decisions.get()
    decision.state = "done"

    agreed(lambda: write_minutes(meeting, "They met.", [decision]), at=after(1))
    states = meeting.decisions.order_by("pk").values_list("number", "state", "public_until")
    assert list(states) == [(1, "open", after(1)), (1, "done", None)]


@pytest.mark.parametrize("change", ["summary", "state", "decision"])
def test_nobody_alone_changes_minutes_once_the_plan_is_accepted(real_plan, change):
    meeting = real_plan.meetings.first()
    agreed(minutes_of(meeting, "They met.", "Exchange contact lists."))
    accept_plan()
    with pytest.raises(Refusal, match="by joint act only"):
        enter_meeting(meeting, change)
    with pytest.raises(Refusal, match="it stays in the record"):
        withdraw_thing(
            Meeting.objects.get(pk=meeting.pk),
            reason="It never was.",
            rights=rights_for("secretariat"),
            at=NOW,
            act_id=uuid.uuid4(),
        )
    assert meeting.decisions.open().get().text_en == "Exchange contact lists."


def test_the_secretariat_enters_where_a_meeting_is_held_all_the_same(real_plan):
    accept_plan()
    meeting = real_plan.meetings.first()
    enter_meeting(meeting, "place")
    assert meeting.versions.open().get().place_en == "Ottawa"


def test_the_reason_is_told_in_every_language_it_was_given_in(real_plan, client):
    reasons = {"en": "It was unclear.", "fr": "C’était obscur.", "es": "No era claro."}
    plan = Plan.objects.get(slug=PLAN)
    given = {"rights": rights_for("CA"), "at": NOW, "act_id": uuid.uuid4()}
    with override("es"):  # whatever whoever completes it reads
        answered(propose(plan, changing(title_en="A clearer title"), reason=reasons, **given))
    assert last_entry().payload["reason"] == reasons["en"]
    for language, text in reasons.items():
        page = address("ledger-entry", PLAN, size(), language=language)
        assert escape(text) in text_of(client.get(page))


def test_minutes_that_say_nothing_are_not_proposed(real_plan):
    with pytest.raises(Refusal, match="say nothing yet"):
        proposed(minutes_of(real_plan.meetings.first(), ""))
    assert not Proposal.objects.exists()


def test_what_would_change_nothing_is_not_proposed(real_plan):
    with pytest.raises(Refusal, match="Nothing would change"):
        proposed(changing("PRO-01"))
    meeting = real_plan.meetings.first()
    agreed(minutes_of(meeting, "We met."))
    with pytest.raises(Refusal, match="not public already"):
        proposed(minutes_of(meeting, "We met."), at=after(1))
    assert Proposal.objects.count() == 1


def test_what_the_record_refuses_is_not_proposed(real_plan):
    early = {
        "target_from": dt.date(2020, 1, 1),
        "target_to": dt.date(2020, 1, 1),
        "target_precision": "day",
    }
    with pytest.raises(Refusal, match="before the plan’s start"):
        proposed(changing(**early))
    assert not Proposal.objects.exists()


def test_trying_it_out_leaves_no_trace(real_plan):
    counts = [Wording.objects.count(), Standing.objects.count(), size()]
    proposed()
    assert [Wording.objects.count(), Standing.objects.count(), size()] == counts


def test_a_proposal_says_why(real_plan):
    with pytest.raises(Refusal) as refused:
        proposed(reason="  ")
    assert "reason" in refused.value.fields
    assert not Proposal.objects.exists()


# Who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["canada_official", "stranger", "disabled_user"])
def test_an_official_or_a_stranger_proposes_nothing(real_plan, request, name):
    person = request.getfixturevalue(name)
    with pytest.raises(Forbidden):
        proposed(rights=rights_at(person))
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("by", ["CA", "MX", "secretariat", "administrator"])
def test_coordinators_and_the_secretariat_propose(real_plan, by):
    proposal = proposed(by=by)
    assert proposal.state == ProposalState.OPEN
    assert proposal.proposed_party_id == (
        Party.objects.get(code=by).pk if by in factories.MINISTRY else None
    )


@pytest.mark.parametrize(
    "name", ["mexico_official", "stranger", "secretariat_user", "administrator_user"]
)
def test_only_a_coordinator_of_the_party_answers_for_it(real_plan, request, name):
    proposal = proposed()
    with pytest.raises(Forbidden):
        answered(proposal, "MX", rights=rights_at(request.getfixturevalue(name)))
    assert not proposal.answers.exists()


def test_a_coordinator_does_not_answer_for_the_other_side(real_plan):
    proposal = proposed(by="secretariat")
    with pytest.raises(Forbidden, match="Only a coordinator of Mexico"):
        answered(proposal, "MX", rights=rights_for("CA"))


def test_the_side_that_proposed_does_not_answer_itself(real_plan):
    colleague = rights_at(factories.coordinators_of("CA")[1])
    with pytest.raises(Refusal, match="the other side answers"):
        answered(proposed(), "CA", rights=colleague)


# Refused, withdrawn, lapsed ---------------------------------------------------------------------


def test_a_refusal_says_why_and_ends_the_proposal(real_plan):
    proposal = proposed()
    with pytest.raises(Refusal, match="Say why you refuse it"):
        answered(proposal, verdict=Verdict.REFUSE, text=" ")
    assert not proposal.answers.exists()
    entries = size()
    ended = answered(proposal, verdict=Verdict.REFUSE, text="The old text is the agreed one.")
    assert (ended.state, ended.answers.get().text) == (
        ProposalState.REFUSED, "The old text is the agreed one."
    )  # fmt: skip
    assert size() == entries


def test_one_refusal_is_enough_whoever_has_accepted(real_plan):
    proposal = proposed(by="secretariat")
    answered(proposal, "CA")
    answered(proposal, "MX", Verdict.REFUSE, text="No.")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.REFUSED
    with pytest.raises(Refusal, match="not open any more"):
        answered(proposal, "CA")


def test_what_needs_acceptance_is_not_only_noted(real_plan):
    with pytest.raises(Refusal, match="does not fit"):
        answered(proposed(), verdict=Verdict.NOTE)


@pytest.mark.parametrize("by", ["MX", "secretariat"])
def test_only_the_side_that_proposed_withdraws(real_plan, by):
    proposal = proposed()
    with pytest.raises(Refusal, match="Only the side that proposed"):
        withdraw_proposal(proposal, rights=rights_for(by), at=NOW)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN


def test_a_colleague_of_the_proposer_may_withdraw(real_plan):
    proposal = proposed()
    colleague = rights_at(factories.coordinators_of("CA")[1])
    withdraw_proposal(proposal, rights=colleague, at=NOW)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.closed_at) == (ProposalState.WITHDRAWN, NOW)
    with pytest.raises(Refusal, match="not open any more"):
        withdraw_proposal(proposal, rights=colleague, at=NOW)
    with pytest.raises(Refusal, match="not open any more"):
        answered(proposal)


def test_an_official_withdraws_nothing(real_plan, canada_official):
    proposal = proposed()
    with pytest.raises(Forbidden):
        withdraw_proposal(proposal, rights=rights_at(canada_official), at=NOW)


def test_a_coordinator_who_is_the_secretariat_too_withdraws_what_their_side_proposed(real_plan):
    """The secretariat may be the coordinators: both memberships in one hand."""
    both = factories.coordinators_of("CA")[1]
    Membership.objects.create(user=both, role=Role.SECRETARIAT, starts_on=dt.date(2025, 9, 18))
    proposal = proposed()
    withdraw_proposal(proposal, rights=rights_at(both), at=NOW)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN


def test_a_proposal_lapses_after_the_plans_days(real_plan):
    proposal = proposed()
    last = real_plan.today(NOW) + dt.timedelta(days=real_plan.lapse_after_days)
    assert real_plan.today(proposal.ends_at - dt.timedelta(seconds=1)) == last
    assert end_proposals(proposal.ends_at - dt.timedelta(seconds=1)) == []
    entries = size()
    assert end_proposals(proposal.ends_at) == [proposal]
    proposal.refresh_from_db()
    assert (proposal.state, size()) == (ProposalState.LAPSED, entries)
    assert end_proposals(proposal.ends_at) == []


def test_an_answer_comes_too_late_even_before_the_proposal_has_lapsed(real_plan):
    """The job that ends proposals may be late: the days are over all the same."""
    proposal = proposed()
    answered_in_time = proposal.ends_at - dt.timedelta(seconds=1)
    with pytest.raises(Refusal, match="days for an answer are over"):
        answered(proposal, at=proposal.ends_at)
    assert answered(proposal, at=answered_in_time).state == ProposalState.ACCEPTED


# Twice, and meanwhile ---------------------------------------------------------------------------


def test_proposing_twice_with_the_same_act_is_proposing_once(real_plan):
    act_id = uuid.uuid4()
    assert proposed(act_id=act_id) == proposed(act_id=act_id)
    assert Proposal.objects.count() == 1


def test_a_proposal_sent_again_once_it_is_accepted_is_still_the_same(real_plan):
    act, act_id = changing(title_en="A clearer title"), uuid.uuid4()
    proposal = answered(proposed(act, act_id=act_id))
    assert proposed(act, act_id=act_id) == proposal
    assert Proposal.objects.count() == 1


def test_what_was_replaced_meanwhile_is_not_replaced_again(real_plan):
    """Two people had read the same wording."""
    commitment = commitment_called("PRO-01")
    mine = commitment.wordings.open().get()
    changing(by="secretariat", title_en="Theirs")()
    mine.title_en = "Mine"
    with pytest.raises(Conflict, match="changed meanwhile"):
        change_commitment(
            commitment,
            mine,
            reporting_parties=commitment.reporting_parties.all(),
            reason="A better title.",
            rights=rights_for("secretariat"),
            at=NOW,
            act_id=uuid.uuid4(),
        )
    assert commitment.wordings.open().get().title_en == "Theirs"


def test_a_second_open_proposal_about_the_same_thing_is_refused(real_plan):
    proposed()
    with pytest.raises(Refusal, match="open proposal about this already"):
        proposed(by="MX")
    proposed(changing("PRO-02", title_en="Another title"))


def test_a_thing_is_proposed_again_after_the_first_proposal_ended(real_plan):
    answered(proposed(), verdict=Verdict.REFUSE, text="Not yet.")
    assert agreed().state == ProposalState.ACCEPTED


def test_an_answer_sent_twice_is_one_answer(real_plan):
    proposal, act_id = proposed(), uuid.uuid4()
    entries = size()
    assert answered(proposal, act_id=act_id) == answered(proposal, act_id=act_id)
    assert (proposal.answers.count(), size()) == (1, entries + 1)


def test_a_second_answer_of_the_same_side_is_refused(real_plan):
    proposal = proposed(by="secretariat")
    answered(proposal, "CA")
    with pytest.raises(Refusal, match="has answered already"):
        answered(proposal, "CA", Verdict.REFUSE, text="On second thoughts.")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"title_en": "Changed by the secretariat"},
        {"columns": {"placement_note_en": "By theme."}},
    ],
    ids=["wording", "commitment"],
)
def test_a_proposal_whose_ground_has_changed_is_refused_in_words(real_plan, meanwhile):
    proposal = proposed()
    changing(by="secretariat", **meanwhile)()
    entries = size()
    with pytest.raises(Refusal, match="record has changed since this was proposed"):
        answered(proposal)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answers.count(), size()) == (ProposalState.OPEN, 0, entries)
    withdraw_proposal(proposal, rights=rights_for("CA"), at=NOW)
    assert agreed().state == ProposalState.ACCEPTED


def test_a_wording_that_was_withdrawn_meanwhile_is_not_changed(real_plan):
    proposal = proposed(changing("SEC-01", title_en="Another title"))
    withdraw_commitment(
        commitment_called("SEC-01"),
        reason="Entered twice.",
        rights=rights_for("secretariat"),
        at=NOW,
        act_id=uuid.uuid4(),
    )
    with pytest.raises(Refusal, match="record has changed since"):
        answered(proposal)


def test_reports_published_meanwhile_do_not_stop_a_change_of_words(real_plan):
    proposal = proposed()
    make_published("PRO-01", "CA")
    assert answered(proposal).state == ProposalState.ACCEPTED
    assert standing_of("PRO-01").level == Level.UNDER_WAY
    assert list(standing_faults(real_plan)) == []


def test_a_party_that_reported_meanwhile_goes_on_being_heard(real_plan):
    proposal = proposed(changing(parties=[Party.objects.get(code="CA")]))
    make_published("PRO-01", "MX")
    with pytest.raises(Refusal):
        answered(proposal)
    assert commitment_called("PRO-01").reporting_parties.count() == 2


# The plan is accepted ---------------------------------------------------------------------------


def test_acceptance_takes_the_notice_away(real_plan, client):
    overview = address("plan-overview", PLAN)
    assert real_plan.notice in text_of(client.get(overview))
    accept_plan()
    assert real_plan.notice not in text_of(client.get(overview))
    assert (last_entry().act, len(last_entry().payload["agreed"])) == (Act.ACCEPT_PLAN, 2)
    assert Plan.objects.get(slug=PLAN).accepted_at == NOW


def test_one_party_alone_does_not_accept_the_plan(real_plan):
    proposed(Wish(Act.ACCEPT_PLAN, PLAN))
    assert Plan.objects.get(slug=PLAN).accepted_at is None


def test_a_plan_is_accepted_once(real_plan):
    accept_plan()
    with pytest.raises(Refusal):
        accept_plan(after(1))
    assert Plan.objects.get(slug=PLAN).accepted_at == NOW


def test_the_plan_cannot_be_proposed_twice(real_plan):
    proposed(Wish(Act.ACCEPT_PLAN, PLAN))
    with pytest.raises(Refusal, match="open proposal about this already"):
        proposed(Wish(Act.ACCEPT_PLAN, PLAN), by="MX")


def test_before_acceptance_the_secretariat_changes_wordings_alone(real_plan):
    changing(by="secretariat", title_en="Changed alone")()
    wording = commitment_called("PRO-01").wordings.open().get()
    assert (wording.title_en, wording.author_role) == ("Changed alone", Role.SECRETARIAT)


def test_before_acceptance_a_coordinator_alone_changes_nothing(real_plan):
    with pytest.raises(Forbidden):
        changing(by="CA", title_en="Changed alone")()


@pytest.mark.parametrize("by", ["secretariat", "administrator"])
def test_after_acceptance_nobody_changes_wordings_alone(real_plan, by):
    accept_plan()
    entries = size()
    with pytest.raises(Refusal, match="by joint act only"):
        changing(by=by, title_en="Changed alone")()
    with pytest.raises(Refusal, match="by joint act only"):
        write_minutes(real_plan.meetings.first(), "They met.", [], by=by)
    assert size() == entries
    assert agreed().state == ProposalState.ACCEPTED


def test_a_change_begun_before_the_acceptance_does_not_slip_in_after_it(real_plan):
    """The page was opened before the last party accepted, the form sent after."""
    commitment = commitment_called("PRO-01")
    wording = commitment.wordings.open().get()
    wording.title_en = "Changed alone"
    accept_plan()
    with pytest.raises(Refusal, match="by joint act only"):
        change_commitment(
            commitment,
            wording,
            reporting_parties=commitment.reporting_parties.all(),
            reason=WHY,
            rights=rights_for("secretariat"),
            at=NOW,
            act_id=uuid.uuid4(),
        )


# What is only announced -------------------------------------------------------------------------


def test_before_acceptance_readings_and_entries_need_no_courtesy_days(real_plan):
    read("PRO-01", Level.PLANNED)()
    assert last_entry().act == Act.PUBLISH_READING
    enter("R-90", "A new event")()
    assert last_entry().act == Act.ADD_ENTRY


def test_after_acceptance_a_reading_waits_for_the_courtesy_days(real_plan):
    accept_plan()
    with pytest.raises(Refusal, match="some days to answer first"):
        read("PRO-01", Level.PLANNED)()
    entries, revision = size(), Plan.objects.get(slug=PLAN).revision
    proposal = proposed(read("PRO-01", Level.PLANNED), by="secretariat")
    assert not proposal.needs_acceptance
    assert end_proposals(proposal.ends_at - dt.timedelta(seconds=1)) == []
    assert (size(), Plan.objects.get(slug=PLAN).revision) == (entries, revision)
    days = (real_plan.today(proposal.ends_at) - real_plan.today(NOW)).days
    assert days == real_plan.courtesy_days + 1  # the last of them is over
    end_proposals(proposal.ends_at)
    assert (last_entry().act, last_entry().payload["by"]["role"]) == (
        Act.PUBLISH_READING, Role.SECRETARIAT
    )  # fmt: skip
    assert "agreed" not in last_entry().payload
    assert standing_of("PRO-01").level == Level.PLANNED


def test_an_announced_reading_is_public_once_every_party_has_answered(real_plan, client):
    accept_plan()
    proposal = proposed(read("PRO-01", Level.PLANNED), by="secretariat")
    answered(proposal, "CA", Verdict.NOTE, text="We read it otherwise.")
    entries = size()
    answered(proposal, "MX", Verdict.NOTE)
    assert size() == entries + 1
    assert last_entry().payload["by"] == {"institution": None, "role": "secretariat"}
    said = Answer.objects.open().get()
    assert (said.party.code, said.text, said.public_from) == ("CA", "We read it otherwise.", NOW)
    assert "We read it otherwise." in text_of(client.get(DETAIL))


def test_nobody_refuses_what_is_only_announced(real_plan):
    accept_plan()
    proposal = proposed(read("PRO-01", Level.PLANNED), by="secretariat")
    for verdict in (Verdict.ACCEPT, Verdict.REFUSE):
        with pytest.raises(Refusal, match="does not fit"):
            answered(proposal, "CA", verdict, text="No.")


def test_a_coordinator_announces_no_reading(real_plan):
    accept_plan()
    with pytest.raises(Forbidden, match="Only the secretariat"):
        proposed(read("PRO-01", Level.PLANNED, by="CA"), by="CA")


def test_an_announced_entry_is_public_with_the_answer_beside_it(real_plan, client):
    accept_plan()
    with pytest.raises(Refusal, match="some days to answer first"):
        enter("R-90", "A new event")()
    proposal = proposed(enter("R-90", "A new event"), by="secretariat")
    assert not RecordEntry.objects.filter(reference="R-90").exists()
    answered(proposal, "MX", Verdict.NOTE, text="It was on the day before.")
    end_proposals(proposal.ends_at)
    entry = RecordEntry.objects.get(reference="R-90")
    assert entry.versions.get().title == "A new event"
    assert entry.answers.get().text == "It was on the day before."
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_an_answer_ends_with_the_reading_it_answers(real_plan):
    read("PRO-01", Level.PLANNED)()
    reply("PRO-01", "We see more than that.")
    assert Answer.objects.open().count() == 1
    read("PRO-01", Level.UNDER_WAY)()
    assert Answer.objects.open().count() == 0


def test_an_answer_stays_as_long_as_what_it_answers(real_plan):
    read("PRO-01", Level.PLANNED)()
    reply("PRO-01", "We see more than that.")
    read("PRO-01", Level.PLANNED)()
    assert Answer.objects.open().get().text == "We see more than that."


def test_an_answer_to_the_old_reading_does_not_stop_the_announced_one(real_plan):
    """It was given within the courtesy days: it ends with what it answers, and the new one stands.

    The words about the announced reading stand beside that one.
    """
    read("PRO-01", Level.PLANNED)()
    accept_plan()
    proposal = proposed(read("PRO-01", Level.UNDER_WAY), by="secretariat")
    reply("PRO-01", "About the old reading.", at=after(1))
    answered(proposal, "MX", Verdict.NOTE, text="About the new reading.", at=after(2))
    end_proposals(proposal.ends_at)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.ACCEPTED
    assert [one.text for one in Answer.objects.open()] == ["About the new reading."]


def test_an_answer_to_the_old_reading_does_not_stand_beside_the_new_one(real_plan):
    read("PRO-01", Level.PLANNED)()
    accept_plan()
    proposal = proposed(read("PRO-01", Level.UNDER_WAY), by="secretariat")
    reply("PRO-01", "About the old reading.", at=after(1))
    end_proposals(proposal.ends_at)
    assert standing_of("PRO-01").level == Level.UNDER_WAY
    assert not Answer.objects.open().exists()


def test_an_announced_reading_that_no_longer_fits_lapses(real_plan):
    proposal = proposed(read("PRO-01", Level.PLANNED), by="secretariat")
    read("PRO-01", Level.UNDER_WAY)()
    entries = size()
    end_proposals(proposal.ends_at)
    proposal.refresh_from_db()
    assert (proposal.state, size()) == (ProposalState.LAPSED, entries)


# Answers to the record --------------------------------------------------------------------------


def test_a_party_answers_a_reading_and_replaces_its_answer(real_plan):
    read("PRO-01", Level.PLANNED)()
    reply("PRO-01", "First.")
    reply("PRO-01", "Second.", at=after(1))
    spans = Answer.objects.order_by("pk").values_list("text_en", "public_until")
    assert list(spans) == [("First.", after(1)), ("Second.", None)]
    assert last_entry().act == Act.ANSWER


def test_an_answer_says_something_to_something(real_plan):
    with pytest.raises(Refusal, match="Write the answer first"):
        reply("PRO-05", " ")
    assert not Reading.objects.open().filter(commitment__reference="PRO-01").exists()
    with pytest.raises(Refusal, match="no reading to answer"):
        reply("PRO-01", "To nothing.")


def test_the_secretariat_does_not_answer_for_a_party(real_plan):
    with pytest.raises(Forbidden):
        reply("PRO-05", "Yes.", by="secretariat")


# A plan of three parties ------------------------------------------------------------------------


def test_three_parties_must_accept_the_plan(three):
    proposal = three.propose(Wish(Act.ACCEPT_PLAN, three.plan.slug), by="XA")
    three.answer(proposal, "XB")
    three.plan.refresh_from_db()
    assert three.plan.accepted_at is None
    three.answer(proposal, "XC")
    three.plan.refresh_from_db()
    assert three.plan.accepted_at is not None
    agreed = three.plan.ledger.latest("sequence").payload["agreed"]
    assert [one["party"] for one in agreed] == ["XA", "XB", "XC"]


def test_three_parties_must_accept_a_change_of_words(three):
    proposal = three.propose(three.reword("A shared title"), by="XB")
    three.answer(proposal, "XA")
    assert three.title == "Keep the river clean"
    three.answer(proposal, "XC")
    assert three.title == "A shared title"
    assert list(faults_of(Plan.objects.get(slug="three"))) == []


def test_a_coordinator_of_another_plan_has_no_word_in_it(three):
    with pytest.raises(Forbidden):
        three.propose(three.reword("A shared title"), by="CA")
    proposal = three.propose(three.reword("A shared title"), by="XA")
    canada = Party.objects.get(code="CA")
    with pytest.raises(Refusal):
        answer_proposal(
            proposal, party=canada, verdict=Verdict.REFUSE, texts={"en": "No."},
            rights=rights_for("CA"), at=NOW, act_id=uuid.uuid4(),
        )  # fmt: skip
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answers.count()) == (ProposalState.OPEN, 0)


def test_three_parties_are_completed_only_together(three):
    three.reword("Keep the river clean", completion_test_en="No alarm for a year.")(alone=True)
    three.report("XA", Level.COMPLETED)
    assert three.joint == (Level.SUBSTANTIALLY, Basis.PARTIAL)
    three.report("XB", Level.COMPLETED)
    assert three.joint == (Level.SUBSTANTIALLY, Basis.PARTIAL)
    three.report("XC", Level.COMPLETED)
    assert three.joint == (Level.COMPLETED, Basis.AGREED)
    assert list(standing_faults(three.plan)) == []


def test_the_less_advanced_of_three_is_the_headline(three):
    three.report("XA", Level.UNDER_WAY)
    three.report("XB", Level.PLANNED)
    assert three.joint == (Level.PLANNED, Basis.DIFFER)
    three.report("XC", Level.UNDER_WAY)
    assert three.joint == (Level.PLANNED, Basis.DIFFER)


def test_where_one_of_three_must_report_its_word_is_enough(three):
    assert three.joint_of("RIV-02") == ("", Basis.NONE)
    three.report("XA", Level.UNDER_WAY, "RIV-02")
    assert three.joint_of("RIV-02") == (Level.UNDER_WAY, Basis.SOLE)
    with pytest.raises(Refusal, match="No report of"):
        three.report("XB", Level.UNDER_WAY, "RIV-02")


# Helpers ----------------------------------------------------------------------------------------


def standing_of(reference):
    return Standing.objects.open().get(commitment__reference=reference)


def ended_as(reference):
    found = standing_of(reference)
    return found.level, found.basis


def write_minutes(meeting, summary, decisions, *, by="CA"):
    meeting = Meeting.objects.select_related("plan").get(pk=meeting.pk)
    version = meeting.versions.open().get()
    version.summary_en, version.summary_fr, version.summary_es = summary, "", ""
    record_minutes(
        meeting,
        version,
        decisions=decisions,
        rights=rights_for(by),
        at=NOW,
        act_id=uuid.uuid4(),
    )


def enter_meeting(meeting, change):
    """Change something of a meeting as the administration does."""
    meeting = Meeting.objects.select_related("plan").get(pk=meeting.pk)
    version, changes = meeting.versions.open().get(), Changes()
    if change == "summary":
        version.summary_en = "They did not meet."
    elif change == "state":
        version.state = "planned"
    elif change == "place":
        version.place_en = version.place_fr = version.place_es = "Ottawa"
    else:
        decision = meeting.decisions.open().get()
        decision.text_en = "Exchange nothing."
        changes = Changes(put=[decision])
    publish_thing(
        meeting,
        version,
        changes=changes,
        rights=rights_for("secretariat"),
        at=NOW,
        act_id=uuid.uuid4(),
    )


def minutes_of(meeting, summary, *decisions):
    return lambda: write_minutes(meeting, summary, [Decision(text_en=text) for text in decisions])


def read(reference, level, *, by="secretariat"):
    """An act: the reading of a commitment."""

    def act():
        commitment = commitment_called(reference)
        reading = commitment.readings.open().first() or Reading()
        reading.level = level
        publish_reading(
            commitment,
            reading,
            entries=[RecordEntry.objects.first()],
            rights=rights_for(by),
            at=NOW,
            act_id=uuid.uuid4(),
        )

    return act


def enter(reference, title):
    """An act: a new record entry like the first one, under another title."""

    def act():
        version = RecordEntry.objects.filter(plan__slug=PLAN)[0].versions.open().get()
        version.pk, version._state.adding, version.title_en = None, True, title
        publish_thing(
            RecordEntry(plan=Plan.objects.get(slug=PLAN), reference=reference),
            version,
            rights=rights_for("secretariat"),
            at=NOW,
            act_id=uuid.uuid4(),
        )

    return act


def reply(reference, text, *, by="MX", at=NOW):
    answer_record(
        Plan.objects.get(slug=PLAN),
        commitment=commitment_called(reference),
        party=Party.objects.get(code="MX"),
        texts={"en": text},
        rights=rights_for(by, at),
        at=at,
        act_id=uuid.uuid4(),
    )


@pytest.fixture
def three(real_plan):
    """A small plan of three parties, entered and opened by the secretariat."""
    return Three()


class Three:
    """Three parties, one commitment of all and one of the first alone, by actions only."""

    CODES = ("XA", "XB", "XC")

    def __init__(self) -> None:
        self.secretariat = rights_for("secretariat")
        for number, code in enumerate(self.CODES):
            party = Party(code=code, name_en=f"Land {code}", publication_languages=["en"],
                          position_en=number)  # fmt: skip
            self._register(party)
            body = Institution(slug=code.lower(), kind="ministry", party=party,
                               name_en=f"Ministry of {code}", acronym_en=code)  # fmt: skip
            self._register(body)
        self.plan = Plan(
            slug="three",
            title_en="River plan",
            announced_on=dt.date(2025, 9, 18),
            axis_ends_on=dt.date(2027, 12, 31),
            compiled_on=dt.date(2025, 9, 18),
        )
        self._register(self.plan, relations={"parties": list(self.parties.values())})
        self._add("RIV-01", "Keep the river clean", self.CODES, ReportingBasis.BOTH)
        self._add("RIV-02", "Build a gauge", ("XA",), ReportingBasis.OWN_ACT)
        open_entered_plan(self.plan, rights=self.secretariat, at=NOW, act_id=uuid.uuid4())
        self.plan = Plan.objects.get(slug="three")

    @property
    def parties(self):
        return {party.code: party for party in Party.objects.filter(code__in=self.CODES)}

    def _register(self, row, **given):
        register(row, rights=self.secretariat, at=NOW, act_id=uuid.uuid4(), **given)

    def _add(self, reference, title, codes, basis):
        commitment = Commitment(
            plan=self.plan,
            reference=reference,
            position=int(reference[-1]),
            kind=Kind.DELIVERABLE,
            reporting_basis=basis,
        )
        bodies = Institution.objects.filter(slug__in=[code.lower() for code in codes])
        add_commitment(
            commitment,
            Wording(title_en=title),
            reporting_parties=[self.parties[code] for code in codes],
            changes=Changes(put=[Responsibility(institution=body) for body in bodies]),
            rights=self.secretariat,
            at=NOW,
            act_id=uuid.uuid4(),
        )

    def people(self, code) -> tuple[User, User]:
        """One who publishes and one who writes, of each party's ministry."""
        if code in factories.MINISTRY:
            return factories.coordinators_of(code)
        names = (f"{code} Coordinator", f"{code} Coordinator 2")
        return tuple(
            factories.make_person(name, Role.COORDINATOR, institution=code.lower())
            for name in names
        )

    def rights(self, code):
        return rights_of(self.people(code)[0], NOW.date())

    def propose(self, act, *, by):
        make = propose_wish if isinstance(act, Wish) else propose
        key = {"rights": self.rights(by), "at": NOW, "act_id": uuid.uuid4()}
        if not isinstance(act, Wish):
            return make(self.plan, lambda: act(rights=key["rights"]), reason={"en": WHY}, **key)
        return make(self.plan, act, reason={"en": WHY}, **key)

    def answer(self, proposal, code):
        return answer_proposal(
            proposal,
            party=self.parties[code],
            verdict=Verdict.ACCEPT,
            texts={},
            rights=self.rights(code),
            at=NOW,
            act_id=uuid.uuid4(),
        )

    def reword(self, title, **words):
        def act(rights=None, alone=False):
            changing_three(title, words, self.secretariat if alone else rights)

        return act

    def report(self, code, level, reference="RIV-01"):
        writer = rights_of(self.people(code)[1], NOW.date())
        values = {
            "level": level,
            "confidence": "" if level == Level.COMPLETED else Confidence.ON_TRACK,
            "effective_on": dt.date(2026, 9, 30),
            "action_on": dt.date(2026, 9, 15),
            "done_en": "Done.",
            "next_step_en": "Go on.",
            "step_on": dt.date(2027, 1, 15),
        }
        draft = save_report(
            commitment=commitment_called(reference, "three"),
            party=self.parties[code],
            period=factories.period_called(2026, 3, "three"),
            content=ReportContent(values, [factories.link()], None),
            version=0,
            rights=writer,
            at=NOW,
            act_id=uuid.uuid4(),
        )
        submit_report(draft, rights=writer, at=NOW)
        return publish_report(draft, rights=self.rights(code), at=NOW, act_id=uuid.uuid4())

    @property
    def title(self):
        return commitment_called("RIV-01", "three").wordings.open().get().title

    @property
    def joint(self):
        return self.joint_of("RIV-01")

    def joint_of(self, reference):
        return ended_as(reference)


def changing_three(title, words, rights):
    commitment = commitment_called("RIV-01", "three")
    wording = commitment.wordings.open().get()
    for name, value in {"title_en": title, **words}.items():
        setattr(wording, name, value)
    change_commitment(
        commitment,
        wording,
        reporting_parties=commitment.reporting_parties.all(),
        reason=WHY,
        rights=rights,
        at=NOW,
        act_id=uuid.uuid4(),
    )

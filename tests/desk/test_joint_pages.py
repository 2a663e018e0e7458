"""Joint acts, minutes, periods, redactions and answers at the desk: done, or refused in words."""

import uuid

import pytest
import time_machine
from django.core.cache import caches

from tests import factories
from tests.desk.pages import PLAN, address, hidden, opened, text_of
from tests.factories import NOW, commitment_called, make_published
from tests.joint import (
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
from tests.test_joint_acts import read
from tests.test_periods import DAY, WORDS, publish, save
from tracker.actions.record import withdraw_thing
from tracker.models import (
    Answer,
    Decision,
    Institution,
    Narrative,
    NarrativeDraft,
    Plan,
    Proposal,
    Signature,
    Wording,
)
from tracker.vocabulary import Act, Level, ProposalState

CAST = (
    "canada_official", "canada_coordinator", "mexico_coordinator", "secretariat_user",
    "administrator_user", "stranger",
)  # fmt: skip
LIST = address("proposal-list", PLAN)
ACCEPT = address("proposal-accept-plan", PLAN)
WORDING = address("proposal-write", PLAN, "PRO-01", "wording")
PERIOD = address("period-work", PLAN, "2026-q4")
WHY = {"reason_en": "Both sides found the old text unclear."}
LONG = "Typed with care. " * 40


@pytest.fixture(autouse=True)
def no_page_kept():
    """The cache outlives a test, whose revision another one has again."""
    caches["pages"].clear()


@pytest.fixture
def secretariat(client_of, secretariat_user):
    return client_of(secretariat_user)


@pytest.fixture
def again(client_of):
    """A coordinator who signs in on another day: the session of `now` has ended by then."""
    return lambda party, person=0: client_of(factories.coordinators_of(party)[person])


# Who comes in -----------------------------------------------------------------------------------


JOINT = (403, 200, 200, 200, 200, 403)  # coordinators, the secretariat, administrators
OF_A_SIDE = (403, 200, 200, 403, 403, 403)  # coordinators


@pytest.mark.parametrize(
    ("page", "codes"),
    [
        (LIST, JOINT),
        (ACCEPT, JOINT),
        *(
            (address("proposal-write", PLAN, "PRO-01", kind), JOINT)
            for kind in ("wording", "move", "supersede", "close")
        ),
        ("MINUTES", JOINT),
        ("PROPOSAL", JOINT),
        (address("redaction-write", PLAN, 20), JOINT),
        (address("period-work", PLAN, "2026-q3"), OF_A_SIDE),
        (address("record-answer", PLAN, "PRO-05"), OF_A_SIDE),
    ],
)
def test_each_role_gets_its_pages(client_of, request, real_plan, page, codes):
    page = page.replace("PROPOSAL", address("proposal-detail", PLAN, proposed().pk))
    page = page.replace("MINUTES", minutes_page(real_plan))
    people = [request.getfixturevalue(name) for name in CAST]
    assert tuple(client_of(person).get(page).status_code for person in people) == codes
    assert "/accounts/login/" in client_of(None).get(page).url


@pytest.mark.parametrize(
    "page",
    [
        address("proposal-write", PLAN, "PRO-01", "rename"),
        address("proposal-write", PLAN, "ZZZ-01", "wording"),
        address("proposal-detail", PLAN, 999_999),
        address("minutes-write", PLAN, "no-such-meeting"),
        address("redaction-write", PLAN, 999_999),
        address("record-answer", PLAN, "ZZZ-01"),
        address("period-work", PLAN, "2031-q1"),
        address("proposal-list", "atlantis"),
    ],
)
def test_what_is_not_there_is_not_found(canada, page):
    assert canada.get(page).status_code == 404


def test_what_others_send_is_not_taken(client_of, canada_official, stranger, real_plan):
    proposal = proposed()
    for person in (canada_official, stranger):
        client = client_of(person)
        for page in (WORDING, ACCEPT, address("proposal-detail", PLAN, proposal.pk), PERIOD):
            assert client.post(page, {"act_id": str(uuid.uuid4()), **WHY}).status_code == 403
    assert Proposal.objects.count() == 1


# Proposing --------------------------------------------------------------------------------------


def test_a_change_of_words_is_proposed_and_accepted(canada, mexico):
    response = reword(canada, title_en="A clearer title", **WHY)
    proposal = Proposal.objects.get()
    assert response.url == address("proposal-detail", PLAN, proposal.pk)
    page = text_of(mexico.get(response.url))
    assert "clearer" in page
    assert WHY["reason_en"] in page
    assert address("proposal-detail", PLAN, proposal.pk) in text_of(mexico.get(LIST))
    response = send(mexico, response.url, verdict="accept")
    assert "Accepted by all: it is public now." in text_of(mexico.get(response.url))
    wording = Wording.objects.open().get(commitment__reference="PRO-01")
    assert (wording.title_en, wording.reason_en) == ("A clearer title", WHY["reason_en"])
    assert last_entry().payload["reason"] == WHY["reason_en"]


def test_a_completion_test_and_a_target_are_proposed(canada):
    reword(canada, completion_test_en="It is signed.",
        target_from="2027-06-01", target_to="30 June 2027", target_precision="month", **WHY,
    )  # fmt: skip
    (opened_row,) = [
        one["fields"]
        for one in Proposal.objects.get().content["opened"]
        if one["model"] == "wording"
    ]
    assert (opened_row["target_from"], opened_row["target_to"]) == ("2027-06-01", "2027-06-30")
    assert opened_row["completion_test_en"] == "It is signed."


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"target_from": "2027-06-01"}, "Choose how exactly the date is known"),
        (
            {"target_precision": "day", "target_from": "2027-06-01"},
            "Give this day too, or empty the other one",
        ),
        (
            {"target_precision": "day", "target_from": "2027-06-02", "target_to": "2027-06-01"},
            "The last day lies before the first.",
        ),
        ({"target_precision": "day", "target_from": "soon", "target_to": "soon"}, "day"),
        ({"target_precision": "never"}, "never"),
        ({"title_en": "x" * 301}, "300"),
    ],
)
def test_a_wrong_wording_is_said_and_nothing_typed_is_lost(canada, changed, sentence):
    response = reword(canada, **{"description_en": LONG.strip(), **WHY, **changed})
    page = text_of(response)
    assert response.status_code in (400, 409)
    assert sentence in page
    assert LONG.strip() in page
    assert not Proposal.objects.exists()


def test_what_the_act_refuses_is_said_at_its_field(canada):
    early = {"target_precision": "day", "target_from": "2020-01-01", "target_to": "2020-01-01"}
    response = reword(canada, **early, description_en=LONG, **WHY)
    assert response.status_code == 409
    assert "The plan was announced later than this day." in text_of(response)
    assert LONG.strip() in text_of(response)


def test_a_proposal_without_a_reason_is_refused_with_what_was_typed(canada):
    response = reword(canada, title_en="A clearer title")
    assert response.status_code in (400, 409)
    assert "A clearer title" in text_of(response)
    assert "reason" in text_of(response).lower()
    assert not Proposal.objects.exists()


def test_a_second_proposal_is_refused_with_what_was_typed(canada, mexico):
    reword(canada, title_en="A clearer title", **WHY)
    response = reword(mexico, title_en="Another title", **WHY)
    assert response.status_code == 409
    assert "open proposal about this already" in text_of(response)
    assert "Another title" in text_of(response)


def test_a_form_sent_twice_proposes_once(canada):
    data = {**opened(canada, WORDING), **now_of("PRO-01"), "title_en": "A clearer title", **WHY}
    assert canada.post(WORDING, data).url == canada.post(WORDING, data).url
    assert Proposal.objects.count() == 1


def test_a_move_an_end_and_a_successor_are_proposed(canada, real_plan):
    pillar = real_plan.pillars.exclude(pk=commitment_called("PRO-01").pillar_id).first()
    send(canada, way("PRO-01", "move"), pillar=pillar.pk, placement="theme", **WHY)
    send(canada, way("PRO-02", "close"), closed_by_en="Decision 3", **WHY)
    other = commitment_called("PRO-01").pk
    send(canada, way("PRO-03", "supersede"), successor=other, **WHY)
    found = Proposal.objects.order_by("pk").values_list("subject", "state")
    assert list(found) == [("PRO-01", "open"), ("PRO-02", "open"), ("PRO-03", "open")]


def test_an_end_names_its_decision_and_its_successor(canada):
    response = send(canada, way("PRO-02", "close"), **WHY)
    assert response.status_code == 400
    assert "Name the decision in at least one language." in text_of(response)
    own = commitment_called("PRO-02").pk
    response = send(canada, way("PRO-02", "supersede"), successor=own, **WHY)
    assert response.status_code == 400
    assert not Proposal.objects.exists()


def test_a_place_that_does_not_fit_is_said(canada, real_plan):
    """An area of another pillar."""
    commitment = commitment_called("PRO-01")
    area = real_plan.areas.exclude(pillar=commitment.pillar).exclude(pillar=None).first()
    data = {"pillar": commitment.pillar_id, "area": area.pk, "placement": "theme"}
    response = send(canada, way("PRO-01", "move"), **data, **WHY)
    assert response.status_code == 409
    assert "belongs to another pillar" in text_of(response)


def test_nobody_sets_state_or_party_by_an_extra_field(canada):
    extra = {"state": "accepted", "proposed_party": "2", "needs_acceptance": "", "accepted_at": "1"}
    reword(canada, title_en="A clearer title", **WHY, **extra)
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.proposed_party.code) == (ProposalState.OPEN, "CA")
    assert proposal.needs_acceptance


def test_typed_words_outlive_an_ended_session(canada, client_of):
    data = {**opened(canada, WORDING), **now_of("PRO-01"), "description_en": LONG.strip(), **WHY}
    visitor = client_of(None)
    assert "/accounts/login/" in visitor.post(WORDING, data).url
    visitor.force_login(
        factories.coordinators_of("CA")[0], "django.contrib.auth.backends.ModelBackend"
    )
    assert LONG.strip() in text_of(visitor.get(WORDING))
    assert not Proposal.objects.exists()


# Answering --------------------------------------------------------------------------------------


def test_an_answer_is_chosen_and_a_refusal_says_why(mexico):
    page = address("proposal-detail", PLAN, proposed().pk)
    response = send(mexico, page, text_en=LONG.strip())
    assert response.status_code == 400
    assert "Choose an answer." in text_of(response)
    assert LONG.strip() in text_of(response)
    response = send(mexico, page, verdict="refuse")
    assert response.status_code == 409
    assert "Give a reason." in text_of(response)
    response = send(mexico, page, verdict="note", text_en="Noted.")
    assert response.status_code == 400
    send(mexico, page, verdict="refuse", text_en="The old text is the agreed one.")
    assert Proposal.objects.get().state == ProposalState.REFUSED
    assert "The old text is the agreed one." in text_of(mexico.get(page))


def test_the_side_that_proposed_has_nothing_to_answer(canada):
    page = address("proposal-detail", PLAN, proposed().pk)
    assert "Answer for Canada" not in text_of(canada.get(page))
    response = canada.post(page, {"act_id": str(uuid.uuid4()), "verdict": "accept"})
    assert response.status_code == 409
    assert "nothing for your side to answer here any more" in text_of(response)


def test_the_secretariat_answers_nothing(secretariat):
    page = address("proposal-detail", PLAN, proposed().pk)
    assert "Send the answer" not in text_of(secretariat.get(page))
    response = secretariat.post(page, {"act_id": str(uuid.uuid4()), "verdict": "accept"})
    assert response.status_code == 409


def test_an_answer_sent_twice_is_one(mexico):
    page = address("proposal-detail", PLAN, proposed().pk)
    data = {**opened(mexico, page), "verdict": "accept"}
    assert mexico.post(page, data).status_code == 302
    entries = size()
    assert mexico.post(page, data).status_code in (302, 409)
    assert size() == entries


def test_a_proposal_whose_ground_has_changed_is_refused_in_words(mexico):
    page = address("proposal-detail", PLAN, proposed().pk)
    changing(by="secretariat", title_en="Changed meanwhile")()
    response = send(mexico, page, verdict="accept")
    assert response.status_code == 409
    assert "The record has changed since this was proposed." in text_of(response)


def test_it_is_withdrawn_by_the_side_that_made_it(canada, mexico):
    proposal = proposed()
    page = address("proposal-withdraw", PLAN, proposal.pk)
    assert "Withdraw the proposal" not in text_of(mexico.get(detail(proposal)))
    assert mexico.post(page, {"act_id": str(uuid.uuid4())}).status_code == 403
    assert "Withdraw the proposal" in text_of(canada.get(detail(proposal)))
    for _ in range(2):  # sent twice is done once
        assert canada.post(page, {"act_id": str(uuid.uuid4())}).url == detail(proposal)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN


def test_reading_a_proposal_changes_nothing(canada):
    proposal = proposed()
    for name in ("proposal-detail", "proposal-withdraw"):
        canada.get(address(name, PLAN, proposal.pk), follow=True)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN


def test_a_proposal_that_ended_takes_no_answer(again):
    proposal = proposed()
    with time_machine.travel(proposal.ends_at):
        mexico = again("MX")
        assert "Send the answer" not in text_of(mexico.get(detail(proposal)))
        data = {"act_id": str(uuid.uuid4()), "verdict": "accept", "text_en": LONG}
        response = mexico.post(detail(proposal), data)
        assert response.status_code == 409
        assert "It is stored nowhere. Copy what you want to keep." in text_of(response)
        assert LONG.strip() in text_of(response)
        assert Proposal.objects.get().answers.count() == 0


def test_an_answer_to_what_is_no_more_is_given_back(mexico, real_plan):
    entry = real_plan.entries.first()
    page = address("record-answer", PLAN, entry.reference)
    sent = {**opened(mexico, page), "text_en": LONG}
    rights = rights_for("secretariat")
    withdraw_thing(entry, reason="It never was.", rights=rights, at=NOW, act_id=uuid.uuid4())
    response = mexico.post(page, sent)
    assert response.status_code == 404
    assert LONG.strip() in text_of(response)


def test_a_summary_written_over_the_close_is_given_back(canada):
    sent = {"act_id": str(uuid.uuid4()), "version": "0", "text_en": LONG, "text_fr": LONG}
    period = address("period-work", PLAN, "2026-q2")  # closed
    response = canada.post(f"{period}?party=CA&pillar=1", sent)
    assert response.status_code == 409
    assert LONG.strip() in text_of(response)
    assert not NarrativeDraft.objects.exists()


def test_an_announcement_is_only_noted(canada, secretariat):
    accept_plan()
    proposal = proposed(read("PRO-01", Level.PLANNED), by="secretariat")
    page = text_of(canada.get(detail(proposal)))
    assert "Takes note" in page
    assert "Refuses" not in page
    send(canada, detail(proposal), verdict="note", text_en="We read it otherwise.")
    assert proposal.answers.get().text_en == "We read it otherwise."


# The plan ---------------------------------------------------------------------------------------


def test_the_plan_is_accepted_by_both_at_the_desk(canada, mexico, client, real_plan):
    assert ACCEPT in text_of(canada.get(LIST))
    response = send(canada, ACCEPT, **WHY)
    send(mexico, response.url, verdict="accept")
    assert Plan.objects.get(slug=PLAN).accepted_at
    assert ACCEPT not in text_of(canada.get(LIST))
    response = canada.get(ACCEPT)
    assert response.status_code == 409
    assert "accepted this plan already" in text_of(response)
    overview = text_of(client.get(address("plan-overview", PLAN)))
    assert real_plan.notice not in overview


# Minutes ----------------------------------------------------------------------------------------


def test_before_acceptance_the_secretariat_publishes_minutes(secretariat, client, real_plan):
    page = minutes_page(real_plan)
    row = {"decision-0-text_en": "Exchange contact lists."}
    response = write(secretariat, page, **row)
    assert last_entry().act == Act.RECORD_MINUTES
    public = text_of(client.get(response.url))
    assert "They met." in public
    assert "Exchange contact lists." in public
    assert not Proposal.objects.exists()


def test_a_coordinator_proposes_minutes(canada, mexico, real_plan):
    response = write(canada, minutes_page(real_plan), **WHY)
    proposal = Proposal.objects.get()
    assert (proposal.act, response.url) == (Act.RECORD_MINUTES, detail(proposal))
    send(mexico, response.url, verdict="accept")
    assert last_entry().act == Act.RECORD_MINUTES


def test_after_acceptance_the_secretariat_proposes_minutes(secretariat, real_plan):
    accept_plan()
    entries = size()
    write(secretariat, minutes_page(real_plan), **WHY)
    assert (size(), Proposal.objects.open().get().act) == (entries, Act.RECORD_MINUTES)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"state": "imagined"}, "imagined"),
        (
            {"decision-0-text_en": "Meet again.", "decision-0-due_from": "2027-01-01",
             "decision-0-due_precision": "day", "decision-0-due_qualifier": "on",
             "decision-0-state": "open"},
            "Give this day too",
        ),
        ({"decision-TOTAL_FORMS": "x"}, ""),
    ],
)  # fmt: skip
def test_wrong_minutes_are_said_and_nothing_typed_is_lost(canada, real_plan, changed, sentence):
    data = {"summary_en": LONG.strip(), **WHY, **changed}
    response = write(canada, minutes_page(real_plan), **data)
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert LONG.strip() in text_of(response)
    assert not Proposal.objects.exists()


def test_a_decision_is_done_from_the_page_of_its_meeting(secretariat, real_plan):
    page = minutes_page(real_plan)
    row = {"decision-0-text_en": "Exchange contact lists."}
    write(secretariat, page, **row)
    decision = Decision.objects.get()
    row |= {"decision-0-state": "done", "decision-0-pk": decision.pk}
    write(secretariat, page, **row)
    rows = Decision.objects.order_by("pk").values_list("number", "state", "public_until")
    assert [(number, state) for number, state, _until in rows] == [(1, "open"), (1, "done")]
    assert Decision.objects.open().count() == 1


@pytest.mark.parametrize("name", ["owner", "commitment", "due_from"])
def test_a_decision_without_words_is_not_left_out_in_silence(secretariat, real_plan, name):
    value = {
        "owner": Institution.objects.get(slug="ca-gac").pk,
        "commitment": real_plan.commitments.first().pk,
        "due_from": "2026-12-01",
    }[name]
    response = write(secretariat, minutes_page(real_plan), **{f"decision-0-{name}": value})
    assert response.status_code == 400
    assert "Write the decision, or empty its row." in text_of(response)
    assert not Decision.objects.exists()


def test_minutes_that_changed_meanwhile_are_not_written_over(secretariat, real_plan):
    page = minutes_page(real_plan)
    old = opened(secretariat, page)["seen"]
    write(secretariat, page, summary_en="They met.")
    response = write(secretariat, page, summary_en=LONG.strip(), seen=old)
    assert response.status_code == 409
    assert "This was changed meanwhile: open it anew." in text_of(response)
    assert LONG.strip() in text_of(response)
    assert real_plan.meetings.first().versions.open().get().summary_en == "They met."


def test_minutes_sent_twice_are_published_once(secretariat, real_plan):
    page, act_id = minutes_page(real_plan), str(uuid.uuid4())
    sent = {"act_id": act_id, "seen": opened(secretariat, page)["seen"], "summary_en": "They met."}
    entries = size()
    for _time in range(2):
        assert write(secretariat, page, **sent).status_code == 302
    assert size() == entries + 1


def test_a_decision_that_changed_meanwhile_is_not_told_twice(secretariat, real_plan):
    page = minutes_page(real_plan)
    row = {"decision-0-text_en": "Exchange contact lists."}
    write(secretariat, page, **row)
    old = {**row, "decision-0-pk": Decision.objects.get().pk}
    write(secretariat, page, **old, **{"decision-0-state": "done"})
    response = write(secretariat, page, **{**old, "decision-0-text_en": "Exchange nothing."})
    assert response.status_code == 409
    assert "This was changed meanwhile: open it anew." in text_of(response)
    assert "Exchange nothing." in text_of(response)
    assert Decision.objects.open().get().state == "done"


# Periods ----------------------------------------------------------------------------------------


def test_a_summary_is_saved_and_published_by_a_colleague(again, client):
    with time_machine.travel(DAY):
        canada = again("CA")
        page = f"{PERIOD}?party=CA&pillar=1"
        response = canada.post(page, form_of(canada, "1", text_en=WORDS["en"], text_fr=WORDS["fr"]))
        assert response.url == f"{PERIOD}?party=CA#pillar-1"
        assert NarrativeDraft.objects.get().text_fr == WORDS["fr"]
        assert WORDS["en"] in text_of(canada.get(response.url))
        publish = f"{address('narrative-publish', PLAN, '2026-q4')}?party=CA&pillar=1"
        sent = read_now()
        assert canada.post(publish, sent).status_code == 403
        colleague = again("CA", 1)
        response = colleague.post(publish, sent)
        assert Narrative.objects.get().text_en == WORDS["en"]
        assert WORDS["en"] in text_of(client.get(response.url))


def test_a_colleagues_text_is_shown_beside_mine(again):
    with time_machine.travel(DAY):
        canada = again("CA")
        data = form_of(canada, "1", text_en="Mine.", text_fr="Le mien.")
        save()
        response = canada.post(f"{PERIOD}?party=CA&pillar=1", data)
        assert response.status_code == 409
        page = text_of(response)
        assert WORDS["en"] in page
        assert "Mine." in page
        assert NarrativeDraft.objects.get().text_en == WORDS["en"]


def test_an_incomplete_summary_is_not_published(again):
    save(texts={"en": WORDS["en"], "fr": ""})
    with time_machine.travel(DAY):
        canada = again("CA")
        publish = f"{address('narrative-publish', PLAN, '2026-q4')}?party=CA&pillar=1"
        response = canada.post(publish, read_now())
        assert response.status_code == 409
        assert "The summary is not complete yet." in text_of(response)
    assert not Narrative.objects.exists()


def test_what_was_not_read_is_not_published(again):
    """The author saved after the colleague had opened the page."""
    save()
    with time_machine.travel(DAY):
        reader = again("CA")
        publish = f"{address('narrative-publish', PLAN, '2026-q4')}?party=CA&pillar=1"
        read = read_now()
        save(texts={"en": "Unread.", "fr": "Non lu."}, version=1)
        response = reader.post(publish, read)
    assert response.status_code == 409
    page = text_of(response)
    assert "read it again before you publish" in page
    assert "Unread." in page
    assert not Narrative.objects.exists()


def test_the_next_draft_is_not_published_from_a_page_of_the_last_one(again):
    """Its versions count from one again."""
    draft = save()
    read = read_now()
    publish(draft)
    save(texts={"en": "The next one.", "fr": "La suivante."})
    with time_machine.travel(DAY):
        send_it = f"{address('narrative-publish', PLAN, '2026-q4')}?party=CA&pillar=1"
        again("CA").post(send_it, read)
    assert Narrative.objects.get().text_en == WORDS["en"]
    assert NarrativeDraft.objects.get().text_en == "The next one."


def test_a_draft_left_over_at_the_close_hides_nothing_that_is_public(again):
    publish(save())
    save(texts={"en": "Left over.", "fr": "En reste."})
    with time_machine.travel(after(500)):
        page = text_of(again("CA").get(PERIOD))
    assert WORDS["en"] in page
    assert "Left over." not in page


def read_now():
    """What the form sends that publishes the one draft there is."""
    draft = NarrativeDraft.objects.get()
    return {"act_id": str(draft.act_id), "version": draft.version}


def test_where_a_summary_is_written_there_is_nothing_else_to_press(again):
    save()
    with time_machine.travel(DAY):
        reader = again("CA")
        whole, one = (text_of(reader.get(f"{PERIOD}{ask}")) for ask in ("", "?pillar=1"))
    assert ("Save draft" in whole, "Sign for this period" in whole) == (False, True)
    assert (one.count("Save draft"), "Sign for this period" in one) == (1, False)
    assert ('name="text_en"' in whole, WORDS["en"] in whole) == (False, True)


def test_a_pillar_that_is_not_there_is_not_found(canada):
    data = {"act_id": str(uuid.uuid4()), "version": "0", "text_en": "x"}
    for pillar in ("9", "x", ""):
        assert canada.post(f"{PERIOD}?party=CA&pillar={pillar}", data).status_code == 404


def test_nobody_writes_for_the_other_side(canada):
    data = {"act_id": str(uuid.uuid4()), "version": "0", "text_es": "x"}
    assert canada.get(f"{PERIOD}?party=MX").status_code == 403
    assert canada.post(f"{PERIOD}?party=MX&pillar=1", data).status_code == 403
    assert not NarrativeDraft.objects.exists()


def test_a_period_is_signed_with_what_stood_on_the_page(again, client):
    with time_machine.travel(DAY):
        canada = again("CA")
        page = text_of(canada.get(PERIOD))
        assert last_entry().hash in page
        entries = size()
        data = {"act_id": str(uuid.uuid4()), "size": entries, "head": last_entry().hash}
        sign = f"{address('ledger-sign', PLAN, '2026-q4')}?party=CA"
        for _ in range(2):
            response = canada.post(sign, data)
            assert response.url == address("period-detail", PLAN, "2026-q4")
        assert (Signature.objects.get().size, size()) == (entries, entries + 1)
        assert "signed on" in text_of(client.get(response.url))


def test_a_head_that_did_not_stand_there_is_not_signed(again):
    with time_machine.travel(DAY):
        canada = again("CA")
        data = {"act_id": str(uuid.uuid4()), "size": size(), "head": "f" * 64}
        response = canada.post(f"{address('ledger-sign', PLAN, '2026-q4')}?party=CA", data)
    assert response.status_code == 409
    assert "The ledger has another head at this size" in text_of(response)
    assert not Signature.objects.exists()


def test_a_period_is_not_signed_before_its_end(canada):
    assert "Sign for this period" not in text_of(canada.get(PERIOD))
    data = {"act_id": str(uuid.uuid4()), "size": size(), "head": last_entry().hash}
    response = canada.post(f"{address('ledger-sign', PLAN, '2026-q4')}?party=CA", data)
    assert response.status_code == 409
    assert "has not ended yet" in text_of(response)


def test_a_closed_period_is_read_and_not_written(canada):
    page = address("period-work", PLAN, "2026-q2")
    assert "Save draft" not in text_of(canada.get(page))
    data = {"act_id": str(uuid.uuid4()), "version": "0", "text_en": LONG.strip()}
    response = canada.post(f"{page}?party=CA&pillar=1", data)
    assert response.status_code == 409
    assert "is closed: it stays as it is" in text_of(response)


# Redactions -------------------------------------------------------------------------------------


def test_a_redaction_is_proposed_from_its_entry(canada, mexico, client):
    report = make_published("PRO-01", "CA", done_en="To be gone", done_fr="À supprimer")
    published = last_entry().sequence
    page = address("redaction-write", PLAN, published)
    assert "To be gone" in text_of(canada.get(page))
    chosen = [f"statusreport-{report.pk}:{name}" for name in ("done_en", "done_fr")]
    response = send(canada, page, fields=chosen, reason_en="A court has ordered it.")
    assert Proposal.objects.get().subject == f"entry {published}"
    send(mexico, response.url, verdict="accept")
    detail_page = text_of(client.get(address("commitment-detail", PLAN, "PRO-01")))
    assert "To be gone" not in detail_page
    assert "To be gone" not in text_of(mexico.get(page))


def test_a_redaction_chooses_texts_of_one_row(canada):
    report = make_published("PRO-01", "CA")
    evidence = report.evidence.get()
    page = address("redaction-write", PLAN, last_entry().sequence)
    response = send(canada, page, reason_en=LONG.strip())
    assert response.status_code == 400
    assert "Choose at least one." in text_of(response)
    assert LONG.strip() in text_of(response)
    chosen = [f"statusreport-{report.pk}:done_en", f"evidence-{evidence.pk}:title"]
    response = send(canada, page, fields=chosen, reason_en=LONG.strip())
    assert response.status_code == 409
    assert "Redact the texts of one row at a time." in text_of(response)
    assert LONG.strip() in text_of(response)
    response = send(canada, page, fields=["statusreport-1:level"], reason_en=LONG.strip())
    assert response.status_code == 400
    assert not Proposal.objects.exists()


# Answers to the record --------------------------------------------------------------------------


def test_a_reading_is_answered_in_public(mexico, client):
    response = send(mexico, answer_page(), text_es="Así es.")
    assert response.url == address("commitment-detail", PLAN, "PRO-05")
    assert (Answer.objects.get().party.code, last_entry().act) == ("MX", Act.ANSWER)
    assert "Así es." in text_of(client.get(response.url))


def test_an_entry_is_answered(mexico, real_plan):
    entry = real_plan.entries.first()
    send(mexico, address("record-answer", PLAN, entry.reference), text_en="It was a day later.")
    assert Answer.objects.get().entry == entry


def test_an_empty_answer_is_refused(mexico):
    response = send(mexico, answer_page(), text_en="   ")
    assert response.status_code in (400, 409)
    assert "Write the answer first." in text_of(response)
    assert not Answer.objects.exists()


def test_an_answer_sent_twice_is_one_answer(mexico):
    data = {**opened(mexico, answer_page()), "text_en": "Yes."}
    assert mexico.post(answer_page(), data).url == mexico.post(answer_page(), data).url
    assert Answer.objects.count() == 1


def test_an_earlier_answer_stands_in_the_form(mexico, again):
    send(mexico, answer_page(), text_en="First.")
    assert "First." in text_of(mexico.get(answer_page()))
    with time_machine.travel(after(1)):
        mexico = again("MX")
        send(mexico, answer_page(), text_en="Second.")
    assert [one.text for one in Answer.objects.open()] == ["Second."]


# Helpers ----------------------------------------------------------------------------------------


def send(client, page, **data):
    """Open the form and send it with what is typed."""
    return client.post(page, {**opened(client, page), **data})


def reword(client, **changed):
    """Open the form of PRO-01’s words and send it with some of them changed."""
    return send(client, WORDING, **{**now_of("PRO-01"), **changed})


def way(reference, kind):
    return address("proposal-write", PLAN, reference, kind)


def detail(proposal):
    return address("proposal-detail", PLAN, proposal.pk)


def minutes_page(plan):
    return address("minutes-write", PLAN, plan.meetings.first().slug)


def write(client, page, **data):
    """Open the form of minutes and send it, with every row of decisions as a browser does."""
    total = int(opened(client, page)["decision-TOTAL_FORMS"])
    rows = {"state": "open", "due_precision": "unknown", "due_qualifier": "on"}
    shown = {
        f"decision-{number}-{name}": value
        for number in range(total)
        for name, value in rows.items()
    }
    return send(client, page, **{"state": "held", "summary_en": "They met.", **shown, **data})


def answer_page():
    return address("record-answer", PLAN, "PRO-05")


def now_of(reference):
    """The fields of a wording as the form shows them."""
    wording = commitment_called(reference).wordings.open().get()
    texts = ("title", "description", "completion_test")
    names = [f"{name}_{code}" for name in texts for code in ("en", "fr", "es")]
    dates = ("target_from", "target_to", "target_precision", "target_qualifier", "target_basis")
    return {name: getattr(wording, name) or "" for name in (*names, *dates)}


def form_of(client, pillar, **data):
    """The form of one pillar on the page of a period: only its own hidden fields."""
    page = text_of(client.get(f"{PERIOD}?pillar={pillar}"))
    part = page.split(f'id="pillar-{pillar}"')[1].split("</form>")[0]

    class Part:
        content = part.encode()

    return {**hidden(Part), **data}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_what_is_wrong_stands_in_one_box_and_at_the_readers_own_language(canada, language):
    """A refusal and the field it is about: one list, focused once."""
    url = address("proposal-write", PLAN, "PRO-01", "close", language=language)
    given = {f"closed_by_{language}": "2"}
    page = text_of(send(canada, url, **given))
    assert page.count('class="problem"') == 1
    assert f'href="#id_reason_{language}"' in page


def test_what_a_side_has_not_answered_waits_in_its_queue(canada, mexico, real_plan):
    proposal = proposed()
    theirs, own = (text_of(one.get(address("desk-queue", PLAN))) for one in (mexico, canada))
    link = address("proposal-detail", PLAN, proposal.pk)
    assert "Joint acts that wait for your answer" in theirs
    assert link in theirs
    assert link not in own
    answered(proposal)
    assert link not in text_of(mexico.get(address("desk-queue", PLAN)))


def test_a_wording_that_was_agreed_says_so_in_words(client, real_plan):
    agreed()
    page = text_of(client.get(address("commitment-detail", PLAN, "PRO-01", language="fr")))
    assert "les parties ensemble" in page


def test_a_summary_that_lacks_a_language_says_which(canada, client_of, canada_coordinator_2):
    page = f"{address('period-work', PLAN, '2026-q3')}?pillar=1"
    canada.post(page, {**opened(canada, page), "text_en": "A busy quarter.", "version": "0"})
    other = client_of(canada_coordinator_2)
    url = f"{address('narrative-publish', PLAN, '2026-q3')}?pillar=1"
    answer = other.post(url, read_now())
    assert answer.status_code == 409
    assert "Summary (French): Complete this text in this language too." in text_of(answer)
    assert "A busy quarter." in text_of(answer)

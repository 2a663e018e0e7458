"""A commitment from the administrator's form to the record."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.admin.conftest import address, sentences, typed
from tests.admin.test_every_model import institution, new_commitment, source
from tests.joint import agreed
from tests.test_joint_acts import minutes_of
from tracker.actions.commitments import withdraw_commitment
from tracker.actions.refusals import Refusal
from tracker.models import Commitment, LedgerEntry, Pillar, Plan, Standing, Wording
from tracker.vocabulary import ProposalState

ADD = address(Commitment, "add")
TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.fixture
def page(admin):
    """The form of PRO-01, and its address."""
    return address(Commitment, "change", factories.commitment_called("PRO-01").pk)


def enter(admin, **changed: Any):
    rows = {
        "responsibilities": [
            {"institution": institution(), "role": "lead", "basis": "named"},
            {"institution": institution("mx-se"), "role": "support"},
        ],
        "citations": [{"source": source(), "locator_en": "paragraph 4", "origin": "follow-up"}],
    }
    return admin.post(ADD, typed(admin.get(ADD), rows=rows, **{**new_commitment(), **changed}))


def test_a_new_commitment_is_public_at_once(admin, real_plan, client_of) -> None:
    answer = enter(admin)
    assert answer.status_code == 302, sentences(answer)
    commitment = factories.commitment_called("PRO-33")
    standing = Standing.objects.open().get(commitment=commitment)
    assert (standing.basis, standing.counted, standing.wording.number) == ("none", True, 1)
    assert "guia conjunta" in standing.search_key
    assert commitment.responsibilities.open().count() == 2
    assert commitment.citations.open().get().origin == "follow-up"
    entry = LedgerEntry.objects.latest("sequence")
    assert (entry.act, entry.subject) == ("add-commitment", "PRO-33")
    assert len(entry.payload["opened"]) == 5
    assert Plan.objects.get(pk=real_plan.pk).revision == real_plan.revision + 1


@pytest.mark.parametrize(
    ("name", "asked", "shown"),
    [
        ("commitment-detail", "PRO-33", "Publish a joint guide for exporters"),
        ("commitment-list", "", "PRO-33"),
        ("plan-timeline", "", "PRO-33"),
        ("pillar-list", "", "PRO-33"),
    ],
)
def test_a_new_commitment_stands_on_the_public_pages(name, asked, shown, admin, client_of) -> None:
    enter(admin)
    args = ["canada-mexico", asked] if asked else ["canada-mexico"]
    query = "?q=guia+conjunta" if name == "commitment-list" else ""
    page = client_of(None).get(reverse(name, args=args) + query)
    assert page.status_code == 200
    assert shown in page.content.decode()


def test_a_new_commitment_stands_on_the_board_of_its_parties(
    admin, client_of, canada_coordinator
) -> None:
    enter(admin)
    board = client_of(canada_coordinator).get(reverse("desk-board", args=["canada-mexico"]))
    assert board.status_code == 200
    assert "PRO-33" in board.content.decode()


def test_a_change_of_wording_needs_its_reason_and_keeps_the_old_words(admin, page) -> None:
    commitment = factories.commitment_called("PRO-01")
    before = commitment.wordings.open().get()
    data = typed(admin.get(page), completion_test_en="The mission has taken place.")
    refused = admin.post(page, data)
    assert refused.status_code == 200
    assert "needs a reason" in sentences(refused)
    assert "The mission has taken place." in refused.content.decode(), "nothing typed is lost"
    assert commitment.wordings.count() == 1
    answer = admin.post(page, {**data, "reason_en": "Both sides agreed on a test."})
    assert answer.status_code == 302, sentences(answer)
    before.refresh_from_db()
    now = commitment.wordings.open().get()
    assert before.public_until == now.public_from
    assert (now.number, now.completion_test_en) == (2, "The mission has taken place.")
    assert now.reason_en == "Both sides agreed on a test."
    assert LedgerEntry.objects.latest("sequence").payload["reason"] == now.reason_en


def test_what_stands_in_several_tables_is_saved_whole_or_not_at_all(admin, page) -> None:
    """A row that breaks a rule takes the change of wording with it."""
    counts = [model.objects.count() for model in (Wording, LedgerEntry)]
    lead_inferred = {"institution": institution("ca-nrcan"), "role": "lead", "basis": "inferred"}
    shown = admin.get(page)
    prefix = "responsibilities"
    first = len(shown.context["inline_admin_formsets"][0].formset.initial_forms)
    rows = {prefix: [{}] * first + [lead_inferred]}
    answer = admin.post(page, typed(shown, rows=rows, title_en="New", reason_en="Why not."))
    assert answer.status_code == 200
    assert "must be named by a source" in sentences(answer)
    assert [model.objects.count() for model in (Wording, LedgerEntry)] == counts


def test_a_colleague_who_was_faster_is_not_overwritten(admin, page) -> None:
    mine = typed(admin.get(page), note_en="My note")
    theirs = typed(admin.get(page), note_en="Their note")
    assert admin.post(page, theirs).status_code == 302
    both = admin.post(page, mine)
    assert both.status_code == 200
    assert "A colleague changed this" in sentences(both)
    assert "Their note" in sentences(both)
    assert "My note" in both.content.decode()
    again = typed(both, note_en="My note and theirs")
    assert admin.post(page, again).status_code == 302
    assert factories.commitment_called("PRO-01").note_en == "My note and theirs"


def test_withdrawing_keeps_the_commitment_in_the_record(admin) -> None:
    enter(admin)
    commitment = factories.commitment_called("PRO-33")
    confirm = address(Commitment, "delete", commitment.pk)
    asked = admin.get(confirm)
    assert "It stays in the record" in asked.content.decode()
    act_id = asked.context["form"]["act_id"].value()
    answer = admin.post(confirm, {"withdraw": "1", "act_id": act_id, "reason": "A double."})
    assert answer.status_code == 302
    assert not commitment.wordings.open().exists()
    assert not Standing.objects.open().filter(commitment=commitment).exists()
    shown = admin.get(address(Commitment, "change", commitment.pk))
    assert "This was withdrawn" in shown.content.decode()
    data = {"title_en": "Back again"}
    assert admin.post(address(Commitment, "change", commitment.pk), data).status_code == 403


def test_a_commitment_with_reports_is_not_withdrawn(admin, published_report) -> None:
    report = published_report("PRO-01", "CA")
    confirm = address(Commitment, "delete", report.commitment_id)
    act_id = admin.get(confirm).context["form"]["act_id"].value()
    answer = admin.post(confirm, {"withdraw": "1", "act_id": act_id, "reason": "Never mind."})
    assert answer.status_code == 200
    assert "closed or superseded" in answer.content.decode()
    assert report.commitment.wordings.open().exists()


def test_a_commitment_that_others_are_part_of_is_not_withdrawn(admin, real_plan) -> None:
    whole = factories.commitment_called("MOB-02")
    confirm = address(Commitment, "delete", whole.pk)
    act_id = admin.get(confirm).context["form"]["act_id"].value()
    answer = admin.post(confirm, {"withdraw": "1", "act_id": act_id, "reason": "Never mind."})
    assert "MOB-03, MOB-04, MOB-05 name MOB-02" in answer.content.decode()
    assert whole.wordings.open().exists()


def test_what_was_withdrawn_is_not_withdrawn_again(administrator_user, entries) -> None:
    commitment = factories.commitment_called("PRO-01")
    rights = factories.rights_at(administrator_user)
    before = entries()

    def withdraw() -> None:
        withdraw_commitment(
            commitment, reason="A double.", rights=rights, at=factories.NOW, act_id=uuid.uuid4()
        )

    withdraw()
    with pytest.raises(Refusal, match="was withdrawn"):
        withdraw()
    assert entries() == before + 1


def test_once_the_parties_accepted_the_plan_a_change_is_only_proposed(admin, page) -> None:
    plan = Plan.objects.get(slug=factories.PLAN)
    Plan.objects.update(accepted_at=timezone.now())
    before = plan.ledger.count()
    answer = admin.post(page, typed(admin.get(page), note_en="A note"), follow=True)
    assert "Not public yet" in str(answer.content.decode())
    proposal = plan.proposals.get()
    assert proposal.state == ProposalState.OPEN
    assert proposal.needs_acceptance
    assert proposal.reason_en == "Entered in the administration."
    assert len({proposal.reason_en, proposal.reason_fr, proposal.reason_es}) == 3
    assert plan.ledger.count() == before
    assert factories.commitment_called("PRO-01").note_en != "A note"


def test_minutes_are_only_proposed_then_and_a_place_is_entered(admin) -> None:
    plan = Plan.objects.get(slug=factories.PLAN)
    Plan.objects.update(accepted_at=timezone.now())
    meeting = plan.meetings.first()
    form = reverse("admin:tracker_meeting_change", args=[meeting.pk])
    agreed(minutes_of(meeting, "They met.", "Exchange lists."))
    admin.post(form, typed(admin.get(form), place_en="Ottawa"))
    assert meeting.versions.open().get().place_en == "Ottawa"
    assert not plan.proposals.open().exists()
    answer = admin.post(form, typed(admin.get(form), summary_en="They agreed."), follow=True)
    assert "for the parties to accept" in answer.content.decode()
    assert plan.proposals.open().get().needs_acceptance
    assert meeting.versions.open().get().summary_en == "They met."


BAD = [
    ({"reference": "PRO-05"}, "taken in the plan"),
    ({"reference": "pro 5"}, "letters, a dash and digits"),
    ({"target_from": "2027-12-31", "target_to": "2027-01-01"}, "last day lies before the first"),
    ({"target_to": ""}, "Give this day too"),
    ({"target_from": ""}, "Give this day too"),
    ({"target_precision": "unknown"}, "Choose how exactly"),
    ({"target_from": "31/31/2027"}, "Enter a valid date"),
    (
        {"target_from": "2024-01-01", "target_to": "2024-12-31"},
        "before the plan’s start",
    ),
    ({"title_en": "", "title_fr": "", "title_es": ""}, "at least one language"),
    ({"title_en": "x" * 301}, "at most 300"),
    ({"description_en": "x" * 20_001}, "at most 20000"),
    ({"title_en": "a\x00b"}, "Null characters"),
    ({"pillar": "9999"}, "not one of the available choices"),
    ({"parent": "9999"}, "not one of the available choices"),
    ({"composition": "component"}, "needs the commitment it is part of"),
    ({"reporting_parties": []}, "Choose who must report"),
    ({"reporting_basis": "no-government"}, "no party reports"),
    ({"position": "many"}, "whole number"),
    ({"plan": ""}, "required"),
    ({"act_id": "not-an-id"}, "valid UUID"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD, ids=lambda value: str(value)[:40])
def test_bad_input_gets_a_sentence_and_stores_nothing(wrong, sentence, admin) -> None:
    counts = [model.objects.count() for model in (Commitment, Wording, LedgerEntry)]
    answer = enter(admin, **wrong)
    assert answer.status_code == 200
    assert sentence in sentences(answer)
    assert [model.objects.count() for model in (Commitment, Wording, LedgerEntry)] == counts


def test_an_area_of_another_pillar_is_refused(admin, real_plan) -> None:
    area = real_plan.areas.filter(pillar__number=2).first()
    assert "another pillar" in sentences(enter(admin, area=area))


def test_what_belongs_to_another_plan_is_refused(admin) -> None:
    other = Plan.objects.create(
        slug="other",
        title_en="Other",
        announced_on=dt.date(2026, 1, 1),
        axis_ends_on=dt.date(2028, 1, 1),
        compiled_on=dt.date(2026, 1, 1),
    )
    pillar = Pillar.objects.create(plan=other, number=1, slug="one", title_en="One")
    assert "belongs to another plan" in sentences(enter(admin, pillar=pillar))


def test_the_same_institution_twice_is_refused_at_its_row(admin) -> None:
    twice = [{"institution": institution(), "role": "support"}] * 2
    data = typed(admin.get(ADD), rows={"responsibilities": twice}, **new_commitment())
    assert "entered here already" in sentences(admin.post(ADD, data))


def test_a_row_that_was_replaced_meanwhile_is_told_apart(admin, page) -> None:
    mine = typed(admin.get(page))
    rows = {"responsibilities": [{"note_en": "Theirs"}]}
    assert admin.post(page, typed(admin.get(page), rows=rows)).status_code == 302
    answer = admin.post(page, {**mine, "responsibilities-0-note_en": "Mine"})
    assert answer.status_code == 200
    assert "A colleague changed" in sentences(answer)


def test_ten_megabytes_are_refused_before_they_are_read(admin) -> None:
    answer = admin.post(ADD, {"title_en": "x" * TEN_MEGABYTES})
    assert answer.status_code in (400, 413)


def test_addresses_that_are_cited_cannot_be_changed(admin, page) -> None:
    data = typed(admin.get(page), reference="PRO-99", note_en="A note")
    assert admin.post(page, data).status_code == 302
    assert not Commitment.objects.filter(reference="PRO-99").exists()


def test_scripts_in_texts_are_shown_as_text(admin) -> None:
    script = "<script>alert(1)</script>"
    enter(admin, title_en=script)
    commitment = factories.commitment_called("PRO-33")
    for page in ("change", "history", "delete"):
        shown = admin.get(address(Commitment, page, commitment.pk)).content.decode()
        assert script not in shown
    assert script not in admin.get(address(Commitment, "changelist")).content.decode()


def test_queries_do_not_grow_with_rows(admin, page, django_assert_max_num_queries) -> None:
    commitment = factories.commitment_called("PRO-01")
    with django_assert_max_num_queries(20):
        admin.get(page)
    bodies = type(institution()).objects.exclude(responsibilities__commitment=commitment)[:15]
    for number, body in enumerate(bodies):
        commitment.responsibilities.create(
            institution=body, position=number, public_from=factories.NOW
        )
    with django_assert_max_num_queries(20):
        admin.get(page)
    with django_assert_max_num_queries(12):
        admin.get(address(Commitment, "changelist"))


def test_the_history_tells_act_reason_and_role(admin, page) -> None:
    data = typed(admin.get(page), title_en="Another title", reason_en="A slip of the pen.")
    assert admin.post(page, data).status_code == 302
    pk = factories.commitment_called("PRO-01").pk
    shown = admin.get(address(Commitment, "history", pk)).content.decode()
    assert "A commitment was changed" in shown
    assert "A slip of the pen." in shown
    assert "Administrator" in shown


def test_what_was_withdrawn_is_found_by_its_filter(admin, administrator_user) -> None:
    enter(admin)
    withdraw_commitment(
        factories.commitment_called("PRO-33"),
        reason="A double.",
        rights=factories.rights_at(administrator_user),
        at=timezone.now(),
        act_id=LedgerEntry.objects.latest("sequence").act_id.__class__(int=1),
    )
    found = admin.get(f"{address(Commitment, 'changelist')}?in_force=no")
    assert [row.reference for row in found.context["cl"].result_list] == ["PRO-33"]
    found = admin.get(f"{address(Commitment, 'changelist')}?in_force=yes")
    assert found.context["cl"].result_count == 80

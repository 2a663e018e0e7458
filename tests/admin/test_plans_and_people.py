"""Opening a plan, reference data in use, periods, readings, and the people who sign in."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from tests import factories
from tests.admin.conftest import address, sentences, typed
from tests.admin.test_every_model import added, new_commitment, new_person
from tracker.actions.people import save_membership
from tracker.actions.refusals import Refusal
from tracker.models import (
    Commitment,
    Institution,
    Membership,
    Party,
    Pillar,
    Plan,
    PriorityArea,
    Reading,
    ReportingPeriod,
    Source,
    User,
)
from tracker.vocabulary import Role

PASSWORD = "correct horse battery"


def withdraw(admin, row, **given):
    page = address(type(row), "delete", row.pk)
    act_id = admin.get(page).context["form"]["act_id"].value()
    data = {"withdraw": "1", "act_id": act_id, "reason": "Entered by mistake."}
    return admin.post(page, {**data, **given})


def test_a_plan_entered_by_hand_is_opened_by_its_button(admin) -> None:
    plan = added(Plan, admin)
    page = address(Plan, "change", plan.pk)
    button = f"{address(Plan, 'changelist')}{plan.pk}/open/"
    assert button in admin.get(page).content.decode()
    act_id = admin.get(button).context["form"]["act_id"].value()
    early = admin.post(button, {"act_id": act_id})
    assert "has no commitments" in early.content.decode()
    Pillar.objects.create(plan=plan, number=1, slug="one", title_en="One")
    data = {**new_commitment(), "plan": plan, "pillar": plan.pillars.get()}
    add = address(Commitment, "add")
    assert admin.post(add, typed(admin.get(add), **data)).status_code == 302
    assert admin.post(button, {"act_id": act_id}).status_code == 302
    plan.refresh_from_db()
    assert plan.opened_at is not None
    assert plan.periods.exists()
    last = plan.ledger.order_by("-sequence").values_list("act", flat=True)[:2]
    assert list(last) == ["rotate-key", "open-plan"]
    assert button not in admin.get(page).content.decode()


def test_an_open_plan_is_kept_for_ever(admin, real_plan) -> None:
    assert "kept for ever" in withdraw(admin, real_plan).content.decode()
    assert Plan.objects.filter(pk=real_plan.pk).exists()


@pytest.mark.parametrize("model", [Pillar, Institution, Party, Source])
def test_what_the_record_uses_is_not_taken_out(model, admin, real_plan) -> None:
    row = {
        Pillar: real_plan.pillars.first,
        Institution: Institution.objects.filter(responsibilities__isnull=False).first,
        Party: real_plan.parties.first,
        Source: real_plan.sources.filter(citations__isnull=False).first,
    }[model]()
    before = real_plan.ledger.count()
    assert "is in use" in withdraw(admin, row).content.decode()
    assert model.objects.filter(pk=row.pk).exists()
    assert real_plan.ledger.count() == before


def test_bulk_withdrawal_is_all_or_nothing(admin, real_plan) -> None:
    free = added(Pillar, admin)
    used = real_plan.pillars.first()
    data = {"action": "withdraw_selected", "_selected_action": [free.pk, used.pk]}
    act_id = admin.post(address(Pillar, "changelist"), data).context["form"]["act_id"].value()
    send = {**data, "withdraw": "1", "act_id": act_id, "reason": "Tidying up."}
    answer = admin.post(address(Pillar, "changelist"), send)
    assert "is in use" in answer.content.decode()
    assert Pillar.objects.filter(pk=free.pk).exists()


def test_a_party_that_owes_reports_stays_in_its_plan(admin, real_plan) -> None:
    page = address(Plan, "change", real_plan.pk)
    third = Party.objects.create(code="XA", name_en="Third", publication_languages=["en"])
    canada = Party.objects.get(code="CA")
    answer = admin.post(page, typed(admin.get(page), parties=[canada, third]))
    assert "stays a party" in sentences(answer)
    answer = admin.post(page, typed(admin.get(page), parties=[canada]))
    assert "two parties or more" in sentences(answer)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "no such time zone"),
        ({"axis_ends_on": "2020-01-01"}, "must end after the announcement"),
        ({"close_after_days": "5"}, "may not close before"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(wrong, sentence, admin, real_plan) -> None:
    page = address(Plan, "change", real_plan.pk)
    assert sentence in sentences(admin.post(page, typed(admin.get(page), **wrong)))


def test_languages_are_typed_in_their_order(admin) -> None:
    canada = Party.objects.get(code="CA")
    page = address(Party, "change", canada.pk)
    assert "en, fr" in admin.get(page).content.decode()
    assert "languages: en, fr, es" in sentences(
        admin.post(page, typed(admin.get(page), publication_languages="en, de"))
    )
    again = admin.post(page, typed(admin.get(page), publication_languages="en, en"))
    assert "each language once" in sentences(again)
    admin.post(page, typed(admin.get(page), publication_languages="fr en"))
    canada.refresh_from_db()
    assert canada.publication_languages == ["fr", "en"]


def test_a_closed_period_stays_as_it_is(admin, real_plan) -> None:
    period = real_plan.periods.first()
    ReportingPeriod.objects.filter(pk=period.pk).update(closed_at=timezone.now())
    page = address(ReportingPeriod, "change", period.pk)
    assert "is closed" in admin.get(page).content.decode()
    assert admin.post(page, {"closes_on": "2030-01-01"}).status_code == 403
    assert admin.post(address(ReportingPeriod, "delete", period.pk)).status_code == 403


def test_a_period_is_not_opened_again_after_its_closing_day(admin, real_plan) -> None:
    page = address(ReportingPeriod, "change", factories.period_called(2026, 1).pk)
    assert "is closed" in admin.get(page).content.decode()
    assert admin.post(page, {"closes_on": "2030-01-01"}).status_code == 403


def test_the_parties_of_an_open_plan_stay(admin, real_plan) -> None:
    third = Party.objects.create(code="XA", name_en="Third", publication_languages=["en"])
    page = address(Plan, "change", real_plan.pk)
    parties = [*real_plan.parties.all(), third]
    answer = admin.post(page, typed(admin.get(page), parties=parties))
    assert "parties of an open plan" in sentences(answer)


def test_an_area_stays_with_the_pillar_of_its_commitments(admin, real_plan) -> None:
    area = real_plan.areas.filter(pillar__number=1).first()
    page = address(PriorityArea, "change", area.pk)
    elsewhere = real_plan.pillars.get(number=2)
    answer = admin.post(page, typed(admin.get(page), pillar=elsewhere.pk))
    assert "cannot move" in sentences(answer)


def test_an_institution_stays_with_the_party_of_its_people(admin, canada_official) -> None:
    page = address(Institution, "change", canada_official.memberships.get().institution_id)
    mexico = Party.objects.get(code="MX")
    assert "cannot move" in sentences(admin.post(page, typed(admin.get(page), party=mexico.pk)))


def test_no_membership_is_for_another_party_than_its_institutions(
    administrator_user, stranger
) -> None:
    membership = Membership(
        user=stranger,
        role=Role.OFFICIAL,
        institution=Institution.objects.get(slug="ca-gac"),
        party=Party.objects.get(code="MX"),
        starts_on=factories.NOW.date(),
    )
    with pytest.raises(Refusal, match="another party"):
        save_membership(membership, rights=factories.rights_at(administrator_user))


def test_a_period_keeps_the_order_of_its_days(admin, real_plan) -> None:
    page = address(ReportingPeriod, "change", real_plan.periods.last().pk)
    answer = admin.post(page, typed(admin.get(page), due_on="2020-01-01"))
    assert "in this order" in sentences(answer)


def test_a_reading_replaces_the_one_in_force(admin, real_plan) -> None:
    reading = Reading.objects.open().exclude(level="").first()
    page = f"{address(Reading, 'add')}?commitment={reading.commitment_id}"
    assert page in admin.get(address(Reading, "change", reading.pk)).content.decode()
    shown = admin.get(page)
    assert shown.context["adminform"].form["level"].value() == reading.level
    data = typed(shown, note_en="A press report of November bears it out.")
    answer = admin.post(address(Reading, "add"), data)
    assert answer.status_code == 302, sentences(answer)
    reading.refresh_from_db()
    assert not reading.is_open
    assert Reading.objects.open().get(commitment=reading.commitment).note_en.startswith("A press")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"entries": []}, "at least one record entry"),
        ({"level": "", "note_en": "", "note_fr": "", "note_es": ""}, "leaves open"),
    ],
)
def test_a_reading_rests_on_something(changed, sentence, admin) -> None:
    reading = Reading.objects.open().exclude(level="").first()
    shown = admin.get(f"{address(Reading, 'add')}?commitment={reading.commitment_id}")
    answer = admin.post(address(Reading, "add"), typed(shown, **changed))
    assert sentence in sentences(answer)


# People -------------------------------------------------------------------------------------------


def test_a_person_with_a_role_and_a_first_password_can_sign_in(admin) -> None:
    add = address(User, "add")
    body = Institution.objects.get(slug="ca-gac")
    role = {
        "role": "coordinator",
        "institution": body,
        "party": body.party,
        "starts_on": "2026-11-22",
    }
    data = typed(admin.get(add), rows={"memberships": [role]}, **new_person())
    answer = admin.post(add, {**data, "new_password": PASSWORD})
    assert answer.status_code == 302, sentences(answer)
    person = User.objects.get(email="new.person@example.org")
    assert authenticate(username=person.email, password=PASSWORD) == person
    assert person.memberships.get().role == "coordinator"


def test_a_person_without_a_password_cannot_sign_in_yet(admin) -> None:
    person = added(User, admin)
    assert not person.has_usable_password()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": "ADMINISTRATOR@example.org"}, "with this address already"),
        ({"email": "no address"}, "valid email"),
        ({"new_password": "short"}, "too short"),
    ],
)
def test_an_account_that_does_not_hold_is_refused(changed, sentence, admin) -> None:
    add = address(User, "add")
    answer = admin.post(add, typed(admin.get(add), **{**new_person(), **changed}))
    assert sentence in sentences(answer)


def test_a_refused_role_leaves_no_person_behind(admin) -> None:
    add = address(User, "add")
    twice = [{"role": "secretariat", "starts_on": "2026-11-22"}] * 2
    answer = admin.post(add, typed(admin.get(add), rows={"memberships": twice}, **new_person()))
    assert "holds this role at that time already" in sentences(answer)
    assert not User.objects.filter(email="new.person@example.org").exists()


def test_officials_need_a_party_and_an_institution_of_it(admin) -> None:
    person = factories.make_person("Nobody Yet")
    add = address(Membership, "add")
    alone = {"user": person, "role": "official", "starts_on": "2026-11-22"}
    answer = admin.post(add, typed(admin.get(add), **alone))
    assert "needs a party and an institution" in sentences(answer)
    mixed = {
        **alone,
        "party": Party.objects.get(code="MX"),
        "institution": Institution.objects.get(slug="ca-gac"),
    }
    assert "another party" in sentences(admin.post(add, typed(admin.get(add), **mixed)))


def test_closing_an_account_ends_its_sessions(admin, client_of, secretariat_user) -> None:
    theirs = client_of(secretariat_user)
    assert theirs.get("/admin/").status_code == 200
    assert withdraw(admin, secretariat_user).status_code == 302
    assert theirs.get("/admin/").status_code == 302
    assert User.objects.filter(pk=secretariat_user.pk, is_active=False).exists()


def test_an_administrator_cannot_shut_themselves_out(admin, administrator_user) -> None:
    assert "your own account" in withdraw(admin, administrator_user).content.decode()
    own = administrator_user.memberships.get()
    assert "role under which" in withdraw(admin, own).content.decode()
    page = address(User, "change", administrator_user.pk)
    answer = admin.post(page, {**typed(admin.get(page)), "is_staff": ""})
    assert "shut yourself out" in sentences(answer)
    page = address(Membership, "change", own.pk)
    answer = admin.post(page, typed(admin.get(page), role="secretariat"))
    assert "role under which" in sentences(answer)


def test_a_new_password_is_never_shown_or_kept_in_the_history(admin) -> None:
    person = factories.make_person("Somebody")
    page = address(User, "change", person.pk)
    assert admin.post(page, typed(admin.get(page), new_password=PASSWORD)).status_code == 302
    for shown in (page, address(User, "history", person.pk)):
        text = admin.get(shown).content.decode()
        assert PASSWORD not in text
        assert "pbkdf2" not in text

"""Who may enter the administration, and what it never shows."""

from __future__ import annotations

import pytest
from django.contrib import admin as django_admin
from django.urls import reverse

from tests import factories
from tests.admin.conftest import address
from tracker.models import (
    Commitment,
    Institution,
    LedgerEntry,
    Membership,
    Plan,
    StatusReport,
    User,
)
from tracker.vocabulary import Role

MARKER = "zanahoria-azul"
EVERYBODY_ELSE = (
    "stranger",
    "canada_official",
    "mexico_official",
    "canada_coordinator",
    "mexico_coordinator",
)


def test_anonymous_people_are_led_to_the_sites_own_sign_in(client_of) -> None:
    client = client_of(None)
    first = client.get("/admin/tracker/plan/")
    assert first.status_code == 302
    second = client.get(first.url)
    assert second.url == f"{reverse('account_login')}?next=/admin/tracker/plan/"


def test_sign_in_leads_only_to_own_addresses(client_of) -> None:
    answer = client_of(None).get("/admin/login/?next=https://elsewhere.example/")
    assert "elsewhere" not in answer.url


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
def test_without_the_membership_nobody_enters(who, request, client_of) -> None:
    client = client_of(request.getfixturevalue(who))
    for page in ("/admin/", "/admin/login/", address(Plan, "changelist"), address(User, "add")):
        assert client.get(page).status_code == 403, page


def test_staff_and_superusers_without_a_membership_do_not_enter(client_of, real_plan) -> None:
    person = factories.make_person("Staff Only", is_staff=True)
    person.is_superuser = True
    person.save()
    assert client_of(person).get("/admin/").status_code == 403


def test_a_membership_without_staff_does_not_open_the_administration(client_of, real_plan) -> None:
    person = factories.make_person("Not Staff", Role.SECRETARIAT)
    assert client_of(person).get("/admin/").status_code == 403


def test_a_role_that_ended_ends_at_the_next_request(client_of, secretariat_user) -> None:
    client = client_of(secretariat_user)
    assert client.get("/admin/").status_code == 200
    Membership.objects.filter(user=secretariat_user).update(ends_on="2026-11-21")
    assert client.get("/admin/").status_code == 403


def test_the_secretariat_keeps_the_record_but_not_the_people(client_of, secretariat_user) -> None:
    client = client_of(secretariat_user)
    index = client.get("/admin/").content.decode()
    assert address(Plan, "changelist") in index
    assert address(User, "changelist") not in index
    for model in (User, Membership):
        pages = [address(model, "changelist"), address(model, "add")]
        pages += [address(model, page, model.objects.first().pk) for page in ("change", "history")]
        for page in pages:
            assert client.get(page).status_code == 403, page
    suggestions = {"app_label": "tracker", "model_name": "membership", "field_name": "user"}
    assert client.get(reverse("admin:autocomplete"), suggestions).status_code == 403


def test_the_index_names_every_noun_in_its_section(admin) -> None:
    index = admin.get("/admin/").content.decode()
    for model in django_admin.site._registry:
        assert address(model, "changelist") in index
    assert index.index("The plan") < index.index("The public record") < index.index("Ledger")


@pytest.mark.parametrize("who", ["administrator_user", "secretariat_user"])
def test_an_unpublished_report_shows_state_and_dates_alone(
    who, request, client_of, draft_report
) -> None:
    """The marker stands in every text of a draft and of its history, and is seen nowhere."""
    client = client_of(request.getfixturevalue(who))
    texts = {"done_en": MARKER, "done_fr": MARKER, "obstacles_en": MARKER, "next_step_en": MARKER}
    evidence = [factories.link(title=MARKER, url=f"https://example.org/{MARKER}")]
    report = draft_report("PRO-01", "CA", evidence=evidence, **texts)
    report.events.create(act="returned", actor=report.author, at=factories.NOW, note=MARKER)
    pages = [
        address(StatusReport, "changelist"),
        address(StatusReport, "change", report.pk),
        address(StatusReport, "history", report.pk),
        address(Commitment, "change", report.commitment_id),
        address(Commitment, "history", report.commitment_id),
        address(Commitment, "delete", report.commitment_id),
        address(LedgerEntry, "changelist"),
        "/admin/",
        reverse("admin:autocomplete")
        + "?app_label=tracker&model_name=statusreport&field_name=corrects&term=PRO-01",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        shown = answer.content.decode()
        assert MARKER not in shown, page
        assert str(report.author) not in shown, page
    shown = client.get(address(StatusReport, "change", report.pk)).content.decode()
    assert "Draft" in shown
    assert "under-way" not in shown
    assert "Under way" not in shown


@pytest.mark.parametrize(
    "asked",
    [
        f"done_en__contains={MARKER}",
        "level__exact=under-way",
        f"events__note__contains={MARKER}",
        f"evidence__title__contains={MARKER}",
        "author__email__startswith=c",
    ],
)
def test_the_texts_of_a_report_cannot_be_guessed_by_filters(asked, admin, draft_report) -> None:
    draft_report("PRO-01", "CA", done_en=MARKER)
    assert admin.get(f"{address(StatusReport, 'changelist')}?{asked}").status_code == 400
    other = f"{address(Commitment, 'changelist')}?reports__{asked}"
    assert admin.get(other).status_code == 400


@pytest.mark.parametrize(
    "address_and_way",
    [
        "pillar/?plan__commitments__reports__",
        "priorityarea/?pillar__plan__commitments__reports__",
        "statusreport/?party__reports__",
        "statusreport/?commitment__plan__commitments__reports__",
        "membership/?party__reports__",
    ],
)
def test_no_filter_leads_on_to_the_texts_of_a_report(address_and_way, admin, draft_report) -> None:
    draft_report("PRO-01", "CA", done_en=MARKER)
    page = admin.get(f"/admin/tracker/{address_and_way}done_en__contains={MARKER}")
    assert page.status_code == 400


def test_the_texts_of_a_report_cannot_be_found_by_search(admin, draft_report) -> None:
    draft_report("PRO-01", "CA", done_en=MARKER)
    page = admin.get(f"{address(StatusReport, 'changelist')}?q={MARKER}")
    assert page.context["cl"].result_count == 0


def test_a_published_report_leads_to_its_commitments_page(admin, published_report) -> None:
    report = published_report("PRO-01", "CA")
    page = admin.get(address(StatusReport, "change", report.pk)).content.decode()
    assert reverse("commitment-detail", args=["canada-mexico", "PRO-01"]) in page


def test_changing_ones_password_leads_to_the_sites_own_page(admin) -> None:
    assert admin.get("/admin/password_change/").url == reverse("account_change_password")


def test_suggestions_say_what_a_row_is(admin) -> None:
    asked = {"app_label": "tracker", "model_name": "agendaitem", "field_name": "commitment"}
    found = admin.get(reverse("admin:autocomplete"), {**asked, "term": "PRO-05"}).json()["results"]
    assert [row["text"][:7] for row in found] == ["PRO-05 "]
    assert len(found[0]["text"]) > 10


def test_search_is_blind_to_accents_and_case(admin) -> None:
    page = admin.get(f"{address(Institution, 'changelist')}?q=SECRETARIA relaciones")
    assert page.context["cl"].result_count >= 1


@pytest.mark.parametrize("model", list(django_admin.site._registry), ids=lambda m: m.__name__)
def test_a_bad_filter_is_refused_in_words(model, admin) -> None:
    assert admin.get(f"{address(model, 'changelist')}?nonsense__in=1").status_code in (302, 400)

"""Who comes in at the desk, and what nobody else's eyes may see there."""

import pytest

from tests.desk.pages import PLAN, address, form_address, text_of
from tests.factories import texts_in
from tracker.models import Party, StatusReport
from tracker.vocabulary import ReportState

MARKER = "Quetzal-Narwhal-7319"
CAST = [
    "canada_official",
    "canada_coordinator",
    "mexico_official",
    "mexico_coordinator",
    "secretariat_user",
    "administrator_user",
    "stranger",
]
PAGES = {
    "home": address("desk-home"),
    "work": address("desk-work", PLAN),
    "board": address("desk-board", PLAN),
    "queue": address("desk-queue", PLAN),
    "form": form_address("CA"),
    "their form": form_address("MX"),
}
# home, work, board, queue, form, their form
CODES = {
    "canada_official": (302, 200, 200, 403, 200, 403),
    "canada_coordinator": (302, 200, 200, 200, 200, 403),
    "mexico_official": (302, 200, 200, 403, 403, 200),
    "mexico_coordinator": (302, 200, 200, 200, 403, 200),
    "secretariat_user": (200, 403, 403, 403, 403, 403),
    "administrator_user": (200, 403, 403, 403, 403, 403),
    "stranger": (403, 403, 403, 403, 403, 403),
}


@pytest.mark.parametrize("person", CAST)
def test_each_person_gets_the_pages_of_their_role(client_of, request, person):
    client = client_of(request.getfixturevalue(person))
    codes = tuple(client.get(url).status_code for url in PAGES.values())
    assert codes == CODES[person]


@pytest.mark.parametrize("url", [*PAGES.values(), address("report-review", 1)])
def test_a_visitor_is_sent_to_sign_in_and_comes_back(client_of, real_plan, url):
    response = client_of(None).get(url)
    assert response.status_code == 302
    assert response.url.startswith("/en/accounts/login/?next=/en/desk/")


@pytest.mark.parametrize("url", PAGES.values())
def test_a_stranger_is_told_how_to_get_a_role(client_of, stranger, url):
    assert "Your account has no role here." in text_of(client_of(stranger).get(url))


def test_the_desk_leads_to_my_work(client_of, canada_official):
    assert client_of(canada_official).get(address("desk-home")).url == address("desk-work", PLAN)


def test_the_secretariat_is_shown_the_way_to_administration(client_of, secretariat_user):
    page = text_of(client_of(secretariat_user).get(address("desk-home")))
    assert 'href="/admin/"' in page


def test_only_staff_are_shown_the_way_to_administration(client_of, secretariat_user):
    secretariat_user.is_staff = False
    secretariat_user.save()
    page = text_of(client_of(secretariat_user).get(address("desk-home")))
    assert 'href="/admin/"' not in page


@pytest.mark.parametrize("person", CAST)
def test_pages_of_the_desk_stay_out_of_every_cache(client_of, request, person):
    client = client_of(request.getfixturevalue(person))
    for url in PAGES.values():
        assert "no-store" in client.get(url).headers["Cache-Control"]


@pytest.fixture
def planted(draft_report, submitted_report) -> list[StatusReport]:
    """Unpublished reports of Canada that hold the marker in every text."""
    canada = Party.objects.get(code="CA")
    texts = dict.fromkeys(texts_in(canada, "done"), MARKER)
    texts |= {f"{name}_en": MARKER for name in ("obstacles", "next_step", "missing")}
    evidence = [
        {"title": MARKER, "url": "https://example.org/", "language": "en", "dated_on": "2026-09-01"}
    ]
    draft = draft_report("PRO-27", evidence=evidence, **texts)
    submitted = submitted_report("PRO-28", evidence=evidence, **texts_in(canada, "next_step"))
    returned = draft_report("PRO-26", evidence=evidence, **texts)
    StatusReport.objects.filter(pk=returned.pk).update(state=ReportState.RETURNED)
    return [draft, submitted, returned]


@pytest.mark.parametrize("person", [name for name in CAST if not name.startswith("canada")])
def test_nobody_else_sees_a_draft_or_that_it_exists(client_of, request, planted, person):
    client = client_of(request.getfixturevalue(person))
    acts = ["report-review", "report-withdraw", "report-return", "report-publish", "report-concur"]
    for url in PAGES.values():
        page = text_of(client.get(url))
        assert MARKER not in page
        assert "Returned with a note" not in page.replace("<option", "").split("</form>")[-1]
    for report in planted:
        for name in acts:
            for send in (client.get, client.post)[: 1 if name == "report-review" else 2]:
                response = send(address(name, report.pk))
                assert response.status_code == (403 if person == "stranger" else 404)
                assert MARKER not in text_of(response)


@pytest.mark.parametrize("person", ["mexico_coordinator", "mexico_official"])
def test_the_other_sides_pages_are_the_same_with_and_without_a_draft(
    client_of, request, draft_report, person
):
    client = client_of(request.getfixturevalue(person))
    urls = [PAGES["work"], PAGES["board"], PAGES["board"] + "?state=draft", PAGES["their form"]]
    client.get(urls[0])
    before = [stable(client.get(url)) for url in urls]
    draft_report("PRO-27", done_en=MARKER)
    assert [stable(client.get(url)) for url in urls] == before


def stable(response) -> str:
    """The page without what is new at each request."""
    import re

    return re.sub(r'(csrfmiddlewaretoken|act_id)" value="[^"]+"', "", text_of(response))


def test_an_official_of_another_institution_sees_no_draft_of_the_own_side(
    client_of, canada_official, planted, draft_report
):
    elsewhere = draft_report("PRO-01", done_en=MARKER)
    client = client_of(canada_official)
    assert client.get(address("report-review", elsewhere.pk)).status_code == 404
    assert MARKER not in text_of(client.get(PAGES["board"]))


@pytest.mark.parametrize("name", ["report-return", "report-publish"])
def test_an_official_may_read_but_not_decide(client_of, canada_official, submitted_report, name):
    report = submitted_report("PRO-27")
    client = client_of(canada_official)
    page = text_of(client.get(address("report-review", report.pk)))
    assert address(name, report.pk) not in page
    assert client.post(address(name, report.pk)).status_code == 403


def test_working_for_a_party_that_is_not_mine_is_refused(client_of, canada_coordinator):
    response = client_of(canada_coordinator).get(PAGES["board"] + "?party=MX")
    assert response.status_code == 403

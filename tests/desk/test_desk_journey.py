"""A report's whole way: drafted, submitted, returned, mended, published, answered."""

import uuid

import pytest

from tests.desk.pages import (
    PLAN,
    address,
    form_address,
    opened,
    press,
    problems,
    text_of,
    typed,
    write,
)
from tracker.models import LedgerEntry, Standing, StatusReport
from tracker.vocabulary import Basis, Level, ReportState

MEXICO = form_address("MX")


def the_report(party: str = "CA") -> StatusReport:
    return StatusReport.objects.filter(party__code=party).latest("pk")


def standing_of(reference: str) -> Standing:
    return Standing.objects.open().get(commitment__reference=reference)


def test_a_draft_is_saved_and_said_to_be_saved(client_of, canada_official, canada_coordinator):
    client = client_of(canada_official)
    response = write(client, "save")
    assert response.status_code == 302
    assert response.url == form_address()
    page = text_of(client.get(response.url))
    assert "Draft saved at" in page
    assert "NSERC" in page
    assert "GAC" in page
    assert the_report().state == ReportState.DRAFT


def test_preview_saves_and_shows_what_the_public_will_read(client_of, canada_official):
    client = client_of(canada_official)
    response = write(client, "preview")
    assert response.url == address("report-review", the_report().pk)
    page = text_of(client.get(response.url))
    assert "The drafting group met" in page
    assert "Le groupe de rédaction" in page


@pytest.mark.parametrize(
    ("party", "languages", "publisher"),
    [("CA", ("en", "fr"), "canada"), ("MX", ("es",), "mexico")],
)
def test_each_side_drafts_returns_mends_and_publishes(
    client_of, request, party, languages, publisher
):
    official = client_of(request.getfixturevalue(f"{publisher}_official"))
    coordinator = client_of(request.getfixturevalue(f"{publisher}_coordinator"))
    url = form_address(party)

    write(official, "submit", languages, url)
    report = the_report(party)
    assert report.state == ReportState.SUBMITTED

    response = press(coordinator, "report-return", report, note="Name the participants.")
    assert response.url == address("desk-queue", PLAN)
    assert "Name the participants." in text_of(official.get(url))

    write(official, "submit", languages, url, obstacles_en="")
    response = press(coordinator, "report-publish", report)
    report.refresh_from_db()
    assert report.state == ReportState.PUBLISHED
    assert response.url == address("commitment-detail", PLAN, "PRO-27")
    assert standing_of("PRO-27").level == Level.UNDER_WAY


def test_a_contest_is_taken_off_a_draft(client_of, published_report, mexico_official):
    theirs = published_report("PRO-27", "CA")
    official, url = client_of(mexico_official), form_address("MX", contests=theirs.pk)
    write(official, "save", ("es",), url, contest_reason_es="No consta en ningún acta.")
    assert the_report("MX").contests == theirs

    response = write(official, "no-contest", ("es",), url, contest_reason_es="No consta.")
    draft = the_report("MX")
    assert draft.contests is None
    assert draft.contest_reason_es == ""
    assert draft.done_es
    assert "contests" not in response.url
    assert "Save without contesting" not in text_of(official.get(response.url))


def test_two_positions_agree_by_concurrence_and_then_differ_by_contest(
    client_of, canada_official, canada_coordinator, mexico_official, mexico_coordinator
):
    write(client_of(canada_official), "submit")
    press(client_of(canada_coordinator), "report-publish", the_report())
    ours = the_report()

    mexico = client_of(mexico_coordinator)
    page = mexico.get(address("report-concur", ours.pk))
    assert "What Mexico will say" in text_of(page)
    press(mexico, "report-concur", ours)
    assert standing_of("PRO-27").basis == Basis.AGREED

    contest = form_address("MX", contests=ours.pk)
    official = client_of(mexico_official)
    write(
        official,
        "submit",
        ("es",),
        contest,
        level="planned",
        next_step_es="Firmar el memorando.",
        step_on="2027-03-01",
        contest_reason_es="El intercambio no consta en ningún acta.",
        change_reason_es="Adherimos antes de ver las actas.",
    )
    answer = the_report("MX")
    assert answer.contests == ours
    assert "share it first" in text_of(mexico.get(address("report-review", answer.pk)))
    press(mexico, "report-share", answer)
    press(mexico, "report-publish", answer)
    standing = standing_of("PRO-27")
    assert standing.basis == Basis.DIFFER
    assert standing.level == Level.PLANNED


def test_a_submitted_report_can_be_withdrawn_and_changed(client_of, canada_official):
    client = client_of(canada_official)
    write(client, "submit")
    report = the_report()
    assert client.get(form_address()).url == address("report-review", report.pk)
    assert press(client, "report-withdraw", report).url == form_address()
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_publishing_twice_is_publishing_once(client_of, submitted_report, canada_coordinator):
    report = submitted_report("PRO-27")
    client = client_of(canada_coordinator)
    before = LedgerEntry.objects.count()
    data = {"act_id": str(uuid.uuid4())}
    first = client.post(address("report-publish", report.pk), data)
    second = client.post(address("report-publish", report.pk), data)
    assert first.url == second.url
    assert LedgerEntry.objects.count() == before + 1


def test_concurring_twice_is_concurring_once(client_of, published_report, mexico_coordinator):
    report = published_report("PRO-27")
    client = client_of(mexico_coordinator)
    data = {"act_id": str(uuid.uuid4())}
    client.post(address("report-concur", report.pk), data)
    response = client.post(address("report-concur", report.pk), data)
    assert response.status_code == 302, problems(response)
    assert StatusReport.objects.filter(party__code="MX").count() == 1


@pytest.mark.parametrize("act", ["save", "preview", "submit"])
def test_the_form_sent_twice_counts_once(client_of, canada_official, act):
    client = client_of(canada_official)
    sent = {**opened(client, form_address()), **typed(), "act": act}
    first, second = (client.post(form_address(), sent) for _time in range(2))
    assert first.url == second.url, problems(second)
    assert the_report().version == 1


def test_who_wrote_a_report_does_not_publish_it(client_of, submitted_report, canada_coordinator_2):
    report = submitted_report("PRO-27")  # written by the second coordinator
    client = client_of(canada_coordinator_2)
    page = text_of(client.get(address("report-review", report.pk)))
    assert "another coordinator of your side must publish it" in page
    response = press(client, "report-publish", report)
    assert response.status_code == 403
    assert "another coordinator must publish it" in text_of(response)


def test_returning_without_a_note_says_what_is_missing(
    client_of, submitted_report, canada_coordinator
):
    report = submitted_report("PRO-27")
    response = press(client_of(canada_coordinator), "report-return", report, note="  ")
    assert response.status_code == 400
    assert "Write a note to the author." in text_of(response)
    assert "<title>Error:" in text_of(response)


def test_buttons_pressed_too_late_get_a_sentence(client_of, draft_report, canada_coordinator):
    report = draft_report("PRO-27")
    response = press(client_of(canada_coordinator), "report-publish", report)
    assert response.status_code == 409
    assert "Only a submitted report can be published." in text_of(response)


@pytest.mark.parametrize("name", ["report-withdraw", "report-return", "report-publish"])
def test_an_act_opened_as_a_page_leads_to_the_report(
    client_of, submitted_report, canada_coordinator, name
):
    report = submitted_report("PRO-27")
    response = client_of(canada_coordinator).get(address(name, report.pk))
    assert response.url == address("report-review", report.pk)


def test_a_published_report_is_read_on_its_public_page(
    client_of, published_report, mexico_official
):
    report = published_report("PRO-27")
    response = client_of(mexico_official).get(address("report-review", report.pk))
    assert response.url == address("commitment-detail", PLAN, "PRO-27")


def test_publishing_without_an_act_asks_to_press_again(
    client_of, submitted_report, canada_coordinator
):
    report = submitted_report("PRO-27")
    response = press(client_of(canada_coordinator), "report-publish", report, act_id="x")
    assert response.status_code == 400
    assert "Press the button again." in text_of(response)


def test_a_side_cannot_concur_with_what_is_no_longer_the_latest(
    client_of, published_report, mexico_coordinator
):
    report = published_report("PRO-27")
    published_report("PRO-27", level=Level.PLANNED, next_step=True, step_on="2027-01-01")
    response = press(client_of(mexico_coordinator), "report-concur", report)
    assert response.status_code == 409
    assert "no longer the other party’s latest report" in text_of(response)


def test_one_cannot_concur_with_ones_own_side(client_of, published_report, canada_coordinator):
    report = published_report("PRO-27")
    response = client_of(canada_coordinator).get(address("report-concur", report.pk))
    assert response.status_code == 403

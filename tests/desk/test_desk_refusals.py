"""What people type wrong, and the sentence each gets. Nothing is stored in part or lost."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client

from tests import factories
from tests.desk.pages import (
    PLAN,
    address,
    form_address,
    hidden,
    opened,
    problems,
    text_of,
    typed,
    write,
)
from tests.factories import make_person
from tracker.actions.report_publication import publish_report
from tracker.models import Commitment, Evidence, StatusReport
from tracker.vocabulary import Level, ReportState, Role


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("effective_on", "31 February 2026", "Give a whole day"),
        ("effective_on", "October 2026", "Give a whole day"),
        ("effective_on", "09/10/2026", "Give a whole day"),
        ("action_on", "0001-01-01", "Give a day between 1990 and 2100"),
        ("step_on", "x" * 3_000, "Give a whole day"),
        ("done_en", "bell \x07 and null \x00", "characters that cannot be shown"),
        ("done_fr", "é" * 20_001, "Keep this under 20000 characters: it has 20001"),
        ("level", "superseded", "Select a valid choice"),
        ("confidence", "sure", "Select a valid choice"),
        ("act_id", "not an id", "Enter a valid UUID"),
        ("evidence-0-url", "javascript:alert(1)", "web address that begins with https"),
        ("evidence-0-url", "", "Give the link, or attach a file."),
        ("evidence-0-title", "", "Give the title."),
        ("evidence-0-dated_on", "", "Give the date of this evidence."),
        ("evidence-0-language", "de", "Select a valid choice"),
        ("evidence-TOTAL_FORMS", "x", "ManagementForm"),
    ],
)
def test_a_wrong_value_gets_a_sentence_and_stores_nothing(
    client_of, canada_official, field, value, sentence
):
    response = write(client_of(canada_official), "submit", **{field: value})
    assert response.status_code == 400
    assert sentence in problems(response)
    assert "<title>Error:" in text_of(response)
    assert "exchanged a full text" in text_of(response) or field == "done_en"
    assert not StatusReport.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"level": ""}, "Choose how far your side has come."),
        ({"level": "completed"}, "No completion test is agreed"),
        ({"level": "paused"}, "Give the date of resuming."),
        ({"level": "paused", "reason_code": "legal", "resumes_on": "2026-01-01"}, "in the future"),
        ({"level": "substantially-delivered"}, "Name what is still missing."),
        ({"level": "planned"}, "Give the date of the first step."),
        ({"confidence": "at-risk"}, "Say what will be done about it."),
        ({"confidence": ""}, "Say what you expect by the target date."),
        ({"effective_on": ""}, "Give the day on which this was true."),
        ({"effective_on": "2030-01-01"}, "This day lies in the future."),
        ({"effective_on": "2025-01-01"}, "before the plan was announced"),
        ({"effective_on": "2026-11-01"}, "after the period you report for"),
        ({"action_on": "2027-01-01"}, "The last action cannot lie in the future."),
        ({"done_fr": ""}, "Complete this text in this language too."),
        (
            {"evidence-0-title": "", "evidence-0-url": "", "evidence-0-dated_on": ""},
            "Evidence is missing",
        ),
    ],
)
def test_a_gate_not_met_is_said_and_the_draft_is_kept(
    client_of, canada_official, changed, sentence
):
    client = client_of(canada_official)
    response = write(client, "submit", **changed)
    assert response.status_code == 400
    assert sentence in problems(response)
    assert "Your draft is saved." in problems(response)
    assert StatusReport.objects.get().state == ReportState.DRAFT


def test_after_a_refusal_the_same_page_can_be_mended_and_sent(client_of, canada_official):
    client = client_of(canada_official)
    refused = write(client, "submit", confidence="")
    client.post(form_address(), {**hidden(refused), **typed(), "act": "submit"})
    assert StatusReport.objects.get().state == ReportState.SUBMITTED


def test_ten_megabytes_of_text_get_a_sentence(client_of, canada_official):
    client = client_of(canada_official)
    sent = {**opened(client, form_address()), **typed(done_en="x" * 10_000_000)}
    response = client.post(form_address(), sent)
    assert response.status_code == 413
    assert "too long" in text_of(response)
    assert not StatusReport.objects.exists()


def test_the_same_link_twice_gets_a_sentence(client_of, canada_official):
    again = {name.replace("-0-", "-1-"): value for name, value in typed().items() if "-0-" in name}
    response = write(client_of(canada_official), "save", **again)
    assert "The same link stands here twice." in problems(response)


def test_a_report_that_is_not_mine_is_refused(client_of, canada_official):
    response = client_of(canada_official).get(form_address(reference="PRO-01"))
    assert response.status_code == 403
    assert "You may not report for Canada on PRO-01." in text_of(response)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (form_address(reference="PRO-99"), 404),
        (form_address(party="US"), 404),
        (form_address(period="2026-Q9"), 400),
        (form_address(period="next"), 400),
        (form_address(contests="0"), 400),
        (form_address(contests="²"), 400),
        (form_address(contests="9" * 40), 400),
        (address("report-write", "no-plan", "CA", "PRO-27"), 404),
    ],
)
def test_what_the_address_names_wrongly_is_no_page(client_of, canada_coordinator, url, status):
    assert client_of(canada_coordinator).get(url).status_code == status


@pytest.mark.parametrize(
    ("period", "sentence"),
    [("2026-Q2", "2026 Q2 is closed"), ("2027-Q1", "2027 Q1 has not begun")],
)
def test_a_closed_or_coming_quarter_takes_no_report(client_of, canada_official, period, sentence):
    client = client_of(canada_official)
    sent = {**opened(client, form_address()), **typed()}
    for response in (
        client.get(form_address(period=period)),
        client.post(form_address(period=period), sent),
    ):
        assert response.status_code == 409
        assert sentence in text_of(response)
    assert not StatusReport.objects.exists()


def test_a_commitment_on_which_my_party_does_not_report_takes_none(client_of, canada_coordinator):
    response = client_of(canada_coordinator).get(form_address(reference="PRO-31"))
    assert response.status_code == 409
    assert "No report of Canada is due on PRO-31." in text_of(response)


def test_a_superseded_commitment_takes_no_report(client_of, canada_coordinator, commitment):
    Commitment.objects.filter(reference="PRO-27").update(superseded_by=commitment("PRO-01"))
    response = client_of(canada_coordinator).get(form_address())
    assert response.status_code == 409
    assert "PRO-27 was superseded by PRO-01: report there." in text_of(response)


def test_without_an_open_period_there_is_a_sentence(client_of, canada_official, real_plan):
    client = client_of(canada_official)
    real_plan.periods.update(closed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    response = client.get(address("report-write", PLAN, "CA", "PRO-27"))
    assert response.status_code == 409
    assert "No reporting period is open." in text_of(response)


def test_a_colleagues_version_is_shown_beside_mine(client_of, canada_official, canada_coordinator):
    mine, theirs = client_of(canada_official), client_of(canada_coordinator)
    sent = {**opened(mine, form_address()), **typed(done_en="What I typed.")}
    write(theirs, "save", done_en="What my colleague saved.")

    response = mine.post(form_address(), {**sent, "act": "submit"})
    assert response.status_code == 409
    page = text_of(response)
    assert "A colleague saved this report after you opened it." in page
    assert "What I typed." in page
    assert "What my colleague saved." in page
    report = StatusReport.objects.get()
    assert report.done_en == "What my colleague saved."
    assert report.state == ReportState.DRAFT


def test_a_form_sent_after_the_report_was_submitted_keeps_what_was_typed(
    client_of, canada_official, canada_coordinator
):
    mine, theirs = client_of(canada_official), client_of(canada_coordinator)
    sent = {**opened(mine, form_address()), **typed(done_en="What I typed.")}
    write(theirs, "submit")
    response = mine.post(form_address(), {**sent, "act": "save"})
    assert response.status_code == 409
    assert "Withdraw it before you change it." in text_of(response)
    assert "What I typed." in text_of(response)


def test_what_was_typed_before_the_publication_can_be_saved_as_a_correction(
    client_of, canada_official, canada_coordinator, canada_coordinator_2
):
    mine, theirs = client_of(canada_official), client_of(canada_coordinator)
    write(theirs, "save")
    sent = {**opened(mine, form_address()), **typed(done_en="What I typed.")}
    write(theirs, "submit")
    report = StatusReport.objects.get()
    publisher = factories.rights_at(canada_coordinator_2)
    publish_report(report, rights=publisher, at=factories.NOW, act_id=uuid.uuid4())

    response = mine.post(form_address(), {**sent, "act": "save"})
    assert response.status_code == 409
    assert "published after you opened it" in text_of(response)
    again = {**hidden(response), **typed(done_en="What I typed."), "act": "save"}
    assert mine.post(form_address(), again).status_code == 302
    assert StatusReport.objects.unpublished().get().corrects == report


def test_a_contest_at_the_same_position_is_refused(client_of, mexico_official, published_report):
    ours = published_report("PRO-27")
    url = form_address("MX", contests=ours.pk)
    response = write(client_of(mexico_official), "submit", ("es",), url)
    assert response.status_code == 400
    assert "Say why you contest the report." in problems(response)
    assert "with the same one, concur" in problems(response)


def test_one_contests_only_the_other_sides_published_reports(
    client_of, canada_coordinator, draft_report, published_report
):
    own = published_report("PRO-27")
    draft = draft_report("PRO-27", "MX")
    client = client_of(canada_coordinator)
    for report in (own, draft):
        assert client.get(form_address(contests=report.pk)).status_code == 400


# What was typed outlives the session -------------------------------------------------------------


def test_text_typed_after_the_session_ended_comes_back_after_sign_in(canada_official, client_of):
    sent = {**opened(client_of(canada_official), form_address()), **typed()}
    browser = Client()  # the session is gone
    response = browser.post(form_address(), {**sent, "act": "submit"})
    assert response.status_code == 302
    assert "/accounts/login/" in response.url

    canada_official.set_password("a long enough sentence")
    canada_official.save()
    signed_in = browser.post(
        response.url, {"login": canada_official.email, "password": "a long enough sentence"}
    )
    assert signed_in.url == form_address()
    page = text_of(browser.get(signed_in.url))
    assert "exchanged a full text" in page
    assert "It is not saved yet." in page
    assert not StatusReport.objects.exists()
    assert "exchanged a full text" not in text_of(browser.get(signed_in.url))  # shown once


def test_an_expired_form_comes_back_with_what_was_typed(canada_official, client_of):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(canada_official, "django.contrib.auth.backends.ModelBackend")
    response = browser.post(form_address(), typed())
    assert response.url == form_address()
    assert "exchanged a full text" in text_of(browser.get(form_address()))
    assert not StatusReport.objects.exists()


def test_an_expired_form_of_a_visitor_keeps_nothing(real_plan):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(form_address(), typed()).status_code == 403
    assert not browser.session.get("typed")


def test_more_than_a_session_should_hold_is_not_kept(real_plan):
    browser = Client()
    browser.post(form_address(), {"done_en": "x" * 600_000})
    assert not browser.session.get("typed")


def test_a_role_that_ended_is_refused_at_the_next_request(client_of, real_plan):
    person = make_person(
        "Leaver", Role.OFFICIAL, institution="ca-nserc", ends_on=dt.date(2026, 11, 22)
    )
    client = client_of(person)
    assert client.get(form_address()).status_code == 200
    with time_machine.travel(dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)):
        assert client.get(form_address()).status_code == 403


def test_a_report_may_say_nothing_has_started(client_of, canada_official):
    response = write(client_of(canada_official), "submit", level=Level.NOT_STARTED)
    assert response.status_code == 302

"""What is done to a report before it is public: saves, comments, sharing, set times, by hand."""

import datetime as dt
import uuid

import pytest

from tests import factories
from tests.desk.pages import address, form_address, hidden, opened, press, problems, text_of, typed
from tests.desk.test_desk_pages import faults_of
from tests.public.reading import words
from tracker.actions.report_publication import publish_report
from tracker.actions.reports import withdraw_report
from tracker.models import ReportComment, StatusReport
from tracker.vocabulary import ReportAct, ReportState

WORDS = "Which of the three meetings is meant? " * 20


@pytest.fixture
def submitted(submitted_report):
    return submitted_report("PRO-27")


def review(client, report, language="en"):
    return client.get(address("report-review", report.pk, language=language))


# Saves ------------------------------------------------------------------------------------------


def save(client, **changed):
    url = form_address()
    sent = {**opened(client, url), **typed(**changed), "act": "save"}
    assert client.post(url, sent).status_code == 302
    return StatusReport.objects.get()


def saves_of(client, report, language="en", **query):
    return words(client.get(address("report-saves", report.pk, language=language), query))


def test_two_saves_are_compared_in_words(client_of, canada_official, canada_coordinator):
    first, second = client_of(canada_official), client_of(canada_coordinator)
    save(first, level="planned", done_en="One meeting took place.")
    report = save(second, level="under-way", done_en="Two meetings took place.", step_on="")
    page = saves_of(first, report)
    assert "From version 1 to version 2" in page
    assert "What was done (English)" in page
    assert "removed: Planned added: Under way" in page
    assert "removed: One meeting added: Two meetings took place." in page
    assert "under-way" not in page  # a value as it is stored
    assert "What was done (French)" not in page  # it says the same in both
    assert canada_official.name in page
    assert canada_coordinator.name in page


def test_days_and_evidence_of_saves_are_said_in_the_readers_language(canada):
    save(canada, action_on="2026-09-15")
    changed = {"evidence-0-title": "Procès-verbal", "evidence-0-language": "fr"}
    report = save(canada, action_on="2026-09-16", **changed)
    page = saves_of(canada, report, "fr")
    assert "supprimé : 15 ajouté : 16 septembre 2026" in page
    assert "2026-09-16" not in page
    assert "Procès-verbal, https://example.org/notice, français" in page
    assert "En cours" not in page  # the level is the same in both


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"old": "1", "new": "3"}, "From version 1 to version 3"),
        ({"old": "2", "new": "1"}, "From version 2 to version 1"),
        ({"old": "first", "new": "²"}, "From version 2 to version 3"),
        ({"old": "99", "new": "3"}, "These two say the same."),
    ],
)
def test_any_two_saves_are_chosen_in_the_address(canada, query, sentence):
    for text in ("One.", "Two.", "Three."):
        report = save(canada, done_en=text)
    page = saves_of(canada, report, **query)
    assert sentence in page


# Comments ---------------------------------------------------------------------------------------


def test_a_comment_of_ones_own_side_stands_on_the_page(submitted, canada, mexico):
    response = press(canada, "report-comment", submitted, text="Name the day.")
    assert response.url == address("report-review", submitted.pk)
    assert "Name the day." in text_of(review(canada, submitted))
    assert review(mexico, submitted).status_code == 404


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write the comment first."),
        (" \n ", "Write the comment first."),
        ("bell \x07", "characters that cannot be shown"),
        ("x" * 20_001, "Keep this under 20000 characters: it has 20001"),
    ],
)
def test_a_comment_that_cannot_stand_gets_a_sentence(submitted, canada, text, sentence):
    response = press(canada, "report-comment", submitted, text=text)
    assert response.status_code == 400
    assert sentence in problems(response)
    assert not ReportComment.objects.exists()


def test_a_comment_sent_twice_is_said_once(submitted, canada):
    sent = {"act_id": str(uuid.uuid4()), "text": "Name the day."}
    for _time in range(2):
        assert canada.post(address("report-comment", submitted.pk), sent).status_code == 302
    assert ReportComment.objects.get().text == "Name the day."


# Shared -----------------------------------------------------------------------------------------


def test_what_is_shared_is_read_and_answered_by_the_other_side_alone(
    submitted, canada, mexico, client_of, mexico_official
):
    assert press(canada, "report-share", submitted).status_code == 302
    page = text_of(review(mexico, submitted))
    assert factories.SENTENCES["en"] in page
    assert press(mexico, "report-comment", submitted, text="Our minutes differ.").status_code == 302
    assert "Our minutes differ." in text_of(review(canada, submitted))
    assert review(client_of(mexico_official), submitted).status_code == 404


def test_sharing_twice_is_sharing_once(submitted, canada):
    for _time in range(2):
        assert press(canada, "report-share", submitted).status_code == 302
    submitted.refresh_from_db()
    assert submitted.shared_at


def test_a_draft_is_not_shared(draft_report, canada):
    report = draft_report("PRO-27")
    response = press(canada, "report-share", report)
    assert response.status_code == 409
    assert problems(response)


# At a set time ----------------------------------------------------------------------------------


def set_time(client, report, day="2026-11-25", time="09:00"):
    return press(client, "report-schedule", report, day=day, time=time)


def test_a_report_is_approved_for_a_time_and_stopped_again(submitted, canada):
    assert set_time(canada, submitted).url == address("report-review", submitted.pk)
    page = text_of(review(canada, submitted))
    assert "It becomes public on 25 November 2026 at 09:00" in page

    assert press(canada, "report-stop", submitted).status_code == 302
    submitted.refresh_from_db()
    assert (submitted.state, submitted.publish_at) == (ReportState.SUBMITTED, None)
    assert "It becomes public on" not in text_of(review(canada, submitted))


def test_the_time_is_that_of_the_plan(submitted, canada, real_plan):
    set_time(canada, submitted)
    submitted.refresh_from_db()
    assert real_plan.time_zone == "America/Mexico_City"
    assert submitted.publish_at == dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("", "09:00", "Give the day."),
        ("soon", "09:00", "Give a whole day"),
        ("2026-11-25", "", "Give the time."),
        ("2026-11-25", "late", "Give a time like 09:00."),
        ("2026-11-21", "09:00", "Choose a later time."),
        ("2027-03-01", "09:00", "Choose a time before the period closes."),
        ("2100-12-31", "23:59", "Choose a time before the period closes."),
    ],
)
def test_a_time_that_makes_no_sense_gets_a_sentence(submitted, canada, day, time, sentence):
    response = set_time(canada, submitted, day, time)
    assert response.status_code in (400, 409)
    assert sentence in problems(response)
    assert f'value="{day}"' in text_of(response) or not day
    submitted.refresh_from_db()
    assert submitted.state == ReportState.SUBMITTED


def test_approving_twice_is_approving_once_and_for_another_time_is_refused(submitted, canada):
    for _time in range(2):
        assert set_time(canada, submitted).status_code == 302
    assert set_time(canada, submitted, time="10:00").status_code == 409
    submitted.refresh_from_db()
    assert submitted.publish_at.hour == 15  # 9 in Mexico City
    assert submitted.events.filter(act=ReportAct.SCHEDULED).count() == 1


def test_nobody_approves_their_own_words_at_a_set_time(client_of, canada_coordinator_2, submitted):
    response = set_time(client_of(canada_coordinator_2), submitted)  # who wrote it
    assert response.status_code in (400, 403, 409)
    submitted.refresh_from_db()
    assert submitted.state == ReportState.SUBMITTED


def test_what_was_typed_outlives_the_session(submitted, canada_coordinator, client_of):
    canada = client_of(canada_coordinator)
    url = address("report-comment", submitted.pk)
    sent = {**hidden(review(canada, submitted)), "text": WORDS}
    canada.logout()
    assert "/accounts/login/" in canada.post(url, sent).url
    canada_coordinator.set_password("a long enough sentence")
    canada_coordinator.save()
    entered = canada.post(
        f"{address('account_login')}?next={url}",
        {"login": canada_coordinator.email, "password": "a long enough sentence"},
    )
    page = text_of(canada.get(entered.url))
    assert WORDS.strip() in page
    assert not ReportComment.objects.exists()


# Returned ---------------------------------------------------------------------------------------


def test_notes_on_single_texts_stand_beside_them(submitted, canada, client_of, canada_official):
    response = press(canada, "report-return", submitted, note="", note_done="Name the day.")
    assert response.status_code == 302
    assert "Name the day." in text_of(client_of(canada_official).get(form_address()))


def test_a_return_without_a_word_gets_a_sentence(submitted, canada):
    response = press(canada, "report-return", submitted, note="  ", note_done="")
    assert response.status_code == 400
    assert "Write a note to the author." in problems(response)
    submitted.refresh_from_db()
    assert submitted.state == ReportState.SUBMITTED


def test_the_same_note_sent_twice_is_one_and_a_colleagues_other_note_is_given_back(
    submitted, canada, client_of, canada_coordinator_2
):
    for _time in range(2):
        assert press(canada, "report-return", submitted, note="Name the day.").status_code == 302
    assert submitted.events.filter(act=ReportAct.RETURNED).count() == 1

    late = press(client_of(canada_coordinator_2), "report-return", submitted, note=WORDS)
    assert late.status_code == 409
    assert "What you typed" in text_of(late)
    assert WORDS.strip() in text_of(late)


# Too late: what was typed is given back ---------------------------------------------------------


def withdrawn(report):
    withdraw_report(report, rights=factories.rights_at(report.author), at=factories.NOW)


def published(report):
    rights = factories.rights_at(factories.coordinators_of(report.party.code)[0])
    publish_report(report, rights=rights, at=factories.NOW, act_id=uuid.uuid4())


@pytest.mark.parametrize(
    ("meanwhile", "name", "field", "status"),
    [
        (withdrawn, "report-return", "note", 409),
        (withdrawn, "report-return", "note_done", 409),
        (published, "report-return", "note", 403),
        (published, "report-comment", "text", 403),
    ],
)
def test_words_that_come_too_late_are_given_back(submitted, canada, meanwhile, name, field, status):
    meanwhile(submitted)
    response = press(canada, name, submitted, **{field: WORDS})
    assert response.status_code == status
    assert "It is stored nowhere. Copy what you want to keep." in text_of(response)
    assert WORDS.strip() in text_of(response)
    assert faults_of(response) == []


@pytest.mark.parametrize(
    "name", ["report-withdraw", "report-return", "report-schedule", "report-stop", "report-share"]
)
def test_who_presses_a_button_after_the_publication_is_told_so(submitted, canada, name):
    published(submitted)
    response = press(canada, name, submitted)
    assert response.status_code == 403
    assert "This report was published meanwhile." in text_of(response)


def test_the_other_sides_words_are_given_back_when_the_sharing_has_ended(submitted, canada, mexico):
    press(canada, "report-share", submitted)
    press(canada, "report-return", submitted, note="Name the day.")
    response = press(mexico, "report-comment", submitted, text=WORDS)
    assert response.status_code == 404
    assert WORDS.strip() in text_of(response)
    assert factories.SENTENCES["en"] not in text_of(response)
    assert not ReportComment.objects.exists()


def test_words_of_a_role_that_ended_are_given_back(submitted, canada, canada_coordinator):
    canada_coordinator.memberships.update(ends_on=factories.NOW.date() - dt.timedelta(days=1))
    response = press(canada, "report-comment", submitted, text=WORDS)
    assert response.status_code == 403
    assert WORDS.strip() in text_of(response)

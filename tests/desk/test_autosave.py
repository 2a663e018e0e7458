"""A form that saves itself: one line for an answer, nothing lost, nobody's text overwritten."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from tests import factories
from tests.desk.pages import DONE, form_address, opened, problems, text_of, typed
from tests.joint import agreed, changing
from tracker.models import ReportSave, StatusReport

pytestmark = pytest.mark.django_db
LATER = factories.NOW + dt.timedelta(minutes=5)


def autosave(client, kept, **changed):
    return client.post(form_address(), {**kept, **typed(**changed), "act": "autosave"})


@pytest.fixture
def desk(client_of, canada_official):
    return client_of(canada_official)


def test_it_answers_with_a_line_and_the_version_to_go_on_from(desk, real_plan):
    answer = autosave(desk, opened(desk, form_address()))
    text = text_of(answer)
    assert (answer.status_code, "<html" in text) == (200, False)
    assert "Draft saved at" in text
    assert 'name="version" value="1" id="id_version" hx-swap-oob="true"' in text
    save = ReportSave.objects.get()
    assert (save.is_automatic, save.values["done_en"]) == (True, DONE["en"])


def test_half_a_form_is_saved(desk, real_plan):
    kept = opened(desk, form_address())
    answer = desk.post(form_address(), {**kept, "done_en": "We met", "act": "autosave"})
    assert answer.status_code == 200
    assert StatusReport.objects.get().done_en == "We met"


def test_what_cannot_be_read_is_named_and_stays_unsaved(desk, real_plan):
    answer = autosave(desk, opened(desk, form_address()), effective_on="yesterday week")
    assert answer.status_code == 400
    assert "fields cannot be read: On which day was this true?" in text_of(answer)
    assert not StatusReport.objects.exists()


def test_a_colleague_s_version_is_not_overwritten(desk, client_of, canada_coordinator, real_plan):
    first = opened(desk, form_address())
    other = client_of(canada_coordinator)
    autosave(other, opened(other, form_address()), done_en="Theirs")
    with time_machine.travel(LATER):
        answer = autosave(desk, first, done_en="Mine")
    assert answer.status_code == 409
    assert "to see both versions" in text_of(answer)
    assert "id_version" not in text_of(answer)
    assert StatusReport.objects.get().done_en == "Theirs"


def test_pressing_save_just_after_the_form_saved_itself_is_no_conflict(desk, real_plan):
    kept = opened(desk, form_address())
    autosave(desk, kept, done_en="We met")
    answer = desk.post(form_address(), {**kept, **typed(done_en="We met twice"), "act": "save"})
    assert answer.status_code == 302, problems(answer)
    assert StatusReport.objects.get().done_en == "We met twice"
    assert ReportSave.objects.count() == 2


def test_an_older_window_of_the_same_person_is_a_conflict(desk, real_plan):
    kept = opened(desk, form_address())
    autosave(desk, kept, done_en="We met")
    with time_machine.travel(LATER):
        answer = desk.post(form_address(), {**kept, **typed(done_en="Older"), "act": "save"})
    assert answer.status_code == 409
    assert StatusReport.objects.get().done_en == "We met"


def test_what_is_closed_meanwhile_is_told_in_a_line_and_shows_what_was_typed(desk, real_plan):
    kept = opened(desk, form_address())
    agreed(changing("PRO-27", columns={"closed_by_en": "Decision 3 of the joint meeting"}))
    answer = autosave(desk, kept, done_en="Typed too late")
    assert (answer.status_code, "<html" in text_of(answer)) == (409, False)
    assert "closed by decision" in text_of(answer)
    page = text_of(desk.post(form_address(), {**kept, **typed(done_en="Typed too late")}))
    assert "closed by decision" in page
    assert "Typed too late" in page
    assert typed()["evidence-0-url"] in page
    assert not StatusReport.objects.exists()


def test_after_the_session_ended_the_text_waits_and_a_line_says_so(
    desk, canada_official, real_plan
):
    kept = opened(desk, form_address())
    desk.logout()
    answer = autosave(desk, kept, done_en="Typed too late")
    assert answer.status_code == 401
    assert "Your session has ended" in text_of(answer)
    desk.force_login(canada_official, "django.contrib.auth.backends.ModelBackend")
    assert "Typed too late" in text_of(desk.get(form_address()))


def test_an_expired_form_says_so_in_a_line(canada_official, real_plan):
    client = Client(enforce_csrf_checks=True)
    client.force_login(canada_official, "django.contrib.auth.backends.ModelBackend")
    kept = opened(client, form_address())
    answer = autosave(client, kept, done_en="Typed too late")
    assert answer.status_code == 401
    assert "Your form has expired" in text_of(answer)
    assert "Typed too late" in text_of(client.get(form_address()))

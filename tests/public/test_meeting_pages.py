"""Meetings: the list by year and the page of one."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.public.reading import page, words
from tracker.models import Commitment, Decision, Institution, Meeting, Plan

AEIMC = "meetings/2025-11-27-first-aeimc/"


def test_the_newest_year_and_meeting_come_first(real_plan: Plan) -> None:
    text = words(page("meetings/"))
    assert "20 of 20 meetings, newest first" in text
    assert text.index("CUSMA joint review") < text.index("First AEIMC meeting")


def test_what_did_not_take_place_is_said_plainly(real_plan: Plan) -> None:
    text = words(page("meetings/"))
    assert "Planned Carney-Sheinbaum bilateral Leaders · Did not take place" in text
    assert "LeBlanc's intended return to sign deals Ministers · Not confirmed" in text


def test_dates_keep_their_precision(real_plan: Plan) -> None:
    text = words(page("meetings/"))
    assert "by 12 Dec 2025 LeBlanc in Mexico City" in text
    assert "Mar 2026 LeBlanc's intended return" in text


@pytest.mark.parametrize(
    ("query", "found", "shown"),
    [
        ({"level": "call"}, 1, "Security ministers' call"),
        ({"state": "not-held"}, 1, "Planned Carney-Sheinbaum bilateral"),
        ({"institution": "ca-ciffc"}, 1, "Forests working group"),
        ({"year": "2026"}, 8, "Canada Trade Mission to Mexico"),
        ({"party": "CA", "level": "mission"}, 2, "FIFA Sherpa"),
    ],
)
def test_the_list_is_narrowed(
    real_plan: Plan, query: dict[str, str], found: int, shown: str
) -> None:
    text = words(page("meetings/", **query))
    assert f"{found} of 20 meetings" in text
    assert shown in text


def test_no_match_is_a_sentence(real_plan: Plan) -> None:
    assert "No meeting matches" in words(page("meetings/", state="cancelled"))


def test_new_year_2026_knows_no_trade_mission_yet(real_plan: Plan) -> None:
    text = words(page("meetings/", as_of="2026-01-01"))
    assert "Canada Trade Mission" not in text
    assert "First AEIMC meeting" in text


def test_a_meeting_names_people_roles_confidence_and_sources(real_plan: Plan) -> None:
    text = words(page(AEIMC))
    assert "David Morrison , Deputy Minister of Foreign Affairs Global Affairs Canada" in text
    assert "Working-group co-chairs, remotely" in text
    assert "R-14 · Official or several sources (H)" in text
    assert "known to the day" in text
    assert "Infobae" in text


def test_a_meeting_without_decisions_says_so(real_plan: Plan) -> None:
    assert "No decision of this meeting is in the record." in words(page(AEIMC))


def test_a_decision_shows_owner_state_and_commitment(real_plan: Plan) -> None:
    Decision.objects.create(
        meeting=Meeting.objects.get(slug="2025-11-27-first-aeimc"),
        number=1,
        commitment=Commitment.objects.get(plan=real_plan, reference="GOV-05"),
        owner=Institution.objects.get(slug="mx-sre"),
        text_es="Preparar la evaluación.",
        public_from=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    )
    text = words(page(AEIMC))
    assert "1. Preparar la evaluación. (in Spanish) Open · SRE · GOV-05" in text


def test_a_meeting_not_held_says_that_it_does_not_count(real_plan: Plan) -> None:
    text = words(page("meetings/2025-12-05-carney-sheinbaum-bilateral/"))
    assert "Did not take place. It does not count as a meeting held." in text


def test_a_meeting_has_no_page_before_it_was_public(real_plan: Plan) -> None:
    assert page(AEIMC, as_of="2025-10-01").status_code == 404


def test_the_citation_names_the_day(real_plan: Plan) -> None:
    text = words(page(AEIMC))
    assert "As it was public on 22 November 2026." in text
    assert "2025-11-27-first-aeimc/?as_of=2026-11-22" in text


def test_notes_of_dates_are_told_in_the_readers_language(real_plan: Plan) -> None:
    assert "one source says 28" in words(page(AEIMC))
    assert "una fuente indica el 28" in words(page(AEIMC, "es"))

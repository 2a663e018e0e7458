"""What pillars, institutions, meetings, timeline, announcement, sources, method have in common."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.public.reading import assert_sound, page, queries, words
from tracker.models import Party, Plan

LISTS = ("pillars/", "institutions/", "meetings/", "timeline/", "announcement/", "sources/")
PAGES = (
    *LISTS,
    "method/",
    "institutions/mx-sre/",
    "institutions/us-ustr/",
    "meetings/2025-11-27-first-aeimc/",
)
DAYS = ("2025-09-18", "2026-01-01", "")

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty_plan(real_plan: Plan) -> Plan:
    """An opened plan in which nothing has been entered yet."""
    plan = Plan.objects.create(
        slug="empty",
        title_en="An empty plan",
        announced_on=dt.date(2026, 1, 1),
        axis_ends_on=dt.date(2027, 12, 31),
        compiled_on=dt.date(2026, 11, 1),
        opened_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    )
    plan.parties.set(Party.objects.all())
    return plan


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound_in_every_language(real_plan: Plan, path: str, language: str) -> None:
    response = page(path, language)
    assert response.status_code == 200
    assert_sound(response, language)


@pytest.mark.parametrize("day", DAYS[:2])
@pytest.mark.parametrize("path", [*LISTS, "method/"])
def test_every_page_shows_an_earlier_day_and_keeps_it_in_its_links(
    real_plan: Plan, path: str, day: str
) -> None:
    response = page(path, as_of=day)
    assert_sound(response, "en")
    assert "from sources of that time" in words(response)
    assert f"?as_of={day}" in response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_few_queries_and_no_more_for_more_rows(real_plan: Plan, path: str) -> None:
    """The record of January 2026 is smaller than today's."""
    today = queries(path)
    assert today <= 15
    assert today <= queries(path, as_of="2026-01-01") + 1


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_plan_says_what_would_be_here(empty_plan: Plan, path: str) -> None:
    response = page(path, plan="empty")
    assert_sound(response, "en")
    assert 'class="empty"' in response.content.decode()


def test_the_method_of_an_empty_plan_counts_nothing(empty_plan: Plan) -> None:
    response = page("method/", plan="empty")
    assert_sound(response, "en")
    assert "0 of 0 commitments count." in words(response)


UNKNOWN: list[tuple[str, dict[str, str], str]] = [
    ("institutions/", {"party": "XX"}, "“XX” is not a value we know for “Party” (party)."),
    ("institutions/", {"kind": "club"}, "“club” is not a value we know for “Kind” (kind)."),
    ("institutions/", {"q": "a" * 201}, "is not a value we know"),
    ("meetings/", {"level": "kings"}, "“kings” is not a value we know for “Level” (level)."),
    ("meetings/", {"state": "'; --"}, "“'; --” is not a value we know for “State” (state)."),
    ("meetings/", {"institution": "nobody"}, "for “Institution” (institution)."),
    ("meetings/", {"year": "1999"}, "“1999” is not a value we know for “Year” (year)."),
    ("meetings/", {"year": "-1"}, "for “Year” (year)."),
    ("sources/", {"kind": "rumour"}, "“rumour” is not a value we know for “Kind” (kind)."),
    ("sources/", {"q": "a\0b"}, "“q” in the address has a value we cannot read."),
    ("timeline/", {"as_of": "2026-02-30"}, "“2026-02-30” is not a day"),
    ("method/", {"as_of": "2031-01-01"}, "This day lies in the future"),
    ("pillars/", {"as_of": "2020-01-01"}, "This day lies before the plan"),
]


@pytest.mark.parametrize(("path", "query", "sentence"), UNKNOWN)
def test_a_value_that_means_nothing_is_answered_by_a_sentence(
    real_plan: Plan, path: str, query: dict[str, str], sentence: str
) -> None:
    response = page(path, **query)
    assert response.status_code == 400
    assert sentence in words(response)


@pytest.mark.parametrize("path", ["institutions/", "meetings/", "sources/"])
def test_a_filter_given_twice_is_refused(real_plan: Plan, path: str) -> None:
    name = "level" if path == "meetings/" else "kind"
    response: Any = page(f"{path}?{name}=a&{name}=b")
    assert response.status_code == 400
    assert "more than once" in words(response)


@pytest.mark.parametrize(
    "path", ["institutions/nobody/", "institutions/mx-conade/", "meetings/nothing/"]
)
def test_what_the_plan_does_not_use_has_no_page(real_plan: Plan, path: str) -> None:
    assert page(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_written_by_reading(real_plan: Plan, path: str) -> None:
    before = Plan.objects.values_list("revision", "ledger_head").get(pk=real_plan.pk)
    page(path)
    assert Plan.objects.values_list("revision", "ledger_head").get(pk=real_plan.pk) == before

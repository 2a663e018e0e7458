"""Ministries and institutions: the list and the page of one."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests.public.reading import page, words
from tracker.models import Plan
from tracker.rules.texts import sort_key


@pytest.mark.parametrize(
    ("language", "order"), [("en", ("Canada", "Mexico")), ("es", ("México", "Canadá"))]
)
def test_governments_stand_in_the_readers_order(
    real_plan: Plan, language: str, order: tuple[str, str]
) -> None:
    html = page("institutions/", language).content.decode()
    first, second = (html.index(f">{name}</h2>") for name in order)
    assert first < second < html.index('id="group-outside"') < html.index('id="group-civil"')


def test_names_are_sorted_as_the_language_does(real_plan: Plan) -> None:
    with translation.override("fr"):
        html = page("institutions/", "fr").content.decode()
    part = html[html.index('id="group-CA"') : html.index('id="group-MX"')]
    names = [one.split("<")[0] for one in part.split('/">')[1:]]
    assert len(names) > 20
    assert names == sorted(names, key=lambda name: sort_key(name, "fr"))


def test_a_name_that_is_not_official_in_the_language_says_so(real_plan: Plan) -> None:
    text = words(page("institutions/"))
    assert "Ministry of Economy our translation, unofficial SE" in text
    assert "Global Affairs Canada GAC" in text


def test_the_list_counts_named_and_inferred(real_plan: Plan) -> None:
    assert "Global Affairs Canada GAC Ministry or department 2 22" in words(page("institutions/"))


def test_text_is_blind_to_accents_and_case_in_any_language(real_plan: Plan) -> None:
    text = words(page("institutions/", q="ECONOMIA"))
    assert "1 of 80 institutions" in text
    assert "Ministry of Economy" in text


def test_filters_narrow_by_party_and_kind_and_can_be_taken_away(real_plan: Plan) -> None:
    response = page("institutions/", party="MX", kind="justice")
    text = words(response)
    assert "Attorney General" in text
    assert "Department of Justice Canada" not in text
    assert "Remove filter Party: Mexico" in text
    assert 'href="?kind=justice"' in response.content.decode()


def test_no_match_is_a_sentence(real_plan: Plan) -> None:
    assert "No institution matches these filters." in words(page("institutions/", q="zzzz"))


def test_an_earlier_day_has_fewer_institutions(real_plan: Plan) -> None:
    assert "Vizsla" in words(page("institutions/"))
    assert "Vizsla" not in words(page("institutions/", as_of="2025-12-31"))


def test_the_page_of_one_names_it_in_three_languages_with_marks(real_plan: Plan) -> None:
    text = words(page("institutions/mx-sre/"))
    assert "Secretaría de Relaciones Exteriores official name" in text
    assert "Secrétariat des Relations extérieures our translation, unofficial" in text
    assert "https://gob.mx/sre seen in a source" in text


def test_its_commitments_say_named_or_inferred_and_never_lead_without_source(
    real_plan: Plan,
) -> None:
    text = words(page("institutions/mx-sre/"))
    assert "It stands behind 8 commitments of the plan; sources name it for 1." in text
    assert "Role not stated, named" in text
    assert "Role not stated, inferred" in text
    assert "Lead," not in text


def test_it_lists_events_with_people_as_the_source_names_them(real_plan: Plan) -> None:
    text = words(page("institutions/mx-sre/"))
    assert "First AEIMC meeting, SRE headquarters R-14" in text
    assert "Roberto Velasco, Under-secretary, acting for the foreign secretary" in text


def test_an_earlier_day_has_no_later_events(real_plan: Plan) -> None:
    text = words(page("institutions/mx-sre/", as_of="2025-09-18"))
    assert "No event of the public record names it as a participant on this day." in text


def test_it_leads_to_its_commitments_in_the_list(real_plan: Plan) -> None:
    html = page("institutions/mx-sre/").content.decode()
    assert "/commitments/?ministry=mx-sre" in html


def test_a_part_leads_to_its_whole_only_where_that_has_a_page(real_plan: Plan) -> None:
    html = page("institutions/mx-imcine/").content.decode()
    assert "institutions/mx-cultura/" not in html

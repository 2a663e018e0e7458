"""Sources: all of them, with what cites them."""

from __future__ import annotations

from tests.public.reading import page, tree, words
from tracker.models import Plan, Source


def keys(**query: str) -> list[str]:
    found = tree(page("sources/", **query)).iter("dl")
    return [div.get("id") or "" for one in found if one.get("class") == "sources" for div in one]


def test_every_source_has_its_key_as_anchor_sorted(real_plan: Plan) -> None:
    expected = sorted(Source.objects.filter(plan=real_plan).values_list("key", flat=True))
    assert keys() == expected
    assert f"{len(expected)} of {len(expected)} sources" in words(page("sources/"))


def test_a_source_says_kind_language_date_and_who_cites_it(real_plan: Plan) -> None:
    text = words(page("sources/", q="PARKS"))
    assert "6 January 2026 · Official · English" in text
    assert "ENV-05" in text
    assert "R-22" in text


def test_titles_carry_their_own_language(real_plan: Plan) -> None:
    html = page("sources/", "fr").content.decode()
    assert '<cite lang="es">México convoca' in html


def test_the_list_is_narrowed_by_words_and_kind(real_plan: Plan) -> None:
    assert keys(q="mexico canada bosques") == ["FOR"]
    official = Source.objects.filter(plan=real_plan, kind="official").count()
    assert len(keys(kind="official")) == official


def test_no_match_is_a_sentence(real_plan: Plan) -> None:
    assert "No source matches these filters." in words(page("sources/", q="zzzz"))


def test_on_an_earlier_day_what_is_not_public_yet_cites_nothing(real_plan: Plan) -> None:
    assert "Nothing public on this day cites it." in words(
        page("sources/", q="PARKS", as_of="2025-10-01")
    )

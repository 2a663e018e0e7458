"""The announcement, paragraph by paragraph."""

from __future__ import annotations

import pytest

from tests.public.reading import page, tree, words
from tracker.models import Plan

EMPTY = ("S7", "S8", "S11", "S19", "S20", "S21", "S22")


def paragraphs(language: str = "en") -> dict[str, str]:
    """Text of each paragraph with what was drawn from it, by its label."""
    lists = list(tree(page("announcement/", language)).iter("ol"))
    items = [item for one in lists if one.get("class") == "paragraphs" for item in one]
    return {item.get("id") or "": " ".join("".join(item.itertext()).split()) for item in items}


def test_its_27_paragraphs_stand_in_order_with_anchors(real_plan: Plan) -> None:
    assert list(paragraphs()) == [f"S{number}" for number in range(1, 28)]


def test_the_two_documents_are_told_apart(real_plan: Plan) -> None:
    text = words(page("announcement/"))
    assert "Joint statement S1–S6" in text
    assert "News release of the Prime Minister S7–S27" in text


def test_45_commitments_are_drawn_from_it(real_plan: Plan) -> None:
    assert "the 45 commitments drawn from them" in words(page("announcement/"))


@pytest.mark.parametrize("label", EMPTY)
def test_a_paragraph_that_carries_nothing_says_so(real_plan: Plan, label: str) -> None:
    assert "No commitment, meeting or amount was drawn from it." in paragraphs()[label]


def test_only_those_paragraphs_carry_nothing(real_plan: Plan) -> None:
    found = {label for label, text in paragraphs().items() if "was drawn from it" in text}
    assert found == set(EMPTY)


@pytest.mark.parametrize(
    ("label", "amount"),
    [("S16", "CAD 9,900,000"), ("S24", "CAD 5,500,000"), ("S25", "CAD 4,400,000")],
)
def test_amounts_stand_where_the_source_names_them(
    real_plan: Plan, label: str, amount: str
) -> None:
    text = paragraphs()[label]
    assert amount in text
    assert "currency inferred" in text


def test_the_envelope_is_not_added_and_no_sum_is_shown(real_plan: Plan) -> None:
    text = words(page("announcement/"))
    assert "(SEC-08, envelope: not added to its parts)" in text
    assert text.count("Amount:") == 3
    assert "19,800,000" not in text


def test_the_meeting_of_the_day_stands_at_its_paragraph(real_plan: Plan) -> None:
    assert "Leaders' meeting and launch, Mexico City" in paragraphs()["S1"]


def test_it_links_to_the_copy_and_tells_of_the_french_one(real_plan: Plan) -> None:
    html = page("announcement/").content.decode()
    assert "https://wawa-news.com/" in html
    assert "The French release stands at" in html


def test_paragraphs_are_told_in_the_readers_language(real_plan: Plan) -> None:
    assert "Palacio Nacional" in paragraphs("es")["S1"]

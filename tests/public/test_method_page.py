"""How the record is kept: every number from the data, every rule from its one place."""

from __future__ import annotations

import re

import pytest

from tests.public.reading import page, tree, words
from tracker.models import Plan
from tracker.public.method import CONFIDENCE_RULES, FLAG_RULES, JOINT_LEVELS, ORIGIN_RULES
from tracker.rules.gates import GATES
from tracker.vocabulary import Confidence, Flag, Level, Origin


def test_sections_have_the_anchors_other_pages_link_to(real_plan: Plan) -> None:
    ids = {one.get("id") for one in tree(page("method/")).iter("h2")}
    assert {"status", "flags", "counting", "sources", "limits", "ledger", "data"} <= ids
    assert "accessibility" in ids


def test_every_level_flag_confidence_and_origin_is_explained() -> None:
    assert {*GATES, *JOINT_LEVELS} == set(Level)
    assert {rule.flag for rule in FLAG_RULES} == set(Flag)
    assert set(CONFIDENCE_RULES) == set(Confidence)
    assert set(ORIGIN_RULES) == set(Origin)


def test_gates_stand_as_the_form_states_them(real_plan: Plan) -> None:
    text = words(page("method/"))
    for sentence in GATES.values():
        assert str(sentence) in text


def test_what_counts_is_counted_from_the_record(real_plan: Plan) -> None:
    text = words(page("method/"))
    assert "72 of 80 commitments count." in text
    assert "1 aim, which promises nothing" in text
    assert "3 contexts, which are facts" in text
    assert "1 envelope, whose parts count" in text
    assert "3 components, whose whole counts" in text


def test_an_earlier_day_counts_what_was_public_then(real_plan: Plan) -> None:
    assert "80 commitments count" not in words(page("method/", as_of="2025-09-18"))


def test_days_are_those_of_the_plan(real_plan: Plan) -> None:
    Plan.objects.filter(pk=real_plan.pk).update(due_soon_days=77, stale_after_days=222)
    text = words(page("method/"))
    assert "within the next 77 days" in text
    assert "older than 222 days" in text


def test_it_tells_what_the_sources_do_not_tell(real_plan: Plan) -> None:
    text = words(page("method/"))
    for line in real_plan.limits_en.splitlines():
        assert line in text
    assert "not proof that nothing happened" in text


def test_it_shows_the_head_of_the_ledger_and_both_licences(real_plan: Plan) -> None:
    text = words(page("method/"))
    assert real_plan.ledger_head in text
    assert "CC BY 4.0" in text
    assert "MIT licence" in text


def test_the_footer_leads_to_accessibility_and_data(real_plan: Plan) -> None:
    html = page("pillars/").content.decode()
    assert "method/#accessibility" in html
    assert "method/#data" in html


@pytest.mark.parametrize("language", ["en"])
def test_sentences_are_short(real_plan: Plan, language: str) -> None:
    """Twenty-five words at most."""
    prose = [
        " ".join("".join(one.itertext()).split())
        for name in ("p", "li", "td")
        for one in tree(page("method/", language)).iter(name)
    ]
    sentences = [part for text in prose for part in re.split(r"(?<=[.:;?!])\s", text)]
    assert [part for part in sentences if len(part.split()) > 25] == []

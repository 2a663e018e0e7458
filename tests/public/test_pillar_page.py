"""The plan by pillar: both wordings, counts and commitments."""

from __future__ import annotations

import pytest

from tests.public.reading import page, tree, words
from tracker.models import Plan
from tracker.vocabulary import Level


def test_each_pillar_shows_its_other_wording_and_where_it_stands(real_plan: Plan) -> None:
    text = words(page("pillars/"))
    assert "II Mobility, well-being and inclusion" in text
    assert "Other wording: Mobility, Inclusivity and Well-being. Plan page of Global" in text


def test_the_pillars_can_be_linked_to_by_their_slug(real_plan: Plan) -> None:
    ids = {one.get("id") for one in tree(page("pillars/")).iter("h2")}
    assert {"prosperity", "mobility", "security", "environment"} <= ids
    assert {"partnership", "world-cup"} <= ids


@pytest.mark.parametrize(
    ("slug", "total"), [("prosperity", 32), ("mobility", 10), ("security", 17), ("environment", 9)]
)
def test_each_pillar_counts_its_commitments_and_links_to_their_list(
    real_plan: Plan, slug: str, total: int
) -> None:
    html = page("pillars/").content.decode()
    assert f'commitments/?pillar={slug}">{total} commitments</a>' in html


def test_all_commitments_stand_on_the_page_and_72_count(real_plan: Plan) -> None:
    response = page("pillars/")
    assert "72 of 80 commitments count" in words(response)
    rows = [row for table in tree(response).iter("table") for row in table.iter("tr")]
    references = [link.text for row in rows for link in row.iter("a") if link.get("class") == "ref"]
    assert len(references) == len(set(references)) == 80


def test_areas_say_that_the_grouping_is_ours(real_plan: Plan) -> None:
    assert "Trade and investment our grouping" in words(page("pillars/"))


def test_a_report_moves_a_commitment_from_readings_to_reports(real_plan, published_report) -> None:
    published_report("PRO-01", "CA", level=Level.UNDER_WAY)
    text = words(page("pillars/"))
    assert "1 Under way 8 Under way public-record reading" in text or (
        "1 Under way 9 Under way public-record reading" in text
    )

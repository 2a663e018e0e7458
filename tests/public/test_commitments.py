"""The list of commitments: what the address asks is what the page shows, or a sentence why not."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import pytest

from tests.factories import make_published
from tracker.public.commitments import build_list
from tracker.vocabulary import Confidence, Level, ReasonCode

pytestmark = pytest.mark.django_db


def references(page) -> list[str]:
    return [row.commitment.reference for row in page.rows]


@pytest.fixture
def listed(asked):
    """listed(pillar="security"): references of the list a reader asks for."""
    return lambda day="2026-11-22", **params: references(build_list(asked(day, **params)))


@pytest.fixture
def reported(real_plan):
    """PRO-01 agreed; PRO-14 differs and is at risk; PRO-27 told by Mexico alone, in Q2."""
    make_published("PRO-01", "CA")
    make_published("PRO-01", "MX")
    make_published("PRO-14", "CA")
    make_published(
        "PRO-14",
        "MX",
        level=Level.PLANNED,
        confidence=Confidence.AT_RISK,
        reason_code=ReasonCode.CAPACITY,
        corrective_action=True,
        next_step=True,
        step_on=dt.date(2027, 1, 1),
    )
    make_published(
        "PRO-27", "MX", period=(2026, 2), at=dt.datetime(2026, 7, 20, tzinfo=dt.UTC),
        action_on=dt.date(2026, 6, 1), evidence=[],
        level=Level.PLANNED, next_step=True, step_on=dt.date(2026, 12, 1),
    )  # fmt: skip


# What is found ----------------------------------------------------------------------------------


def test_without_filters_all_80_stand_in_the_plans_order(ask, listed):
    assert len(listed()) == 80
    assert listed()[:2] == ["GOV-01", "GOV-02"]
    assert "80 of 80 commitments, in the plan’s order" in ask("commitments/").words


def test_a_viewer_finds_the_trade_mission_by_filters(listed):
    assert listed(pillar="prosperity", kind="event", target="passed") == [
        "PRO-05", "PRO-31", "PRO-32",
    ]  # fmt: skip
    assert listed(q="LeBlanc mission") == ["PRO-05"]


@pytest.mark.parametrize("words", ["misión comercial", "MISION COMERCIAL", "mission commerciale"])
def test_words_are_found_in_every_language_blind_to_accents_and_case(listed, words):
    assert "PRO-05" in listed(q=words)


def test_several_values_of_one_filter_are_joined_by_or(ask):
    path = "commitments/?area=trade-and-investment&area=energy"
    one = ask("commitments/?area=trade-and-investment").words
    assert "13 of 80 commitments," in one
    assert "13 of 80" not in ask(path).words


@pytest.mark.parametrize(
    ("params", "among", "not_among"),
    [
        ({"pillar": "across"}, "GOV-01", "PRO-01"),
        ({"party": "CA"}, "SEC-08", "PRO-31"),
        ({"ministry": "ca-rcmp"}, "SEC-17", "PRO-01"),
        ({"level": "not-reported"}, "PRO-02", "PRO-05"),
        ({"level": "completed"}, "PRO-05", "PRO-02"),
        ({"basis": "reading"}, "PRO-05", "PRO-01"),
        ({"origin": "announcement"}, "PRO-05", "PRO-27"),
        ({"target": "soon"}, "PRO-30", "PRO-05"),
        ({"target": "later"}, "GOV-04", "PRO-30"),
        ({"target": "none"}, "PRO-01", "PRO-05"),
        ({"counted": "no"}, "GOV-07", "PRO-01"),
        ({"flag": "outcome-unknown"}, "PRO-27", "PRO-05"),
        ({"flag": "wording-changed"}, "PRO-05", "PRO-01"),
        ({"flag": "due-soon"}, "SEC-17", "PRO-01"),
    ],
    ids=lambda value: urlencode(value) if isinstance(value, dict) else value,
)
def test_each_filter_narrows_the_list(listed, params, among, not_among):
    found = listed(**params)
    assert among in found
    assert not_among not in found


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"basis": "agreed"}, ["PRO-01"]),
        ({"flag": "differ"}, ["PRO-14"]),
        ({"flag": "overdue"}, ["PRO-27"]),
        ({"flag": "awaited"}, ["PRO-27"]),
        ({"confidence": "at-risk"}, ["PRO-14"]),
        ({"level": "planned"}, ["PRO-14", "PRO-27"]),
    ],
    ids=lambda value: urlencode(value) if isinstance(value, dict) else "",
)
def test_filters_see_what_parties_report(listed, reported, params, expected):
    assert listed(**params) == expected


@pytest.mark.parametrize("flag", ["overdue", "due-soon", "outcome-unknown", "no-evidence", "differ",
                                  "awaited", "stale", "wording-changed"])  # fmt: skip
def test_a_flag_filter_finds_just_the_rows_that_show_the_flag(asked, reported, flag):
    everything = build_list(asked()).rows
    shown = [
        row.commitment.reference
        for row in everything
        if any(raised.flag == flag for raised in row.flags)
    ]
    assert references(build_list(asked(flag=flag))) == shown


def test_an_earlier_day_lists_what_was_public_then(ask, listed):
    assert len(listed(day="2025-09-18")) < 80
    words = ask("commitments/?as_of=2025-10-01&q=trade+mission").words
    assert "no date given" in words
    assert "15–20 Feb 2026" not in words


# Sorting and paging -----------------------------------------------------------------------------


def test_by_target_date_the_earliest_come_first_and_undated_ones_last(ask, asked):
    page = build_list(asked(sort="target"))
    ends = [row.target.end for row in page.rows]
    dated = [end for end in ends if end]
    assert dated == sorted(dated)
    assert ends[len(dated) :] == [None] * (80 - len(dated))
    answer = ask("commitments/?sort=target")
    assert 'aria-sort="ascending"' in answer.html
    assert "earliest target date first" in answer.words


def test_by_last_report_the_latest_comes_first(listed, reported):
    assert listed(sort="report")[-1] != "PRO-27"
    assert "PRO-27" in listed(sort="report")[:3]


def test_by_level_the_furthest_comes_first_and_not_reported_last(asked):
    levels = [row.standing.level for row in build_list(asked(sort="level")).rows]
    assert levels[0] == "completed"
    assert levels[-1] == ""


# Chips and links --------------------------------------------------------------------------------


def test_a_chip_takes_away_just_its_value(asked):
    question = asked(pillar="prosperity", sort="level")
    question.params.setlist("area", ["energy", "agriculture"])
    chips = build_list(question).chips
    assert [(chip.label, chip.value) for chip in chips] == [
        ("Pillar", "I Prosperity"), ("Priority area", "Energy"), ("Priority area", "Agriculture"),
    ]  # fmt: skip
    assert "area=agriculture" in chips[1].url
    assert "area=energy" not in chips[1].url
    assert "sort=level" in chips[1].url


def test_languages_keep_the_filters(ask):
    html = ask("commitments/?pillar=security&as_of=2026-01-01").html
    assert "/fr/plans/canada-mexico/commitments/?pillar=security&amp;as_of=2026-01-01" in html


def test_clearing_keeps_the_day(asked):
    assert build_list(asked("2026-01-01", pillar="security")).clear_url == "?as_of=2026-01-01"


def test_nothing_found_is_a_sentence(ask):
    answer = ask("commitments/?q=unicorn")
    assert answer.status == 200
    assert "No commitment fits these filters." in answer.words
    assert "0 of 80 commitments" in answer.words


def test_what_is_typed_comes_back_as_text(ask):
    assert "<script>alert" not in ask("commitments/?q=%3Cscript%3Ealert(1)%3C/script%3E").html


# Bad questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("pillar=nowhere", "pillar"),
        ("area=energy&area=nowhere", "nowhere"),
        ("level=done", "level"),
        ("party=XX", "party"),
        ("ministry=' OR 1=1 --", "ministry"),
        ("flag=red", "flag"),
        ("kind=promise", "kind"),
        ("origin=rumour", "origin"),
        ("basis=reading%0a", "basis"),
        ("confidence=high", "confidence"),
        ("target=tomorrow", "target"),
        ("counted=maybe", "counted"),
        ("pillar=security&pillar=prosperity", "pillar"),
        ("q=" + "x" * 201, "q"),
        ("q=" + "x" * 10_001, "q"),
        ("q=%00", "q"),
        ("q=a%07b", "q"),
        ("&".join(f"area=a{number}" for number in range(101)), "area"),
        ("sort=position", "position"),
        ("sort=wording__title", "wording__title"),
        ("sort=-target", "-target"),
        ('sort="level"', "level"),
        ("sort=level&sort=target", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=2", "page"),
        ("page=1e3", "page"),
        ("page=99999999999999999999", "page"),
        ("page=%D9%A1", "page"),
        ("page=1&page=1", "page"),
        ("as_of=2026-99", "day"),
    ],
)
def test_a_bad_value_gets_a_page_that_names_it(ask, query, named):
    answer = ask(f"commitments/?{query}")
    assert answer.status == 400
    assert named in answer.words


def test_ten_thousand_values_are_refused(ask):
    assert ask("commitments/?" + "&".join(["area=energy"] * 10_000)).status == 400


# The page ---------------------------------------------------------------------------------------


def test_the_table_has_a_caption_scopes_and_names_for_its_cards(ask):
    html = ask("commitments/").html
    assert '<caption id="caption"' in html
    assert 'scope="col"' in html
    assert html.count('scope="row"') == 80
    assert '<span class="cell-label">Canada</span>' in html


def test_not_reported_never_looks_like_not_started(ask):
    html = ask("commitments/?q=PRO-01").html
    assert 'href="#m-none"' in html
    assert 'href="#m0"' not in html.split("<tbody>")[1].split("</tbody>")[0]


def test_one_party_commitments_owe_no_report_of_the_other(ask):
    assert "no report due" in ask("commitments/?q=PRO-05").words


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_list_is_sound_in_every_language(ask, reported, language):
    assert ask("commitments/", language=language).status == 200


@pytest.mark.parametrize(
    "path", ["commitments/", "commitments/?as_of=2026-07-31", "commitments/?flag=stale&sort=level"]
)
def test_the_list_takes_eight_queries_at_most(ask, reported, path):
    assert ask(path).queries <= 8


def test_queries_do_not_grow_with_rows(ask, reported):
    assert ask("commitments/?pillar=mobility").queries == ask("commitments/").queries

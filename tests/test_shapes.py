"""Marks and words of the record, and the colours they are drawn in."""

import datetime as dt
import re
from itertools import pairwise, product
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from tracker.rules.dates import SourceDate
from tracker.templatetags.dates import source_date_words
from tracker.templatetags.shapes import (
    age,
    basis,
    basis_word,
    confidence,
    flag,
    freshness_strip,
    matrix_cell,
    meter,
    source_confidence,
    word_diff,
)
from tracker.vocabulary import (
    Basis,
    Confidence,
    Flag,
    InferenceBasis,
    Level,
    Precision,
    Qualifier,
    SourceConfidence,
)

ROOT = Path(__file__).resolve().parent.parent
SPRITE = (ROOT / "templates/components/marks.html").read_text()
TOKENS = (ROOT / "static/css/tokens.css").read_text()
PARTIES = ["Canada", "Mexico"]


def symbol(drawn: str) -> str:
    """The symbol a mark refers to, which the sprite must hold."""
    name = re.search(r'href="#([\w-]+)"', drawn)
    assert name, drawn
    assert f'<symbol id="{name[1]}"' in SPRITE
    return name[1]


# Meter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", Level)
def test_every_level_draws_a_symbol_and_has_its_word(level):
    drawn = meter(level)
    assert symbol(drawn)
    assert str(level.label) in drawn
    assert f'class="{level.tone}"' in drawn


def test_levels_are_drawn_differently():
    drawings = [symbol(meter(level)) for level in (*Level, "")]
    assert len(set(drawings)) == len(drawings)


@pytest.mark.parametrize("nothing", ["", None])
def test_not_reported_is_never_an_empty_meter(nothing):
    drawn = meter(nothing)
    assert symbol(drawn) != symbol(meter(Level.NOT_STARTED))
    assert "Not reported" in drawn
    assert "Not started" not in drawn


@pytest.mark.parametrize("level", Level.ordered()[1:])
def test_a_reading_is_outlined_and_a_report_is_filled(level):
    assert symbol(meter(level, reading=True)) == f"r{level.step}"
    assert symbol(meter(level)) == f"m{level.step}"


def test_nothing_is_drawn_where_no_report_is_due():
    drawn = meter("", due=False)
    assert "svg" not in drawn
    assert "no report due" in drawn


def test_a_report_that_was_not_due_is_still_shown():
    assert "Completed" in meter(Level.COMPLETED, due=False)


@pytest.mark.parametrize("size", ["", "small", "large"])
def test_marks_are_hidden_from_screen_readers(size):
    assert 'aria-hidden="true"' in meter(Level.PLANNED, size=size)


def test_a_word_can_be_left_to_the_page():
    assert "Planned" not in meter(Level.PLANNED, word=False)


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="half-done"):
        meter("half-done")


# Basis -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [value for value in Basis if value is not Basis.NONE])
def test_every_basis_draws_a_sign_and_has_words(value):
    drawn = basis(value, parties=PARTIES, reported=["Canada"])
    assert symbol(drawn)
    if value is not Basis.PARTIAL:
        assert str(value.label) in drawn


@pytest.mark.parametrize(
    ("parties", "reported", "awaited", "sign", "words"),
    [
        (["Canada", "Mexico"], ["Canada"], True, "b-first", "Mexico awaited"),
        (["Canada", "Mexico"], ["Mexico"], True, "b-second", "Canada awaited"),
        (["México", "Canadá"], ["México"], True, "b-first", "Canadá awaited"),
        (["Canada", "Mexico"], ["Canada"], False, "b-first", "Canada has reported"),
    ],
)
def test_awaited_names_the_missing_party(parties, reported, awaited, sign, words):
    drawn = basis(Basis.PARTIAL, parties=parties, reported=reported, awaited=awaited)
    assert symbol(drawn) == sign
    assert words in drawn


def test_three_parties_are_counted_in_words():
    drawn = basis(Basis.PARTIAL, parties=[*PARTIES, "Peru"], reported=PARTIES)
    assert "svg" not in drawn
    assert "2 of 3 have reported" in drawn


@pytest.mark.parametrize("nothing", ["", None, Basis.NONE])
def test_no_basis_draws_nothing(nothing):
    assert basis(nothing) == ""


def test_names_are_escaped():
    drawn = basis(Basis.PARTIAL, parties=["<b>", "B"], reported=["B"], awaited=True)
    assert "<b>" not in drawn


# Confidence, flags, small words ------------------------------------------------------------------


@pytest.mark.parametrize("value", Confidence)
def test_every_confidence_has_shape_and_word(value):
    drawn = confidence(value)
    assert symbol(drawn) == f"c-{value.value}"
    assert str(value.label) in drawn


def test_lists_may_leave_out_only_on_track():
    shown = [value for value in Confidence if confidence(value, quiet=True)]
    assert shown == [Confidence.NEEDS_ATTENTION, Confidence.AT_RISK]


@pytest.mark.parametrize("value", Flag)
def test_every_flag_has_pennant_and_words(value):
    drawn = flag(value)
    assert symbol(drawn) == "flag"
    assert str(value.label) in drawn
    assert ("attention" in drawn) == value.is_signal


@pytest.mark.parametrize(
    ("value", "days", "party", "words"),
    [
        (Flag.OVERDUE, 236, "", "Overdue 236 days"),
        (Flag.OVERDUE, 1, "", "Overdue 1 day<"),
        (Flag.DUE_SOON, 39, "", "Due in 39 days"),
        (Flag.AWAITED, None, "Mexico", "Mexico awaited"),
    ],
)
def test_flags_say_how_long_and_who(value, days, party, words):
    assert words in flag(value, days=days, party=party)


def test_age_says_stale_in_words():
    assert "204 days ago, <b>stale</b>" in age(204, stale=True)
    assert "stale" not in age(204)
    assert "1 day ago" in age(1)
    assert age(None) == ""


@pytest.mark.parametrize("value", SourceConfidence)
def test_confidence_in_a_source_is_spelled_out(value):
    assert str(value.label) in source_confidence(value)
    assert str(value.label) in source_confidence(value, short=True)
    assert source_confidence("") == ""


@pytest.mark.parametrize("value", InferenceBasis)
def test_named_and_inferred_are_words(value):
    assert str(value.label) in basis_word(value)


# Bars, strips, changes of wording ----------------------------------------------------------------


def test_bars_share_one_scale_and_one_is_always_seen():
    lengths = [matrix_cell(Level.PLANNED, n, longest=32)["whole"] for n in (0, 1, 16, 32)]
    assert lengths == [0, 4, 38, 76]


def test_a_cell_links_only_where_there_is_something():
    assert matrix_cell(Level.PLANNED, 0, url="?level=planned")["url"] == ""
    assert matrix_cell(Level.PLANNED, 2, url="?level=planned")["url"] == "?level=planned"


def test_readings_are_outlined_beside_reports():
    cell = Template("{% load shapes %}{% matrix_cell 'under-way' 10 read=3 longest=11 %}").render(
        Context()
    )
    assert cell.count('class="fill"') == 1
    assert cell.count('class="outline"') == 1


def test_not_reported_is_hatched_and_set_apart():
    cell = Template("{% load shapes %}{% matrix_cell '' 10 longest=11 %}").render(Context())
    assert "hatched" in cell
    assert "apart" in cell


def test_numbers_in_drawings_keep_their_point_in_every_language():
    with translation.override("fr"):
        parts = freshness_strip("Canada", {"current": 1, "never": 2}, longest=3)["parts"]
    assert [part.x for part in parts] == ["0.00%", "33.33%"]


def test_a_change_of_wording_shows_what_went_and_what_came():
    parts = word_diff("sign a memorandum in 2026 together", "sign a treaty in 2026 together")
    assert parts["parts"] == [
        ("same", "sign a"),
        ("removed", "memorandum"),
        ("added", "treaty"),
        ("same", "in 2026 together"),
    ]


@pytest.mark.parametrize(
    ("before", "after"), [("", "new words"), ("old words", ""), ("same", "same")]
)
def test_texts_that_come_go_or_stay(before, after):
    parts = word_diff(before, after)["parts"]
    assert " ".join(text for act, text in parts if act != "added") == before
    assert " ".join(text for act, text in parts if act != "removed") == after


def test_a_few_words_left_between_changes_are_shown_as_replaced():
    parts = word_diff("the council for art and trade says", "the ministry of sea and sun says")
    assert [act for act, _ in parts["parts"]] == ["same", "removed", "added", "same"]


# Dates of sources --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "precision", "qualifier", "words"),
    [
        ("2026-03-31", "2026-03-31", Precision.DAY, Qualifier.ON, "31 March 2026"),
        ("2026-02-15", "2026-02-20", Precision.DAY, Qualifier.ON, "15–20 February 2026"),
        ("2026-01-28", "2026-02-02", Precision.DAY, Qualifier.ON, "28 January – 2 February 2026"),
        ("2025-09-18", "2025-11-11", Precision.DAY, Qualifier.BEFORE, "before 11 November 2025"),
        ("2026-03-01", "2026-03-31", Precision.MONTH, Qualifier.ON, "March 2026"),
        ("2026-04-01", "2026-06-30", Precision.QUARTER, Qualifier.ON, "Q2 2026"),
        ("2026-07-01", "2026-12-31", Precision.HALF, Qualifier.ON, "2nd half of 2026"),
        ("2026-01-01", "2026-12-31", Precision.YEAR, Qualifier.ON, "during 2026"),
        ("2026-01-01", "2028-12-31", Precision.YEAR, Qualifier.BY, "by 2028"),
        ("2026-01-01", "2026-06-30", Precision.MONTH, Qualifier.ON, "January 2026 – June 2026"),
    ],
)
def test_a_date_is_said_as_exactly_as_its_source(first, last, precision, qualifier, words):
    value = SourceDate(
        dt.date.fromisoformat(first), dt.date.fromisoformat(last), precision, qualifier
    )
    with translation.override("en"):
        assert source_date_words(value) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1 July 2026"), ("fr", "1er juillet 2026"), ("es", "1 de julio de 2026")],
)
def test_days_are_written_as_each_language_writes_them(language, words):
    value = SourceDate(dt.date(2026, 7, 1), dt.date(2026, 7, 1), Precision.DAY)
    with translation.override(language):
        assert source_date_words(value) == words


def test_a_missing_date_is_said():
    assert source_date_words(SourceDate()) == "no date given"


# Colours -----------------------------------------------------------------------------------------

GROUNDS = ["paper", "wash"]
TEXTS = ["ink", "muted", "accent", "signal"]
SHAPES = ["edge", "l1", "l2", "l3", "l4"]


def tokens(theme: str) -> dict[str, str]:
    """Colours of a theme as tokens.css sets them; the first set is light, the second dark."""
    found = [
        dict(re.findall(r"--([\w]+): (#[0-9A-F]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", TOKENS, re.DOTALL)
    ]
    light, dark = (block for block in found if "paper" in block)
    return light if theme == "light" else dark


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), list(product(TEXTS, GROUNDS)))
def test_text_has_enough_contrast(theme, text, ground):
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", [*GROUNDS, "add"])
def test_words_of_a_status_have_still_more(theme, ground):
    colours = tokens(theme)
    assert contrast(colours["ink"], colours[ground]) >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), list(product(SHAPES, GROUNDS)))
def test_shapes_have_enough_contrast(theme, shape, ground):
    colours = tokens(theme)
    assert contrast(colours[shape], colours[ground]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_level_stands_further_from_the_paper(theme):
    colours = tokens(theme)
    distances = [contrast(colours[f"l{step}"], colours["paper"]) for step in range(1, 5)]
    assert all(after / before >= 1.45 for before, after in pairwise(distances))


# Rules for templates and style sheets ------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=str)
def test_templates_hold_no_inline_style_or_script(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son\w+=\"|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", text)


@pytest.mark.parametrize("path", sorted((ROOT / "static/css").glob("*.css")), ids=lambda p: p.name)
def test_style_sheets_fetch_nothing_and_stay_short(path):
    text = path.read_text()
    assert not re.search(r"@import|@font-face|url\((?!#)", text)
    assert len(text.splitlines()) <= 300
    assert text.count("{") == text.count("}")

"""The timeline: what is drawn where, and the same in words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from tests.public.reading import page, tree, words
from tracker.models import Plan
from tracker.public.pages import Asked
from tracker.public.timeline import Timeline, TimelineRow, build_timeline, last_named_day
from tracker.public.timeline_axis import WIDTH, Axis, divisions_of
from tracker.public.timeline_drawing import HEAD, ROW, Mark
from tracker.vocabulary import Level

TODAY = dt.date(2026, 11, 22)


def built(plan: Plan, day: dt.date = TODAY) -> Timeline:
    with translation.override("en"):
        return build_timeline(Asked(plan, TODAY, day))


def row_of(timeline: Timeline, reference: str) -> TimelineRow:
    return next(row for row in timeline.rows if row.row.commitment.reference == reference)


def marks_of(timeline: Timeline, reference: str) -> list[Mark]:
    """The marks on the line of a commitment."""
    y = HEAD
    for group in timeline.groups:
        for row in group.drawn:
            y += ROW
            if row.row.commitment.reference == reference:
                return [mark for mark in timeline.drawing.marks if mark.y == y + ROW // 2]
        y += ROW * (2 if group.rest else 1)
    return []


def kinds(timeline: Timeline, reference: str) -> list[str]:
    return [mark.kind for mark in marks_of(timeline, reference)]


# The axis ---------------------------------------------------------------------------------------


def test_the_axis_runs_from_the_month_of_the_announcement_to_the_last_day() -> None:
    axis = Axis(dt.date(2025, 9, 1), dt.date(2028, 12, 31))
    assert axis.x(dt.date(2025, 9, 1)) == 0
    assert axis.after(dt.date(2028, 12, 31)) == WIDTH
    assert axis.x(dt.date(2040, 1, 1)) == WIDTH
    assert axis.x(dt.date(2000, 1, 1)) == 0


def test_years_and_quarters_stand_on_the_axis() -> None:
    axis = Axis(dt.date(2025, 9, 1), dt.date(2028, 12, 31))
    with translation.override("en"):
        divisions = list(divisions_of(axis))
    assert [one.label for one in divisions if one.is_year] == ["2025", "2026", "2027", "2028"]
    named = [one.label for one in divisions if not one.is_year]
    assert named == ["", "Q4", *["Q1", "Q2", "Q3", "Q4"] * 3]


# What is drawn ----------------------------------------------------------------------------------


def test_a_target_that_passed_without_report_is_a_ring_with_words(real_plan: Plan) -> None:
    [mark] = marks_of(built(real_plan), "PRO-27")
    assert (mark.kind, mark.label) == ("due", "date passed, outcome unknown")
    assert mark.is_attention


def test_with_a_report_the_words_are_overdue(real_plan: Plan, published_report) -> None:
    published_report("PRO-27", "CA", level=Level.UNDER_WAY)
    [mark] = marks_of(built(real_plan), "PRO-27")
    assert mark.label == "overdue"


def test_before_its_day_the_ring_is_not_late(real_plan: Plan) -> None:
    [mark] = marks_of(built(real_plan, dt.date(2026, 2, 28)), "PRO-27")
    assert (mark.kind, mark.label, mark.is_attention) == ("due", "", False)


def test_meetings_held_are_ticks_and_those_not_held_crosses(real_plan: Plan) -> None:
    found = kinds(built(real_plan), "GOV-02")
    assert found.count("meeting") == 3
    assert found.count("cross") == 1


def test_a_cross_beside_a_tick_of_the_same_day_is_seen(real_plan: Plan) -> None:
    marks = marks_of(built(real_plan), "GOV-02")
    [cross] = [mark for mark in marks if mark.kind == "cross"]
    assert all(abs(cross.x - mark.x) >= 8 for mark in marks if mark.kind == "meeting")


def test_leaders_are_taller_than_ministers_and_these_than_officials(real_plan: Plan) -> None:
    timeline = built(real_plan)
    heights = {mark.height for mark in marks_of(timeline, "PRO-07") if mark.kind == "meeting"}
    assert len(heights) == 3


def test_a_half_year_is_a_soft_bar_with_its_words(real_plan: Plan) -> None:
    [mark] = marks_of(built(real_plan), "PRO-30")
    assert (mark.kind, mark.label) == ("soft", "by 2nd half of 2026")


def test_a_dated_act_is_a_square_in_its_levels_tone(real_plan: Plan) -> None:
    [mark] = marks_of(built(real_plan), "ENV-05")
    assert (mark.kind, mark.tone, mark.is_reading) == ("act", "step-4", True)


def test_what_lasts_is_a_bar_dotted_where_no_day_is_given(real_plan: Plan) -> None:
    bar, rest, *_steps = marks_of(built(real_plan), "GOV-04")
    assert (bar.kind, rest.kind) == ("bar", "open-end")
    assert bar.right == rest.x
    assert rest.right == WIDTH


def test_context_is_never_late(real_plan: Plan) -> None:
    assert set(kinds(built(real_plan), "SPT-03")) == {"context"}
    assert set(kinds(built(real_plan), "SPT-04")) == {"context"}


def test_what_has_no_date_is_counted_and_not_drawn(real_plan: Plan) -> None:
    timeline = built(real_plan)
    drawn = sum(len(group.drawn) for group in timeline.groups)
    assert drawn + sum(group.rest for group in timeline.groups) == 80
    assert drawn == timeline.dated + timeline.met
    assert not row_of(timeline, "MOB-01").is_drawn


def test_only_continuing_commitments_are_shown_by_their_meetings(real_plan: Plan) -> None:
    timeline = built(real_plan)
    assert row_of(timeline, "GOV-03").is_met
    assert not row_of(timeline, "MOB-02").is_drawn  # funding, on the leaders' agenda


def test_no_mark_or_label_leaves_the_drawing(real_plan: Plan) -> None:
    for mark in built(real_plan).drawing.marks:
        assert 0 <= mark.x <= WIDTH
        assert mark.right <= WIDTH + 9
        assert 0 <= mark.label_x <= WIDTH


def test_the_last_day_a_source_names_leaves_the_plans_end_aside(real_plan: Plan) -> None:
    assert last_named_day(built(real_plan), real_plan.axis_ends_on) == dt.date(2026, 12, 31)


# The page ---------------------------------------------------------------------------------------


def test_the_first_sentence_says_what_the_chart_shows(real_plan: Plan) -> None:
    timeline = built(real_plan)
    text = words(page("timeline/"))
    assert f"{timeline.dated} of 80 commitments have a date of their own." in text
    assert f"{timeline.met} more continue without a date" in text
    assert "no source names a date after December 2026" in text


def test_every_row_stands_in_the_table_too(real_plan: Plan) -> None:
    [table] = tree(page("timeline/")).iter("table")
    links = [one for one in table.iter("a") if one.get("class") == "ref"]
    assert len(links) == 80


def test_labels_and_drawing_have_the_same_rows(real_plan: Plan) -> None:
    document = tree(page("timeline/"))
    [labels] = [one for one in document.iter("ol") if one.get("class") == "timeline-labels"]
    assert len(list(labels)) == len(built(real_plan).drawing.lines)


def test_the_frame_can_be_reached_by_keyboard_and_has_a_name(real_plan: Plan) -> None:
    html = page("timeline/").content.decode()
    assert (
        'class="frame timeline" role="region" aria-labelledby="timeline-title" tabindex="0"' in html
    )


@pytest.mark.parametrize("language", ["fr", "es"])
def test_places_are_whole_pixels_in_every_language(real_plan: Plan, language: str) -> None:
    drawings = [one for one in tree(page("timeline/", language)).iter() if one.tag == "rect"]
    places = [one.get(name) or "0" for one in drawings for name in ("x", "width") if one.get("id")]
    assert all(place.isdigit() for place in places)


def test_today_is_drawn_and_an_earlier_day_says_which(real_plan: Plan) -> None:
    assert "Today, 22 Nov 2026" in words(page("timeline/"))
    assert "1 Jan 2026" in words(page("timeline/", as_of="2026-01-01"))

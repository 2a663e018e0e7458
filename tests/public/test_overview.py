"""The overview answers "how is it going" on any day, from reports, readings or neither."""

import datetime as dt

import pytest

from tests.factories import make_published
from tracker.models import Pillar, Standing, StandingPosition
from tracker.public.drawing import Axis, Rows
from tracker.public.overview import build_overview
from tracker.public.state_sentence import months_since
from tracker.vocabulary import Confidence, Level, ReasonCode

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "fr", "es")


@pytest.fixture
def reported(real_plan):
    """Two sides agree on one, differ on one, one is at risk, one party is on its own."""
    make_published("PRO-01", "CA")
    make_published("PRO-01", "MX")
    worry = {
        "confidence": Confidence.AT_RISK,
        "reason_code": ReasonCode.FUNDING,
        "corrective_action": True,
    }
    step = {"next_step": True, "step_on": dt.date(2027, 1, 1)}
    make_published("PRO-14", "CA", **worry)
    make_published("PRO-14", "MX", level=Level.PLANNED, **worry, **step)
    make_published("PRO-27", "MX")


# The state sentence -----------------------------------------------------------------------------


def test_day_zero_says_that_nobody_reported_and_what_the_record_shows(ask):
    words = ask().words
    assert (
        "No government has reported here yet. From the public record: 7 of 72 commitments are "
        "completed and 18 under way. For the other 47 it allows no conclusion." in words
    )


def test_before_the_readings_the_sentence_says_so(ask):
    words = ask("?as_of=2026-01-01").words
    assert "By this day no government had reported here." in words
    assert "No level had been read from the public record either." in words


def test_reports_bring_levels_agreement_and_time_into_the_sentence(ask, reported):
    words = ask().words
    assert "No government has reported" not in words
    assert "The two governments agree on 1 and differ on 1, 14 months after the launch." in words


@pytest.mark.parametrize(
    ("day", "months"),
    [("2025-09-18", 0), ("2025-10-17", 0), ("2025-10-18", 1), ("2026-11-22", 14)],
)
def test_months_are_whole_months(day, months):
    assert months_since(dt.date(2025, 9, 18), dt.date.fromisoformat(day)) == months


# The matrix -------------------------------------------------------------------------------------


def test_the_matrix_counts_72_of_80(asked):
    matrix = build_overview(asked()).matrix
    assert (matrix.counted, matrix.total) == (72, 80)
    assert [row.count for row in matrix.rows] == [32, 7, 16, 9, 6, 2]
    assert sum(row.count for row in matrix.rows) == matrix.whole.count


def test_rows_are_the_pillars_then_what_stands_across_the_plan(asked, real_plan):
    labels = [row.label for row in build_overview(asked()).matrix.rows]
    assert labels[:4] == [str(pillar) for pillar in Pillar.objects.filter(plan=real_plan)]
    assert labels[4:] == ["Across the plan: Partnership machinery", "Across the plan: World Cup"]


def test_readings_are_told_from_reports(asked, reported):
    cells = build_overview(asked()).matrix.whole.cells
    under_way = cells[Level.UNDER_WAY]
    assert 0 < under_way.read < under_way.count


def test_every_cell_leads_to_just_the_commitments_it_counts(ask, asked):
    for row in build_overview(asked()).matrix.rows[:2]:
        for cell in row.cells.values():
            if cell.count:
                path = cell.url.removeprefix("/en/plans/canada-mexico/")
                assert f"{cell.count} of 80 commitments," in ask(path).words


def test_a_day_is_kept_by_every_link_of_the_matrix(asked):
    matrix = build_overview(asked("2026-01-01")).matrix
    urls = [cell.url for row in matrix.rows for cell in row.cells.values()]
    assert all("as_of=2026-01-01" in url for url in urls)


# The plan's line --------------------------------------------------------------------------------


def test_the_line_tells_meetings_and_steps_in_order(asked):
    line = build_overview(asked()).line
    days = [mark.day for mark in line.marks]
    assert days == sorted(days)
    assert {mark.is_meeting for mark in line.marks} == {True, False}
    assert line.marks[0].day == dt.date(2025, 9, 18)


def test_what_did_not_take_place_is_a_cross_and_no_meeting_held(asked):
    crosses = [mark for mark in build_overview(asked()).line.marks if mark.is_cross]
    assert crosses
    assert not any(mark.is_done for mark in crosses)


def test_an_earlier_day_knows_fewer_events_and_no_trade_mission(ask, asked):
    then, now = build_overview(asked("2025-12-01")), build_overview(asked())
    assert len(then.line.marks) < len(now.line.marks)
    assert "Canada Trade Mission to Mexico" not in ask("?as_of=2025-12-01").words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", ["2025-09-18", "2026-01-01", "2026-11-22"])
def test_labels_of_the_line_do_not_collide(asked, language, day):
    from django.utils import translation

    with translation.override(language):
        for drawing in build_overview(asked(day)).line.drawings:
            for group in (drawing.above, drawing.below):
                boxes = [(label.row, *_box(label, drawing.axis)) for label in group]
                for row, left, right in boxes:
                    assert left >= -1
                    assert right <= drawing.axis.width + 1
                    others = [box for box in boxes if box[0] == row and box != (row, left, right)]
                    assert all(right <= box[1] or left >= box[2] for box in others)


def _box(label, axis: Axis) -> tuple[float, float]:
    from tracker.public.drawing import text_width

    at, length = float(label.x.rstrip("%")) * axis.width / 100, text_width(label.text)
    return (at, at + length) if label.anchor == "start" else (at - length, at)


def test_a_label_without_room_is_left_out_or_shortened():
    axis = Axis(dt.date(2026, 1, 1), dt.date(2026, 12, 31), 200)
    rows = Rows(axis, (0,))
    assert rows.put(dt.date(2026, 1, 1), "x" * 100, "short").text == "short"
    assert rows.put(dt.date(2026, 1, 2), "another") is None


def test_the_leader_of_a_label_crosses_no_words():
    axis = Axis(dt.date(2026, 1, 1), dt.date(2026, 12, 31), 400)
    rows = Rows(axis, (0, 1))
    assert rows.put(dt.date(2026, 1, 1), "x" * 40).row == 0
    assert rows.put(dt.date(2026, 3, 1), "crossing") is None


# Trend, lists, freshness ------------------------------------------------------------------------


def test_without_reports_there_is_no_trend_but_a_sentence(ask, asked):
    assert build_overview(asked()).trend is None
    assert "The trend begins with the first report." in ask().words


def test_the_trend_ends_with_what_parties_report_now(asked, reported):
    trend = build_overview(asked()).trend
    assert [(bar.year, bar.quarter) for bar in trend.bars][:2] == [(2025, 3), (2025, 4)]
    assert all(sum(bar.cells) == trend.total for bar in trend.bars[-1:])
    assert trend.bars[-1].counts[Level.UNDER_WAY] == 2  # PRO-01 agreed, PRO-27 by one party
    assert trend.bars[0].counts[Level.UNDER_WAY] == 0


def test_the_trend_says_the_same_in_its_table(ask, reported):
    words = ask().words
    assert "Commitments by joint level at the end of each quarter" in words
    assert "2026 Q4" in words


def test_where_positions_differ_both_are_shown(asked, ask, reported):
    assert [row.commitment.reference for row in build_overview(asked()).differing] == ["PRO-14"]
    assert "Where the two positions differ" in ask().words


def test_at_risk_names_who_says_so(asked, reported):
    rows = build_overview(asked()).attention
    assert [row.commitment.reference for row in rows] == ["PRO-14"]
    assert [party.code for party in rows[0].worried] == ["CA", "MX"]


def test_overdue_is_said_only_where_a_party_reported(asked, reported):
    page = build_overview(asked())
    assert [row.commitment.reference for row in page.overdue] == ["PRO-27"]
    assert page.number_unknown > 0


def test_due_within_90_days_is_listed_by_date(asked):
    references = [row.commitment.reference for row in build_overview(asked()).due]
    assert set(references) == {"PRO-30", "MOB-10", "SEC-17"}


def test_what_changed_lately_is_newest_first_with_reports_among_entries(asked, ask, reported):
    changes = build_overview(asked()).changes
    days = [change.day for change in changes]
    assert days == sorted(days, reverse=True)
    assert len(changes) == 5
    assert "Mexico published its 2026 Q3 report on" in ask().words


def test_freshness_counts_the_reports_each_party_owes(asked, reported):
    strips = build_overview(asked()).strips
    assert {strip.party.code: strip.owed for strip in strips} == {"CA": 69, "MX": 66}
    assert {strip.party.code: strip.counts["current"] for strip in strips} == {"CA": 2, "MX": 3}


# The page ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "?as_of=2025-09-18", "?as_of=2026-01-01"])
def test_the_page_is_sound_in_every_language(ask, language, path):
    assert ask(path, language=language).status == 200


def test_parties_stand_in_the_order_of_the_language(ask):
    assert ask(language="es").html.index("México") < ask(language="es").html.index("Canadá")


@pytest.mark.parametrize("path", ["", "?as_of=2026-06-30"])
def test_the_overview_takes_ten_queries_at_most(ask, reported, path):
    assert ask(path).queries <= 10


def test_queries_do_not_grow_with_reports(ask, reported):
    before = ask().queries
    for reference in ("PRO-02", "PRO-03", "PRO-04", "PRO-08", "PRO-09", "PRO-10"):
        make_published(reference, "CA")
    assert ask().queries == before


@pytest.mark.parametrize(
    "day",
    ["2026-01", "2026-13-01", "2026-02-30", "20260101", "tomorrow", "2026-11-23", "2025-09-17",
     "9999-12-31", "%00", "2026-01-01%0a", "'"],
)  # fmt: skip
def test_a_day_that_cannot_be_shown_gets_a_sentence(ask, day):
    answer = ask(f"?as_of={day}")
    assert answer.status == 400
    assert "day" in answer.words


def test_two_days_at_once_are_refused(ask):
    assert ask("?as_of=2026-01-01&as_of=2026-02-01").status == 400


def test_unknown_parameters_never_reach_the_page(ask):
    assert "evil" not in ask("?evil=1&as_of=2026-01-01&page=evil").html


def test_standings_are_read_for_one_plan_alone(real_plan):
    assert Standing.objects.filter(plan=real_plan).exists()
    assert StandingPosition.objects.with_next_due().exists()


def test_a_day_before_the_opening_says_where_it_comes_from(real_plan, client):
    day = client.get(f"/en/plans/{real_plan.slug}/?as_of=2026-01-01").content.decode()
    assert "before this record was opened here: from sources of that time" in day
    today = client.get(f"/en/plans/{real_plan.slug}/").content.decode()
    assert "before this record was opened" not in today

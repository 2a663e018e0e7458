"""The board and my work: what they hold, how they are narrowed, what they cost."""

import datetime as dt

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.desk.pages import PLAN, address, form_address, press, text_of
from tests.factories import NOW
from tracker.access import rights_of
from tracker.desk.board import Board
from tracker.desk.dues import dues_of
from tracker.desk.entry import Side
from tracker.desk.work import Work
from tracker.models import Commitment, Party
from tracker.vocabulary import Level

BOARD, WORK = address("desk-board", PLAN), address("desk-work", PLAN)
QUEUE = address("desk-queue", PLAN)
LATER = dt.datetime(2027, 2, 10, 18, tzinfo=dt.UTC)  # the fourth quarter fell due on 30 January


def side_of(person, party="CA", at=NOW) -> Side:
    side = Party.objects.get(code=party)
    plan = Commitment.objects.first().plan
    return Side(plan, side, rights_of(person, at.date()), at)


def board_of(person, party="CA", at=NOW, **filters) -> Board:
    query = QueryDict(mutable=True)
    query.update(filters)
    return Board(side_of(person, party, at), query)


def references(board: Board) -> set[str]:
    return {row.commitment.reference for row in board.rows}


def row(board: Board, reference: str):
    return next(one for one in board.rows if one.commitment.reference == reference)


def cell(board: Board, reference: str, year: int, quarter: int):
    return next(
        one
        for one in row(board, reference).cells
        if (one.period.year, one.period.quarter) == (year, quarter)
    )


def test_the_board_holds_every_commitment_of_my_party_by_quarter_to_2028(canada_official):
    board = board_of(canada_official)
    owed = Commitment.objects.filter(reporting_parties__code="CA").values_list(
        "reference", flat=True
    )
    assert references(board) == set(owed)
    assert [str(period) for period in board.dues.periods][:1] == ["2025 Q3"]
    assert [str(period) for period in board.dues.periods][-1:] == ["2028 Q4"]
    assert all(len(one.cells) == 14 for one in board.rows)


def test_an_official_reports_on_their_own_and_reads_the_rest(canada_official):
    board = board_of(canada_official)
    assert row(board, "PRO-27").may_report
    assert "/report/" in row(board, "PRO-27").url
    assert not row(board, "PRO-01").may_report
    assert row(board, "PRO-01").url == address("commitment-detail", PLAN, "PRO-01")


def test_cells_show_what_is_published_and_what_is_in_work(
    canada_coordinator, published_report, draft_report
):
    published_report("PRO-27")
    draft_report("PRO-27", period=(2026, 4))
    board = board_of(canada_coordinator)
    assert cell(board, "PRO-27", 2026, 3).level == Level.UNDER_WAY
    in_work = cell(board, "PRO-27", 2026, 4)
    assert (in_work.kind, in_work.word) == ("work", "Draft")
    assert in_work.url == form_address(period="2026-Q4")
    assert row(board, "PRO-27").position.age == 0


def test_an_official_sees_no_draft_on_what_is_not_theirs(canada_official, draft_report):
    draft_report("PRO-01")
    assert cell(board_of(canada_official), "PRO-01", 2026, 3).kind != "work"


def test_nothing_from_before_the_record_began_is_missed(canada_coordinator):
    board = board_of(canada_coordinator)
    kinds = {
        one.kind for line in board.rows for one in line.cells if one.period.due_on < NOW.date()
    }
    assert kinds == {"before"}
    assert not any(line.is_late for line in board.rows)


def test_a_quarter_is_due_then_late_then_reported(canada_coordinator, published_report):
    assert str(row(board_of(canada_coordinator), "PRO-27").due) == "2026 Q4"
    assert cell(board_of(canada_coordinator), "PRO-27", 2026, 4).kind == "due"
    later = board_of(canada_coordinator, at=LATER)
    assert row(later, "PRO-27").is_late
    assert cell(later, "PRO-27", 2026, 4).kind == "missed"
    published_report("PRO-27", period=(2026, 4))
    assert str(row(board_of(canada_coordinator), "PRO-27").due) == "None"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"pillar": "1"}, "PRO-27"),
        ({"pillar": "across"}, "GOV-01"),
        ({"institution": "ca-nserc"}, "PRO-27"),
        ({"level": "under-way"}, "PRO-26"),
        ({"level": "not-reported"}, "PRO-27"),
        ({"state": "draft"}, "PRO-27"),
        ({"state": "none"}, "PRO-26"),
        ({"due": "due"}, "PRO-27"),
        ({"due": "reported"}, "PRO-26"),
    ],
)
def test_filters_narrow_the_board(
    canada_coordinator, draft_report, published_report, filters, found
):
    draft_report("PRO-27")
    published_report("PRO-26", period=(2026, 4))
    board = board_of(canada_coordinator, **filters)
    assert found in references(board)
    assert len(board.rows) < len(board_of(canada_coordinator).rows)
    assert len(board.chips) == 1


def test_late_is_what_fell_due_without_a_report(canada_coordinator, published_report):
    published_report("PRO-26", period=(2026, 4))
    assert not board_of(canada_coordinator, due="late").rows
    late = references(board_of(canada_coordinator, due="late", at=LATER))
    assert "PRO-27" in late
    assert "PRO-26" not in late


def test_an_unknown_filter_value_gets_a_sentence(client_of, canada_official):
    response = client_of(canada_official).get(BOARD + "?pillar=99&level=superb")
    assert response.status_code == 400
    assert "Pillar, Level" in text_of(response)


def test_a_board_without_matches_says_so(client_of, canada_official):
    page = text_of(client_of(canada_official).get(BOARD + "?state=returned"))
    assert "No commitment matches these filters." in page


# My work -----------------------------------------------------------------------------------------


def groups(person, party="CA", at=NOW) -> dict[str, list[str]]:
    work = Work(side_of(person, party, at))
    return {
        group.key: [one.row.commitment.reference for one in group.rows] for group in work.groups
    }


def test_an_official_is_asked_for_their_own_commitments(canada_official):
    assert "PRO-27" in groups(canada_official)["due"]
    assert "PRO-01" not in groups(canada_official)["due"]


def test_what_is_returned_comes_first_with_its_note(
    client_of, canada_official, canada_coordinator, submitted_report
):
    report = submitted_report("PRO-27", period=(2026, 4))
    assert groups(canada_coordinator)["review"] == ["PRO-27"]
    press(client_of(canada_coordinator), "report-return", report, note="Name the participants.")
    found = groups(canada_official)
    assert next(iter(found)) == "returned"
    assert found["returned"] == ["PRO-27"]
    assert "PRO-27" not in found["due"]
    assert "Name the participants." in text_of(client_of(canada_official).get(WORK))


def test_where_positions_differ_or_are_contested_an_answer_is_asked_for(
    client_of, canada_official, published_report
):
    ours = published_report("PRO-27")
    published_report(
        "PRO-27",
        "MX",
        contests=ours,
        level=Level.PLANNED,
        next_step=True,
        step_on=dt.date(2027, 1, 1),
        contest_reason=True,
    )
    assert groups(canada_official)["differ"] == ["PRO-27"]
    assert "Your report is contested." in text_of(client_of(canada_official).get(WORK))


def test_old_reports_are_stale(canada_official, published_report):
    published_report("PRO-27")
    much_later = dt.datetime(2027, 7, 1, 18, tzinfo=dt.UTC)
    assert "stale" not in groups(canada_official)
    assert groups(canada_official, at=much_later)["stale"] == ["PRO-27"]


def test_a_finished_commitment_is_not_asked_for_again(canada_official):
    dues = dues_of(side_of(canada_official))
    assert dues.first_owed("", ())
    assert dues.first_owed(Level.COMPLETED, ()) is None


def test_nothing_to_do_is_said(client_of, canada_official, real_plan):
    real_plan.periods.update(closed_at=NOW)
    page = text_of(client_of(canada_official).get(WORK))
    assert "Nothing waits for you." in page


def test_the_queue_lists_what_to_review_and_what_to_answer(
    client_of, canada_coordinator, submitted_report, published_report
):
    submitted_report("PRO-27")
    theirs = published_report("PRO-28", "MX")
    page = text_of(client_of(canada_coordinator).get(QUEUE))
    assert "Read and decide" in page
    assert address("report-concur", theirs.pk) in page


def test_an_empty_queue_says_so(client_of, canada_coordinator):
    page = text_of(client_of(canada_coordinator).get(QUEUE))
    assert "No report waits for review." in page
    assert "No report of the other side waits for an answer." in page


# Budgets -----------------------------------------------------------------------------------------


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "url", [BOARD, BOARD + "?pillar=1&institution=ca-gac&due=due&state=none", WORK, QUEUE]
)
def test_lists_of_the_desk_cost_the_same_however_full(
    client_of, canada_coordinator, draft_report, submitted_report, published_report, url
):
    client = client_of(canada_coordinator)
    published_report("PRO-28", "MX")
    submitted_report("PRO-01")
    draft_report("PRO-02")
    few = queries(client, url)
    for reference in ("PRO-03", "PRO-04", "PRO-06"):
        published_report(reference, "MX")
        submitted_report(reference)
        draft_report(reference, period=(2026, 4))
    assert queries(client, url) == few <= 15


def test_the_form_and_the_review_keep_their_budget(
    client_of, canada_coordinator, submitted_report, published_report
):
    published_report("PRO-27", "MX")
    report = submitted_report("PRO-27")
    client = client_of(canada_coordinator)
    assert queries(client, address("report-review", report.pk)) <= 15
    assert queries(client, form_address(period="2026-Q4")) <= 20

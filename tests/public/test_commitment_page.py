"""One commitment's page tells its whole story, as it was on the day asked."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories import NOW, coordinators_of, make_draft, make_published, rights_at
from tracker.actions.report_publication import concur_with_report
from tracker.models import Commitment, Wording
from tracker.models.reports import TEXTS
from tracker.public.commitment_page import build_page
from tracker.public.joint_words import joint_words
from tracker.vocabulary import Basis, Confidence, Level, ReasonCode

pytestmark = pytest.mark.django_db
JULY = dt.datetime(2026, 7, 20, tzinfo=dt.UTC)
PLANNED = {"level": Level.PLANNED, "next_step": True, "step_on": dt.date(2026, 12, 1)}
WORRY = {
    "confidence": Confidence.NEEDS_ATTENTION,
    "reason_code": ReasonCode.LEGAL,
    "corrective_action": True,
}


@pytest.fixture
def built(asked):
    """built("PRO-05", "2026-01-01"): the page's content, without HTML."""
    return lambda reference, day="2026-11-22": build_page(asked(day), reference)


@pytest.fixture
def said(built):
    """What the joint column says, in one string."""

    def sentences(reference: str, day: str = "2026-11-22") -> str:
        found = built(reference, day)
        return " ".join([found.opening_words, *found.joint_words])

    return sentences


def in_q2(reference: str, party: str, **values):
    """A report for the second quarter, published on 20 July 2026."""
    values = {"action_on": dt.date(2026, 6, 1), **values}
    return make_published(reference, party, period=(2026, 2), at=JULY, **values)


# What was promised ------------------------------------------------------------------------------


def test_the_head_says_what_was_promised_and_until_when(ask):
    words = ask("commitments/PRO-27/").words
    assert "Research memorandum of NSERC, SSHRC and SECIHTI" in words
    assert "None agreed yet" in words
    assert "by 31 March 2026 named by the source, to the day" in words
    assert "Date passed, outcome unknown" in words
    assert "(our grouping)" in words


def test_a_commitment_without_date_says_so(ask):
    assert "no date in the source" in ask("commitments/PRO-01/").words


def test_institutions_stand_by_party_named_or_inferred(built):
    groups = built("PRO-27").bodies
    assert [group.party.code for group in groups] == ["CA", "MX"]
    assert {part.institution.slug for part in groups[0].parts} == {"ca-nserc", "ca-sshrc"}
    assert {part.basis for group in groups for part in group.parts} == {"named"}


def test_a_whole_and_its_parts_lead_to_each_other(built):
    assert [row.commitment.reference for row in built("SEC-08").parts] == ["MOB-02", "SEC-07"]
    assert built("MOB-02").whole.commitment.reference == "SEC-08"
    assert [row.commitment.reference for row in built("MOB-02").parts] == [
        "MOB-03", "MOB-04", "MOB-05",
    ]  # fmt: skip


def test_money_says_that_an_envelope_is_the_sum_of_its_parts(ask):
    words = ask("commitments/SEC-08/").words
    assert "CAD 9,900,000 (currency inferred" in words
    assert "An envelope: the sum of its parts. It is never added to them." in words
    assert "Money" not in ask("commitments/PRO-01/").words


def test_sources_lead_to_the_paragraph_of_the_announcement(ask):
    answer = ask("commitments/SEC-08/")
    assert 'href="/en/plans/canada-mexico/announcement/#S16"' in answer.html
    assert "Announcement" in answer.words


def test_a_changed_wording_shows_what_changed_and_why(ask, built):
    changes = built("PRO-05").wording_changes
    assert [change.wording.number for change in changes] == [2, 1]
    assert [text.label for text in changes[0].changes] == ["Text", "Target"]
    answer = ask("commitments/PRO-05/")
    assert "<ins>" in answer.html
    assert "<del>" in answer.html
    assert "The organiser published the dates and sectors." in answer.words


# The joint value --------------------------------------------------------------------------------


def test_a_reading_says_according_to_whom_and_from_which_entries(ask, built):
    answer = ask("commitments/PRO-05/")
    assert "Completed according to" in answer.words
    assert 'href="#R-25"' in answer.html
    assert built("PRO-05").row.basis is Basis.READING
    assert "a report by a party outranks it" in answer.words


def test_silence_is_not_not_started(said):
    assert "This is not the same as “not started”." in said("PRO-01")


def test_agreement_is_said_with_its_quarter(said):
    make_published("PRO-01", "CA")
    make_published("PRO-01", "MX")
    assert said("PRO-01") == (
        "Agreed Both governments report the same position. Both reports are for 2026 Q3."
    )


def test_agreement_on_the_level_alone_says_so(said):
    make_published("PRO-01", "CA")
    make_published("PRO-01", "MX", **WORRY)
    assert "They agree on the level and differ on confidence" in said("PRO-01")


def test_a_difference_names_what_differs(said):
    make_published("PRO-01", "CA")
    make_published("PRO-01", "MX", **PLANNED, **WORRY)
    assert "They differ on level and on confidence. The less advanced is the headline." in (
        said("PRO-01")
    )


def test_a_lagging_party_is_awaited_only_after_the_due_date(said):
    make_published("PRO-01", "CA", period=(2026, 4))
    before, after = said("PRO-01", "2027-01-30"), said("PRO-01", "2027-01-31")
    assert "Mexico has not reported for 2026 Q4 yet; reports are due by 30 January 2027." in before
    assert "awaited" not in before
    assert "Mexico awaited (no report yet)." in after
    assert "differ" not in after


def test_a_party_that_lags_behind_is_quoted_with_its_last_report(said):
    in_q2("PRO-01", "MX", **PLANNED)
    make_published("PRO-01", "CA")
    assert "Mexico awaited (last: planned, 2026 Q2)." in said("PRO-01")
    assert "The joint value is the report of Canada for 2026 Q3." in said("PRO-01")


def test_one_governments_own_act_is_told_by_that_government(said):
    make_published("PRO-05", "CA")
    assert "Only Canada reports here: it is that government’s own act." in said("PRO-05")


def test_where_no_report_is_due_the_reason_is_said(said):
    assert "Nothing is promised here" in said("GOV-07")
    assert "No report is due." in said("ENV-09")


def test_every_sentence_has_25_words_at_most(asked, real_plan):
    for reference in real_plan.commitments.values_list("reference", flat=True)[:80:7]:
        found = build_page(asked(), reference)
        for sentence in joint_words(asked(), found.row):
            assert len(sentence.split()) <= 25


# Reports ----------------------------------------------------------------------------------------


def test_each_position_shows_its_report_with_days_and_evidence(ask):
    make_published("PRO-01", "CA", **WORRY)
    words = ask("commitments/PRO-01/").words
    assert "2026 Q3: true on 30 Sep 2026, public since 22 Nov 2026" in words
    assert "The working group met and adopted its programme of work." in words
    assert "Legal or regulatory step outstanding" in words
    assert "Minutes of the working group" in words
    assert "Needs attention" in words


def test_a_text_in_another_language_is_marked(ask):
    make_published("PRO-01", "MX")
    html = ask("commitments/PRO-01/").html
    assert '<span lang="es">El grupo de trabajo se reunió' in html
    assert "(in Spanish)" in html


def test_concurrence_and_contest_lead_to_the_report_they_name(ask):
    canada = make_published("PRO-01", "CA")
    publisher = coordinators_of("MX")[0]
    concur_with_report(
        canada,
        party=canada.commitment.plan.parties.get(code="MX"),
        rights=rights_at(publisher),
        at=NOW,
        act_id=uuid.uuid4(),
    )
    make_published(
        "PRO-14", "MX", contests=make_published("PRO-14", "CA"), contest_reason=True, **PLANNED
    )
    first, second = ask("commitments/PRO-01/"), ask("commitments/PRO-14/")
    assert "Concurs with the report of Canada for 2026 Q3" in first.words
    assert 'href="#report-ca-2026-q3"' in first.html
    assert 'id="report-ca-2026-q3"' in first.html
    assert "Contests the report of Canada for 2026 Q3" in second.words


def test_a_correction_and_what_it_corrects_name_each_other(ask):
    earlier = make_published("PRO-01", "CA", **PLANNED)
    later = make_published("PRO-01", "CA", at=NOW + dt.timedelta(minutes=1))
    later.refresh_from_db()
    assert later.corrects_id == earlier.pk
    words = ask("commitments/PRO-01/").words
    assert "Corrects an earlier report" in words
    assert "Corrected by a later report" in words


def test_drafts_of_either_side_are_never_on_the_page(ask, client_of, canada_coordinator):
    marker = "PLANTED-MARKER"
    make_draft("PRO-01", "MX", **{f"{name}_es": marker for name in TEXTS})
    assert marker not in ask("commitments/PRO-01/").html
    assert marker not in ask("commitments/PRO-01/", client=client_of(canada_coordinator)).html


# History and days -------------------------------------------------------------------------------


def test_history_is_newest_first_and_holds_reports_wordings_readings(built):
    make_published("PRO-05", "CA")
    items = built("PRO-05").history
    days = [item.day for item in items]
    assert days == sorted(days, reverse=True)
    assert {item.kind for item in items} == {"report", "wording", "reading", "target"}


def test_an_earlier_day_shows_the_content_of_that_day(ask):
    words = ask("commitments/PRO-05/?as_of=2025-10-01").words
    assert "forthcoming trade mission" in words
    assert "no date in the source" in words
    assert "Wording 2" not in words
    assert "R-25" not in words


def test_a_cited_day_keeps_its_content_when_more_is_published(ask):
    in_q2("PRO-01", "CA")
    before = ask("commitments/PRO-01/?as_of=2026-08-01").words
    make_published("PRO-01", "MX")
    make_published("PRO-01", "CA", at=NOW + dt.timedelta(minutes=1), **PLANNED)
    after = ask("commitments/PRO-01/?as_of=2026-08-01").words
    assert _without_footer(after) == _without_footer(before)


def _without_footer(words: str) -> str:
    return words.split("Paraphrased facts from public pages")[0]


def test_the_page_can_be_cited_with_its_day(ask):
    words = ask("commitments/PRO-05/").words
    assert "http://testserver/en/plans/canada-mexico/commitments/PRO-05/?as_of=2026-11-22" in words
    assert "As it was public on 22 November 2026." in words


def test_before_its_first_day_the_page_says_when_it_became_public(ask):
    answer = ask("commitments/PRO-27/?as_of=2025-09-18")
    assert answer.status == 404
    assert "This commitment was not public yet on 18 September 2025." in answer.words
    assert "It became public on 30 September 2025." in answer.words


def test_a_withdrawn_commitment_says_since_when(ask):
    Wording.objects.filter(commitment__reference="PRO-02", public_until=None).update(
        public_until=dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    )
    commitment = Commitment.objects.get(reference="PRO-02")
    commitment.standings.filter(public_until=None).update(
        public_until=dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    )
    answer = ask("commitments/PRO-02/")
    assert answer.status == 404
    assert "withdrawn from the record on 20 November 2026" in answer.words
    assert ask("commitments/PRO-02/?as_of=2026-11-01").status == 200


@pytest.mark.parametrize("reference", ["PRO-99", "pro-05", "X", "PRO-05%00", "%3Cscript%3E"])
def test_unknown_references_are_not_found(client, real_plan, reference):
    assert client.get(f"/en/plans/canada-mexico/commitments/{reference}/").status_code == 404


# The desk ---------------------------------------------------------------------------------------


def test_a_visitor_sees_no_link_to_the_desk(ask):
    make_published("PRO-01", "MX")
    assert "Concur" not in ask("commitments/PRO-01/").words


def test_a_coordinator_may_write_concur_or_contest(ask, client_of, canada_coordinator):
    report = make_published("PRO-01", "MX")
    answer = ask("commitments/PRO-01/", client=client_of(canada_coordinator))
    assert "Write a report for Canada" in answer.words
    assert f"/desk/reports/{report.pk}/concur/" in answer.html
    assert f"?contests={report.pk}" in answer.html
    assert "Write a report for Mexico" not in answer.words


def test_an_official_may_write_but_not_answer(ask, client_of, canada_official):
    make_published("PRO-27", "MX")
    words = ask("commitments/PRO-27/", client=client_of(canada_official)).words
    assert "Write a report for Canada" in words
    assert "Concur" not in words


def test_a_stranger_and_an_earlier_day_get_no_desk_links(
    ask, client_of, stranger, canada_coordinator
):
    make_published("PRO-01", "MX")
    assert "Write a report" not in ask("commitments/PRO-01/", client=client_of(stranger)).words
    path = "commitments/PRO-01/?as_of=2026-11-01"
    assert "Write a report" not in ask(path, client=client_of(canada_coordinator)).words


# The page ---------------------------------------------------------------------------------------


def test_every_commitment_has_a_sound_page(ask, real_plan):
    for reference in real_plan.commitments.values_list("reference", flat=True):
        assert ask(f"commitments/{reference}/").status == 200


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("reference", ["PRO-05", "SEC-08", "GOV-07", "ENV-09", "SPT-04"])
def test_pages_are_sound_in_the_other_languages(ask, language, reference):
    assert ask(f"commitments/{reference}/", language=language).status == 200


def test_mexico_stands_first_in_spanish(ask):
    html = ask("commitments/PRO-01/", language="es").html
    assert html.index('id="side-MX"') < html.index('id="joint"') < html.index('id="side-CA"')


@pytest.mark.parametrize("reference", ["PRO-05", "SEC-08", "PRO-01", "GOV-02"])
@pytest.mark.parametrize("day", ["", "?as_of=2026-11-21"])
def test_the_page_takes_fifteen_queries_at_most(ask, reference, day):
    if reference == "PRO-01":
        in_q2("PRO-01", "CA")
        in_q2("PRO-01", "MX", **PLANNED)
        make_published("PRO-01", "CA")
    assert ask(f"commitments/{reference}/{day}").queries <= 15

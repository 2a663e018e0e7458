"""From a draft to the public and beyond: saves, comments, sharing, set times, on behalf."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests import factories
from tests.factories import NOW, attached, make_draft, make_on_behalf, make_published, rights_at
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Forbidden, Refusal
from tracker.actions.report_publication import (
    confirm_report,
    publish_due,
    publish_report,
    publish_translation,
    repeat_report,
    schedule_report,
    stop_publication,
)
from tracker.actions.reports import (
    ReportContent,
    comment_report,
    return_report,
    save_report,
    share_report,
    submit_report,
    withdraw_report,
)
from tracker.actions.verification import faults_of
from tracker.models import (
    Institution,
    LedgerEntry,
    Membership,
    Plan,
    ReportComment,
    ReportTranslation,
    StatusReport,
)
from tracker.vocabulary import Act, Level, ReportAct, ReportState, Role

PLAN = factories.PLAN


def after(hours: float) -> dt.datetime:
    return NOW + dt.timedelta(hours=hours)


def chief(party: str = "CA"):
    """The coordinator who publishes what the other wrote."""
    return rights_at(factories.coordinators_of(party)[0])


def size() -> int:
    return LedgerEntry.objects.filter(plan__slug=PLAN).count()


def last_act() -> str:
    return LedgerEntry.objects.filter(plan__slug=PLAN).latest("sequence").act


def saved(report: StatusReport, person, **values) -> StatusReport:
    """Save it again with other words."""
    content = factories.report_values(report.party, report.period) | values
    return save_report(
        commitment=report.commitment,
        party=report.party,
        period=report.period,
        content=ReportContent(content, [factories.link()]),
        version=report.version,
        rights=rights_at(person),
        at=NOW,
        act_id=report.act_id,
    )


@pytest.fixture
def submitted(real_plan) -> StatusReport:
    return factories.make_submitted("PRO-01", "CA")


@pytest.fixture(autouse=True)
def the_record_holds(real_plan):
    """Whatever was done, the ledger and the rows say the same."""
    yield
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


# In work ----------------------------------------------------------------------------------------


def test_every_save_is_kept_with_who_made_it(real_plan):
    first, second = factories.coordinators_of("CA")
    report = make_draft("PRO-01", "CA", done_en="One")
    report = saved(report, first, done_en="Two")
    saved(report, second, done_en="Three")
    kept = list(report.saves.order_by("version").values_list("version", "by", "values__done_en"))
    assert kept == [(1, second.pk, "One"), (2, first.pk, "Two"), (3, second.pk, "Three")]
    assert size() == real_plan.ledger.count()


def test_contributing_ministries_of_the_side_comment_and_nobody_else(real_plan):
    report = make_draft("PRO-27", "CA")
    official = factories.make_person("NSERC", Role.OFFICIAL, institution="ca-nserc")
    for person in (official, factories.coordinators_of("CA")[0]):
        comment_report(
            report, text="Which day?", rights=rights_at(person), at=NOW, act_id=uuid.uuid4()
        )
    for person in (
        factories.make_person("Transport", Role.OFFICIAL, institution="ca-tc"),
        factories.coordinators_of("MX")[0],
        factories.make_person("Secretariat", Role.SECRETARIAT),
        factories.make_person("Stranger"),
    ):
        with pytest.raises(Forbidden):
            comment_report(
                report, text="Which day?", rights=rights_at(person), at=NOW, act_id=uuid.uuid4()
            )
    assert ReportComment.objects.filter(report=report).count() == 2


def test_a_comment_sent_twice_is_said_once_and_an_empty_one_not_at_all(submitted):
    given = {"rights": chief(), "at": NOW, "act_id": uuid.uuid4()}
    assert comment_report(submitted, text="Why?", **given) == comment_report(
        submitted, text="Why?", **given
    )
    for text in ("  ", "x" * 20_001):
        with pytest.raises(Refusal):
            comment_report(submitted, text=text, **{**given, "act_id": uuid.uuid4()})
    assert submitted.comments.count() == 1


def test_what_is_published_takes_no_comment(real_plan):
    report = make_published("PRO-01", "CA")
    with pytest.raises(Forbidden):
        comment_report(report, text="Late", rights=chief(), at=NOW, act_id=uuid.uuid4())


def test_a_return_names_single_texts_and_ends_the_sharing(submitted):
    share_report(submitted, rights=chief(), at=NOW)
    return_report(
        submitted, note="", field_notes={"done": "Name the day."}, rights=chief(), at=after(1)
    )
    submitted.refresh_from_db()
    event = submitted.events.get(act=ReportAct.RETURNED)
    assert (submitted.state, submitted.shared_at) == (ReportState.RETURNED, None)
    assert event.field_notes == {"done": "Name the day."}


def test_a_return_says_something(submitted):
    with pytest.raises(Refusal):
        return_report(submitted, note=" ", field_notes={"done": ""}, rights=chief(), at=NOW)


# Shared -----------------------------------------------------------------------------------------


def test_the_other_sides_coordinators_read_what_is_shared_for_the_courtesy_days(submitted):
    mexico = chief("MX")
    official = rights_at(factories.make_person("SECIHTI", Role.OFFICIAL, institution="mx-secihti"))
    assert not mexico.shared_reports(NOW).exists()
    share_report(submitted, rights=chief(), at=NOW)
    days = Plan.objects.get(slug=PLAN).courtesy_days
    assert mexico.shared_reports(after(24 * days)).exists()
    assert not mexico.shared_reports(after(24 * (days + 2))).exists()
    assert not official.shared_reports(NOW).exists()
    comment_report(submitted, text="Seen.", rights=mexico, at=NOW, act_id=uuid.uuid4())
    with pytest.raises(Forbidden):
        comment_report(submitted, text="Me too.", rights=official, at=NOW, act_id=uuid.uuid4())


def test_only_what_is_submitted_is_shared_and_once(submitted):
    share_report(submitted, rights=chief(), at=NOW)
    for report in (submitted, make_draft("PRO-02", "CA")):
        with pytest.raises(Refusal):
            share_report(report, rights=chief(), at=after(1))
    with pytest.raises(Forbidden):
        share_report(submitted, rights=chief("MX"), at=NOW)


def test_a_correction_is_shared_before_it_is_public(real_plan):
    make_published("PRO-01", "CA")
    second = factories.make_submitted("PRO-01", "CA")
    with pytest.raises(Refusal, match="share it with the other side"):
        publish_report(second, rights=chief(), at=NOW, act_id=uuid.uuid4())
    share_report(second, rights=chief(), at=NOW)
    publish_report(second, rights=chief(), at=NOW, act_id=uuid.uuid4())
    assert last_act() == Act.CORRECT_REPORT


@pytest.mark.parametrize("level", [Level.PLANNED, Level.NOT_STARTED])
def test_a_lower_level_says_why(real_plan, level):
    make_published("PRO-01", "CA")
    report = make_draft(
        "PRO-01", "CA", period=(2026, 4), level=level, next_step=True, step_on=NOW.date(),
        change_reason_en="", change_reason_fr="",
    )  # fmt: skip
    with pytest.raises(Refusal) as refusal:
        submit_report(report, rights=rights_at(report.author), at=NOW)
    assert "change_reason" in refusal.value.fields


# At a set time ----------------------------------------------------------------------------------


def test_an_approved_report_is_public_at_its_time_and_once(submitted):
    schedule_report(submitted, publish_at=after(24), rights=chief(), at=NOW)
    before = size()
    assert publish_due(after(23)) == []
    assert publish_due(after(24)) == [submitted]
    assert publish_due(after(25)) == []
    submitted.refresh_from_db()
    assert (submitted.state, size()) == (ReportState.PUBLISHED, before + 1)
    assert submitted.published_at == after(24)


def test_an_approval_can_be_taken_back_until_then(submitted):
    schedule_report(submitted, publish_at=after(24), rights=chief(), at=NOW)
    with pytest.raises(Forbidden):
        stop_publication(submitted, rights=chief("MX"), at=NOW)
    stop_publication(submitted, rights=chief(), at=after(1))
    assert publish_due(after(48)) == []
    submitted.refresh_from_db()
    assert (submitted.state, submitted.publish_at) == (ReportState.SUBMITTED, None)


def test_a_time_that_makes_no_sense_is_refused(submitted):
    for moment in (after(-1), NOW, after(24 * 60)):
        with pytest.raises(Refusal) as refusal:
            schedule_report(submitted, publish_at=moment, rights=chief(), at=NOW)
        assert "publish_at" in refusal.value.fields


def test_nobody_approves_their_own_words(submitted):
    with pytest.raises(Forbidden):
        schedule_report(submitted, publish_at=after(24), rights=rights_at(submitted.author), at=NOW)


def test_what_does_not_hold_at_its_time_goes_back_with_the_reason(submitted):
    """Its text is gone by then."""
    schedule_report(submitted, publish_at=after(24), rights=chief(), at=NOW)
    StatusReport.objects.filter(pk=submitted.pk).update(done_en="", done_fr="")
    assert publish_due(after(24)) == []
    submitted.refresh_from_db()
    event = submitted.events.get(act=ReportAct.STOPPED)
    assert submitted.state == ReportState.SUBMITTED
    assert event.note


def test_a_scheduled_report_is_not_withdrawn_or_published_by_hand(submitted):
    schedule_report(submitted, publish_at=after(24), rights=chief(), at=NOW)
    with pytest.raises(Refusal):
        withdraw_report(submitted, rights=rights_at(submitted.author), at=NOW)
    with pytest.raises(Refusal):
        publish_report(submitted, rights=chief(), at=NOW, act_id=uuid.uuid4())


# On behalf --------------------------------------------------------------------------------------


def test_a_report_on_behalf_is_confirmed_by_its_party_once(real_plan):
    report = make_on_behalf("PRO-01", "CA")
    given = {"at": after(1), "act_id": uuid.uuid4()}
    with pytest.raises(Forbidden):
        confirm_report(report, rights=chief("MX"), **given)
    confirm_report(report, rights=chief(), **given)
    assert last_act() == Act.CONFIRM_REPORT
    with pytest.raises(AlreadyDone):
        confirm_report(report, rights=chief(), **given)
    with pytest.raises(Refusal):
        confirm_report(report, rights=chief(), **{**given, "act_id": uuid.uuid4()})


def test_a_secretariat_that_sits_in_a_ministry_confirms_nothing(real_plan):
    seat = Institution.objects.get(slug="ca-gac")
    second = factories.make_person("Secretariat 2", Role.SECRETARIAT)
    second.memberships.update(institution=seat)
    report = make_on_behalf("PRO-01", "CA")
    assert (report.published_by, report.published_institution) == (second, None)


def test_only_what_was_entered_on_behalf_is_confirmed(real_plan):
    with pytest.raises(Refusal):
        confirm_report(make_published("PRO-01", "CA"), rights=chief(), at=NOW, act_id=uuid.uuid4())


@pytest.mark.parametrize(
    ("given", "field"),
    [({"evidence": [factories.link()]}, "evidence"), ({"level": Level.COMPLETED}, "level")],
)
def test_on_behalf_takes_the_partys_own_text_and_never_says_completed(real_plan, given, field):
    with pytest.raises(Refusal) as refusal:
        make_on_behalf("PRO-01", "CA", **given)
    assert field in refusal.value.fields


def test_one_member_of_the_secretariat_does_not_enter_and_publish(real_plan):
    writer = factories.make_person("Secretariat", Role.SECRETARIAT)
    report = factories.make_submitted(
        "PRO-01", "CA", author=writer, on_behalf=True, evidence=[attached(is_party_text=True)]
    )
    with pytest.raises(Forbidden):
        publish_report(report, rights=rights_at(writer), at=NOW, act_id=uuid.uuid4())


def test_a_coordinator_enters_nothing_on_behalf_of_the_other_side(real_plan):
    with pytest.raises(Forbidden):
        make_draft("PRO-01", "CA", author=factories.coordinators_of("MX")[0], on_behalf=True)


# No change --------------------------------------------------------------------------------------


def repeated(party: str = "CA", act_id: uuid.UUID | None = None, **changed):
    given = {
        "commitment": factories.commitment_called("PRO-01"),
        "party": factories.Party.objects.get(code=party),
        "period": factories.period_called(2026, 4),
        "effective_on": NOW.date(),
        "action_on": dt.date(2026, 9, 15),
        "rights": rights_at(factories.coordinators_of(party)[1]),
        "at": NOW,
        "act_id": act_id or uuid.uuid4(),
    }
    return repeat_report(**{**given, **changed})


def test_no_change_repeats_the_position_and_names_the_last_action(real_plan):
    first = make_published("PRO-01", "CA")
    report = repeated()
    assert (report.state, report.repeats, report.level) == (
        ReportState.SUBMITTED, first, first.level,
    )  # fmt: skip
    publish_report(report, rights=chief(), at=NOW, act_id=uuid.uuid4())
    assert last_act() == Act.PUBLISH_REPORT


def test_no_change_needs_the_day_of_the_last_action(real_plan):
    make_published("PRO-01", "CA")
    with pytest.raises(Refusal) as refusal:
        repeated(action_on=None)
    assert "action_on" in refusal.value.fields


def test_no_change_sent_twice_is_done_once(real_plan):
    make_published("PRO-01", "CA")
    act_id = uuid.uuid4()
    assert repeated(act_id=act_id) == repeated(act_id=act_id)


def test_no_change_needs_something_that_has_not_changed(real_plan):
    with pytest.raises(Refusal, match="has not reported yet"):
        repeated()
    make_published("PRO-01", "CA", period=(2026, 4))
    with pytest.raises(Refusal, match="for this period"):
        repeated()


def test_no_change_does_not_pass_over_a_report_in_work(real_plan):
    make_published("PRO-01", "CA")
    make_draft("PRO-01", "CA", period=(2026, 4))
    with pytest.raises(Refusal, match="go on with it"):
        repeated()


# Translations -----------------------------------------------------------------------------------


def test_a_translation_is_a_row_of_its_own_and_can_be_replaced(real_plan):
    report = make_published("PRO-01", "CA")
    given = {"language": "es", "rights": chief(), "at": NOW}
    for text in ("El grupo se reunió.", "El grupo de trabajo se reunió."):
        publish_translation(report, texts={"done": text}, act_id=uuid.uuid4(), **given)
    rows = ReportTranslation.objects.filter(report=report)
    assert (rows.count(), rows.open().get().done) == (2, "El grupo de trabajo se reunió.")
    assert last_act() == Act.PUBLISH_TRANSLATION


@pytest.mark.parametrize(
    ("language", "texts", "sentence"),
    [("es", {}, "Translate every text"), ("fr", {"done": "x"}, "its own text in this language")],
)
def test_a_translation_is_whole_and_of_a_text_that_lacks(real_plan, language, texts, sentence):
    report = make_published("PRO-01", "CA")
    with pytest.raises(Refusal, match=sentence):
        publish_translation(
            report, language=language, texts=texts, rights=chief(), at=NOW, act_id=uuid.uuid4()
        )


def test_the_other_side_translates_nothing(real_plan):
    report = make_published("PRO-01", "CA")
    with pytest.raises(Forbidden):
        publish_translation(
            report, language="es", texts={"done": "x"}, rights=chief("MX"), at=NOW,
            act_id=uuid.uuid4(),
        )  # fmt: skip


def test_a_role_that_ended_does_nothing_at_the_set_time(submitted):
    schedule_report(submitted, publish_at=after(24), rights=chief(), at=NOW)
    Membership.objects.filter(user=factories.coordinators_of("CA")[0]).update(ends_on=NOW.date())
    assert publish_due(after(48)) == []
    submitted.refresh_from_db()
    assert submitted.state == ReportState.SUBMITTED

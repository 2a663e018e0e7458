"""The database itself refuses to change or delete what is published, by whatever way in."""

import datetime as dt
import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import factories
from tracker.models import (
    Answer,
    Decision,
    Evidence,
    Institution,
    LedgerEntry,
    Meeting,
    MeetingParticipant,
    Narrative,
    Participant,
    Plan,
    Reading,
    RecordEntry,
    ReportConfirmation,
    ReportTranslation,
    Signature,
    SigningKey,
    StandingPosition,
    StatusReport,
    guards,
)
from tracker.models.columns import Spanned
from tracker.models.guards import MESSAGE

SPANNED = [m for m in apps.get_app_config("tracker").get_models() if issubclass(m, Spanned)]
PAST = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def row_of(model):
    """The last row of a model; of those the files leave empty, one made here."""
    row = model._base_manager.order_by("pk").last() or make(model)
    return model._base_manager.filter(pk=row.pk)


def make(model):
    meeting, plan = {"meeting": Meeting.objects.first()}, Plan.objects.get(slug=factories.PLAN)
    body = {"institution": Institution.objects.get(slug="ca-gac")}
    party = {"party": plan.parties.get(code="CA")}
    values = {
        Answer: lambda: {"plan": plan, "entry": RecordEntry.objects.first(), **party, **body},
        Decision: lambda: {**meeting, "number": 1},
        MeetingParticipant: lambda: {**meeting, **body},
        Narrative: lambda: {"period": plan.periods.first(), **party, **body},
        Participant: lambda: {"entry": RecordEntry.objects.first(), "person": "Someone"},
        ReportConfirmation: lambda: {"report": factories.make_published(), **body},
        ReportTranslation: lambda: {"report": factories.make_published(), "language": "es"},
        Signature: lambda: {"plan": plan, "size": 1, "head": "0" * 64, **party, **body},
        SigningKey: lambda: {"plan": plan, "public_key": "0" * 64},
    }[model]
    return model.objects.create(public_from=factories.NOW, **values())


def delete(rows):
    """Straight in the database, past Django's own protection."""
    return lambda: rows._raw_delete("default")


def assert_refused(act):
    with pytest.raises(DatabaseError, match=MESSAGE[:40]), transaction.atomic():
        act()


def test_every_guard_is_in_place(db):
    assert guards.missing(connection) == []
    assert len(guards.present(connection)) == len(guards.guards(connection.vendor))


@pytest.mark.parametrize("model", SPANNED, ids=lambda model: model.__name__)
def test_a_row_with_a_span_is_neither_changed_nor_deleted(real_plan, model):
    row = row_of(model)
    assert_refused(delete(row))
    assert_refused(lambda: row.update(public_from=PAST))


@pytest.mark.parametrize("model", SPANNED, ids=lambda model: model.__name__)
def test_a_span_is_closed_once(real_plan, model):
    row = row_of(model)
    row.update(public_until=factories.NOW)
    assert_refused(lambda: row.update(public_until=factories.NOW + dt.timedelta(days=1)))
    assert_refused(lambda: row.update(public_until=None))


@pytest.mark.parametrize("model", SPANNED, ids=lambda model: model.__name__)
def test_closing_a_span_changes_nothing_else(real_plan, model):
    row = row_of(model)
    assert_refused(lambda: row.update(public_until=factories.NOW, recorded_at=PAST))


@pytest.mark.parametrize("model", [LedgerEntry, StandingPosition], ids=lambda m: m.__name__)
def test_the_ledger_and_positions_are_never_changed(real_plan, model):
    field = {"LedgerEntry": {"payload": None}, "StandingPosition": {"level": "completed"}}
    assert_refused(lambda: row_of(model).update(**field[model.__name__]))
    assert_refused(delete(row_of(model)))


def test_the_entries_a_reading_rests_on_are_never_changed(real_plan):
    reading = Reading.objects.filter(entries__isnull=False).first()
    assert_refused(reading.entries.clear)


def test_a_published_report_and_its_evidence_are_never_changed(published_report):
    report = StatusReport.objects.filter(pk=published_report().pk)
    evidence = Evidence.objects.filter(report__in=report)
    assert_refused(lambda: report.update(done_en="Other"))
    assert_refused(lambda: report.update(state="draft"))
    assert_refused(delete(report))
    assert_refused(lambda: evidence.update(title="Other"))
    assert_refused(delete(evidence))


def test_a_report_on_its_way_may_change(submitted_report):
    report = StatusReport.objects.filter(pk=submitted_report().pk)
    Evidence.objects.filter(report__in=report).delete()
    report.update(done_en="Other")
    report.delete()


def test_lifted_guards_come_back_whatever_happens(db):
    def fail():
        with guards.lifted(connection):
            assert guards.present(connection) == set()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert guards.missing(connection) == []


def test_the_plans_own_columns_may_change(real_plan):
    """Reference data has its own history; only what has a span is guarded."""
    Plan.objects.update(courtesy_days=11)


def test_nothing_is_slipped_under_a_published_report(published_report):
    report = published_report("GOV-01", "CA")
    late = Evidence(
        report=report,
        title="Late",
        url="https://example.org/late",
        language="en",
        dated_on=report.effective_on,
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        late.save()


@pytest.mark.parametrize("fork", [{"sequence": 7}, {"previous": 7}], ids=["number", "previous"])
def test_the_ledger_cannot_fork_or_leave_a_gap(real_plan, fork):
    """Two entries with one number, or two that follow the same one: refused by constraint."""
    plan = Plan.objects.get(pk=real_plan.pk)
    known = plan.ledger.get(sequence=7)
    entry = LedgerEntry(
        plan=plan, sequence=plan.ledger_size + 1, time=factories.NOW, act="answer",
        act_id=uuid.uuid4(), subject="A fork", payload={}, payload_hash="0" * 64,
        previous=plan.ledger_head, hash="1" * 64,
    )  # fmt: skip
    for name in fork:
        setattr(entry, name, getattr(known, name))
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)

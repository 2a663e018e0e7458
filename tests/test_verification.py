"""verify_ledger and check_standings: the first thing that does not hold is named in words."""

import datetime as dt
import io
import uuid

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from tests import factories
from tracker.actions.commitments import change_commitment, withdraw_commitment
from tracker.actions.record import publish_reading
from tracker.actions.report_publication import concur_with_report
from tracker.actions.verification import PUBLISHED, REFERENCE, _rows_of
from tracker.models import (
    Evidence,
    Institution,
    LedgerEntry,
    Party,
    Plan,
    Reading,
    RecordEntry,
    Responsibility,
    Standing,
    StandingPosition,
    StatusReport,
    Wording,
    guards,
)
from tracker.models.columns import Spanned
from tracker.rules.ledger import digest, entry_hash
from tracker.vocabulary import Level

LATER = factories.NOW + dt.timedelta(hours=1)


def run(command, *arguments):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def fault(command="verify_ledger"):
    with pytest.raises(CommandError) as found:
        run(command)
    assert found.value.returncode == 1
    return str(found.value)


@pytest.fixture
def a_busy_day(published_report, secretariat_user, commitment):
    """Reports, a concurrence, a correction, a wording changed, a reading, a withdrawal."""
    rights = factories.rights_at(secretariat_user)
    first = published_report("PRO-01", "CA")
    concur_with_report(
        first,
        party=Party.objects.get(code="MX"),
        rights=factories.rights_at(factories.coordinators_of("MX")[0]),
        at=factories.NOW,
        act_id=uuid.uuid4(),
    )
    published_report("PRO-01", "CA", level=Level.NOT_STARTED, at=LATER)
    changed = commitment("PRO-02")
    wording = changed.wordings.get()
    wording.title_en += " (clarified)"
    change_commitment(
        changed,
        wording,
        reporting_parties=[Party.objects.get(code="CA")],
        reason="For clarity",
        rights=rights,
        at=LATER,
        act_id=uuid.uuid4(),
    )
    read = commitment("PRO-03")
    reading = read.readings.open().first() or Reading()
    reading.level = Level.PLANNED
    publish_reading(
        read,
        reading,
        entries=[RecordEntry.objects.first()],
        rights=rights,
        at=LATER,
        act_id=uuid.uuid4(),
    )
    withdraw_commitment(
        commitment("SEC-01"), reason="Entered twice", rights=rights, at=LATER, act_id=uuid.uuid4()
    )


def tamper(act):
    """What someone does who can lift the guards."""
    with guards.lifted(connection):
        act()


def test_the_real_plan_holds(real_plan):
    assert "canada-mexico: " in run("verify_ledger")
    assert "every standing" in run("check_standings", "canada-mexico")


def test_the_record_holds_after_a_busy_day(a_busy_day):
    assert " hold; head " in run("verify_ledger", "canada-mexico")
    assert "every standing" in run("check_standings")


def test_a_plan_that_is_not_there_is_named(db):
    with pytest.raises(CommandError, match="no open plan “atlantis”"):
        run("verify_ledger", "atlantis")


def test_every_public_model_is_checked(real_plan):
    models = apps.get_app_config("tracker").get_models()
    spanned = {model for model in models if issubclass(model, Spanned)}
    assert spanned - set(PUBLISHED) == {Standing}
    stand = {row._meta.model_name for row in _rows_of(real_plan)}
    assert set(REFERENCE) <= stand


def test_a_missing_guard_is_named(real_plan):
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER guard_tracker_wording_update"
            + (" ON tracker_wording" if connection.vendor == "postgresql" else "")
        )
    assert "guard_tracker_wording_update is not in the database" in fault()


def test_a_changed_wording_is_named(real_plan):
    tamper(lambda: Wording.objects.filter(commitment__reference="PRO-05").update(title_en="Less"))
    assert "published wording (canada-mexico PRO-05, 1, " in fault()
    assert "does not stand like this any more" in fault()


def test_a_changed_report_is_named(published_report):
    published_report()
    tamper(lambda: StatusReport.objects.update(level=Level.SUBSTANTIALLY))
    assert "published statusreport (canada-mexico PRO-01, CA, canada-mexico 2026 3" in fault()


def test_exchanged_evidence_is_named(published_report):
    published_report()
    tamper(lambda: Evidence.objects.update(url="https://example.org/other"))
    assert "published evidence" in fault()


def test_a_deleted_responsibility_is_named(real_plan):
    tamper(lambda: Responsibility.objects.filter(commitment__reference="PRO-05").first().delete())
    assert "published responsibility (canada-mexico PRO-05" in fault()


def test_a_span_closed_behind_the_ledgers_back_is_named(real_plan):
    """The guard allows the closing of a span: only the ledger tells."""
    Wording.objects.open().filter(commitment__reference="PRO-05").update(public_until=LATER)
    assert "published wording (canada-mexico PRO-05" in fault()


def test_a_row_that_no_entry_published_is_named(real_plan):
    row = Responsibility.objects.first()
    row.pk, row.institution = None, Institution.objects.exclude(
        responsibilities__commitment=row.commitment
    ).first()  # fmt: skip
    row.save()
    assert "which no entry published like this" in fault()


def test_reference_data_changed_in_place_is_named(real_plan):
    Institution.objects.filter(slug="ca-gac").update(name_fr="Autre")
    assert "published institution (CA, ca-gac)" in fault()


def chain():
    return LedgerEntry.objects.order_by("sequence")


def test_a_deleted_entry_is_named(real_plan):
    tamper(lambda: chain().get(sequence=7).delete())
    assert "Entry 7 is broken: its number" in fault()


def test_a_deleted_last_entry_is_named(real_plan):
    size = real_plan.ledger_size
    tamper(lambda: chain().last().delete())
    assert f"ends with entry {size - 1}; the plan’s head names entry {size}" in fault()


def test_a_changed_entry_is_named(real_plan):
    tamper(lambda: chain().filter(sequence=9).update(subject="Other"))
    assert "Entry 9 is broken: its hash" in fault()


def test_a_rewritten_payload_is_named(real_plan):
    entry = chain().get(sequence=9)
    entry.payload["reason"] = "Other"
    tamper(lambda: chain().filter(sequence=9).update(payload=entry.payload))
    assert "Entry 9 is broken: what it published" in fault()
    entry.payload_hash = digest(entry.payload)
    again = entry_hash(entry.as_published())
    tamper(
        lambda: (
            chain()
            .filter(sequence=9)
            .update(payload=entry.payload, payload_hash=entry.payload_hash, hash=again)
        )
    )
    assert "Entry 10 is broken: it does not name the entry before it" in fault()


def test_a_lost_payload_is_named(real_plan):
    tamper(lambda: chain().filter(sequence=9).update(payload=None))
    assert "Entry 9 has lost what it published" in fault()


def test_a_false_head_is_named(real_plan):
    Plan.objects.update(ledger_head="f" * 64)
    assert "The chain ends with entry" in fault()


# Standings --------------------------------------------------------------------------------------


def test_a_standing_that_does_not_follow_is_named(published_report):
    published_report()
    tamper(
        lambda: (
            Standing.objects.open()
            .filter(commitment__reference="PRO-01")
            .update(level=Level.COMPLETED)
        )
    )
    assert "PRO-01, today: level is “completed”, not “under-way”" in fault("check_standings")


def test_an_earlier_standing_is_checked_too(published_report):
    published_report()
    tamper(
        lambda: Standing.objects.filter(
            commitment__reference="PRO-01", public_until__isnull=False
        ).update(level=Level.COMPLETED)
    )
    assert "PRO-01, before 2026-" in fault("check_standings")


def test_a_false_position_is_named(published_report):
    published_report()
    tamper(lambda: StandingPosition.objects.exclude(level="").update(level=Level.PLANNED))
    assert "position is not what its report says" in fault("check_standings")


def test_a_lost_standing_is_named(real_plan):
    lost = Standing.objects.filter(commitment__reference="GOV-01")
    tamper(lambda: StandingPosition.objects.filter(standing__in=lost).delete())
    tamper(lost.delete)
    assert "GOV-01, " in fault("check_standings")

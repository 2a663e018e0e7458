"""A text is taken away on a legal or safety ground: everywhere, for good, and in public view."""

import datetime as dt
import importlib.util
import io
import json
import uuid
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError, models, transaction

from tests import factories
from tests.desk.pages import PLAN, address, text_of
from tests.factories import NOW, commitment_called, make_published
from tests.joint import after, agreed, answered, changing, last_entry, proposed, rights_for, size
from tracker.actions.commitments import change_commitment
from tracker.actions.joint_acts import Wish
from tracker.actions.redactions import published_rows, redaction_content
from tracker.actions.refusals import Forbidden, Refusal
from tracker.actions.standing_check import standing_faults
from tracker.actions.verification import faults_of
from tracker.models import (
    Evidence,
    LedgerEntry,
    Party,
    Plan,
    Proposal,
    RedactedRow,
    Redaction,
    StatusReport,
    Wording,
)
from tracker.models.guards import MESSAGE, REDACTED
from tracker.vocabulary import Act, Verdict

MARK = "Quetzal-Narwhal-7319"


@pytest.fixture(autouse=True)
def no_page_kept():
    """The cache outlives a test, whose revision another one has again."""
    caches["pages"].clear()


@pytest.fixture
def report(real_plan) -> StatusReport:
    """A published report with the text that must go, and a file."""
    return make_published(
        "PRO-01", "CA", done_en=MARK, done_fr=MARK, evidence=[factories.attached()]
    )


# What goes --------------------------------------------------------------------------------------


def test_the_text_goes_from_the_row_and_from_the_entry(report):
    published = last_entry()
    redacted(report, "done_en", "done_fr")
    report.refresh_from_db()
    assert (report.done_en, report.done_fr) == (REDACTED, REDACTED)
    published.refresh_from_db()
    assert published.payload is None


def test_the_hashes_stay_and_the_chain_holds(report):
    before = list(LedgerEntry.objects.order_by("sequence").values_list("hash", "payload_hash"))
    redacted(report, "done_en", "done_fr")
    after_it = list(LedgerEntry.objects.order_by("sequence").values_list("hash", "payload_hash"))
    assert after_it[:-1] == before
    plan = Plan.objects.get(slug=PLAN)
    assert list(faults_of(plan)) == []
    assert list(standing_faults(plan)) == []
    assert " hold; head " in said_by("verify_ledger", PLAN)


def test_the_stand_alone_verifier_says_redacted_not_broken(report, client, tmp_path, capsys):
    redacted(report, "done_en", "done_fr")
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b"".join(client.get(address("ledger-file", PLAN)).streaming_content))
    assert stand_alone().main(["--language", "en", str(path)]) == 0
    assert "redact" in capsys.readouterr().out.lower()


def test_the_redaction_is_an_entry_of_its_own(report):
    published, entries = last_entry().sequence, size()
    proposal = redacted(report, "done_en", "done_fr")
    entry = last_entry()
    assert size() == entries + 1
    assert (entry.act, entry.subject, entry.act_id) == (
        Act.REDACT, f"entry {published}", proposal.act_id
    )  # fmt: skip
    assert [one["party"] for one in entry.payload["agreed"]] == ["CA", "MX"]
    assert entry.payload["reason"] == "A court has ordered it."
    left = entry.payload["redacts"]
    assert [one["sequence"] for one in left] == [published]
    assert "salt" not in left[0]["payload"]
    assert Redaction.objects.get().by_sequence == entry.sequence


def test_the_rest_of_the_entry_is_not_lost(report):
    payload = last_entry().payload
    redacted(report, "done_en", "done_fr")
    left = last_entry().payload["redacts"][0]["payload"]
    before, now = payload["opened"][0]["fields"], left["opened"][0]["fields"]
    assert {name for name in before if before[name] != now[name]} == {"done_en", "done_fr"}
    assert left["opened"][1:] == payload["opened"][1:]
    assert left["by"] == payload["by"]


def test_the_text_is_nowhere_any_more(report, client):
    redacted(report, "done_en", "done_fr")
    assert stored_with(MARK) == []
    with_file = b"".join(client.get(address("ledger-file", PLAN)).streaming_content)
    assert MARK.encode() not in with_file
    for page in pages(report):
        assert MARK not in text_of(client.get(page))


def test_the_pages_say_so(report, client):
    published = last_entry().sequence
    redacted(report, "done_en", "done_fr")
    page = text_of(client.get(address("commitment-detail", PLAN, "PRO-01")))
    assert REDACTED in page
    page = text_of(client.get(address("ledger-entry", PLAN, published)))
    assert "This was redacted. The chain keeps its hash." in page
    assert address("ledger-entry", PLAN, last_entry().sequence) in page
    page = text_of(client.get(address("ledger-entry", PLAN, last_entry().sequence)))
    assert "A court has ordered it." in page
    assert Party.objects.get(code="MX").institutions.get(slug="mx-sre").name in page


def test_earlier_days_are_without_it_too(report, client):
    redacted(report, "done_en", "done_fr", at=after(3))
    with time_machine.travel(after(4)):
        url = address("commitment-detail", PLAN, "PRO-01") + "?as_of=2026-11-23"
        page = text_of(client.get(url))
    assert REDACTED in page
    assert MARK not in page


def test_the_file_goes_from_the_store_once_it_is_certain(
    report, client, django_capture_on_commit_callbacks
):
    row = report.evidence.get()
    path = Path(settings.MEDIA_ROOT) / row.file.name
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        redacted(row, "title", "file", "file_name")
    assert not path.exists()
    row.refresh_from_db()
    assert (row.file.name, row.title, len(row.sha256)) == ("", REDACTED, 64)
    assert client.get(address("evidence-file", PLAN, row.sha256)).status_code == 404
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_a_file_that_bears_out_something_else_stays(report, django_capture_on_commit_callbacks):
    other = make_published("PRO-02", "MX", evidence=[factories.attached()])
    row = report.evidence.get()
    assert row.sha256 == other.evidence.get().sha256
    with django_capture_on_commit_callbacks(execute=True):
        redacted(row, "file")
    assert (Path(settings.MEDIA_ROOT) / other.evidence.get().file.name).exists()
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_the_address_of_a_link_can_be_redacted(real_plan):
    report = make_published("PRO-01", "CA", evidence=[factories.link()])
    redacted(report.evidence.get(), "url")
    assert "example.org/minutes" not in str(stored_with("example.org/minutes"))
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_what_was_closed_since_goes_from_both_entries(real_plan):
    agreed(changing(title_en=MARK))
    first = commitment_called("PRO-01").wordings.open().get()
    agreed(changing(title_en="Without it", at=after(1)), at=after(1))
    first.refresh_from_db()
    redacted(first, "title_en", at=after(2))
    assert len(last_entry().payload["redacts"]) == 2
    assert stored_with(MARK) == []
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_a_reason_that_must_go_goes_from_the_whole_entry(real_plan):
    """The reason of a change stands in its wording, and in the entry beside the rows."""
    commitment = commitment_called("PRO-01")
    wording = commitment.wordings.open().get()
    wording.title_en, wording.reason_en = "A clearer title", MARK
    change_with_reason(commitment, wording, MARK)
    redacted(commitment.wordings.open().get(), "reason_en")
    assert stored_with(MARK) == []


def test_a_proposals_own_reason_goes_with_the_wording_it_made(real_plan):
    proposal = answered(proposed(changing(title_en="New", reason_en=MARK), reason=MARK))
    redacted(commitment_called("PRO-01").wordings.open().get(), "reason_en")
    proposal.refresh_from_db()
    assert MARK not in proposal.reason_en
    assert stored_with(MARK) == []


def test_an_open_proposal_does_not_keep_the_text(real_plan):
    agreed(changing(title_en=MARK))
    open_one = proposed(changing(title_en="Another title", at=after(1)), at=after(1))
    redacted(commitment_called("PRO-01").wordings.open().get(), "title_en", at=after(2))
    open_one.refresh_from_db()
    assert MARK not in json.dumps(open_one.content)


def test_what_was_refused_keeps_what_it_said_beside_the_text(real_plan):
    agreed(changing(title_en=MARK))
    refused_one = answered(
        proposed(changing(completion_test_en="A new test", at=after(1)), at=after(1)),
        verdict=Verdict.REFUSE, text="No.", at=after(1),
    )  # fmt: skip
    redacted(commitment_called("PRO-01").wordings.open().get(), "title_en", at=after(2))
    refused_one.refresh_from_db()
    content = json.dumps(refused_one.content)
    assert MARK not in content
    assert "A new test" in content


def test_saved_versions_and_comments_go_too(report):
    assert report.saves.exists()
    redacted(report, "done_en", "done_fr")
    assert not report.saves.exists()
    assert not report.comments.exists()


def test_search_does_not_find_it(real_plan, client):
    agreed(changing(title_en=MARK))
    found = f"{address('commitment-list', PLAN)}?q={MARK}"
    assert "PRO-01" in text_of(client.get(found))
    redacted(commitment_called("PRO-01").wordings.open().get(), "title_en")
    assert "PRO-01" not in text_of(client.get(found)).split("<main")[1]
    by_reference = f"{address('commitment-list', PLAN)}?q=PRO-01"
    assert "PRO-01" in text_of(client.get(by_reference)).split("<main")[1]
    assert list(standing_faults(Plan.objects.get(slug=PLAN))) == []
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_who_published_what_was_redacted_is_still_named(report, client):
    entry = LedgerEntry.objects.filter(plan__slug=PLAN).latest("sequence")
    redacted(report, "done_en", at=after(1))
    page = text_of(client.get(f"{address('plan-changes', PLAN)}?act={entry.act}"))
    assert "GAC" in page.split("<main")[1]
    assert "the secretariat" not in page.split("<main")[1].split("<form")[0]


# What is refused --------------------------------------------------------------------------------


def test_one_side_alone_redacts_nothing(report):
    proposed(wish(report, "done_en"))
    report.refresh_from_db()
    assert report.done_en == MARK


def test_an_administrator_proposes_and_both_sides_must_accept(report):
    proposal = proposed(wish(report, "done_en"), by="administrator")
    answered(proposal, "CA")
    report.refresh_from_db()
    assert report.done_en == MARK
    answered(proposal, "MX")
    report.refresh_from_db()
    assert report.done_en == REDACTED


def test_an_official_proposes_no_redaction(report, canada_official):
    with pytest.raises(Forbidden):
        proposed(wish(report, "done_en"), rights=factories.rights_at(canada_official))


def test_a_text_is_redacted_once(report):
    redacted(report, "done_en")
    report.refresh_from_db()
    with pytest.raises(Refusal):
        wish(report, "done_en")
    assert size() == last_entry().sequence


def test_another_text_of_the_same_row_can_go_later(report):
    redacted(report, "done_en")
    report.refresh_from_db()
    redacted(report, "done_fr", at=after(1))
    report.refresh_from_db()
    assert (report.done_en, report.done_fr) == (REDACTED, REDACTED)
    assert RedactedRow.objects.filter(of_row=report.pk).count() == 2
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


@pytest.mark.parametrize("fields", [[], ["level"], ["sha256"], ["obstacles_en"]])
def test_only_texts_that_say_something_are_redacted(report, fields):
    with pytest.raises(Refusal, match="Choose the texts"):
        redaction_content(Plan.objects.get(slug=PLAN), report, fields)


def test_what_is_not_public_is_not_redacted(draft_report):
    draft = draft_report("PRO-01", done_en=MARK)
    with pytest.raises(Refusal, match="Only what is published"):
        redaction_content(Plan.objects.get(slug=PLAN), draft, ["done_en"])


def test_an_entry_names_the_rows_whose_texts_can_go(report):
    rows = published_rows(last_entry())
    assert rows == [report, report.evidence.get()]


def test_a_second_redaction_of_an_entry_leaves_nothing_in_the_first(report, client):
    """What is left of an entry stands in the redaction: a text that goes later goes there, too."""
    redacted(report, "done_en")
    report.refresh_from_db()
    redacted(report, "done_fr", at=after(1))
    assert stored_with(MARK) == []
    published = b"".join(client.get(address("ledger-file", PLAN)).streaming_content)
    assert MARK.encode() not in published
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


# The guards let nothing else by -----------------------------------------------------------------


def test_a_payload_is_not_taken_away_without_a_redaction(report):
    refused(lambda: LedgerEntry.objects.filter(pk=last_entry().pk).update(payload=None))


def test_a_redacted_entry_changes_in_nothing_else(report):
    published = LedgerEntry.objects.filter(pk=last_entry().pk)
    redacted(report, "done_en", "done_fr")
    refused(lambda: published.update(subject="Other"))
    refused(lambda: published.update(payload={"opened": []}))
    refused(lambda: published.update(payload=None, hash="f" * 64))
    refused(lambda: published._raw_delete("default"))


@pytest.mark.parametrize(
    "change",
    [
        {"done_en": "Something else"},
        {"done_en": "", "level": "completed"},
        {"effective_on": dt.date(2026, 1, 1)},
        {"state": "draft"},
        {"published_at": after(1)},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_redacted_report_is_emptied_and_nothing_more(report, change):
    redacted(report, "done_en", "done_fr")
    refused(lambda: StatusReport.objects.filter(pk=report.pk).update(**change))
    refused(lambda: StatusReport.objects.filter(pk=report.pk)._raw_delete("default"))


def test_a_text_emptied_by_hand_beside_a_redacted_one_is_named(report):
    redacted(report, "done_en")
    try:
        with transaction.atomic():
            StatusReport.objects.filter(pk=report.pk).update(done_fr="")
    except DatabaseError:
        return  # the guard held
    assert "published statusreport" in next(faults_of(Plan.objects.get(slug=PLAN)))


def test_another_row_is_not_emptied_with_it(report):
    other = make_published("PRO-02", "CA")
    redacted(report, "done_en", "done_fr")
    refused(lambda: StatusReport.objects.filter(pk=other.pk).update(done_en=""))
    refused(lambda: Evidence.objects.filter(report=report).update(title=""))
    refused(lambda: Wording.objects.filter(pk=1).update(title_en=""))


def test_a_redacted_wording_is_not_reworded_or_opened_again(real_plan):
    agreed(changing(title_en=MARK))
    wording = Wording.objects.filter(pk=commitment_called("PRO-01").wordings.open().get().pk)
    redacted(wording.get(), "title_en")
    refused(lambda: wording.update(title_en="Something else"))
    refused(lambda: wording.update(title_en="", number=9))
    refused(lambda: wording.update(title_en="", public_until=after(1)))


def test_what_names_a_redaction_is_never_changed(report):
    redacted(report, "done_en", "done_fr")
    for model, change in ((Redaction, {"sequence": 1}), (RedactedRow, {"of_row": 1})):
        refused(lambda model=model, change=change: model.objects.update(**change))
        refused(lambda model=model: model.objects.all()._raw_delete("default"))


# Helpers ----------------------------------------------------------------------------------------


def wish(row: models.Model, *fields: str) -> Wish:
    plan = Plan.objects.get(slug=PLAN)
    content = redaction_content(plan, row, fields)
    for entry in LedgerEntry.objects.filter(plan=plan).order_by("-sequence"):
        if row in published_rows(entry):
            return Wish(Act.REDACT, f"entry {entry.sequence}", content)
    raise AssertionError(f"No entry published {row!r}.")


def redacted(row: models.Model, *fields: str, at: dt.datetime = NOW) -> Proposal:
    """Proposed by Canada, accepted by Mexico."""
    proposal = proposed(wish(row, *fields), reason="A court has ordered it.", at=at)
    return answered(proposal, at=at)


def refused(act):
    with pytest.raises(DatabaseError, match=MESSAGE[:40]), transaction.atomic():
        act()


def stored_with(text: str) -> list[str]:
    """Where in the database a text stands: in any column of any row."""
    found = []
    for model in apps.get_app_config("tracker").get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField
                          | models.FileField)
        ]  # fmt: skip
        rows = model._base_manager.values_list("pk", *names) if names else []
        found += [
            f"{model.__name__} {pk}"
            for pk, *values in rows
            if any(text in str(value) for value in values)
        ]
    return found


def pages(report: StatusReport) -> list[str]:
    """Pages on which the text stood."""
    return [
        address("commitment-detail", PLAN, report.commitment.reference),
        address("plan-changes", PLAN),
        address("period-detail", PLAN, report.period.slug),
        *(address("ledger-entry", PLAN, number) for number in range(size() - 2, size() + 1)),
    ]


def change_with_reason(commitment, wording, reason):
    change_commitment(
        commitment,
        wording,
        reporting_parties=commitment.reporting_parties.all(),
        reason=reason,
        rights=rights_for("secretariat"),
        at=NOW,
        act_id=uuid.uuid4(),
    )


def said_by(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def stand_alone():
    """The verifier that anyone may download."""
    path = Path(settings.BASE_DIR) / "docs" / "verify_ledger.py"
    spec = importlib.util.spec_from_file_location("verify_ledger_alone", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

"""What actions refuse however they are called: by a form, an import or the console."""

import datetime as dt
import uuid

import pytest

from tests import factories
from tracker.actions.changes import Changes
from tracker.actions.commitments import change_commitment
from tracker.actions.record import publish_thing
from tracker.actions.refusals import Refusal
from tracker.models import (
    Citation,
    EntryBearing,
    LedgerEntry,
    Milestone,
    Party,
    Pillar,
    Plan,
    RecordEntry,
    Source,
)


@pytest.fixture
def change(real_plan, secretariat_user):
    """change("PRO-01", pillar=..., put=[...]): what an import or the console could ask."""

    def call(reference="PRO-01", *, put=(), parties=None, **columns):
        commitment = factories.commitment_called(reference)
        for name, value in columns.items():
            setattr(commitment, name, value)
        change_commitment(
            commitment,
            commitment.wordings.open().get(),
            reporting_parties=commitment.reporting_parties.all() if parties is None else parties,
            changes=Changes(put=list(put)),
            reason="To try it.",
            rights=factories.rights_at(secretariat_user),
            at=factories.NOW,
            act_id=uuid.uuid4(),
        )

    return call


@pytest.fixture
def other_plan(real_plan):
    plan = Plan.objects.create(
        slug="other",
        title_en="Other",
        announced_on=dt.date(2026, 1, 1),
        axis_ends_on=dt.date(2028, 1, 1),
        compiled_on=dt.date(2026, 1, 1),
    )
    plan.parties.set(real_plan.parties.all())
    return plan


def refused(act, *args, **given):
    """The fields of the refusal; nothing of it is in the ledger."""
    size = LedgerEntry.objects.count()
    with pytest.raises(Refusal) as found:
        act(*args, **given)
    assert LedgerEntry.objects.count() == size
    return found.value.fields


def test_an_area_of_another_pillar_is_refused(change, real_plan):
    assert list(refused(change, area=real_plan.areas.filter(pillar__number=2)[0])) == ["area"]


def test_a_pillar_of_another_plan_is_refused(change, other_plan):
    pillar = Pillar.objects.create(plan=other_plan, number=1, slug="one", title_en="One")
    fields = refused(change, pillar=pillar, area=None)
    assert fields == {
        "pillar": ["I One belongs to another plan than “Canada-Mexico Action Plan 2025-2028”."]
    }


def test_a_stranger_to_the_plan_does_not_report_on_it(change):
    third = Party.objects.create(code="ZZ", name_en="Third", publication_languages=["en"])
    parties = [*Party.objects.filter(code="CA"), third]
    assert "reporting_parties" in refused(change, parties=parties)


def test_who_reports_fits_the_reason_why(change):
    parties = Party.objects.filter(code__in=["CA", "MX"])
    assert "reporting_parties" in refused(change, parties=[])
    assert "reporting_parties" in refused(change, "PRO-32", parties=parties)


def test_a_citation_of_another_plans_source_is_refused(change, other_plan):
    source = Source.objects.create(plan=other_plan, key="NEWS", title="News", publisher="N")
    row = Citation(source=source, commitment=factories.commitment_called("PRO-01"))
    assert "source" in refused(change, put=[row])


def test_a_paragraph_of_another_source_is_refused(change, real_plan):
    with_paragraphs = real_plan.sources.filter(paragraphs__isnull=False)[0]
    row = Citation(
        source=real_plan.sources.exclude(pk=with_paragraphs.pk)[0],
        paragraph=with_paragraphs.paragraphs.all()[0],
        commitment=factories.commitment_called("PRO-01"),
    )
    assert "paragraph" in refused(change, put=[row])


def test_a_milestone_borne_out_by_another_plans_entry_is_refused(change, other_plan):
    entry = RecordEntry.objects.create(plan=other_plan, reference="R-01")
    row = Milestone(title_en="A step", entry=entry)
    assert "entry" in refused(change, put=[row])


def test_an_entry_bears_on_commitments_of_its_own_plan(other_plan, secretariat_user):
    entry = RecordEntry.objects.filter(plan__slug=factories.PLAN)[0]
    theirs = factories.commitment_called("PRO-01")
    theirs.pk, theirs._state.adding, theirs.plan = None, True, other_plan
    theirs.pillar = theirs.area = None
    theirs.save()
    fields = refused(
        publish_thing,
        entry,
        entry.versions.open().get(),
        changes=Changes(put=[EntryBearing(entry=entry, commitment=theirs)]),
        rights=factories.rights_at(secretariat_user),
        at=factories.NOW,
        act_id=uuid.uuid4(),
    )
    assert "entry" in fields

"""Reporting periods: their days, what each side says of them, who signs, and that they close."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from tests import factories
from tests.desk.pages import PLAN, address, text_of
from tests.factories import make_published, make_submitted, period_called, rights_at
from tests.joint import agreed, changing, last_entry, size
from tests.test_joint_acts import read
from tracker.actions.commitments import withdraw_commitment
from tracker.actions.periods import (
    close_periods,
    publish_narrative,
    save_narrative,
    sign_ledger,
)
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Conflict, Forbidden, Refusal
from tracker.actions.report_publication import publish_report
from tracker.actions.verification import faults_of
from tracker.models import (
    LedgerEntry,
    Narrative,
    NarrativeDraft,
    Party,
    Plan,
    ReportingPeriod,
    Signature,
)
from tracker.rules.dates import end_of_day
from tracker.vocabulary import Act, Level

DAY = dt.datetime(2027, 1, 10, 18, tzinfo=dt.UTC)  # the fourth quarter is over and not yet due
LAST_DAY = dt.date(2027, 3, 1)  # on which it closes
CLOSED = end_of_day(LAST_DAY, "America/Mexico_City")
AFTER_CLOSING = CLOSED + dt.timedelta(days=7)
PAGE = address("period-detail", PLAN, "2026-q4")
WORDS = {"en": "A good quarter.", "fr": "Un bon trimestre.", "es": "Un buen trimestre."}


@pytest.fixture
def period(real_plan) -> ReportingPeriod:
    """The fourth quarter of 2026, as on `DAY`; the one before is closed."""
    close_periods(DAY)
    return period_called(2026, 4)


@pytest.fixture(autouse=True)
def no_page_kept():
    """The cache outlives a test, whose revision another one has again."""
    caches["pages"].clear()


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    """Where a signature leaves its checkpoint."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path


# Days -------------------------------------------------------------------------------------------


def test_there_is_a_period_for_each_quarter_of_the_plan(real_plan):
    found = list(real_plan.periods.values_list("year", "quarter"))
    years = [(year, quarter) for year in (2026, 2027, 2028) for quarter in (1, 2, 3, 4)]
    assert found == [(2025, 3), (2025, 4), *years]


def test_its_days_follow_from_the_plans_rhythm(real_plan):
    for one in real_plan.periods.all():
        assert one.due_on == one.ends_on + dt.timedelta(days=real_plan.due_after_days)
        assert one.closes_on == one.ends_on + dt.timedelta(days=real_plan.close_after_days)
    ends = [one.ends_on for one in real_plan.periods.all()]
    starts = [one.starts_on for one in real_plan.periods.all()]
    assert [end + dt.timedelta(days=1) for end in ends[:-1]] == starts[1:]


# Closing ----------------------------------------------------------------------------------------


def test_a_period_closes_when_its_last_day_is_over_where_the_plan_lives(period):
    assert period.closes_on == LAST_DAY
    assert close_periods(CLOSED - dt.timedelta(seconds=1)) == []
    entries = size()
    assert close_periods(CLOSED) == [period]
    period.refresh_from_db()
    assert (period.closed_at, size()) == (CLOSED, entries + 1)
    assert (last_entry().act, last_entry().subject) == (Act.CLOSE_PERIOD, "2026 Q4")
    assert last_entry().payload["opened"][0]["fields"]["closed_at"] == "2027-03-02T06:00:00.000000Z"


def test_closing_again_does_nothing(period):
    close_periods(CLOSED)
    entries = size()
    assert close_periods(CLOSED + dt.timedelta(days=3)) == []
    assert size() == entries


def test_periods_that_were_over_before_the_record_began_are_left(real_plan):
    close_periods(CLOSED)
    closed = real_plan.periods.filter(closed_at__isnull=False)
    assert [str(one) for one in closed] == ["2026 Q3", "2026 Q4"]


def test_a_missed_run_catches_up_in_order(real_plan):
    late = dt.datetime(2027, 6, 15, 18, tzinfo=dt.UTC)
    assert [str(one) for one in close_periods(late)] == ["2026 Q3", "2026 Q4", "2027 Q1"]


def test_the_closing_is_no_change_of_the_record_by_a_person(real_plan):
    before = real_plan.changed_at
    close_periods(CLOSED)
    real_plan.refresh_from_db()
    assert real_plan.changed_at == before


def test_a_period_is_closed_on_the_page_even_if_the_job_is_late(period, client):
    assert "As it stands" in seen(client, DAY)
    assert "As it was closed" in seen(client, CLOSED)


def test_after_the_last_day_no_report_is_taken(period):
    report = make_submitted("PRO-01", "CA", period=(2026, 4), at=DAY)
    rights = rights_at(factories.coordinators_of("CA")[0])
    with pytest.raises(Refusal, match="is closed"):
        publish_report(report, rights=rights, at=CLOSED, act_id=uuid.uuid4())


def test_the_record_holds_after_a_closing(period):
    sign()
    close_periods(CLOSED)
    assert list(faults_of(Plan.objects.get(slug=PLAN))) == []


def test_a_period_open_when_the_record_began_shows_what_was_said_of_it(real_plan, client):
    """The third quarter fell due before the opening, and takes reports until 29 November."""
    make_published("PRO-01", "CA")
    page = text_of(client.get(address("period-detail", PLAN, "2026-q3")))
    assert "nobody could make one here" not in page
    assert "Reports of this period" in page


# Closed for ever --------------------------------------------------------------------------------


def test_a_report_for_the_next_period_does_not_change_the_closed_page(closed, client):
    before = main_of(client)
    make_published(
        "PRO-01", "CA", period=(2027, 1), at=AFTER_CLOSING, level=Level.SUBSTANTIALLY, missing=True
    )
    assert main_of(client) == before


def test_of_what_is_completed_no_further_report_is_expected(period, client):
    owed = told_by_canada(seen(client, DAY))
    read("PRO-01", Level.COMPLETED)()
    assert told_by_canada(seen(client, DAY)) == owed - 1


def test_another_title_does_not_change_the_closed_page(closed, client):
    before = main_of(client)
    agreed(changing(title_en="A clearer title", at=AFTER_CLOSING), at=AFTER_CLOSING)
    assert main_of(client) == before


def test_a_withdrawal_does_not_change_the_closed_page(closed, client):
    before = main_of(client)
    withdraw_commitment(
        factories.commitment_called("SEC-01"),
        reason="Entered twice.",
        rights=rights_at(factories.make_person("Secretariat", "secretariat", is_staff=True)),
        at=AFTER_CLOSING,
        act_id=uuid.uuid4(),
    )
    assert main_of(client) == before


def test_who_must_report_from_now_on_does_not_change_the_closed_page(closed, client):
    before = main_of(client)
    canada = [Party.objects.get(code="CA")]
    agreed(changing("PRO-02", parties=canada, at=AFTER_CLOSING), at=AFTER_CLOSING)
    assert main_of(client) == before


def test_a_closed_page_is_the_same_on_every_later_day_asked(closed, client):
    with time_machine.travel(AFTER_CLOSING + dt.timedelta(days=90)):
        as_of = main_in(text_of(client.get(f"{PAGE}?as_of=2027-03-05")))
    assert words_of(as_of) == words_of(main_of(client))
    assert "A good quarter." in as_of


# Signatures -------------------------------------------------------------------------------------


def test_a_coordinator_signs_the_head_in_the_name_of_the_institution(period, client):
    seen_size, seen_head = size(), last_entry().hash
    signature = sign()
    assert (signature.size, signature.head) == (seen_size, seen_head)
    entry = last_entry()
    assert (entry.act, entry.subject, entry.sequence) == (Act.SIGN, "CA 2026 Q4", seen_size + 1)
    assert entry.payload["by"] == {"institution": "ca-gac", "role": "coordinator"}
    assert "email" not in str(entry.payload)
    page = seen(client, DAY)
    words = f"Global Affairs Canada signed on 10 Jan 2027 that it saw {seen_size} entries"
    assert words in page
    assert "Not signed yet." in page  # Mexico
    assert "It is no agreement to the content." in page


def test_a_closed_period_names_the_missing_signature(closed, client):
    page = seen(client, AFTER_CLOSING)
    mexico = next(row for row in re.findall(r"<li>.*?</li>", page, re.S) if "<b>Mexico</b>" in row)
    canada = next(row for row in re.findall(r"<li>.*?</li>", page, re.S) if "<b>Canada</b>" in row)
    assert "Closed without its signature." in mexico
    assert "signed on" in canada


def test_what_was_not_seen_is_not_signed(period):
    entries = size()
    with pytest.raises(Refusal, match="another head at this size"):
        sign(head="f" * 64)
    with pytest.raises(Refusal, match="another head at this size"):
        sign(seen=size() + 1)
    with pytest.raises(Refusal, match="another head at this size"):
        sign(seen=size() - 1, head=last_entry().hash)
    assert size() == entries


def test_what_was_seen_some_entries_ago_is_signed(period):
    seen_size, seen_head = size(), last_entry().hash
    make_published("PRO-01", "CA", period=(2026, 4), at=DAY)
    assert sign(seen=seen_size, head=seen_head).size == seen_size


def test_a_side_signs_a_period_once(period):
    sign()
    with pytest.raises(Refusal):
        sign(person=1)
    assert Signature.objects.count() == 1
    sign("MX")
    assert Signature.objects.count() == 2


def test_a_signature_sent_twice_is_one(period):
    act_id = uuid.uuid4()
    sign(act_id=act_id)
    with pytest.raises(AlreadyDone):
        sign(act_id=act_id)
    assert Signature.objects.count() == 1


def test_nobody_signs_for_the_other_side(period, canada_official):
    for person in (canada_official, factories.coordinators_of("MX")[0]):
        with pytest.raises(Forbidden):
            sign("CA", rights=rights_at(person))


@pytest.mark.parametrize(
    ("key", "at", "sentence"),
    [
        ((2027, 1), DAY, "has not ended yet"),
        ((2026, 4), CLOSED, "is closed"),
        ((2026, 3), DAY, "is closed"),
    ],
)
def test_a_period_is_signed_between_its_end_and_its_close(real_plan, key, at, sentence):
    with pytest.raises(Refusal, match=sentence):
        sign(period=period_called(*key), at=at)
    assert not Signature.objects.exists()


def test_a_ledger_is_signed_without_a_period_as_often_as_one_likes(real_plan):
    for _ in range(2):
        sign(period=None)
    assert last_entry().subject == f"CA {size() - 1}"


# Summaries --------------------------------------------------------------------------------------


def test_a_summary_is_drafted_and_published_by_a_colleague(period, client):
    draft = save()
    assert WORDS["en"] not in seen(client, DAY)
    narrative = publish(draft)
    assert not NarrativeDraft.objects.exists()
    assert (narrative.text_fr, narrative.institution.slug) == (WORDS["fr"], "ca-gac")
    assert (last_entry().act, last_entry().subject) == (Act.PUBLISH_NARRATIVE, "CA 2026 Q4 1")
    assert WORDS["en"] in seen(client, DAY)


def test_who_wrote_a_summary_does_not_publish_it(period):
    draft = save()
    with pytest.raises(Forbidden, match="another coordinator must publish"):
        publish(draft, person=1)
    save(version=1, person=0)  # now both have written
    with pytest.raises(Forbidden, match="another coordinator must publish"):
        publish(draft, person=0)
    assert not Narrative.objects.exists()


def test_a_summary_is_published_in_the_languages_of_its_party(period):
    draft = save(texts={"en": WORDS["en"], "fr": ""})
    with pytest.raises(Refusal) as refused:
        publish(draft)
    assert list(refused.value.fields) == ["text_fr"]
    assert NarrativeDraft.objects.get() == draft


def test_a_summary_is_replaced_before_the_close_and_kept_on_earlier_days(period):
    publish(save())
    publish(save(texts={"en": "Better.", "fr": "Mieux."}), at=DAY + dt.timedelta(days=1))
    spans = Narrative.objects.order_by("pk").values_list("text_en", "public_until")
    assert list(spans) == [(WORDS["en"], DAY + dt.timedelta(days=1)), ("Better.", None)]


def test_what_stands_across_the_plan_has_a_summary_too(period, client):
    publish(save(pillar=None))
    assert last_entry().subject == "CA 2026 Q4 -"
    assert "Across the plan" in seen(client, DAY)


def test_a_colleagues_summary_is_not_overwritten(period):
    save()
    with pytest.raises(Conflict):
        save(texts={"en": "Mine.", "fr": "Le mien."}, person=0)
    assert NarrativeDraft.objects.get().text_en == WORDS["en"]
    save(texts={"en": "Mine.", "fr": "Le mien."}, version=1, person=0)
    assert NarrativeDraft.objects.get().text_en == "Mine."


def test_a_save_sent_twice_is_one(period):
    save()
    save(texts={"en": "Two.", "fr": "Deux."}, version=1)
    save(texts={"en": "Two.", "fr": "Deux."}, version=1)
    assert NarrativeDraft.objects.get().version == 2


def test_a_summary_published_meanwhile_is_not_saved_over(period):
    publish(save())
    with pytest.raises(Conflict, match="published after you opened"):
        save(version=1)


def test_a_first_save_sent_again_after_the_publication_begins_no_draft(period):
    act_id = uuid.uuid4()
    publish(save(act_id=act_id))
    with pytest.raises(Conflict, match="published after you opened"):
        save(act_id=act_id)
    assert not NarrativeDraft.objects.exists()


def test_a_form_from_before_the_publication_is_not_saved_over_the_next_draft(period):
    old = save()
    publish(old)
    save(texts={"en": "Better.", "fr": "Mieux."})
    with pytest.raises(Conflict, match="published after you opened"):
        save(texts={"en": "Late.", "fr": "Tard."}, version=1, act_id=old.act_id)
    assert NarrativeDraft.objects.get().text_en == "Better."


def test_publishing_a_summary_twice_is_publishing_once(period):
    draft = save()
    publish(draft)
    entries = size()
    with pytest.raises(AlreadyDone):
        publish(draft)
    draft.act_id = uuid.uuid4()  # of one that was never published
    with pytest.raises(Refusal, match="published or taken back meanwhile"):
        publish(draft)
    assert size() == entries


def test_only_a_coordinator_writes_a_summary(period, canada_official, secretariat_user):
    for person in (canada_official, secretariat_user, factories.coordinators_of("MX")[0]):
        with pytest.raises(Forbidden):
            save(rights=rights_at(person))
    assert not NarrativeDraft.objects.exists()


def test_after_the_close_nothing_is_saved_or_published(period):
    draft = save()
    for act in (lambda: save(version=1, at=CLOSED), lambda: publish(draft, at=CLOSED)):
        with pytest.raises(Refusal, match="it stays as it is"):
            act()
    assert not Narrative.objects.exists()


def test_before_it_begins_there_is_nothing_to_say(real_plan):
    with pytest.raises(Refusal, match="has not begun"):
        save(period=period_called(2027, 2))


# Helpers ----------------------------------------------------------------------------------------


@pytest.fixture
def closed(period, client):
    """The fourth quarter, closed with a report, a summary and a signature of Canada alone."""
    make_published("PRO-01", "CA", period=(2026, 4), at=DAY)
    publish(save())
    sign()
    close_periods(CLOSED)
    period.refresh_from_db()
    return period


def sign(party="CA", *, seen=None, head=None, person=0, rights=None, at=DAY, act_id=None, **given):
    last = LedgerEntry.objects.filter(plan__slug=PLAN).latest("sequence")
    return sign_ledger(
        Plan.objects.get(slug=PLAN),
        party=Party.objects.get(code=party),
        period=given.get("period", period_called(2026, 4)),
        size=seen or last.sequence,
        head=head or last.hash,
        rights=rights or rights_at(factories.coordinators_of(party)[person], at),
        at=at,
        act_id=act_id or uuid.uuid4(),
    )


def save(party="CA", *, texts=None, version=0, person=1, rights=None, at=DAY, **given):
    """Of a page opened now; `act_id` is that of the draft an earlier page showed."""
    plan = Plan.objects.get(slug=PLAN)
    thing = {
        "period": given.get("period", period_called(2026, 4)),
        "party": Party.objects.get(code=party),
        "pillar": given.get("pillar", plan.pillars.first()),
    }
    draft = NarrativeDraft.objects.filter(**thing).first() if version else None
    return save_narrative(
        **thing,
        texts=texts or {"en": WORDS["en"], "fr": WORDS["fr"]},
        version=version,
        rights=rights or rights_at(factories.coordinators_of(party)[person], at),
        at=at,
        act_id=given.get("act_id") or (draft.act_id if draft else uuid.uuid4()),
    )


def publish(draft, *, person=0, at=DAY):
    """As it was when it was read."""
    return publish_narrative(
        period=draft.period,
        party=draft.party,
        pillar=draft.pillar,
        version=draft.version,
        rights=rights_at(factories.coordinators_of(draft.party.code)[person], at),
        at=at,
        act_id=draft.act_id,
    )


def seen(client: Client, at: dt.datetime) -> str:
    with time_machine.travel(at):
        return text_of(client.get(PAGE))


def told_by_canada(page: str) -> int:
    """On how many commitments Canada has to report, by the period's page."""
    return int(re.search(r"Canada.*?reported on \d+ of (\d+)", page, re.DOTALL)[1])


def main_in(page: str) -> str:
    return re.search(r"<main.*?</main>", page, re.S)[0]


def main_of(client: Client) -> str:
    """What the page says a week after the close, without the frame that names the head."""
    return main_in(seen(client, AFTER_CLOSING))


def words_of(markup: str) -> list[str]:
    """Of the sections, that is without the banner that says which day is asked."""
    markup = markup[markup.index("<section") :]
    return re.sub(r"<[^>]*>|\?as_of=[0-9-]+", " ", markup).split()

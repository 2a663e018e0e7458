"""Some days in which every kind of act is done, through the actions, as in life."""

from __future__ import annotations

import uuid
from typing import Any

from django.test.utils import override_settings

from tests import factories
from tests.factories import (
    NOW,
    PLAN,
    commitment_called,
    make_on_behalf,
    make_published,
    period_called,
    rights_at,
)
from tests.joint import accept_plan, after, agreed, answered, changing, proposed, rights_for
from tracker.actions.changes import Changes
from tracker.actions.checkpoints import enter_key
from tracker.actions.commitments import change_commitment, withdraw_commitment
from tracker.actions.joint_acts import Wish, end_proposals
from tracker.actions.periods import close_periods, publish_narrative, save_narrative, sign_ledger
from tracker.actions.plans import register
from tracker.actions.record import (
    answer_record,
    publish_reading,
    publish_thing,
    record_minutes,
    withdraw_thing,
)
from tracker.actions.redactions import redaction_content
from tracker.actions.report_publication import (
    concur_with_report,
    confirm_report,
    publish_report,
    publish_translation,
    repeat_report,
)
from tracker.models import (
    Decision,
    EntryBearing,
    Institution,
    LedgerEntry,
    Meeting,
    MeetingParticipant,
    MeetingVersion,
    Milestone,
    Party,
    Plan,
    Reading,
    RecordEntry,
)
from tracker.models.reports import TEXTS
from tracker.vocabulary import Act, Level, MeetingLevel, Verdict

SECOND_KEY = bytes(range(32))
CLOSING = 9  # days after `now`: the third quarter of 2026 is closed


def busy_days() -> None:
    """Everything that can happen to a record, the last of it when the courtesy days are over."""
    _reports()
    _alone()
    accept_plan(after(1))
    _jointly()
    _announced()
    _period()
    _afterwards()
    _unanswered()


def acts_done() -> set[str]:
    return set(LedgerEntry.objects.filter(plan__slug=PLAN).values_list("act", flat=True))


def key(who: str, days: float = 0) -> dict[str, Any]:
    """What every action is given: whose act, when, and its id."""
    return {"rights": rights_for(who, after(days)), "at": after(days), "act_id": uuid.uuid4()}


def _reports() -> None:
    ours = make_published("PRO-27", "CA", evidence=[factories.attached()], obstacles=True)
    concur_with_report(ours, party=party("MX"), **key("MX"))
    make_published("PRO-28", "MX")
    make_published("PRO-28", "MX", at=after(0.5), next_step=True)  # a correction
    contested = make_published("PRO-26", "CA")
    make_published(
        "PRO-26", "MX", level=Level.PLANNED, next_step=True, step_on=after(60).date(),
        contests=contested, contest_reason=True,
    )  # fmt: skip
    confirm_report(make_on_behalf("PRO-01", "CA"), **key("CA"))
    texts = {name: "En español." for name in TEXTS if getattr(ours, name)}
    publish_translation(ours, language="es", texts=texts, **key("secretariat"))


def _alone() -> None:
    """What the secretariat does before the parties have accepted the plan."""
    changing("PRO-02", by="secretariat", title_en="Changed by the secretariat")()
    withdraw_commitment(commitment_called("SEC-01"), reason="Twice.", **key("secretariat"))
    read("PRO-03", Level.PLANNED)
    answer_record(
        plan(), commitment=commitment_called("PRO-03"), party=party("MX"),
        texts={"es": "Así es."}, **key("MX"),
    )  # fmt: skip
    body = Institution.objects.get(slug="ca-nserc")
    body.name_en += " (renamed)"
    register(body, **key("secretariat"))
    entry = enter("R-90", "A new event")
    enter("R-91", "Entered by mistake")
    withdraw_thing(
        RecordEntry.objects.get(reference="R-91"), reason="A mistake.", **key("secretariat")
    )
    step = Milestone(title_en="First step", entry=entry)
    changing_parts("PRO-04", Changes(put=[step]))
    meeting = Meeting(plan=plan(), slug="a-new-meeting")
    version = MeetingVersion(level=MeetingLevel.CALL, title_en="A call")
    there = MeetingParticipant(institution=body)
    publish_thing(meeting, version, changes=Changes(put=[there]), **key("secretariat"))
    for thing in (entry, meeting):
        changed = thing.versions.open().get()
        changed.title_en += " (with its date)"
        publish_thing(thing, changed, reason="The date was found.", **key("secretariat"))


def _jointly() -> None:
    at = after(2)
    agreed(changing("PRO-05", title_en="Agreed by both", at=at), at=at)
    other = commitment_called("PRO-07")
    agreed(changing("PRO-06", columns={"superseded_by": other}, at=at), at=at)
    agreed(changing("PRO-08", columns={"closed_by_en": "Decision 1"}, at=at), at=at)
    pillar = plan().pillars.exclude(pk=commitment_called("PRO-09").pillar_id).first()
    agreed(changing("PRO-09", columns={"pillar": pillar, "area": None}, at=at), at=at)
    agreed(minutes([Decision(text_en="Exchange lists.", owner=body_of("CA"))], 2), at=at)
    decision = Decision.objects.open().get()
    decision.state = "done"
    agreed(minutes([decision], 3), at=after(3))


def _announced() -> None:
    """What both have answered is public at once; see `_unanswered`."""
    told = proposed(reading_of("PRO-10", Level.UNDER_WAY, 3), by="secretariat", at=after(3))
    answered(told, "CA", Verdict.NOTE, text="We say more in our report.", at=after(4))
    answered(told, "MX", Verdict.NOTE, at=after(5))


def _period() -> None:
    period, pillar = period_called(2026, 3), plan().pillars.first()
    for day, words in ((4, "A good quarter."), (5, "A better one.")):
        thing = {"period": period, "party": party("CA"), "pillar": pillar}
        sent = {**thing, **key("CA", day)}
        writer = rights_at(factories.coordinators_of("CA")[1], after(day))
        save_narrative(texts={"en": words, "fr": words}, version=0, **{**sent, "rights": writer})
        publish_narrative(version=1, **sent)
    last = LedgerEntry.objects.filter(plan__slug=PLAN).latest("sequence")
    sign_ledger(
        plan(), party=party("CA"), period=period, size=last.sequence, head=last.hash, **key("CA", 6)
    )
    close_periods(after(CLOSING))


def _afterwards() -> None:
    with override_settings(SIGNING_KEY=SECOND_KEY):
        enter_key(plan(), at=after(CLOSING))
    report = commitment_called("PRO-28").reports.published().earliest("pk")
    content = redaction_content(plan(), report, ["done_es"])
    number = LedgerEntry.objects.filter(subject__startswith="PRO-28 MX").earliest("sequence")
    wish = Wish(Act.REDACT, f"entry {number.sequence}", content, report.commitment)
    answered(proposed(wish, at=after(CLOSING)), at=after(CLOSING))
    writer = rights_at(factories.coordinators_of("CA")[1], after(CLOSING))
    again = repeat_report(
        commitment=commitment_called("PRO-27"), party=party("CA"), period=period_called(2026, 4),
        effective_on=after(CLOSING).date(), action_on=NOW.date(), rights=writer,
        at=after(CLOSING), act_id=uuid.uuid4(),
    )  # fmt: skip
    publish_report(again, **key("CA", CLOSING))


def _unanswered() -> None:
    """What nobody has answered is public when the courtesy days are over."""
    act = reading_of("PRO-11", Level.PLANNED, CLOSING)
    told = proposed(act, by="secretariat", at=after(CLOSING))
    end_proposals(told.ends_at)


# The single acts --------------------------------------------------------------------------------


def plan() -> Plan:
    return Plan.objects.get(slug=PLAN)


def party(code: str) -> Party:
    return Party.objects.get(code=code)


def body_of(code: str) -> Institution:
    return Institution.objects.get(slug=factories.MINISTRY[code])


def read(reference: str, level: Level, days: float = 0) -> None:
    commitment = commitment_called(reference)
    reading = commitment.readings.open().first() or Reading()
    reading.level, reading.note_en = level, "As the entries say."
    entries = [RecordEntry.objects.filter(plan__slug=PLAN)[0]]
    publish_reading(commitment, reading, entries=entries, **key("secretariat", days))


def reading_of(reference: str, level: Level, days: float) -> Any:
    return lambda: read(reference, level, days)


def enter(reference: str, title: str) -> RecordEntry:
    """A record entry like the first one, under another title, bearing on PRO-04."""
    version = RecordEntry.objects.filter(plan__slug=PLAN)[0].versions.open().get()
    version.pk, version._state.adding, version.title_en = None, True, title
    entry = RecordEntry(plan=plan(), reference=reference)
    bearing = EntryBearing(commitment=commitment_called("PRO-04"))
    publish_thing(entry, version, changes=Changes(put=[bearing]), **key("secretariat"))
    return entry


def minutes(decisions: list[Decision], days: float) -> Any:
    """An act: the minutes of the plan's first meeting."""

    def act() -> None:
        meeting = Meeting.objects.filter(plan__slug=PLAN)[0]
        version = meeting.versions.open().get()
        version.summary_en = "The two sides met."
        record_minutes(meeting, version, decisions=decisions, **key("CA", days))

    return act


def changing_parts(reference: str, changes: Changes) -> None:
    commitment = commitment_called(reference)
    change_commitment(
        commitment,
        commitment.wordings.open().get(),
        reporting_parties=commitment.reporting_parties.all(),
        changes=changes,
        reason="A step was found.",
        **key("secretariat"),
    )

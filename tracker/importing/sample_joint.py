"""What the two invented sides do together in the sample: accept, propose, refuse, sum up, sign."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from tracker.access import Rights
from tracker.actions.commitments import change_commitment
from tracker.actions.joint_acts import Wish, answer_proposal, propose, propose_wish
from tracker.actions.periods import close_periods, publish_narrative, save_narrative, sign_ledger
from tracker.actions.report_checks import latest_report
from tracker.actions.report_publication import publish_translation
from tracker.models import Plan, Proposal, ReportingPeriod
from tracker.vocabulary import Act, Verdict

if TYPE_CHECKING:
    from tracker.importing.sample import Replay

Planned = tuple[dt.datetime, Callable[[dt.datetime], None]]

ACCEPTED = dt.datetime(2023, 10, 9, 12, tzinfo=dt.UTC)
OPEN = dt.datetime(2026, 11, 12, 12, tzinfo=dt.UTC)
REFUSED = dt.datetime(2026, 9, 8, 12, tzinfo=dt.UTC)
TRANSLATED = dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)
UNSIGNED = {("ME", 2024, 2), ("ME", 2025, 4)}  # so that a period closes without a signature
SUMMED_UP = 3  # of the latest periods have summaries


def joint_acts(replay: Replay) -> Iterator[Planned]:
    """Every act of this file with its day."""
    yield ACCEPTED, partial(accept_plan, replay)
    yield REFUSED, partial(refuse_end, replay)
    yield TRANSLATED, partial(translate, replay)
    yield OPEN, partial(propose_test, replay)
    ended = [one for one in replay.periods if _noon(one.ends_on) < replay.now]
    for period in ended:
        yield from _end_of(replay, period)
    for period in ended[-SUMMED_UP:]:
        yield from _summaries_of(replay, period)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def _end_of(replay: Replay, period: ReportingPeriod) -> Iterator[Planned]:
    """Both sign two days before the period closes; it closes in the night after its last day."""
    signed, closed = (period.closes_on - dt.timedelta(2), period.closes_on + dt.timedelta(1))
    for party in replay.parties:
        if (party, period.year, period.quarter) not in UNSIGNED:
            yield _noon(signed), partial(sign, replay, period, party)
    yield _noon(closed), partial(_close, replay)


def _close(replay: Replay, at: dt.datetime) -> None:
    close_periods(at, [Plan.objects.get(pk=replay.plan.pk)])


def _summaries_of(replay: Replay, period: ReportingPeriod) -> Iterator[Planned]:
    written = _noon(period.due_on) + dt.timedelta(hours=2)
    for number, party in enumerate(replay.parties):
        at = written + dt.timedelta(hours=number)
        yield at, partial(sum_up, replay, period, party)


def agree(
    replay: Replay, proposer: Rights, act: Callable[[], Any], reason: str, at: dt.datetime
) -> None:
    """Propose some days before, and have every party answer: public on the day."""
    proposal = propose(
        replay.plan, act, reason={"en": reason}, rights=proposer, at=at - dt.timedelta(days=6),
        act_id=uuid.uuid4(),
    )  # fmt: skip
    verdict = Verdict.ACCEPT if proposal.needs_acceptance else Verdict.NOTE
    for party in replay.parties:
        if proposal.proposed_party_id != replay.parties[party].pk:
            answer(replay, proposal, party, verdict, at)


def answer(
    replay: Replay, proposal: Proposal, party: str, verdict: Verdict, at: dt.datetime,
    **texts: str,
) -> None:  # fmt: skip
    answer_proposal(
        proposal, party=replay.parties[party], verdict=verdict, texts=texts,
        rights=replay.coordinator(party), at=at, act_id=uuid.uuid4(),
    )  # fmt: skip


def accept_plan(replay: Replay, at: dt.datetime) -> None:
    """The first joint act: Borealia proposes it, Meridia accepts a week later."""
    proposal = propose_wish(
        replay.plan, Wish(Act.ACCEPT_PLAN, replay.plan.slug),
        reason=replay.words.in_three("accept_reason"), rights=replay.coordinator("BO"),
        at=at - dt.timedelta(days=7), act_id=uuid.uuid4(),
    )  # fmt: skip
    answer(replay, proposal, "ME", Verdict.ACCEPT, at)
    replay.plan.refresh_from_db()


def propose_test(replay: Replay, at: dt.datetime) -> None:
    """Meridia proposes when a commitment is completed. Nobody has answered yet."""
    commitment = replay.commitments["CUL-01"]
    wording = commitment.wordings.open().get()
    for name, text in replay.words.in_three("completion_test").items():
        setattr(wording, f"completion_test_{name}", text)
    rights = replay.coordinator("ME")
    propose(
        replay.plan,
        lambda: change_commitment(
            commitment, wording, reporting_parties=commitment.reporting_parties.all(),
            reason=replay.words.in_three("test_reason")["en"], rights=rights, at=at,
            act_id=uuid.uuid4(),
        ),
        reason=replay.words.in_three("test_reason"), rights=rights, at=at, act_id=uuid.uuid4(),
    )  # fmt: skip


def refuse_end(replay: Replay, at: dt.datetime) -> None:
    """Borealia proposes to close a commitment by a decision; Meridia refuses and says why."""
    commitment = replay.commitments["TRA-03"]
    for name, text in replay.words.in_three("closing").items():
        setattr(commitment, f"closed_by_{name}", text)
    rights = replay.coordinator("BO")
    proposal = propose(
        replay.plan,
        lambda: change_commitment(
            commitment, commitment.wordings.open().get(),
            reporting_parties=commitment.reporting_parties.all(),
            reason=replay.words.in_three("end_reason")["en"], rights=rights, at=at,
            act_id=uuid.uuid4(),
        ),
        reason=replay.words.in_three("end_reason"), rights=rights, at=at - dt.timedelta(days=9),
        act_id=uuid.uuid4(),
    )  # fmt: skip
    answer(replay, proposal, "ME", Verdict.REFUSE, at, **replay.words.in_three("refusal"))
    commitment.refresh_from_db()


def translate(replay: Replay, at: dt.datetime) -> None:
    """A report of Meridia's in English, by its own side."""
    commitment = replay.commitments["CUL-07"]
    report = latest_report(commitment, replay.parties["ME"])
    if report is None:
        return
    texts = {name: replay.words.translated(name, getattr(report, f"{name}_es"), "en")
             for name in replay.words.phrases if getattr(report, f"{name}_es", "")}  # fmt: skip
    publish_translation(
        report, language="en", texts=texts, rights=replay.writer(commitment, "ME"), at=at,
        act_id=uuid.uuid4(),
    )  # fmt: skip


def sum_up(replay: Replay, period: ReportingPeriod, party: str, at: dt.datetime) -> None:
    """A party's summary of each pillar, written by one coordinator and published by another."""
    for pillar in replay.plan.pillars.all():
        texts = replay.words.in_three("summary", pillar.number, party, period)
        languages = replay.parties[party].publication_languages
        summary: dict[str, Any] = {
            "period": period, "party": replay.parties[party], "pillar": pillar, "at": at,
            "act_id": uuid.uuid4(),
        }  # fmt: skip
        save_narrative(
            texts={code: texts[code] for code in languages}, version=0,
            rights=replay.other_coordinator(party), **summary,
        )  # fmt: skip
        publish_narrative(version=1, rights=replay.coordinator(party), **summary)


def sign(replay: Replay, period: ReportingPeriod, party: str, at: dt.datetime) -> None:
    plan = Plan.objects.get(pk=replay.plan.pk)
    sign_ledger(
        plan, party=replay.parties[party], period=period, size=plan.ledger_size,
        head=plan.ledger_head, rights=replay.coordinator(party), at=at, act_id=uuid.uuid4(),
    )  # fmt: skip

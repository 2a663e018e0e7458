"""What holds after every act on the record, whatever went before."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from tests import factories
from tracker.access import Rights
from tracker.actions.standings import COMPARED, COMPARED_POSITION, standing_of
from tracker.models import (
    Commitment,
    Evidence,
    LedgerEntry,
    Plan,
    ReportEvent,
    Standing,
    StandingPosition,
    StatusReport,
    User,
)
from tracker.rules.ledger import first_fault, instant
from tracker.vocabulary import Basis, Level, ReportAct


class RecordChecks:
    """Looks at a plan, some of its commitments and the people who work on them."""

    plan: Plan
    at: dt.datetime
    commitments: dict[str, Commitment]
    people: dict[str, User]  # the name holds the code of the party they work for

    def start_checks(self) -> None:
        self.chain = list(hashes(self.plan))
        self.kept: dict[str, dict[int, tuple[Any, ...]]] = {"reports": {}, "evidence": {}}
        self.known_rights: dict[tuple[int, dt.date], Rights] = {}

    def look_at_everything(self) -> None:
        self.what_is_published_never_changes()
        self.the_chain_only_grows()
        self.standings_are_what_the_rule_gives()
        self.completed_is_said_by_every_party()
        self.nobody_publishes_their_own_words()
        self.unpublished_words_stay_on_their_side()

    def what_is_published_never_changes(self) -> None:
        published = StatusReport.objects.published()
        for name, rows in (
            ("reports", published),
            ("evidence", Evidence.objects.filter(report__in=published)),
        ):
            found = {row[0]: row for row in rows.order_by("pk").values_list()}
            for key, row in self.kept[name].items():
                assert found.get(key) == row, f"{name} {key} changed"
            self.kept[name] = found

    def the_chain_only_grows(self) -> None:
        now = list(hashes(self.plan))
        assert now[: len(self.chain)] == self.chain
        plan = Plan.objects.get(pk=self.plan.pk)
        assert (plan.ledger_size, plan.ledger_head) == (len(now), now[-1][1])
        last = [chained(entry) for entry in self.plan.ledger.filter(sequence=len(now))]
        assert first_fault([{**last[0], "sequence": 1}]) is not None  # the check can fail
        self.chain = now

    def standings_are_what_the_rule_gives(self) -> None:
        for commitment in self.commitments.values():
            rows = list(
                Standing.objects.filter(commitment=commitment)
                .prefetch_related("positions")
                .order_by("public_from", "pk")
            )
            for earlier, later in pairwise(rows):
                assert earlier.public_until == later.public_from, "a gap or an overlap"
            # Those before the plan was opened cannot change during the walk.
            recent = [row for row in rows if row.public_until is None]
            recent += [row for row in rows if row.public_until and row.public_until > factories.NOW]
            for row in recent:
                if row.public_until != row.public_from:
                    assert said(row) == expected(commitment, row.public_until)

    def completed_is_said_by_every_party(self) -> None:
        for row in Standing.objects.open().filter(
            commitment__in=self.commitments.values(), level=Level.COMPLETED
        ):
            owing = set(row.commitment.reporting_parties.values_list("pk", flat=True))
            saying = row.positions.filter(level=Level.COMPLETED).values_list("party", flat=True)
            assert row.basis == Basis.READING or owing == set(saying)

    def nobody_publishes_their_own_words(self) -> None:
        for report in StatusReport.objects.published().select_related("party", "commitment"):
            writers = set(report.events.filter(act=ReportAct.SAVED).values_list("actor", flat=True))
            assert report.published_by_id not in {*writers, report.author_id}
            assert self.rights_of_key(report.published_by_id).as_coordinator(report.party)
            assert report.author is None or self.rights_of_key(report.author_id).as_reporter(
                report.party, report.commitment
            )

    def unpublished_words_stay_on_their_side(self) -> None:
        for name, person in self.people.items():
            for report in self.rights(person).unpublished_reports().select_related("party"):
                assert report.party.code in name.split(), f"{name} reads {report}"

    def rights(self, person: User) -> Rights:
        """Roles do not change during the walk, days do."""
        day = self.at.date()
        if (person.pk, day) not in self.known_rights:
            self.known_rights[person.pk, day] = factories.rights_at(person, self.at)
        return self.known_rights[person.pk, day]

    def rights_of_key(self, key: int | None) -> Rights:
        return self.rights(next(one for one in self.people.values() if one.pk == key))

    def trace(self) -> tuple[Any, ...]:
        """What an act could leave behind."""
        plan = Plan.objects.values_list("revision", "ledger_head").get(pk=self.plan.pk)
        reports = StatusReport.objects.order_by("pk").values_list("pk", "state", "version", "level")
        counts = [model.objects.count() for model in (ReportEvent, Evidence, Standing)]
        return plan, list(reports), counts


def hashes(plan: Plan) -> Any:
    return (
        LedgerEntry.objects.filter(plan=plan).order_by("sequence").values_list("sequence", "hash")
    )


def chained(entry: LedgerEntry) -> dict[str, Any]:
    """An entry as the rule of the chain reads it."""
    names = ("sequence", "act", "subject", "payload", "payload_hash", "previous", "hash")
    plain = {name: getattr(entry, name) for name in names}
    return {**plain, "time": instant(entry.time), "act_id": str(entry.act_id)}


def expected(commitment: Commitment, moment: dt.datetime | None) -> Any:
    standing, positions = standing_of(commitment, moment)
    return standing and comparable(standing, positions)


def said(row: Standing) -> Any:
    return comparable(row, list(row.positions.all()))


def comparable(standing: Standing, positions: list[StandingPosition]) -> Any:
    return (
        tuple(getattr(standing, name) for name in COMPARED),
        {tuple(getattr(one, name) for name in COMPARED_POSITION) for one in positions},
    )

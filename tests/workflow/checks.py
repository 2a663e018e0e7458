"""What holds after every act on the record, whatever went before."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from django.db import connection, models

from tests import factories
from tracker.access import Rights
from tracker.actions.standings import COMPARED, COMPARED_POSITION, standing_of
from tracker.actions.verification import faults_of
from tracker.models import (
    Answer,
    Commitment,
    Evidence,
    LedgerEntry,
    Narrative,
    NarrativeDraft,
    Plan,
    Proposal,
    ProposalAnswer,
    RedactedRow,
    ReportComment,
    ReportEvent,
    ReportingPeriod,
    ReportSave,
    ReportTranslation,
    Signature,
    Standing,
    StandingPosition,
    StatusReport,
    User,
)
from tracker.models.guards import redactable
from tracker.rules.ledger import first_fault, instant
from tracker.vocabulary import Act, Basis, Level, ProposalState, ReportAct, Verdict

# An act leaves a row in one of these, or moves one.
COUNTED = (
    ReportEvent, ReportSave, ReportComment, Evidence, Standing, Proposal, ProposalAnswer,
    Narrative, NarrativeDraft, Signature, Answer, ReportTranslation,
)  # fmt: skip
COUNTS = "SELECT " + ", ".join(
    f"(SELECT COUNT(*) FROM {model._meta.db_table})" for model in COUNTED
)
# Joint acts and announced ones, as the ledger names them once the plan is accepted.
JOINT_ACTS = frozenset({Act.CHANGE_COMMITMENT, Act.REDACT, Act.ACCEPT_PLAN})


class RecordChecks:
    """Looks at a plan, some of its commitments and the people who work on them."""

    plan: Plan
    at: dt.datetime
    commitments: dict[str, Commitment]
    people: dict[str, User]  # the name holds the code of the party they work for

    def start_checks(self) -> None:
        self.chain = list(hashes(self.plan))
        self.kept: dict[str, dict[int, dict[str, Any]]] = {}
        self.looked_at: set[int] = set()
        self.known_rights: dict[tuple[int, dt.date], Rights] = {}

    def look_at_everything(self) -> None:
        self.what_is_published_never_changes()
        self.the_chain_only_grows()
        self.standings_are_what_the_rule_gives()
        self.completed_is_said_by_every_party()
        self.nobody_publishes_their_own_words()
        self.unpublished_words_stay_on_their_side()
        self.shared_words_are_read_as_long_as_they_are_shared()
        self.joint_acts_have_every_party()
        self.nothing_joint_is_done_alone()
        self.signatures_name_what_was_there()
        self.nothing_comes_into_a_closed_period()

    def the_chain_verifies(self) -> None:
        assert first_fault(map(chained, self.plan.ledger.order_by("sequence"))) is None

    def the_whole_record_verifies(self) -> None:
        assert list(faults_of(Plan.objects.get(pk=self.plan.pk))) == []

    def what_is_published_never_changes(self) -> None:
        """But for texts that every party agreed to redact."""
        published = StatusReport.objects.published()
        for rows in (
            published,
            Evidence.objects.filter(report__in=published),
            Narrative.objects.all(),
            Signature.objects.all(),
            Answer.objects.all(),
            ReportTranslation.objects.all(),
        ):
            name = rows.model._meta.db_table
            found = {row["id"]: row for row in rows.values()}
            for key, row in self.kept.get(name, {}).items():
                assert key in found, f"{name} {key} is gone"
                changed = {one for one in row if found[key][one] != row[one]}
                if changed:
                    assert changed <= may_change(rows.model, key), f"{name} {key}: {changed}"
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
        published = StatusReport.objects.published().exclude(pk__in=self.looked_at)
        for report in published.select_related("party", "commitment"):
            self.looked_at.add(report.pk)  # who published it cannot change: see above
            writers = set(report.events.filter(act=ReportAct.SAVED).values_list("actor", flat=True))
            assert report.published_by_id not in {*writers, report.author_id}
            publisher = self.rights_of_key(report.published_by_id)
            may = publisher.as_coordinator(report.party)
            assert may or (report.on_behalf and publisher.as_secretariat())
            if report.author:
                author = self.rights_of_key(report.author_id)
                wrote = author.as_reporter(report.party, report.commitment)
                assert author.as_secretariat() if report.on_behalf else wrote

    def unpublished_words_stay_on_their_side(self) -> None:
        """The secretariat reads what it enters itself, and nothing else that is in work."""
        for name, person in self.people.items():
            keeps = self.rights(person).as_secretariat() is not None
            for report in self.rights(person).unpublished_reports().select_related("party"):
                mine = report.party.code in name.split()
                assert mine or (keeps and report.on_behalf), f"{name} reads {report}"

    def shared_words_are_read_as_long_as_they_are_shared(self) -> None:
        for name, person in self.people.items():
            shared = self.rights(person).shared_reports(self.at).select_related("party")
            for report in shared:
                assert name.startswith("coordinator"), f"{name} reads {report}"
                assert report.party.code not in name.split()
                assert report.shared_at <= self.at < report.shared_until

    def joint_acts_have_every_party(self) -> None:
        """What needs acceptance is public when everyone accepted, and never otherwise."""
        every = {party.pk for party in self.plan.parties.all()}
        done = set(self.plan.ledger.values_list("act_id", flat=True))
        for proposal in self.plan.proposals.prefetch_related("answers__party"):
            answers = list(proposal.answers.all())
            for one in answers:
                assert one.party_id != proposal.proposed_party_id, "a side answered itself"
                assert self.rights_of_key(one.by_id).as_coordinator(one.party)
            assert (proposal.act_id in done) == (proposal.state == ProposalState.ACCEPTED)
            if not proposal.needs_acceptance:
                continue
            consenting = {one.party_id for one in answers if one.verdict == Verdict.ACCEPT}
            agreed = every <= consenting | {proposal.proposed_party_id}
            refused = any(one.verdict == Verdict.REFUSE and one.text for one in answers)
            assert agreed == (proposal.state == ProposalState.ACCEPTED)
            assert refused == (proposal.state == ProposalState.REFUSED)

    def nothing_joint_is_done_alone(self) -> None:
        """From the acceptance of the plan on, an entry names everyone who agreed, or answers."""
        accepted = Plan.objects.get(pk=self.plan.pk).accepted_at
        if accepted is None:
            return
        codes = sorted(party.code for party in self.plan.parties.all())
        for entry in self.plan.ledger.filter(time__gte=accepted, act__in=JOINT_ACTS):
            if entry.payload:  # else redacted: it was looked at before
                assert [one["party"] for one in entry.payload["agreed"]] == codes
        readings = self.plan.ledger.filter(time__gt=accepted, act=Act.PUBLISH_READING)
        announced = self.plan.proposals.values_list("act_id", flat=True)
        assert not readings.exclude(act_id__in=announced).exists()

    def signatures_name_what_was_there(self) -> None:
        for one in self.plan.signatures.select_related("institution"):
            assert self.chain[one.size - 1] == (one.size, one.head)
            assert one.institution.party_id == one.party_id

    def nothing_comes_into_a_closed_period(self) -> None:
        for period in ReportingPeriod.objects.filter(plan=self.plan, closed_at__isnull=False):
            late = {"period": period, "published_at__gt": period.closed_at}
            assert not StatusReport.objects.published().filter(**late).exists()
            after = {"period": period, "public_from__gt": period.closed_at}
            assert not Narrative.objects.filter(**after).exists()
            assert not Signature.objects.filter(**after).exists()

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
        reports = StatusReport.objects.order_by("pk").values_list(
            "pk", "state", "version", "level", "shared_at", "publish_at"
        )
        drafts = NarrativeDraft.objects.order_by("pk").values_list("pk", "version")
        proposals = Proposal.objects.order_by("pk").values_list("pk", "state")
        with connection.cursor() as cursor:
            cursor.execute(COUNTS)
            return plan, list(reports), list(drafts), list(proposals), cursor.fetchone()


def may_change(model: type[models.Model], key: int) -> set[str]:
    """The columns of a published row that may change: its end; when it is redacted, its texts."""
    columns = {"public_until"} & {field.column for field in model._meta.concrete_fields}
    if RedactedRow.objects.filter(of_table=model._meta.db_table, of_row=key).exists():
        columns |= set(redactable(model))
    return columns


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

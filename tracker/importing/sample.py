"""The sample: an invented plan with three years of invented reports, replayed through the actions.

What the parties report stands in fixtures/sample/reports.yaml; here is how a mark becomes a report,
and what else happens. Every act has its day; those that lie after `now` are left out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from tracker.access import Rights
from tracker.actions.commitments import change_commitment
from tracker.actions.record import publish_reading
from tracker.actions.report_checks import latest_report
from tracker.actions.report_publication import concur_with_report, publish_report
from tracker.actions.reports import return_report, save_report, share_report, submit_report
from tracker.importing.plan_files import open_plan_from
from tracker.importing.sample_joint import agree, joint_acts
from tracker.importing.sample_words import Words, spread
from tracker.models import (
    Commitment,
    Institution,
    Membership,
    Party,
    Plan,
    Reading,
    RecordEntry,
    ReportingPeriod,
    StatusReport,
    User,
)
from tracker.vocabulary import Level, Role

OPENED = dt.datetime(2023, 9, 15, 12, tzinfo=dt.UTC)
INVENTED = ("writer", "coordinator", "second coordinator", "secretariat")
MINISTRY = {"BO": "bo-external", "ME": "me-exterior"}

Act = Callable[[dt.datetime], None]


def open_sample(folder: Path, now: dt.datetime) -> Plan:
    """Open the sample and replay its reports up to `now`, all or nothing.

    Raises PlanFileFault or Refusal where the files do not hold together.
    """
    with transaction.atomic():
        plan = open_plan_from(folder, OPENED)
        replay = Replay(plan, now, Words(plan, _read(folder / "phrases.yaml")))
        for at, act in sorted(_acts(replay, folder), key=lambda planned: planned[0]):
            if at <= now:
                act(at)
    return Plan.objects.get(pk=plan.pk)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _acts(replay: Replay, folder: Path) -> list[tuple[dt.datetime, Act]]:
    """Everything that happens, in no order yet."""
    planned = [
        replay.report(reference, party, replay.periods[number], mark)
        for reference, sides in _read(folder / "reports.yaml").items()
        for party, marks in sides.items()
        for number, mark in enumerate(marks.split())
        if mark != "."
    ]
    return [*planned, *_other_acts(replay), *joint_acts(replay)]


def _other_acts(replay: Replay) -> list[tuple[dt.datetime, Act]]:
    """What is not a report of the quarter: its day and the act."""
    third, fourth = (2026, 3), (2026, 4)
    return [
        (_noon(2025, 2, 10), replay.reword_warnings),
        (_noon(2025, 7, 1), lambda at: replay.read("TRA-10", Level.COMPLETED, "E-03", at)),
        (_noon(2025, 7, 10), lambda at: replay.read("CUL-05", Level.PLANNED, "E-04", at)),
        (_noon(2025, 11, 20), replay.supersede_study),
        (_noon(2026, 1, 5), lambda at: replay.read("CUL-04", None, "E-05", at)),
        (_noon(2026, 6, 15), replay.move_target),
        (_noon(2026, 11, 3), lambda at: replay.concur("CUL-01", "BO", "ME", at)),
        (_noon(2026, 11, 4), lambda at: replay.contest("CUL-02", "ME", "BO", third, at)),
        (_noon(2026, 11, 5), lambda at: replay.correct("CUL-07", "ME", third, at)),
        (_noon(2026, 11, 10), lambda at: replay.draft("TRA-02", "BO", fourth, "u", at)),
        (_noon(2026, 11, 11), lambda at: replay.draft("TRA-03", "ME", fourth, "s", at)),
        (_noon(2026, 11, 12), lambda at: replay.submit("WAT-01", "BO", fourth, "u!", at)),
        (_noon(2026, 11, 13), lambda at: replay.submit("WAT-06", "ME", fourth, "u?", at)),
        (_noon(2026, 11, 16), lambda at: replay.give_back("CUL-03", "BO", fourth, "u!", at)),
        (_noon(2026, 11, 17), lambda at: replay.give_back("CUL-06", "ME", fourth, "u", at)),
    ]


def _noon(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


@dataclass
class Replay:
    """The plan, the invented people, and the acts they do."""

    plan: Plan
    now: dt.datetime
    words: Words
    commitments: dict[str, Commitment] = field(init=False)
    parties: dict[str, Party] = field(init=False)
    institutions: dict[str, Institution] = field(init=False)
    periods: list[ReportingPeriod] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.plan.commitments.select_related("plan").prefetch_related(
            "responsibilities__institution", "reporting_parties", "plan__parties"
        )
        self.commitments = {row.reference: row for row in rows}
        self.parties = {row.code: row for row in self.plan.parties.all()}
        bodies = Institution.objects.filter(party__in=self.parties.values())
        self.institutions = {row.slug: row for row in bodies.select_related("party")}
        self.periods = list(self.plan.periods.select_related("plan"))
        self.people = {name: invented_person(name) for name in INVENTED}

    # Who acts

    def rights(
        self, role: Role, party: str = "", institution: str = "", *, who: str = ""
    ) -> Rights:
        """Rights for the length of an act: no membership is left in the database."""
        usual = {Role.OFFICIAL: "writer", Role.COORDINATOR: "coordinator"}.get(role, "secretariat")
        held = Membership(
            user=self.people[who or usual],
            role=role,
            party=self.parties.get(party),
            institution=self.institutions.get(institution),
            starts_on=self.plan.announced_on,
        )
        return Rights((held,))

    def writer(self, commitment: Commitment, party: str) -> Rights:
        """The official of the institution that acts for the party."""
        for row in commitment.responsibilities.all():
            if row.institution.party_id == self.parties[party].pk:
                return self.rights(Role.OFFICIAL, party, row.institution.slug)
        raise LookupError(f"{party} has no institution for {commitment}")

    def coordinator(self, party: str) -> Rights:
        return self.rights(Role.COORDINATOR, party, MINISTRY[party])

    def other_coordinator(self, party: str) -> Rights:
        """Who writes what the coordinator publishes."""
        return self.rights(Role.COORDINATOR, party, MINISTRY[party], who="second coordinator")

    @property
    def secretariat(self) -> Rights:
        return self.rights(Role.SECRETARIAT)

    # Reports

    def report(
        self, reference: str, party: str, period: ReportingPeriod, mark: str
    ) -> tuple[dt.datetime, Act]:
        """The day on which the report of a quarter is published, and the act."""
        days = 11 + spread(reference, party, period) % 17
        published = dt.datetime.combine(period.ends_on, dt.time(14, tzinfo=dt.UTC))
        published += dt.timedelta(days=days, minutes=spread(party, reference) % 120)
        return published, lambda at: self._publish(reference, party, period, mark, at)

    def _publish(
        self, reference: str, party: str, period: ReportingPeriod, mark: str, at: dt.datetime
    ) -> None:
        report = self._submitted(reference, party, period, mark, at)
        self._make_public(report, at)

    def _make_public(self, report: StatusReport, at: dt.datetime) -> None:
        """A correction is shown to the other side some days before."""
        rights = self.coordinator(report.party.code)
        if report.corrects:
            share_report(report, rights=rights, at=at - dt.timedelta(hours=18))
        publish_report(report, rights=rights, at=at, act_id=uuid.uuid4())

    def _submitted(
        self,
        reference: str,
        party: str,
        period: ReportingPeriod,
        mark: str,
        at: dt.datetime,
        contests: StatusReport | None = None,
    ) -> StatusReport:
        report = self._saved(reference, party, period, mark, at, contests)
        writer = self.writer(report.commitment, party)
        submit_report(report, rights=writer, at=at - dt.timedelta(hours=20))
        return report

    def _saved(
        self,
        reference: str,
        party: str,
        period: ReportingPeriod,
        mark: str,
        at: dt.datetime,
        contests: StatusReport | None = None,
    ) -> StatusReport:
        commitment, saved = self.commitments[reference], at - dt.timedelta(hours=30)
        content = self.words.content(
            commitment, self.parties[party], period, mark, at=at, contests=contests
        )
        return save_report(
            commitment=commitment,
            party=self.parties[party],
            period=period,
            content=content,
            version=0,
            rights=self.writer(commitment, party),
            at=saved,
            act_id=uuid.uuid4(),
        )

    # What else happens

    def period(self, quarter: tuple[int, int]) -> ReportingPeriod:
        return next(row for row in self.periods if (row.year, row.quarter) == quarter)

    def draft(
        self, reference: str, party: str, quarter: tuple[int, int], mark: str, at: dt.datetime
    ) -> None:
        self._saved(reference, party, self.period(quarter), mark, at)

    def submit(
        self, reference: str, party: str, quarter: tuple[int, int], mark: str, at: dt.datetime
    ) -> None:
        self._submitted(reference, party, self.period(quarter), mark, at)

    def give_back(
        self, reference: str, party: str, quarter: tuple[int, int], mark: str, at: dt.datetime
    ) -> None:
        report = self._submitted(reference, party, self.period(quarter), mark, at)
        notes = {
            "BO": "Please name the places that are done. (Invented note.)",
            "ME": "Falta la fecha de la última visita. (Nota inventada.)",
        }
        return_report(report, note=notes[party], rights=self.coordinator(party), at=at)

    def concur(self, reference: str, party: str, other: str, at: dt.datetime) -> None:
        report = latest_report(self.commitments[reference], self.parties[other])
        if report:
            concur_with_report(
                report,
                party=self.parties[party],
                rights=self.coordinator(party),
                at=at,
                act_id=uuid.uuid4(),
            )

    def contest(
        self, reference: str, party: str, other: str, quarter: tuple[int, int], at: dt.datetime
    ) -> None:
        """Report another position, naming the other party's report and the reason."""
        contested = latest_report(self.commitments[reference], self.parties[other])
        report = self._submitted(
            reference, party, self.period(quarter), "u?", at, contests=contested
        )
        self._make_public(report, at)

    def correct(
        self, reference: str, party: str, quarter: tuple[int, int], at: dt.datetime
    ) -> None:
        """Publish a second report for the quarter: it corrects the first, which stays."""
        self._publish(reference, party, self.period(quarter), "p", at)

    def read(self, reference: str, level: Level | None, entry: str, at: dt.datetime) -> None:
        """The secretariat reads the public record."""
        reading = Reading(
            level=level or "",
            note_en="Read from an invented newspaper." if level else "The outcome is not known.",
            note_fr="Lu dans un journal inventé." if level else "L’issue n’est pas connue.",
            note_es="Leído en un diario inventado." if level else "No se conoce el resultado.",
        )
        commitment = self.commitments[reference]
        entries = [RecordEntry.objects.get(plan=self.plan, reference=entry)]
        agree(
            self,
            self.secretariat,
            lambda: publish_reading(
                commitment, reading, entries=entries, rights=self.secretariat, at=at,
                act_id=uuid.uuid4(),
            ),
            "A public event bears on it. (Invented reason.)",
            at,
        )  # fmt: skip

    def reword_warnings(self, at: dt.datetime) -> None:
        wording = {
            "title_en": "Flood and storm warnings by text message",
            "title_fr": "Alertes d’inondation et de tempête par message texte",
            "title_es": "Avisos de inundación y tormenta por mensaje de texto",
        }
        self._change("WAT-02", wording, "The committee added storms. (Invented reason.)", at)

    def move_target(self, at: dt.datetime) -> None:
        """The new date lies within the weeks after `now`, so that it is due soon."""
        day = self.now.date() + dt.timedelta(days=60)
        wording = {"target_from": day, "target_to": day}
        self._change("TRA-01", wording, "Two ports need more time. (Invented reason.)", at)

    def supersede_study(self, at: dt.datetime) -> None:
        self.commitments["WAT-07"].superseded_by = self.commitments["WAT-08"]
        self._change("WAT-07", {}, "Replaced by the pilot plant. (Invented reason.)", at)

    def _change(
        self, reference: str, wording: Mapping[str, Any], reason: str, at: dt.datetime
    ) -> None:
        commitment = self.commitments[reference]
        successor = commitment.wordings.open().get()
        for name, value in wording.items():
            setattr(successor, name, value)
        agree(
            self,
            self.secretariat,
            lambda: change_commitment(
                commitment, successor, reporting_parties=commitment.reporting_parties.all(),
                reason=reason, rights=self.secretariat, at=at, act_id=uuid.uuid4(),
            ),
            reason,
            at,
        )  # fmt: skip


def invented_person(name: str) -> User:
    """A person who can never sign in."""
    person, made = User.objects.get_or_create(
        email=f"sample.{name}@demo.invalid",
        defaults={"name": f"Sample {name} (invented)", "is_active": False},
    )
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person

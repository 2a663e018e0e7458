"""More of the same: a plan grown to a given size, for tests and measuring. Never on a real site.

Rows are inserted in bulk, past the actions: there are no ledger entries for them, so verify_ledger
does not hold afterwards. Their standings are what the rule gives, so check_standings does.
"""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection, models, transaction

from tracker.actions.standings import commitment_search_key, position_of
from tracker.importing.sample import invented_person
from tracker.models import (
    Citation,
    Commitment,
    Evidence,
    Institution,
    Party,
    Plan,
    ReportingPeriod,
    Responsibility,
    Standing,
    StandingPosition,
    StatusReport,
    User,
    Wording,
    guards,
)
from tracker.rules.agreement import Joint, joint
from tracker.vocabulary import Basis, Composition, Confidence, Level, ReasonCode, ReportState

Row = TypeVar("Row", bound=models.Model)
SIZES = {"M": (2_500, 60_000)}
AT_ONCE = 100  # commitments held in memory
TEXT = {
    "en": "Invented for measuring: the work went on as the two sides had agreed.",
    "fr": "Inventé pour mesurer : le travail s’est poursuivi comme convenu par les deux parties.",
    "es": "Inventado para medir: el trabajo siguió como habían acordado las dos partes.",
}


@transaction.atomic
def grow(plan: Plan, *, commitments: int, reports: int, seed: int, until: dt.datetime) -> None:
    """Add commitments until the plan has `commitments`, and to them about as many published
    reports as are missing to `reports`, none later than `until`. The same seed, the same rows."""
    there = plan.commitments.count()
    missing = commitments - there
    lacking = reports - StatusReport.objects.published().filter(commitment__plan=plan).count()
    if missing <= 0:
        return
    ground = Ground.of(plan, until, random.Random(seed))  # noqa: S311 # not for secrets
    per_party = max(0, round(lacking / missing / ground.parties_to_each))
    for start in range(there, commitments, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, commitments))
        Batch(ground, [ground.seedling(number) for number in numbers], per_party).store()
    Plan.objects.filter(pk=plan.pk).update(revision=models.F("revision") + 1)


@dataclass
class Ground:
    """What every batch needs of the plan."""

    plan: Plan
    chance: random.Random
    parties: list[Party]
    institutions: dict[int, Institution]
    periods: list[ReportingPeriod]
    templates: list[Commitment]
    writer: User
    coordinator: User

    @classmethod
    def of(cls, plan: Plan, until: dt.datetime, chance: random.Random) -> Ground:
        parties = list(plan.parties.all())
        ended = plan.periods.filter(ends_on__lt=until.date() - dt.timedelta(days=40))
        templates = plan.commitments.filter(
            composition=Composition.SINGLE,
            reporting_parties__isnull=False,
            superseded_by__isnull=True,
        ).distinct()
        return cls(
            plan=plan,
            chance=chance,
            parties=parties,
            institutions={
                party.pk: Institution.objects.filter(party=party).order_by("pk")[0]
                for party in parties
            },
            periods=list(ended),
            templates=list(
                templates.select_related("plan", "pillar", "area").prefetch_related(
                    "wordings", "responsibilities", "citations", "reporting_parties"
                )
            ),
            writer=invented_person("writer"),
            coordinator=invented_person("coordinator"),
        )

    @property
    def parties_to_each(self) -> float:
        """How many parties report on a commitment, on average."""
        reporting = [template.reporting_parties.all() for template in self.templates]
        return sum(map(len, reporting)) / len(reporting)

    def seedling(self, number: int) -> Seedling:
        """A new commitment after the pattern of an existing one."""
        template = self.templates[number % len(self.templates)]
        commitment = _copy(template)
        commitment.reference = f"XX-{number:04d}"
        commitment.position = 10_000 + number
        commitment.parent = commitment.superseded_by = None
        return Seedling(commitment, template)


@dataclass
class Seedling:
    """A commitment on its way into the database, with its parts."""

    commitment: Commitment
    template: Commitment
    reports: list[StatusReport] = field(default_factory=list)
    wording: Wording = field(init=False)
    search_key: str = field(init=False)

    def __post_init__(self) -> None:
        self.wording = _copy(self.template.wordings.all()[0])
        self.wording.public_until = None
        for language in ("en", "fr", "es"):
            title = getattr(self.wording, f"title_{language}")
            setattr(self.wording, f"title_{language}", f"{title} {self.commitment.reference}")
        self.search_key = commitment_search_key(self.commitment, self.wording)

    @property
    def parties(self) -> list[Party]:
        return list(self.template.reporting_parties.all())


@dataclass
class Batch:
    """Some new commitments, stored table by table."""

    ground: Ground
    seedlings: list[Seedling]
    per_party: int

    def store(self) -> None:
        Commitment.objects.bulk_create(seed.commitment for seed in self.seedlings)
        for seed in self.seedlings:
            seed.wording.commitment = seed.commitment
            seed.reports = list(self._reports(seed))
        Wording.objects.bulk_create(seed.wording for seed in self.seedlings)
        through = Commitment.reporting_parties.through
        through.objects.bulk_create(
            through(commitment=seed.commitment, party=party)
            for seed in self.seedlings
            for party in seed.parties
        )
        Responsibility.objects.bulk_create(self._parts("responsibilities"))
        Citation.objects.bulk_create(self._parts("citations"))
        reports = [report for seed in self.seedlings for report in seed.reports]
        StatusReport.objects.bulk_create(reports, batch_size=500)
        with guards.lifted(connection):  # evidence comes before its report is public, but not here
            Evidence.objects.bulk_create(map(_evidence, filter(_rests_on_action, reports)))
        spans = [span for seed in self.seedlings for span in self._standings(seed)]
        Standing.objects.bulk_create((standing for standing, _ in spans), batch_size=500)
        for standing, positions in spans:
            for position in positions:
                position.standing = standing
        StandingPosition.objects.bulk_create(
            (position for _, positions in spans for position in positions), batch_size=1000
        )

    def _parts(self, name: str) -> Iterator[Any]:
        for seed in self.seedlings:
            for part in getattr(seed.template, name).all():
                made = _copy(part)
                made.commitment = seed.commitment
                yield made

    def _reports(self, seed: Seedling) -> Iterator[StatusReport]:
        """The reports of both parties over the periods that have ended, in the order of time."""
        periods, chance = self.ground.periods, self.ground.chance
        highest = chance.randrange(4)
        for turn in range(self.per_party if periods else 0):
            period = periods[turn * len(periods) // self.per_party]
            for party in seed.parties:
                day = dt.datetime.combine(period.ends_on, dt.time(12, tzinfo=dt.UTC))
                at = day + dt.timedelta(days=10 + 8 * party.position_en, hours=turn)
                reached = turn * 4 // self.per_party + chance.randrange(2)
                step = min(reached, highest + (chance.random() < 0.1), 3)
                yield self._report(seed, party, period, at, Level.ordered()[step])

    def _report(
        self, seed: Seedling, party: Party, period: ReportingPeriod, at: dt.datetime, level: Level
    ) -> StatusReport:
        confidence = self.ground.chance.choice(list(Confidence))
        institution = self.ground.institutions[party.pk]
        languages = party.publication_languages
        report = StatusReport(
            commitment=seed.commitment,
            party=party,
            period=period,
            state=ReportState.PUBLISHED,
            version=1,
            level=level,
            confidence=confidence,
            reason_code=ReasonCode.OTHER if confidence.needs_reason else "",
            effective_on=period.ends_on,
            action_on=period.ends_on if _acts(level) else None,
            author=self.ground.writer,
            author_institution=institution,
            started_at=at,
            saved_at=at,
            submitted_at=at,
            published_by=self.ground.coordinator,
            published_institution=institution,
            published_at=at,
        )
        for code in languages:
            setattr(report, f"done_{code}", TEXT[code])
            if confidence.needs_reason:
                setattr(report, f"corrective_action_{code}", TEXT[code])
        return report

    def _standings(self, seed: Seedling) -> Iterator[tuple[Standing, list[StandingPosition]]]:
        """One span from the wording to the first report, and one from each report to the next."""
        latest: dict[str, StatusReport] = {}
        reports = sorted(seed.reports, key=_published)
        ends = [*map(_published, reports), None]
        yield self._standing(seed, latest, seed.wording.public_from, ends[0])
        for report, end in zip(reports, ends[1:], strict=True):
            latest[report.party.code] = report
            yield self._standing(seed, latest, _published(report), end)

    def _standing(
        self,
        seed: Seedling,
        latest: dict[str, StatusReport],
        start: dt.datetime,
        end: dt.datetime | None,
    ) -> tuple[Standing, list[StandingPosition]]:
        owing = {party.code for party in seed.parties}
        known = {code: position_of(report) for code, report in latest.items()}
        value = joint([party.code for party in seed.parties], known, None)
        compared = [latest[code] for code in value.compared]
        commitment = seed.commitment
        standing = Standing(
            plan=self.ground.plan,
            commitment=commitment,
            wording=seed.wording,
            pillar_id=commitment.pillar_id,
            area_id=commitment.area_id,
            kind=commitment.kind,
            counted=commitment.counts,
            position=commitment.position,
            level=value.level or "",
            confidence=value.confidence or "",
            basis=value.basis or Basis.NONE,
            level_differs=value.level_differs,
            confidence_differs=value.confidence_differs,
            period=max((r.period for r in compared), key=lambda p: p.starts_on, default=None),
            has_evidence=bool(compared) and all(map(_rests_on_action, compared)),
            last_published_at=max(map(_published, latest.values()), default=None),
            search_key=seed.search_key,
            public_from=start,
            public_until=end,
        )
        parties = self.ground.parties
        return standing, [
            _position(party, latest.get(party.code), value, is_due=party.code in owing)
            for party in parties
        ]


def _position(
    party: Party, report: StatusReport | None, value: Joint, *, is_due: bool
) -> StandingPosition:
    position = StandingPosition(party=party, is_due=is_due)
    if report:
        position.report, position.period = report, report.period
        position.is_compared = party.code in value.compared
        position.level, position.confidence = report.level, report.confidence
        position.effective_on, position.published_at = report.effective_on, report.published_at
        position.has_evidence = _rests_on_action(report)
    return position


def _acts(level: Level) -> bool:
    return (level.step or 0) >= (Level.UNDER_WAY.step or 0)


def _rests_on_action(report: StatusReport) -> bool:
    return _acts(Level(report.level))


def _published(report: StatusReport) -> dt.datetime:
    if report.published_at is None:
        raise ValueError("only published reports are made here")
    return report.published_at


def _evidence(report: StatusReport) -> Evidence:
    return Evidence(
        report=report,
        title="Progress note (invented)",
        url=f"https://example.org/load/{report.commitment.reference}",
        language=report.party.publication_languages[0],
        dated_on=report.period.ends_on,
        position=1,
    )


def _copy(row: Row) -> Row:
    """The same row, not stored yet, without what was read along with it."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.adding, made.pk = True, None
    made._state.fields_cache = dict(row._state.fields_cache)
    made.__dict__.pop("_prefetched_objects_cache", None)
    return made

"""From the record to the standing: the rule applied to the rows, and the span that follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from tracker.models import (
    Commitment,
    Evidence,
    Reading,
    Standing,
    StandingPosition,
    StatusReport,
    Wording,
)
from tracker.models.plans import Party
from tracker.rules.agreement import Joint, Position, joint
from tracker.rules.texts import search_key
from tracker.vocabulary import LANGUAGES, Basis, Confidence, Level

# What makes two standings the same: everything but the span.
COMPARED = (
    "wording_id", "pillar_id", "area_id", "kind", "counted", "position", "level", "confidence",
    "basis", "level_differs", "confidence_differs", "period_id", "reading_id", "has_evidence",
    "last_published_at", "search_key",
)  # fmt: skip
COMPARED_POSITION = ("party_id", "is_due", "report_id", "is_compared", "level", "confidence")


@dataclass(frozen=True)
class Setting:
    """What a commitment has without a span: who must report on it, and how it ended, if it did."""

    reporting: tuple[Party, ...]
    ended: Level | None  # superseded or closed


def setting_of(commitment: Commitment) -> Setting:
    """As it is today."""
    parties = tuple(commitment.reporting_parties.all())
    ended = Level.SUPERSEDED if commitment.superseded_by_id else None
    return Setting(parties, ended or (Level.CLOSED if commitment.is_ended else None))


def restate(commitment: Commitment, at: dt.datetime) -> None:
    """Close the open standing and open the next, if the record now gives another one."""
    stored = Standing.objects.open().filter(commitment=commitment)
    current = stored.select_related("wording").first()
    # The wording of the last standing, unless this act has replaced it.
    known = current.wording if current and current.wording.is_open else None
    standing, positions = standing_of(commitment, None, wording=known)
    if standing is None:
        if current:
            _close(current, at)
        return
    if current and _same(current, standing, positions):
        return
    if current:
        _close(current, at)
    save_standing(standing, positions, public_from=at)


def save_standing(
    standing: Standing,
    positions: list[StandingPosition],
    *,
    public_from: dt.datetime,
    public_until: dt.datetime | None = None,
) -> None:
    """Store a standing with its positions for a span."""
    standing.public_from, standing.public_until = public_from, public_until
    standing.save()
    for position in positions:
        position.standing = standing
    StandingPosition.objects.bulk_create(positions)


def standing_of(
    commitment: Commitment,
    moment: dt.datetime | None,
    *,
    wording: Wording | None = None,
    setting: Setting | None = None,
) -> tuple[Standing | None, list[StandingPosition]]:
    """What the record gives for a commitment just before `moment`, or now; unsaved.

    None where no wording is in force: the commitment is not public then. `wording` is the one in
    force, if the caller knows it; `setting` the one of that time, if it is not today's.
    """
    wordings, readings = commitment.wordings.all(), commitment.readings.all()
    reports = StatusReport.objects.published().filter(commitment=commitment)
    if moment is None:
        wordings, readings = wordings.open(), readings.open()
    else:
        wordings, readings = wordings.public_at(moment), readings.public_at(moment)
        reports = reports.filter(published_at__lt=moment)
    wording = wording or wordings.first()
    if wording is None:
        return None, []
    latest, setting = latest_by_party(reports), setting or setting_of(commitment)
    # Any report that counts outranks the reading: then there is no need to look for one.
    is_reported = any(party.pk in latest for party in setting.reporting)
    reading = None if is_reported else readings.first()
    return _build(commitment, setting, wording, reading, latest)


def latest_by_party(reports: Any) -> dict[int, StatusReport]:
    """The report of each party that counts: of its newest period, the one published last."""
    latest: dict[int, StatusReport] = {}
    borne_out = Evidence.objects.filter(
        Q(report=OuterRef("pk"))
        | Q(report=OuterRef("concurs_with"))
        | Q(report=OuterRef("repeats"))
    )
    ordered = reports.select_related("period", "party").annotate(is_borne_out=Exists(borne_out))
    for report in ordered.order_by("period__starts_on", "published_at", "pk"):
        latest[report.party_id] = report
    return latest


def _build(
    commitment: Commitment,
    setting: Setting,
    wording: Wording,
    reading: Reading | None,
    latest: dict[int, StatusReport],
) -> tuple[Standing, list[StandingPosition]]:
    value = _value(setting, reading, latest)
    compared = [r for r in latest.values() if r.party.code in value.compared]
    standing = Standing(
        plan=commitment.plan,
        commitment=commitment,
        wording=wording,
        pillar_id=commitment.pillar_id,
        area_id=commitment.area_id,
        kind=commitment.kind,
        counted=commitment.counts,
        position=commitment.position,
        level=value.level or "",
        confidence=value.confidence or "",
        basis=value.basis,
        level_differs=value.level_differs,
        confidence_differs=value.confidence_differs,
        period=max((r.period for r in compared), key=lambda p: p.starts_on, default=None),
        reading=None if value.basis.is_reported else reading,
        has_evidence=bool(compared) and all(has_evidence(report) for report in compared),
        last_published_at=max(
            (r.published_at for r in latest.values() if r.published_at), default=None
        ),
        search_key=commitment_search_key(commitment, wording),
    )
    return standing, _positions(commitment, setting, latest, value)


def _value(setting: Setting, reading: Reading | None, latest: dict[int, StatusReport]) -> Joint:
    if setting.ended:
        return Joint(setting.ended, None, Basis.JOINT_ACT)
    return joint(
        [party.code for party in setting.reporting],
        {report.party.code: position_of(report) for report in latest.values()},
        Level(reading.level) if reading and reading.level else None,
    )


def _positions(
    commitment: Commitment,
    setting: Setting,
    latest: dict[int, StatusReport],
    value: Joint,
) -> list[StandingPosition]:
    owing = {party.pk for party in setting.reporting}
    positions = []
    for party in commitment.plan.parties.all():
        report = latest.get(party.pk) if party.pk in owing else None
        position = StandingPosition(party=party, is_due=party.pk in owing)
        if report:
            position.report = report
            position.is_compared = party.code in value.compared
            position.level, position.confidence = report.level, report.confidence
            position.period = report.period
            position.effective_on = report.effective_on
            position.published_at = report.published_at
            position.has_evidence = has_evidence(report)
        positions.append(position)
    return positions


def position_of(report: StatusReport) -> Position:
    """A published report as the rule of agreement sees it."""
    named = [pk for pk in (report.concurs_with_id, report.contests_id) if pk]
    return Position(
        party=report.party.code,
        report=report.pk,
        period=(report.period.year, report.period.quarter),
        level=Level(report.level),
        confidence=Confidence(report.confidence) if report.confidence else None,
        names=frozenset(named),
    )


def has_evidence(report: StatusReport) -> bool:
    """Whether anything bears the report out; a concurrence rests on the report it names."""
    return bool(report.is_borne_out)  # type: ignore[attr-defined] # latest_by_party asks for it


def commitment_search_key(commitment: Commitment, wording: Wording) -> str:
    texts = [
        getattr(wording, f"{name}_{code}")
        for name in ("title", "description")
        for code in LANGUAGES
    ]
    return search_key(commitment.reference, *texts)


def _same(current: Standing, standing: Standing, positions: list[StandingPosition]) -> bool:
    if any(getattr(current, name) != getattr(standing, name) for name in COMPARED):
        return False
    before = {_position_key(position) for position in current.positions.all()}
    return before == {_position_key(position) for position in positions}


def _position_key(position: StandingPosition) -> tuple[Any, ...]:
    return tuple(getattr(position, name) for name in COMPARED_POSITION)


def _close(standing: Standing, at: dt.datetime) -> None:
    standing.public_until = max(at, standing.public_from)
    standing.save(update_fields=["public_until"])

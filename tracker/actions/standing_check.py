"""Whether every stored standing is what the rule gives from the record. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.actions.standings import COMPARED, COMPARED_POSITION, Setting, standing_of
from tracker.models import Commitment, Plan, Standing, StandingPosition
from tracker.vocabulary import Basis, Level

# Reference data without a span: earlier standings keep what it was at their time.
OF_TODAY = {"pillar_id", "area_id", "kind", "counted", "position"}


@dataclass(frozen=True)
class StandingFault:
    """A commitment whose standing just before a moment (None: today) is not what the rule gives."""

    reference: str
    moment: dt.datetime | None
    what: str

    def __str__(self) -> str:
        when = f"before {self.moment:%Y-%m-%d %H:%M:%S} UTC" if self.moment else "today"
        return f"{self.reference}, {when}: {self.what}."


def standing_faults(plan: Plan) -> Iterator[StandingFault]:
    """Every standing of a plan that the record does not give."""
    commitments = plan.commitments.select_related("plan").prefetch_related(
        "reporting_parties", "plan__parties"
    )
    for commitment in commitments:
        stored = list(commitment.standings.prefetch_related("positions").order_by("public_from"))
        for moment in [*moments_of(commitment), None]:
            what = _fault(commitment, _at(stored, moment), moment)
            if what:
                yield StandingFault(commitment.reference, moment, what)


def moments_of(commitment: Commitment) -> list[dt.datetime]:
    """The instants at which the record or a standing of a commitment changed, but the first."""
    spans = [
        *commitment.wordings.all(),
        *commitment.readings.all(),
        *commitment.standings.all(),
    ]
    moments = {row.public_from for row in spans}
    moments |= {row.public_until for row in spans if row.public_until}
    moments |= {row.published_at for row in commitment.reports.published() if row.published_at}
    return sorted(moments)[1:]


def _at(stored: list[Standing], moment: dt.datetime | None) -> list[Standing]:
    """The standings in force just before `moment`, or now: one, if all is well."""
    if moment is None:
        return [row for row in stored if row.is_open]
    return [
        row
        for row in stored
        if row.public_from < moment and (row.public_until is None or row.public_until >= moment)
    ]


def _fault(commitment: Commitment, found: list[Standing], moment: dt.datetime | None) -> str:
    if len(found) > 1:
        return "two standings are in force at once"
    current = found[0] if found else None
    setting = _setting_then(current) if current and moment else None
    expected, positions = standing_of(commitment, moment, setting=setting)
    if current is None or expected is None:
        return "" if current is expected else "a standing is missing or too many"
    skipped = set(OF_TODAY) if moment else set()
    if not current.search_key:  # a redaction took it away; the next standing has one again
        skipped.add("search_key")
    for name in COMPARED:
        if name not in skipped and getattr(current, name) != getattr(expected, name):
            return f"{name} is “{getattr(current, name)}”, not “{getattr(expected, name)}”"
    if {_key(row) for row in current.positions.all()} != {_key(row) for row in positions}:
        return "a party’s position is not what its report says"
    return ""


def _setting_then(standing: Standing) -> Setting:
    due = sorted((p for p in standing.positions.all() if p.is_due), key=lambda p: p.party_id)
    return Setting(
        tuple(position.party for position in due),
        Level(standing.level) if standing.basis == Basis.JOINT_ACT else None,
    )


def _key(position: StandingPosition) -> tuple[object, ...]:
    return tuple(getattr(position, name) for name in COMPARED_POSITION)

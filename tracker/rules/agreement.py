"""What follows from the parties' reports: the joint value and on what it rests.

The rule (product, "Status", 3): reports are compared only within one period, or where one names
another to concur with or contest it. Equal levels are agreed; different ones differ, and the less
advanced is the headline. A party that lags is awaited, never in dispute. Completed needs every
reporting party; since no report follows a completed one, parties that all say so agree, whatever
the period. Pure functions; the caller brings the latest published report of each party.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.vocabulary import Basis, Confidence, Level


@dataclass(frozen=True)
class Position:
    """One party's latest published report, as far as the comparison needs it."""

    party: str
    report: int
    period: tuple[int, int]
    level: Level
    confidence: Confidence | None
    names: frozenset[int] = frozenset()  # reports it concurs with or contests

    def answers(self, other: Position) -> bool:
        return other.report in self.names


@dataclass(frozen=True)
class Joint:
    """The joint value. `compared` are the parties whose reports it rests on."""

    level: Level | None
    confidence: Confidence | None
    basis: Basis
    period: tuple[int, int] | None = None
    compared: frozenset[str] = frozenset()
    level_differs: bool = False
    confidence_differs: bool = False


def joint(reporting: Sequence[str], latest: Mapping[str, Position], reading: Level | None) -> Joint:
    """The joint value of a commitment, in the order of precedence for the reader.

    `reporting` are the parties that must report; `latest` their latest published reports;
    `reading` the secretariat's level from the public record, which any report outranks.
    """
    positions = [latest[party] for party in reporting if party in latest]
    if not positions:
        return Joint(reading, None, Basis.READING if reading else Basis.NONE)
    compared = comparable(positions)
    levels = {position.level for position in compared}
    confidences = {position.confidence for position in compared if position.confidence}
    everyone = len(compared) == len(reporting)
    level = headline(levels)
    if level is Level.COMPLETED and not _all_completed(reporting, latest):
        level = Level.SUBSTANTIALLY
    return Joint(
        level=level,
        confidence=None if level.is_final or not confidences else most_severe(confidences),
        basis=_basis(len(reporting), everyone, differs=len(levels) > 1),
        period=max(position.period for position in compared),
        compared=frozenset(position.party for position in compared),
        level_differs=len(levels) > 1,
        confidence_differs=len(confidences) > 1,
    )


def comparable(positions: Sequence[Position]) -> list[Position]:
    """Those of the newest period, and those tied to one of them by concurrence or contest.

    All of them when all are completed. Ties reach on: who answers a compared report is compared.
    """
    if all(position.level is Level.COMPLETED for position in positions):
        return list(positions)
    newest = max(position.period for position in positions)
    compared = [position for position in positions if position.period == newest]
    for found in compared:  # grows while it is read
        compared += [
            position
            for position in positions
            if position not in compared and (position.answers(found) or found.answers(position))
        ]
    return compared


def headline(levels: set[Level]) -> Level:
    """The less advanced level; paused stands outside the order and comes first."""
    if Level.PAUSED in levels:
        return Level.PAUSED
    return min(levels, key=lambda level: level.step or 0)


def most_severe(confidences: set[Confidence]) -> Confidence:
    return max(confidences, key=lambda confidence: confidence.severity)


def _all_completed(reporting: Sequence[str], latest: Mapping[str, Position]) -> bool:
    return all(party in latest and latest[party].level is Level.COMPLETED for party in reporting)


def _basis(parties: int, everyone: bool, *, differs: bool) -> Basis:
    if parties == 1:
        return Basis.SOLE
    if differs:
        return Basis.DIFFER
    return Basis.AGREED if everyone else Basis.PARTIAL

"""Flags of a commitment on the day asked: what is late, due, unknown or without evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tracker.rules.dates import SourceDate
from tracker.vocabulary import Basis, Flag, Freshness, Level


@dataclass(frozen=True)
class FlagFacts:
    """What the flags look at. `awaited` are parties whose report was due before the day."""

    level: Level | None
    basis: Basis
    target: SourceDate
    day: dt.date
    due_soon_days: int
    has_evidence: bool
    wording_number: int
    awaited: bool = False
    freshness: tuple[Freshness, ...] = ()
    counted: bool = True


@dataclass(frozen=True)
class Raised:
    """A flag with the number of days that belongs to it, if one does."""

    flag: Flag
    days: int | None = None


def flags(facts: FlagFacts) -> list[Raised]:
    """The flags raised, those that want attention first."""
    raised = [*_target_flags(facts)]
    if facts.basis is Basis.DIFFER:
        raised.append(Raised(Flag.DIFFER))
    if _lacks_evidence(facts):
        raised.append(Raised(Flag.NO_EVIDENCE))
    if Freshness.STALE in facts.freshness:
        raised.append(Raised(Flag.STALE))
    if facts.awaited:
        raised.append(Raised(Flag.AWAITED))
    if facts.wording_number > 1:
        raised.append(Raised(Flag.WORDING_CHANGED))
    return sorted(raised, key=lambda found: not found.flag.is_signal)


def _target_flags(facts: FlagFacts) -> list[Raised]:
    end = facts.target.end
    if end is None or (facts.level is not None and facts.level.is_final):
        return []
    days = (end - facts.day).days
    if days < 0 and facts.basis.is_reported:
        return [Raised(Flag.OVERDUE, -days)]
    if days < 0:
        return [Raised(Flag.OUTCOME_UNKNOWN, -days)]
    if days <= facts.due_soon_days:
        return [Raised(Flag.DUE_SOON, days)]
    return []


def _lacks_evidence(facts: FlagFacts) -> bool:
    """Only a reported level that rests on action can lack evidence."""
    if not facts.basis.is_reported or facts.level is None or facts.has_evidence:
        return False
    return (facts.level.step or 0) >= (Level.UNDER_WAY.step or 0)

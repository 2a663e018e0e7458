"""Which periods a party still owes a report for, on the day asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from tracker.desk.entry import Side
from tracker.models import ReportingPeriod
from tracker.rules.dates import day_of
from tracker.vocabulary import Level


@dataclass(frozen=True)
class Dues:
    """The periods of a plan as a party owes them. None is owed from before the record began."""

    periods: list[ReportingPeriod]
    day: dt.date
    opened_on: dt.date

    def is_before_record(self, period: ReportingPeriod) -> bool:
        """Its reports were due before the plan was opened here: never shown as missed."""
        return period.due_on < self.opened_on

    def is_late(self, period: ReportingPeriod) -> bool:
        return period.due_on < self.day and not self.is_before_record(period)

    def is_running(self, period: ReportingPeriod) -> bool:
        return period.starts_on <= self.day <= period.ends_on

    @property
    def owed(self) -> list[ReportingPeriod]:
        """Begun, not closed, and due since the record began; the oldest first."""
        return [
            period
            for period in self.periods
            if period.is_reportable(self.day) and not self.is_before_record(period)
        ]

    def first_owed(self, level: str, reported: Container[int]) -> ReportingPeriod | None:
        """The oldest owed period without a report among `reported`; none after a final level."""
        if level and Level(level).is_final:
            return None
        return next((one for one in self.owed if one.pk not in reported), None)


def dues_of(side: Side) -> Dues:
    """The dues of a side today."""
    plan = side.plan
    opened_on = day_of(plan.opened_at, plan.time_zone) if plan.opened_at else plan.announced_on
    return Dues(side.periods, side.day, opened_on)

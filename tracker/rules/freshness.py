"""How old a party's last report is on the day asked."""

from __future__ import annotations

import datetime as dt

from tracker.vocabulary import Freshness, Level


def freshness(
    *,
    level: Level | None,
    published_on: dt.date | None,
    next_due_on: dt.date,
    day: dt.date,
    stale_after_days: int,
) -> Freshness:
    """Current until the next due date, ageing up to `stale_after_days` after it, then stale.

    The days count from the report. `published_on` None means never reported; a final level needs
    no further report.
    """
    if published_on is None or level is None:
        return Freshness.NEVER
    if level.is_final:
        return Freshness.FINAL
    if day <= next_due_on:
        return Freshness.CURRENT
    if day <= published_on + dt.timedelta(days=stale_after_days):
        return Freshness.AGEING
    return Freshness.STALE

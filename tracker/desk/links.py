"""Addresses between the desk's pages, and how a period is written in them."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.urls import reverse

from tracker.models import Commitment, Party, Plan, ReportingPeriod, StatusReport

PERIOD = re.compile(r"(\d{4})-Q([1-4])")


def period_key(period: ReportingPeriod) -> str:
    """A period in an address: "2026-Q3"."""
    return f"{period.year}-Q{period.quarter}"


def period_named(periods: list[ReportingPeriod], key: str) -> ReportingPeriod | None:
    """The period an address names, or None."""
    found = PERIOD.fullmatch(key)
    if not found:
        return None
    wanted = (int(found[1]), int(found[2]))
    return next((one for one in periods if (one.year, one.quarter) == wanted), None)


def form_url(
    plan: Plan,
    party: Party,
    commitment: Commitment,
    period: ReportingPeriod | None = None,
    contests: StatusReport | None = None,
    *,
    on_behalf: bool = False,
) -> str:
    """The report form of a party on a commitment; `on_behalf`, that of the secretariat."""
    query = {}
    if period is not None:
        query["period"] = period_key(period)
    if contests is not None:
        query["contests"] = str(contests.pk)
    name = "report-on-behalf" if on_behalf else "report-write"
    address = reverse(name, args=[plan.slug, party.code, commitment.reference])
    return f"{address}?{urlencode(query)}" if query else address


def public_url(plan: Plan, commitment: Commitment) -> str:
    """The commitment's public page."""
    return reverse("commitment-detail", args=[plan.slug, commitment.reference])

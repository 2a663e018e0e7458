"""The desk's door: who comes in, on whose side, and the frame around every page of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.access import Rights, desk_plan, refuse_strangers, rights
from tracker.models import Party, Plan, ReportingPeriod
from tracker.models.plans import in_the_readers_order
from tracker.public.chrome import frame
from tracker.public.pages import Asked

View = Callable[..., Any]


def at_the_desk(view: View) -> View:
    """Sign-in for visitors, 403 with a sentence for strangers, the page for all who have a role."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        refuse_strangers(request)
        return view(request, *args, **kwargs)

    return page


@dataclass(frozen=True)
class Side:
    """One party's side of a plan, for one person at one moment."""

    plan: Plan
    party: Party
    rights: Rights
    at: dt.datetime

    @cached_property
    def day(self) -> dt.date:
        return self.plan.today(self.at)

    @cached_property
    def asked(self) -> Asked:
        """Today's question to the public record, for what the desk shows of it."""
        return Asked(self.plan, self.day, self.day)

    @property
    def is_coordinator(self) -> bool:
        return self.rights.as_coordinator(self.party) is not None

    @property
    def periods(self) -> list[ReportingPeriod]:
        return self.asked.periods

    @property
    def reportable(self) -> list[ReportingPeriod]:
        """Periods for which a report may be made today, the oldest first."""
        return [period for period in self.periods if period.is_reportable(self.day)]

    @property
    def zone_name(self) -> str:
        """The place whose time it is: people of one side work in several zones."""
        language = (get_language() or "en")[:2]
        zone = ZoneInfo(self.plan.time_zone)
        return get_timezone_location(zone, locale=language, return_city=True)

    @property
    def others(self) -> list[Party]:
        return [party for party in self.asked.parties if party != self.party]


def own_side(request: HttpRequest, slug: str) -> Side:
    """The side the person works for: the one named by ?party=, else the first. 403 without one."""
    plan = desk_plan(request, slug)
    held = rights(request)
    parties = in_the_readers_order([one for one in plan.parties.all() if one in held.parties])
    wanted = request.GET.get("party", "")
    chosen = [party for party in parties if party.code == wanted] if wanted else parties
    if not chosen:
        raise PermissionDenied(_("You do not work for this party."))
    return Side(plan, chosen[0], held, timezone.now())


def side_of(request: HttpRequest, plan: Plan, party: Party) -> Side:
    """The side of a party, for a person whose right to it was checked."""
    return Side(plan, party, rights(request), timezone.now())


def render_desk(
    request: HttpRequest,
    template: str,
    plan: Plan | None,
    context: dict[str, Any],
    *,
    current: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page of the desk in its frame. `current` names the entry of the desk's own menu."""
    framed: dict[str, Any] = {}
    if plan is not None:
        framed = frame(request, plan, params=request.GET.copy())
        framed |= {"canonical_url": "", "alternates": [], "notices": []}
        framed["desk_menu"] = desk_menu(request, plan, current)
    return render(request, template, {**framed, **context}, status=status)


def desk_menu(request: HttpRequest, plan: Plan, current: str) -> list[dict[str, Any]]:
    """My work and board; the review queue for coordinators."""
    held = rights(request)
    links = []
    if any(party in plan.parties.all() for party in held.parties):
        links = [("desk-work", _("My work")), ("desk-board", _("Board"))]
    if any(party in plan.parties.all() for party in held.coordinated_parties):
        links.append(("desk-queue", _("Review")))
    if held.as_secretariat() or len(links) > 2:
        links.append(("proposal-list", _("Joint acts")))
    return [
        {"url": reverse(name, args=[plan.slug]), "label": label, "current": name == current}
        for name, label in links
    ]

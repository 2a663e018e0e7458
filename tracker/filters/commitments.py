"""How the list of commitments is narrowed: one FilterSet for page, export and API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.filters.choices import LongSelect
from tracker.models import (
    Citation,
    Commitment,
    Institution,
    Party,
    PriorityArea,
    Responsibility,
    Standing,
)
from tracker.models.columns import SpannedQuerySet, language_now
from tracker.models.plans import Plan, in_the_readers_order
from tracker.models.standing import StandingQuerySet
from tracker.rules.texts import sort_key
from tracker.vocabulary import Basis, Confidence, Flag, Kind, Level, Origin

ACROSS = "across"
NOT_REPORTED = "not-reported"
OUTSIDE = "outside"
OUTSIDE_LEVELS = [level.value for level in Level if level.step is None]

LEVELS = [
    *[(level.value, level.label) for level in Level.ordered()],
    (OUTSIDE, _("Paused or closed")),
    (NOT_REPORTED, _("Not reported")),
]
TARGETS = [
    ("passed", _("Passed")),
    ("soon", _("In the next 90 days")),
    ("year", _("Later this year")),
    ("later", _("In a later year")),
    ("none", _("No date given")),
]
COUNTED = [("yes", _("Counted")), ("no", _("Not counted"))]
BASES = [(basis.value, basis.label) for basis in Basis]


@dataclass(frozen=True)
class Scope:
    """What a list is asked of: a plan on a day. `public` gives the rows in force on that day."""

    plan: Plan
    day: dt.date
    periods_followed_up: Callable[[], Iterable[int]]
    public: Callable[[Any], Any]


class CommitmentFilter(django_filters.FilterSet):
    """Standings of a plan on a day, narrowed by what a reader may ask for."""

    q = django_filters.CharFilter(
        label=_("Words in title or text"), method="saying", max_length=200
    )
    pillar = django_filters.ChoiceFilter(
        label=_("Pillar"), method="of_pillar", empty_label=_("Any")
    )
    area = django_filters.MultipleChoiceFilter(
        label=_("Priority area"), field_name="area__slug", widget=forms.CheckboxSelectMultiple
    )
    level = django_filters.MultipleChoiceFilter(
        label=_("Joint level"),
        method="at_level",
        choices=LEVELS,
        widget=forms.CheckboxSelectMultiple,
    )
    ministry = django_filters.ChoiceFilter(
        label=_("Institution"),
        method="of_ministry",
        empty_label=_("Any"),
        widget=LongSelect,
    )
    confidence = django_filters.ChoiceFilter(
        label=_("Confidence"), choices=Confidence.choices, empty_label=_("Any")
    )
    flag = django_filters.MultipleChoiceFilter(
        label=_("Flag"),
        method="with_flag",
        choices=Flag.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    target = django_filters.ChoiceFilter(
        label=_("Target date"), method="due", choices=TARGETS, empty_label=_("Any")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("Any"))
    origin = django_filters.ChoiceFilter(
        label=_("Origin"), method="from_origin", choices=Origin.choices, empty_label=_("Any")
    )
    basis = django_filters.ChoiceFilter(
        label=pgettext_lazy("joint value", "Basis"), choices=BASES, empty_label=_("Any")
    )
    party = django_filters.ChoiceFilter(
        label=_("Who must report"), method="owed_by", empty_label=_("Any")
    )
    counted = django_filters.ChoiceFilter(
        label=_("Counted in totals"), method="by_count", choices=COUNTED, empty_label=_("Any")
    )

    MAIN = ("q", "pillar", "area", "level", "ministry", "confidence", "flag", "target")
    MORE = ("kind", "origin", "basis", "party", "counted")

    class Meta:
        model = Standing
        fields: list[str] = []

    def __init__(self, data: Any, queryset: StandingQuerySet, *, scope: Scope) -> None:
        super().__init__(data, queryset)
        self.scope = scope
        plan = scope.plan
        areas = list(plan.areas.all())
        self.filters["pillar"].extra["choices"] = pillar_choices(plan, areas)
        self.filters["area"].extra["choices"] = [(area.slug, area.title) for area in areas]
        self.filters["ministry"].extra["choices"] = ministry_choices(plan)
        self.filters["party"].extra["choices"] = party_choices(list(plan.parties.all()))

    def saying(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return found.saying(value)

    def of_pillar(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        if value == ACROSS:
            return found.filter(pillar__isnull=True)
        return found.filter(pillar__slug=value)

    def at_level(self, found: StandingQuerySet, name: str, value: list[str]) -> StandingQuerySet:
        if not value:
            return found
        wanted = [level for level in value if level not in (NOT_REPORTED, OUTSIDE)]
        wanted += OUTSIDE_LEVELS if OUTSIDE in value else []
        wanted += [""] if NOT_REPORTED in value else []
        return found.filter(level__in=wanted)

    def of_ministry(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        parts = Responsibility.objects.filter(institution__slug=value)
        return self._tied(found, parts)

    def with_flag(self, found: StandingQuerySet, name: str, value: list[str]) -> StandingQuerySet:
        """Standings on which any of the flags is raised."""
        if not value:
            return found
        scope, raised = self.scope, Q()
        periods = list(scope.periods_followed_up()) if Flag.STALE in value else []
        for flag in value:
            flagged = Standing.objects.flagged(Flag(flag), scope.day, scope.plan, periods)
            raised |= Q(pk__in=flagged.filter(plan=scope.plan).values("pk"))
        return found.filter(raised)

    def due(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        day, end = self.scope.day, "wording__target_to"
        soon = day + dt.timedelta(days=self.scope.plan.due_soon_days)
        year = dt.date(day.year, 12, 31)
        windows = {
            "passed": Q(**{f"{end}__lt": day}),
            "soon": Q(**{f"{end}__range": (day, soon)}),
            "year": Q(**{f"{end}__gt": soon, f"{end}__lte": year}),
            "later": Q(**{f"{end}__gt": max(soon, year)}),
            "none": Q(**{f"{end}__isnull": True}),
        }
        return found.filter(windows[value])

    def from_origin(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return self._tied(found, Citation.objects.filter(origin=value))

    def owed_by(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return found.filter(positions__party__code=value, positions__is_due=True)

    def by_count(self, found: StandingQuerySet, name: str, value: str) -> StandingQuerySet:
        return found.filter(counted=value == "yes")

    def _tied(self, found: StandingQuerySet, rows: SpannedQuerySet) -> StandingQuerySet:
        """Standings of the commitments to which public rows of another noun belong."""
        public = self.scope.public(rows.filter(commitment__plan=self.scope.plan))
        return found.filter(commitment__in=public.values("commitment"))


def pillar_choices(plan: Plan, areas: Iterable[PriorityArea]) -> list[tuple[str, Any]]:
    """The plan's pillars, and what stands across them if anything does."""
    pillars: list[tuple[str, Any]] = [(one.slug, str(one)) for one in plan.pillars.all()]
    if any(area.pillar_id is None for area in areas):
        pillars.append((ACROSS, _("Across the plan")))
    return pillars


def ministry_choices(plan: Plan) -> list[tuple[str, str]]:
    """Institutions that have or had a part in a commitment of the plan, by name."""
    tied = Responsibility.objects.filter(commitment__in=Commitment.objects.filter(plan=plan))
    bodies = Institution.objects.filter(pk__in=tied.values("institution"))
    named = [(body.slug, with_acronym(body)) for body in bodies]
    return sorted(named, key=lambda one: sort_key(one[1], language_now()))


def with_acronym(body: Institution) -> str:
    return f"{body.name} ({body.acronym})" if body.acronym else body.name


def party_choices(parties: list[Party]) -> list[tuple[str, str]]:
    return [(party.code, party.name) for party in in_the_readers_order(parties)]

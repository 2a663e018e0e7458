"""How the board of a party is narrowed: by pillar, by ministry, by status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.models import Commitment, Institution, Party, Plan, ReportingPeriod, StatusReport
from tracker.models.columns import language_now
from tracker.models.reports import LEVEL_CHOICES
from tracker.rules.texts import sort_key
from tracker.vocabulary import Level, ReportState

ACROSS = "across"
NOT_REPORTED = "not-reported"
NO_OPEN_REPORT = "none"

STATES = [(state.value, state.label) for state in ReportState if state is not ReportState.PUBLISHED]
DUES = [
    ("due", _("Report due")),
    ("late", _("Due date passed")),
    ("reported", _("Reported for every open quarter")),
]


class BoardFilter(django_filters.FilterSet):
    """Commitments a party owes reports on. `owed` are its owed periods, `late` those past due."""

    pillar = django_filters.ChoiceFilter(
        label=_("Pillar"), method="by_pillar", empty_label=_("All pillars")
    )
    institution = django_filters.ChoiceFilter(
        label=_("Ministry"), method="by_institution", empty_label=_("All ministries")
    )
    level = django_filters.ChoiceFilter(
        label=_("Level"),
        method="by_level",
        empty_label=_("All levels"),
        choices=[*LEVEL_CHOICES, (NOT_REPORTED, _("Not reported"))],
    )
    state = django_filters.ChoiceFilter(
        label=_("Report in work"),
        method="by_state",
        empty_label=_("All"),
        choices=[*STATES, (NO_OPEN_REPORT, _("No report in work"))],
    )
    due = django_filters.ChoiceFilter(
        label=_("Due"), method="by_due", empty_label=_("All"), choices=DUES
    )

    def __init__(
        self,
        data: Any,
        queryset: QuerySet[Commitment],
        *,
        plan: Plan,
        party: Party,
        unpublished: QuerySet[StatusReport],
        owed: Sequence[ReportingPeriod],
        late: Sequence[ReportingPeriod],
    ) -> None:
        super().__init__(data, queryset)
        self.party, self.unpublished = party, unpublished
        self.owed, self.late = owed, late
        self.filters["pillar"].extra["choices"] = pillar_choices(plan)
        self.filters["institution"].extra["choices"] = institution_choices(plan, party)

    def by_pillar(self, found: QuerySet[Commitment], name: str, value: str) -> QuerySet[Commitment]:
        if value == ACROSS:
            return found.filter(pillar__isnull=True)
        return found.filter(pillar__number=value)

    def by_institution(
        self, found: QuerySet[Commitment], name: str, value: str
    ) -> QuerySet[Commitment]:
        return found.filter(
            responsibilities__institution__slug=value,
            responsibilities__public_until__isnull=True,
        ).distinct()

    def by_level(self, found: QuerySet[Commitment], name: str, value: str) -> QuerySet[Commitment]:
        return found.filter(
            standings__public_until__isnull=True,
            standings__positions__party=self.party,
            standings__positions__level="" if value == NOT_REPORTED else value,
        )

    def by_state(self, found: QuerySet[Commitment], name: str, value: str) -> QuerySet[Commitment]:
        own = self.unpublished.filter(party=self.party)
        if value == NO_OPEN_REPORT:
            return found.exclude(pk__in=own.values("commitment"))
        return found.filter(pk__in=own.filter(state=value).values("commitment"))

    def by_due(self, found: QuerySet[Commitment], name: str, value: str) -> QuerySet[Commitment]:
        lacking: Any = Q(pk__in=[])
        for period in self.late if value == "late" else self.owed:
            lacking |= ~Exists(self._published(period))
        found = found.exclude(
            standings__public_until__isnull=True,
            standings__positions__in=self._final(),
        )
        return found.exclude(lacking) if value == "reported" else found.filter(lacking)

    def _published(self, period: ReportingPeriod) -> QuerySet[StatusReport]:
        return StatusReport.objects.published().filter(
            commitment=OuterRef("pk"), party=self.party, period=period
        )

    def _final(self) -> Any:
        final = [level.value for level in Level if level.is_final]
        return self.party.positions.filter(level__in=final, standing__public_until__isnull=True)


def pillar_choices(plan: Plan) -> list[tuple[str, str]]:
    """The plan's pillars, and what stands across them."""
    pillars = [(str(pillar.number), str(pillar)) for pillar in plan.pillars.all()]
    return [*pillars, (ACROSS, str(_("Across the plan")))]


def institution_choices(plan: Plan, party: Party) -> list[tuple[str, str]]:
    """The party's institutions that have a part in a commitment, by name."""
    bodies = Institution.objects.filter(
        party=party,
        responsibilities__commitment__plan=plan,
        responsibilities__public_until__isnull=True,
    ).distinct()
    named = [(body.slug, _with_acronym(body)) for body in bodies]
    return sorted(named, key=lambda one: sort_key(one[1], language_now()))


def _with_acronym(body: Institution) -> str:
    return f"{body.name} ({body.acronym})" if body.acronym else body.name

"""How the list of meetings is narrowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.models import Institution, MeetingParticipant, MeetingVersion, Participant, Party
from tracker.models.columns import language_now
from tracker.rules.texts import sort_key
from tracker.vocabulary import MeetingLevel, MeetingState


class MeetingFilter(django_filters.FilterSet):
    """Meetings by level, state, party, institution and year.

    `participants` and `attendees` are those in force on the day asked; `years` the choices.
    """

    level = django_filters.ChoiceFilter(
        label=_("Level"), choices=MeetingLevel.choices, empty_label=_("Any")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=MeetingState.choices, empty_label=_("Any")
    )
    party = django_filters.ChoiceFilter(label=_("Party"), method="of_party", empty_label=_("Any"))
    institution = django_filters.ChoiceFilter(
        label=_("Institution"), method="of_institution", empty_label=_("Any")
    )
    year = django_filters.ChoiceFilter(label=_("Year"), method="in_year", empty_label=_("Any"))

    class Meta:
        model = MeetingVersion
        fields: list[str] = []

    def __init__(
        self,
        *args: Any,
        parties: Sequence[Party],
        participants: QuerySet[Participant],
        attendees: QuerySet[MeetingParticipant],
        years: Sequence[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.participants, self.attendees = participants, attendees
        choices = {
            "party": [(party.code, party.name) for party in parties],
            "institution": _by_name(participants, attendees),
            "year": [(str(year), str(year)) for year in years],
        }
        for name, values in choices.items():
            self.filters[name].extra["choices"] = values

    def of_party(
        self, rows: QuerySet[MeetingVersion], name: str, code: str
    ) -> QuerySet[MeetingVersion]:
        """Meetings in which somebody of the party took part."""
        told = Q(party__code=code) | Q(institution__party__code=code)
        return self._with(rows, told, Q(institution__party__code=code))

    def of_institution(
        self, rows: QuerySet[MeetingVersion], name: str, slug: str
    ) -> QuerySet[MeetingVersion]:
        return self._with(rows, Q(institution__slug=slug), Q(institution__slug=slug))

    def in_year(
        self, rows: QuerySet[MeetingVersion], name: str, year: str
    ) -> QuerySet[MeetingVersion]:
        return rows.filter(held_to__year=int(year))

    def _with(
        self, rows: QuerySet[MeetingVersion], told: Q, entered: Q
    ) -> QuerySet[MeetingVersion]:
        """Meetings with such a participant, told by the entry or entered with the meeting."""
        return rows.filter(
            Q(meeting__entry__in=self.participants.filter(told).values("entry"))
            | Q(meeting__in=self.attendees.filter(entered).values("meeting"))
        )


def _by_name(
    participants: QuerySet[Participant], attendees: QuerySet[MeetingParticipant]
) -> list[tuple[str, str]]:
    rows = Institution.objects.filter(
        Q(pk__in=participants.values("institution")) | Q(pk__in=attendees.values("institution"))
    )
    named = [(row.slug, row.name) for row in rows]
    return sorted(named, key=lambda pair: sort_key(pair[1], language_now()))

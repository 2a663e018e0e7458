"""The page of one institution, without HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from tracker.models import (
    Decision,
    Funding,
    Institution,
    MeetingParticipant,
    MeetingVersion,
    Participant,
    Plan,
    RecordEntry,
    Responsibility,
)
from tracker.public.events import EventLine, event_lines
from tracker.public.pages import Asked
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.rules.dates import day_of
from tracker.vocabulary import LANGUAGES


@dataclass(frozen=True)
class NameIn:
    """The name in one language, and whether it is official there."""

    language: str
    name: str
    acronym: str
    is_official: bool


@dataclass(frozen=True)
class PartRow:
    """Its part in a commitment, with where the commitment stands."""

    responsibility: Responsibility
    row: StandingRow | None


@dataclass(frozen=True)
class TookPart:
    """An event it took part in, with who came and in what role."""

    line: EventLine
    participants: list[Participant]


@dataclass(frozen=True)
class InstitutionPage:
    """All that the page says."""

    institution: Institution
    names: list[NameIn]
    parent_has_page: bool
    within: list[Institution]
    commitments: list[PartRow]
    events: list[TookPart]
    invited: list[MeetingVersion]
    changed_on: dt.date | None

    @property
    def named(self) -> int:
        return sum(part.responsibility.basis == "named" for part in self.commitments)


def used_by(plan: Plan) -> Q:
    """Institutions that the plan's record has ever spoken of: those that have a page."""
    return (
        Q(pk__in=Responsibility.objects.filter(commitment__plan=plan).values("institution"))
        | Q(pk__in=Participant.objects.filter(entry__plan=plan).values("institution"))
        | Q(pk__in=MeetingParticipant.objects.filter(meeting__plan=plan).values("institution"))
        | Q(pk__in=Funding.objects.filter(commitment__plan=plan).values("provider"))
        | Q(pk__in=Decision.objects.filter(meeting__plan=plan).values("owner"))
    )


def institution_in(asked: Asked, slug: str) -> Institution:
    """An institution that the plan has ever used, or 404."""
    rows = Institution.objects.select_related("party", "parent")
    found = rows.filter(used_by(asked.plan), slug=slug).first()
    if found is None:
        raise Http404
    return found


def build_institution(asked: Asked, institution: Institution) -> InstitutionPage:
    return InstitutionPage(
        institution=institution,
        names=names_of(institution),
        parent_has_page=_has_page(asked, institution.parent_id),
        within=list(institution.parts.filter(used_by(asked.plan))),
        commitments=_commitments(asked, institution),
        events=_events(asked, institution),
        invited=_invited(asked, institution),
        changed_on=_changed_on(asked, institution),
    )


def _has_page(asked: Asked, key: int | None) -> bool:
    return key is not None and Institution.objects.filter(used_by(asked.plan), pk=key).exists()


def names_of(institution: Institution) -> list[NameIn]:
    """The names there are, in the order of the record's languages."""
    return [
        NameIn(
            code,
            getattr(institution, f"name_{code}"),
            getattr(institution, f"acronym_{code}"),
            code in institution.official_languages,
        )
        for code in LANGUAGES
        if getattr(institution, f"name_{code}")
    ]


def _commitments(asked: Asked, institution: Institution) -> list[PartRow]:
    """Its commitments in the plan's order."""
    own = Responsibility.objects.filter(commitment__plan=asked.plan, institution=institution)
    parts = list(asked.public(own).select_related("commitment").order_by("commitment__position"))
    keys = [part.commitment_id for part in parts]
    rows = rows_of(asked, standings(asked).filter(commitment__in=keys))
    standing = {row.commitment.pk: row for row in rows}
    return [PartRow(part, standing.get(part.commitment_id)) for part in parts]


def _events(asked: Asked, institution: Institution) -> list[TookPart]:
    """Events it took part in, newest first."""
    own = Participant.objects.filter(entry__plan=asked.plan, institution=institution)
    participants: Sequence[Participant] = list(asked.public(own))
    keys = [row.entry_id for row in participants]
    lines = event_lines(asked, RecordEntry.objects.filter(pk__in=keys))
    return [
        TookPart(line, [row for row in participants if row.entry_id == key])
        for key, line in lines.items()
    ]


def _invited(asked: Asked, institution: Institution) -> list[MeetingVersion]:
    """Meetings that no record entry tells of, for which it is entered."""
    own = MeetingParticipant.objects.filter(meeting__plan=asked.plan, institution=institution)
    meetings = MeetingVersion.objects.filter(meeting__in=asked.public(own).values("meeting"))
    return list(asked.public(meetings).select_related("meeting"))


def _changed_on(asked: Asked, institution: Institution) -> dt.date | None:
    """The day its name or details were last changed; None if never since they were entered."""
    dates = list(institution.history.values_list("history_date", flat=True)[:2])
    return day_of(dates[0], asked.plan.time_zone) if len(dates) > 1 else None

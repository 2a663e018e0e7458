"""Meetings by year, and the page of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tracker.filters.meetings import MeetingFilter
from tracker.models import (
    AgendaItem,
    Institution,
    MeetingParticipant,
    MeetingVersion,
    Participant,
)
from tracker.public.desk_links import work_links
from tracker.public.filtering import Narrowing, narrowed
from tracker.public.meeting_page import build_meeting, meeting_in
from tracker.public.pages import Asked, public_page, render_page
from tracker.vocabulary import MeetingState


@dataclass
class MeetingRow:
    """One meeting of the list, with who took part and what it bore on."""

    version: MeetingVersion
    institutions: list[Institution] = field(default_factory=list)
    agenda: list[AgendaItem] = field(default_factory=list)

    @property
    def was_held(self) -> bool:
        return self.version.state == MeetingState.HELD


@dataclass
class YearGroup:
    """The meetings of a year, newest first; `year` None are those whose day is not known."""

    year: int | None
    rows: list[MeetingRow] = field(default_factory=list)


def meeting_versions(asked: Asked) -> QuerySet[MeetingVersion]:
    """What is public of each meeting on the day asked."""
    rows = MeetingVersion.objects.filter(meeting__plan=asked.plan).select_related("meeting")
    return asked.public(rows)


def participants_of(asked: Asked) -> QuerySet[Participant]:
    """Participants of the entries that tell of meetings."""
    return asked.public(Participant.objects.filter(entry__meetings__plan=asked.plan))


def attendees_of(asked: Asked) -> QuerySet[MeetingParticipant]:
    """Participants of meetings that no entry tells of."""
    return asked.public(MeetingParticipant.objects.filter(meeting__plan=asked.plan))


def narrowed_meetings(asked: Asked, versions: QuerySet[MeetingVersion]) -> Narrowing:
    """The meetings the address asks for. Raises BadQuestion."""
    dates = versions.exclude(held_to=None).order_by().dates("held_to", "year", order="DESC")
    filters = MeetingFilter(
        asked.params,
        versions,
        parties=asked.parties,
        participants=participants_of(asked),
        attendees=attendees_of(asked),
        years=[day.year for day in dates],
    )
    return narrowed(asked, filters)


def year_groups(asked: Asked, versions: Sequence[MeetingVersion]) -> list[YearGroup]:
    """The meetings by year, newest first. Three queries, whatever their number."""
    agenda, present = _agenda(asked), _institutions(asked)
    groups: dict[int | None, YearGroup] = {}
    for version in sorted(versions, key=_when, reverse=True):
        year = version.held.end.year if version.held.end else None
        row = MeetingRow(version, present[version.meeting_id], agenda[version.meeting_id])
        groups.setdefault(year, YearGroup(year)).rows.append(row)
    return list(groups.values())


def _when(version: MeetingVersion) -> tuple[str, str]:
    return (version.held.end.isoformat() if version.held.end else "", version.meeting.slug)


def _agenda(asked: Asked) -> dict[int, list[AgendaItem]]:
    """Agenda items by meeting, in the plan's order."""
    items = asked.public(AgendaItem.objects.filter(meeting__plan=asked.plan))
    found: dict[int, list[AgendaItem]] = defaultdict(list)
    for item in items.select_related("commitment").order_by("commitment__position"):
        found[item.meeting_id].append(item)
    return found


def _institutions(asked: Asked) -> dict[int, list[Institution]]:
    """Institutions by meeting, each once, in the order of the source."""
    found: dict[int, dict[int, Institution]] = defaultdict(dict)
    told = participants_of(asked).filter(institution__isnull=False).select_related("institution")
    for row in told.prefetch_related("entry__meetings").order_by("position", "pk"):
        for meeting in row.entry.meetings.all():
            _once(found[meeting.pk], row.institution)
    for attendee in attendees_of(asked).select_related("institution"):
        _once(found[attendee.meeting_id], attendee.institution)
    return defaultdict(list, {key: list(rows.values()) for key, rows in found.items()})


def _once(found: dict[int, Institution], institution: Institution | None) -> None:
    if institution is not None:
        found.setdefault(institution.pk, institution)


@public_page("level", "state", "party", "institution", "year")
def meeting_list(request: HttpRequest, asked: Asked) -> HttpResponse:
    versions = meeting_versions(asked)
    narrowing = narrowed_meetings(asked, versions)
    groups = year_groups(asked, list(narrowing.rows))
    context = {
        "groups": groups,
        "narrowing": narrowing,
        "found": sum(len(group.rows) for group in groups),
        "total": versions.count(),
    }
    return render_page(request, "public/meeting_list.html", asked, context, current="meeting-list")


@public_page()
def meeting_detail(request: HttpRequest, asked: Asked, meeting: str) -> HttpResponse:
    page = build_meeting(asked, meeting_in(asked, meeting))
    links = work_links(request, asked, (_("Write the minutes"), "minutes-write", (meeting,)))
    context = {"page": page, "desk_links": links}
    return render_page(request, "public/meeting.html", asked, context, current="meeting-list")

"""The page of one meeting, without HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from tracker.models import (
    AgendaItem,
    Citation,
    Decision,
    EntryVersion,
    MeetingParticipant,
    MeetingVersion,
    Participant,
)
from tracker.public.pages import Asked
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.vocabulary import MeetingState


@dataclass(frozen=True)
class AgendaRow:
    """A commitment the meeting bore on, with where it stands."""

    item: AgendaItem
    row: StandingRow | None


@dataclass(frozen=True)
class MeetingPage:
    """All that the page says."""

    version: MeetingVersion
    entry: EntryVersion | None
    participants: list[Participant]
    attendees: list[MeetingParticipant]
    agenda: list[AgendaRow]
    decisions: list[Decision]
    citations: list[Citation]

    @property
    def was_held(self) -> bool:
        return self.version.state == MeetingState.HELD


def meeting_in(asked: Asked, slug: str) -> MeetingVersion:
    """What is public of a meeting on the day asked, or 404."""
    rows = MeetingVersion.objects.filter(meeting__plan=asked.plan, meeting__slug=slug)
    found = asked.public(rows).select_related("meeting__entry").first()
    if found is None:
        raise Http404
    return found


def build_meeting(asked: Asked, version: MeetingVersion) -> MeetingPage:
    meeting = version.meeting
    told: dict[str, Any] = {"entry": meeting.entry_id} if meeting.entry_id else {"pk__in": []}
    people = Participant.objects.filter(**told).select_related("institution", "party")
    attendees = MeetingParticipant.objects.filter(meeting=meeting).select_related("institution")
    decisions = Decision.objects.filter(meeting=meeting).select_related("commitment", "owner")
    citations = Citation.objects.filter(**told).select_related("source", "paragraph")
    return MeetingPage(
        version=version,
        entry=asked.public(EntryVersion.objects.filter(**told)).select_related("entry").first(),
        participants=list(asked.public(people)),
        attendees=list(asked.public(attendees)),
        agenda=_agenda(asked, version),
        decisions=list(asked.public(decisions)),
        citations=list(asked.public(citations)),
    )


def _agenda(asked: Asked, version: MeetingVersion) -> list[AgendaRow]:
    """The commitments in the plan's order."""
    items = asked.public(AgendaItem.objects.filter(meeting=version.meeting))
    items = items.select_related("commitment").order_by("commitment__position")
    keys = [item.commitment_id for item in items]
    rows = {
        row.commitment.pk: row
        for row in rows_of(asked, standings(asked).filter(commitment__in=keys))
    }
    return [AgendaRow(item, rows.get(item.commitment_id)) for item in items]

"""Record entries as lines of other pages: when, what, and the meeting that has a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from tracker.models import EntryVersion, MeetingVersion, RecordEntry
from tracker.public.pages import Asked
from tracker.rules.dates import SourceDate
from tracker.vocabulary import MeetingState


@dataclass
class EventLine:
    """A record entry as public on the day asked, with its meetings."""

    version: EntryVersion
    meetings: list[MeetingVersion] = field(default_factory=list)

    @property
    def reference(self) -> str:
        return self.version.entry.reference

    @property
    def date(self) -> SourceDate:
        return self.version.happened

    @property
    def slug(self) -> str:
        """Address of the meeting that the entry tells of; empty if it tells of none."""
        return self.meetings[0].meeting.slug if self.meetings else ""

    @property
    def state(self) -> str:
        """What became of the meeting, where it was not simply held."""
        states = [row for row in self.meetings if row.state != MeetingState.HELD]
        return states[0].get_state_display() if states else ""


def event_lines(asked: Asked, entries: QuerySet[RecordEntry]) -> dict[int, EventLine]:
    """Lines by the key of the entry, newest first. Two queries."""
    versions = asked.public(EntryVersion.objects.filter(entry__in=entries)).select_related("entry")
    newest = sorted(versions, key=_when, reverse=True)
    lines = {row.entry_id: EventLine(row) for row in newest}
    meetings = asked.public(MeetingVersion.objects.filter(meeting__entry__in=entries))
    for row in meetings.select_related("meeting"):
        if row.meeting.entry_id in lines:
            lines[row.meeting.entry_id].meetings.append(row)
    return lines


def _when(row: EntryVersion) -> tuple[str, str]:
    """Undated entries come last when the newest stand first."""
    return (row.happened.end.isoformat() if row.happened.end else "", row.entry.reference)

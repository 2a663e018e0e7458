"""What is recorded. Each module holds the models of one noun; this page lists them all."""

from tracker.models.commitments import Commitment, Funding, Milestone, Responsibility, Wording
from tracker.models.institutions import Institution
from tracker.models.ledger import LedgerEntry
from tracker.models.meetings import (
    AgendaItem,
    Decision,
    Meeting,
    MeetingParticipant,
    MeetingVersion,
)
from tracker.models.people import Membership, User
from tracker.models.plans import Party, Pillar, Plan, PriorityArea
from tracker.models.record import EntryBearing, EntryVersion, Participant, Reading, RecordEntry
from tracker.models.reports import Evidence, ReportEvent, ReportingPeriod, StatusReport
from tracker.models.sources import Citation, Source, SourceParagraph
from tracker.models.standing import Standing, StandingPosition

__all__ = [
    "AgendaItem",
    "Citation",
    "Commitment",
    "Decision",
    "EntryBearing",
    "EntryVersion",
    "Evidence",
    "Funding",
    "Institution",
    "LedgerEntry",
    "Meeting",
    "MeetingParticipant",
    "MeetingVersion",
    "Membership",
    "Milestone",
    "Participant",
    "Party",
    "Pillar",
    "Plan",
    "PriorityArea",
    "Reading",
    "RecordEntry",
    "ReportEvent",
    "ReportingPeriod",
    "Responsibility",
    "Source",
    "SourceParagraph",
    "Standing",
    "StandingPosition",
    "StatusReport",
    "User",
    "Wording",
]

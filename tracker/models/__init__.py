"""What is recorded. Each module holds the models of one noun; this page lists them all."""

from tracker.models.commitments import Commitment, Funding, Milestone, Responsibility, Wording
from tracker.models.drafts import ReportComment, ReportEvent, ReportSave
from tracker.models.institutions import Institution
from tracker.models.ledger import (
    LedgerEntry,
    LedgerMention,
    RedactedRow,
    Redaction,
    SigningKey,
)
from tracker.models.meetings import (
    AgendaItem,
    Decision,
    Meeting,
    MeetingParticipant,
    MeetingVersion,
)
from tracker.models.people import Membership, User
from tracker.models.periods import Narrative, NarrativeDraft, ReportingPeriod, Signature
from tracker.models.plans import Party, Pillar, Plan, PriorityArea
from tracker.models.proposals import Proposal, ProposalAnswer
from tracker.models.record import EntryBearing, EntryVersion, Participant, Reading, RecordEntry
from tracker.models.reports import Evidence, StatusReport
from tracker.models.sequels import Answer, ReportConfirmation, ReportTranslation
from tracker.models.sources import Citation, Source, SourceParagraph
from tracker.models.standing import Standing, StandingPosition

__all__ = [
    "AgendaItem",
    "Answer",
    "Citation",
    "Commitment",
    "Decision",
    "EntryBearing",
    "EntryVersion",
    "Evidence",
    "Funding",
    "Institution",
    "LedgerEntry",
    "LedgerMention",
    "Meeting",
    "MeetingParticipant",
    "MeetingVersion",
    "Membership",
    "Milestone",
    "Narrative",
    "NarrativeDraft",
    "Participant",
    "Party",
    "Pillar",
    "Plan",
    "PriorityArea",
    "Proposal",
    "ProposalAnswer",
    "Reading",
    "RecordEntry",
    "RedactedRow",
    "Redaction",
    "ReportComment",
    "ReportConfirmation",
    "ReportEvent",
    "ReportSave",
    "ReportTranslation",
    "ReportingPeriod",
    "Responsibility",
    "Signature",
    "SigningKey",
    "Source",
    "SourceParagraph",
    "Standing",
    "StandingPosition",
    "StatusReport",
    "User",
    "Wording",
]

"""The words of the record: every choice a field may take, with its label, tone and finality.

Labels travel to pages, exports and the API; values are stored and stand in the ledger, so a value
once published is never renamed. `tone` names the shape a page draws for it (docs/visual.md).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LANGUAGES = ("en", "fr", "es")


class Level(models.TextChoices):
    """How far a commitment has come. The first five are ordered; the rest stand outside."""

    NOT_STARTED = "not-started", _("Not started")
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under-way", _("Under way")
    SUBSTANTIALLY = "substantially-delivered", _("Substantially delivered")
    COMPLETED = "completed", _("Completed")
    PAUSED = "paused", _("Paused")
    SUPERSEDED = "superseded", _("Superseded")
    CLOSED = "closed", _("Closed")

    @property
    def step(self) -> int | None:
        """Place in the order (0 to 4), or None outside it: the number of gates passed."""
        order = Level.ordered()
        return order.index(self) if self in order else None

    @property
    def tone(self) -> str:
        """Name of the shape: step-0 to step-4, paused, superseded or closed."""
        return self.value if self.step is None else f"step-{self.step}"

    @property
    def is_final(self) -> bool:
        """No confidence, freshness or due date applies any more."""
        return self in (Level.COMPLETED, Level.SUPERSEDED, Level.CLOSED)

    @classmethod
    def ordered(cls) -> tuple["Level", ...]:
        return (
            cls.NOT_STARTED,
            cls.PLANNED,
            cls.UNDER_WAY,
            cls.SUBSTANTIALLY,
            cls.COMPLETED,
        )

    @classmethod
    def reportable(cls) -> tuple["Level", ...]:
        """What one party may say alone; superseded and closed are joint acts."""
        return (*cls.ordered(), cls.PAUSED)


class Confidence(models.TextChoices):
    """What a party expects for the target date, or for the plan's end where none is given."""

    ON_TRACK = "on-track", _("On track")
    NEEDS_ATTENTION = "needs-attention", _("Needs attention")
    AT_RISK = "at-risk", _("At risk")

    @property
    def tone(self) -> str:
        return self.value

    @property
    def severity(self) -> int:
        """0 for on track, 2 for at risk: the higher is the headline when parties differ."""
        return list(Confidence).index(self)

    @property
    def needs_reason(self) -> bool:
        return self is not Confidence.ON_TRACK


class ReasonCode(models.TextChoices):
    """Why a commitment needs attention or is at risk."""

    FUNDING = "funding", _("Funding not secured")
    LEGAL = "legal", _("Legal or regulatory step outstanding")
    CAPACITY = "capacity", _("Staff or capacity")
    COORDINATION = "coordination", _("Coordination between institutions")
    PARTNER = "partner", _("Depends on a third party")
    PRIORITIES = "priorities", _("Other priorities")
    EVENTS = "events", _("Outside events")
    OTHER = "other", pgettext_lazy("reason", "Other")


class Basis(models.TextChoices):
    """On what a standing rests, in the order of precedence for the reader."""

    AGREED = "agreed", _("agreed")
    DIFFER = "differ", _("positions differ")
    PARTIAL = "partial", _("some parties reported")
    SOLE = "sole", _("one party reports")
    READING = "reading", _("public-record reading")
    JOINT_ACT = "joint-act", _("joint act")
    NONE = "none", _("not reported")

    @property
    def tone(self) -> str:
        return self.value

    @property
    def is_reported(self) -> bool:
        return self in (Basis.AGREED, Basis.DIFFER, Basis.PARTIAL, Basis.SOLE)


class Flag(models.TextChoices):
    """Computed for the day asked, never typed. `is_signal` wants the reader's attention."""

    OVERDUE = "overdue", _("Overdue")
    DUE_SOON = "due-soon", _("Due soon")
    OUTCOME_UNKNOWN = "outcome-unknown", _("Date passed, outcome unknown")
    NO_EVIDENCE = "no-evidence", _("No evidence")
    DIFFER = "differ", _("Positions differ")
    AWAITED = "awaited", _("A party is awaited")
    STALE = "stale", _("Stale")
    WORDING_CHANGED = "wording-changed", _("Wording changed")

    @property
    def is_signal(self) -> bool:
        return self in (Flag.OVERDUE, Flag.NO_EVIDENCE, Flag.DIFFER)


class Freshness(models.TextChoices):
    """Age of a party's last report on the day asked."""

    CURRENT = "current", _("current")
    AGEING = "ageing", _("ageing")
    STALE = "stale", _("stale")
    NEVER = "never", _("never reported")
    FINAL = "final", _("final")

    @property
    def tone(self) -> str:
        return self.value


class Kind(models.TextChoices):
    """What sort of promise a commitment is."""

    DELIVERABLE = "deliverable", _("Deliverable")
    CONTINUING = "continuing", _("Continuing")
    EVENT = "event", _("Event")
    FUNDING = "funding", _("Funding")
    AIM = "aim", _("Aim")
    CONTEXT = "context", _("Context")

    @property
    def counts(self) -> bool:
        """Aims and contexts promise nothing that can be counted as delivered."""
        return self not in (Kind.AIM, Kind.CONTEXT)


class Composition(models.TextChoices):
    """How a commitment relates to others, so that nothing is counted twice."""

    SINGLE = "single", _("Stands alone")
    ENVELOPE = "envelope", _("Envelope over other commitments")
    WHOLE = "whole", _("Whole with components")
    COMPONENT = "component", _("Component of another commitment")

    @property
    def counts(self) -> bool:
        return self not in (Composition.ENVELOPE, Composition.COMPONENT)


class Origin(models.TextChoices):
    """Where a commitment comes from, as its citations show."""

    ANNOUNCEMENT = "announcement", _("Announcement")
    PLAN_TEXT = "plan-text", _("Plan text, read")
    PLAN_PRESS = "plan-press", _("Plan text, as press quotes it")
    FOLLOW_UP = "follow-up", _("Follow-up after the announcement")


class PlacementBasis(models.TextChoices):
    """Why a commitment stands under its pillar."""

    SOURCE = "source", _("the source says so")
    THEME = "theme", _("by theme")


class InferenceBasis(models.TextChoices):
    """Whether a source names a thing or it was concluded."""

    NAMED = "named", pgettext_lazy("basis", "named")
    INFERRED = "inferred", pgettext_lazy("basis", "inferred")


class ReportingBasis(models.TextChoices):
    """Why these parties must report on a commitment."""

    BOTH = "both", _("every party reports")
    OWN_ACT = "own-act", _("one government's own act")
    NO_GOVERNMENT = "no-government", _("no government acts")
    NOTHING_PROMISED = "nothing-promised", _("nothing is promised")


class Precision(models.TextChoices):
    """How exactly a source gives a date."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    HALF = "half", _("half-year")
    YEAR = "year", _("year")
    UNKNOWN = "unknown", pgettext_lazy("date", "unknown")


class Qualifier(models.TextChoices):
    """How a source ties the fact to the date."""

    ON = "on", pgettext_lazy("date", "on")
    BY = "by", pgettext_lazy("date", "by")
    BEFORE = "before", pgettext_lazy("date", "before")
    AFTER = "after", pgettext_lazy("date", "after")
    REPORTED = "reported", pgettext_lazy("date", "reported")


class ResponsibilityRole(models.TextChoices):
    """What an institution does for a commitment. A lead only where a source says so."""

    LEAD = "lead", _("Lead")
    SUPPORT = "support", _("Support")
    PARTNER = "partner", _("Implementing partner")
    NOT_STATED = "not-stated", _("Role not stated")


class InstitutionKind(models.TextChoices):
    """What sort of body an institution is."""

    EXECUTIVE = "executive", _("Office of the head of government or state")
    MINISTRY = "ministry", _("Ministry or department")
    AGENCY = "agency", _("Agency")
    POLICE = "police", _("Police or armed force")
    JUSTICE = "justice", _("Prosecution or justice")
    COUNCIL = "council", _("Council or research funder")
    PUBLIC = "public", _("Other public body")
    INTERNATIONAL = "international", _("International organisation")
    BUSINESS = "business", _("Business or civil body")
    COMPANY = "company", _("Company")
    FOREIGN = "foreign", _("Authority of a third country")


class Verification(models.TextChoices):
    """Whether a name was seen in a source or comes from general reference."""

    SEEN = "seen", _("seen in a source")
    GENERAL = "general", _("general reference, not checked")


class SourceKind(models.TextChoices):
    """What sort of page or document a source is."""

    OFFICIAL = "official", pgettext_lazy("source", "Official")
    PRESS = "press", _("Press")
    INSTITUTION = "institution", _("Institution")
    AGGREGATOR = "aggregator", _("Aggregator or machine-written")


class SourceConfidence(models.TextChoices):
    """How well a recorded event is borne out."""

    HIGH = "H", _("Official or several sources (H)")
    MEDIUM = "M", _("One press report (M)")
    LOW = "L", _("Weak or undated source (L)")


class Bears(models.TextChoices):
    """What a citation bears out."""

    COMMITMENT = "commitment", _("commitment")
    DATE = "date", _("date")
    AMOUNT = "amount", _("amount")
    RESPONSIBILITY = "responsibility", _("responsibility")
    EVENT = "event", _("event")


class EntryKind(models.TextChoices):
    """What sort of dated fact a record entry tells."""

    EVENT = "event", _("Event")
    NOT_HELD = "not-held", _("Planned, did not take place or not confirmed")
    DEADLINE = "deadline", _("Date that passed")
    CONTEXT = "context", _("Context")


class MeetingLevel(models.TextChoices):
    """Who met."""

    LEADERS = "leaders", _("Leaders")
    MINISTERS = "ministers", _("Ministers")
    SENIOR_OFFICIALS = "senior-officials", _("Senior officials")
    WORKING_GROUP = "working-group", _("Working group")
    MISSION = "mission", _("Mission")
    CALL = "call", _("Call")

    @property
    def tone(self) -> str:
        """Height of the tick on a time line: tall, middle or short."""
        heights = {MeetingLevel.LEADERS: "tall", MeetingLevel.MINISTERS: "middle"}
        return heights.get(self, "short")


class MeetingState(models.TextChoices):
    """Whether a meeting took place."""

    PLANNED = "planned", pgettext_lazy("meeting", "Planned")
    HELD = "held", _("Held")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")
    NOT_HELD = "not-held", _("Did not take place")
    NOT_CONFIRMED = "not-confirmed", _("Not confirmed")


class DecisionState(models.TextChoices):
    """A decision is carried over until it is done."""

    OPEN = "open", pgettext_lazy("decision", "Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class MilestoneState(models.TextChoices):
    """Whether a dated step is shown as done."""

    DUE = "due", pgettext_lazy("milestone", "Not shown as done")
    DONE = "done", _("Done")
    MISSED = "missed", _("Missed")


class ReportState(models.TextChoices):
    """Where a status report stands on its way to the public."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned with a note")
    SCHEDULED = "scheduled", _("Approved for a set time")
    PUBLISHED = "published", _("Published")

    @property
    def is_open(self) -> bool:
        return self is not ReportState.PUBLISHED

    @property
    def is_editable(self) -> bool:
        return self in (ReportState.DRAFT, ReportState.RETURNED)


class ReportAct(models.TextChoices):
    """What was done to a report before it was public. Confidential to its party."""

    STARTED = "started", _("Started")
    SAVED = "saved", _("Saved")
    SUBMITTED = "submitted", _("Submitted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RETURNED = "returned", _("Returned")
    SHARED = "shared", _("Shared with the other side")
    SCHEDULED = "scheduled", _("Approved for a set time")
    STOPPED = "stopped", _("Publication stopped")
    PUBLISHED = "published", _("Published")


class Role(models.TextChoices):
    """What a person may do for an institution, through a membership."""

    OFFICIAL = "official", pgettext_lazy("role", "Official")
    COORDINATOR = "coordinator", _("Coordinator")
    SECRETARIAT = "secretariat", _("Secretariat")
    ADMINISTRATOR = "administrator", _("Administrator")

    @property
    def needs_party(self) -> bool:
        return self in (Role.OFFICIAL, Role.COORDINATOR)


JOINT = "joint"  # beside the roles: what the parties changed together


class Act(models.TextChoices):
    """What a ledger entry records. Values stand in the ledger for ever."""

    OPEN_PLAN = "open-plan", _("The plan was opened")
    REGISTER = "register", _("Reference data was entered")
    ADD_COMMITMENT = "add-commitment", _("A commitment was entered")
    CHANGE_COMMITMENT = "change-commitment", _("A commitment was changed")
    ADD_ENTRY = "add-entry", _("A record entry was published")
    CHANGE_ENTRY = "change-entry", _("A record entry was changed")
    ADD_MEETING = "add-meeting", _("A meeting was entered")
    CHANGE_MEETING = "change-meeting", _("A meeting was changed")
    PUBLISH_READING = "publish-reading", _("A reading was published")
    PUBLISH_REPORT = "publish-report", _("A report was published")
    CORRECT_REPORT = "correct-report", _("A report was corrected")
    RECORD_DECISION = "record-decision", _("A decision was recorded")
    WITHDRAW = "withdraw", _("Something was withdrawn")
    ACCEPT_PLAN = "accept-plan", _("The parties accepted the plan")
    RECORD_MINUTES = "record-minutes", _("Minutes of a meeting were agreed")
    CONFIRM_REPORT = "confirm-report", _("A report entered on behalf was confirmed")
    PUBLISH_TRANSLATION = "publish-translation", _("A translation was published")
    PUBLISH_NARRATIVE = "publish-narrative", _("A party’s summary was published")
    ANSWER = "answer", _("A party answered")
    SIGN = "sign", _("A party signed the ledger")
    CLOSE_PERIOD = "close-period", _("A reporting period was closed")
    ROTATE_KEY = "rotate-key", _("The site’s key was set")
    REDACT = "redact", _("A text was redacted")

    @property
    def is_human(self) -> bool:
        """Done by a person to the record: only such an act is a change of it."""
        return self not in (Act.ROTATE_KEY, Act.CLOSE_PERIOD)

    @property
    def as_proposed(self) -> object:
        """What it is called before it is done."""
        return AS_PROPOSED.get(self, self.label)


AS_PROPOSED = {
    Act.ACCEPT_PLAN: _("Acceptance of the plan"),
    Act.ADD_COMMITMENT: _("New commitment"),
    Act.CHANGE_COMMITMENT: _("Change to a commitment"),
    Act.ADD_ENTRY: _("New record entry"),
    Act.CHANGE_ENTRY: _("Change to a record entry"),
    Act.ADD_MEETING: _("New meeting"),
    Act.CHANGE_MEETING: _("Change to a meeting"),
    Act.PUBLISH_READING: pgettext_lazy("of the record", "Reading"),
    Act.RECORD_MINUTES: _("Minutes of a meeting"),
    Act.REDACT: _("Redaction"),
}


class ProposalState(models.TextChoices):
    """What became of a proposal to all parties of a plan."""

    OPEN = "open", pgettext_lazy("proposal", "Open")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Withdrawn")
    LAPSED = "lapsed", _("Lapsed")

    @property
    def is_final(self) -> bool:
        return self is not ProposalState.OPEN


class Verdict(models.TextChoices):
    """What a party says to a proposal."""

    ACCEPT = "accept", _("Accepts")
    REFUSE = "refuse", _("Refuses")
    NOTE = "note", _("Takes note")

"""The life of a report before it is public: saved, submitted, withdrawn, returned, shared."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.access import Rights
from tracker.actions.guarding import coordinator, report_reader, reporter
from tracker.actions.publication import check
from tracker.actions.refusals import Conflict, Refusal
from tracker.actions.report_checks import (
    published_by,
    refuse_faults,
    refuse_unreportable,
    report_corrected,
)
from tracker.actions.report_rows import (
    NOTE_LENGTH,
    SAVED_MEANWHILE,
    keep_version,
    locked,
    new_report,
    open_report,
    record_event,
    replace_evidence,
    saved_itself,
    says,
    store,
)
from tracker.models import (
    Commitment,
    Membership,
    Party,
    ReportComment,
    ReportingPeriod,
    StatusReport,
)
from tracker.rules.dates import end_of_day
from tracker.vocabulary import ReportAct, ReportState

PUBLISHED_MEANWHILE = gettext_lazy(
    "This report was published after you opened it. What you save now becomes its correction."
)


@dataclass(frozen=True)
class ReportContent:
    """What a person wrote: values and evidence rows by field name, the report contested."""

    values: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    contests: StatusReport | None = None


def save_report(
    *,
    commitment: Commitment,
    party: Party,
    period: ReportingPeriod,
    content: ReportContent,
    version: int,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
    on_behalf: bool = False,
    automatic: bool = False,
) -> StatusReport:
    """Save the party's draft; the first save starts it. Half-filled drafts are welcome.

    `version` is the one the person opened (0 for a new report), `act_id` that of the report it was
    the version of. `on_behalf` is the secretariat, entering what the party wrote. Raises Conflict
    when a colleague saved in the meantime, Refusal where no report may be made.
    """
    membership = reporter(rights, party, commitment, on_behalf=on_behalf)
    refuse_unreportable(commitment, party, period, at)
    _refuse_contest_of_another_thing(content.contests, commitment, party)
    with transaction.atomic():
        report = open_report(commitment, party, period, on_behalf=on_behalf)
        if version and (report is None or report.act_id != act_id):
            raise Conflict(PUBLISHED_MEANWHILE)  # and now perhaps somebody corrects it
        if report is None:
            report = new_report(
                commitment, party, period, membership, at, act_id, on_behalf=on_behalf
            )
        elif not ReportState(report.state).is_editable:
            raise Refusal(_("This report is submitted. Withdraw it before you change it."))
        elif report.version != version:
            if report.version == version + 1 and _is_stored(report, content):
                return report  # sent twice
            if not saved_itself(report, membership, version, at):
                raise Conflict(SAVED_MEANWHILE)
        for name, value in content.values.items():
            setattr(report, name, value)
        report.contests, report.repeats = content.contests, None
        report.corrects = report_corrected(report, published_by(party, commitment))
        report.version, report.saved_at = report.version + 1, at
        check(report)
        store(report)
        replace_evidence(report, content.evidence)
        keep_version(report, membership, at, automatic=automatic)
    return report


def _is_stored(report: StatusReport, content: ReportContent) -> bool:
    return report.contests == content.contests and says(report, content.values, content.evidence)


def submit_report(report: StatusReport, *, rights: Rights, at: dt.datetime) -> None:
    """Hand the report to the party's coordinator, if its level's gate is met."""
    membership = _reporter_of(report, rights)
    with transaction.atomic():
        report = locked(report)
        if not ReportState(report.state).is_editable:
            raise Refusal(_("This report is submitted already."))
        wording = refuse_unreportable(report.commitment, report.party, report.period, at)
        refuse_faults(report, at, wording)
        report.state, report.submitted_at = ReportState.SUBMITTED, at
        report.save(update_fields=["state", "submitted_at"])
        record_event(report, ReportAct.SUBMITTED, membership, at)


def withdraw_report(report: StatusReport, *, rights: Rights, at: dt.datetime) -> None:
    """Take a submitted report back into work."""
    membership = _reporter_of(report, rights)
    move(report, ReportState.DRAFT, ReportAct.WITHDRAWN, membership, at)


def return_report(
    report: StatusReport,
    *,
    note: str,
    field_notes: Mapping[str, str] | None = None,
    rights: Rights,
    at: dt.datetime,
) -> None:
    """Send a submitted report back with notes that only the party's own side reads.

    `note` is on the whole, `field_notes` on single texts, by their name.
    """
    membership = coordinator(rights, report.party)
    if not note.strip() and not any(text.strip() for text in (field_notes or {}).values()):
        raise Refusal(_("Say what has to change."), {"note": [_("Write a note to the author.")]})
    move(
        report,
        ReportState.RETURNED,
        ReportAct.RETURNED,
        membership,
        at,
        note=note,
        field_notes=field_notes,
    )


def share_report(report: StatusReport, *, rights: Rights, at: dt.datetime) -> StatusReport:
    """Let the other parties' coordinators read a submitted report before it is public.

    For the plan's courtesy days. What they answer stays between the two sides.
    """
    membership = coordinator(rights, report.party)
    with transaction.atomic():
        report = locked(report)
        if report.state not in (ReportState.SUBMITTED, ReportState.SCHEDULED):
            raise Refusal(_("Only a submitted report can be shared."))
        if report.shared_at:
            raise Refusal(_("This report is shared already."))
        plan = report.commitment.plan
        last = plan.today(at) + dt.timedelta(days=plan.courtesy_days)
        report.shared_at, report.shared_until = at, end_of_day(last, plan.time_zone)
        report.save(update_fields=["shared_at", "shared_until"])
        record_event(report, ReportAct.SHARED, membership, at)
    return report


def comment_report(
    report: StatusReport, *, text: str, rights: Rights, at: dt.datetime, act_id: uuid.UUID
) -> ReportComment:
    """Say something to the authors of an unpublished report: of one's own side, or shared with it.

    Sent twice is said once.
    """
    membership = report_reader(rights, report, at)
    if not text.strip():
        raise Refusal(_("Write the comment first."), {"text": [_("This is empty.")]})
    if len(text) > NOTE_LENGTH:
        raise Refusal(
            _("The comment is too long."), {"text": [_("Keep it under 20,000 characters.")]}
        )
    words: dict[str, Any] = {
        "report": report,
        "author": membership.user,
        "institution": membership.institution,
        "party": membership.party,
        "at": at,
        "text": text,
    }
    said, _made = ReportComment.objects.get_or_create(act_id=act_id, defaults=words)
    return said


def move(
    report: StatusReport,
    after: ReportState,
    act: ReportAct,
    membership: Membership,
    at: dt.datetime,
    before: ReportState = ReportState.SUBMITTED,
    publish_at: dt.datetime | None = None,
    **notes: Any,
) -> StatusReport:
    """Take a report from one state to the next. Back in work, it is shared no more."""
    with transaction.atomic():
        report = locked(report)
        if report.state != before:
            raise Refusal(
                _("This report is not in the state “%(state)s”.") % {"state": before.label}
            )
        report.state = after
        report.publish_at = publish_at
        report.scheduled_by = membership.user if publish_at else None
        if after.is_editable:
            report.shared_at = report.shared_until = None
        report.save(
            update_fields=["state", "publish_at", "scheduled_by", "shared_at", "shared_until"]
        )
        record_event(report, act, membership, at, **notes)
    return report


def _reporter_of(report: StatusReport, rights: Rights) -> Membership:
    return reporter(rights, report.party, report.commitment, on_behalf=report.on_behalf)


def _refuse_contest_of_another_thing(
    contested: StatusReport | None, commitment: Commitment, party: Party
) -> None:
    if contested is None:
        return
    is_theirs = contested.is_published and contested.party != party
    if contested.commitment_id != commitment.pk or not is_theirs:
        raise Refusal(_("There is no published report of another party to contest here."))

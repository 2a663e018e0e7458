"""How a report becomes public, and what follows it: now, at a set time, by saying the same."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.access import Rights, rights_of
from tracker.actions.due import do_each
from tracker.actions.guarding import coordinator, publisher, reporter, secretariat
from tracker.actions.publication import AlreadyDone, Publication, check, publication
from tracker.actions.refusals import Refusal
from tracker.actions.report_checks import (
    latest_report,
    published_by,
    refuse_faults,
    refuse_unreportable,
    report_corrected,
)
from tracker.actions.report_rows import (
    PUBLICATION_COLUMNS,
    keep_version,
    locked,
    make_public,
    new_report,
    record_event,
    refuse_own_words,
    store,
    subject_of,
)
from tracker.actions.reports import move
from tracker.models import (
    Commitment,
    Membership,
    Party,
    ReportConfirmation,
    ReportingPeriod,
    ReportTranslation,
    StatusReport,
)
from tracker.models.reports import TEXTS
from tracker.vocabulary import Act, Level, ReportAct, ReportState, Role

log = structlog.get_logger()


def publish_report(
    report: StatusReport, *, rights: Rights, at: dt.datetime, act_id: uuid.UUID
) -> StatusReport:
    """Make a submitted report public, by a coordinator who did not write it.

    What the secretariat entered on behalf of a party may also be published by a second member of
    the secretariat; it is then shown as not confirmed by the party.
    """
    membership = publisher(rights, report)
    return _publish(report, membership, ReportState.SUBMITTED, at, act_id)


def _publish(
    report: StatusReport,
    membership: Membership,
    before: ReportState,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> StatusReport:
    with publication(
        report.commitment.plan,
        act=Act.PUBLISH_REPORT,
        subject=subject_of(report.commitment, report.party, report.period),
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        report = locked(report, membership.user)
        commitment = report.commitment
        if report.state != before:
            raise Refusal(_("Only a submitted report can be published."))
        refuse_own_words(report, membership)
        wording = refuse_unreportable(commitment, report.party, report.period, at)
        told = list(published_by(report.party, commitment))
        refuse_faults(report, at, wording, told)
        record_event(report, ReportAct.PUBLISHED, membership, record.at)
        # Asked again: since it was saved, a concurrence may have been published for the period.
        report.corrects = report_corrected(report, told)
        if report.corrects:
            _refuse_untold_correction(report)
            record.act = Act.CORRECT_REPORT
        make_public(report, membership, record.at)
        report.save(update_fields=PUBLICATION_COLUMNS)
        for row in [report, *report.evidence.all()]:
            record.note(row)
        record.restate(commitment)
    return report


def _refuse_untold_correction(report: StatusReport) -> None:
    """The other side learns of a correction before the public does."""
    others = report.commitment.plan.parties.exclude(pk=report.party_id)
    if others.exists() and report.shared_at is None:
        raise Refusal(
            _("This corrects a published report: share it with the other side before it is public.")
        )


# At a set time


def schedule_report(
    report: StatusReport, *, publish_at: dt.datetime, rights: Rights, at: dt.datetime
) -> StatusReport:
    """Approve a submitted report for a set time. `publish_due` makes it public then, or soon after.

    Raises Refusal for a time in the past or after the period's close.
    """
    membership = coordinator(rights, report.party)
    plan = report.commitment.plan
    if publish_at <= at:
        raise Refusal(_("This time has passed."), {"publish_at": [_("Choose a later time.")]})
    if plan.today(publish_at) > report.period.closes_on:
        raise Refusal(
            _("The period is closed by then."),
            {"publish_at": [_("Choose a time before the period closes.")]},
        )
    with transaction.atomic():
        report = locked(report, membership.user)
        refuse_own_words(report, membership)
        wording = refuse_unreportable(report.commitment, report.party, report.period, at)
        refuse_faults(report, at, wording)
        return move(
            report,
            ReportState.SCHEDULED,
            ReportAct.SCHEDULED,
            membership,
            at,
            publish_at=publish_at,
        )


def stop_publication(report: StatusReport, *, rights: Rights, at: dt.datetime) -> None:
    """Take back the approval of a report whose time has not come."""
    membership = coordinator(rights, report.party)
    move(
        report,
        ReportState.SUBMITTED,
        ReportAct.STOPPED,
        membership,
        at,
        before=ReportState.SCHEDULED,
    )


def publish_due(at: dt.datetime) -> list[StatusReport]:
    """Publish every report whose time has come. Repeatable; a missed run catches up.

    Each by the person who approved it, if they still may; one that no longer can be published goes
    back to the coordinators with the reason.
    """
    due = StatusReport.objects.filter(state=ReportState.SCHEDULED, publish_at__lte=at)
    rows = due.select_related("commitment__plan", "party", "period", "scheduled_by")
    return do_each(rows.order_by("publish_at", "pk"), lambda report: _publish_one(report, at))


def _publish_one(report: StatusReport, at: dt.datetime) -> bool:
    membership = rights_of(report.scheduled_by, at.date()).as_coordinator(report.party)
    if membership is None:
        _stop(report, at, _("The person who approved it is no longer a coordinator."))
        return False
    try:
        _publish(
            report, membership, ReportState.SCHEDULED, at, uuid.uuid5(report.act_id, "publish")
        )
    except AlreadyDone:
        return False
    except Refusal as refusal:
        sentences = [str(one) for many in refusal.fields.values() for one in many]
        _stop(report, at, " ".join([str(refusal.sentence), *sentences]))
        return False
    return True


def _stop(report: StatusReport, at: dt.datetime, why: str) -> None:
    """In the name of the person who approved it: they find it in their queue again."""
    approver = Membership(user=report.scheduled_by, role=Role.COORDINATOR, party=report.party)
    move(
        report,
        ReportState.SUBMITTED,
        ReportAct.STOPPED,
        approver,
        at,
        before=ReportState.SCHEDULED,
        note=why,
    )
    log.warning("publication-stopped", report=report.pk)


# Saying the same


def concur_with_report(
    other: StatusReport, *, party: Party, rights: Rights, at: dt.datetime, act_id: uuid.UUID
) -> StatusReport:
    """Publish the party's own report at the same position, naming the one concurred with.

    One act of a coordinator. Its text is the other party's report, written by someone else: the
    coordinator is its second reader.
    """
    membership = coordinator(rights, party)
    commitment, period = other.commitment, _answering_period(other, at)
    with publication(
        commitment.plan,
        act=Act.PUBLISH_REPORT,
        subject=subject_of(commitment, party, period),
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        other = locked(other, membership.user)
        commitment = other.commitment
        refuse_unreportable(commitment, party, period, record.at)
        _refuse_concurrence(other, party, period)
        refuse_own_words(other, membership)
        report = StatusReport(
            commitment=commitment,
            party=party,
            period=period,
            act_id=act_id,
            **_position_of(other),
            effective_on=other.effective_on,
            action_on=other.action_on,
            concurs_with=other,
            author=None,
            author_institution=membership.institution,
            started_at=record.at,
            saved_at=record.at,
        )
        _put_public(record, report, membership)
    return report


def repeat_report(
    *,
    commitment: Commitment,
    party: Party,
    period: ReportingPeriod,
    effective_on: dt.date,
    action_on: dt.date | None,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> StatusReport:
    """Report "no change since last report": same position, with the day of the last action.

    It is handed to the coordinators like any report, and published by another person. Sent twice
    is done once.
    """
    membership = reporter(rights, party, commitment)
    with transaction.atomic():
        known = StatusReport.objects.filter(act_id=act_id).first()
        if known:
            return known
        wording = refuse_unreportable(commitment, party, period, at)
        last = _repeatable(commitment, party, period)
        report = new_report(
            commitment,
            party,
            period,
            membership,
            at,
            act_id,
            **_position_of(last),
            effective_on=effective_on,
            action_on=action_on,
            repeats=last.repeats or last.concurs_with or last,
            version=1,
            state=ReportState.SUBMITTED,
            submitted_at=at,
        )
        refuse_faults(report, at, wording)
        check(report)
        store(report)
        keep_version(report, membership, at, automatic=False)
        record_event(report, ReportAct.SUBMITTED, membership, at)
    return report


def _repeatable(commitment: Commitment, party: Party, period: ReportingPeriod) -> StatusReport:
    """The party's last report, which may be said to hold still for the period."""
    last = latest_report(commitment, party)
    if last is None:
        raise Refusal(_("Your side has not reported yet: there is nothing that has not changed."))
    if last.period.starts_on >= period.starts_on:
        raise Refusal(_("Your side has reported for this period or a later one already."))
    if Level(last.level).is_final:
        raise Refusal(_("What is completed needs no further report."))
    open_one = commitment.reports.unpublished().filter(party=party, period=period, on_behalf=False)
    if open_one.exists():
        raise Refusal(_("Your side is writing a report for this period already: go on with it."))
    return last


def _position_of(report: StatusReport) -> dict[str, Any]:
    """What a report says that has the same position as another."""
    names = ("level", "confidence", "reason_code", "step_on", "resumes_on")
    return {name: getattr(report, name) for name in names}


def _put_public(record: Publication, report: StatusReport, membership: Membership) -> None:
    """Store a report that is public from its first moment."""
    make_public(report, membership, record.at)
    check(report)
    report.save()
    record.note(report)
    record.restate(report.commitment)


def _answering_period(other: StatusReport, at: dt.datetime) -> ReportingPeriod:
    """The period of the report answered while it is open, else the newest that is."""
    day = other.commitment.plan.today(at)
    reportable = other.commitment.plan.periods.reportable(day)
    period = reportable.filter(pk=other.period_id).first() or reportable.last()
    if period is None:
        raise Refusal(_("No reporting period is open."))
    return period


def _refuse_concurrence(other: StatusReport, party: Party, period: ReportingPeriod) -> None:
    """Raise Refusal where concurring would say nothing: the report is not there to be answered."""
    if other.party == party or not other.is_published:
        raise Refusal(_("You can concur only with a published report of another party."))
    if other.concurs_with_id:
        raise Refusal(_("This report only concurs with another: there is nothing to concur with."))
    if latest_report(other.commitment, other.party) != other:
        raise Refusal(_("This is no longer the other party’s latest report."))
    own = latest_report(other.commitment, party)
    if own and own.concurs_with_id == other.pk:
        raise Refusal(_("Your side concurs with this report already."))
    if own and own.period.starts_on > period.starts_on:
        raise Refusal(_("Your side has reported for a later period already."))


# What follows


def confirm_report(
    report: StatusReport, *, rights: Rights, at: dt.datetime, act_id: uuid.UUID
) -> ReportConfirmation:
    """Stand by a report that the secretariat entered and published on the party's behalf."""
    membership = coordinator(rights, report.party)
    if not (report.is_published and report.on_behalf):
        raise Refusal(_("Only a report entered on behalf of your side is confirmed."))
    with publication(
        report.commitment.plan,
        act=Act.CONFIRM_REPORT,
        subject=subject_of(report.commitment, report.party, report.period),
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        if report.confirmations.exists() or report.published_institution_id:
            raise Refusal(_("Your side stands by this report already."))
        confirmation = ReportConfirmation(report=report, institution=membership.institution)
        record.put(confirmation)
    return confirmation


def publish_translation(
    report: StatusReport,
    *,
    language: str,
    texts: Mapping[str, str],
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> ReportTranslation:
    """Publish the texts of a public report in one more language, or replace a translation.

    By its own side or the secretariat; shown as unofficial. Raises Refusal unless every text of
    the report is translated.
    """
    membership = rights.as_reporter(report.party, report.commitment) or secretariat(rights)
    _refuse_translation(report, language, texts)
    with publication(
        report.commitment.plan,
        act=Act.PUBLISH_TRANSLATION,
        subject=subject_of(report.commitment, report.party, report.period),
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        stored = report.translations.open().filter(language=language).first()
        row = stored or ReportTranslation(report=report, language=language)
        row.translator_role, row.institution = membership.role, membership.institution
        for name in TEXTS:
            setattr(row, name, texts.get(name, ""))
        record.put(row)
    return row


def _refuse_translation(report: StatusReport, language: str, texts: Mapping[str, str]) -> None:
    if not report.is_published:
        raise Refusal(_("Only a published report is translated."))
    wanted = [name for name in TEXTS if getattr(report, name)]
    if not wanted or any(getattr(report, f"{name}_{language}") for name in wanted):
        raise Refusal(_("The report has its own text in this language."))
    missing = [name for name in wanted if not texts.get(name, "").strip()]
    if missing:
        raise Refusal(
            _("Translate every text of the report."),
            {name: [_("This text is not translated yet.")] for name in missing},
        )

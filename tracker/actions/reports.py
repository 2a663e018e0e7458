"""The life of a report: saved, submitted, withdrawn, returned, published, concurred with."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.access import Rights
from tracker.actions.guarding import coordinator, reporter
from tracker.actions.publication import check, publication
from tracker.actions.refusals import Conflict, Forbidden, Refusal
from tracker.models import (
    Commitment,
    Evidence,
    Membership,
    Party,
    ReportEvent,
    ReportingPeriod,
    StatusReport,
    Wording,
)
from tracker.models.reports import TEXTS
from tracker.rules.gates import Fault, ReportFacts, faults
from tracker.vocabulary import Act, Confidence, Kind, Level, ReportAct, ReportState

log = structlog.get_logger()

NOTE_LENGTH = 20_000
SAVED_MEANWHILE = gettext_lazy("A colleague saved this report after you opened it.")
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
) -> StatusReport:
    """Save the party's draft; the first save starts it. Half-filled drafts are welcome.

    `version` is the one the person opened (0 for a new report). Raises Conflict when a colleague
    saved in the meantime, Refusal where no report may be made.
    """
    membership = reporter(rights, party, commitment)
    refuse_unreportable(commitment, party, period, at)
    _refuse_contest_of_another_thing(content.contests, commitment, party)
    with transaction.atomic():
        report = _open_report(commitment, party, period)
        if report is None and version:
            raise Conflict(PUBLISHED_MEANWHILE)
        if report is None:
            report = _new_report(commitment, party, period, membership, at, act_id)
        elif not ReportState(report.state).is_editable:
            raise Refusal(_("This report is submitted. Withdraw it before you change it."))
        elif report.version != version:
            if report.version == version + 1 and _says(report, content):
                return report  # sent twice
            raise Conflict(SAVED_MEANWHILE)
        for name, value in content.values.items():
            setattr(report, name, value)
        report.contests = content.contests
        report.corrects = _corrected(report)
        report.version, report.saved_at = report.version + 1, at
        check(report)
        _store(report)
        _replace_evidence(report, content.evidence)
        _event(report, ReportAct.SAVED, membership, at)
    return report


def submit_report(report: StatusReport, *, rights: Rights, at: dt.datetime) -> None:
    """Hand the report to the party's coordinator, if its level's gate is met."""
    membership = reporter(rights, report.party, report.commitment)
    with transaction.atomic():
        report = _locked(report)
        if not ReportState(report.state).is_editable:
            raise Refusal(_("This report is submitted already."))
        wording = refuse_unreportable(report.commitment, report.party, report.period, at)
        refuse_faults(report, at, wording)
        report.state, report.submitted_at = ReportState.SUBMITTED, at
        report.save(update_fields=["state", "submitted_at"])
        _event(report, ReportAct.SUBMITTED, membership, at)


def withdraw_report(report: StatusReport, *, rights: Rights, at: dt.datetime) -> None:
    """Take a submitted report back into work."""
    membership = reporter(rights, report.party, report.commitment)
    _move(report, ReportState.SUBMITTED, ReportState.DRAFT, ReportAct.WITHDRAWN, membership, at)


def return_report(report: StatusReport, *, note: str, rights: Rights, at: dt.datetime) -> None:
    """Send a submitted report back with a note that only the party's own side reads."""
    membership = coordinator(rights, report.party)
    if not note.strip():
        raise Refusal(_("Say what has to change."), {"note": [_("Write a note to the author.")]})
    _move(
        report,
        ReportState.SUBMITTED,
        ReportState.RETURNED,
        ReportAct.RETURNED,
        membership,
        at,
        note,
    )


def publish_report(
    report: StatusReport, *, rights: Rights, at: dt.datetime, act_id: uuid.UUID
) -> StatusReport:
    """Make a submitted report public, by a coordinator who did not write it."""
    membership = coordinator(rights, report.party)
    with publication(
        report.commitment.plan,
        act=Act.PUBLISH_REPORT,
        subject=_subject(report.commitment, report.party, report.period),
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        report = _locked(report)
        commitment = report.commitment
        if report.state != ReportState.SUBMITTED:
            raise Refusal(_("Only a submitted report can be published."))
        _refuse_own_words(report, membership)
        wording = refuse_unreportable(commitment, report.party, report.period, at)
        refuse_faults(report, at, wording)
        _event(report, ReportAct.PUBLISHED, membership, record.at)
        # Asked again: since it was saved, a concurrence may have been published for the period.
        report.corrects = _corrected(report)
        if report.corrects:
            record.act = Act.CORRECT_REPORT
        _make_public(report, membership, record.at)
        report.save(update_fields=PUBLICATION_COLUMNS)
        for row in [report, *report.evidence.all()]:
            record.note(row)
        record.restate(commitment)
    return report


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
        subject=_subject(commitment, party, period),
        membership=membership,
        at=at,
        act_id=act_id,
    ) as record:
        other = _locked(other)
        commitment = other.commitment
        refuse_unreportable(commitment, party, period, record.at)
        _refuse_concurrence(other, party, period)
        _refuse_own_words(other, membership)
        report = StatusReport(
            commitment=commitment,
            party=party,
            period=period,
            act_id=act_id,
            level=other.level,
            confidence=other.confidence,
            effective_on=other.effective_on,
            action_on=other.action_on,
            step_on=other.step_on,
            resumes_on=other.resumes_on,
            reason_code=other.reason_code,
            concurs_with=other,
            author=None,
            author_institution=membership.institution,
            started_at=record.at,
            saved_at=record.at,
        )
        _make_public(report, membership, record.at)
        check(report)
        report.save()
        record.note(report)
        record.restate(commitment)
    return report


def latest_report(commitment: Commitment, party: Party) -> StatusReport | None:
    """The published report of a party that counts today."""
    return (
        commitment.reports.published()
        .filter(party=party)
        .order_by("-period__starts_on", "-published_at", "-pk")
        .first()
    )


def refuse_unreportable(
    commitment: Commitment, party: Party, period: ReportingPeriod, at: dt.datetime
) -> Wording:
    """The wording to report on; raises Refusal where no report can be made for the period."""
    if party not in commitment.reporting_parties.all():
        raise Refusal(
            _("No report of %(party)s is due on %(reference)s.")
            % {"party": party.name, "reference": commitment.reference}
        )
    if commitment.superseded_by_id:
        raise Refusal(
            _("%(reference)s was superseded by %(other)s: report there.")
            % {"reference": commitment.reference, "other": commitment.superseded_by}
        )
    wording = commitment.wordings.open().first()
    if wording is None:
        raise Refusal(_("%(reference)s was withdrawn.") % {"reference": commitment.reference})
    day = commitment.plan.today(at)
    if period.plan_id != commitment.plan_id or period.starts_on > day:
        raise Refusal(_("%(period)s has not begun.") % {"period": period})
    if period.is_closed(day):
        raise Refusal(_("%(period)s is closed: report for the next period.") % {"period": period})
    return wording


def refuse_faults(report: StatusReport, at: dt.datetime, wording: Wording) -> None:
    """Raise Refusal with one sentence per field where the gate of the level is not met."""
    found = submission_faults(report, at, wording)
    if not found:
        return
    fields: dict[str, list[Any]] = {}
    for fault in found:
        fields.setdefault(fault.field, []).append(fault.sentence)
    raise Refusal(_("The report cannot be submitted yet."), fields)


def submission_faults(
    report: StatusReport, at: dt.datetime, wording: Wording | None = None
) -> list[Fault]:
    """What stands against submitting, gate of the level and contest alike."""
    found = faults(facts_of(report, at, wording))
    if report.contests_id is None:
        return found
    if not report.contest_reason:
        found.append(Fault("contest_reason", _("Say why you contest the report.")))
    contested = report.contests
    if contested and (report.level, report.confidence) == (contested.level, contested.confidence):
        found.append(
            Fault("level", _("A contest takes another position; with the same one, concur."))
        )
    return found


def facts_of(report: StatusReport, at: dt.datetime, wording: Wording | None = None) -> ReportFacts:
    """A report as the gates see it. `wording` is the one in force, looked up if it is not given."""
    commitment, plan = report.commitment, report.commitment.plan
    wording = wording or commitment.wordings.open().first()
    return ReportFacts(
        level=Level(report.level) if report.level else None,
        confidence=Confidence(report.confidence) if report.confidence else None,
        day=plan.today(at),
        announced_on=plan.announced_on,
        period_ends_on=report.period.ends_on,
        plan_ends_on=plan.axis_ends_on,
        kind=Kind(commitment.kind),
        has_completion_test=bool(wording and wording.completion_test),
        effective_on=report.effective_on,
        action_on=report.action_on,
        step_on=report.step_on,
        resumes_on=report.resumes_on,
        has_done=bool(report.done),
        has_next_step=bool(report.next_step),
        has_missing=bool(report.missing),
        has_reason=bool(report.reason_code),
        has_corrective_action=bool(report.corrective_action),
        evidence=len(report.evidence.all()) if report.pk else 0,
        lacking_languages=lacking_languages(report),
    )


def lacking_languages(report: StatusReport) -> tuple[tuple[str, str], ...]:
    """Texts that are written, but not in every publication language of the party."""
    return tuple(
        (name, code)
        for name in TEXTS
        if getattr(report, name)
        for code in report.party.publication_languages
        if not getattr(report, f"{name}_{code}")
    )


def _open_report(
    commitment: Commitment, party: Party, period: ReportingPeriod
) -> StatusReport | None:
    return (
        StatusReport.objects.unpublished()
        .select_for_update(of=("self",))
        .select_related("commitment__plan", "party", "period")
        .filter(commitment=commitment, party=party, period=period)
        .first()
    )


def _locked(report: StatusReport) -> StatusReport:
    return (
        StatusReport.objects.select_for_update(of=("self",))
        .select_related(
            "commitment__plan", "party", "period__plan", "contests", "author_institution"
        )
        .prefetch_related("evidence", "commitment__reporting_parties")
        .get(pk=report.pk)
    )


def _new_report(
    commitment: Commitment,
    party: Party,
    period: ReportingPeriod,
    membership: Membership,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> StatusReport:
    return StatusReport(
        commitment=commitment,
        party=party,
        period=period,
        act_id=act_id,
        author=membership.user,
        author_institution=membership.institution,
        started_at=at,
        saved_at=at,
    )


def _store(report: StatusReport) -> None:
    """Save; a colleague who started the same report in the same moment came first."""
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as error:
        raise Conflict(SAVED_MEANWHILE) from error


def _says(report: StatusReport, content: ReportContent) -> bool:
    """Whether the stored report holds exactly this content."""
    rows = list(report.evidence.all())
    return (
        all(getattr(report, name) == value for name, value in content.values.items())
        and report.contests == content.contests
        and len(rows) == len(content.evidence)
        and all(
            getattr(row, name) == value
            for row, values in zip(rows, content.evidence, strict=True)
            for name, value in values.items()
        )
    )


def _corrected(report: StatusReport) -> StatusReport | None:
    """The party's published report for the same period, which this one would correct."""
    published = StatusReport.objects.published().filter(
        commitment=report.commitment, party=report.party, period=report.period
    )
    return published.order_by("-published_at", "-pk").first()


def _replace_evidence(report: StatusReport, rows: Sequence[Mapping[str, Any]]) -> None:
    report.evidence.all().delete()
    for position, values in enumerate(rows, start=1):
        row = Evidence(report=report, position=position, **values)
        check(row)
        row.save()


def _move(
    report: StatusReport,
    before: ReportState,
    after: ReportState,
    act: ReportAct,
    membership: Membership,
    at: dt.datetime,
    note: str = "",
) -> None:
    with transaction.atomic():
        report = _locked(report)
        if report.state != before:
            raise Refusal(
                _("This report is not in the state “%(state)s”.") % {"state": before.label}
            )
        report.state = after
        report.save(update_fields=["state"])
        _event(report, act, membership, at, note)


def _refuse_own_words(report: StatusReport, membership: Membership) -> None:
    """Whoever wrote or saved a report does not publish it: a second person reads it first."""
    wrote = report.events.filter(act=ReportAct.SAVED, actor=membership.user).exists()
    if wrote or report.author_id == membership.user_id:
        raise Forbidden(_("You wrote this report: another coordinator must publish it."))


PUBLICATION_COLUMNS = [
    "state",
    "corrects",
    "published_by",
    "published_institution",
    "published_at",
]


def _make_public(report: StatusReport, membership: Membership, at: dt.datetime) -> None:
    report.state = ReportState.PUBLISHED
    report.published_by, report.published_institution = membership.user, membership.institution
    report.published_at = at


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


def _refuse_contest_of_another_thing(
    contested: StatusReport | None, commitment: Commitment, party: Party
) -> None:
    if contested is None:
        return
    is_theirs = contested.is_published and contested.party != party
    if contested.commitment_id != commitment.pk or not is_theirs:
        raise Refusal(_("There is no published report of another party to contest here."))


def _event(
    report: StatusReport, act: ReportAct, membership: Membership, at: dt.datetime, note: str = ""
) -> None:
    if len(note) > NOTE_LENGTH:
        raise Refusal(_("The note is too long."), {"note": [_("Keep it under 20,000 characters.")]})
    ReportEvent.objects.create(report=report, act=act, actor=membership.user, at=at, note=note)
    log.info("report", act=act.value, report=report.pk, person=membership.user_id)


def _subject(commitment: Commitment, party: Party, period: ReportingPeriod) -> str:
    return f"{commitment.reference} {party.code} {period.code}"

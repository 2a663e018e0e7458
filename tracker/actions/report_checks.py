"""What stands against a report: whether one can be made at all, and the gate of its level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.actions.refusals import Refusal
from tracker.models import Commitment, Party, ReportingPeriod, StatusReport, Wording
from tracker.models.reports import TEXTS
from tracker.rules.gates import Fault, ReportFacts, faults
from tracker.vocabulary import Confidence, Kind, Level


def published_on(commitment: Commitment) -> QuerySet[StatusReport]:
    """What was published on a commitment; the first of each party is the one that counts today."""
    rows = commitment.reports.published().select_related("period", "party")
    return rows.order_by("-period__starts_on", "-published_at", "-pk")


def published_by(party: Party, commitment: Commitment) -> QuerySet[StatusReport]:
    """The same of one party."""
    return published_on(commitment).filter(party=party)


def latest_report(commitment: Commitment, party: Party) -> StatusReport | None:
    """The published report of a party that counts today."""
    return published_by(party, commitment).first()


def report_corrected(report: StatusReport, before: Iterable[StatusReport]) -> StatusReport | None:
    """Of what the party published `before`, the report for the same period: it is corrected."""
    return next((one for one in before if one.period_id == report.period_id), None)


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
    if commitment.is_ended:
        raise Refusal(
            _("%(reference)s was closed by decision: nothing more is reported on it.")
            % {"reference": commitment.reference}
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


def refuse_faults(
    report: StatusReport,
    at: dt.datetime,
    wording: Wording,
    before: Sequence[StatusReport] | None = None,
) -> None:
    """Raise Refusal with one sentence per field where the gate of the level is not met."""
    found = faults_of(report, facts_of(report, at, wording, before))
    if not found:
        return
    fields: dict[str, list[Any]] = {}
    for fault in found:
        fields.setdefault(fault.field, []).append(fault.sentence)
    raise Refusal(_("The report cannot be submitted yet."), fields)


def faults_of(report: StatusReport, facts: ReportFacts) -> list[Fault]:
    """What stands against submitting, gate of the level and contest alike."""
    found = faults(facts)
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


def facts_of(
    report: StatusReport,
    at: dt.datetime,
    wording: Wording | None = None,
    before: Sequence[StatusReport] | None = None,
) -> ReportFacts:
    """A report as the gates see it. One that repeats another has that one's texts and evidence.

    `wording` is the one in force, `before` what the party has published on the commitment; both
    are looked up if they are not given.
    """
    commitment, plan = report.commitment, report.commitment.plan
    wording = wording or commitment.wordings.open().first()
    told = report.repeats or report
    if before is None:
        before = list(published_by(report.party, commitment))
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
        has_done=bool(told.done),
        has_next_step=bool(told.next_step),
        has_missing=bool(told.missing),
        has_reason=bool(report.reason_code),
        has_corrective_action=bool(told.corrective_action),
        evidence=len(told.evidence.all()) if told.pk else 0,
        lacking_languages=lacking_languages(report),
        last_level=Level(before[0].level) if before else None,
        corrects=report_corrected(report, before) is not None,
        has_change_reason=bool(report.change_reason),
        on_behalf=report.on_behalf,
        has_party_text=report.on_behalf and _has_party_text(report),
    )


def _has_party_text(report: StatusReport) -> bool:
    return bool(report.pk) and any(row.is_party_text for row in report.evidence.all())


def lacking_languages(report: StatusReport) -> tuple[tuple[str, str], ...]:
    """Texts that are written, but not in every publication language of the party."""
    return tuple(
        (name, code)
        for name in TEXTS
        if getattr(report, name)
        for code in report.party.publication_languages
        if not getattr(report, f"{name}_{code}")
    )

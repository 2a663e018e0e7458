"""The rows of a report: found and locked, started, saved with its evidence, made public."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.actions.evidence_files import keep_file
from tracker.actions.publication import check
from tracker.actions.refusals import Conflict, Forbidden, Refusal
from tracker.models import (
    Commitment,
    Evidence,
    Membership,
    Party,
    ReportEvent,
    ReportingPeriod,
    ReportSave,
    StatusReport,
    User,
)
from tracker.vocabulary import ReportAct, ReportState, Role

log = structlog.get_logger()

NOTE_LENGTH = 20_000
SAVED_MEANWHILE = gettext_lazy("A colleague saved this report after you opened it.")
AUTOMATIC_JUST_NOW = dt.timedelta(seconds=30)
AUTOMATIC_TOGETHER = dt.timedelta(minutes=10)  # automatic saves within it are kept as one

PUBLICATION_COLUMNS = [
    "state",
    "corrects",
    "published_by",
    "published_institution",
    "published_at",
]


def open_report(
    commitment: Commitment, party: Party, period: ReportingPeriod, *, on_behalf: bool
) -> StatusReport | None:
    """The unpublished report of a party for a period, locked."""
    return (
        StatusReport.objects.unpublished()
        .select_for_update(of=("self",))
        .select_related("commitment__plan", "party", "period")
        .filter(commitment=commitment, party=party, period=period, on_behalf=on_behalf)
        .first()
    )


def locked(report: StatusReport, reader: User | None = None) -> StatusReport:
    """The report as stored now, locked until the transaction ends.

    With a `reader`, whether that person ever saved it is asked along: see refuse_own_words.
    """
    saved = ReportSave.objects.filter(report=OuterRef("pk"), by=reader)
    return (
        StatusReport.objects.select_for_update(of=("self",))
        .annotate(saved_by_reader=Exists(saved))
        .select_related(
            "commitment__plan", "party", "period__plan", "contests", "author_institution"
        )
        .prefetch_related("evidence", "commitment__reporting_parties")
        .get(pk=report.pk)
    )


def new_report(
    commitment: Commitment,
    party: Party,
    period: ReportingPeriod,
    membership: Membership,
    at: dt.datetime,
    act_id: uuid.UUID,
    **columns: Any,
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
        **columns,
    )


def store(report: StatusReport) -> None:
    """Save; a colleague who started the same report in the same moment came first."""
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as error:
        raise Conflict(SAVED_MEANWHILE) from error


def replace_evidence(report: StatusReport, rows: Sequence[Mapping[str, Any]]) -> None:
    """The rows given instead of those stored. A row may bring a file, or name one it had."""
    there = {row.sha256: row for row in report.evidence.all() if row.sha256}
    report.evidence.all().delete()
    for position, values in enumerate(rows, start=1):
        row = Evidence(report=report, position=position, **_columns(values, there))
        check(row)
        row.save()


def _columns(values: Mapping[str, Any], there: Mapping[str, Evidence]) -> dict[str, Any]:
    """The columns of a row of evidence, with its file kept."""
    columns = dict(values)
    upload, kept = columns.pop("upload", None), columns.pop("sha256", "")
    if upload:
        sha256, name = keep_file(upload)
        return {**columns, "url": "", "sha256": sha256, "file": name, "file_name": upload.name}
    if kept and kept not in there:
        raise Refusal(_("This file is not there any more: attach it again."), {"evidence": []})
    if kept:
        before = there[kept]
        return {
            **columns, "url": "", "sha256": kept, "file": before.file.name,
            "file_name": before.file_name,
        }  # fmt: skip
    return columns


def says(report: StatusReport, values: Mapping[str, Any], rows: Sequence[Any]) -> bool:
    """Whether the stored report holds exactly this."""
    stored = list(report.evidence.all())
    return (
        all(getattr(report, name) == value for name, value in values.items())
        and len(stored) == len(rows)
        and all(
            not row.get("upload")
            and all(getattr(kept, name) == value for name, value in row.items() if name != "upload")
            for kept, row in zip(stored, rows, strict=True)
        )
    )


def keep_version(
    report: StatusReport, membership: Membership, at: dt.datetime, *, automatic: bool
) -> None:
    """Keep what the report says now beside its earlier versions."""
    last = report.saves.order_by("-version").first()
    values = {
        "values": _plain(report),
        "evidence": [evidence_words(row) for row in report.evidence.all()],
        "at": at,
    }
    together = (
        automatic
        and last is not None
        and last.is_automatic
        and last.by_id == membership.user_id
        and at - last.at < AUTOMATIC_TOGETHER
    )
    if together and last:
        report.saves.filter(pk=last.pk).update(version=report.version, **values)
        return
    ReportSave.objects.create(
        report=report,
        version=report.version,
        by=membership.user,
        is_automatic=automatic,
        **values,
    )


def saved_itself(
    report: StatusReport, membership: Membership, version: int, at: dt.datetime
) -> bool:
    """Whether the person's own form saved itself after `version`, a moment before they pressed."""
    last = report.saves.order_by("-version").first()
    return (
        last is not None
        and last.is_automatic
        and last.by_id == membership.user_id
        and report.version == version + 1
        and at - report.saved_at < AUTOMATIC_JUST_NOW
    )


def _plain(report: StatusReport) -> dict[str, str]:
    """What a person can write in a report, as text, by column."""
    names = [
        field.name
        for field in report._meta.concrete_fields
        if field.name in WRITTEN or field.name[:-3] in WRITTEN_TEXTS
    ]
    return {name: str(getattr(report, name) or "") for name in names}


def evidence_words(row: Evidence) -> list[str]:
    return [row.title, row.url or row.sha256, row.language, str(row.dated_on)]


WRITTEN = frozenset(
    {"level", "confidence", "reason_code", "effective_on", "action_on", "step_on", "resumes_on"}
)
WRITTEN_TEXTS = frozenset(
    {
        "done", "obstacles", "next_step", "missing", "corrective_action", "contest_reason",
        "change_reason",
    }
)  # fmt: skip


def record_event(
    report: StatusReport,
    act: ReportAct,
    membership: Membership,
    at: dt.datetime,
    note: str = "",
    field_notes: Mapping[str, str] | None = None,
) -> None:
    """Keep a step of the report's life, with its notes. Raises Refusal for an endless note."""
    notes = {name: text for name, text in (field_notes or {}).items() if text.strip()}
    if any(len(text) > NOTE_LENGTH for text in (note, *notes.values())):
        raise Refusal(_("The note is too long."), {"note": [_("Keep it under 20,000 characters.")]})
    ReportEvent.objects.create(
        report=report, act=act, actor=membership.user, at=at, note=note, field_notes=notes
    )
    log.info("report", act=act.value, report=report.pk, person=membership.user_id)


def refuse_own_words(report: StatusReport, membership: Membership) -> None:
    """Whoever wrote or saved a report does not publish it: a second person reads it first.

    The report is one that was locked for this person.
    """
    if report.saved_by_reader or report.author_id == membership.user_id:  # type: ignore[attr-defined]
        raise Forbidden(_("You wrote this report: another coordinator must publish it."))


def make_public(report: StatusReport, membership: Membership, at: dt.datetime) -> None:
    """Fill the columns of publication; the caller saves.

    Of an institution only where it stands for the party: the secretariat may sit in a ministry.
    """
    report.state = ReportState.PUBLISHED
    report.published_by = membership.user
    speaks = Role(membership.role).needs_party
    report.published_institution = membership.institution if speaks else None
    report.published_at = at


def subject_of(commitment: Commitment, party: Party, period: ReportingPeriod) -> str:
    """What the ledger calls a report: "PRO-05 CA 2026 Q3"."""
    return f"{commitment.reference} {party.code} {period.code}"

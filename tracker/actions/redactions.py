"""Redaction: on a legal or safety ground, every party's coordinators agreeing, a text goes away.

It goes from the row, from the entries that published it, from drafts and proposals, and its file
from the store. The chain keeps its hashes; what is left of each entry stands in the entry of the
redaction, so that nothing else is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from tracker.actions.payloads import row_from, row_payload, sparse
from tracker.actions.publication import Publication, mentioned_in
from tracker.actions.refusals import Refusal
from tracker.actions.standings import restate
from tracker.models import (
    Evidence,
    LedgerEntry,
    Plan,
    ProposalAnswer,
    RedactedRow,
    Redaction,
    Standing,
    StatusReport,
    Wording,
)
from tracker.models.columns import Spanned
from tracker.models.guards import REDACTED, redactable
from tracker.models.ledger import stand_ins_of
from tracker.vocabulary import LANGUAGES, Act, ReportState

Said = dict[str, Any]


def redaction_content(plan: Plan, row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """What a proposal of a redaction holds. Raises Refusal where there is nothing to take away."""
    named = [name for name in fields if name in redactable_names(row)]
    if not any(getattr(row, name) not in ("", REDACTED) for name in named):
        raise Refusal(_("Choose the texts to redact."), {"fields": [_("Choose at least one.")]})
    if not is_published(row) or not list(_entries_with(plan, row)):
        raise Refusal(_("Only what is published can be redacted."))
    return {"model": row._meta.model_name, "row": row.pk, "fields": named}


def redactable_names(row: models.Model) -> list[str]:
    """The columns of a row that can be emptied."""
    columns = redactable(type(row))
    return [field.name for field in row._meta.concrete_fields if field.column in columns]


def is_published(row: models.Model) -> bool:
    if isinstance(row, StatusReport):
        return row.is_published
    if isinstance(row, Evidence):
        return row.report.state == ReportState.PUBLISHED
    return isinstance(row, Spanned)


def published_rows(entry: LedgerEntry) -> list[models.Model]:
    """The rows an entry opened that hold texts, as they stand in the database now."""
    payload = entry.payload or stand_ins_of(entry.plan).get(entry.sequence) or {"opened": []}
    found = []
    for said in payload["opened"]:
        model = apps.get_model("tracker", said["model"])
        if issubclass(model, Spanned) or model in (StatusReport, Evidence):
            found += _rows_saying(model, said)
    return found


def _rows_saying(model: type[models.Model], said: Said) -> list[models.Model]:
    """The stored row that says what the ledger says."""
    wanted, (row, _several) = _unspanned(said), row_from(said)
    owners = {
        field.name: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if field.is_relation and getattr(row, field.attname) is not None
    }
    candidates = model._default_manager.filter(**owners)
    return [one for one in candidates if _unspanned(row_payload(one)) == wanted][:1]


def redact(record: Publication, content: Mapping[str, Any]) -> None:
    """Take the texts away, as part of an accepted proposal's publication."""
    model = apps.get_model("tracker", content["model"])
    row = model._default_manager.filter(pk=content["row"]).first()
    if row is None:
        raise Refusal(_("What was to be redacted is not there any more."))
    fields = list(content["fields"])
    wanted = _unspanned(row_payload(row))
    found = list(_entries_with(record.plan, row))
    redacts = [
        {"sequence": sequence, "payload": _emptied(payload, wanted, fields)}
        for sequence, payload in found
    ]
    sequences = [sequence for sequence, _payload in found]
    record.more["redacts"] = redacts
    record.mentioned |= mentioned_in(record.plan, sequences)
    record.afterwards.append(lambda entry: _take_away(entry, row, fields, sequences))


def _entries_with(plan: Plan, row: models.Model) -> Iterator[tuple[int, Said]]:
    """Entries that say what the row says, with what they publish or what stands in for it."""
    wanted, stand_ins = _unspanned(row_payload(row)), stand_ins_of(plan)
    for entry in plan.ledger.order_by("sequence").iterator():
        payload = entry.payload or stand_ins.get(entry.sequence)
        if payload and any(_unspanned(said) == wanted for said in _rows_in(payload)):
            yield entry.sequence, payload


def _rows_in(payload: Said) -> list[Said]:
    """Rows an entry tells of; of a redaction also those that stand in for what it took away."""
    inner = [said for one in payload.get("redacts", []) for said in _rows_in(one["payload"])]
    return [*payload["opened"], *payload["closed"], *inner]


def _unspanned(said: Said) -> Said:
    """A row as it is recognised: without its end, for an entry that closes it says the same."""
    fields = {name: value for name, value in said["fields"].items() if name != "public_until"}
    return sparse({"model": said["model"], "fields": fields})


def _emptied(payload: Said, wanted: Said, fields: Iterable[str]) -> Said:
    """What is left of an entry. The salt goes, too: with it a short text could be guessed."""
    rest = {name: value for name, value in payload.items() if name != "salt"}
    texts = {wanted["fields"].get(name) for name in fields} - {None, ""}
    if payload.get("reason") in texts:
        rest["reason"] = REDACTED
    if "reasons" in payload:
        rest["reasons"] = {
            code: REDACTED if text in texts else text for code, text in payload["reasons"].items()
        }
    if "redacts" in payload:
        rest["redacts"] = [
            {**one, "payload": _emptied(one["payload"], wanted, fields)}
            for one in payload["redacts"]
        ]
    for name in ("opened", "closed"):
        rest[name] = [
            {**said, "fields": {**said["fields"], **_blank(said["fields"], fields)}}
            if _unspanned(said) == wanted
            else said
            for said in payload[name]
        ]
    return rest


def _blank(values: Mapping[str, Any], fields: Iterable[str]) -> dict[str, str]:
    """What takes the place of the texts: a sign that something stood there; a file leaves none."""
    return {name: mark_of(name, str(values.get(name) or "")) for name in fields}


def mark_of(name: str, text: str) -> str:
    return REDACTED if text and name != "file" else ""


def _take_away(
    entry: LedgerEntry, row: models.Model, fields: list[str], sequences: list[int]
) -> None:
    """Empty payloads, row and everything that repeats its text. The guards let exactly this by."""
    table = row._meta.db_table
    redactions = [
        Redaction(plan=entry.plan, sequence=sequence, by_sequence=entry.sequence)
        for sequence in sequences
    ]
    Redaction.objects.bulk_create(redactions)
    RedactedRow.objects.create(redaction=redactions[0], of_table=table, of_row=row.pk)
    LedgerEntry.objects.filter(plan=entry.plan, sequence__in=sequences).update(payload=None)
    texts = {str(getattr(row, name)) for name in fields} - {"", REDACTED}
    file = getattr(row, "file", None)
    path = Path(settings.MEDIA_ROOT) / file.name if file and "file" in fields else None
    type(row)._default_manager.filter(pk=row.pk).update(
        **{name: mark_of(name, str(getattr(row, name) or "")) for name in fields}
    )
    _forget_copies(row, redactions[0])
    if isinstance(row, Wording):
        restate(row.commitment, entry.time)  # found by the words that are left
    _forget_proposals(entry.plan, texts)
    if path and isinstance(row, Evidence):
        sha256 = row.sha256
        transaction.on_commit(lambda: _remove_file(path, sha256))


def _forget_copies(row: models.Model, redaction: Redaction) -> None:
    """Search keys of standings, saved versions, comments and proposals that repeat the text."""
    if isinstance(row, Wording):
        standings = Standing.objects.filter(wording=row)
        RedactedRow.objects.bulk_create(
            RedactedRow(redaction=redaction, of_table=Standing._meta.db_table, of_row=key)
            for key in standings.values_list("pk", flat=True)
        )
        standings.update(search_key="")
    report = row if isinstance(row, StatusReport) else getattr(row, "report", None)
    if isinstance(report, StatusReport):
        report.saves.all().delete()
        report.comments.all().delete()


def _forget_proposals(plan: Plan, texts: set[str]) -> None:
    """What was proposed and answered on the way: it is not public, and repeats the texts."""
    for proposal in plan.proposals.all():
        if proposal.act != Act.REDACT:
            proposal.content = _without(proposal.content, texts)
        _forget_in(proposal, "reason", texts)
        proposal.save(update_fields=["content", *_columns("reason")])
    for answer in ProposalAnswer.objects.filter(proposal__plan=plan):
        if _forget_in(answer, "text", texts):
            answer.save(update_fields=_columns("text"))


def _columns(name: str) -> list[str]:
    return [f"{name}_{language}" for language in LANGUAGES]


def _forget_in(row: models.Model, name: str, texts: set[str]) -> bool:
    """Put the sign where one of the texts stands, and tell whether it did."""
    found = [column for column in _columns(name) if getattr(row, column) in texts]
    for column in found:
        setattr(row, column, REDACTED)
    return bool(found)


def _without(value: Any, texts: set[str]) -> Any:
    """JSON with the sign in the place of each of the texts."""
    if isinstance(value, dict):
        return {name: _without(one, texts) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, texts) for one in value]
    return REDACTED if isinstance(value, str) and value in texts else value


def _remove_file(path: Path, sha256: str) -> None:
    """After the commit, unless the same file bears out something else."""
    if not Evidence.objects.filter(sha256=sha256).exclude(file="").exists():
        path.unlink(missing_ok=True)

"""Proposing a redaction: which texts of an entry of the ledger are to be taken away, and why."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.access import joint_plan
from tracker.actions.joint_acts import Wish
from tracker.actions.payloads import commitment_of
from tracker.actions.redactions import published_rows, redactable_names, redaction_content
from tracker.actions.refusals import Refusal
from tracker.desk.differences import label_of
from tracker.desk.entry import at_the_desk
from tracker.desk.kept import keeps_typed, typed_in
from tracker.desk.proposing import Writing
from tracker.forms.joint import RedactForm, fresh
from tracker.models import Commitment, LedgerEntry
from tracker.vocabulary import Act

LONGEST = 120  # characters of a text shown to choose it by


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def redaction_write(request: HttpRequest, slug: str, sequence: int) -> HttpResponse:
    """Propose that texts of an entry be taken away, on a legal or safety ground."""
    plan = joint_plan(request, slug)
    entry = LedgerEntry.objects.filter(plan=plan, sequence=min(sequence, 10**15)).first()
    if entry is None:
        raise Http404
    rows = {f"{row._meta.model_name}-{row.pk}": row for row in published_rows(entry)}
    choices = [
        (f"{key}:{name}", f"{label_of(row, name)}: {str(getattr(row, name))[:LONGEST]}")
        for key, row in rows.items()
        for name in redactable_names(row)
        if getattr(row, name)
    ]
    form = RedactForm(typed_in(request), choices=choices, initial=fresh())
    page = Writing(
        plan,
        form,
        _("Propose a redaction of entry %(number)d") % {"number": entry.sequence},
        _("Only on a legal or safety ground. When every party has accepted, the texts are gone for "
          "good, on earlier days, too; their hashes and a public notice stay."),
    )  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return page.show(request, status=400 if request.method == "POST" else 200)
    try:
        wish = _wish(entry, rows, form.cleaned_data["fields"])
    except Refusal as refusal:
        page.mark(refusal)
        return page.show(request, status=409)
    return page.propose_wish(request, wish)


def _wish(entry: LedgerEntry, rows: dict[str, models.Model], chosen: list[str]) -> Wish:
    """One row at a time: its texts, as one redaction."""
    keys = {one.partition(":")[0] for one in chosen}
    if len(keys) > 1:
        sentence = _("Redact the texts of one row at a time.")
        raise Refusal(sentence, {"fields": [sentence]})
    row: Any = rows[keys.pop()]
    content = redaction_content(entry.plan, row, [one.partition(":")[2] for one in chosen])
    commitment = Commitment.objects.filter(pk=commitment_of(row) or 0).first()
    return Wish(Act.REDACT, f"entry {entry.sequence}", content, commitment)

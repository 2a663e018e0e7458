"""What a party says in public to a reading or an entry of the record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.access import coordinator_of
from tracker.actions.publication import AlreadyDone
from tracker.actions.record import answer_record
from tracker.actions.refusals import Refusal
from tracker.desk.entry import Side, at_the_desk, own_side, render_desk
from tracker.desk.kept import keeps_typed, typed_in
from tracker.forms.joint import WordsForm, fresh
from tracker.models import Answer, Commitment, EntryVersion, Reading, RecordEntry
from tracker.vocabulary import LANGUAGES


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def record_answer(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Answer the reading of a commitment, or a record entry, by its reference."""
    side = own_side(request, slug)
    coordinator_of(request, side.party)
    thing, shown = answered(side, reference)
    stored = Answer.objects.open().filter(party=side.party, **thing).first()
    initial = {f"text_{code}": getattr(stored, f"text_{code}") for code in LANGUAGES if stored}
    form = WordsForm(
        typed_in(request),
        label=_("Answer"),
        initial={**fresh(), **initial},
    )
    context = {"side": side, "form": form, "shown": shown, "reference": reference, "refusal": ""}
    if request.method != "POST" or not form.is_valid():
        return _show(request, side, context, status=400 if request.method == "POST" else 200)
    try:
        answer_record(
            side.plan,
            party=side.party,
            texts=form.texts,
            rights=side.rights,
            at=side.at,
            act_id=form.cleaned_data["act_id"],
            **thing,
        )
    except AlreadyDone:
        pass
    except Refusal as refusal:
        form.put_faults(refusal.fields)
        context["refusal"] = str(refusal.sentence)
        return _show(request, side, context, status=refusal.status)
    messages.success(request, _("Published beside what it answers."))
    if isinstance(shown, Reading):
        return redirect("commitment-detail", slug, reference)
    return redirect("desk-queue", slug)


def answered(side: Side, reference: str) -> tuple[dict[str, Any], Reading | EntryVersion]:
    """What a reference names: the reading of a commitment, or an entry; 404 for neither."""
    commitment = _found(side.plan.commitments, reference)
    if isinstance(commitment, Commitment):
        reading = commitment.readings.filter(public_until=None).first()
        if reading:
            return {"commitment": commitment}, reading
    entry = _found(side.plan.entries, reference)
    version = entry.versions.filter(public_until=None).first() if entry else None
    if not isinstance(entry, RecordEntry) or version is None:
        raise Http404
    return {"entry": entry}, version


def _found(rows: Any, reference: str) -> Any:
    return rows.filter(reference=reference).first()


def _show(
    request: HttpRequest, side: Side, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render_desk(request, "desk/answer.html", side.plan, context, status=status)

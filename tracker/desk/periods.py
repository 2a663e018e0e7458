"""What a coordinator does with a period: summaries by pillar, and the signature at its end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.access import coordinator_of
from tracker.actions.periods import publish_narrative, save_narrative, sign_ledger
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Conflict, Refusal
from tracker.desk.entry import Side, at_the_desk, own_side, render_desk
from tracker.desk.kept import keeps_typed, take_typed
from tracker.desk.links import period_named
from tracker.forms.joint import PublishForm, SignForm, WordsForm, fresh
from tracker.forms.reports import LANGUAGE_NAMES, main_first
from tracker.models import Narrative, NarrativeDraft, Pillar, ReportingPeriod, Signature

GET_TOO = ["GET", "HEAD", "POST"]
ACROSS = "0"


@dataclass
class Summary:
    """One pillar of the page: what is public, what is in work, and its form."""

    side: Side
    period: ReportingPeriod
    pillar: Pillar | None
    draft: NarrativeDraft | None
    public: Narrative | None
    form: WordsForm
    refusal: str = ""
    is_written: bool = False  # its form is on the page, and no other: nothing typed can be left
    stored: NarrativeDraft | None = None  # a colleague's, after a conflict

    @property
    def key(self) -> str:
        return str(self.pillar.number) if self.pillar else ACROSS

    @property
    def publish_form(self) -> PublishForm:
        read = {"act_id": self.draft.act_id, "version": self.draft.version} if self.draft else {}
        return PublishForm(initial=read, auto_id=False)

    @property
    def is_own_words(self) -> bool:
        held = self.side.rights.memberships[0].user_id
        return bool(self.draft and self.draft.writers.filter(pk=held).exists())

    @property
    def words(self) -> list[tuple[str, Any, str]]:
        """The draft as whoever publishes it must read it: each language, its name, the text."""
        languages = main_first(self.side.party.publication_languages)
        return [
            (code, LANGUAGE_NAMES[code], getattr(self.draft, f"text_{code}")) for code in languages
        ]

    @property
    def fields(self) -> list[Any]:
        return [field for field in self.form if not field.is_hidden]


@dataclass
class PeriodDesk:
    """A period as one side works on it."""

    side: Side
    period: ReportingPeriod

    @property
    def is_open(self) -> bool:
        return self.period.is_reportable(self.side.day)

    @cached_property
    def _drafts(self) -> dict[int | None, NarrativeDraft]:
        rows = NarrativeDraft.objects.filter(period=self.period, party=self.side.party)
        return {row.pillar_id: row for row in rows}

    @cached_property
    def _public(self) -> dict[int | None, Narrative]:
        rows = Narrative.objects.open().filter(period=self.period, party=self.side.party)
        return {row.pillar_id: row for row in rows}

    @property
    def pillars(self) -> list[Pillar | None]:
        return [*self.side.plan.pillars.all(), None]

    def pillar(self, key: str) -> Pillar | None:
        """The pillar an address names; None for what stands across. Raises 404."""
        found = {str(one.number) if one else ACROSS: one for one in self.pillars}
        if key not in found:
            raise Http404
        return found[key]

    def summary(self, pillar: Pillar | None, typed: Any = None, **more: Any) -> Summary:
        key = pillar.pk if pillar else None
        draft, public = self._drafts.get(key), self._public.get(key)
        form = WordsForm(
            typed,
            label=_("Summary"),
            languages=self.side.party.publication_languages,
            initial=self._initial(draft, public),
            auto_id=f"{pillar.number if pillar else ACROSS}_%s",
        )
        return Summary(self.side, self.period, pillar, draft, public, form, **more)

    def _initial(self, draft: NarrativeDraft | None, public: Narrative | None) -> dict[str, Any]:
        row = draft or public
        texts = {
            f"text_{code}": getattr(row, f"text_{code}")
            for code in self.side.party.publication_languages
            if row
        }
        act_id = {"act_id": draft.act_id} if draft else fresh()
        return {**act_id, "version": draft.version if draft else 0, **texts}

    @cached_property
    def signature(self) -> Signature | None:
        rows = Signature.objects.filter(period=self.period, party=self.side.party)
        return rows.select_related("institution").first()

    @property
    def may_sign(self) -> bool:
        over = self.period.ends_on < self.side.day
        return over and not self.period.is_closed(self.side.day) and self.signature is None

    @property
    def sign_form(self) -> SignForm:
        plan = self.side.plan
        seen = {**fresh(), "size": plan.ledger_size, "head": plan.ledger_head}
        return SignForm(initial=seen, auto_id=False)


def period_desk(request: HttpRequest, slug: str, key: str) -> PeriodDesk:
    """The period of the address for the coordinator's side; 403 and 404 as elsewhere."""
    side = own_side(request, slug)
    coordinator_of(request, side.party)
    period = period_named(side.periods, key.upper())
    if period is None:
        raise Http404
    return PeriodDesk(side, period)


@keeps_typed
@require_http_methods(GET_TOO)
@at_the_desk
def period_work(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Summaries of a period, one for each pillar: read, written and saved."""
    desk = period_desk(request, slug, key)
    if request.method != "POST":
        return _show(request, desk, _opened(request, desk))
    pillar = desk.pillar(request.GET.get("pillar", ""))
    summary = desk.summary(pillar, request.POST, is_written=True)
    if not summary.form.is_valid():
        return _show(request, desk, summary, status=400)
    typed = summary.form.cleaned_data
    try:
        save_narrative(
            period=desk.period,
            party=desk.side.party,
            pillar=pillar,
            texts=summary.form.texts,
            version=typed["version"] or 0,
            rights=desk.side.rights,
            at=desk.side.at,
            act_id=typed["act_id"],
        )
    except Conflict as conflict:
        return _show_conflict(request, desk, pillar, str(conflict.sentence))
    except Refusal as refusal:
        summary.refusal = str(refusal.sentence)
        return _show(request, desk, summary, status=409)
    messages.success(request, _("Draft saved."))
    return redirect(f"{request.path}?party={desk.side.party.code}#pillar-{summary.key}")


def _opened(request: HttpRequest, desk: PeriodDesk) -> Summary | None:
    """The summary that is written, with what was typed before the session ended, if it did."""
    if "pillar" not in request.GET:
        return None
    pillar = desk.pillar(request.GET["pillar"])
    return desk.summary(pillar, take_typed(request), is_written=desk.is_open)


def _show_conflict(
    request: HttpRequest, desk: PeriodDesk, pillar: Pillar | None, sentence: str
) -> HttpResponse:
    """Both texts. What was typed stays in the form, now on top of the colleague's version."""
    fresh_desk = PeriodDesk(desk.side, desk.period)
    stored = fresh_desk.summary(pillar).draft
    typed = request.POST.copy()
    typed["version"] = str(stored.version if stored else 0)
    typed["act_id"] = str(stored.act_id if stored else uuid.uuid4())
    summary = fresh_desk.summary(pillar, typed, refusal=sentence, stored=stored, is_written=True)
    return _show(request, fresh_desk, summary, status=409)


def _show(
    request: HttpRequest, desk: PeriodDesk, changed: Summary | None = None, status: int = 200
) -> HttpResponse:
    summaries = [
        changed if changed and changed.pillar == pillar else desk.summary(pillar)
        for pillar in desk.pillars
    ]
    context = {
        "desk": desk,
        "side": desk.side,
        "summaries": summaries,
        "is_writing": changed is not None and changed.is_written,
        "form": changed.form if changed else None,
        "refusal": changed.refusal if changed else "",
    }
    return render_desk(
        request, "desk/period.html", desk.side.plan, context, current="desk-queue", status=status
    )


@require_http_methods(GET_TOO)
@at_the_desk
def narrative_publish(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Make a summary public that another coordinator wrote."""
    desk = period_desk(request, slug, key)
    address = f"?party={desk.side.party.code}"
    form = PublishForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect(f"../{address}")
    pillar = desk.pillar(request.GET.get("pillar", ""))
    try:
        publish_narrative(
            period=desk.period,
            party=desk.side.party,
            pillar=pillar,
            version=form.cleaned_data["version"],
            rights=desk.side.rights,
            at=desk.side.at,
            act_id=form.cleaned_data["act_id"],
        )
    except AlreadyDone:
        pass
    except Refusal as refusal:
        stored = desk.summary(pillar).form.initial
        refused = desk.summary(
            pillar, stored, refusal=str(refusal.sentence), is_written=bool(refusal.fields)
        )
        refused.form.full_clean()
        refused.form.put_faults(refusal.fields)
        return _show(request, desk, refused, status=refusal.status)
    messages.success(request, _("Published. Everyone can read it here."))
    return redirect("period-detail", slug, desk.period.slug)


@require_http_methods(GET_TOO)
@at_the_desk
def ledger_sign(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Sign a period at its end: that the ledger only grew, as the side saw it."""
    desk = period_desk(request, slug, key)
    form = SignForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect(f"../?party={desk.side.party.code}")
    try:
        sign_ledger(
            desk.side.plan,
            party=desk.side.party,
            period=desk.period,
            rights=desk.side.rights,
            at=desk.side.at,
            **form.cleaned_data,
        )
    except AlreadyDone:
        pass
    except Refusal as refusal:
        if PeriodDesk(desk.side, desk.period).signature is None:
            summary = desk.summary(desk.pillars[0], refusal=str(refusal.sentence))
            return _show(request, desk, summary, status=409)
    messages.success(request, _("Signed in the name of your institution."))
    return redirect("period-detail", slug, desk.period.slug)

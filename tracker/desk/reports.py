"""The report form: written, saved, previewed, submitted, by one side for one period."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.access import commitment_for_report, public_plan
from tracker.actions.refusals import Conflict, Refusal
from tracker.actions.report_checks import refuse_unreportable
from tracker.actions.report_rows import says
from tracker.actions.reports import ReportContent, save_report, submit_report
from tracker.desk.autosave import say_over, say_refused, say_saved, say_unread
from tracker.desk.entry import Side, at_the_desk, render_desk, side_of
from tracker.desk.form_page import FormPage, Problem
from tracker.desk.kept import is_automatic, keeps_typed, take_typed, typed_in
from tracker.desk.links import form_url, period_named, public_url
from tracker.forms.reports import (
    EvidenceRows,
    ReportForm,
    evidence_initial,
    initial_of,
    main_first,
    typed_texts,
)
from tracker.models import Commitment, Party, Plan, ReportingPeriod, StatusReport
from tracker.vocabulary import ReportState


class Unreadable(Exception):
    """A value in the address that means nothing, in a sentence."""


@dataclass
class Desk:
    """One report on the desk: which commitment, side and period, and what is stored of it."""

    side: Side
    commitment: Commitment
    period: ReportingPeriod
    contests: StatusReport | None = None
    on_behalf: bool = False

    @cached_property
    def report(self) -> StatusReport | None:
        """The own side's report in work, if there is one."""
        return (
            self.side.rights.unpublished_reports()
            .select_related("commitment__plan", "party", "period", "contests", "repeats")
            .prefetch_related("evidence")
            .filter(
                commitment=self.commitment,
                party=self.side.party,
                period=self.period,
                on_behalf=self.on_behalf,
            )
            .first()
        )

    @property
    def languages(self) -> list[str]:
        return list(self.side.party.publication_languages)

    @property
    def url(self) -> str:
        return form_url(
            self.side.plan,
            self.side.party,
            self.commitment,
            self.period,
            self.contests,
            on_behalf=self.on_behalf,
        )

    def form(self, data: QueryDict | None = None) -> ReportForm:
        initial = initial_of(self.report, self.languages)
        if self.contests:
            initial["contests"] = self.contests.pk
        return ReportForm(
            data, initial=initial, languages=self.languages, contesting=self.contests is not None
        )

    def evidence(self, data: QueryDict | None = None, files: Any = None) -> Any:
        return EvidenceRows(
            data,
            files,
            prefix="evidence",
            initial=evidence_initial(self.report),
            form_kwargs={
                "main_language": main_first(self.languages)[0],
                "on_behalf": self.on_behalf,
            },
        )

    def page(self, form: ReportForm, evidence: Any, **more: Any) -> FormPage:
        return FormPage(
            self.side,
            self.commitment,
            self.period,
            self.report,
            self.contests,
            form,
            evidence,
            on_behalf=self.on_behalf,
            **more,
        )


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def report_write(
    request: HttpRequest, slug: str, party_code: str, reference: str, on_behalf: bool = False
) -> HttpResponse:
    """The form of one party's report on one commitment: shown, saved, previewed, submitted.

    `on_behalf` is the same form for the secretariat, with the party's own text attached.
    """
    plan = public_plan(slug)
    party = party_of(plan, party_code)
    commitment = commitment_for_report(request, plan, reference, party, on_behalf=on_behalf)[0]
    side = side_of(request, plan, party)
    try:
        desk = open_desk(request, side, commitment, on_behalf=on_behalf)
    except Unreadable as fault:
        return render(request, "errors/400.html", {"message": str(fault)}, status=400)
    except Refusal as refusal:
        if is_automatic(request):
            return say_over(refusal)
        return _no_report(request, side, commitment, refusal)
    if request.method == "POST":
        return _receive(request, desk)
    return _show(request, desk)


def party_of(plan: Plan, code: str) -> Party:
    """A party of the plan, or 404."""
    for party in plan.parties.all():
        if party.code == code:
            return party
    raise Http404


def open_desk(
    request: HttpRequest, side: Side, commitment: Commitment, *, on_behalf: bool = False
) -> Desk:
    """Which report the address means. Raises Unreadable or Refusal."""
    period = _period(side, request.GET.get("period", ""))
    refuse_unreportable(commitment, side.party, period, side.at)
    desk = Desk(side, commitment, period, on_behalf=on_behalf)
    asked = request.POST.get("contests") or request.GET.get("contests") or ""
    stored = desk.report.contests if desk.report else None
    desk.contests = _contested(commitment, side.party, asked) if asked else stored
    return desk


def _period(side: Side, key: str) -> ReportingPeriod:
    if key:
        period = period_named(side.periods, key)
        if period is None:
            raise Unreadable(
                _("“%(period)s” is no quarter of this plan: write it like 2026-Q3.")
                % {"period": key[:40]}
            )
        return period
    if not side.reportable:
        raise Refusal(_("No reporting period is open."))
    return side.reportable[-1]


def _contested(commitment: Commitment, party: Party, key: str) -> StatusReport:
    """The other party's published report that is contested."""
    reports = commitment.reports.published().exclude(party=party)
    found = None
    if key.isascii() and key.isdigit() and len(key) < 18:
        found = reports.select_related("party", "period").filter(pk=key).first()
    if found is None:
        raise Unreadable(_("There is no published report of another party to contest here."))
    return found


def _no_report(
    request: HttpRequest, side: Side, commitment: Commitment, refusal: Refusal
) -> HttpResponse:
    """Why no report can be made, with the way to what can be read, and what was typed so far."""
    context = {
        "commitment": commitment,
        "side": side,
        "sentence": refusal.sentence,
        "public_url": public_url(side.plan, commitment),
        "typed": typed_texts(typed_in(request) or {}, side.party.publication_languages),
    }
    return render_desk(request, "desk/no_report.html", side.plan, context, status=409)


def _show(request: HttpRequest, desk: Desk) -> HttpResponse:
    typed = take_typed(request)
    if typed is not None:
        return _render(request, desk.page(desk.form(typed), desk.evidence(typed), is_kept=True))
    if desk.report and not ReportState(desk.report.state).is_editable:
        return redirect("report-review", desk.report.pk)
    return _render(request, desk.page(desk.form(), desk.evidence()))


def _render(request: HttpRequest, page: FormPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "form": page.form, "side": page.side}
    return render_desk(request, "desk/report_form.html", page.side.plan, context, status=status)


def _receive(request: HttpRequest, desk: Desk) -> HttpResponse:
    form, evidence = desk.form(request.POST), desk.evidence(request.POST, request.FILES)
    if not (form.is_valid() and evidence.is_valid()):
        if is_automatic(request):
            return say_unread(request, desk.page(form, evidence))
        form.add_error(None, "") if not form.errors else None
        return _render(request, desk.page(form, evidence), status=400)
    values = form.values
    if request.POST.get("act") == "no-contest":
        desk.contests = None
        values |= {name: "" for name in values if name.startswith("contest_reason")}
    content = ReportContent(values, evidence.rows, desk.contests)
    automatic = is_automatic(request)
    try:
        report = _save(desk, content, form, automatic=automatic)
    except Refusal as refusal:
        if automatic:
            return say_refused(request, desk.page(form, evidence), refusal)
        if isinstance(refusal, Conflict):
            return _show_conflict(request, desk, form, evidence, str(refusal.sentence))
        return _refuse(request, desk, form, evidence, refusal)
    if automatic:
        desk.__dict__["report"] = report
        return say_saved(request, desk.page(form, evidence))
    return _go_on(request, desk, report)


def _save(desk: Desk, content: ReportContent, form: ReportForm, *, automatic: bool) -> StatusReport:
    """Save the draft; what is stored already, word for word, counts as saved (sent twice)."""
    before = desk.report
    if (
        before
        and before.contests == content.contests
        and says(before, content.values, content.evidence)
    ):
        return before
    return save_report(
        commitment=desk.commitment,
        party=desk.side.party,
        period=desk.period,
        content=content,
        version=form.cleaned_data["version"],
        rights=desk.side.rights,
        at=desk.side.at,
        act_id=form.cleaned_data["act_id"],
        on_behalf=desk.on_behalf,
        automatic=automatic,
    )


def _go_on(request: HttpRequest, desk: Desk, report: StatusReport) -> HttpResponse:
    """After saving: stay, look at it, or hand it over."""
    act = request.POST.get("act", "save")
    if act == "preview":
        return redirect("report-review", report.pk)
    if act != "submit":
        messages.success(request, _("Draft saved."))
        return redirect(desk.url)
    try:
        if report.state != ReportState.SUBMITTED:
            submit_report(report, rights=desk.side.rights, at=desk.side.at)
    except Refusal as refusal:
        return _refuse_submission(request, desk, report, refusal)
    messages.success(request, _("Submitted. Your coordinator can now read and publish it."))
    return redirect("report-review", report.pk)


def _refuse_submission(
    request: HttpRequest, desk: Desk, report: StatusReport, refusal: Refusal
) -> HttpResponse:
    """The draft is saved; the form comes back with what is still missing at its fields."""
    desk.__dict__.pop("report", None)
    data = request.POST.copy()
    data["version"], data["act_id"] = str(report.version), str(report.act_id)
    form = desk.form(data)
    form.is_valid()
    # Evidence as it is stored: a file that came with this form would be asked for once more.
    return _refuse(request, desk, form, desk.evidence(), refusal, is_saved=True)


def _refuse(
    request: HttpRequest,
    desk: Desk,
    form: ReportForm,
    evidence: Any,
    refusal: Refusal,
    *,
    is_saved: bool = False,
) -> HttpResponse:
    evidence.is_valid()
    page = desk.page(form, evidence, refusal=str(refusal.sentence), is_saved=is_saved)
    page.refused = _put_at_fields(page, form, refusal.fields)
    if not form.errors:
        form.add_error(None, str(refusal.sentence))  # marks the title
    status = 400 if refusal.fields else refusal.status
    return _render(request, page, status=status)


def _put_at_fields(page: FormPage, form: ReportForm, fields: Mapping[str, Any]) -> list[Problem]:
    """Put each sentence at its field; those of evidence and of no field are listed."""
    listed = []
    for name, sentences in fields.items():
        known = form.field_for(name)
        for sentence in sentences:
            if known:
                form.add_error(known, str(sentence))
            else:
                listed.append(Problem("evidence", page.label(name), str(sentence)))
    return listed


def _show_conflict(
    request: HttpRequest, desk: Desk, form: ReportForm, evidence: Any, sentence: str
) -> HttpResponse:
    """Both texts. What was typed stays in the form, now on top of the colleague's version."""
    desk.__dict__.pop("report", None)
    stored = desk.report
    data = request.POST.copy()
    data["version"] = str(stored.version if stored else 0)
    # Of the draft as it is now; where it was published, what is typed starts a correction.
    data["act_id"] = str(stored.act_id if stored else uuid.uuid4())
    latest = desk.form(data)
    latest.is_valid()
    latest.add_error(None, sentence)
    page = desk.page(latest, desk.evidence(data), refusal=sentence, stored=stored)
    return _render(request, page, status=409)

"""Short acts on a commitment or a public report: no change, confirmed, translated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.access import (
    commitment_for_report,
    coordinator_of,
    public_plan,
    published_report,
    rights,
)
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.actions.report_checks import latest_report
from tracker.actions.report_publication import (
    confirm_report,
    publish_translation,
    repeat_report,
)
from tracker.desk.entry import Side, at_the_desk, render_desk, side_of
from tracker.desk.kept import keeps_typed, typed_in
from tracker.desk.links import form_url, period_named, public_url
from tracker.desk.reading import ReadReport
from tracker.desk.reports import party_of
from tracker.forms.joint import fresh
from tracker.forms.reports import LANGUAGE_NAMES, ActForm, NoChangeForm, TranslationForm
from tracker.models import Commitment, ReportingPeriod, ReportTranslation, StatusReport
from tracker.models.reports import TEXTS
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.vocabulary import LANGUAGES


@dataclass
class ShortAct:
    """What a page of one short act shows: the form, and the report it is about."""

    side: Side
    commitment: Commitment
    form: Any
    report: StatusReport | None = None
    period: ReportingPeriod | None = None
    language: str = ""
    refusal: str = ""

    @cached_property
    def row(self) -> StandingRow | None:
        found = standings(self.side.asked).filter(commitment=self.commitment)
        return next(iter(rows_of(self.side.asked, found)), None)

    @property
    def read(self) -> ReadReport | None:
        return ReadReport(self.report) if self.report else None

    @property
    def form_url(self) -> str:
        return form_url(self.side.plan, self.side.party, self.commitment, self.period)

    @property
    def public_url(self) -> str:
        return public_url(self.side.plan, self.commitment)

    @property
    def language_name(self) -> str:
        return str(LANGUAGE_NAMES.get(self.language, ""))

    @property
    def originals(self) -> list[tuple[Any, str, str]]:
        """Each field of a translation with the original and the language that one is in."""
        if self.report is None:
            return []
        found = []
        for name in self.form.texts:
            code = next(c for c in LANGUAGES if getattr(self.report, f"{name}_{c}"))
            found.append((self.form[name], getattr(self.report, f"{name}_{code}"), code))
        return found


def attempt(
    request: HttpRequest, act: ShortAct, template: str, do: Callable[[], Any], done: str
) -> HttpResponse:
    """Do it and lead to the public page; or the page again, with the reason and what was typed."""
    try:
        do()
    except AlreadyDone:
        pass  # sent twice is done once
    except Refusal as refusal:
        act.form.put_faults(refusal.fields)
        act.refusal = str(refusal.sentence)
        return show(request, act, template, status=refusal.status)
    messages.success(request, done)
    return redirect(act.public_url)


def show(request: HttpRequest, act: ShortAct, template: str, status: int = 200) -> HttpResponse:
    context = {"act": act, "form": act.form, "side": act.side}
    return render_desk(request, template, act.side.plan, context, status=status)


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def report_no_change(
    request: HttpRequest, slug: str, party_code: str, reference: str
) -> HttpResponse:
    """Report that nothing has changed since the last report, and when something was last done."""
    plan = public_plan(slug)
    party = party_of(plan, party_code)
    commitment = commitment_for_report(request, plan, reference, party)[0]
    side = side_of(request, plan, party)
    last = latest_report(commitment, party)
    period = _period(side, request.GET.get("period", ""))
    if last is None or period is None:
        sentence = _("Your side has not reported yet: there is nothing that has not changed.")
        context = {
            "commitment": commitment, "side": side, "sentence": sentence,
            "public_url": public_url(plan, commitment),
        }  # fmt: skip
        return render_desk(request, "desk/no_report.html", plan, context, status=409)
    initial = {**fresh(), "effective_on": min(side.day, period.ends_on)}
    form = NoChangeForm(typed_in(request), initial=initial)
    act = ShortAct(side, commitment, form, last, period)
    if request.method != "POST":
        return show(request, act, "desk/no_change.html")
    if not form.is_valid():
        return show(request, act, "desk/no_change.html", status=400)
    return attempt(
        request,
        act,
        "desk/no_change.html",
        lambda: repeat_report(
            commitment=commitment,
            party=party,
            period=period,
            rights=side.rights,
            at=side.at,
            **form.cleaned_data,
        ),
        _("Handed to your coordinator, who reads and publishes it."),
    )


def _period(side: Side, key: str) -> ReportingPeriod | None:
    """The quarter named, if it can be reported for; else the newest that can."""
    named = period_named(side.reportable, key)
    return named or next(iter(side.reportable[-1:]), None)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def report_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand by a report that the secretariat entered and published on the party's behalf."""
    report = published_report(pk)
    coordinator_of(request, report.party)
    if not report.on_behalf:
        raise Http404
    side = side_of(request, report.commitment.plan, report.party)
    form = ActForm(request.POST or None, initial=fresh(), auto_id=False)
    act = ShortAct(side, report.commitment, form, report)
    if request.method != "POST" or not form.is_valid():
        return show(request, act, "desk/confirm.html")
    return attempt(
        request,
        act,
        "desk/confirm.html",
        lambda: confirm_report(
            report, rights=side.rights, at=side.at, act_id=form.cleaned_data["act_id"]
        ),
        _("Confirmed. The public page says so."),
    )


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def report_translate(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Translate the texts of a public report into a language in which it has none."""
    report = published_report(pk)
    held = rights(request)
    if not (held.as_reporter(report.party, report.commitment) or held.as_secretariat()):
        raise PermissionDenied(_("Only its own side or the secretariat translates a report."))
    texts = [name for name in TEXTS if getattr(report, name)]
    if language not in LANGUAGES or not texts or _is_original(report, texts, language):
        raise Http404
    side = side_of(request, report.commitment.plan, report.party)
    form = TranslationForm(
        typed_in(request),
        initial={**fresh(), **_translated(report, texts, language)},
        report=report,
        language=language,
        texts=texts,
    )
    act = ShortAct(side, report.commitment, form, report, language=language)
    if request.method != "POST" or not form.is_valid():
        status = 400 if form.errors and request.method == "POST" else 200
        return show(request, act, "desk/translate.html", status=status)
    return attempt(
        request,
        act,
        "desk/translate.html",
        lambda: publish_translation(
            report,
            language=language,
            texts=form.translated,
            rights=side.rights,
            at=side.at,
            act_id=form.cleaned_data["act_id"],
        ),
        _("Published, as an unofficial translation."),
    )


def _is_original(report: StatusReport, texts: list[str], language: str) -> bool:
    return any(getattr(report, f"{name}_{language}") for name in texts)


def _translated(report: StatusReport, texts: list[str], language: str) -> dict[str, str]:
    """The translation in force, to go on from."""
    stored = ReportTranslation.objects.open().filter(report=report, language=language).first()
    return {name: getattr(stored, name) for name in texts} if stored else {}

"""The ledger in public: its entries, one entry whole, and what to keep to check it later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.access import opened_plan
from tracker.filters.ledger import LedgerFilter
from tracker.models import (
    Institution,
    LedgerEntry,
    LedgerMention,
    Plan,
    Redaction,
    Signature,
    SigningKey,
)
from tracker.models.checkpoints import signed_checkpoint
from tracker.models.columns import language_now
from tracker.public.desk_links import work_links
from tracker.public.filtering import Narrowing, narrowed
from tracker.public.pages import Asked, BadQuestion, legible, public_page, render_page
from tracker.public.paging import page_number
from tracker.vocabulary import Act, Role

PER_PAGE = 50


@dataclass
class EntryLine:
    """One entry as the list shows it: who did what, when, about what."""

    entry: LedgerEntry
    by: str
    reference: str  # of the one commitment it speaks of


@dataclass
class LedgerPage:
    """All that the list says, without HTML."""

    asked: Asked
    narrowing: Narrowing
    lines: list[EntryLine]
    page: Page
    found: int
    signatures: list[Signature]
    key: SigningKey | None


@public_page("q", "act", "since", "until", "page")
def ledger_list(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Every entry of the plan's ledger, newest first, and who signed it at which size."""
    entries = _entries(asked).defer("payload").order_by("-sequence")
    narrowing = narrowed(asked, LedgerFilter(asked.params, entries, plan=asked.plan))
    paginator = Paginator(narrowing.rows, PER_PAGE)
    number = page_number(asked.params)
    if number > paginator.num_pages:
        raise BadQuestion(_("The list has no page %(number)d.") % {"number": number})
    page = paginator.page(number)
    shown = list(page.object_list)
    context = {
        "ledger": LedgerPage(
            asked,
            narrowing,
            _lines(shown),
            page,
            paginator.count,
            _signatures(asked),
            asked.public(SigningKey.objects.filter(plan=asked.plan)).first(),
        )
    }
    return render_page(request, "public/ledger_list.html", asked, context, current="plan-method")


def _entries(asked: Asked) -> Any:
    """The entries there were on the day asked."""
    rows = LedgerEntry.objects.filter(plan=asked.plan)
    return rows.filter(time__lt=asked.end) if asked.is_as_of else rows


def _signatures(asked: Asked) -> list[Signature]:
    rows = asked.public(Signature.objects.filter(plan=asked.plan))
    return list(rows.select_related("institution", "party", "period").order_by("-size", "-pk"))


def _lines(entries: list[LedgerEntry]) -> list[EntryLine]:
    """Two queries for a page of entries: who published, and of which commitment each speaks."""
    keys = [entry.pk for entry in entries]
    said = LedgerEntry.objects.filter(pk__in=keys).values_list(
        "pk", "payload__by", "payload__agreed"
    )
    authors = {key: (by, agreed) for key, by, agreed in said}
    mentions: dict[int, list[str]] = {}
    rows = LedgerMention.objects.filter(entry__in=keys)
    for key, reference in rows.values_list("entry", "commitment__reference"):
        mentions.setdefault(key, []).append(reference)
    names = _names(by for by, _agreed in authors.values())
    return [
        EntryLine(entry, _by(entry, *authors[entry.pk], names), _only(mentions.get(entry.pk, [])))
        for entry in entries
    ]


def _names(authors: Any) -> dict[str, str]:
    slugs = {one["institution"] for one in authors if one and one.get("institution")}
    bodies = Institution.objects.filter(slug__in=slugs) if slugs else []
    return {body.slug: body.short_name for body in bodies}


def _by(entry: LedgerEntry, author: Any, agreed: Any, names: dict[str, str]) -> str:
    """Institution and role, several where they agreed, or the site by itself; nothing where the
    entry was redacted."""
    if agreed:
        return _("the parties together")
    if not author:
        return ""
    if not Act(entry.act).is_human:
        return _("this site")
    role = str(Role(author["role"]).label)
    name = names.get(author.get("institution") or "", "")
    return f"{name}, {role.lower()}" if name else role


def _only(references: list[str]) -> str:
    return references[0] if len(references) == 1 else ""


def _reason(payload: dict[str, Any]) -> str:
    """In the reader's language, where it was given in several."""
    said: str = payload.get("reasons", {}).get(language_now()) or payload.get("reason", "")
    return said


@public_page()
def ledger_entry(request: HttpRequest, asked: Asked, sequence: int) -> HttpResponse:
    """One entry whole: its fields, what it published, and what it was redacted by."""
    entry = _entries(asked).filter(sequence=sequence).first() if sequence < 10**15 else None
    if entry is None:
        raise Http404
    line = _lines([entry])[0]
    shown = entry.payload
    context = {
        "line": line,
        "entry": entry,
        "payload": json.dumps(shown, ensure_ascii=False, indent=2, sort_keys=True) if shown else "",
        "rows": [(said["model"], said["fields"]) for said in (shown or {}).get("opened", [])],
        "reason": _reason(shown or {}),
        "agreed": _agreed((shown or {}).get("agreed", [])),
        "redacted_by": Redaction.objects.filter(plan=asked.plan, sequence=sequence)
        .order_by("by_sequence")
        .values_list("by_sequence", flat=True)
        .last(),
        "last": asked.plan.ledger_size,
        "desk_links": work_links(
            request, asked, (_("Propose a redaction"), "redaction-write", (sequence,))
        ),
    }
    return render_page(request, "public/ledger_entry.html", asked, context, current="plan-method")


def _agreed(agreed: list[dict[str, str]]) -> list[str]:
    bodies = Institution.objects.filter(slug__in=[one["institution"] for one in agreed])
    return [str(body.name) for body in bodies.order_by("slug")] if agreed else []


# For machines


@require_safe
def ledger_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The ledger as JSON Lines: all of it, or from one entry to another."""
    plan = opened_plan(slug)
    try:
        first, last = _range(request, plan)
    except BadQuestion as fault:
        return render(request, "errors/400.html", {"message": str(fault)}, status=400)
    entries = plan.ledger.filter(sequence__range=(first, last)).order_by("sequence")
    etag = f'"{plan.ledger_head[:32]}-{first}-{last}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: Any = HttpResponse(status=304)
    else:
        response = StreamingHttpResponse(
            _as_lines(entries), content_type="application/jsonl; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{plan.slug}-ledger.jsonl"'
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def _as_lines(entries: Any) -> Iterator[str]:
    for entry in entries.iterator(500):
        yield json.dumps(entry.as_published(), ensure_ascii=False) + "\n"


def _range(request: HttpRequest, plan: Plan) -> tuple[int, int]:
    """The numbers of the first and last entry asked for. Raises BadQuestion."""
    first = _sequence(request.GET.get("from", ""), "from", 1)
    last = _sequence(request.GET.get("to", ""), "to", plan.ledger_size)
    if first > last and plan.ledger_size:
        raise BadQuestion(_("The ledger has no entries from %(first)d to %(last)d.")
                          % {"first": first, "last": last})  # fmt: skip
    return first, min(last, plan.ledger_size)


def _sequence(text: str, name: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 16 and int(text) > 0):
        raise BadQuestion(
            _("“%(text)s” is not the number of an entry (%(name)s).")
            % {"text": legible(text), "name": name}
        )
    return int(text)


@require_safe
def checkpoint(request: HttpRequest, slug: str) -> HttpResponse:
    """The ledger's size and head now, signed with the site's key: for anyone to keep."""
    plan = opened_plan(slug)
    signed = signed_checkpoint(plan, settings.SIGNING_KEY, timezone.now())
    if signed is None:
        detail = _("This site’s signing key does not stand in the ledger yet.")
        return JsonResponse({"detail": detail}, status=503)
    response = JsonResponse(signed, json_dumps_params={"indent": 1})
    response["Cache-Control"] = "no-store"
    return response

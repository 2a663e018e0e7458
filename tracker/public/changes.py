"""What changed, by day: publications of people, newest first, and what is new since a visit.

No cookie and no account: the number of the last entry seen is kept in the address.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tracker.filters.changes import ChangeFilter
from tracker.models import Institution, LedgerEntry, LedgerMention, ReportingPeriod, Wording
from tracker.models.columns import language_now
from tracker.models.ledger import stand_ins_of
from tracker.public.filtering import Narrowing, narrowed
from tracker.public.pages import Asked, BadQuestion, legible, public_page, render_page
from tracker.public.paging import page_number
from tracker.rules.dates import day_of
from tracker.vocabulary import Act, Level

PER_PAGE = 50
REPORTS = (Act.PUBLISH_REPORT, Act.CORRECT_REPORT)


@dataclass
class ChangeLine:
    """One publication: what was done to what, by whom; of a report, the level it takes."""

    entry: LedgerEntry
    about: list[tuple[str, str]]  # commitments: reference and title
    by: str
    level: str = ""
    period: ReportingPeriod | None = None  # of a summary or a signature


@dataclass
class ChangeDay:
    """The publications of one day in the plan's time zone."""

    day: dt.date
    lines: list[ChangeLine] = field(default_factory=list)


@dataclass
class Changes:
    """All that the page says, without HTML."""

    asked: Asked
    narrowing: Narrowing
    days: list[ChangeDay]
    page: Page
    found: int
    since: int | None
    opened: int  # entries of the opening, told as one

    @property
    def opened_on(self) -> dt.date | None:
        plan = self.asked.plan
        return day_of(plan.opened_at, plan.time_zone) if plan.opened_at else None

    @property
    def remember_query(self) -> str:
        """The address that shows, at the next visit, what is new since now."""
        query = self.asked.params.copy()
        query.pop("page", None)
        query["since"] = str(self.asked.plan.ledger_size)
        return f"?{query.urlencode()}"


@public_page("pillar", "commitment", "ministry", "act", "since", "page")
def changes(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Publications by day, narrowed by what the address asks."""
    context = {"changes": build_changes_page(asked)}
    return render_page(request, "public/changes.html", asked, context, current="plan-changes")


def build_changes_page(asked: Asked) -> Changes:
    since = _since(asked)
    entries = _entries(asked)
    if since is not None:
        entries = entries.filter(sequence__gt=since)
    narrowing = narrowed(asked, ChangeFilter(asked.params, entries, plan=asked.plan))
    paginator = Paginator(narrowing.rows, PER_PAGE)
    number = page_number(asked.params)
    if number > paginator.num_pages:
        raise BadQuestion(_("The list has no page %(number)d.") % {"number": number})
    page = paginator.page(number)
    return Changes(
        asked=asked,
        narrowing=narrowing,
        days=_by_day(asked, list(page.object_list)),
        page=page,
        found=paginator.count,
        since=since,
        opened=_opening(asked),
    )


def _entries(asked: Asked) -> Any:
    """What people published after the opening of the plan, by the day asked."""
    acts = [act.value for act in Act if act.is_human]
    rows = LedgerEntry.objects.filter(
        plan=asked.plan, act__in=acts, time__gt=asked.plan.opened_at, time__lt=asked.end
    )
    return rows.order_by("-sequence")


def _opening(asked: Asked) -> int:
    """How many entries the opening made. They are one event to a reader."""
    rows = LedgerEntry.objects.filter(
        plan=asked.plan, time__lte=asked.plan.opened_at, time__lt=asked.end
    )
    return rows.aggregate(number=Count("pk"))["number"] or 0


def _since(asked: Asked) -> int | None:
    texts = asked.params.getlist("since")
    if not texts:
        return None
    text = texts[-1]
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise BadQuestion(
            _("“%(text)s” is not the number of an entry (%(name)s).")
            % {"text": legible(text), "name": "since"}
        )
    return int(text)


def _by_day(asked: Asked, entries: list[LedgerEntry]) -> list[ChangeDay]:
    _stand_in(asked, entries)
    mentions = _mentions(asked, entries)
    names = _names(entries)
    days: dict[dt.date, ChangeDay] = {}
    for entry in entries:
        day = day_of(entry.time, asked.plan.time_zone)
        line = ChangeLine(
            entry, mentions.get(entry.pk, []), _by(entry, names), _level(entry),
            _period(asked, entry),
        )  # fmt: skip
        days.setdefault(day, ChangeDay(day)).lines.append(line)
    return list(days.values())


def _stand_in(asked: Asked, entries: list[LedgerEntry]) -> None:
    """Give redacted entries what is left of them: who published is not taken away."""
    redacted = [entry for entry in entries if entry.payload is None]
    left = stand_ins_of(asked.plan) if redacted else {}
    for entry in redacted:
        entry.payload = left.get(entry.sequence)


def _mentions(asked: Asked, entries: list[LedgerEntry]) -> dict[int, list[tuple[str, str]]]:
    """The commitments each entry speaks of, with the titles they had on the day asked."""
    wordings = asked.public(Wording.objects.filter(commitment=OuterRef("commitment")))
    title = wordings.order_by().values(f"title_{language_now()}")[:1]
    rows = LedgerMention.objects.filter(entry__in=entries).order_by("commitment__position")
    found: dict[int, list[tuple[str, str]]] = {}
    for key, reference, said in rows.annotate(said=Subquery(title)).values_list(
        "entry", "commitment__reference", "said"
    ):
        found.setdefault(key, []).append((reference, said or ""))
    return found


def _period(asked: Asked, entry: LedgerEntry) -> ReportingPeriod | None:
    """The period that the subject of a summary or a signature names."""
    if entry.act not in (Act.PUBLISH_NARRATIVE, Act.SIGN):
        return None
    return next((one for one in asked.periods if one.code in entry.subject), None)


def _names(entries: list[LedgerEntry]) -> dict[str, str]:
    slugs = {_author(entry).get("institution") for entry in entries} - {None}
    bodies = Institution.objects.filter(slug__in=slugs) if slugs else []
    return {body.slug: body.short_name for body in bodies}


def _author(entry: LedgerEntry) -> dict[str, Any]:
    return (entry.payload or {}).get("by") or {}


def _by(entry: LedgerEntry, names: dict[str, str]) -> str:
    """The institution; the secretariat where there is none; several where they agreed."""
    agreed = (entry.payload or {}).get("agreed", [])
    if agreed:
        return _("the parties together")
    return names.get(_author(entry).get("institution") or "", _("the secretariat"))


def _level(entry: LedgerEntry) -> str:
    """The level a report takes, as it was published."""
    if entry.act not in REPORTS:
        return ""
    for said in (entry.payload or {}).get("opened", []):
        if said["model"] == "statusreport" and said["fields"]["level"]:
            return str(Level(said["fields"]["level"]))
    return ""

"""What every public page shares: which plan, which day, the frame around it, and its caching.

A public page is a function of release, plan revision, path, language, known query parameters and
day. That is its ETag and its key in the cache; nothing is ever purged. A person who is signed in
gets the same page made anew, with their own links in the masthead.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar
from unicodedata import category

from django.conf import settings
from django.core.cache import caches
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnership.release import RELEASE
from tracker.access import opened_plan
from tracker.models import Party, Plan, ReportingPeriod
from tracker.models.columns import SpannedQuerySet
from tracker.models.plans import in_the_readers_order
from tracker.public.chrome import frame
from tracker.rules.date_words import day_words
from tracker.rules.dates import end_of_day

View = Callable[..., HttpResponse]
MOST_VALUES = 100
LONGEST_VALUE = 1_000
UNREADABLE = {"Cc", "Cn", "Co", "Cs"}  # controls and what is no character at all
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Spans = TypeVar("Spans", bound=SpannedQuerySet)


class BadQuestion(Exception):
    """A value in the address that means nothing; answered with 400 and this sentence."""


@dataclass
class Asked:
    """What a reader asks: a plan, a day, and the known parameters of the address."""

    plan: Plan
    today: dt.date
    day: dt.date
    params: QueryDict = field(default_factory=QueryDict)

    @property
    def is_as_of(self) -> bool:
        return self.day != self.today

    @property
    def query(self) -> QueryDict:
        """The known parameters, the day among them: all that pages may carry into their links."""
        query = self.params.copy()
        if self.is_as_of:
            query["as_of"] = self.day.isoformat()
        return query

    @property
    def end(self) -> dt.datetime:
        """The instant at which the day asked is over, in the plan's time zone."""
        return end_of_day(self.day, self.plan.time_zone)

    @property
    def as_of_query(self) -> str:
        return f"?as_of={self.day.isoformat()}" if self.is_as_of else ""

    def public(self, rows: Spans) -> Spans:
        """The rows in force on the day asked: the open ones today."""
        return rows.public_on(self.day, self.plan.time_zone) if self.is_as_of else rows.open()

    def in_force(self, prefix: str) -> Q:
        """The same for a joined noun: `prefix` is the way to it, such as "entry__bearings__"."""
        if not self.is_as_of:
            return Q(**{f"{prefix}public_until__isnull": True})
        still = Q(**{f"{prefix}public_until__isnull": True}) | Q(
            **{f"{prefix}public_until__gte": self.end}
        )
        return Q(**{f"{prefix}public_from__lt": self.end}) & still

    @cached_property
    def parties(self) -> list[Party]:
        """The plan's parties in the order of the reader's language."""
        return in_the_readers_order(list(self.plan.parties.all()))

    @cached_property
    def periods(self) -> list[ReportingPeriod]:
        return list(self.plan.periods.all())

    @cached_property
    def next_due(self) -> dict[int, dt.date]:
        """Due date of the period that follows each period, by the period's key."""
        following = [*self.periods[1:], *self.periods[-1:]]
        return {
            period.pk: after.due_on for period, after in zip(self.periods, following, strict=True)
        }

    def periods_followed_up(self) -> list[int]:
        """Periods after which the next report was due before the day asked."""
        return [key for key, due in self.next_due.items() if due < self.day]


def public_page(*known: str) -> Callable[[View], View]:
    """A public page of a plan: `view(request, asked, ...)`. `known` are its query parameters.

    Unknown parameters are dropped before anything is looked up. A meaningless value is answered by
    400 and a sentence; `as_of` must lie between the announcement and today.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
            try:
                asked = read_question(request, opened_plan(slug), known)
                request.GET = asked.query  # type: ignore[assignment]
                return _answer(request, asked, lambda: view(request, asked, **kwargs))
            except BadQuestion as fault:
                return render(request, "errors/400.html", {"message": str(fault)}, status=400)

        return page

    return decorate


def read_question(request: HttpRequest, plan: Plan, known: Sequence[str]) -> Asked:
    """The plan, day and known parameters of an address. Raises BadQuestion."""
    today = plan.today(timezone.now())
    params = QueryDict(mutable=True)
    for name in sorted({*known} - {"as_of"}):
        values = [value for value in request.GET.getlist(name) if value]
        if len(values) > MOST_VALUES or not all(_is_readable(value) for value in values):
            raise BadQuestion(
                _("“%(name)s” in the address has a value we cannot read.") % {"name": name}
            )
        if values:
            params.setlist(name, values)
    days = [text for text in request.GET.getlist("as_of") if text]
    if len(set(days)) > 1:
        raise BadQuestion(_("The address asks for more than one day: give one “as_of”."))
    return Asked(plan, today, read_day(days[0] if days else "", plan, today), params)


def legible(text: str) -> str:
    """The beginning of what stood in an address, fit to be repeated to the reader."""
    return "".join(char for char in text[:40] if category(char) not in UNREADABLE)


def _is_readable(value: str) -> bool:
    """Whether a person could have typed or chosen it: no control characters, not endless."""
    return len(value) <= LONGEST_VALUE and not any(category(char) in UNREADABLE for char in value)


def read_day(text: str, plan: Plan, today: dt.date, *, default: dt.date | None = None) -> dt.date:
    """A day of the record from an address; without one the default, else today.

    Raises BadQuestion for what is no day, lies in the future or before the plan.
    """
    if not text:
        return default or today
    try:
        day = dt.date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise BadQuestion(
            _("“%(text)s” is not a day: write it like 2026-01-31.") % {"text": legible(text)}
        )
    if day > today:
        raise BadQuestion(_("This day lies in the future: the record ends today."))
    if day < plan.announced_on:
        raise BadQuestion(
            _("This day lies before the plan: it was announced on %(day)s.")
            % {"day": day_words(plan.announced_on)}
        )
    return day


def _answer(request: HttpRequest, asked: Asked, make: Callable[[], HttpResponse]) -> HttpResponse:
    """From the cache where anyone may have the same page; made anew for a signed-in person."""
    if has_session(request):
        return make()
    etag = f'"{page_key(request, asked)}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _cached(etag, make)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    patch_vary_headers(response, ["Cookie"])
    return response


def _cached(key: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    kept = caches["pages"].get(key)
    if kept is None:
        response = make()
        if response.status_code != 200:
            return response
        kept = (response.content, response["Content-Type"])
        caches["pages"].set(key, kept)
    return HttpResponse(kept[0], content_type=kept[1])


def page_key(request: HttpRequest, asked: Asked) -> str:
    """Everything the page is a function of, in one short hash."""
    parts = [
        RELEASE,
        str(asked.plan.pk),
        str(asked.plan.revision),
        request.path,
        get_language() or "",
        asked.params.urlencode(),
        asked.day.isoformat(),
        str(asked.is_as_of),
        request.scheme or "",
        request.get_host(),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def has_session(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def render_page(
    request: HttpRequest,
    template: str,
    asked: Asked,
    context: dict[str, Any],
    *,
    current: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a plan page in its frame. `current` names its entry in the menu."""
    framed = frame(
        request,
        asked.plan,
        day=asked.day,
        today=asked.today,
        params=asked.params,
        current=current,
    )
    return render(request, template, {**framed, "asked": asked, **context}, status=status)

"""The frame around every page: menu, languages, sign-in, notices, addresses of the same page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tracker.access import rights
from tracker.models import Plan
from tracker.rules.dates import day_of

MENU = (
    ("plan-overview", gettext_lazy("Overview")),
    ("pillar-list", gettext_lazy("Pillars")),
    ("commitment-list", gettext_lazy("Commitments")),
    ("institution-list", gettext_lazy("Ministries")),
    ("meeting-list", gettext_lazy("Meetings")),
    ("plan-timeline", gettext_lazy("Timeline")),
    ("plan-changes", gettext_lazy("Changes")),
    ("plan-announcement", gettext_lazy("The announcement")),
    ("plan-method", gettext_lazy("About")),
)


def frame(
    request: HttpRequest,
    plan: Plan,
    *,
    day: dt.date | None = None,
    today: dt.date | None = None,
    params: QueryDict | None = None,
    current: str = "",
) -> dict[str, Any]:
    """Context of layouts/base.html and page.html for a page of `plan`."""
    is_as_of = day is not None and day != today
    as_of_query = f"?as_of={day.isoformat()}" if is_as_of and day else ""
    query = params.copy() if params else QueryDict(mutable=True)
    if is_as_of and day:
        query["as_of"] = day.isoformat()
    return {
        "plan": plan,
        "day": day,
        "today": today,
        "is_as_of": is_as_of,
        "is_before_opening": day is not None and _is_before_opening(plan, day),
        "as_of_query": as_of_query,
        "kept_params": [
            (name, value) for name, values in query.lists() for value in values if name != "as_of"
        ],
        "menu": [
            {
                "url": reverse(name, args=[plan.slug]) + as_of_query,
                "label": label,
                "current": name == current,
            }
            for name, label in MENU
        ],
        "home_url": plan.get_absolute_url() + as_of_query,
        "method_url": reverse("plan-method", args=[plan.slug]),
        "accessibility_url": reverse("plan-method", args=[plan.slug]) + "#accessibility",
        "data_url": reverse("plan-method", args=[plan.slug]) + "#data",
        "ledger_head": plan.ledger_head if plan.ledger_size else "",
        "ledger_url": reverse("ledger-list", args=[plan.slug]),
        "changed_on": _changed_on(plan) if day is not None and not is_as_of else None,
        "notices": [],
        "canonical_url": request.build_absolute_uri(request.path + _suffix(query)),
        "alternates": alternates(request, query),
        "languages": languages(request, query),
        **account(request),
    }


def _is_before_opening(plan: Plan, day: dt.date) -> bool:
    """Nobody published here yet: what is shown of such a day comes from its sources."""
    return plan.opened_at is not None and day < day_of(plan.opened_at, plan.time_zone)


def _changed_on(plan: Plan) -> dt.date | None:
    """The day on which a person last made something public."""
    return day_of(plan.changed_at, plan.time_zone) if plan.changed_at else None


def languages(request: HttpRequest, query: QueryDict | None = None) -> list[dict[str, Any]]:
    """The same page in each language, with everything asked of it."""
    suffix = _suffix(query)
    return [
        {
            "code": code,
            "label": label,
            "url": translate_url(request.path, code) + suffix,
            "current": code == get_language(),
        }
        for code, label in settings.LANGUAGES
    ]


def alternates(request: HttpRequest, query: QueryDict | None) -> list[dict[str, str]]:
    """hreflang links; x-default is the address without a language choice, in English."""
    links = [
        {"code": one["code"], "url": request.build_absolute_uri(one["url"])}
        for one in languages(request, query)
    ]
    return [*links, {"code": "x-default", "url": links[0]["url"]}]


def account(request: HttpRequest) -> dict[str, Any]:
    """Sign-in for visitors; my work and the account for a person who is signed in."""
    sign_in: dict[str, Any] = {
        "sign_in_url": reverse("account_login"),
        "account": None,
        "desk_menu": [],
    }
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return sign_in
    desk = []
    if rights(request).is_known:
        desk.append({"url": reverse("desk-home"), "label": _("My work"), "current": False})
    return {
        "desk_menu": desk,
        "account": {"url": reverse("account_logout"), "label": request.user.get_short_name()},
    }


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what pages outside a plan need; the frame of a plan has its own."""
    if not hasattr(request, "user") or not hasattr(request, "session"):
        return {}
    return {"languages": SimpleLazyObject(lambda: languages(request)), **account(request)}


def _suffix(query: QueryDict | None) -> str:
    return f"?{query.urlencode()}" if query else ""

"""Where a person comes to after signing in: their work, or a sentence that says where it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tracker.access import Rights, rights
from tracker.desk.entry import at_the_desk, render_desk
from tracker.models import Plan, StatusReport


@require_safe
@at_the_desk
def desk_home(request: HttpRequest) -> HttpResponse:
    """My work where there is one plan to work on; else the plans, or the way to administration."""
    held = rights(request)
    mine = Plan.objects.open().filter(parties__in=held.parties).distinct()
    plans = list(mine.order_by("-is_default", "slug"))
    if len(plans) == 1 and not held.as_secretariat():
        return redirect("desk-work", plans[0].slug)
    default = plans[0] if plans else Plan.objects.open().order_by("-is_default", "slug").first()
    return render_desk(
        request,
        "desk/home.html",
        default,
        {
            "plans": plans,
            "is_secretariat": held.as_secretariat() is not None,
            "on_behalf": _on_behalf(held),
        },
    )


def _on_behalf(held: Rights) -> list[StatusReport]:
    """Reports the secretariat is entering on behalf of a party."""
    if held.as_secretariat() is None:
        return []
    rows = held.unpublished_reports().filter(on_behalf=True)
    return list(rows.select_related("commitment", "party", "period").order_by("-saved_at", "pk"))

"""The site's root leads to the default plan, in the reader's language."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from tracker.models import Plan


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the default plan, else to the first that is open; 404 with a sentence if none."""
    plan = Plan.objects.open().order_by("-is_default", "slug").first()
    if plan is None:
        raise Http404
    return HttpResponseRedirect(plan.get_absolute_url())

"""The plan and its structure: pillars and priority areas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.access import rights
from tracker.actions.plans import open_entered_plan
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.admin.acting import RegisteredAdmin
from tracker.admin.looking import address_of, in_languages
from tracker.forms.admin_acts import OpenForm
from tracker.forms.admin_nouns import PlanForm
from tracker.models import Pillar, Plan, PriorityArea


@admin.register(Plan)
class PlanAdmin(RegisteredAdmin):
    form = PlanForm
    fixed = ("slug",)
    withdrawal = _("A plan that was opened is kept for ever. One that was never opened can go.")
    list_display = ("title", "slug", "announced_on", "axis_ends_on", "opened_at", "accepted_at")
    list_filter = ("is_default", "is_sample", "parties")
    search_fields = ("slug", "title_en", "title_fr", "title_es")
    autocomplete_fields = ("parties",)
    readonly_fields = ("opened_at", "accepted_at")
    fieldsets = (
        (None, {"fields": ["slug", "parties", ("opened_at", "accepted_at")]}),
        *in_languages("title", "summary", "notice", "limits", "end_note"),
        (
            _("Days"),
            {
                "fields": [("announced_on", "axis_ends_on"), "compiled_on", "time_zone"],
                "description": _("The time zone says when a day is over in this plan."),
            },
        ),
        (
            _("Reporting"),
            {
                "fields": [
                    ("due_after_days", "close_after_days"),
                    ("courtesy_days", "stale_after_days", "due_soon_days"),
                ],
                "description": _(
                    "The rhythm makes the reporting periods when the plan is opened. "
                    "Change later ones under “Reporting periods”."
                ),
            },
        ),
        (_("Place on this site"), {"fields": [("is_default", "is_sample")]}),
    )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.open_view)
        return [path("<path:object_id>/open/", view, name="tracker_plan_open"), *super().get_urls()]

    def act_links(self, request: HttpRequest, row: Plan) -> Iterable[tuple[str | None, Any]]:
        if row.opened_at is None:
            yield reverse("admin:tracker_plan_open", args=[row.pk]), _("Open this plan")

    def act_notice(self, request: HttpRequest, row: Plan) -> Any:
        if row.opened_at is None:
            return _("This plan is not public yet: enter its parts, then open it.")
        return ""

    def view_on_site(self, row: Plan) -> str | None:
        return address_of("plan-overview", row.slug) if row.opened_at else None

    def open_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then make the plan public."""
        plan = self.get_object(request, unquote(object_id))
        if plan is None:
            raise Http404
        if not self.has_change_permission(request, plan):
            raise PermissionDenied
        form = OpenForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._opened(request, plan, form):
            return HttpResponseRedirect(reverse("admin:tracker_plan_change", args=[plan.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Open this plan"),
            "opts": self.opts,
            "rows": [self.label_of(plan)],
            "form": form,
            "sentence": _("Opening makes the plan public. It cannot be undone."),
            "back": reverse("admin:tracker_plan_change", args=[plan.pk]),
        }
        return TemplateResponse(request, "admin/tracker/open_plan.html", context)

    def _opened(self, request: HttpRequest, plan: Plan, form: OpenForm) -> bool:
        act_id = form.cleaned_data["act_id"]
        try:
            open_entered_plan(plan, rights=rights(request), at=timezone.now(), act_id=act_id)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
            return False
        except AlreadyDone:
            pass
        messages.success(request, _("The plan is open to the public."))
        return True


@admin.register(Pillar)
class PillarAdmin(RegisteredAdmin):
    fixed = ("plan", "number", "slug")
    list_display = ("number", "title", "plan")
    list_display_links = ("number", "title")
    list_filter = ("plan",)
    list_select_related = ("plan",)
    search_fields = ("slug", "title_en", "title_fr", "title_es")
    fieldsets = (
        (None, {"fields": ["plan", ("number", "slug")]}),
        *in_languages("title", "variant", "variant_note"),
    )


@admin.register(PriorityArea)
class PriorityAreaAdmin(RegisteredAdmin):
    fixed = ("plan", "slug")
    list_display = ("position", "title", "pillar", "basis", "plan")
    list_display_links = ("position", "title")
    list_filter = ("plan", "pillar", "basis")
    list_select_related = ("plan", "pillar")
    search_fields = ("slug", "title_en", "title_fr", "title_es")
    autocomplete_fields = ("pillar",)
    fieldsets = (
        (None, {"fields": ["plan", "pillar", ("slug", "position"), "basis"]}),
        *in_languages("title"),
    )

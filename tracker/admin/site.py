"""The site: who may enter, how they sign in, and the order of its index."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from tracker.access import rights
from tracker.admin.looking import LookingAdmin

# The record's nouns in the order in which a plan is built.
SECTIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("plan", _("The plan"), ("Plan", "Pillar", "PriorityArea", "Commitment")),
    ("bodies", _("Parties and institutions"), ("Party", "Institution")),
    ("record", _("The public record"), ("Source", "SourceParagraph", "RecordEntry", "Reading")),
    ("meetings", _("Meetings"), ("Meeting", "Decision")),
    ("reports", _("Reporting"), ("ReportingPeriod", "StatusReport", "Standing")),
    ("ledger", _("Ledger"), ("LedgerEntry",)),
    ("people", _("People and roles"), ("User", "Membership")),
)


class Autocomplete(AutocompleteJsonView):
    """Suggestions that say what a row is, not only its reference."""

    model_admin: LookingAdmin

    def get_queryset(self) -> models.QuerySet[Any]:
        return self.model_admin.with_labels(super().get_queryset())

    def serialize_result(self, obj: models.Model, to_field_name: str) -> dict[str, str]:
        return {
            "id": str(getattr(obj, to_field_name)),
            "text": self.model_admin.label_of(obj),
        }


class TrackerAdminSite(AdminSite):
    """Open to staff who hold a secretariat or administrator membership today."""

    site_title = _("Administration")
    site_header = _("Administration of the record")
    index_title = _("The record and the people who keep it")
    empty_value_display = "—"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(
            request.user.is_active
            and request.user.is_staff
            and rights(request).as_secretariat() is not None
        )

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Anonymous people go to sign in; signed-in people without the rights are refused."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Administrators sign in like everybody else: same page, limits and second factor."""
        after = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}):
            after = reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(after)
        if not self.has_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(after)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Autocomplete.as_view(admin_site=self)(request)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """One section for each part of the record instead of one for the whole application."""
        found = {
            row["object_name"]: row
            for app in self._build_app_dict(request).values()
            for row in app["models"]
        }
        sections = []
        for key, name, nouns in SECTIONS:
            rows = [found[noun] for noun in nouns if noun in found]
            if rows:
                sections.append(
                    {
                        "name": name,
                        "app_label": f"tracker-{key}",
                        "app_url": reverse("admin:app_list", args=["tracker"]),
                        "has_module_perms": True,
                        "models": rows,
                    }
                )
        return sections

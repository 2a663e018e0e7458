"""Reporting periods: the secretariat may move their days until they are closed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.admin.acting import RegisteredAdmin
from tracker.models import ReportingPeriod


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(RegisteredAdmin):
    fixed = ("plan", "year", "quarter")
    list_display = ("__str__", "plan", "starts_on", "ends_on", "due_on", "closes_on", "closed_at")
    list_filter = ("plan", "year", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("plan",)
    search_fields = ("year", "quarter")
    readonly_fields = ("closed_at",)
    fieldsets = (
        (None, {"fields": ["plan", ("year", "quarter")]}),
        (
            _("Days"),
            {
                "fields": [("starts_on", "ends_on"), ("due_on", "closes_on"), "closed_at"],
                "description": _(
                    "A party is said to be awaited after the due day. After the closing day "
                    "no report is taken for the period."
                ),
            },
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        still_open = obj is None or not _is_closed(obj)
        return still_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def act_notice(self, request: HttpRequest, row: ReportingPeriod) -> Any:
        return _("This period is closed: it stays as it is.") if _is_closed(row) else ""


def _is_closed(period: ReportingPeriod) -> bool:
    return period.is_closed(period.plan.today(timezone.now()))

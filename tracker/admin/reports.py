"""Reports and standings: to be read. Of an unpublished report, its state and dates alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tracker.access import rights
from tracker.admin.looking import ReadOnlyAdmin, address_of, link_to
from tracker.models import Standing, StatusReport

# Read from the database at all: no text of a report passes through these pages.
COLUMNS = (
    "pk", "commitment__reference", "commitment__plan__slug", "party__name_en", "party__name_fr",
    "party__name_es", "period__year", "period__quarter", "state", "started_at", "saved_at",
    "submitted_at", "published_at",
)  # fmt: skip


@admin.register(StatusReport)
class StatusReportAdmin(ReadOnlyAdmin):
    list_display = ("commitment", "party", "period", "state", "saved_at", "published_at")
    list_filter = ("commitment__plan", "party", "state", "period")
    list_select_related = ("commitment", "party", "period")
    search_fields = ("commitment__reference",)
    ordering = ("-saved_at", "-pk")
    fieldsets = (
        (None, {"fields": ["commitment", "party", "period", "state"]}),
        (_("Dates"), {"fields": ["started_at", "saved_at", "submitted_at", "published_at"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusReport]:
        rows = super().get_queryset(request).select_related("commitment__plan", "party", "period")
        return rows.only(*COLUMNS)

    def act_links(
        self, request: HttpRequest, row: StatusReport
    ) -> Iterable[tuple[str | None, Any]]:
        commitment = row.commitment
        if row.is_published:
            page = address_of("commitment-detail", commitment.plan.slug, commitment.reference)
            yield page, _("Read it on its commitment’s page")
        elif rights(request).reads_draft(row):
            yield address_of("report-review", row.pk), _("Review it on the desk")

    def act_notice(self, request: HttpRequest, row: StatusReport) -> Any:
        if row.is_published:
            return _("A published report is never changed: its party corrects it by a new one.")
        return _(
            "Until it is published, only its own side reads a report, on the desk. "
            "Here stand its state and dates."
        )


@admin.register(Standing)
class StandingAdmin(ReadOnlyAdmin):
    list_display = ("commitment", "level", "confidence", "basis", "public_from", "public_until")
    list_filter = (
        "plan", ("public_until", admin.EmptyFieldListFilter), "basis", "level", "confidence",
    )  # fmt: skip
    list_select_related = ("commitment",)
    search_fields = ("commitment__reference", "search_key")
    fieldsets = (
        (None, {"fields": ["commitment_link", "wording", "level", "confidence", "basis"]}),
        (None, {"fields": ["level_differs", "confidence_differs", "period", "has_evidence"]}),
        (None, {"fields": ["last_published_at", "public_from", "public_until"]}),
    )

    @admin.display(description=_("commitment"))
    def commitment_link(self, row: Standing) -> Any:
        return link_to(row.commitment)

    def act_links(self, request: HttpRequest, row: Standing) -> Iterable[tuple[str | None, Any]]:
        commitment = row.commitment
        page = address_of("commitment-detail", commitment.plan.slug, commitment.reference)
        yield page, _("View on site")

    def act_notice(self, request: HttpRequest, row: Standing) -> Any:
        return _("A standing follows from reports and readings: publish those to change it.")

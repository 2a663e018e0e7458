"""Sources with their paragraphs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.admin.acting import RegisteredAdmin
from tracker.admin.inlines import StackedRows
from tracker.admin.looking import ReadOnlyAdmin, in_languages, source_date
from tracker.models import Source, SourceParagraph


class Paragraphs(StackedRows):
    model = SourceParagraph
    verbose_name_plural = _("paragraphs (cited ones stay)")
    once = "number"
    fieldsets = (
        (None, {"fields": [("number", "label")]}),
        (
            None,
            {
                "fields": [
                    ("document_en", "document_fr", "document_es"),
                    "about_en",
                    "about_fr",
                    "about_es",
                ]
            },
        ),
    )


@admin.register(Source)
class SourceAdmin(RegisteredAdmin):
    fixed = ("plan", "key")
    inlines = (Paragraphs,)
    list_display = ("key", "title", "publisher", "kind", "language", "cited")
    list_filter = ("plan", "kind", "language")
    search_fields = ("key", "title", "publisher", "url")
    fieldsets = (
        (None, {"fields": ["plan", "key", "title", "publisher", ("kind", "language"), "url"]}),
        source_date("published", _("Published")),
        *in_languages("note"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(cited_times=Count("citations"))

    @admin.display(description=_("cited"), ordering="cited_times")
    def cited(self, row: Any) -> int:
        return int(row.cited_times)


@admin.register(SourceParagraph)
class SourceParagraphAdmin(ReadOnlyAdmin):
    """Paragraphs to search and to suggest; they are entered and changed with their source."""

    list_display = ("label", "source_key", "about")
    list_filter = ("source__plan", "source__key")
    list_select_related = ("source",)
    search_fields = ("label", "source__key", "about_en", "about_fr", "about_es")
    fieldsets = (
        (None, {"fields": ["source", "number", "label"]}),
        *in_languages("document", "about"),
    )

    def label_of(self, row: Any) -> str:
        return f"{row.source.key} {row.label}: {row.about[:80]}"

    def with_labels(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.select_related("source")

    @admin.display(description=_("source"))
    def source_key(self, row: SourceParagraph) -> str:
        return row.source.key

    @admin.display(description=_("what it is about"))
    def about(self, row: SourceParagraph) -> str:
        return row.about[:120]

    def act_links(
        self, request: HttpRequest, row: SourceParagraph
    ) -> Iterable[tuple[str | None, Any]]:
        address = reverse("admin:tracker_source_change", args=[row.source_id])
        yield address, _("Change it with its source")

"""The ledger: one entry for each publication, to be read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracker.admin.looking import ReadOnlyAdmin, address_of
from tracker.models import LedgerEntry


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("sequence", "time", "act", "subject", "plan")
    list_display_links = ("sequence", "subject")
    list_filter = ("plan", "act")
    list_select_related = ("plan",)
    date_hierarchy = "time"
    search_fields = ("subject",)
    ordering = ("-time", "-sequence")
    fieldsets = (
        (None, {"fields": ["plan", "sequence", "time", "act", "subject", "act_id"]}),
        (_("Chain"), {"fields": ["payload_hash", "previous", "hash"]}),
        (_("What was published"), {"fields": ["published"]}),
    )

    @admin.display(description=_("content"))
    def published(self, row: LedgerEntry) -> SafeString:
        text = json.dumps(row.payload, ensure_ascii=False, indent=1, sort_keys=True)
        return format_html("<pre>{}</pre>", text)

    def act_links(self, request: HttpRequest, row: LedgerEntry) -> Iterable[tuple[str | None, Any]]:
        yield address_of("plan-ledger", row.plan.slug), _("The ledger’s page")

    def act_notice(self, request: HttpRequest, row: LedgerEntry) -> Any:
        return _("Entries are appended by every publication and never changed.")

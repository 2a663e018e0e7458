"""Parties, and the ministries and institutions of each side and of neither."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tracker.admin.acting import RegisteredAdmin
from tracker.admin.looking import in_languages
from tracker.forms.admin_nouns import InstitutionForm, PartyForm
from tracker.models import Institution, Party


@admin.register(Party)
class PartyAdmin(RegisteredAdmin):
    form = PartyForm
    fixed = ("code",)
    list_display = ("name", "code", "publication_languages")
    search_fields = ("code", "name_en", "name_fr", "name_es")
    fieldsets = (
        (None, {"fields": ["code", "publication_languages"]}),
        *in_languages("name"),
        (
            _("Order"),
            {
                "fields": [("position_en", "position_fr", "position_es")],
                "description": _("Which party comes first depends on the reader’s language."),
            },
        ),
    )


@admin.register(Institution)
class InstitutionAdmin(RegisteredAdmin):
    form = InstitutionForm
    fixed = ("slug",)
    list_display = ("name", "acronym", "party", "kind", "is_government", "verification", "site")
    list_filter = ("party", "kind", "is_government", "verification", "site_verification")
    list_select_related = ("party",)
    search_fields = (
        "slug", "name_en", "name_fr", "name_es", "acronym_en", "acronym_fr", "acronym_es",
    )  # fmt: skip
    autocomplete_fields = ("parent",)
    fieldsets = (
        (None, {"fields": ["slug", ("party", "is_government"), ("kind", "parent")]}),
        *in_languages("name", "acronym", "note"),
        (
            _("How the names are known"),
            {
                "fields": ["official_languages", "verification", ("site", "site_verification")],
                "description": _(
                    "“General reference” means the name was not seen in a source of the plan."
                ),
            },
        ),
    )

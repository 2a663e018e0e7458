"""Commitments: identity, the wording in force, and the rows that belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Max, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.actions.commitments import add_commitment, change_commitment, withdraw_commitment
from tracker.admin.acting import Act, VersionedAdmin
from tracker.admin.filters import in_force_by
from tracker.admin.inlines import StackedRows
from tracker.admin.looking import address_of, in_languages, source_date
from tracker.forms.admin_nouns import CommitmentForm
from tracker.models import (
    Citation,
    Commitment,
    Funding,
    Milestone,
    Responsibility,
    Standing,
    Wording,
)
from tracker.vocabulary import LANGUAGES


class Responsibilities(StackedRows):
    model = Responsibility
    once = "institution"
    autocomplete_fields = ("institution",)
    readonly_fields = ("public_from",)
    fields = (
        ("institution", "role", "basis"),
        ("note_en", "note_fr", "note_es"),
        ("position", "public_from"),
    )


class Citations(StackedRows):
    model = Citation
    autocomplete_fields = ("source", "paragraph")
    readonly_fields = ("public_from",)
    fields = (
        ("source", "paragraph"),
        ("bears", "origin"),
        ("locator_en", "locator_fr", "locator_es"),
        ("note_en", "note_fr", "note_es"),
        ("position", "public_from"),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "origin" and field is not None:
            field.help_text = _("Filled where the commitment comes from; else it only supports.")
        return field


class Milestones(StackedRows):
    model = Milestone
    autocomplete_fields = ("entry",)
    readonly_fields = ("public_from",)
    fields = (
        ("title_en", "title_fr", "title_es"),
        ("due_from", "due_to"),
        ("due_precision", "due_qualifier"),
        ("due_note_en", "due_note_fr", "due_note_es"),
        ("state", "entry"),
        ("is_on_plan_line", "public_from"),
    )


class Fundings(StackedRows):
    model = Funding
    autocomplete_fields = ("provider",)
    readonly_fields = ("public_from",)
    fields = (
        ("provider", "provider_party"),
        ("amount", "currency", "currency_basis"),
        "is_envelope",
        ("note_en", "note_fr", "note_es"),
        "public_from",
    )


@admin.register(Commitment)
class CommitmentAdmin(VersionedAdmin):
    form = CommitmentForm
    version_model, owner_name = Wording, "commitment"
    version_left_out = ("number", "author_role", *(f"reason_{code}" for code in LANGUAGES))
    fixed = ("plan", "reference")
    identity = ("plan", "reference", "kind", "pillar", "area")
    withdrawal = _(
        "It leaves today’s pages. It stays in the record, in the ledger and on every earlier day. "
        "A commitment with reports is not withdrawn but closed or superseded."
    )
    inlines = (Responsibilities, Citations, Milestones, Fundings)
    list_display = ("reference", "title", "pillar", "kind", "level", "basis")
    list_display_links = ("reference", "title")
    list_filter = (
        in_force_by("wordings"), "plan", "pillar", "area", "kind", "composition",
        "reporting_basis", "reporting_parties",
    )  # fmt: skip
    list_select_related = ("plan", "pillar")
    search_fields = (
        "reference", "wordings__title_en", "wordings__title_fr", "wordings__title_es",
    )  # fmt: skip
    autocomplete_fields = ("parent", "superseded_by", "pillar", "area", "reporting_parties")
    readonly_fields = ("public_since",)
    fieldsets = (
        (None, {"fields": ["plan", ("reference", "position"), ("kind", "composition")]}),
        (
            _("Place"),
            {
                "fields": [
                    ("pillar", "area"),
                    "placement",
                    ("placement_note_en", "placement_note_fr", "placement_note_es"),
                    ("parent", "superseded_by"),
                ],
                "description": _("“By theme” says that no source places it there."),
            },
        ),
        (
            _("Who must report"),
            {
                "fields": [("reporting_parties", "reporting_basis")],
                "description": _("Nobody reports where no government acts or nothing is promised."),
            },
        ),
        *in_languages("title", "description", "completion_test", "note"),
        source_date("target", _("Target date")),
        (None, {"fields": ["target_basis", "public_since"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commitment]:
        standings = Standing.objects.open().select_related("wording")
        prefetch = Prefetch("standings", standings, to_attr="open_standings")
        return super().get_queryset(request).prefetch_related(prefetch)

    def label_of(self, row: Any) -> str:
        return f"{row.reference} {self.title(row)}"

    @admin.display(description=_("title"))
    def title(self, row: Any) -> str:
        return row.open_standings[0].wording.title if row.open_standings else "—"

    @admin.display(description=_("level"))
    def level(self, row: Any) -> str:
        return row.open_standings[0].get_level_display() if row.open_standings else "—"

    @admin.display(description=_("basis"))
    def basis(self, row: Any) -> str:
        return (
            row.open_standings[0].get_basis_display() if row.open_standings else str(_("withdrawn"))
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        last = Commitment.objects.aggregate(last=Max("position"))["last"] or 0
        return {"position": last + 1, **super().get_changeform_initial_data(request)}

    def reason_fields(self, obj: Any) -> tuple[str, ...]:
        return tuple(f"reason_{code}" for code in LANGUAGES) if obj is not None else ()

    def form_facts(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = super().form_facts(request, obj)
        facts["target_basis"].label = _("The target date is")
        return facts

    def act_links(self, request: HttpRequest, row: Commitment) -> Iterable[tuple[str | None, Any]]:
        if self.open_version(row):
            add = reverse("admin:tracker_reading_add")
            yield f"{add}?commitment={row.pk}", _("Publish a reading")

    def view_on_site(self, row: Commitment) -> str | None:
        return address_of("commitment-detail", row.plan.slug, row.reference)

    def act(self, act: Act, change: bool) -> None:
        parties = act.form.cleaned_data["reporting_parties"]
        wording = act.form.version
        reasons = {code: act.form.cleaned_data.get(f"reason_{code}", "") for code in LANGUAGES}
        for code, text in reasons.items():
            setattr(wording, f"reason_{code}", text)
        common = {"reporting_parties": parties, "changes": act.changes, **act.key}
        if not change:
            add_commitment(act.row, wording, **common)
            return
        reason = next((text for text in reasons.values() if text.strip()), "")
        change_commitment(act.row, wording, reason=reason, **common)

    def is_joint(self, act: Act) -> bool:
        return act.row.plan.accepted_at is not None

    def withdraw(self, row: Any, *, reason: str, **key: Any) -> None:
        withdraw_commitment(row, reason=reason, **key)

"""Meetings with agenda, participants and decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.actions.record import says_minutes
from tracker.admin.acting import Act
from tracker.admin.filters import in_force_by
from tracker.admin.inlines import StackedRows, TabularRows
from tracker.admin.looking import ReadOnlyAdmin, address_of, in_languages, source_date
from tracker.admin.record import ThingAdmin
from tracker.models import AgendaItem, Decision, Meeting, MeetingParticipant, MeetingVersion


class Agenda(StackedRows):
    model = AgendaItem
    once = "commitment"
    autocomplete_fields = ("commitment",)
    readonly_fields = ("public_from",)
    fields = (
        ("commitment", "position", "public_from"),
        ("note_en", "note_fr", "note_es"),
    )


class MeetingParticipants(TabularRows):
    model = MeetingParticipant
    once = "institution"
    verbose_name_plural = _("participants that no record entry names")
    autocomplete_fields = ("institution",)
    readonly_fields = ("public_from",)
    fields = ("institution", "note_en", "note_fr", "note_es", "position", "public_from")


class Decisions(StackedRows):
    model = Decision
    once = "number"
    autocomplete_fields = ("commitment", "owner")
    readonly_fields = ("public_from",)
    fields = (
        ("number", "state"),
        ("commitment", "owner"),
        "text_en",
        "text_fr",
        "text_es",
        ("due_from", "due_to"),
        ("due_precision", "due_qualifier"),
        ("due_note_en", "due_note_fr", "due_note_es"),
        "public_from",
    )


@admin.register(Meeting)
class MeetingAdmin(ThingAdmin):
    version_model, owner_name = MeetingVersion, "meeting"
    fixed = ("plan", "slug")
    identity = ("plan", "slug", "entry")
    inlines = (Agenda, MeetingParticipants, Decisions)
    list_display = ("title", "held", "level", "state", "slug")
    list_filter = (in_force_by("versions"), "plan", "versions__level", "versions__state")
    list_select_related = ("plan",)
    search_fields = ("slug", "versions__title_en", "versions__title_fr", "versions__title_es")
    autocomplete_fields = ("entry",)
    readonly_fields = ("public_since",)
    fieldsets = (
        (
            None,
            {
                "fields": ["plan", "slug", "entry", ("level", "state"), "public_since"],
                "description": _(
                    "The record entry that tells of the meeting carries its participants and "
                    "sources. What did not take place is not a meeting held."
                ),
            },
        ),
        source_date("held", _("Date")),
        *in_languages("title", "summary", "place"),
    )

    @admin.display(description=_("date"))
    def held(self, row: Any) -> Any:
        return row.open_versions[0].held_from if row.open_versions else None

    @admin.display(description=_("level"))
    def level(self, row: Any) -> str:
        return row.open_versions[0].get_level_display() if row.open_versions else "—"

    @admin.display(description=_("state"))
    def state(self, row: Any) -> str:
        return row.open_versions[0].get_state_display() if row.open_versions else "—"

    def is_joint(self, act: Act) -> bool:
        """Minutes and decisions, once the parties have accepted the plan."""
        accepted = act.row.plan.accepted_at is not None
        return accepted and says_minutes(act.row, act.form.version, act.changes)

    def view_on_site(self, row: Meeting) -> str | None:
        return address_of("meeting-detail", row.plan.slug, row.slug)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Decisions and their earlier versions. They are entered and changed with their meeting."""

    list_display = ("__str__", "text", "owner", "due_from", "state", "public_from", "public_until")
    list_filter = ("meeting__plan", "state", ("public_until", admin.EmptyFieldListFilter))
    list_select_related = ("meeting", "owner")
    search_fields = ("meeting__slug", "text_en", "text_fr", "text_es")
    fieldsets = (
        (None, {"fields": ["meeting", "number", "commitment", "owner", "state"]}),
        source_date("due", _("Due")),
        *in_languages("text"),
        (None, {"fields": ["public_from", "public_until"]}),
    )

    @admin.display(description=_("decision"))
    def text(self, row: Decision) -> str:
        return row.text[:120]

    def act_links(self, request: HttpRequest, row: Decision) -> Iterable[tuple[str | None, Any]]:
        address = reverse("admin:tracker_meeting_change", args=[row.meeting_id])
        yield address, _("Change it with its meeting")

    def act_notice(self, request: HttpRequest, row: Decision) -> Any:
        return _("A decision is changed on its meeting’s form. Earlier versions stay here.")

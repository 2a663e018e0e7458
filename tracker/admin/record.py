"""Record entries, and the readings the secretariat takes from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.actions.record import publish_reading, publish_thing, withdraw_thing
from tracker.admin.acting import Act, ActingAdmin, VersionedAdmin
from tracker.admin.commitments import Citations
from tracker.admin.filters import in_force_by
from tracker.admin.inlines import StackedRows, TabularRows
from tracker.admin.looking import address_of, in_languages, source_date
from tracker.forms.admin_nouns import ReadingForm
from tracker.models import (
    Commitment,
    EntryBearing,
    EntryVersion,
    Meeting,
    Participant,
    Reading,
    RecordEntry,
)

WITHDRAWAL = _(
    "It leaves today’s pages. It stays in the record, in the ledger and on every earlier day."
)


class ThingAdmin(VersionedAdmin):
    """What `publish_thing` enters and changes: record entries and meetings."""

    withdrawal = WITHDRAWAL

    def act(self, act: Act, change: bool) -> None:
        publish_thing(act.row, act.form.version, changes=act.changes, reason=act.reason, **act.key)

    def withdraw(self, row: Any, *, reason: str, **key: Any) -> None:
        withdraw_thing(row, reason=reason, **key)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        versions = self.version_model._default_manager.filter(public_until__isnull=True)
        prefetch = Prefetch("versions", versions, to_attr="open_versions")
        return super().get_queryset(request).prefetch_related(prefetch)

    def label_of(self, row: Any) -> str:
        return f"{row} {self.title(row)}"

    @admin.display(description=_("title"))
    def title(self, row: Any) -> str:
        return row.open_versions[0].title if row.open_versions else str(_("withdrawn"))


class Bearings(TabularRows):
    model = EntryBearing
    once = "commitment"
    autocomplete_fields = ("commitment",)
    readonly_fields = ("public_from",)
    fields = ("commitment", "public_from")


class Participants(StackedRows):
    model = Participant
    autocomplete_fields = ("institution",)
    readonly_fields = ("public_from",)
    fields = (
        ("institution", "party", "person"),
        ("role_en", "role_fr", "role_es"),
        ("position", "public_from"),
    )


@admin.register(RecordEntry)
class RecordEntryAdmin(ThingAdmin):
    version_model, owner_name = EntryVersion, "entry"
    fixed = ("plan", "reference")
    identity = ("plan", "reference")
    inlines = (Bearings, Participants, Citations)
    list_display = ("reference", "title", "kind", "happened", "confidence")
    list_display_links = ("reference", "title")
    list_filter = (in_force_by("versions"), "plan", "versions__kind", "versions__confidence")
    list_select_related = ("plan",)
    search_fields = (
        "reference", "versions__title_en", "versions__title_fr", "versions__title_es",
    )  # fmt: skip
    readonly_fields = ("public_since",)
    fieldsets = (
        (None, {"fields": ["plan", "reference", "kind", "public_since"]}),
        source_date("happened", _("Date")),
        *in_languages("title", "text", "confidence_note"),
        (
            _("Sources"),
            {
                "fields": ["confidence"],
                "description": _("Empty where it cannot be judged: then the note says why."),
            },
        ),
    )

    @admin.display(description=_("kind"))
    def kind(self, row: Any) -> str:
        return row.open_versions[0].get_kind_display() if row.open_versions else "—"

    @admin.display(description=_("date"))
    def happened(self, row: Any) -> Any:
        return row.open_versions[0].happened_from if row.open_versions else None

    @admin.display(description=_("sources"))
    def confidence(self, row: Any) -> str:
        return row.open_versions[0].get_confidence_display() if row.open_versions else "—"

    def is_joint(self, act: Act) -> bool:
        """Announced first, once the parties have accepted the plan."""
        return act.row.plan.accepted_at is not None

    def act_links(self, request: HttpRequest, row: RecordEntry) -> Iterable[tuple[str | None, Any]]:
        for meeting in Meeting.objects.filter(entry=row):
            yield reverse("admin:tracker_meeting_change", args=[meeting.pk]), _("Its meeting")


@admin.register(Reading)
class ReadingAdmin(ActingAdmin):
    """Read-only rows; “add” is the form of the act that publishes the next one."""

    form = ReadingForm
    actions = None
    has_reason = False
    list_display = ("commitment", "level", "public_from", "public_until")
    list_filter = (("public_until", admin.EmptyFieldListFilter), "commitment__plan", "level")
    list_select_related = ("commitment",)
    search_fields = ("commitment__reference", "note_en", "note_fr", "note_es")
    autocomplete_fields = ("commitment", "entries")
    readonly_fields = ("public_from", "public_until")
    fieldsets = (
        (
            None,
            {
                "fields": ["commitment", "level", "entries"],
                "description": _(
                    "The secretariat’s reading of the public record. It replaces the reading in "
                    "force and is outranked by any party’s report. A level rests on entries."
                ),
            },
        ),
        *in_languages("note"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        span = [(None, {"fields": ["public_from", "public_until"]})] if obj is not None else []
        return [*fieldsets, *span]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """For a commitment with a reading: that one, to be brought up to date."""
        pk = request.GET.get("commitment", "")
        reading = _open_reading(int(pk)) if pk.isdecimal() else None
        initial = super().get_changeform_initial_data(request)
        if reading is None:
            return initial
        notes = {f"note_{code}": getattr(reading, f"note_{code}") for code in ("en", "fr", "es")}
        entries = list(reading.entries.values_list("pk", flat=True))
        return {"level": reading.level, "entries": entries, **notes, **initial}

    def act_links(self, request: HttpRequest, row: Reading) -> Iterable[tuple[str | None, Any]]:
        add = reverse("admin:tracker_reading_add")
        yield f"{add}?commitment={row.commitment_id}", _("Publish a reading")
        commitment = row.commitment
        yield (
            reverse("admin:tracker_commitment_change", args=[commitment.pk]),
            _("Its commitment"),
        )
        yield (
            address_of("commitment-detail", commitment.plan.slug, commitment.reference),
            _("View on site"),
        )

    def is_joint(self, act: Act) -> bool:
        """Announced first, once the parties have accepted the plan."""
        return act.row.commitment.plan.accepted_at is not None

    def act_notice(self, request: HttpRequest, row: Reading) -> Any:
        return _("A published reading is never changed: publish the next one.")

    def act(self, act: Act, change: bool) -> None:
        commitment: Commitment = act.form.cleaned_data["commitment"]
        in_force = _open_reading(commitment.pk)
        if in_force:
            act.row.pk = in_force.pk  # its successor: the action closes the one in force
        entries = act.form.cleaned_data["entries"]
        publish_reading(commitment, act.row, entries=entries, **act.key)


def _open_reading(commitment: int) -> Reading | None:
    return Reading.objects.open().filter(commitment=commitment).first()

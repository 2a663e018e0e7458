"""Looking at things: who may, by which filters, searching blind to accents, and read-only nouns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracker.access import rights
from tracker.admin.stories import story_of
from tracker.forms.admin_rows import KnownAutocomplete
from tracker.rules.texts import search_key
from tracker.vocabulary import LANGUAGES

LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español"}
# What Django's own filters put after the name of a column.
FILTER_ENDINGS = (
    "exact", "id__exact", "in", "isnull", "isempty", "gte", "lt", "year", "month", "day",
)  # fmt: skip
DATE_HELP = _(
    "Give the first and the last day that the source’s words allow, and how exactly it says so: "
    "“November 2025” is 1 to 30 November with precision “month”. "
    "A single day stands in both fields. Without a date: both empty, precision “unknown”."
)


def in_languages(*names: str) -> tuple[Any, ...]:
    """Fieldsets for texts in three languages, one for each language."""
    return tuple(
        (LANGUAGE_NAMES[code], {"fields": [f"{name}_{code}" for name in names]})
        for code in LANGUAGES
    )


def source_date(name: str, title: Any) -> Any:
    """The fieldset of a date as its source gives it."""
    days = (f"{name}_from", f"{name}_to")
    how = (f"{name}_precision", f"{name}_qualifier")
    notes = tuple(f"{name}_note_{code}" for code in LANGUAGES)
    return (title, {"fields": [days, how, notes], "description": DATE_HELP})


def link_to(row: models.Model | None, label: str = "") -> SafeString | str:
    """A link to a row's own page in the administration."""
    if row is None:
        return "—"
    address = reverse(f"admin:tracker_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, label or str(row))


def address_of(name: str, *args: Any) -> str | None:
    """The address of a page outside the administration, if this site serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


class Fields(BaseModelAdmin):
    """Form fields that name their language and suggest what may be chosen."""

    formfield_overrides = {
        models.TextField: {"widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 4})}
    }

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        field: Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        name, _mark, code = db_field.name.rpartition("_")
        if field is not None and code in LANGUAGES and _is_trilingual(db_field.model, name):
            field.label = f"{field.label} ({code.upper()})"
            field.widget.attrs["lang"] = code
        if field is not None and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault(
                "widget",
                KnownAutocomplete(db_field, self.admin_site),
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _is_trilingual(model: type[models.Model], name: str) -> bool:
    try:
        return all(model._meta.get_field(f"{name}_{code}") for code in LANGUAGES)
    except FieldDoesNotExist:
        return False


class Kept(BaseModelAdmin):
    """Rights in the administration follow memberships; Django's own permissions say nothing."""

    only_administrators = False

    def may_keep(self, request: HttpRequest) -> bool:
        held = rights(request)
        keeper = held.as_administrator() if self.only_administrators else held.as_secretariat()
        return keeper is not None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_keep(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_keep(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_keep(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_keep(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_keep(request)


class LookingAdmin(Fields, Kept, admin.ModelAdmin):
    """A list with search and filters, and a page for each row."""

    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/tracker/act_form.html"

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what stands in the filters, and no further relation from there.

        Anything else would let the texts of drafts be guessed from counts.
        """
        shown = [item[0] if isinstance(item, tuple) else item for item in self.list_filter]
        names = [getattr(name, "parameter_name", name) for name in shown]
        if self.date_hierarchy:
            names.append(self.date_hierarchy)
        allowed = {f"{name}__{ending}" for name in names for ending in FILTER_ENDINGS}
        return lookup in names or lookup in allowed

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Rows in which every word stands, blind to case and accents on both databases."""
        words = search_key(search_term).split()
        names = self.get_search_fields(request)
        if not words or not names:
            return queryset, False
        texts: dict[Any, str] = {}
        for key, *values in queryset.order_by().values_list("pk", *names):
            told = " ".join(str(value) for value in values if value)
            texts[key] = f"{texts.get(key, '')} {told}"
        found = [key for key, text in texts.items() if _holds(text, words)]
        return queryset.filter(pk__in=found), False

    def with_labels(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Rows with what `label_of` needs, for suggestions."""
        return queryset

    def label_of(self, row: Any) -> str:
        return str(row)

    def act_links(self, request: HttpRequest, row: Any) -> Iterable[tuple[str | None, Any]]:
        """Buttons on a row's page: address and label of the forms where its acts are done."""
        return ()

    def act_notice(self, request: HttpRequest, row: Any) -> Any:
        """A sentence above the form: why it may only be read, or what saving does."""
        return ""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Nothing is reverted there: a change back is a change, with its reason."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(thing)s") % {"thing": self.label_of(row)},
            "opts": self.opts,
            "object": row,
            "chapters": story_of(row),
        }
        return TemplateResponse(request, "admin/tracker/story.html", context)

    def view_on_site(self, row: Any) -> str | None:
        return None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            links = [link for link in self.act_links(request, obj) if link[0]]
            context.update(act_links=links, act_notice=self.act_notice(request, obj))
        return super().render_change_form(request, context, add, change, form_url, obj)


def _holds(text: str, words: list[str]) -> bool:
    key = search_key(text)
    return all(word in key for word in words)


class ReadOnlyAdmin(LookingAdmin):
    """What is made by acts elsewhere, or by the rules: to be read here, never written."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

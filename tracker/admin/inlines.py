"""Rows of a thing on its form, those in force: edited is replaced, ticked is withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.http import HttpRequest

from tracker.admin.looking import Fields, Kept
from tracker.forms.admin_rows import RowForm, RowFormSet
from tracker.models.columns import Spanned


class Rows(Fields, Kept, InlineModelAdmin):
    """What stacked and tabular rows share."""

    form = RowForm
    formset = RowFormSet
    extra = 0
    once = ""
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request)
        if issubclass(self.model, Spanned):
            rows = rows.filter(public_until__isnull=True)
        return rows.select_related(*self.get_autocomplete_fields(request))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.once = self.once  # type: ignore[attr-defined]
        return formset

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._of_open_thing(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._of_open_thing(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._of_open_thing(request, obj)

    def _of_open_thing(self, request: HttpRequest, obj: Any) -> bool:
        """Rows may be touched where their thing may."""
        owner = self.admin_site.get_model_admin(self.parent_model)
        return owner.has_change_permission(request, obj)


class StackedRows(Rows, admin.StackedInline):
    """Rows with many columns, one under the other."""


class TabularRows(Rows, admin.TabularInline):
    """Rows with few columns, as a table."""

"""The rows of a thing in the administration: responsibilities, citations, agenda and the like."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from tracker.forms.admin_checks import RecordChecks
from tracker.models import Plan
from tracker.models.belonging import plan_of


class KnownAutocomplete(AutocompleteSelect):
    """A choice by typing that asks the database for no label the row has brought with it."""

    known: dict[str, str] = {}

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        chosen = [str(pk) for pk in value if str(pk) in self.known]
        if not chosen or len(chosen) != len(value):
            return super().optgroups(name, value, attrs)
        empty = self.create_option(name, "", "", selected=False, index=0)
        options = [] if self.is_required else [empty]
        options += [
            self.create_option(name, pk, self.known[pk], selected=True, index=1) for pk in chosen
        ]
        return [(None, options, 0)]


class RowForm(RecordChecks):
    """One row of a thing. Saved by the thing's action, never by itself."""

    owner: models.Model | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            row = self.instance._state.fields_cache.get(name)
            if row is not None and isinstance(widget, KnownAutocomplete):
                widget.known = {str(row.pk): str(row)}

    def own_plan(self) -> Plan | None:
        return plan_of(self.owner) if self.owner else None


class RowFormSet(BaseInlineFormSet):
    """The rows of a thing. `once` names the column whose value may stand in one row only."""

    once = ""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Withdraw")
        form.owner = self.instance  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        taken = set()
        for form in self.forms:
            value = getattr(form, "cleaned_data", {}).get(self.once) if self.once else None
            if value is None or form in self.deleted_forms:
                continue
            if value in taken:
                sentence = _("%(thing)s is entered here already.") % {"thing": value}
                form.add_error(self.once, sentence)
            taken.add(value)

    def full_clean(self) -> None:
        super().full_clean()
        key = "id"
        for form in self.initial_forms if self.is_bound else []:
            if key in form.errors:
                # The row was replaced or withdrawn meanwhile; its hidden field shows no error.
                self.non_form_errors().append(
                    _("A colleague changed a row here after you opened it. Open the page again.")
                )

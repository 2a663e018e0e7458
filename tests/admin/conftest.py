"""The administration as an administrator uses it: pages are opened, typed into and sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from tracker.models import LedgerEntry, Plan

PAGE = Any


@pytest.fixture
def admin(client_of, administrator_user) -> Client:
    """The administrator, signed in."""
    return client_of(administrator_user)


@pytest.fixture
def entries(real_plan) -> Callable[[], int]:
    """Entries in the plan's ledger; asserts that revision and size follow it."""

    def count() -> int:
        plan = Plan.objects.get(pk=real_plan.pk)
        stored = LedgerEntry.objects.filter(plan=plan).count()
        assert plan.ledger_size == stored
        return stored

    return count


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:tracker_{model._meta.model_name}_{page}", args=args)


def typed(
    page: PAGE, /, rows: dict[str, list[dict[str, Any]]] | None = None, **changed: Any
) -> dict:
    """What a browser sends: every field of the page as it stands, with what a person changes.

    `rows` gives changes by prefix of the rows, in order; more than there are adds rows.
    """
    data = _fields(page.context["adminform"].form)
    for shown in page.context["inline_admin_formsets"]:
        formset, asked = shown.formset, (rows or {}).get(shown.formset.prefix, [])
        forms = list(formset.initial_forms)
        for number, form in enumerate(forms):
            data |= _fields(form)
            data |= _named(form.prefix, asked[number] if number < len(asked) else {})
        for number in range(len(forms), len(asked)):
            blank = formset.empty_form
            values = {name: blank[name].value() for name in blank.fields}
            data |= _named(f"{formset.prefix}-{number}", {**values, **asked[number]})
        data[f"{formset.prefix}-TOTAL_FORMS"] = max(len(forms), len(asked))
        data[f"{formset.prefix}-INITIAL_FORMS"] = len(forms)
    data |= changed
    return {
        name: _sent(value) for name, value in data.items() if not (value is None or value is False)
    }


def sentences(page: PAGE) -> str:
    """Every sentence of complaint on a page."""
    form = page.context["adminform"].form
    found = [str(error) for errors in form.errors.values() for error in errors]
    for shown in page.context["inline_admin_formsets"]:
        found += [str(error) for error in shown.formset.non_form_errors()]
        for row in shown.formset.forms:
            found += [str(error) for errors in row.errors.values() for error in errors]
    return " ".join(found)


def _fields(form: Any) -> dict[str, Any]:
    return {form.add_prefix(name): form[name].value() for name in form.fields}


def _named(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


def _sent(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_sent(item) for item in value]
    if isinstance(value, models.Model):
        return value.pk
    return "on" if value is True else value

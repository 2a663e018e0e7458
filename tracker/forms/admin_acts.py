"""Forms whose saving is an act: its id, its reason, and what the person saw on opening it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.models import construct_instance, model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.forms.admin_checks import RecordChecks

AROUND = ("reason", "act_id", "seen", "reason_en", "reason_fr", "reason_es")


class Refused(Protocol):
    """What an action answers when it refuses: a sentence, and sentences by field."""

    sentence: Any
    fields: Mapping[str, Sequence[Any]]


def reason_field(**changed: Any) -> forms.CharField:
    """Why something is done, in the words the public reads."""
    options: dict[str, Any] = {
        "label": _("Reason"),
        "required": False,
        "max_length": 2000,
        "widget": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        "help_text": _("Public: the ledger keeps it beside the change."),
    }
    return forms.CharField(**{**options, **changed})


class ActForm(RecordChecks):
    """The form of a thing.

    `refusal` is what the action answered to it; `token` is the thing's state now, `seen` its state
    when the person opened the form.
    """

    refusal: Refused | None = None
    token = ""

    reason = reason_field()
    act_id = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.token

    @cached_property
    def changed_data(self) -> list[str]:
        """Fields of the thing that differ from what is stored; not those that surround the act."""
        return [name for name in super().changed_data if name not in AROUND]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        seen = cleaned.get("seen")
        if self.instance.pk and seen and seen != self.token:
            self._show_both()
        return cleaned

    def _show_both(self) -> None:
        """Someone saved in the meantime: nothing is lost, the person sees both texts."""
        self.add_error(
            None,
            _(
                "A colleague changed this after you opened it. "
                "What the record says now stands beside your text. Save again to keep yours."
            ),
        )
        for name in self.changed_data:
            stored = _plain(self.fields[name], self[name].initial)
            self.add_error(name, _("In the record now: %(text)s") % {"text": stored})
        self.data = cast(QueryDict, self.data).copy()
        self.data[self.add_prefix("seen")] = self.token

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.refusal:
            self._show_refusal(self.refusal)

    def _show_refusal(self, refusal: Refused) -> None:
        self.add_error(None, str(refusal.sentence))
        for name, sentences in refusal.fields.items():
            here = name if name in self.fields else None
            for sentence in sentences:
                self.add_error(here, str(sentence))


class VersionedForm(ActForm):
    """A thing together with what is public of it: one form over two rows.

    `stored_version` is the open version (or a new one), `version_fields` its columns on the form.
    """

    stored_version: models.Model
    version_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = model_to_dict(self.stored_version, fields=self.version_fields)
        self.initial = {**stored, **self.initial}

    def _post_clean(self) -> None:
        super()._post_clean()
        self.version = construct_instance(self, self.stored_version, self.version_fields)
        around = {field.name for field in self.version._meta.fields} - set(self.version_fields)
        try:
            self.version.full_clean(exclude=around | set(self.errors), validate_unique=False)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                here = None if name == NON_FIELD_ERRORS else name
                for sentence in sentences:
                    self.add_error(here, sentence)


class WithdrawForm(forms.Form):
    """Why something leaves the present. It stays in the record."""

    reason = reason_field(required=True)
    act_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class OpenForm(forms.Form):
    """Asks only whether it is meant."""

    act_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


def _plain(field: forms.Field, value: Any) -> str:
    """A stored value in the words of the form."""
    if value in (None, "", []):
        return "—"
    values = value if isinstance(value, list | tuple) else [value]
    if isinstance(field, forms.ModelChoiceField):
        keys = [getattr(item, "pk", item) for item in values]
        values = list(field.queryset.filter(pk__in=keys)) if field.queryset is not None else keys
    elif isinstance(field, forms.ChoiceField):
        labels = dict(field.choices)  # type: ignore[arg-type]
        values = [labels.get(item, item) for item in values]
    return ", ".join(str(item) for item in values)

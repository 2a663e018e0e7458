"""Fields that the administration needs besides Django's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tracker.vocabulary import LANGUAGES


class LanguagesField(forms.CharField):
    """Language codes in the order of use, typed with commas: en, fr."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        typed = value if isinstance(value, list) else (value or "").replace(",", " ").split()
        codes = [code.lower() for code in typed]
        unknown = [code for code in codes if code not in LANGUAGES]
        if unknown:
            raise ValidationError(
                _("“%(code)s” is not one of the record’s languages: en, fr, es."),
                params={"code": unknown[0]},
            )
        if len(set(codes)) != len(codes):
            raise ValidationError(_("Name each language once."))
        return codes

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(_("Name at least one language."))

    def run_validators(self, value: Any) -> None:
        """A list has no length or characters of its own to check."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True

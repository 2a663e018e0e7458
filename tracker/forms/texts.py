"""Running text as people type it: lines kept, control characters refused in words."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LONGEST = 20_000
ALLOWED = "\n\t"
# Signs that reverse the order of what is read and so can make a text say another thing.
REORDERING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

TOO_LONG = ngettext_lazy(
    "Keep this under %(limit_value)d character: it has %(show_value)d.",
    "Keep this under %(limit_value)d characters: it has %(show_value)d.",
    "limit_value",
)


class PlainText(forms.CharField):
    """One or more paragraphs. Line ends become \\n; nothing but text gets through."""

    default_error_messages = {
        "control": _(
            "This text has characters that cannot be shown. Delete them or type it again."
        ),
    }

    def __init__(self, *, max_length: int = LONGEST, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = TOO_LONG
        # Our own sentence covers the null character too.
        self.validators = [
            one for one in self.validators if not isinstance(one, ProhibitNullCharactersValidator)
        ]

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        if any(_is_control(char) for char in text):
            raise ValidationError(self.error_messages["control"], code="control")
        return unicodedata.normalize("NFC", super().to_python(text) or "")


def _is_control(char: str) -> bool:
    if char in ALLOWED:
        return False
    return char in REORDERING or unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn")

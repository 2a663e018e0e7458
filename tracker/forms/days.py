"""Days as people type them: ISO or with the month in words, in any of the record's languages."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

from babel.dates import format_date, get_month_names
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tracker.rules.texts import search_key
from tracker.vocabulary import LANGUAGES

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
# "9 October 2026", "1er octobre 2026", "9 de octubre de 2026"
DAY_FIRST = re.compile(
    r"(\d{1,2})(?:er|st|nd|rd|th|o)?\.? (?:de |del )?([a-z]+)\.?,? (?:de |del )?(\d{4})"
)
# "October 9, 2026"
MONTH_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2}),? (\d{4})")
EARLIEST, LATEST = 1990, 2100
LONGEST = 60


@cache
def months() -> dict[str, int]:
    """Names of months in all languages, full and short, without accents and dots."""
    return {
        search_key(name).rstrip("."): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, language).items()
    }


def read_day(text: str) -> dt.date | None:
    """The day a text means, or None. A day and month in figures alone would be ambiguous."""
    plain = search_key(text[:LONGEST])
    if found := ISO.fullmatch(plain):
        return _day(found[1], int(found[2]), found[3])
    if found := DAY_FIRST.fullmatch(plain):
        return _day(found[3], months().get(found[2], 0), found[1])
    if found := MONTH_FIRST.fullmatch(plain):
        return _day(found[3], months().get(found[1], 0), found[2])
    return None


def _day(year: str, month: int, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), month, int(day))
    except ValueError:
        return None


def written_day(day: dt.date) -> str:
    """A day as the form writes it back: "9 October 2026", which `read_day` reads again."""
    language = (get_language() or "en")[:2]
    return format_date(day, "d MMMM y", locale=language)


class DayField(forms.Field):
    """A whole day. Says what is wrong with half a day, a wrong one, or one out of all range."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": LONGEST, "class": "day"})
    default_error_messages = {
        "invalid": _("Give a whole day, like 2026-10-09 or 9 October 2026."),
        "range": _("Give a day between 1990 and 2100."),
    }

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values or isinstance(value, dt.date):
            return value or None
        if not str(value).strip():
            return None
        day = read_day(str(value))
        if day is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not EARLIEST <= day.year <= LATEST:
            raise ValidationError(self.error_messages["range"], code="range")
        return day

    def prepare_value(self, value: Any) -> Any:
        return written_day(value) if isinstance(value, dt.date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.disabled is False and self.prepare_value(initial or "") != (data or "")

"""Days and dates of sources in words, in the reader's language (Babel's CLDR patterns)."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date
from django.utils.translation import get_language, gettext

from tracker.rules.dates import SourceDate, unit_end
from tracker.vocabulary import Precision, Qualifier

# Patterns of CLDR fields. All three languages put the day first.
LONG = {"day": "d MMMM y", "day-month": "d MMMM", "month": "MMMM y"}
SHORT = {"day": "d MMM y", "day-month": "d MMM", "month": "MMM y"}
LONG_ES = {"day": "d 'de' MMMM 'de' y", "day-month": "d 'de' MMMM", "month": "MMMM 'de' y"}


def day_words(value: dt.date | None, *, short: bool = False) -> str:
    """A day: "22 November 2026", or short "22 Nov 2026"."""
    return _format(value, "day", short) if value else ""


def month_words(value: dt.date | None) -> str:
    """The month of a day: "September 2025"."""
    return _format(value, "month", short=False) if value else ""


def source_date_words(value: SourceDate, short: bool = False) -> str:
    """The words: "31 March 2026", "15–20 February 2026", "2nd half of 2026", "before 11 …"."""
    if value.start is None or value.end is None:
        return gettext("no date given")
    if value.qualifier in (Qualifier.BY, Qualifier.BEFORE):
        text = _unit(unit_start(value.end, value.precision), value.precision, short)
    elif value.qualifier == Qualifier.AFTER:
        text = _unit(value.start, value.precision, short)
    elif value.is_range:
        text = _range(value, short)
    elif value.precision == Precision.YEAR and value.qualifier == Qualifier.ON:
        return gettext("during %(year)s") % {"year": value.start.year}
    else:
        text = _unit(value.start, value.precision, short)
    return _qualified(value.qualifier, text)


def unit_start(day: dt.date, precision: Precision) -> dt.date:
    """First day of the month, quarter, half-year or year in which `day` falls."""
    months = {Precision.QUARTER: 3, Precision.HALF: 6, Precision.YEAR: 12, Precision.MONTH: 1}
    if precision not in months:
        return day
    step = months[precision]
    return dt.date(day.year, (day.month - 1) // step * step + 1, 1)


def quarter_words(year: int, number: int) -> str:
    """A reporting period: "2026 Q3", "T3 2026"."""
    return gettext("%(year)s Q%(quarter)d") % {"year": year, "quarter": number}


def _qualified(qualifier: str, text: str) -> str:
    patterns = {
        Qualifier.BY: gettext("by %(date)s"),
        Qualifier.BEFORE: gettext("before %(date)s"),
        Qualifier.AFTER: gettext("after %(date)s"),
        Qualifier.REPORTED: gettext("reported on %(date)s"),
    }
    pattern = patterns.get(Qualifier(qualifier))
    return pattern % {"date": text} if pattern else text


def _unit(start: dt.date, precision: str, short: bool) -> str:
    """One day, month, quarter, half-year or year, as exactly as it is known."""
    if precision == Precision.MONTH:
        return _format(start, "month", short)
    if precision == Precision.QUARTER:
        return gettext("Q%(quarter)d %(year)s") % {
            "quarter": (start.month + 2) // 3,
            "year": start.year,
        }
    if precision == Precision.HALF:
        first = gettext("1st half of %(year)s")
        second = gettext("2nd half of %(year)s")
        return (first if start.month < 7 else second) % {"year": start.year}
    if precision == Precision.YEAR:
        return str(start.year)
    return _format(start, "day", short)


def _range(value: SourceDate, short: bool) -> str:
    """From one unit to another; days of one month share its name."""
    first, last = value.start, value.end
    if first is None or last is None:
        return gettext("no date given")
    precision = Precision(value.precision)
    if precision is not Precision.DAY:
        end_unit = unit_start(last, precision)
        if unit_end(end_unit, precision) == unit_end(first, precision):
            return _unit(first, precision, short)
        return f"{_unit(first, precision, short)} – {_unit(end_unit, precision, short)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_format(last, 'day', short)}"
    if first.year == last.year:
        return f"{_format(first, 'day-month', short)} – {_format(last, 'day', short)}"
    return f"{_format(first, 'day', short)} – {_format(last, 'day', short)}"


def _format(day: dt.date, part: str, short: bool) -> str:
    language = (get_language() or "en")[:2]
    patterns = SHORT if short else LONG_ES if language == "es" else LONG
    words = format_date(day, patterns[part], locale=language)
    if language == "fr" and words.startswith("1 ") and part != "month":
        return "1er" + words[1:]  # French counts only the first of a month
    return words

"""Days and dates of sources in the reader's language."""

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tracker.rules.date_words import day_words, source_date_words
from tracker.rules.date_words import month_words as month_words_of
from tracker.rules.dates import SourceDate, day_of
from tracker.vocabulary import Precision

register = template.Library()


@register.filter
def day(value: dt.date | None, size: str = "long") -> str:
    """A day in words: "22 November 2026", or with "short" "22 Nov 2026"."""
    return day_words(value, short=size == "short")


@register.filter
def month_words(value: dt.date | None) -> str:
    """The month of a day in words: "September 2025"."""
    return month_words_of(value)


@register.filter
def local_day(moment: dt.datetime, zone: str) -> dt.date:
    """The calendar day of an instant in the plan's time zone."""
    return day_of(moment, zone)


@register.filter
def last_day(moment: dt.datetime, zone: str) -> dt.date:
    """The last whole day before an instant at which something ends, in the plan's time zone."""
    return day_of(moment - dt.timedelta(microseconds=1), zone)


@register.simple_tag
def source_date(value: SourceDate | None, short: bool = False) -> SafeString:
    """A date as its source gives it; a day also for machines."""
    if not value:
        return format_html('<span class="muted">{}</span>', gettext("no date given"))
    words = source_date_words(value, short=short)
    if value.precision == Precision.DAY and not value.is_range and value.end:
        return format_html('<time datetime="{}">{}</time>', value.end.isoformat(), words)
    return SafeString(format_html("{}", words))

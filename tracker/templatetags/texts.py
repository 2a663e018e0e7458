"""Texts of the record in the reader's language, or marked as being in another."""

from typing import Any

from django import template
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, pgettext

from tracker.models.columns import language_now, text_in
from tracker.rules.date_words import quarter_words
from tracker.vocabulary import Role

register = template.Library()

IN_LANGUAGE = {
    "en": gettext_lazy("in English"),
    "fr": gettext_lazy("in French"),
    "es": gettext_lazy("in Spanish"),
}


@register.simple_tag
def text(row: models.Model, name: str, mark: bool = True) -> SafeString:
    """A text of `row`: plain where the reader's language has it, else the one there is, marked.

    `mark=False` gives the language to machines alone, where the words would break a line.
    """
    found, code = text_in(row, name, language_now())
    if not found or code == language_now():
        return format_html("{}", found)
    return foreign(found, code, mark=mark)


@register.simple_tag
def report_text(report: Any, name: str) -> SafeString:
    """A text of a published report: the reader's language, else its translation, else as written.

    A translation is said to be one, and whose. It stands in `translated_<name>` of the report.
    """
    own = getattr(report, f"{name}_{language_now()}")
    translated = getattr(report, f"translated_{name}", "")
    if own or not translated:
        return text(report, name)
    by = Role(report.translator_role).label
    note = gettext("unofficial translation by: %(role)s") % {"role": by}
    return format_html('{} <span class="muted">({})</span>', translated, note)


def foreign(found: str, code: str, *, mark: bool = True) -> SafeString:
    """A text in another language than the page's, with the language said."""
    if not mark:
        return format_html('<span lang="{}">{}</span>', code, found)
    words = IN_LANGUAGE.get(code) or gettext("in another language")
    return format_html(
        '<span lang="{}">{}</span> <span class="muted">({})</span>', code, found, words
    )


@register.simple_tag
def language_word(code: str) -> str:
    """The name of a language in the reader's, or the code of one the record does not use."""
    names = {"en": gettext("English"), "fr": gettext("French"), "es": gettext("Spanish")}
    return names.get(code[:2], code)


@register.simple_tag
def colon() -> str:
    """The colon after a label: French sets a space before it that does not break."""
    return pgettext("after a label", ":")


@register.simple_tag
def quarter(year: int, number: int) -> str:
    """A quarter of a year, as periods are called."""
    return quarter_words(year, number)

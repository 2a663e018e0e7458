"""Numbers in the reader's language."""

from decimal import Decimal

from babel.numbers import format_decimal
from django import template
from django.core.paginator import Page
from django.utils.translation import get_language

register = template.Library()

# Numbers as the two states write them: "9,900,000" in Mexico, not "9.900.000".
LOCALES = {"en": "en_CA", "fr": "fr_CA", "es": "es_MX"}


@register.filter
def money(amount: Decimal) -> str:
    """An amount without its currency: "5,500,000", "5 500 000" in French; cents only if any."""
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    return format_decimal(amount, format=pattern, locale=LOCALES[(get_language() or "en")[:2]])


@register.filter
def page_numbers(page: Page) -> list[int]:
    """Numbers of pages to link to: the first, the last, those around; 0 where some are left out."""
    paginator = page.paginator
    shown = paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in shown]

"""Numbers in the reader's language."""

from decimal import Decimal

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """An amount without its currency: "5,500,000", "5 500 000" in French; cents only if any."""
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    return format_decimal(amount, format=pattern, locale=(get_language() or "en")[:2])

"""Numbers in the reader's language."""

from decimal import Decimal

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

register = template.Library()

# Numbers as the two states write them: "9,900,000" in Mexico, not "9.900.000".
LOCALES = {"en": "en_CA", "fr": "fr_CA", "es": "es_MX"}


@register.filter
def money(amount: Decimal) -> str:
    """An amount without its currency: "5,500,000", "5 500 000" in French; cents only if any."""
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    return format_decimal(amount, format=pattern, locale=LOCALES[(get_language() or "en")[:2]])

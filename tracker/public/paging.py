"""The page of a long list, as its address names it."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from tracker.public.pages import BadQuestion, legible


def page_number(params: QueryDict) -> int:
    """The number in `page`, 1 without it. Raises BadQuestion for what is no number of a page."""
    asked_for = params.getlist("page") or ["1"]
    text = asked_for[0]
    is_number = text.isascii() and text.isdecimal() and 0 < len(text) < 6
    if len(asked_for) > 1 or not is_number or int(text) < 1:
        raise BadQuestion(_("“%(text)s” is not a page of this list.") % {"text": legible(text)})
    return int(text)

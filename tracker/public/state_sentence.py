"""The state of the plan in a sentence or two: the title of the overview."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from tracker.filters.commitments import OUTSIDE
from tracker.public.matrix import Matrix
from tracker.public.pages import Asked
from tracker.vocabulary import Basis, Level

Words = str | Promise

# The first count of the sentence is told in full, the others follow it.
FIRST: dict[str, Any] = {
    Level.COMPLETED: ngettext_lazy(
        "<b>{count} of {total}</b> commitments is completed",
        "<b>{count} of {total}</b> commitments are completed",
        "count",
    ),
    Level.SUBSTANTIALLY: ngettext_lazy(
        "<b>{count} of {total}</b> commitments is substantially delivered",
        "<b>{count} of {total}</b> commitments are substantially delivered",
        "count",
    ),
    Level.UNDER_WAY: ngettext_lazy(
        "<b>{count} of {total}</b> commitments is under way",
        "<b>{count} of {total}</b> commitments are under way",
        "count",
    ),
    Level.PLANNED: ngettext_lazy(
        "<b>{count} of {total}</b> commitments is planned",
        "<b>{count} of {total}</b> commitments are planned",
        "count",
    ),
    Level.NOT_STARTED: ngettext_lazy(
        "<b>{count} of {total}</b> commitments is not started",
        "<b>{count} of {total}</b> commitments are not started",
        "count",
    ),
    OUTSIDE: ngettext_lazy(
        "<b>{count} of {total}</b> commitments is paused or closed",
        "<b>{count} of {total}</b> commitments are paused or closed",
        "count",
    ),
}
NEXT: dict[str, Any] = {
    Level.SUBSTANTIALLY: ngettext_lazy(
        "<b>{count}</b> substantially delivered", "<b>{count}</b> substantially delivered", "count"
    ),
    Level.UNDER_WAY: ngettext_lazy("<b>{count}</b> under way", "<b>{count}</b> under way", "count"),
    Level.PLANNED: ngettext_lazy("<b>{count}</b> planned", "<b>{count}</b> planned", "count"),
    Level.NOT_STARTED: ngettext_lazy(
        "<b>{count}</b> not started", "<b>{count}</b> not started", "count"
    ),
    OUTSIDE: ngettext_lazy(
        "<b>{count}</b> paused or closed", "<b>{count}</b> paused or closed", "count"
    ),
}
ORDER = [*[level.value for level in reversed(Level.ordered())], OUTSIDE]


def state_sentence(asked: Asked, matrix: Matrix) -> SafeString:
    """What a visitor should know first, with numbers."""
    if matrix.reported:
        return join_sentences(_levels(matrix), _not_reported(matrix), _agreement(asked, matrix))
    if matrix.read:
        opening = _("No government has reported here yet. From the public record:")
        return join_sentences(opening, _levels(matrix), _no_conclusion(matrix))
    return join_sentences(*_nothing(asked, matrix))


def months_since(start: dt.date, day: dt.date) -> int:
    """Whole months from `start` to `day`."""
    return (day.year - start.year) * 12 + day.month - start.month - (day.day < start.day)


def join_sentences(*sentences: Words) -> SafeString:
    return format_html_join(" ", "{}", ((one,) for one in sentences if one))


def _levels(matrix: Matrix) -> SafeString:
    """Counts from the furthest level to the least, zeros left out."""
    present = [level for level in ORDER if matrix.at(level)]
    if not present:
        return SafeString("")
    parts = [_told(FIRST, present[0], matrix), *[_told(NEXT, one, matrix) for one in present[1:]]]
    return format_html("{}.", _listed(parts))


def _told(words: dict[str, Any], level: str, matrix: Matrix) -> SafeString:
    count = matrix.at(level)
    return format_html(str(words[level] % {"count": count}), count=count, total=matrix.counted)


def _listed(parts: list[SafeString]) -> SafeString:
    if len(parts) == 1:
        return parts[0]
    before = format_html_join(", ", "{}", ((part,) for part in parts[:-1]))
    return format_html(_("{before} and {last}"), before=before, last=parts[-1])


def _not_reported(matrix: Matrix) -> SafeString:
    count = matrix.at("")
    words = ngettext(
        "For <b>{count}</b> nothing has been reported.",
        "For <b>{count}</b> nothing has been reported.",
        count,
    )
    return format_html(words, count=count) if count else SafeString("")


def _no_conclusion(matrix: Matrix) -> SafeString:
    count = matrix.at("")
    words = ngettext(
        "For the other <b>{count}</b> it allows no conclusion.",
        "For the other <b>{count}</b> it allows no conclusion.",
        count,
    )
    return format_html(words, count=count) if count else SafeString("")


def _agreement(asked: Asked, matrix: Matrix) -> str:
    agreed, differing = matrix.basis(Basis.AGREED), matrix.basis(Basis.DIFFER)
    two = len(asked.parties) == 2
    if agreed or differing:
        words = (
            _("The two governments agree on %(agreed)d and differ on %(differ)d, %(time)s.")
            if two
            else _("The parties agree on %(agreed)d and differ on %(differ)d, %(time)s.")
        )
    else:
        words = _("On none have all sides reported yet, %(time)s.")
    return words % {"agreed": agreed, "differ": differing, "time": _time(asked)}


def _time(asked: Asked) -> str:
    months = months_since(asked.plan.announced_on, asked.day)
    if months < 1:
        return _("less than a month after the launch")
    words = ngettext(
        "%(months)d month after the launch", "%(months)d months after the launch", months
    )
    return words % {"months": months}


def _nothing(asked: Asked, matrix: Matrix) -> list[str]:
    """Before any report and any reading: say so, and what there is to see."""
    counts = {"counted": matrix.counted, "total": matrix.total}
    known = ngettext(
        "%(counted)d commitment counts.", "%(counted)d commitments count.", matrix.counted
    )
    if asked.is_as_of:
        return [
            _("By this day no government had reported here."),
            _("No level had been read from the public record either."),
            known % counts,
        ]
    return [
        _("No government has reported here yet."),
        _("No level has been read from the public record either."),
        known % counts,
    ]

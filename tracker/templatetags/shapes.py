"""Shapes of the record: a mark and, always beside it, its word. No queries, no permissions.

The marks are symbols of one sprite, drawn once per page (components/marks.html) and referred to
by <use>. A list of 80 rows shows some 400 marks: a reference is 20 bytes where the drawing itself
is 300, in the document tree as well as in bytes sent. Those drawn on every row are therefore
strings made here and not included templates, which would take ten times as long; and each is
made once per language, since the same few dozen come back on every page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from functools import lru_cache, wraps
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from tracker.vocabulary import (
    Basis,
    Confidence,
    Flag,
    Freshness,
    InferenceBasis,
    Level,
    SourceConfidence,
)

register = template.Library()

OUTSIDE = "outside"  # column of the matrix for what is paused, superseded or closed

# Width and height of a meter in pixels; 58 by 11 is its drawing at one to one.
METER_SIZES = {"": (58, 11), "small": (49, 9.3), "large": (73, 13.8)}
BASIS_SIZES = {"": (20, 14), "large": (52, 36)}
METER_SYMBOLS = {
    Level.PAUSED: "m-paused",
    Level.SUPERSEDED: "m-superseded",
    Level.CLOSED: "m-closed",
}
BAR_LENGTH, LEAST_BAR = 76, 4  # pixels
LEAST_OUTLINE = 7  # an outline of two pixels shows its inside
LEAST_SAME = 3  # words; fewer between two changes would only break up what was replaced
MOST_REMEMBERED = 4_000

Shape = Callable[..., SafeString]


def remembered(make: Shape) -> Shape:
    """Make a shape once for each language and choice of arguments, which must be plain values."""

    @lru_cache(MOST_REMEMBERED)
    def kept(_language: str | None, *args: Any, **given: Any) -> SafeString:
        return make(*args, **given)

    @wraps(make)
    def shape(*args: Any, **given: Any) -> SafeString:
        return kept(get_language(), *args, **given)

    return shape


@register.simple_tag
@remembered
def meter(
    level: str | None,
    reading: bool = False,
    due: bool = True,
    size: str = "",
    stacked: bool = False,
    word: bool = True,
) -> SafeString:
    """How far something has come. An empty level is "Not reported", never an empty meter."""
    if not due and not level:
        return format_html('<span class="mark not-due plain">{}</span>', gettext("no report due"))
    symbol, tone, label = _meter_parts(level or "", reading)
    classes = _classes("mark", size and f"mark-{size}", "stacked" * stacked, "none" * (not level))
    return _mark(classes, symbol, METER_SIZES[size], label if word else "", tone)


def _mark(
    classes: str, symbol: str, size: tuple[float, float], word: object, tone: str = ""
) -> SafeString:
    """A shape out of the sprite, hidden from screen readers, and its word."""
    return format_html(
        '<span class="{}"><svg class="{}" width="{}" height="{}" aria-hidden="true">'
        '<use href="#{}"/></svg>{}</span>',
        *(classes, tone, *size, symbol, word),
    )


def _meter_parts(level: str, reading: bool) -> tuple[str, str, str]:
    """Symbol, tone and word of a level."""
    if not level:
        return "m-none", "none", gettext("Not reported")
    if level == OUTSIDE:
        return "m-paused", "outside", gettext("Paused or closed")
    known = Level(level)
    if known.step is None:
        return METER_SYMBOLS[known], known.tone, str(known.label)
    drawing = "r" if reading and known.step else "m"
    return f"{drawing}{known.step}", known.tone, str(known.label)


@register.simple_tag
def basis(
    value: str | None,
    parties: Iterable[object] = (),
    reported: Iterable[object] = (),
    awaited: bool = False,
    size: str = "",
    word: bool = True,
) -> SafeString:
    """On what a joint value rests: a bar per party, in the order of `parties`.

    `parties` are the names of those who must report, `reported` of those who have. `awaited` may
    be said only once the due date has passed.
    """
    if not value or value == Basis.NONE:
        return SafeString("")
    names, told = tuple(map(str, parties)), frozenset(map(str, reported))
    return _basis(value, names, told, bool(awaited), size, word)


@remembered
def _basis(
    value: str, names: tuple[str, ...], told: frozenset[str], awaited: bool, size: str, word: bool
) -> SafeString:
    known = Basis(value)
    label = basis_label(known, names, told, awaited)
    if len(names) > 2:  # two bars cannot show three parties
        return format_html('<span class="mark basis plain {}">{}</span>', known.tone, label)
    symbol = "b-" + known.tone
    if known is Basis.PARTIAL:
        symbol = "b-first" if names and names[0] in told else "b-second"
    classes = _classes("mark basis", known.tone, size and f"mark-{size}")
    return _mark(classes, symbol, BASIS_SIZES[size], label if word else "")


def basis_label(known: Basis, names: Sequence[str], told: AbstractSet[str], awaited: bool) -> str:
    """The words of a basis; those of a partial one name who is awaited or who has reported."""
    if known is not Basis.PARTIAL or not names:
        return str(known.label)
    if len(names) > 2:
        numbers = {"told": len(told & set(names)), "all": len(names)}
        return gettext("%(told)d of %(all)d have reported") % numbers
    if awaited:
        missing = next((name for name in names if name not in told), names[-1])
        return gettext("%(party)s awaited") % {"party": missing}
    return gettext("%(party)s has reported") % {"party": next(iter(told), names[0])}


@register.simple_tag
@remembered
def confidence(value: str | None, quiet: bool = False) -> SafeString:
    """Dot, triangle or diamond. Lists may leave out "on track" (`quiet`)."""
    if not value or (quiet and value == Confidence.ON_TRACK):
        return SafeString("")
    known = Confidence(value)
    return _mark(f"mark confidence {known.tone}", f"c-{known.tone}", (13, 13), known.label)


@register.simple_tag
def flag(value: str, days: int | None = None, party: object = "") -> SafeString:
    """A pennant and words, with the number of days or the party where that is known."""
    return _flag(value, days, str(party))


@remembered
def _flag(value: str, days: int | None, party: str) -> SafeString:
    known = Flag(value)
    classes = "mark flag attention" if known.is_signal else "mark flag"
    return _mark(classes, "flag", (11, 13), flag_label(known, days, party))


def flag_label(known: Flag, days: int | None, party: str) -> str:
    """The words of a flag."""
    if known is Flag.OVERDUE and days is not None:
        return ngettext("Overdue %(days)d day", "Overdue %(days)d days", days) % {"days": days}
    if known is Flag.DUE_SOON and days is not None:
        return ngettext("Due in %(days)d day", "Due in %(days)d days", days) % {"days": days}
    if known is Flag.AWAITED and party:
        return gettext("%(party)s awaited") % {"party": party}
    return str(known.label)


@register.simple_tag
@remembered
def age(days: int | None, stale: bool = False) -> SafeString:
    """Age of a report on the day asked. Stale has no shape: the word stands after the number."""
    if days is None:
        return SafeString("")
    words = ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    if not stale:
        return format_html('<span class="age">{}</span>', words)
    return format_html('<span class="age">{}, <b>{}</b></span>', words, Freshness.STALE.label)


@register.simple_tag
@remembered
def source_confidence(value: str | None, short: bool = False) -> SafeString:
    """How well an event is borne out: in words, or the letter with its words behind it."""
    if not value:
        return SafeString("")
    known = SourceConfidence(value)
    if short:
        return format_html('<abbr class="muted" title="{}">{}</abbr>', known.label, known.value)
    return format_html('<span class="muted">{}</span>', known.label)


@register.simple_tag
@remembered
def basis_word(value: str | None) -> SafeString:
    """ "named" or "inferred", muted, after an institution or a date."""
    if not value:
        return SafeString("")
    return format_html('<span class="basis-word">{}</span>', InferenceBasis(value).label)


@register.inclusion_tag("components/freshness_strip.html")
def freshness_strip(party: object, counts: Mapping[str, int], longest: int) -> dict[str, Any]:
    """One strip for a party's reports. Its length is what the party owes, of `longest`.

    `counts` by Freshness value. Places are per cent, so that text keeps its size on phones.
    """
    parts, start = [], 0.0
    for state in (Freshness.CURRENT, Freshness.AGEING, Freshness.STALE, Freshness.NEVER):
        count = counts.get(state, 0)
        if count:
            width = 100 * count / max(longest, 1)
            shown = max(width - 0.4, 0.4)
            parts.append(_Part(state, count, start, shown))
            start += width
    return {"party": party, "parts": parts}


class _Part:
    """One part of a strip: written with a point in every language, as SVG wants it."""

    def __init__(self, state: Freshness, count: int, start: float, width: float) -> None:
        self.tone, self.label, self.count = state.tone, state.label, count
        self.x, self.width = f"{start:.2f}%", f"{width:.2f}%"


@register.inclusion_tag("components/matrix_cell.html")
def matrix_cell(
    level: str | None,
    count: int,
    read: int = 0,
    longest: int = 1,
    url: str = "",
    label: object = "",
) -> dict[str, Any]:
    """A cell of the matrix: the number, and a bar on the one scale of all cells.

    `read` of the `count` come from the public record and are outlined. `label` (the pillar) makes
    the link's name unique. `longest` is the highest count of any cell that shares the scale.
    """
    unit = BAR_LENGTH / max(longest, 1)
    solid, outline = _bar(count - read, unit), _bar(read, unit, LEAST_OUTLINE)
    apart = level in (None, "", OUTSIDE)
    return {
        "level": level or "",
        "tone": _meter_parts(level or "", reading=False)[1],
        "words": _meter_parts(level or "", reading=False)[2],
        "count": count,
        "url": url if count else "",
        "label": label,
        "apart": apart,
        "whole": solid + outline + (2 if solid and outline else 0),
        "solid": solid,
        "outline": max(outline - 2, 0),
        "outline_x": solid + (3 if solid else 1),
        "thin": max(solid - 1, 0),
        "shape": {"": "hatched", OUTSIDE: "blank", Level.NOT_STARTED: "blank"}.get(level or "", ""),
    }


def _bar(count: int, unit: float, least: int = LEAST_BAR) -> int:
    """Length of a bar in whole pixels, which keep its edges sharp. One is always to be seen."""
    return max(round(count * unit), least) if count > 0 else 0


@register.inclusion_tag("components/word_diff.html")
def word_diff(before: str, after: str) -> dict[str, Any]:
    """What a change of wording took away and put in, word by word."""
    old, new = before.split(), after.split()
    parts: list[tuple[str, str]] = []
    removed: list[str] = []
    added: list[str] = []
    for act, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        between = j1 > 0 and j2 < len(new)
        if act == "equal" and (j2 - j1 >= LEAST_SAME or not between):
            parts += _changes(removed, added)
            parts.append(("same", " ".join(new[j1:j2])))
            removed, added = [], []
        else:
            removed += old[i1:i2]
            added += new[j1:j2]
    return {"parts": parts + _changes(removed, added)}


def _changes(removed: list[str], added: list[str]) -> list[tuple[str, str]]:
    found = [("removed", " ".join(removed)), ("added", " ".join(added))]
    return [(act, text) for act, text in found if text]


def _classes(*names: str) -> str:
    return " ".join(name for name in names if name)

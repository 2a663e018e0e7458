"""The joint value of a commitment in sentences: on what it rests, and what is missing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tracker.public.pages import Asked
from tracker.public.standings import PositionRow, StandingRow
from tracker.rules.date_words import day_words
from tracker.vocabulary import Basis, Level, ReportingBasis


def opening_words(row: StandingRow) -> str:
    """The basis in a word or two, to be set in bold; empty where no report is due."""
    if row.no_report_due:
        return _("No report due")
    if row.basis is Basis.AGREED:
        return _("Agreed")
    if row.basis is Basis.DIFFER:
        return _("Positions differ")
    if row.basis is Basis.PARTIAL:
        return _("Not all have reported")
    if row.basis is Basis.NONE:
        return ""
    return str(row.basis.label).capitalize()


def joint_words(asked: Asked, row: StandingRow) -> list[str]:
    """Sentences for the joint column, the most important first."""
    sentences = {
        Basis.AGREED: _agreed,
        Basis.DIFFER: _differ,
        Basis.PARTIAL: _partial,
        Basis.SOLE: _sole,
        Basis.READING: _reading,
        Basis.JOINT_ACT: _joint_act,
        Basis.NONE: _none,
    }[row.basis](row)
    if _held_back(row):
        sentences.append(_("“Completed” needs every party that must report."))
    return sentences


def _agreed(row: StandingRow) -> list[str]:
    two = len(row.owing) == 2
    if row.standing.confidence_differs:
        first = _("They agree on the level and differ on confidence; the more severe is shown.")
    elif two:
        first = _("Both governments report the same position.")
    else:
        first = _("All parties report the same position.")
    return [first, *_periods(row)]


def _differ(row: StandingRow) -> list[str]:
    if row.standing.level == Level.PAUSED:
        first = _("One side says paused, another gives a level: both are shown.")
    elif row.standing.confidence_differs:
        first = _("They differ on level and on confidence. The less advanced is the headline.")
    else:
        first = _("They differ on the level. The less advanced is the headline.")
    return [first, *_periods(row)]


def _periods(row: StandingRow) -> list[str]:
    """For which quarter the compared reports are, or why they are compared."""
    compared = [one.stored for one in row.positions if one.stored.is_compared]
    if len({one.period_id for one in compared}) > 1:
        return [_("The reports are for different quarters: one names the other.")]
    if len(compared) == 2:
        return [_("Both reports are for %(period)s.") % {"period": row.standing.period}]
    return [_("The reports are for %(period)s.") % {"period": row.standing.period}]


def _partial(row: StandingRow) -> list[str]:
    sentences = [_missing(row, one) for one in row.positions if _is_missing(one)]
    names = ", ".join(str(party) for party in row.reported)
    told = _("The joint value is the report of %(party)s for %(period)s.")
    return [*sentences, told % {"party": names, "period": row.standing.period}]


def _is_missing(position: PositionRow) -> bool:
    return position.is_due and not position.stored.is_compared


def _missing(row: StandingRow, position: PositionRow) -> str:
    """Lag is never shown as dispute: a party is awaited, and only once the due date has passed."""
    stored, period = position.stored, row.standing.period
    if not position.is_awaited and period:
        words = _("%(party)s has not reported for %(period)s yet; reports are due by %(day)s.")
        due = day_words(period.due_on)
        return words % {"party": position.party, "period": period, "day": due}
    if stored.level:
        words = _("%(party)s awaited (last: %(level)s, %(period)s).")
        level = str(Level(stored.level).label).lower()
        return words % {"party": position.party, "level": level, "period": stored.period}
    return _("%(party)s awaited (no report yet).") % {"party": position.party}


def _sole(row: StandingRow) -> list[str]:
    words = _("Only %(party)s reports here: it is that government’s own act.")
    return [words % {"party": ", ".join(str(party) for party in row.owing)}]


def _reading(row: StandingRow) -> list[str]:
    if row.owing:
        return [_("No party has reported. The secretariat reads this level from the record.")]
    return [_("The secretariat reads this level from the record. No report is due.")]


def _joint_act(row: StandingRow) -> list[str]:
    return [_("The parties decided this together.")]


def _none(row: StandingRow) -> list[str]:
    if row.owing and row.standing.reading:
        return [_("No party has reported yet. The public record leaves the level open.")]
    if row.owing:
        return [
            _("No party has reported yet, and the public record allows no conclusion."),
            _("This is not the same as “not started”."),
        ]
    if row.commitment.reporting_basis == ReportingBasis.NO_GOVERNMENT:
        return [_("No government acts here. The record entries tell what happened.")]
    return [_("Nothing is promised here that a government could report on.")]


def _held_back(row: StandingRow) -> bool:
    """Whether a party says completed while the joint value may not."""
    return row.standing.level != Level.COMPLETED and any(
        one.stored.is_compared and one.stored.level == Level.COMPLETED for one in row.positions
    )

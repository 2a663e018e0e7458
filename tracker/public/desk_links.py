"""From a public page to the desk: what the person who is signed in may do about a commitment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tracker.access import Rights, rights
from tracker.models import Party, StatusReport
from tracker.models.columns import language_now
from tracker.models.reports import LANGUAGE_NAMES, TEXTS
from tracker.public.pages import Asked, has_session
from tracker.public.standings import PositionRow, StandingRow


@dataclass
class Link:
    """A link to the desk."""

    url: str
    label: str


def desk_links(
    request: HttpRequest, asked: Asked, row: StandingRow, reports: Iterable[StatusReport]
) -> list[Link]:
    """Write, concur, contest, translate: what the person's memberships allow, and only today.

    `reports` are those published on the commitment.
    """
    if asked.is_as_of or not has_session(request) or not request.user.is_authenticated:
        return []
    held = rights(request)
    links: list[Link | None] = []
    for party in row.owing:
        if held.as_reporter(party, row.commitment):
            label = _("Write a report for %(party)s") % {"party": party}
            links.append(_link(label, "report-write", *_form(asked, party, row)))
            if row.position_of(party).level:
                label = _("No change since the last report of %(party)s") % {"party": party}
                links.append(_link(label, "report-no-change", *_form(asked, party, row)))
        elif held.as_secretariat():
            label = _("Enter a report on behalf of %(party)s") % {"party": party}
            links.append(_link(label, "report-on-behalf", *_form(asked, party, row)))
        links += _answers(held, asked, row, party)
    links += _translations(held, row, reports)
    return [link for link in [*links, *_joint(held, asked, row)] if link]


def _joint(held: Rights, asked: Asked, row: StandingRow) -> list[Link | None]:
    """Coordinators and the secretariat propose; coordinators answer a reading."""
    mine = [party for party in asked.parties if held.as_coordinator(party)]
    if not mine and held.as_secretariat() is None:
        return []
    reference = row.commitment.reference
    links = [_link(_("Propose a change"), "proposal-write", asked.plan.slug, reference, "wording")]
    if mine and row.standing.reading_id:
        label = _("Answer the reading for %(party)s") % {"party": mine[0]}
        links.append(_link(label, "record-answer", asked.plan.slug, reference))
    return links


def work_links(
    request: HttpRequest, asked: Asked, *wanted: tuple[str, str, tuple[object, ...]]
) -> list[Link]:
    """Links of a page to the desk, for coordinators of the plan's parties and, but for periods,
    the secretariat: (label, name of the address, its arguments after the plan)."""
    if asked.is_as_of or not has_session(request) or not request.user.is_authenticated:
        return []
    held = rights(request)
    mine = any(held.as_coordinator(party) for party in asked.parties)
    if not mine and held.as_secretariat() is None:
        return []
    links = [
        _link(label, name, asked.plan.slug, *arguments)
        for label, name, arguments in wanted
        if mine or not name.startswith("period-")
    ]
    return [link for link in links if link]


def _translations(
    held: Rights, row: StandingRow, reports: Iterable[StatusReport]
) -> list[Link | None]:
    """Of reports that count and have no text in the reader's language."""
    counting = {position.stored.report_id for position in row.positions}
    language = language_now()
    links = []
    for report in reports:
        said = [name for name in TEXTS if getattr(report, name)]
        own = any(getattr(report, f"{name}_{language}") for name in said)
        mine = held.as_reporter(report.party, row.commitment) or held.as_secretariat()
        if report.pk in counting and said and not own and mine:
            label = _("Translate the report of %(party)s into %(language)s") % {
                "party": report.party,
                "language": LANGUAGE_NAMES[language],
            }
            links.append(_link(label, "report-translate", report.pk, language))
    return links


def _answers(held: Rights, asked: Asked, row: StandingRow, party: Party) -> list[Link | None]:
    """A coordinator answers the reports of the other parties."""
    if not held.as_coordinator(party):
        return []
    links: list[Link | None] = []
    for other in row.positions:
        if other.party != party and other.stored.report_id:
            links += _answer(asked, row, party, other)
    return links


def _answer(asked: Asked, row: StandingRow, party: Party, other: PositionRow) -> list[Link | None]:
    report = other.stored.report_id
    contest = _link(
        _("Contest the report of %(party)s") % {"party": other.party},
        "report-write",
        *_form(asked, party, row),
    )
    if contest:
        contest.url += f"?contests={report}"
    concur = _("Concur with the report of %(party)s") % {"party": other.party}
    return [_link(concur, "report-concur", report), contest]


def _form(asked: Asked, party: Party, row: StandingRow) -> tuple[str, str, str]:
    return asked.plan.slug, party.code, row.commitment.reference


def _link(label: str, name: str, *arguments: object) -> Link | None:
    """A link, or nothing where a site runs without the desk."""
    try:
        return Link(reverse(name, args=arguments), label)
    except NoReverseMatch:
        return None

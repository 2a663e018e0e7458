"""The page of one commitment: its words, both positions, its story. At most fifteen queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.models import (
    Answer,
    Citation,
    Commitment,
    Decision,
    EntryVersion,
    Funding,
    MeetingVersion,
    Milestone,
    Party,
    Reading,
    Responsibility,
    StatusReport,
    Wording,
)
from tracker.models.commitments import REFERENCE
from tracker.public.commitment_rows import (
    answers_to,
    differs_since,
    entries_of,
    family,
    meetings_of,
    published_reports,
    published_so_far,
    rows_in_force,
)
from tracker.public.commitment_story import HistoryItem, WordingChange, history, wording_changes
from tracker.public.desk_links import desk_links
from tracker.public.joint_words import joint_words, opening_words
from tracker.public.pages import Asked, public_page, render_page
from tracker.public.standings import PositionRow, StandingRow, rows_of
from tracker.public.step_line import StepLine, build_step_line
from tracker.rules.dates import day_of
from tracker.vocabulary import InferenceBasis, Origin


@dataclass
class PartyPosition:
    """One party's side of the page: its place among the positions and the report behind it."""

    position: PositionRow
    report: StatusReport | None

    @property
    def party(self) -> Party:
        return self.position.party


@dataclass
class Bodies:
    """Institutions of one party, or of none."""

    party: Party | None
    parts: list[Responsibility]


@dataclass
class CommitmentPage:
    """All that the page says, without HTML. Lists are in the order in which they are shown."""

    asked: Asked
    row: StandingRow
    related: list[StandingRow]
    reports: list[StatusReport]
    wordings: list[Wording]
    readings: list[Reading]
    responsibilities: list[Responsibility]
    milestones: list[Milestone]
    fundings: list[Funding]
    entries: list[EntryVersion]
    meetings: list[MeetingVersion]
    decisions: list[Decision]
    citations: list[Citation]
    answers: list[Answer]
    differs_since: dt.date | None
    head: str  # of the ledger on the day asked

    @property
    def commitment(self) -> Commitment:
        return self.row.commitment

    @property
    def wording(self) -> Wording:
        return self.row.standing.wording

    @cached_property
    def positions(self) -> list[PartyPosition]:
        by_key = {report.pk: report for report in self.reports}
        return [
            PartyPosition(position, by_key.get(position.stored.report_id or 0))
            for position in self.row.positions
        ]

    @property
    def joint_words(self) -> list[str]:
        return joint_words(self.asked, self.row)

    @property
    def opening_words(self) -> str:
        return opening_words(self.row)

    @property
    def reading_answers(self) -> list[Answer]:
        """What the parties say to the reading."""
        return [answer for answer in self.answers if answer.commitment_id]

    @property
    def reading(self) -> Reading | None:
        """The reading the joint value rests on, or one that leaves the level open."""
        return self.row.standing.reading

    @property
    def entries_read(self) -> list[EntryVersion]:
        return [entry for entry in self.entries if entry.is_read]  # type: ignore[attr-defined]

    @cached_property
    def steps(self) -> StepLine | None:
        return build_step_line(self.asked, self.milestones) if self.milestones else None

    @property
    def wording_changes(self) -> list[WordingChange]:
        return wording_changes(self.wordings)

    @property
    def history(self) -> list[HistoryItem]:
        return history(self.asked, self.row, self.reports, self.wordings, self.readings)

    @property
    def bodies(self) -> list[Bodies]:
        """Institutions by party, in the reader's order; those of no party last."""
        groups = [
            Bodies(party, [one for one in self.responsibilities if _party_of(one) == party.pk])
            for party in self.asked.parties
        ]
        known = {party.pk for party in self.asked.parties}
        others = [one for one in self.responsibilities if _party_of(one) not in known]
        return [*groups, *([Bodies(None, others)] if others else [])]

    @property
    def origins(self) -> list[str]:
        """Words of the places the commitment comes from, each once, in the vocabulary's order."""
        found = {citation.origin for citation in self.citations}
        return [str(origin.label) for origin in Origin if origin in found]

    @property
    def whole(self) -> StandingRow | None:
        """The commitment this one is part of."""
        return self._related(self.commitment.parent_id)

    @property
    def parts(self) -> list[StandingRow]:
        mine = self.commitment.pk
        return [row for row in self.related if row.commitment.parent_id == mine]

    @property
    def successor(self) -> StandingRow | None:
        return self._related(self.commitment.superseded_by_id)

    def _related(self, key: int | None) -> StandingRow | None:
        return next((row for row in self.related if row.commitment.pk == key), None)


def _party_of(part: Responsibility) -> int | None:
    return part.institution.party_id


@public_page()
def commitment_detail(request: HttpRequest, asked: Asked, reference: str) -> HttpResponse:
    """One commitment; 404 with a sentence where it was not public on the day asked."""
    try:
        REFERENCE(reference)
    except ValidationError:  # what cannot be a reference is not looked up
        raise Http404 from None
    page = build_page(asked, reference)
    if page is None:
        return _not_public(request, asked, reference)
    context = {
        "page": page,
        "desk_links": desk_links(request, asked, page.row, page.reports),
        "crumbs": _crumbs(asked, page.row),
        "cite_url": f"{request.build_absolute_uri(request.path)}?as_of={asked.day.isoformat()}",
    }
    return render_page(
        request, "public/commitment_detail.html", asked, context, current="commitment-list"
    )


def build_page(asked: Asked, reference: str) -> CommitmentPage | None:
    """Everything public of a commitment on the day asked; None where it was not public then."""
    rows = rows_of(asked, family(asked, reference))
    row = next((row for row in rows if row.commitment.reference == reference), None)
    if row is None:
        return None
    commitment = row.commitment
    mine = {"commitment": commitment}
    entries = entries_of(asked, row)
    return CommitmentPage(
        asked=asked,
        row=row,
        related=[other for other in rows if other is not row],
        reports=published_reports(asked, commitment),
        wordings=list(published_so_far(asked, Wording.objects.filter(**mine)).order_by("number")),
        readings=list(
            published_so_far(asked, Reading.objects.filter(**mine)).order_by("public_from")
        ),
        responsibilities=rows_in_force(asked, Responsibility, mine, "institution"),
        milestones=rows_in_force(asked, Milestone, mine),
        fundings=rows_in_force(asked, Funding, mine, "provider", "provider_party"),
        entries=entries,
        meetings=meetings_of(asked, commitment),
        decisions=rows_in_force(asked, Decision, mine, "meeting", "owner"),
        citations=rows_in_force(asked, Citation, mine, "source", "paragraph"),
        answers=answers_to(asked, row, entries),
        differs_since=differs_since(asked, row.standing),
        head=row.standing.head or "",  # type: ignore[attr-defined] # by family()
    )


def _crumbs(asked: Asked, row: StandingRow) -> list[dict[str, Any]]:
    """Pillar and area, each leading to its part of the list."""
    address = reverse("commitment-list", args=[asked.plan.slug])
    day = f"&as_of={asked.day.isoformat()}" if asked.is_as_of else ""
    crumbs: list[dict[str, Any]] = []
    if row.standing.pillar:
        pillar = row.standing.pillar
        crumbs.append({"url": f"{address}?pillar={pillar.slug}{day}", "label": str(pillar)})
    if row.standing.area:
        area = row.standing.area
        crumbs.append(
            {
                "url": f"{address}?area={area.slug}{day}",
                "label": area.title,
                "note": _("our grouping") if area.basis == InferenceBasis.INFERRED else "",
            }
        )
    return crumbs


def _not_public(request: HttpRequest, asked: Asked, reference: str) -> HttpResponse:
    """A commitment that was not public yet on the day asked, or was withdrawn by then."""
    spans = list(
        Wording.objects.filter(
            commitment__plan=asked.plan, commitment__reference=reference
        ).order_by("number")
    )
    if not spans:
        raise Http404
    zone = asked.plan.time_zone
    first, last = spans[0].public_from, spans[-1].public_until
    withdrawn = last is not None and last < asked.end
    context = {
        "reference": reference,
        "became_public": day_of(first, zone),
        "withdrawn": day_of(last, zone) if last and withdrawn else None,
        "page_url": request.path,
    }
    return render_page(
        request,
        "public/commitment/not_public.html",
        asked,
        context,
        current="commitment-list",
        status=404,
    )

"""The announcement, paragraph by paragraph, with what was drawn from each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse

from tracker.models import Citation, Funding, RecordEntry, Source, SourceParagraph
from tracker.public.events import EventLine, event_lines
from tracker.public.pages import Asked, public_page, render_page
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.vocabulary import Bears


@dataclass
class Paragraph:
    """One paragraph with the commitments, events and amounts drawn from it."""

    paragraph: SourceParagraph
    commitments: list[StandingRow] = field(default_factory=list)
    events: list[EventLine] = field(default_factory=list)
    amounts: list[Funding] = field(default_factory=list)

    @property
    def carries(self) -> bool:
        """Whether anything was drawn from it."""
        return bool(self.commitments or self.events or self.amounts)


@dataclass
class Part:
    """One of the documents that the announcement joins."""

    paragraphs: list[Paragraph]

    @property
    def first(self) -> SourceParagraph:
        return self.paragraphs[0].paragraph

    @property
    def last(self) -> SourceParagraph:
        return self.paragraphs[-1].paragraph


def announcement_of(asked: Asked) -> Source | None:
    """The source whose paragraphs were numbered; None where there is none."""
    numbered = asked.plan.sources.filter(paragraphs__isnull=False)
    return numbered.order_by("published_from", "key").distinct().first()


def paragraphs_of(asked: Asked, source: Source) -> list[Paragraph]:
    """Its paragraphs in order, with what was drawn from each by the day asked."""
    found = {row.pk: Paragraph(row) for row in source.paragraphs.all()}
    citations = Citation.objects.filter(paragraph__in=found).order_by(
        "commitment__position", "position", "pk"
    )
    public = list(asked.public(citations))
    _add_commitments(asked, found, public)
    _add_events(asked, found, public)
    _add_amounts(asked, found, public)
    return list(found.values())


def _add_commitments(
    asked: Asked, found: dict[int, Paragraph], citations: Sequence[Citation]
) -> None:
    """The commitments each paragraph bears out, in the plan's order, each once."""
    cited = defaultdict(set)
    for citation in citations:
        if citation.commitment_id and citation.paragraph_id:
            cited[citation.commitment_id].add(citation.paragraph_id)
    for row in rows_of(asked, standings(asked).filter(commitment__in=list(cited))):
        for paragraph in cited[row.commitment.pk]:
            found[paragraph].commitments.append(row)


def _add_events(asked: Asked, found: dict[int, Paragraph], citations: Sequence[Citation]) -> None:
    keys = [citation.entry_id for citation in citations if citation.entry_id]
    lines = event_lines(asked, RecordEntry.objects.filter(pk__in=keys))
    for citation in citations:
        line, paragraph = lines.get(citation.entry_id or 0), found[citation.paragraph_id or 0]
        if line and line not in paragraph.events:
            paragraph.events.append(line)


def _add_amounts(asked: Asked, found: dict[int, Paragraph], citations: Sequence[Citation]) -> None:
    """Money, under the paragraph that names the amount."""
    named = [row for row in citations if row.bears == Bears.AMOUNT and row.commitment_id]
    keys = [citation.commitment_id for citation in named]
    fundings = Funding.objects.filter(commitment__in=keys).select_related("commitment")
    for funding in asked.public(fundings):
        for citation in named:
            if citation.commitment_id == funding.commitment_id:
                found[citation.paragraph_id or 0].amounts.append(funding)


def parts_of(paragraphs: Sequence[Paragraph]) -> list[Part]:
    """The paragraphs by document, in order."""
    parts: list[Part] = []
    for row in paragraphs:
        if not parts or parts[-1].first.document != row.paragraph.document:
            parts.append(Part([]))
        parts[-1].paragraphs.append(row)
    return parts


@public_page()
def announcement(request: HttpRequest, asked: Asked) -> HttpResponse:
    source = announcement_of(asked)
    paragraphs = paragraphs_of(asked, source) if source else []
    context = {
        "source": source,
        "parts": parts_of(paragraphs),
        "number": len(paragraphs),
        "drawn": len({row.commitment.pk for one in paragraphs for row in one.commitments}),
    }
    return render_page(
        request, "public/announcement.html", asked, context, current="plan-announcement"
    )

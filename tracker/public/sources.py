"""Every source of the record, with what cites it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse

from tracker.filters.sources import SourceFilter
from tracker.models import Citation, Commitment, RecordEntry, Source
from tracker.public.events import EventLine, event_lines
from tracker.public.filtering import narrowed
from tracker.public.pages import Asked, public_page, render_page


@dataclass
class SourceRow:
    """A source with the commitments and events that cite it on the day asked."""

    source: Source
    commitments: dict[int, Commitment] = field(default_factory=dict)
    events: dict[int, EventLine] = field(default_factory=dict)

    @property
    def is_cited(self) -> bool:
        return bool(self.commitments or self.events)


def source_rows(asked: Asked, sources: Iterable[Source]) -> list[SourceRow]:
    """Sources by key. Commitments stand in the plan's order, events newest first."""
    rows = {source.pk: SourceRow(source) for source in sources}
    citations = asked.public(Citation.objects.filter(source__in=rows))
    told = list(citations.select_related("commitment").order_by("commitment__position", "pk"))
    lines = event_lines(asked, RecordEntry.objects.filter(citations__source__plan=asked.plan))
    for citation in told:
        row = rows[citation.source_id]
        if citation.commitment:
            row.commitments[citation.commitment.pk] = citation.commitment
        elif citation.entry_id in lines:
            row.events[citation.entry_id] = lines[citation.entry_id]
    return sorted(rows.values(), key=lambda row: row.source.key)


@public_page("q", "kind")
def source_list(request: HttpRequest, asked: Asked) -> HttpResponse:
    everything = asked.plan.sources.all()
    narrowing = narrowed(asked, SourceFilter(asked.params, everything))
    rows = source_rows(asked, narrowing.rows)
    context = {
        "rows": rows,
        "narrowing": narrowing,
        "found": len(rows),
        "total": everything.count(),
    }
    return render_page(request, "public/source_list.html", asked, context, current="plan-method")

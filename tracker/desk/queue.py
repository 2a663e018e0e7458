"""What waits for a coordinator: the own side's submitted reports, the other sides' to answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tracker.access import coordinator_of
from tracker.desk.entry import Side, at_the_desk, own_side, render_desk
from tracker.desk.links import form_url
from tracker.desk.work import Work, WorkRow
from tracker.models import Party, Proposal, ReportingPeriod, StatusReport
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.vocabulary import Basis


@dataclass(frozen=True)
class Answer:
    """Another party's published report on which this side can concur or contest."""

    row: StandingRow
    party: Party
    report: StatusReport
    contest_url: str


@dataclass
class Queue:
    """What waits for a coordinator: own side's submitted reports, the other sides' to answer."""

    side: Side

    @cached_property
    def _work(self) -> Work:
        return Work(self.side)

    @property
    def submitted(self) -> list[WorkRow]:
        return self._work.review

    @property
    def scheduled(self) -> list[StatusReport]:
        return self._work.scheduled

    @cached_property
    def shared(self) -> list[StatusReport]:
        """Reports that other parties share with this side now."""
        rows = self.side.rights.shared_reports(self.side.at)
        return list(
            rows.filter(commitment__plan=self.side.plan)
            .select_related("commitment", "party", "period")
            .order_by("shared_until", "pk")
        )

    @property
    def periods(self) -> list[ReportingPeriod]:
        """Those that can be summed up or signed now."""
        return self.side.reportable

    @cached_property
    def unconfirmed(self) -> list[StatusReport]:
        """Public reports entered on behalf of this side, by which it has not said to stand."""
        rows = StatusReport.objects.published().filter(
            commitment__plan=self.side.plan,
            party=self.side.party,
            on_behalf=True,
            published_institution=None,
            confirmations__isnull=True,
        )
        return list(rows.select_related("commitment", "period").order_by("published_at", "pk"))

    @cached_property
    def proposals(self) -> list[Proposal]:
        """Joint acts that this side has not answered, the first to end first."""
        mine = Q(proposed_party=self.side.party) | Q(answers__party=self.side.party)
        rows = self.side.plan.proposals.open().filter(ends_at__gt=self.side.at).exclude(mine)
        return list(rows.select_related("proposed_institution").order_by("ends_at", "pk"))

    @cached_property
    def answers(self) -> list[Answer]:
        found = standings(self.side.asked).filter(
            commitment__reporting_parties=self.side.party,
            commitment__superseded_by__isnull=True,
            basis__in=[Basis.PARTIAL, Basis.DIFFER],
        )
        rows = rows_of(self.side.asked, found)
        reports = self._reports(rows)
        return [
            self._answer(row, position.party, reports[position.stored.report_id])
            for row in rows
            for position in row.positions
            if position.party != self.side.party
            and position.stored.is_compared
            and position.stored.report_id
        ]

    def _reports(self, rows: list[StandingRow]) -> dict[int, StatusReport]:
        keys = [position.stored.report_id for row in rows for position in row.positions]
        return StatusReport.objects.select_related("period", "commitment").in_bulk(
            [key for key in keys if key]
        )

    def _answer(self, row: StandingRow, party: Party, report: StatusReport) -> Answer:
        url = form_url(self.side.plan, self.side.party, row.commitment, contests=report)
        return Answer(row, party, report, url)


@require_safe
@at_the_desk
def desk_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for the coordinator of a side."""
    side = own_side(request, slug)
    coordinator_of(request, side.party)
    context = {"queue": Queue(side), "side": side}
    return render_desk(request, "desk/queue.html", side.plan, context, current="desk-queue")

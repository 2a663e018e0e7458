"""Concurring with another party's report: a page that says what will be said, and one act."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.access import published_report, rights
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.actions.report_publication import concur_with_report
from tracker.desk.entry import Side, at_the_desk, render_desk, side_of
from tracker.desk.links import form_url, public_url
from tracker.desk.reading import ReadReport
from tracker.forms.reports import ActForm
from tracker.models import Party, ReportingPeriod, StatusReport
from tracker.models.plans import in_the_readers_order
from tracker.public.standings import StandingRow, rows_of, standings


@dataclass
class Concurrence:
    """What the side would say, in whose name and for which quarter."""

    side: Side
    other: StatusReport
    form: ActForm
    refusal: str = ""

    @property
    def read(self) -> ReadReport:
        return ReadReport(self.other)

    @cached_property
    def row(self) -> StandingRow | None:
        found = standings(self.side.asked).filter(commitment=self.other.commitment)
        return next(iter(rows_of(self.side.asked, found)), None)

    @property
    def period(self) -> ReportingPeriod | None:
        """The quarter of the report answered while it is open, else the newest that is."""
        reportable = self.side.reportable
        same = [period for period in reportable if period.pk == self.other.period_id]
        return next(iter(same or reportable[-1:]), None)

    @property
    def contest_url(self) -> str:
        return form_url(
            self.side.plan, self.side.party, self.other.commitment, self.period, self.other
        )

    @property
    def public_url(self) -> str:
        return public_url(self.side.plan, self.other.commitment)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def report_concur(request: HttpRequest, pk: int) -> HttpResponse:
    """Say the same as the other party's report, after seeing what will be said."""
    other = published_report(pk)
    side = side_of(request, other.commitment.plan, answering_party(request, other))
    form = ActForm(request.POST or None, initial={"act_id": uuid.uuid4()}, auto_id=False)
    concurrence = Concurrence(side, other, form)
    if request.method == "POST" and form.is_valid():
        return _concur(request, concurrence, form.cleaned_data["act_id"])
    return _render(request, concurrence)


def answering_party(request: HttpRequest, other: StatusReport) -> Party:
    """The party for which the person may answer, or 403."""
    plan = set(other.commitment.plan.parties.all())
    mine = [party for party in rights(request).coordinated_parties if party in plan]
    others = [party for party in in_the_readers_order(mine) if party != other.party]
    if not others:
        raise PermissionDenied(_("Only a coordinator of another party may answer this report."))
    return others[0]


def _concur(request: HttpRequest, concurrence: Concurrence, act_id: uuid.UUID) -> HttpResponse:
    side, other = concurrence.side, concurrence.other
    try:
        concur_with_report(other, party=side.party, rights=side.rights, at=side.at, act_id=act_id)
    except AlreadyDone:
        pass  # sent twice is done once
    except Refusal as refusal:
        concurrence.refusal = str(refusal.sentence)
        return _render(request, concurrence, status=refusal.status)
    messages.success(request, _("Published: both positions are the same."))
    return redirect(concurrence.public_url)


def _render(request: HttpRequest, concurrence: Concurrence, status: int = 200) -> HttpResponse:
    context = {"concurrence": concurrence, "side": concurrence.side}
    return render_desk(request, "desk/concur.html", concurrence.side.plan, context, status=status)

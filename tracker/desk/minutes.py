"""Minutes of a joint meeting: what it came to, what was decided, what is carried over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.access import joint_plan, rights
from tracker.actions.plans import institutions_of
from tracker.actions.publication import AlreadyDone
from tracker.actions.record import record_minutes
from tracker.actions.refusals import Refusal
from tracker.desk.entry import at_the_desk
from tracker.desk.kept import keeps_typed, typed_in
from tracker.desk.proposing import Writing
from tracker.forms.joint import DecisionForm, MinutesForm, decision_initial, fresh
from tracker.models import Decision, Meeting, MeetingVersion, Plan
from tracker.vocabulary import DecisionState

EMPTY_ROWS, MOST_ROWS = 3, 60
DecisionRows = forms.formset_factory(
    DecisionForm, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 10
)


@dataclass
class Minutes(Writing):
    """The page of a meeting's minutes: the form, and a row for each decision."""

    meeting: Meeting | None = None
    rows: Any = None
    alone: bool = False  # the secretariat publishes without asking, until the plan is accepted

    template = "desk/minutes.html"

    @cached_property
    def version(self) -> MeetingVersion | None:
        return self.meeting.versions.filter(public_until=None).first() if self.meeting else None


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def minutes_write(request: HttpRequest, slug: str, meeting: str) -> HttpResponse:
    """Write a meeting's minutes: proposed to the parties, or before they accepted the plan
    published by the secretariat."""
    plan = joint_plan(request, slug)
    found = Meeting.objects.filter(plan=plan, slug=meeting).first()
    version = found.versions.filter(public_until=None).first() if found else None
    if found is None or version is None:
        raise Http404
    decisions = open_decisions(found)
    typed = typed_in(request)
    form = MinutesForm(typed, version=version, initial=fresh())
    rows = decision_rows(plan, decisions, typed)
    alone = plan.accepted_at is None and rights(request).as_secretariat() is not None
    title = _("Minutes of a meeting")
    page = Minutes(plan, form, title, "", meeting=found, rows=rows, alone=alone)
    if request.method != "POST" or not (form.is_valid() and rows.is_valid()):
        if request.method == "POST" and not form.errors:
            form.add_error(None, _("A decision is not complete: see its row."))
        return page.show(request, status=400 if request.method == "POST" else 200)
    written = [row.apply() for row in rows.forms if row.is_filled]

    def act() -> None:
        record_minutes(
            found,
            form.apply(),
            decisions=written,
            rights=rights(request),
            at=timezone.now(),
            act_id=form.cleaned_data["act_id"],
        )

    return _publish(request, page, act) if alone else page.propose(request, act)


def open_decisions(meeting: Meeting) -> list[Decision]:
    """Those of the meeting, and those of earlier ones that are carried over until done."""
    in_force = Decision.objects.filter(meeting__plan=meeting.plan, public_until=None)
    mine = list(in_force.filter(meeting=meeting))
    others = in_force.exclude(meeting=meeting).filter(state=DecisionState.OPEN)
    return [*mine, *others.order_by("meeting__slug", "number")]


def decision_rows(plan: Plan, decisions: list[Decision], typed: Any) -> Any:
    return DecisionRows(
        typed,
        prefix="decision",
        initial=[decision_initial(decision) for decision in decisions],
        form_kwargs={"plan": plan, "owners": institutions_of(plan)},
    )


def _publish(request: HttpRequest, page: Minutes, act: Any) -> HttpResponse:
    """Until the parties have accepted the plan, the secretariat alone."""
    try:
        act()
    except AlreadyDone:
        pass
    except Refusal as refusal:
        page.mark(refusal)
        return page.show(request, status=refusal.status)
    messages.success(request, _("Published. Everyone can read it here."))
    meeting = page.meeting
    return redirect("meeting-detail", page.plan.slug, meeting.slug if meeting else "")

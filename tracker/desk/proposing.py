"""Ways to propose a joint act: a change to a commitment, the acceptance of the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.access import commitment_of, joint_plan, rights
from tracker.actions.commitments import change_commitment
from tracker.actions.joint_acts import Wish, propose, propose_wish
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.desk.entry import at_the_desk, render_desk
from tracker.desk.kept import keeps_typed, typed_in
from tracker.desk.links import public_url
from tracker.forms.joint import (
    CloseForm,
    MoveForm,
    ReasonedForm,
    SupersedeForm,
    WordingForm,
    fresh,
)
from tracker.models import Commitment, Plan, Proposal, Wording
from tracker.vocabulary import Act

GET_TOO = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Way:
    """A kind of change to a commitment: what it is called, and its form, which makes the act."""

    title: Any
    help: Any
    make: Callable[..., ReasonedForm]


def wording_in_force(commitment: Commitment) -> Wording:
    wording = commitment.wordings.open().first()
    if wording is None:
        raise Http404
    return wording


def ways() -> dict[str, Way]:
    """The changes to a commitment that all parties must accept, by their name in addresses."""
    return {
        "wording": Way(
            _("Propose another wording, test or target"),
            _("Change what differs; leave the rest. The public sees the change word by word."),
            lambda commitment, *args, **given: WordingForm(
                *args, wording=wording_in_force(commitment), **given
            ),
        ),
        "move": Way(
            _("Propose another place in the plan"),
            _("Earlier days keep the place it had."),
            lambda commitment, *args, **given: MoveForm(*args, commitment=commitment, **given),
        ),
        "supersede": Way(
            _("Propose that another commitment takes its place"),
            _("It stays in the record, with what was reported, and leads to the other one."),
            lambda commitment, *args, **given: SupersedeForm(*args, commitment=commitment, **given),
        ),
        "close": Way(
            _("Propose to close it by a decision"),
            _("It stays in the record. Nothing more is reported on it."),
            lambda commitment, *args, **given: CloseForm(*args, commitment=commitment, **given),
        ),
    }


@keeps_typed
@require_http_methods(GET_TOO)
@at_the_desk
def proposal_write(request: HttpRequest, slug: str, reference: str, kind: str) -> HttpResponse:
    """Propose a change to a commitment."""
    plan = joint_plan(request, slug)
    commitment = commitment_of(plan, reference)
    way = ways().get(kind)
    if way is None:
        raise Http404
    form = way.make(commitment, typed_in(request), initial=fresh())
    page = Writing(plan, form, way.title, way.help, commitment)
    if request.method != "POST" or not form.is_valid():
        return page.show(request, status=400 if request.method == "POST" else 200)
    changed = form.apply()  # type: ignore[attr-defined] # each of these forms has it
    wording = changed if isinstance(changed, Wording) else wording_in_force(commitment)
    if isinstance(changed, Commitment):
        commitment = changed
    return page.propose(
        request,
        lambda: change_commitment(
            commitment,
            wording,
            reporting_parties=commitment.reporting_parties.all(),
            reason=next(iter(filter(None, form.texts("reason").values())), ""),
            rights=rights(request),
            at=timezone.now(),
            act_id=form.cleaned_data["act_id"],
        ),
    )


@keeps_typed
@require_http_methods(GET_TOO)
@at_the_desk
def proposal_accept_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose that the parties accept the plan as it stands here: the first joint act."""
    plan = joint_plan(request, slug)
    form = ReasonedForm(typed_in(request), initial=fresh())
    page = Writing(
        plan,
        form,
        _("Propose that the parties accept the plan"),
        _("Once every party has accepted, the notice on every page goes away, and wordings change "
          "by joint act only."),
    )  # fmt: skip
    if plan.accepted_at:
        page.refusal = _("The parties have accepted this plan already.")
        return page.show(request, status=409)
    if request.method != "POST" or not form.is_valid():
        return page.show(request, status=400 if request.method == "POST" else 200)
    return page.propose_wish(request, Wish(Act.ACCEPT_PLAN, plan.slug))


@dataclass
class Writing:
    """The page on which something is proposed."""

    plan: Plan
    form: ReasonedForm
    title: Any
    help: Any
    commitment: Commitment | None = None
    refusal: str = ""

    template = "desk/propose.html"

    @property
    def wording(self) -> Wording | None:
        return self.commitment.wordings.open().first() if self.commitment else None

    @property
    def public_url(self) -> str:
        return public_url(self.plan, self.commitment) if self.commitment else ""

    def show(self, request: HttpRequest, status: int = 200) -> HttpResponse:
        context = {"page": self, "form": self.form}
        return render_desk(
            request,
            self.template,
            self.plan,
            context,
            current="proposal-list",
            status=status,
        )

    def propose(self, request: HttpRequest, act: Callable[[], Any]) -> HttpResponse:
        """Try the act out and propose it; or the page again with the reason why not."""
        return self._do(
            request,
            lambda key: propose(self.plan, act, reason=self.form.texts("reason"), **key),
        )

    def propose_wish(self, request: HttpRequest, wish: Wish) -> HttpResponse:
        return self._do(
            request,
            lambda key: propose_wish(self.plan, wish, reason=self.form.texts("reason"), **key),
        )

    def _do(self, request: HttpRequest, do: Callable[[dict[str, Any]], Proposal]) -> HttpResponse:
        key = {
            "rights": rights(request),
            "at": timezone.now(),
            "act_id": self.form.cleaned_data["act_id"],
        }
        try:
            proposal = do(key)
        except AlreadyDone:
            return redirect("proposal-list", self.plan.slug)
        except Refusal as refusal:
            self.mark(refusal)
            return self.show(request, status=refusal.status)
        messages.success(request, _("Proposed. The parties’ coordinators see it now."))
        return redirect("proposal-detail", self.plan.slug, proposal.pk)

    def mark(self, refusal: Refusal) -> None:
        """Put what was refused at its fields, and the sentence on top."""
        self.refusal = str(refusal.sentence)
        self.form.put_faults(refusal.fields)

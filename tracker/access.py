"""Who may see and do what. Rights follow memberships; deny by default.

`Rights` answers for one person on one day. The fetch helpers answer 404 for what a person may not
know of and 403 for what they may see but not change.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import Commitment, Membership, Party, Plan, Proposal, StatusReport
from tracker.vocabulary import ReportState, Role


@dataclass(frozen=True)
class Rights:
    """The memberships a person holds on one day, and what follows from them."""

    memberships: tuple[Membership, ...] = ()

    def _first(self, *roles: Role, party: Party | None = None) -> Membership | None:
        for membership in self.memberships:
            if membership.role in roles and party in (None, membership.party):
                return membership
        return None

    @property
    def is_known(self) -> bool:
        """Has any role at all: a stranger has none."""
        return bool(self.memberships)

    def as_secretariat(self) -> Membership | None:
        """The membership under which this person keeps structure, sources and readings."""
        return self._first(Role.SECRETARIAT, Role.ADMINISTRATOR)

    def as_administrator(self) -> Membership | None:
        return self._first(Role.ADMINISTRATOR)

    def as_coordinator(self, party: Party) -> Membership | None:
        return self._first(Role.COORDINATOR, party=party)

    def as_official(self, party: Party, commitment: Commitment) -> Membership | None:
        """The membership of an official whose institution is responsible for the commitment."""
        responsible = {
            row.institution_id for row in commitment.responsibilities.all() if row.is_open
        }
        for membership in self.memberships:
            if (
                membership.role == Role.OFFICIAL
                and membership.party == party
                and membership.institution_id in responsible
            ):
                return membership
        return None

    def as_reporter(self, party: Party, commitment: Commitment) -> Membership | None:
        """The membership under which this person may write the party's report."""
        return self.as_coordinator(party) or self.as_official(party, commitment)

    @property
    def parties(self) -> list[Party]:
        """Parties for which this person works, without doubles."""
        found: dict[int, Party] = {}
        for membership in self.memberships:
            if membership.party and Role(membership.role).needs_party:
                found[membership.party.pk] = membership.party
        return list(found.values())

    @property
    def coordinated_parties(self) -> list[Party]:
        return [party for party in self.parties if self.as_coordinator(party)]

    def commitments_to_report(self, plan: Plan, party: Party) -> QuerySet[Commitment]:
        """Commitments of the plan on which this person may write the party's report."""
        owed = plan.commitments.filter(reporting_parties=party)
        if self.as_coordinator(party):
            return owed
        institutions = [
            membership.institution_id
            for membership in self.memberships
            if membership.role == Role.OFFICIAL and membership.party == party
        ]
        return owed.filter(
            responsibilities__institution__in=institutions,
            responsibilities__public_until__isnull=True,
        ).distinct()

    def unpublished_reports(self) -> QuerySet[StatusReport]:
        """Reports in work this person may read: their own side's alone.

        The secretariat reads those it enters itself on behalf of a party, and no others.
        """
        allowed = Q(on_behalf=True) if self.as_secretariat() else Q(pk__in=[])
        for membership in self.memberships:
            if membership.role == Role.COORDINATOR:
                allowed |= Q(party=membership.party)
            elif membership.role == Role.OFFICIAL:
                allowed |= Q(
                    party=membership.party,
                    commitment__responsibilities__institution=membership.institution,
                    commitment__responsibilities__public_until__isnull=True,
                )
        return StatusReport.objects.unpublished().filter(allowed).distinct()

    def reads_draft(self, report: StatusReport) -> bool:
        if report.on_behalf and self.as_secretariat():
            return True
        return self.as_reporter(report.party, report.commitment) is not None

    def shared_reports(self, at: dt.datetime) -> QuerySet[StatusReport]:
        """Unpublished reports of other parties that are shared with this coordinator now."""
        mine = self.coordinated_parties
        return (
            StatusReport.objects.unpublished()
            .filter(shared_at__lte=at, shared_until__gt=at, commitment__plan__parties__in=mine)
            .exclude(party__in=mine)
            .distinct()
        )

    def as_shared_reader(self, report: StatusReport, at: dt.datetime) -> Membership | None:
        """The membership of a coordinator of another party with whom a report is shared."""
        if not self.shared_reports(at).filter(pk=report.pk).exists():
            return None
        parties = set(report.commitment.plan.parties.all()) - {report.party}
        found = (self.as_coordinator(party) for party in parties)
        return next((membership for membership in found if membership), None)


NOBODY = Rights()


def rights_of(user: Any, day: dt.date) -> Rights:
    """The rights of a person on `day`; nobody's for anonymous or disabled accounts."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    held = (
        Membership.objects.active_on(day)
        .filter(user=user)
        .select_related("institution", "party", "user")
        .order_by("pk")
    )
    return Rights(tuple(held))


def rights(request: HttpRequest) -> Rights:
    """The rights of whoever asks, read once per request."""
    cached: Rights | None = getattr(request, "_tracker_rights", None)
    if cached is None:
        cached = rights_of(request.user, timezone.now().date())
        request._tracker_rights = cached  # type: ignore[attr-defined]
    return cached


def public_plan(slug: str) -> Plan:
    """An opened plan with its parties, or 404: a plan that was only loaded is not public."""
    plan = opened_plan(slug)
    prefetch_related_objects([plan], "parties")
    return plan


def opened_plan(slug: str) -> Plan:
    """The same without its parties: enough to find a page in the cache."""
    try:
        return Plan.objects.open().get(slug=slug)
    except Plan.DoesNotExist:
        raise Http404 from None


def desk_plan(request: HttpRequest, slug: str) -> Plan:
    """A plan on which the person works for a party; 403 and a sentence for everyone else."""
    plan = public_plan(slug)
    parties = set(plan.parties.all())
    if any(party in parties for party in rights(request).parties):
        return plan
    raise PermissionDenied(
        _("Only officials and coordinators of the plan’s parties work here: you have no such role.")
    )


def joint_plan(request: HttpRequest, slug: str) -> Plan:
    """A plan whose joint acts the person may see: coordinators of its parties, the secretariat."""
    plan = public_plan(slug)
    held, parties = rights(request), set(plan.parties.all())
    if held.as_secretariat() or any(one in parties for one in held.coordinated_parties):
        return plan
    raise PermissionDenied(
        _("Joint acts are for the coordinators of the plan’s parties and the secretariat.")
    )


def proposal_of(plan: Plan, pk: int) -> Proposal:
    """A proposal of the plan, or 404."""
    try:
        return plan.proposals.select_related(
            "commitment", "proposed_party", "proposed_institution"
        ).get(pk=pk)
    except Proposal.DoesNotExist:
        raise Http404 from None


def refuse_strangers(request: HttpRequest) -> None:
    """403, with how to get a role, for a person who is signed in and has none."""
    if not rights(request).is_known:
        raise PermissionDenied(
            _(
                "Your account has no role here. Ask the coordinator of your government "
                "or the administrator of this site to give you one."
            )
        )


def commitment_for_report(
    request: HttpRequest, plan: Plan, reference: str, party: Party, *, on_behalf: bool = False
) -> tuple[Commitment, Membership]:
    """A commitment and the membership under which to report: 404 unknown, 403 not theirs.

    `on_behalf` is for the secretariat, which enters what the party wrote.
    """
    if on_behalf:
        return commitment_of(plan, reference), secretariat_of(request)
    commitment = commitment_of(plan, reference)
    membership = rights(request).as_reporter(party, commitment)
    if membership is None:
        raise PermissionDenied(
            _(
                "You may not report for %(party)s on %(reference)s. That is for officials of "
                "its responsible institutions and for coordinators."
            )
            % {"party": party.name, "reference": commitment.reference}
        )
    return commitment, membership


def commitment_of(plan: Plan, reference: str) -> Commitment:
    """A public commitment of the plan, or 404."""
    if "\0" in reference:  # PostgreSQL cannot look it up
        raise Http404
    try:
        return (
            plan.commitments.select_related("plan", "pillar", "area")
            .prefetch_related("responsibilities", "reporting_parties")
            .get(reference=reference)
        )
    except Commitment.DoesNotExist:
        raise Http404 from None


def report_of_own_side(request: HttpRequest, pk: int) -> StatusReport:
    """An unpublished report of the person's own side; 404 for everyone who may not know of it."""
    try:
        return (
            rights(request)
            .unpublished_reports()
            .select_related(
                "commitment__plan",
                "party",
                "period",
                "author",
                "author_institution",
                "contests__party",
                "contests__period",
                "concurs_with",
                "repeats__period",
                "repeats__party",
            )
            .prefetch_related("evidence", "commitment__plan__parties")
            .get(pk=pk)
        )
    except StatusReport.DoesNotExist:
        raise Http404 from None


def report_for_review(request: HttpRequest, pk: int) -> StatusReport:
    """A submitted report for its coordinator: 404 unknown, 403 to those who only write."""
    report = report_of_own_side(request, pk)
    if not (report.on_behalf and rights(request).as_secretariat()):
        coordinator_of(request, report.party)
    return report


def report_shared(request: HttpRequest, pk: int) -> StatusReport:
    """An unpublished report that another party shares with this coordinator now; else 404."""
    try:
        return (
            rights(request)
            .shared_reports(timezone.now())
            .select_related("commitment__plan", "party", "period", "contests", "repeats")
            .prefetch_related("evidence", "commitment__plan__parties")
            .get(pk=pk)
        )
    except StatusReport.DoesNotExist:
        raise Http404 from None


def secretariat_of(request: HttpRequest) -> Membership:
    """The membership of the secretariat or an administrator, or 403."""
    membership = rights(request).as_secretariat()
    if membership is None:
        raise PermissionDenied(_("Only the secretariat or an administrator may do this."))
    return membership


def coordinator_of(request: HttpRequest, party: Party) -> Membership:
    """The membership of a coordinator of the party, or 403."""
    membership = rights(request).as_coordinator(party)
    if membership is None:
        raise PermissionDenied(
            _("Only a coordinator of %(party)s may do this.") % {"party": party.name}
        )
    return membership


def published_report(pk: int) -> StatusReport:
    """A published report, or 404."""
    try:
        return StatusReport.objects.select_related("commitment__plan", "party", "period").get(
            pk=pk, state=ReportState.PUBLISHED
        )
    except StatusReport.DoesNotExist:
        raise Http404 from None

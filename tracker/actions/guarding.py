"""The guards with which actions begin: whose act this may be, in words for who may not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.refusals import Forbidden, Refusal
from tracker.models import Commitment, Membership, Party, Plan


def secretariat(rights: Rights) -> Membership:
    """Secretariat or administrator, or Forbidden."""
    membership = rights.as_secretariat()
    if membership is None:
        raise Forbidden(_("Only the secretariat or an administrator may do this."))
    return membership


def secretariat_before_acceptance(rights: Rights, plan: Plan) -> Membership:
    """Until the parties have accepted the plan, the secretariat changes commitments alone."""
    membership = secretariat(rights)
    if plan.accepted_at:
        raise Refusal(
            _("The parties have accepted this plan: its commitments change by joint act only.")
        )
    return membership


def administrator(rights: Rights) -> Membership:
    membership = rights.as_administrator()
    if membership is None:
        raise Forbidden(_("Only an administrator may do this."))
    return membership


def coordinator(rights: Rights, party: Party) -> Membership:
    membership = rights.as_coordinator(party)
    if membership is None:
        raise Forbidden(_("Only a coordinator of %(party)s may do this.") % {"party": party.name})
    return membership


def reporter(rights: Rights, party: Party, commitment: Commitment) -> Membership:
    """A coordinator of the party, or an official of a responsible institution of it."""
    membership = rights.as_reporter(party, commitment)
    if membership is None:
        raise Forbidden(
            _("You may not report for %(party)s on %(reference)s.")
            % {"party": party.name, "reference": commitment.reference}
        )
    return membership

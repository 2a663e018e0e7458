"""The guards with which actions begin: whose act this may be, in words for who may not."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.refusals import Forbidden, Refusal
from tracker.actions.trials import current_trial
from tracker.models import Commitment, Institution, Membership, Party, Plan, StatusReport


def secretariat(rights: Rights) -> Membership:
    """Secretariat or administrator, or Forbidden."""
    membership = rights.as_secretariat()
    if membership is None:
        raise Forbidden(_("Only the secretariat or an administrator may do this."))
    return membership


def joint_keeper(rights: Rights, plan: Plan) -> Membership:
    """Who may make a change that all parties must accept.

    Until they have accepted the plan itself, the secretariat alone; then nobody alone: secretariat
    and coordinators propose it, which is to try it out (actions/trials.py).
    """
    if current_trial():
        return proposer(rights, plan)
    membership = secretariat(rights)
    refuse_joint(plan)
    return membership


def refuse_joint(plan: Plan) -> None:
    """Raise Refusal for what is done alone on a plan that the parties have accepted."""
    if plan.accepted_at and not current_trial():
        raise Refusal(
            _("The parties have accepted this plan: this changes by joint act only. Propose it.")
        )


def courteous_keeper(rights: Rights, plan: Plan) -> Membership:
    """The secretariat, for what becomes public after the parties had days to answer.

    Those days are kept once the parties have accepted the plan: until then nobody is there to ask.
    """
    membership = secretariat(rights)
    refuse_unannounced(plan)
    return membership


def refuse_unannounced(plan: Plan) -> None:
    """Raise Refusal for a reading or an entry that the parties have not been told of."""
    if plan.accepted_at and not current_trial():
        raise Refusal(_("The parties have some days to answer first: announce it to them."))


def institution_of(membership: Membership) -> Institution:
    """The institution a coordinator or official acts for: a constraint says there is one."""
    return cast(Institution, membership.institution)


def proposer(rights: Rights, plan: Plan) -> Membership:
    """The secretariat, or a coordinator of one of the plan's parties."""
    found = [rights.as_coordinator(party) for party in plan.parties.all()]
    membership = rights.as_secretariat() or next((one for one in found if one), None)
    if membership is None:
        raise Forbidden(_("Only the secretariat and coordinators of the parties propose changes."))
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


def reporter(
    rights: Rights, party: Party, commitment: Commitment, *, on_behalf: bool = False
) -> Membership:
    """A coordinator of the party, or an official of a responsible institution of it.

    On behalf of the party: the secretariat.
    """
    if on_behalf:
        return secretariat(rights)
    membership = rights.as_reporter(party, commitment)
    if membership is None:
        raise Forbidden(
            _("You may not report for %(party)s on %(reference)s.")
            % {"party": party.name, "reference": commitment.reference}
        )
    return membership


def publisher(rights: Rights, report: StatusReport) -> Membership:
    """A coordinator of the report's party; for one entered on its behalf also the secretariat."""
    if report.on_behalf and rights.as_coordinator(report.party) is None:
        return secretariat(rights)
    return coordinator(rights, report.party)


def report_reader(rights: Rights, report: StatusReport, at: dt.datetime) -> Membership:
    """Whoever may read an unpublished report and say something about it."""
    membership = rights.as_reporter(report.party, report.commitment) or rights.as_shared_reader(
        report, at
    )
    if membership is None or report.is_published:
        raise Forbidden(_("This report is not open to you."))
    return membership

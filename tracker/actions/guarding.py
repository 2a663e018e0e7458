"""The guards with which actions begin: whose act this may be, in words for who may not."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.refusals import Forbidden, Refusal
from tracker.models import Commitment, Membership, Party, Plan, StatusReport


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

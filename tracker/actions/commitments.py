"""Entering, changing and withdrawing commitments."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.changes import Changes
from tracker.actions.guarding import joint_keeper, refuse_joint
from tracker.actions.plans import parts_of
from tracker.actions.publication import Publication, publication
from tracker.actions.refusals import Refusal
from tracker.models import Commitment, Membership, Party, Wording
from tracker.models.columns import Spanned
from tracker.vocabulary import Act, ReportingBasis


def add_commitment(
    commitment: Commitment,
    wording: Wording,
    *,
    reporting_parties: Iterable[Party],
    changes: Changes | None = None,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> Commitment:
    """Enter a commitment with its first wording; public at once wherever they are listed."""
    membership = joint_keeper(rights, commitment.plan)
    parties = list(reporting_parties)
    _refuse_early_target(commitment, wording)
    _refuse_basis(commitment, parties)
    with publication(
        commitment.plan,
        act=Act.ADD_COMMITMENT,
        subject=commitment.reference,
        membership=membership,
        at=at,
        act_id=act_id,
        check=refuse_joint,
    ) as record:
        record.put(commitment, reporting_parties=parties)
        wording.commitment, wording.number = commitment, 1
        wording.author_role = membership.role
        record.put(wording)
        _adopt(changes, commitment)
        if changes:
            changes.apply(record)
        record.restate(commitment)
    return commitment


def change_commitment(
    commitment: Commitment,
    wording: Wording,
    *,
    reporting_parties: Iterable[Party],
    changes: Changes | None = None,
    reason: str,
    rights: Rights,
    at: dt.datetime,
    act_id: uuid.UUID,
) -> None:
    """Change a commitment, its wording (with a reason, kept in public) or its parts.

    `wording` is the open wording with new values; if they differ, it becomes the next wording.
    """
    membership = joint_keeper(rights, commitment.plan)
    with publication(
        commitment.plan,
        act=Act.CHANGE_COMMITMENT,
        subject=commitment.reference,
        membership=membership,
        at=at,
        act_id=act_id,
        check=refuse_joint,
        reason=reason,
    ) as record:
        parties = list(reporting_parties)
        _refuse_basis(commitment, parties)
        refuse_silencing(commitment, parties)
        if wording_differs(wording):
            _put_wording(record, commitment, wording, reason, membership)
        record.put(commitment, reporting_parties=parties)
        _adopt(changes, commitment)
        if changes:
            changes.apply(record)
        record.restate(commitment)


def _put_wording(
    record: Publication,
    commitment: Commitment,
    wording: Wording,
    reason: str,
    membership: Membership,
) -> None:
    """The next wording, with its reason."""
    if not reason.strip():
        raise Refusal(
            _("A change of wording needs a reason."),
            {"reason": [_("Say why the wording changes: the public reads it.")]},
        )
    _refuse_early_target(commitment, wording)
    wording.number = commitment.wordings.count() + 1
    wording.author_role = membership.role
    record.put(wording)


def _refuse_basis(commitment: Commitment, parties: list[Party]) -> None:
    """Who must report, and why, fit together."""
    nobody = commitment.reporting_basis in (
        ReportingBasis.NO_GOVERNMENT,
        ReportingBasis.NOTHING_PROMISED,
    )
    if nobody == bool(parties):
        sentence = (
            _("With this basis, no party reports.") if nobody else _("Choose who must report.")
        )
        raise Refusal(sentence, {"reporting_parties": [sentence]})


def refuse_silencing(commitment: Commitment, parties: list[Party]) -> None:
    """A party that has reported goes on being heard: its reports are not put out of account."""
    heard = Party.objects.filter(pk__in=commitment.reports.published().values("party"))
    for party in heard:
        if party not in parties:
            raise Refusal(
                _("%(party)s has reported on %(reference)s and stays a reporting party.")
                % {"party": party.name, "reference": commitment.reference},
                {"reporting_parties": [_("Keep every party that has published a report.")]},
            )


def _refuse_early_target(commitment: Commitment, wording: Wording) -> None:
    """A promise made in a plan is not due before the plan."""
    target = wording.target.end
    if target and target < commitment.plan.announced_on:
        raise Refusal(
            _("The target date lies before the plan’s start."),
            {"target_to": [_("The plan was announced later than this day.")]},
        )


def wording_differs(wording: Wording) -> bool:
    """Whether a wording with new values says something else than the stored one."""
    stored = Wording.objects.get(pk=wording.pk)
    names = [
        field.name
        for field in Wording._meta.concrete_fields
        if field.name.startswith(("title_", "description_", "completion_test_", "target_"))
    ]
    return any(getattr(stored, name) != getattr(wording, name) for name in names)


def withdraw_commitment(
    commitment: Commitment, *, reason: str, rights: Rights, at: dt.datetime, act_id: uuid.UUID
) -> None:
    """Take a commitment out of the present. It stays in the record and on every earlier day.

    Refused where a party has reported: then it is closed or superseded, by joint act. Refused, too,
    where others in force are its parts or were superseded by it.
    """
    membership = joint_keeper(rights, commitment.plan)
    if not reason.strip():
        raise Refusal(_("Say why it is withdrawn."), {"reason": [_("Give a reason.")]})
    with publication(
        commitment.plan,
        act=Act.WITHDRAW,
        subject=commitment.reference,
        membership=membership,
        at=at,
        act_id=act_id,
        check=refuse_joint,
        reason=reason,
    ) as record:
        _refuse_in_use(commitment)
        if not commitment.wordings.open().exists():
            raise Refusal(_("%(reference)s was withdrawn.") % {"reference": commitment.reference})
        for row in _open_rows(commitment):
            record.withdraw(row)
        record.restate(commitment)


def _refuse_in_use(commitment: Commitment) -> None:
    if commitment.reports.exists():
        raise Refusal(
            _("%(reference)s has reports: it can be closed or superseded, not withdrawn.")
            % {"reference": commitment.reference}
        )
    others = Commitment.objects.filter(Q(parent=commitment) | Q(superseded_by=commitment))
    named = others.filter(wordings__public_until__isnull=True).distinct()
    if named:
        raise Refusal(
            _("%(others)s name %(reference)s: change them first.")
            % {
                "others": ", ".join(other.reference for other in named),
                "reference": commitment.reference,
            }
        )


def _open_rows(commitment: Commitment) -> list[Spanned]:
    """The rows in force that belong to a commitment or bear on it."""
    rows = [
        *parts_of(commitment),
        *commitment.milestones.all(),
        *commitment.readings.all(),
        *commitment.bearings.all(),
        *commitment.agenda_items.all(),
    ]
    return [row for row in rows if isinstance(row, Spanned) and row.is_open]


def _adopt(changes: Changes | None, commitment: Commitment) -> None:
    """Parts made before their commitment was stored come to belong to it."""
    for row in changes.put if changes else []:
        row.commitment = commitment  # type: ignore[attr-defined]

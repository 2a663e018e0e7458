"""Accounts and roles: made and ended by administrators, never by the people themselves."""

from __future__ import annotations

import datetime as dt

import structlog
from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.guarding import administrator
from tracker.actions.publication import check
from tracker.actions.refusals import Refusal
from tracker.models import Membership, User

log = structlog.get_logger()


def save_person(person: User, *, rights: Rights) -> User:
    """Enter a person or change their account."""
    administrator(rights)
    check(person)
    person.save()
    log.info("person-saved", person=person.pk, active=person.is_active)
    return person


def save_membership(membership: Membership, *, rights: Rights) -> Membership:
    """Grant a role or change its days. Rights change at the person's next request."""
    administrator(rights)
    check(membership)
    membership.save()
    log.info(
        "membership-saved",
        person=membership.user_id,
        role=membership.role,
        ends_on=str(membership.ends_on or ""),
    )
    return membership


def end_membership(membership: Membership, *, rights: Rights, day: dt.date) -> None:
    """End a role with the day before `day`; one that began that day or later never gives rights."""
    held = administrator(rights)
    if membership.pk == held.pk:
        raise Refusal(_("You cannot end the role under which you are doing this."))
    if membership.starts_on >= day:
        membership.delete()
    else:
        membership.ends_on = day - dt.timedelta(days=1)
        membership.save(update_fields=["ends_on"])
    log.info("membership-ended", person=membership.user_id, role=membership.role)


def disable_person(person: User, *, rights: Rights) -> None:
    """Close an account: the next request is refused. What the person published stays."""
    held = administrator(rights)
    if person.pk == held.user_id:
        raise Refusal(_("You cannot disable your own account."))
    person.is_active = False
    person.save(update_fields=["is_active"])
    log.info("person-disabled", person=person.pk)

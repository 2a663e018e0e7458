"""Accounts and roles: made and ended by administrators, never by the people themselves."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tracker.access import Rights
from tracker.actions.guarding import administrator
from tracker.actions.publication import check
from tracker.actions.refusals import Refusal
from tracker.models import Membership, User
from tracker.vocabulary import Role

log = structlog.get_logger()


def save_person(person: User, *, rights: Rights) -> User:
    """Enter a person or change their account."""
    held = administrator(rights)
    if person.pk == held.user_id and not (person.is_active and person.is_staff):
        raise Refusal(_("You cannot shut yourself out of the administration."))
    check(person)
    person.save()
    log.info("person-saved", person=person.pk, active=person.is_active, by=held.user_id)
    return person


def save_membership(membership: Membership, *, rights: Rights) -> Membership:
    """Grant a role or change its days. Rights change at the person's next request."""
    held = administrator(rights)
    if membership.pk == held.pk and _gives_other_rights(membership, held):
        raise Refusal(_("You cannot change the role under which you are doing this."))
    check(membership)
    _refuse_other_party(membership)
    if _held_already(membership):
        raise Refusal(_("This person holds this role at that time already."))
    if _works_for_the_other_side(membership):
        raise Refusal(_("This person works for another party of the same plan at that time."))
    membership.save()
    log.info(
        "membership-saved",
        person=membership.user_id,
        role=membership.role,
        ends_on=str(membership.ends_on or ""),
        by=held.user_id,
    )
    return membership


def _refuse_other_party(membership: Membership) -> None:
    """An institution acts for its own party: its people read no drafts of another."""
    institution = membership.institution
    if membership.party and institution and institution.party != membership.party:
        raise Refusal(_("This institution belongs to another party."))


def _held_already(membership: Membership) -> bool:
    """Whether another membership gives the same rights on one of the same days."""
    same = _at_that_time(membership).filter(
        role=membership.role, party=membership.party, institution=membership.institution
    )
    return same.exists()


def _works_for_the_other_side(membership: Membership) -> bool:
    """Nobody reads the drafts of two parties of one plan."""
    if membership.party is None:
        return False
    others = _at_that_time(membership).filter(party__plans__parties=membership.party)
    return others.exclude(party=membership.party).exists()


def _at_that_time(membership: Membership) -> QuerySet[Membership]:
    """Other memberships of the person that give rights on one of the same days."""
    others = Membership.objects.exclude(pk=membership.pk).filter(user=membership.user)
    if membership.ends_on:
        others = others.filter(starts_on__lte=membership.ends_on)
    return others.filter(Q(ends_on=None) | Q(ends_on__gte=membership.starts_on))


def _gives_other_rights(membership: Membership, held: Membership) -> bool:
    names = ("user_id", "role", "starts_on", "ends_on")
    return any(getattr(membership, name) != getattr(held, name) for name in names)


def end_membership(membership: Membership, *, rights: Rights, day: dt.date) -> None:
    """End a role with the day before `day`; one that began that day or later never gives rights."""
    held = administrator(rights)
    if membership.pk == held.pk:
        raise Refusal(_("You cannot end the role under which you are doing this."))
    if membership.starts_on >= day:
        membership.delete()
    elif membership.ends_on is None or membership.ends_on >= day:
        membership.ends_on = day - dt.timedelta(days=1)
        membership.save(update_fields=["ends_on"])
    log.info("membership-ended", person=membership.user_id, role=membership.role, by=held.user_id)


def disable_person(person: User, *, rights: Rights) -> None:
    """Close an account: the next request is refused. What the person published stays."""
    held = administrator(rights)
    if person.pk == held.user_id:
        raise Refusal(_("You cannot disable your own account."))
    person.is_active = False
    person.save(update_fields=["is_active"])
    log.info("person-disabled", person=person.pk, by=held.user_id)


def grant_first_administrator(person: User, *, day: dt.date) -> Membership:
    """Make the first administrator, from the console. Refused while there is one."""
    if Membership.objects.active_on(day).filter(role=Role.ADMINISTRATOR).exists():
        raise Refusal(_("There is an administrator already: roles are granted by administrators."))
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    membership = Membership(user=person, role=Role.ADMINISTRATOR, starts_on=day)
    check(membership)
    if _held_already(membership):
        raise Refusal(_("This person holds this role at that time already."))
    membership.save()
    log.info("membership-saved", person=person.pk, role=membership.role, ends_on="")
    return membership

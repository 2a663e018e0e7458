"""Making the accounts with which the software is tried out. Never on a public site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.actions.demonstration_file import Known, keep_accounts, known_accounts, new_password
from tracker.actions.refusals import Refusal
from tracker.models import Institution, Membership, User
from tracker.vocabulary import Role


@dataclass(frozen=True)
class Part:
    """One part to be played: who, under which address, with which role for which institution."""

    label: str
    email: str
    role: Role
    institution: str = ""


def _party(code: str, name: str, ministry: str, official: str, agency: str) -> list[Part]:
    """An official, and two coordinators, so that one publishes what the other wrote."""
    return [
        Part(f"Official, {official} (demo)", f"official.{code}", Role.OFFICIAL, agency),
        Part(f"Coordinator, {name} (demo)", f"coordinator.{code}", Role.COORDINATOR, ministry),
        Part(
            f"Second coordinator, {name} (demo)",
            f"coordinator2.{code}",
            Role.COORDINATOR,
            ministry,
        ),
    ]


CAST = [
    *_party("ca", "Canada", "ca-gac", "NSERC", "ca-nserc"),
    Part("Official, Transport Canada (demo)", "official.ca-tc", Role.OFFICIAL, "ca-tc"),
    *_party("mx", "Mexico", "mx-sre", "SECIHTI", "mx-secihti"),
    *_party("bo", "Borealia", "bo-external", "Ports Agency", "bo-ports"),
    *_party("me", "Meridia", "me-exterior", "Water Institute", "me-agua"),
    Part("Secretariat (demo)", "secretariat", Role.SECRETARIAT),
    Part("Administrator (demo)", "administrator", Role.ADMINISTRATOR),
]


def make_accounts(folder: Path, *, day: dt.date) -> list[Known]:
    """Make the accounts that are missing; those there keep their passwords. Gives them all.

    An institution of a plan that is not here leaves its part out. Raises Refusal in production.
    """
    if settings.PRODUCTION:
        raise Refusal(_("A public site has no demonstration accounts."))
    before = {known.email: known for known in known_accounts(folder)}
    institutions = {row.slug: row for row in Institution.objects.select_related("party")}
    with transaction.atomic():
        accounts = [
            _account(part, institutions.get(part.institution), before, day)
            for part in CAST
            if not part.institution or part.institution in institutions
        ]
        keep_accounts(folder, accounts)
    return accounts


def _account(
    part: Part, institution: Institution | None, before: dict[str, Known], day: dt.date
) -> Known:
    """The account that plays the part, made if need be. A password that was lost is made anew."""
    email = f"{part.email}@demo.invalid"
    known = before.get(email) or Known(part.label, email, new_password())
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User(email=email, name=part.label, is_demonstration=True)
        person.is_staff = not part.role.needs_party
    if person.pk is None or email not in before:
        person.set_password(known.password)
        person.save()
    if not person.memberships.exists():
        Membership.objects.create(
            user=person,
            role=part.role,
            institution=institution,
            party=institution.party if institution else None,
            starts_on=day,
        )
    return known

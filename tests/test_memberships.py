"""Who may be given which role: nobody reads the drafts of two sides of one plan."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories import rights_at
from tracker.actions.people import save_membership
from tracker.actions.refusals import Refusal
from tracker.models import Institution, Membership, Party
from tracker.vocabulary import Role

pytestmark = pytest.mark.django_db


def coordinator_of_mexico(user, **days: dt.date) -> Membership:
    return Membership(
        user=user,
        role=Role.COORDINATOR,
        party=Party.objects.get(code="MX"),
        institution=Institution.objects.get(slug="mx-sre"),
        **days,
    )


def test_nobody_works_for_two_parties_of_one_plan(
    real_plan, canada_coordinator, administrator_user
) -> None:
    other = coordinator_of_mexico(canada_coordinator, starts_on=dt.date(2026, 11, 1))
    with pytest.raises(Refusal, match="another party of the same plan"):
        save_membership(other, rights=rights_at(administrator_user))
    assert not Membership.objects.filter(user=canada_coordinator, party__code="MX").exists()


def test_a_person_may_change_sides_once_the_first_role_has_ended(
    real_plan, canada_coordinator, administrator_user
) -> None:
    first = Membership.objects.get(user=canada_coordinator)
    first.ends_on = dt.date(2026, 11, 30)
    first.save()
    later = coordinator_of_mexico(canada_coordinator, starts_on=dt.date(2026, 12, 1))
    assert save_membership(later, rights=rights_at(administrator_user)).pk

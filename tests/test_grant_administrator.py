"""The first administrator comes from the console, and only the first."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from tracker.access import rights_of
from tracker.models import User

pytestmark = pytest.mark.django_db


def test_the_first_administrator_may_open_the_administration() -> None:
    person = User.objects.create_user("first@example.org", "long enough to hold", name="First")

    call_command("grant_administrator", "First@example.org")

    person.refresh_from_db()
    assert person.is_staff
    assert rights_of(person, dt.datetime.now(dt.UTC).date()).as_administrator()


def test_the_console_makes_no_second_administrator() -> None:
    for name in ("first", "second"):
        User.objects.create_user(f"{name}@example.org", "long enough to hold", name=name)
    call_command("grant_administrator", "first@example.org")

    with pytest.raises(CommandError, match="administrator already"):
        call_command("grant_administrator", "second@example.org")


def test_an_unknown_address_is_said_in_words() -> None:
    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("grant_administrator", "nobody@example.org")

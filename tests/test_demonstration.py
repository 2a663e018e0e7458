"""Demonstration accounts: made once, shown only to who sits at the machine, never in public."""

import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import reverse

from tracker.accounts import is_from_this_machine
from tracker.actions.demonstration_file import FILE, known_accounts, new_password
from tracker.models import Membership, User
from tracker.vocabulary import Role


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    # The real hashing takes half a second an account.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


@pytest.fixture
def made(folder, real_plan):
    out = io.StringIO()
    call_command("make_demo_accounts", stdout=out)
    return out.getvalue()


def test_there_is_an_account_for_every_role_and_party(made):
    held = set(Membership.objects.values_list("role", "party__code"))
    assert held == {
        (Role.OFFICIAL, "CA"),
        (Role.OFFICIAL, "MX"),
        (Role.COORDINATOR, "CA"),
        (Role.COORDINATOR, "MX"),
        (Role.SECRETARIAT, None),
        (Role.ADMINISTRATOR, None),
    }
    assert Membership.objects.filter(role=Role.COORDINATOR, party__code="MX").count() == 2
    assert not User.objects.filter(is_demonstration=False).exists()


def test_only_secretariat_and_administrator_open_the_administration(made):
    staff = User.objects.filter(is_staff=True).values_list("memberships__role", flat=True)
    assert set(staff) == {Role.SECRETARIAT, Role.ADMINISTRATOR}


def test_the_printed_passwords_open_the_accounts(made, folder, client):
    for known in known_accounts(folder):
        assert known.password in made
        assert User.objects.get(email=known.email).check_password(known.password)


def test_an_official_signs_in_with_the_printed_password(made, folder, client):
    known = known_accounts(folder)[0]
    answer = client.post(
        reverse("account_login"), {"login": known.email, "password": known.password}
    )
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(email=known.email).pk)


def test_the_file_is_readable_by_its_owner_alone(made, folder):
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert len(json.loads((folder / FILE).read_text())) == User.objects.count()


def test_making_them_again_changes_nothing(made, folder):
    before = list(User.objects.values_list("pk", "password"))
    again = io.StringIO()
    call_command("make_demo_accounts", stdout=again)
    assert again.getvalue() == made
    assert list(User.objects.values_list("pk", "password")) == before


def test_a_lost_file_gives_new_passwords(made, folder):
    (folder / FILE).write_text("not json")
    call_command("make_demo_accounts", stdout=io.StringIO())
    known = known_accounts(folder)[0]
    assert known.password not in made
    assert User.objects.get(email=known.email).check_password(known.password)


def test_a_role_that_was_ended_is_not_given_again(made):
    Membership.objects.filter(user__email="secretariat@demo.invalid").update(ends_on="2026-11-22")
    call_command("make_demo_accounts", stdout=io.StringIO())
    assert Membership.objects.filter(user__email="secretariat@demo.invalid").count() == 1


def test_a_public_site_refuses(folder, settings, real_plan):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="no demonstration accounts"):
        call_command("make_demo_accounts")
    assert not User.objects.exists()


def test_passwords_are_long_and_differ():
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    assert {len(password) for password in made} == {23}


# The sign-in page -------------------------------------------------------------------------------


def page(client, **headers):
    return client.get(reverse("account_login"), **headers).content.decode()


def test_the_sign_in_page_shows_them_on_this_machine(made, client):
    shown = page(client, HTTP_HOST="127.0.0.1:8000")
    assert "official.ca@demo.invalid" in shown
    assert "<code>" in shown


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "plan.example.org"},
        {"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
    ],
)
def test_nobody_else_is_shown_them(made, client, settings, headers):
    settings.ALLOWED_HOSTS = ["localhost", "plan.example.org"]
    assert "demo.invalid" not in page(client, **headers)


def test_a_public_site_shows_none(made, client, settings):
    settings.PRODUCTION = True
    assert "demo.invalid" not in page(client, HTTP_HOST="localhost")


def test_an_account_that_was_closed_is_not_shown(made, client):
    User.objects.filter(email="official.ca@demo.invalid").update(is_active=False)
    shown = page(client, HTTP_HOST="localhost")
    assert "official.ca@" not in shown
    assert "official.mx@" in shown


@pytest.mark.parametrize(
    ("host", "address", "here"),
    [
        ("localhost", "127.0.0.1", True),
        ("127.0.0.1:8000", "127.0.0.1", True),
        ("[::1]:8000", "::1", True),
        ("[2001:db8::1]:8000", "::1", False),
        ("localhost", "", False),
        ("localhost.example.org", "127.0.0.1", False),
        ("10.0.0.1", "10.0.0.1", False),
    ],
)
def test_this_machine_is_a_local_name_and_a_local_address(settings, host, address, here):
    settings.ALLOWED_HOSTS = ["*"]
    request = RequestFactory().get("/", HTTP_HOST=host, REMOTE_ADDR=address)
    assert is_from_this_machine(request) is here

"""What every test finds: the real plan, opened; a named cast; a fixed clock; no network."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.test import Client, TransactionTestCase
from django.test.utils import override_settings
from django.utils import translation

from partnership.catalogues import compile_catalogues
from tests import factories
from tests.database import Snapshot, take_snapshot
from tracker.importing.load import grow
from tracker.importing.plan_files import open_plan_from
from tracker.importing.sample import open_sample
from tracker.models import Commitment, Membership, Plan, StatusReport, User
from tracker.vocabulary import Role

ROOT = Path(__file__).resolve().parent.parent
HERE = ("127.0.0.1", "::1", "localhost")

compile_catalogues(ROOT / "locale")


# Surroundings -----------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """pytest-cov counts twice in the workers of xdist, so that its own pause leaves one counting.

    The pause is for tests marked no_cover: long walks that take twice as long when counted, through
    code to which other tests go, too.
    """
    counting = session.config.pluginmanager.getplugin("_cov")
    if counting and counting.cov_controller and hasattr(session.config, "workerinput"):
        counting.cov_controller.cov.stop()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name files by their size: their bytes may hold the second in which they were made.

    The workers of xdist must all come to the same names, whenever each begins.
    """
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Nothing we run talks to another machine (S33). Browsers and databases here are local."""

    def refuse(address: object) -> None:
        if isinstance(address, tuple) and address[0] not in HERE:
            raise AssertionError(f"A test tried to reach {address[0]}.")

    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: object) -> None:
        refuse(address)
        connect(self, address)  # type: ignore[arg-type]

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        refuse(address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """A password takes a fifth of a second to check, on purpose; tests have no such purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture(autouse=True, scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Evidence files are kept in a folder of the tests' own."""
    folder = tmp_path_factory.mktemp("uploads")
    with override_settings(MEDIA_ROOT=folder):
        yield folder


@pytest.fixture
def now() -> object:
    """22 November 2026, noon in Mexico City: the third quarter of 2026 is still open."""
    return factories.NOW


@pytest.fixture(autouse=True)
def clock(now) -> Iterator[None]:
    """Every test runs at `now`, whatever the machine's clock says; time goes on from there."""
    with time_machine.travel(now, tick=True):
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test starts in English: a page asked for in another language leaves it switched on."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[Snapshot]:
    """The test database holds the real plan, opened some hours before `now`."""
    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)
        if not Plan.objects.exists():  # with --reuse-db it is there already
            opened = factories.NOW.replace(hour=12)
            open_plan_from(ROOT / "fixtures" / factories.PLAN, opened)
        snapshot = take_snapshot("as_set_up")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: snapshot.restore())
        yield snapshot


# The plan ---------------------------------------------------------------------------------------


@pytest.fixture
def real_plan(db) -> Plan:
    """The Canada-Mexico Action Plan, open to the public."""
    return Plan.objects.get(slug=factories.PLAN)


@pytest.fixture(scope="session")
def with_sample(django_db_setup, django_db_blocker) -> Snapshot:
    """The database with the sample beside the real plan, kept: opening it takes seconds."""
    with django_db_blocker.unblock():
        open_sample(ROOT / "fixtures" / "sample", factories.NOW)
        snapshot = take_snapshot("with_sample")
        django_db_setup.restore()
    return snapshot


@pytest.fixture(scope="module")
def sample_in_database(django_db_setup, with_sample, django_db_blocker) -> Iterator[None]:
    """The sample beside the real plan, for the length of a module."""
    with django_db_blocker.unblock():
        with_sample.restore()
    yield
    with django_db_blocker.unblock():
        django_db_setup.restore()


@pytest.fixture
def sample_plan(sample_in_database, db) -> Plan:
    """The plan of two invented countries, with three years of invented reports."""
    return Plan.objects.get(is_sample=True)


@pytest.fixture
def sample_tenfold(sample_plan) -> Plan:
    """The sample with ten times its rows, for "queries do not grow"."""
    commitments = 10 * sample_plan.commitments.count()
    reports = 10 * StatusReport.objects.published().count()
    grow(sample_plan, commitments=commitments, reports=reports, seed=1, until=factories.NOW)
    return sample_plan


@pytest.fixture
def commitment(real_plan) -> Callable[[str], Commitment]:
    """A commitment of the real plan by its reference."""
    return factories.commitment_called


@pytest.fixture
def act_id() -> Callable[[], uuid.UUID]:
    """A new act id, as a form makes it."""
    return uuid.uuid4


# The cast ---------------------------------------------------------------------------------------


@pytest.fixture
def canada_official(real_plan) -> User:
    """NSERC: responsible for some commitments only."""
    return factories.make_person("Canada Official", Role.OFFICIAL, institution="ca-nserc")


@pytest.fixture
def mexico_official(real_plan) -> User:
    """SECIHTI: responsible for some commitments only."""
    return factories.make_person("Mexico Official", Role.OFFICIAL, institution="mx-secihti")


@pytest.fixture
def canada_coordinator(real_plan) -> User:
    """Global Affairs Canada."""
    return factories.coordinators_of("CA")[0]


@pytest.fixture
def canada_coordinator_2(real_plan) -> User:
    """A colleague, so that one can publish what the other wrote."""
    return factories.coordinators_of("CA")[1]


@pytest.fixture
def mexico_coordinator(real_plan) -> User:
    """Secretaría de Relaciones Exteriores."""
    return factories.coordinators_of("MX")[0]


@pytest.fixture
def mexico_coordinator_2(real_plan) -> User:
    return factories.coordinators_of("MX")[1]


@pytest.fixture
def secretariat_user(real_plan) -> User:
    return factories.make_person("Secretariat", Role.SECRETARIAT, is_staff=True)


@pytest.fixture
def administrator_user(real_plan) -> User:
    return factories.make_person("Administrator", Role.ADMINISTRATOR, is_staff=True)


@pytest.fixture
def stranger(real_plan) -> User:
    """Has an account and no membership."""
    return factories.make_person("Stranger")


@pytest.fixture
def disabled_user(real_plan) -> User:
    """A coordinator whose account was closed."""
    return factories.make_person(
        "Disabled", Role.COORDINATOR, institution="ca-gac", is_active=False
    )


@pytest.fixture
def membership_of() -> Callable[[User], Membership]:
    """The one membership of a member of the cast."""
    return lambda person: person.memberships.get()


@pytest.fixture
def client_of(db) -> Callable[[User | None], Client]:
    """A client signed in as the person; as nobody for None."""

    def signed_in(person: User | None) -> Client:
        client = Client()
        if person is not None:
            # The model's own way in: a second factor is not asked for here.
            client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


# Reports ----------------------------------------------------------------------------------------


@pytest.fixture
def draft_report(real_plan) -> Callable[..., StatusReport]:
    """draft_report("PRO-01", "CA", level=..., evidence=[...]): see tests/factories.py."""
    return factories.make_draft


@pytest.fixture
def submitted_report(real_plan) -> Callable[..., StatusReport]:
    """The same, handed to the coordinator."""
    return factories.make_submitted


@pytest.fixture
def published_report(real_plan) -> Callable[..., StatusReport]:
    """The same, published: published_report("PRO-01", "MX", level=Level.PLANNED, ...)."""
    return factories.make_published

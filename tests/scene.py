"""One moment of the record with something of everything in it, and a browser for each role.

Made once for a module's tests, in a transaction that is undone after them. Each request is undone
too, so that a test may press every button.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import factories
from tracker.actions.joint_acts import Wish, propose_wish
from tracker.actions.reports import share_report
from tracker.models import Party, Plan, Proposal, StatusReport, User
from tracker.vocabulary import Act, Level, Role

ROLES = (
    "nobody", "stranger", "official CA", "coordinator CA", "official MX", "coordinator MX",
    "secretariat", "administrator",
)  # fmt: skip
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Scene:
    """People, their session cookies, and reports of both parties in every state."""

    plan: Plan
    hidden_plan: Plan
    people: dict[str, User]
    reports: dict[str, StatusReport]
    proposal: Proposal
    cookies: dict[str, str] = field(default_factory=dict)

    def client(self, role: str, *, checks_csrf: bool = False) -> Client:
        """A new browser in which the person is signed in already."""
        client = Client(enforce_csrf_checks=checks_csrf, raise_request_exception=False)
        if role in self.cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[role]
        return client

    def ask(self, role: str, url: str, method: str = "GET", data: Any = None, **extra: Any) -> Any:
        """The answer to one request, whose effects are undone."""
        with undone():
            send = getattr(self.client(role), method.lower())
            return whole(send(url, data or {}, **extra))


def whole(response: Any) -> Any:
    """An answer whose file, if it is one, was read; that closes it, and not the database."""
    if response.streaming:
        response.streaming_content = [b"".join(response.streaming_content)]
    return response


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def scene(*, with_reports: bool = True) -> Iterator[Scene]:
    """Set the scene at the tests' `now`; nothing of it is left afterwards."""
    with undone():
        with time_machine.travel(factories.NOW, tick=True):
            made = _make(with_reports)
        yield made


def _make(with_reports: bool) -> Scene:
    plan = Plan.objects.get(slug=factories.PLAN)
    people = make_people()
    reports = make_reports(people) if with_reports else {}
    made = Scene(plan, _hidden(plan), people, reports, make_proposal(plan, people))
    for role, person in people.items():
        client = Client()
        client.force_login(person, BACKEND)
        made.cookies[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return made


def make_people() -> dict[str, User]:
    official = Role.OFFICIAL
    return {
        "stranger": factories.make_person("Stranger"),
        "official CA": factories.make_person("NSERC", official, institution="ca-nserc"),
        "coordinator CA": factories.coordinators_of("CA")[0],
        "official MX": factories.make_person("SECIHTI", official, institution="mx-secihti"),
        "coordinator MX": factories.coordinators_of("MX")[0],
        "secretariat": factories.make_person("Secretariat", Role.SECRETARIAT, is_staff=True),
        "administrator": factories.make_person("Administrator", Role.ADMINISTRATOR, is_staff=True),
    }


def make_reports(people: dict[str, User]) -> dict[str, StatusReport]:
    """One of each state, by Canada on commitments of NSERC's, and two by Mexico."""
    nserc = people["official CA"]
    return {
        "published": factories.make_published(
            "PRO-27", "CA", author=nserc, evidence=[factories.attached()]
        ),
        "submitted": factories.make_submitted("PRO-28", "CA", author=nserc),
        "draft": factories.make_draft(
            "PRO-27", "CA", author=nserc,
            evidence=[factories.attached(upload=factories.a_file(content=factories.PDF + b"%"))],
        ),
        "shared": shared(factories.make_submitted("PRO-28", "CA", author=nserc, period=(2026, 4))),
        "on behalf": factories.make_on_behalf("PRO-01", "CA"),
        "not NSERC's": factories.make_submitted("PRO-05", "CA"),
        "Mexico's": factories.make_submitted(
            "PRO-27", "MX", author=people["official MX"], level=Level.PLANNED, next_step=True,
            step_on=factories.NOW.date(),
        ),
        "Mexico's published": factories.make_published("PRO-28", "MX"),
    }  # fmt: skip


def make_proposal(plan: Plan, people: dict[str, User]) -> Proposal:
    """Canada proposes that the parties accept the plan."""
    return propose_wish(
        plan,
        Wish(Act.ACCEPT_PLAN, plan.slug),
        reason={"en": "It reads as announced."},
        rights=factories.rights_at(people["coordinator CA"]),
        at=factories.NOW,
        act_id=uuid.uuid4(),
    )


def shared(report: StatusReport) -> StatusReport:
    rights = factories.rights_at(factories.coordinators_of(report.party.code)[0])
    return share_report(report, rights=rights, at=factories.NOW)


def _hidden(plan: Plan) -> Plan:
    """Entered, with parties and a commitment, but not opened."""
    parties = list(Party.objects.filter(plans=plan))
    hidden = Plan.objects.get(pk=plan.pk)
    hidden.pk, hidden._state.adding = None, True
    hidden.slug, hidden.opened_at, hidden.is_default = "not-open", None, False
    hidden.ledger_size, hidden.ledger_head = 0, "0" * 64
    hidden.save()
    hidden.parties.set(parties)
    return hidden


def address(name: str, *args: Any, language: str = "en", **kwargs: Any) -> str:
    with translation.override(language):
        return reverse(name, args=args, kwargs=kwargs)

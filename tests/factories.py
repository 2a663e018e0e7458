"""People and reports with readable defaults. Reports go through the actions, as in life."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tracker.access import Rights, rights_of
from tracker.actions.report_checks import latest_report
from tracker.actions.report_publication import publish_report
from tracker.actions.reports import ReportContent, save_report, share_report, submit_report
from tracker.models import (
    Commitment,
    Institution,
    Membership,
    Party,
    ReportingPeriod,
    StatusReport,
    User,
)
from tracker.models.reports import TEXTS
from tracker.vocabulary import Confidence, Level, Role

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
PLAN = "canada-mexico"
MINISTRY = {"CA": "ca-gac", "MX": "mx-sre"}
SENTENCES = {
    "en": "The working group met and adopted its programme of work.",
    "fr": "Le groupe de travail s’est réuni et a adopté son programme de travail.",
    "es": "El grupo de trabajo se reunió y adoptó su programa de trabajo.",
}


def make_person(
    name: str,
    role: Role | None = None,
    *,
    institution: str | None = None,
    is_staff: bool = False,
    is_active: bool = True,
    starts_on: dt.date = dt.date(2025, 9, 18),
    ends_on: dt.date | None = None,
) -> User:
    """A person with at most one membership; found again by name, so that a cast stays one."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    found = User.objects.filter(email=email).first()
    if found:
        return found
    person = User.objects.create_user(email, name=name, is_staff=is_staff, is_active=is_active)
    if role:
        body = Institution.objects.get(slug=institution) if institution else None
        party = body.party if body and role.needs_party else None
        Membership.objects.create(
            user=person,
            role=role,
            institution=body,
            party=party,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    return person


def coordinators_of(party: str) -> tuple[User, User]:
    """The one who publishes and the one who writes, of the party's foreign ministry."""
    names = {"CA": "Canada Coordinator", "MX": "Mexico Coordinator"}
    ministry = MINISTRY[party]
    return (
        make_person(names[party], Role.COORDINATOR, institution=ministry),
        make_person(f"{names[party]} 2", Role.COORDINATOR, institution=ministry),
    )


def rights_at(person: User, at: dt.datetime = NOW) -> Rights:
    return rights_of(person, at.date())


def commitment_called(reference: str, plan: str = PLAN) -> Commitment:
    return Commitment.objects.select_related("plan").get(plan__slug=plan, reference=reference)


def period_called(year: int, quarter: int, plan: str = PLAN) -> ReportingPeriod:
    return ReportingPeriod.objects.get(plan__slug=plan, year=year, quarter=quarter)


def texts_in(party: Party, name: str) -> dict[str, str]:
    """One text of a report, in the party's publication languages."""
    return {f"{name}_{code}": SENTENCES[code] for code in party.publication_languages}


def link(**changed: Any) -> dict[str, Any]:
    """A link as evidence."""
    return {
        "title": "Minutes of the working group",
        "url": "https://example.org/minutes",
        "language": "en",
        "dated_on": dt.date(2026, 9, 15),
        **changed,
    }


PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def a_file(name: str = "minutes.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def attached(**changed: Any) -> dict[str, Any]:
    """A file as evidence."""
    return {**link(), "url": "", "upload": a_file(), **changed}


def report_values(party: Party, period: ReportingPeriod, at: dt.datetime = NOW) -> dict[str, Any]:
    """Under way, on track, with what was done: enough for the gate, once there is evidence."""
    day = min(period.ends_on, at.date())
    return {
        "level": Level.UNDER_WAY,
        "confidence": Confidence.ON_TRACK,
        "effective_on": day,
        "action_on": min(dt.date(2026, 9, 15), day),
        **texts_in(party, "done"),
    }


def make_draft(
    reference: str = "PRO-01",
    party: str = "CA",
    *,
    period: tuple[int, int] = (2026, 3),
    at: dt.datetime = NOW,
    author: User | None = None,
    evidence: Sequence[dict[str, Any]] | None = None,
    contests: StatusReport | None = None,
    on_behalf: bool = False,
    **values: Any,
) -> StatusReport:
    """A saved draft. `values` are fields of the report; a text may be given as True: written in
    every publication language."""
    side = Party.objects.get(code=party)
    quarter = period_called(*period)
    content = report_values(side, quarter, at)
    if latest_report(commitment_called(reference), side):
        content |= texts_in(side, "change_reason")
    for name, value in values.items():
        content |= texts_in(side, name) if name in TEXTS and value is True else {name: value}
    author = author or coordinators_of(party)[1]
    return save_report(
        commitment=commitment_called(reference),
        party=side,
        period=quarter,
        content=ReportContent(content, [link()] if evidence is None else evidence, contests),
        version=0,
        rights=rights_at(author, at),
        at=at,
        act_id=uuid.uuid4(),
        on_behalf=on_behalf,
    )


def make_submitted(
    reference: str = "PRO-01", party: str = "CA", *, at: dt.datetime = NOW, **given: Any
) -> StatusReport:
    """A report in the coordinator's queue."""
    report = make_draft(reference, party, at=at, **given)
    author = report.author
    assert author is not None
    submit_report(report, rights=rights_at(author, at), at=at)
    report.refresh_from_db()
    return report


def make_published(
    reference: str = "PRO-01", party: str = "CA", *, at: dt.datetime = NOW, **given: Any
) -> StatusReport:
    """A public report, written by one coordinator (or `author`) and published by another."""
    report = make_submitted(reference, party, at=at, **given)
    rights = rights_at(coordinators_of(party)[0], at)
    if report.corrects:
        share_report(report, rights=rights, at=at)  # the other side is told first
    return publish_report(report, rights=rights, at=at, act_id=uuid.uuid4())


def make_on_behalf(
    reference: str = "PRO-01", party: str = "CA", *, at: dt.datetime = NOW, **given: Any
) -> StatusReport:
    """A public report that one member of the secretariat entered and another published."""
    writer = make_person("Secretariat", Role.SECRETARIAT, is_staff=True)
    evidence = [attached(title="Letter of the ministry", is_party_text=True)]
    report = make_submitted(
        reference, party, at=at, author=writer, on_behalf=True, **{"evidence": evidence, **given}
    )
    second = make_person("Secretariat 2", Role.SECRETARIAT)
    return publish_report(report, rights=rights_at(second, at), at=at, act_id=uuid.uuid4())

"""A marker in one party's unpublished words is looked for in every answer to everyone else (S4)."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests import factories
from tests import scene as scenes
from tests.access_matrix import GET, lines_of
from tests.joint import answered as answered_with
from tests.joint import changing, proposed
from tests.scene import Scene, address, undone
from tests.test_access_matrix import (
    MODELS,
    NAMES,
    OURS,
    address_for,
    admin_address,
    has_no_rows,
)
from tracker.actions.periods import save_narrative
from tracker.actions.reports import return_report
from tracker.models import Proposal, StatusReport, User
from tracker.models.reports import TEXTS
from tracker.vocabulary import Confidence, Level, ReasonCode, Role, Verdict

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

# The first word is asked for, since a page may repeat what it is asked; the second is looked for.
ASKED, MARKER = "xylophon7", "quartz9secret"
PLANTED = f"{ASKED} {MARKER}"
PROPOSED = "basalt4secret"  # in what coordinators and the secretariat read, and nobody else
OTHERS = ("nobody", "stranger", "official MX", "coordinator MX", "secretariat", "administrator")
KEEPERS = ("secretariat", "administrator")
# What stands in an address instead of the report's number, or after it.
OF_A_PARTY = ("report-write", "report-no-change", "report-on-behalf")
MORE = {"report-file": ("0" * 64,), "report-translate": ("es",)}
# What differs from answer to answer by its nature: tokens, ids of requests and of acts, the clock;
# and the length, which follows from the body: a key asked for has more digits than the one before.
PASSING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|X-Request-ID: \w+|nonce-[\w+/=]+'
    r"|Content-Length: \d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"
)


@dataclass
class Planted:
    """The scene with the marker in it, and all that could be logged or answered meanwhile."""

    scene: Scene
    reports: dict[str, StatusReport]
    before: dict[tuple[str, str], str]
    proposals: list[Proposal]


def plant(author: User, coordinator: User) -> dict[str, StatusReport]:
    """Drafts, submitted and returned reports and a summary of Canada full of the marker."""
    texts = {f"{name}_{code}": f"{PLANTED} {name}" for name in TEXTS for code in ("en", "fr")}
    given = {
        "author": author,
        "level": Level.SUBSTANTIALLY,
        "confidence": Confidence.AT_RISK,
        "reason_code": ReasonCode.LEGAL,
        "evidence": [factories.link(title=PLANTED, url=f"https://example.org/{ASKED}/{MARKER}")],
        **texts,
    }
    found = {
        "draft": factories.make_draft("PRO-27", "CA", period=(2026, 3), **given),
        "submitted": factories.make_submitted("PRO-28", "CA", period=(2026, 3), **given),
        "returned": factories.make_submitted("PRO-28", "CA", period=(2026, 4), **given),
    }
    return_report(
        found["returned"],
        note=f"{PLANTED} note",
        rights=factories.rights_at(coordinator),
        at=factories.NOW,
    )
    save_narrative(
        period=found["draft"].period,
        party=found["draft"].party,
        pillar=found["draft"].commitment.plan.pillars.first(),
        texts={"en": PLANTED, "fr": PLANTED},
        version=0,
        rights=factories.rights_at(coordinator),
        at=factories.NOW,
        act_id=uuid.uuid4(),
    )
    return found


def plant_proposals() -> list[Proposal]:
    """One that is open and one that was refused, with the marker in words, reasons and answer."""
    words = {"title_en": f"{PROPOSED} title"}
    return [
        proposed(changing("PRO-02", **words), reason=f"{PROPOSED} reason"),
        answered_with(proposed(changing("PRO-03", **words)), verdict=Verdict.REFUSE, text=PROPOSED),
    ]


@pytest.fixture(scope="module")
def planted(django_db_setup, django_db_blocker) -> Iterator[Planted]:
    """Everything the others are answered before the marker is there, then the marker."""
    with django_db_blocker.unblock(), scenes.scene(with_reports=False) as scene:
        with time_machine.travel(factories.NOW, tick=False):
            proposals = plant_proposals()
            before = {
                (role, url): answered(scene, role, url)
                for role in OTHERS[:4]
                for url in our_addresses(scene, (1, 2, 3))
            }
            people = scene.people
            reports = plant(people["official CA"], people["coordinator CA"])
        yield Planted(scene, reports, before, proposals)


def our_addresses(scene: Scene, reports: tuple[int, ...]) -> list[str]:
    """Every page of ours; those of a report with each of the reports."""
    found = []
    for name in OURS:
        if name.startswith("report-") and name not in OF_A_PARTY:
            found += [address(name, key, *MORE.get(name, ())) for key in reports]
            continue
        found += [
            address_for(scene, name, line.thing)
            for line in lines_of(GET, name)
            if "hidden" not in line.thing
        ]
    queries = [
        f"{address('commitment-list', scene.plan.slug)}?q={ASKED}",
        f"{address('commitment-list', scene.plan.slug)}?level=substantially-delivered",
        f"{address('commitment-detail', scene.plan.slug, 'PRO-28')}",
        f"{address('commitment-detail', scene.plan.slug, 'PRO-28')}?as_of=2026-11-21",
        f"{address('plan-overview', scene.plan.slug)}?as_of=2026-11-21",
        f"{address('desk-board', scene.plan.slug)}?q={ASKED}",
        f"{address('desk-board', scene.plan.slug)}?party=CA",
        f"{address('desk-work', scene.plan.slug)}?party=CA",
        f"{address('desk-queue', scene.plan.slug)}?party=CA",
        f"{address('report-write', scene.plan.slug, 'CA', 'PRO-28')}?period=2026-Q3",
        f"{address('report-write', scene.plan.slug, 'MX', 'PRO-28')}?period=2026-Q3",
        *(f"{address('report-write', scene.plan.slug, 'MX', 'PRO-28')}?contests={key}"
          for key in reports),
    ]  # fmt: skip
    return found + queries


def answered(scene: Scene, role: str, url: str) -> str:
    """Status, headers, cookies and body of an answer, in one text."""
    response = scene.ask(role, url)
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.status_code}\n{headers}\n{response.cookies}\n{body.decode()}"


def plain(answer: str, reports: dict[str, StatusReport]) -> str:
    """Without what always differs; keys of reports stand for the numbers asked before."""
    answer = re.sub(r"Set-Cookie: .*", "", PASSING.sub("", answer))
    for number, report in enumerate(reports.values(), start=1):
        answer = re.sub(rf"(?<!\d){report.pk}(?!\d)", str(number), answer)
    return answer


@pytest.mark.parametrize("role", OTHERS[:4])
def test_others_are_answered_as_if_there_were_no_draft(planted, role):
    """Not one count, row, tag or header differs: S4."""
    keys = tuple(report.pk for report in planted.reports.values())
    asked = our_addresses(planted.scene, (1, 2, 3))
    with time_machine.travel(factories.NOW, tick=False):
        for old, new in zip(asked, our_addresses(planted.scene, keys), strict=True):
            now = plain(answered(planted.scene, role, new), planted.reports)
            assert now == plain(planted.before[role, old], planted.reports), new


@pytest.mark.parametrize("role", OTHERS)
def test_no_answer_holds_the_marker(planted, role, caplog):
    keys = tuple(report.pk for report in planted.reports.values())
    with caplog.at_level(logging.DEBUG), time_machine.travel(factories.NOW, tick=False):
        for url in [*our_addresses(planted.scene, keys), *other_addresses(planted, role)]:
            assert MARKER not in answered(planted.scene, role, url), url
    assert MARKER not in caplog.text
    assert not mail.outbox


@pytest.mark.parametrize("role", ["nobody", "stranger", "official CA", "official MX"])
def test_what_is_proposed_is_read_by_those_who_agree_on_it_alone(planted, role):
    scene, keys = planted.scene, tuple(report.pk for report in planted.reports.values())
    doors = [address("proposal-list", scene.plan.slug), *proposal_pages(planted)]
    with time_machine.travel(factories.NOW, tick=False):
        for url in [*our_addresses(scene, keys), *other_addresses(planted, role), *doors]:
            assert PROPOSED not in answered(scene, role, url), url
        for url in proposal_pages(planted):
            assert answered(scene, "coordinator MX", url).count(PROPOSED)
            assert answered(scene, "secretariat", url).count(PROPOSED)


def proposal_pages(planted: Planted) -> list[str]:
    slug = planted.scene.plan.slug
    return [address("proposal-detail", slug, one.pk) for one in planted.proposals]


def other_addresses(planted: Planted, role: str) -> list[str]:
    """The administration for those who may enter it, by every door."""
    if role not in KEEPERS:
        return ["/admin/", "/admin/tracker/statusreport/"]
    scene, found = planted.scene, []
    for name in NAMES:
        if name.startswith("admin:tracker_") and not has_no_rows(name):
            found.append(admin_address(scene, name))
            if name.endswith("_changelist"):
                found.append(f"{admin_address(scene, name)}?q={ASKED}")
    for report in planted.reports.values():
        for door in ("change", "history", "delete"):
            found.append(address(f"admin:tracker_statusreport_{door}", report.pk))
    for name in ("PRO-27", "PRO-28"):
        row = factories.commitment_called(name)
        found += [address(f"admin:tracker_commitment_{x}", row.pk) for x in ("change", "history")]
    return found + guesses() + suggestions()


def guesses() -> list[str]:
    """Lookups by which a text could be guessed from the rows that are found."""
    address_of_list = "/admin/tracker/statusreport/"
    lookups = ("done_en__contains", "evidence__title__contains", "events__note__contains", "level")
    found = [f"{address_of_list}?{lookup}={ASKED}" for lookup in lookups]
    return [*found, "/admin/tracker/commitment/?reports__done_en__contains=" + ASKED]


def suggestions() -> list[str]:
    """The autocomplete of every relation there is."""
    found = []
    for name, model in MODELS.items():
        for column in model._meta.get_fields():
            if column.is_relation and getattr(column, "related_model", None) and column.concrete:
                found.append(
                    f"/admin/autocomplete/?app_label=tracker&model_name={name}"
                    f"&field_name={column.name}&term={ASKED}"
                )
    return found


@pytest.mark.parametrize("role", KEEPERS)
def test_texts_cannot_be_guessed_from_lists(planted, role):
    """A list asked for rows that hold the marker finds no more than one asked for anything else."""
    for url in guesses():
        hit = answered(planted.scene, role, url)
        miss = answered(planted.scene, role, url.replace(ASKED, "nothingofthekind"))
        assert rows_in(hit) == rows_in(miss), url


def rows_in(answer: str) -> tuple[str, list[str]]:
    return answer[:3], re.findall(r"/admin/tracker/\w+/\d+/change/", answer)


def test_an_official_of_another_institution_reads_nothing(planted):
    with undone():
        other = factories.make_person("Transport", Role.OFFICIAL, institution="ca-tc")
        scene = planted.scene
        scene.cookies["other official"] = session_of(other)
        for url in our_addresses(scene, tuple(r.pk for r in planted.reports.values())):
            assert MARKER not in answered(scene, "other official", url), url


def session_of(person: User) -> str:
    client = Client()
    with time_machine.travel(factories.NOW):
        client.force_login(person, scenes.BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize("role", ["official CA", "coordinator CA"])
def test_the_own_side_reads_it(planted, role):
    scene = planted.scene
    for report in planted.reports.values():
        assert MARKER in answered(scene, role, address("report-review", report.pk))
    form = address("report-write", scene.plan.slug, "CA", "PRO-27")
    assert MARKER in answered(scene, role, f"{form}?period=2026-Q3")
    assert f"{PLANTED} note" in answered(scene, role, address("desk-work", scene.plan.slug))


def test_what_is_typed_is_never_logged(planted, caplog):
    """Neither when it is saved, nor when it is refused, nor when the sender is not signed in."""
    form = address("report-write", planted.scene.plan.slug, "CA", "PRO-27") + "?period=2026-Q4"
    typed = {"done_en": MARKER, "level": "no such level", "effective_on": MARKER}
    with caplog.at_level(logging.DEBUG):
        for role in ("official CA", "nobody", "stranger", "coordinator MX"):
            planted.scene.ask(role, form, "POST", typed)
        with undone():
            plant_again(planted)
    assert MARKER not in caplog.text


def plant_again(planted: Planted) -> None:
    people = planted.scene.people
    report = planted.reports["submitted"]
    return_report(
        report,
        note=MARKER,
        rights=factories.rights_at(people["coordinator CA"]),
        at=timezone.now(),
    )

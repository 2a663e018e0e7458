"""Every address x role x method x own, other party's and hidden object (S1, S2, S23)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from tests import scene as scenes
from tests.access_matrix import GET, POST, lines, lines_of
from tests.scene import ROLES, Scene, address, undone, whole
from tracker.models import Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
SIGN_IN = re.compile(r"/accounts/login/|/admin/login/")


def patterns(resolver: Any = None, spaces: tuple[str, ...] = (), way: str = "") -> Iterator[Any]:
    """(name with its namespace, address) of every URL the resolver knows."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from patterns(one, inner, way + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield ":".join([*spaces, one.name or "-"]), way + str(one.pattern)


NAMES = sorted({name for name, _address in patterns()})
OURS = [
    name for name in NAMES if not name.startswith(("admin:", "account_", "mfa_", "social", "-"))
]
MODELS = {model._meta.model_name: model for model in apps.get_app_config("tracker").get_models()}


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), scenes.scene() as made:
        yield made


def address_for(scene: Scene, name: str, thing: str) -> str:
    """The address a line means."""
    plan = scene.hidden_plan.slug if "hidden" in thing else scene.plan.slug
    party, _space, reference = thing.partition(" ")
    if name in ("report-write", "report-no-change", "report-on-behalf"):
        known = party in ("CA", "MX")
        return address(name, plan, party if known else "CA", reference if known else "PRO-27")
    if name == "evidence-file":
        return address(name, plan, file_of(scene, "draft" if "draft" in thing else "published"))
    if name.startswith("report-"):
        key = scene.reports[thing].pk if thing != "unknown" else 999_999
        return address(name, key, *more_of(scene, name, thing))
    if name in IN_A_PLAN:
        return address(name, plan, *in_the_plan(scene, name, thing)) + ONE_FORM.get(name, "")
    if name.startswith(OF_A_PLAN) and name != "desk-home":
        return address(name, plan)
    if name.startswith("admin:"):
        return admin_address(scene, name)
    return account_address(name)


OF_A_PLAN = (
    "plan-", "pillar-", "commitment-", "institution-", "meeting-", "source-", "period-", "ledger-",
    "proposal-", "desk-",
)  # fmt: skip
# Addresses of one thing in a plan, and a thing that is there, for a line that names none.
IN_A_PLAN = {
    "commitment-detail": "PRO-27", "institution-detail": "ca-nserc", "meeting-detail": "a meeting",
    "period-detail": "2026-q3", "ledger-entry": 1, "proposal-detail": "Canada's",
    "proposal-withdraw": "Canada's", "proposal-write": "PRO-27", "minutes-write": "a meeting",
    "redaction-write": 1, "record-answer": "PRO-05", "period-work": "2026-q3",
    "narrative-publish": "2026-q3", "ledger-sign": "2026-q3",
}  # fmt: skip


ONE_FORM = {"period-work": "?pillar=1"}  # on a page of several


def in_the_plan(scene: Scene, name: str, thing: str) -> tuple[Any, ...]:
    """What stands in an address after the plan."""
    named = IN_A_PLAN[name] if "hidden" in thing else thing
    if named == "a meeting":
        return (Meeting.objects.first().slug,)
    if name in ("proposal-detail", "proposal-withdraw"):
        return (scene.proposal.pk if named == "Canada's" else 999_999,)
    return (named, "close") if name == "proposal-write" else (named,)


def file_of(scene: Scene, thing: str) -> str:
    """The hash of the file attached to a report of the scene."""
    report = scene.reports.get(thing)
    row = report.evidence.exclude(sha256="").first() if report else None
    return row.sha256 if row else "0" * 64


def more_of(scene: Scene, name: str, thing: str) -> tuple[str, ...]:
    """What stands in an address after the report's number."""
    more = {"report-file": (file_of(scene, thing),), "report-translate": ("es",)}
    return more.get(name, ())


def admin_address(scene: Scene, name: str) -> str:
    if name == "admin:-":
        return f"/admin/tracker/commitment/{scene.plan.commitments.first().pk}/"
    if name == "admin:app_list":
        return address(name, "tracker")
    if name == "admin:view_on_site":
        return address(name, 999, 999)
    found = re.fullmatch(r"admin:tracker_([a-z]+)_([a-z]+)", name)
    if found and found[2] not in ("changelist", "add"):
        return address(name, row_of(scene, MODELS[found[1]]).pk)
    return address(name)


def row_of(scene: Scene, model: type[Model]) -> Any:
    """A row to look at; of reports the one with most to hide."""
    if model._meta.model_name == "statusreport" and scene.reports:
        return scene.reports["submitted"]
    if model._meta.model_name == "user":
        return scene.people["official MX"]
    return model._default_manager.first()


def account_address(name: str) -> str:
    arguments: dict[str, Any] = {
        "account_confirm_email": {"key": "a"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "a-b"},
        "mfa_remove_webauthn": {"pk": 999},
        "mfa_edit_webauthn": {"pk": 999},
    }
    return address(name, **arguments.get(name, {}))


def answer(response: Any) -> str:
    if response.status_code == 302 and SIGN_IN.search(response["Location"]):
        return "in"
    return str(response.status_code)


@pytest.mark.parametrize("name", OURS)
def test_every_address_of_ours_stands_in_the_matrix_by_name(name):
    assert any(line.name == name for line in lines(GET)), f"{name} has no line in GET"


@pytest.mark.parametrize("name", NAMES)
def test_everybody_gets_what_the_matrix_says(scene, name):
    if name == "-":
        pytest.skip("older addresses of allauth that lead to the new ones")
    found = lines_of(GET, name)
    assert found, f"{name} is in no line of the matrix"
    if has_no_rows(name):
        pytest.skip("nothing of the kind is in the record yet")
    wrong = []
    for line in found:
        url = address_for(scene, name, line.thing)
        asked = [("GET", role) for role in ROLES] + [("HEAD", "nobody"), ("HEAD", "coordinator CA")]
        for method, role in asked:
            got = answer(scene.ask(role, url, method))
            if got != line.answer(role):
                wrong.append(f"{method} {url} as {role}: {got}, not {line.answer(role)}")
    assert not wrong, "\n".join(wrong)


def has_no_rows(name: str) -> bool:
    found = re.fullmatch(r"admin:tracker_([a-z]+)_(history|delete|change)", name)
    return bool(found) and not MODELS[found[1]]._default_manager.exists()


@pytest.mark.parametrize("name", [*OURS, *[n for n in NAMES if n.startswith("admin:")]])
def test_everybody_may_do_what_the_matrix_says(scene, name):
    """Where no line stands, nobody may: 405, or in the administration a refusal."""
    wrong = []
    for line in lines_of(POST, name):
        url = address_for(scene, name, line.thing)
        for role in ROLES:
            got = answer(scene.ask(role, url, "POST", form_of(name)))
            if got != line.answer(role):
                wrong.append(f"POST {url} as {role}: {got}, not {line.answer(role)}")
    if not lines_of(POST, name) and not has_no_rows(name):
        wrong = list(refused_everywhere(scene, name))
    assert not wrong, "\n".join(wrong)


def form_of(name: str) -> dict[str, str]:
    act_id = "0a1b2c3d-0000-4000-8000-000000000000"
    forms = {
        "report-return": {"note": "Name the day."},
        "report-publish": {"act_id": act_id},
        "report-concur": {"act_id": act_id},
        "report-confirm": {"act_id": act_id},
        "report-schedule": {"act_id": act_id, "day": "2026-11-25", "time": "09:00"},
        "report-comment": {"act_id": act_id, "text": "Which day?"},
        "report-translate": {"act_id": act_id, "done": "El grupo se reunió."},
        "report-no-change": {"act_id": act_id, "effective_on": "2026-11-20"},
        "proposal-detail": {"act_id": act_id, "verdict": "accept"},
        "proposal-withdraw": {"act_id": act_id},
        "proposal-accept-plan": {"act_id": act_id, "reason_en": "It reads as announced."},
        "proposal-write": {"act_id": act_id, "reason_en": "Done.", "closed_by_en": "Decision 2"},
        "record-answer": {"act_id": act_id, "text_en": "We read it otherwise."},
        "period-work": {"act_id": act_id, "text_en": "A busy quarter."},
    }
    return forms.get(name, {})


def refused_everywhere(scene: Scene, name: str) -> Iterator[str]:
    for line in lines_of(GET, name):
        url = address_for(scene, name, line.thing)
        for role in ROLES:
            with writes() as changed:
                response = scene.ask(role, url, "POST")
            got = answer(response)
            allowed = ("405",) if not name.startswith("admin:") else ("in", "403", "404", "405")
            keepers = role in ("secretariat", "administrator") and name.startswith("admin:")
            if changed or (got not in allowed and not (keepers and got in ("200", "302"))):
                yield f"POST {url} as {role}: {got}{', and something changed' * bool(changed)}"


@contextmanager
def writes() -> Iterator[list[str]]:
    """What is written to the record meanwhile, sessions and counts of attempts left out."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql) and '"tracker_' in sql:
            seen.append(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


EVERYTHING = "as_of=2026-01-01&q=visa&page=1&sort=level&period=2026-Q3&party=CA&delete=1&publish=1"


def test_asking_changes_nothing(scene):
    """S23: every address, with parameters, by everybody: no row comes, goes or changes."""
    counts = trace()
    with writes() as written:
        for name in OURS:
            for line in lines_of(GET, name)[:2]:
                url = address_for(scene, name, line.thing)
                for role in ("nobody", "coordinator CA", "administrator"):
                    whole(scene.client(role).get(f"{url}{'&' if '?' in url else '?'}{EVERYTHING}"))
        for name in (one for one in NAMES if one.startswith("admin:tracker_")):
            if not has_no_rows(name):
                scene.client("administrator").get(f"{admin_address(scene, name)}?q=visa")
    assert written == []
    assert trace() == counts


def trace() -> list[tuple[str, int]]:
    """Rows of every table of the record."""
    return [(name, model._default_manager.count()) for name, model in sorted(MODELS.items())]


# What was typed comes back in the form, and waits there for a press of the button.
KEPT = {
    "report-write", "report-on-behalf", "report-no-change", "report-translate", "report-return",
    "report-schedule", "report-comment", "proposal-detail", "proposal-write",
    "proposal-accept-plan", "minutes-write", "redaction-write", "record-answer", "period-work",
}  # fmt: skip


def test_no_form_is_taken_without_its_token(scene):
    """S23: CSRF on every address that takes a form."""
    open_doors = []
    for name in NAMES:
        if has_no_rows(name) or name == "-":
            continue
        for line in lines_of(GET, name)[:1]:
            url = address_for(scene, name, line.thing)
            client = scene.client("coordinator CA", checks_csrf=True)
            if name.startswith("admin:"):
                client = scene.client("administrator", checks_csrf=True)
            with undone(), writes() as written:
                response = client.post(url, form_of(name))
            assert written == [], f"{url} did something"
            if response.status_code not in (403, 404, 405):
                kept = name in KEPT and response.status_code == 302
                if not kept:
                    open_doors.append(f"{url}: {response.status_code}")
    assert open_doors == []


TYPES = {
    "text/html; charset=utf-8", "text/plain; charset=utf-8", "application/json",
    'text/javascript; charset="utf-8"', "text/javascript; charset=utf-8", "application/pdf",
    "application/jsonl; charset=utf-8",
}  # fmt: skip


def test_every_answer_names_its_type_and_its_letters(scene):
    """S22: exact Content-Type, with the letters it is written in."""
    wrong = {}
    for name in NAMES:
        lines = lines_of(GET, name)
        if has_no_rows(name) or name == "-" or not lines:
            continue
        for role in ("nobody", "administrator"):
            url = address_for(scene, name, lines[0].thing)
            kind = scene.ask(role, url).headers.get("Content-Type", "")
            if kind not in TYPES:
                wrong[url] = kind
    assert wrong == {}


def test_every_page_of_ours_is_private_to_no_cache_when_signed_in(scene):
    """S17: what a signed-in person sees is never stored."""
    for name in OURS:
        for line in lines_of(GET, name)[:1]:
            url = address_for(scene, name, line.thing)
            assert scene.ask("coordinator CA", url)["Cache-Control"] == "no-store, private", url
    url = admin_address(scene, "admin:index")
    assert "no-store" in scene.ask("administrator", url)["Cache-Control"]

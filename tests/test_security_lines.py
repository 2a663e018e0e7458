"""Lines of the security checklist that no other file proves; docs/checks.md lists them all."""

from __future__ import annotations

import ast
import json
import logging
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
import structlog
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.core.cache import caches
from django.test import Client

from tests import factories
from tests.desk.pages import form_address, opened, typed
from tests.scene import address
from tracker.actions.commitments import change_commitment
from tracker.actions.people import end_membership, save_membership
from tracker.models import Membership, StatusReport, User
from tracker.vocabulary import ReportState, Role

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "planted-7-password-of-nobody"


@pytest.fixture
def person(real_plan) -> User:
    made = factories.make_person("Someone Known")
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(client: Client, email: str, password: str) -> Any:
    return client.post(address("account_login"), {"login": email, "password": password})


# S3: what a form does not ask for cannot be set ---------------------------------------------------


def test_extra_fields_of_a_form_set_nothing(client_of, canada_official, mexico_coordinator):
    client, url = client_of(canada_official), form_address()
    planted = {
        "party": "MX", "party_id": "2", "author": str(mexico_coordinator.pk), "state": "published",
        "published_at": "2026-01-01", "published_by": str(mexico_coordinator.pk), "sequence": "1",
        "commitment": "1", "period": "1", "corrects": "1", "concurs_with": "1", "started_at": "0",
        "author_institution": "1", "id": "1", "pk": "1",
    }  # fmt: skip
    client.post(url, {**opened(client, url), **typed(), **planted, "act": "save"})
    report = StatusReport.objects.get()
    assert report.party.code == "CA"
    assert report.author == canada_official
    assert report.author_institution.slug == "ca-nserc"
    assert report.state == ReportState.DRAFT
    assert report.published_at is report.published_by is report.corrects is None
    assert (report.commitment.reference, str(report.period)) == ("PRO-27", "2026 Q3")


# S5: rights end at once ---------------------------------------------------------------------------


def test_a_disabled_account_is_out_at_the_next_request(client_of, canada_coordinator):
    client = client_of(canada_coordinator)
    board = address("desk-board", factories.PLAN)
    assert client.get(board).status_code == 200
    User.objects.filter(pk=canada_coordinator.pk).update(is_active=False)
    assert client.get(board).status_code == 302


def test_an_ended_role_is_out_at_the_next_request(
    client_of, canada_coordinator, administrator_user, real_plan
):
    client = client_of(canada_coordinator)
    board = address("desk-board", factories.PLAN)
    assert client.get(board).status_code == 200
    end_membership(
        canada_coordinator.memberships.get(),
        rights=factories.rights_at(administrator_user),
        day=real_plan.today(factories.NOW),
    )
    assert client.get(board).status_code == 403


# S13: whether an account exists is not told -------------------------------------------------------


@pytest.fixture
def hashings(monkeypatch) -> list[str]:
    """Each time a password is hashed: that is what takes the time."""
    seen: list[str] = []
    encode = PBKDF2PasswordHasher.encode

    def counted(self: Any, password: str, *args: Any, **kwargs: Any) -> str:
        seen.append(password)
        return encode(self, password, *args, **kwargs)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    return seen


def test_known_and_unknown_accounts_are_answered_alike(person, hashings):
    told, worked = [], []
    for email in (person.email, "nobody.knows@example.org"):
        hashings.clear()
        response = sign_in(Client(), email, "a wrong password of mine")
        worked.append(len(hashings))
        told.append((response.status_code, plain(response).replace(email, "")))
    assert told[0] == told[1]
    assert worked[0] == worked[1] > 0


def test_a_reset_is_answered_alike_for_unknown_accounts(person):
    told = []
    for email in (person.email, "nobody.knows@example.org"):
        response = Client().post(address("account_reset_password"), {"email": email}, follow=True)
        told.append((response.redirect_chain, plain(response).replace(email, "")))
    assert told[0] == told[1]
    assert {one.to[0] for one in mail.outbox} <= {person.email, "nobody.knows@example.org"}


def plain(response: Any) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r"nonce-[\w+/=]+", "", text)


# S16: sessions ------------------------------------------------------------------------------------


def test_signing_in_makes_a_new_session(person):
    client = Client()
    client.post(form_address(), {"done_en": "typed before"})  # a visitor's session
    before = client.session.session_key
    assert sign_in(client, person.email, PASSWORD).status_code == 302
    assert client.session.session_key not in (None, before)


# S25: scripts in texts are texts ------------------------------------------------------------------

START = [
    "",
    '">',
    "'>",
    "</textarea>",
    "</title>",
    "--></script>",
    "]]>",
    "{{7*7}}",
    "\\'",
    "\u2028",
]
WHAT = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "<svg><script href=data:,alert(1) />", "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>", '" onmouseover=alert(1) x="', "<math><style>*{}",
    "<details open ontoggle=alert(1)>", "<body style=x:expression(alert(1))>",
]  # fmt: skip
PAYLOADS = [start + what for start in START for what in WHAT]


def inert(response: Any, payload: str = "") -> list[str]:
    """What of a page would run: elements and attributes no page of ours has."""
    assert response.status_code < 500
    page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    found = []
    for one in page.iter():
        if not isinstance(one.tag, str):
            continue
        running = [name for name in one.attrib if str(name).lower().startswith("on")]
        address = str(one.get("href") or one.get("src") or "").strip().lower()
        data = one.get("type") == "application/json"
        alien = one.tag in ("iframe", "math", "object", "embed") or one.get("style")
        if one.tag == "script" and not one.get("src") and not data:
            alien = True
        if running or alien or address.startswith(("javascript:", "data:text")):
            found.append(f"{payload!r}: <{one.tag} {dict(one.attrib)}>")
    return found


def test_a_hundred_payloads_in_reports_are_inert(client_of, real_plan, administrator_user):
    assert len(PAYLOADS) >= 100
    texts = {f"{name}_{code}": " ".join(PAYLOADS) for name in
             ("done", "obstacles", "next_step", "missing") for code in ("en", "fr")}  # fmt: skip
    evidence = [factories.link(title=payload[:300], url=f"https://example.org/{number}")
                for number, payload in enumerate(PAYLOADS[:20])]  # fmt: skip
    report = factories.make_submitted("PRO-27", "CA", evidence=evidence, **texts)
    chief = client_of(factories.coordinators_of("CA")[0])
    pages = [chief.get(address("report-review", report.pk))]
    chief.post(address("report-publish", report.pk), {"act_id": str(uuid.uuid4())})
    caches["pages"].clear()
    commitment = factories.commitment_called("PRO-27")
    pages.append(Client().get(commitment.get_absolute_url()))
    assert "alert(1)" in pages[-1].content.decode()
    other = client_of(factories.coordinators_of("MX")[0])
    pages.append(other.get(address("report-concur", report.pk)))
    keeper = client_of(administrator_user)
    entry = real_plan.ledger.order_by("-sequence").first()
    for name, row in (("ledgerentry", entry), ("commitment", commitment), ("statusreport", report)):
        pages.append(keeper.get(address(f"admin:tracker_{name}_change", row.pk)))
        pages.append(keeper.get(address(f"admin:tracker_{name}_history", row.pk)))
    assert [fault for page in pages for fault in inert(page)] == []


def test_a_hundred_payloads_in_texts_of_the_record_are_inert(
    client_of, real_plan, administrator_user
):
    """Every text of a commitment, an institution and an entry, as the secretariat could type it."""
    rows = [real_plan.commitments.get(reference="PRO-05"), real_plan.pillars.first()]
    wording = rows[0].wordings.open().get()
    limits = {"title": 300, "description": 20_000}
    changed = {
        f"{name}_{code}": " ".join(PAYLOADS)[:limit]
        for name, limit in limits.items()
        for code in ("en", "fr", "es")
    }
    for name, value in changed.items():
        setattr(wording, name, value)
    change_commitment(
        rows[0],
        wording,
        reporting_parties=rows[0].reporting_parties.all(),
        reason=" ".join(PAYLOADS)[:5_000],
        rights=factories.rights_at(administrator_user),
        at=factories.NOW,
        act_id=uuid.uuid4(),
    )
    caches["pages"].clear()
    keeper = client_of(administrator_user)
    start = real_plan.get_absolute_url()
    urls = [start, f"{start}commitments/", f"{start}commitments/PRO-05/", f"{start}timeline/",
            f"{start}pillars/", f"{start}announcement/"]  # fmt: skip
    pages = [Client().get(url) for url in urls]
    assert "alert(1)" in pages[2].content.decode()
    for door in ("change", "history", "delete"):
        pages.append(keeper.get(address(f"admin:tracker_commitment_{door}", rows[0].pk)))
    pages.append(keeper.get("/admin/tracker/commitment/"))
    pages.append(client_of(factories.coordinators_of("CA")[0]).get(
        address("desk-board", factories.PLAN)))  # fmt: skip
    assert [fault for page in pages for fault in inert(page)] == []


@pytest.mark.parametrize("payload", PAYLOADS[::7])
def test_what_is_asked_comes_back_inert(real_plan, client_of, administrator_user, payload):
    start = real_plan.get_absolute_url()
    caches["pages"].clear()
    answers = [
        Client().get(f"{start}commitments/", {"q": payload}),
        Client().get(f"{start}commitments/", {"level": payload}),
        Client().get(start, {"as_of": payload}),
        Client().get(address("account_login"), {"next": payload}),
        Client().get(f"/en/{payload}"),
        client_of(administrator_user).get("/admin/tracker/commitment/", {"q": payload}),
    ]
    assert [fault for answer in answers for fault in inert(answer, payload)] == []


# S26: links lead to the web and nowhere else ------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/x",
            "file:///etc/passwd", "https://", "vbscript:x"],
)  # fmt: skip
def test_evidence_takes_links_to_the_web_only(client_of, canada_official, url):
    client, form = client_of(canada_official), form_address()
    sent = {**opened(client, form), **typed(), "evidence-0-url": url, "act": "save"}
    response = client.post(form, sent)
    assert response.status_code == 400
    assert inert(response) == []
    assert not StatusReport.objects.exists()


# S35: what happens is logged; what is secret is not -----------------------------------------------


@pytest.fixture
def logged(caplog) -> Callable[[], list[dict[str, Any]]]:
    """Events of our own log so far, as dictionaries."""
    for name in ("partnership", "tracker"):
        caplog.set_level(logging.INFO, logger=name)
    return lambda: [record.msg for record in caplog.records if isinstance(record.msg, dict)]


def event(found: list[dict[str, Any]], name: str) -> dict[str, Any]:
    one = next(one for one in found if one["event"] == name)
    assert re.fullmatch(r"[0-9a-f]{32}", one["request_id"])
    assert one["timestamp"]
    return one


def test_sign_in_failure_and_leaving_are_logged(person, logged, caplog):
    client = Client()
    sign_in(client, person.email, "a wrong password, planted")
    sign_in(client, "nobody.knows@example.org", "a wrong password, planted")
    sign_in(client, person.email, PASSWORD)
    client.post(address("account_logout"))
    assert event(logged(), "sign-in-failed")["person"] == person.pk
    assert event(logged(), "signed-in")["person"] == person.pk
    assert event(logged(), "signed-out")["person"] == person.pk
    text = json.dumps(logged(), default=str) + caplog.text
    for secret in (PASSWORD, "planted", person.email, "nobody.knows", client.cookies.output()):
        assert not secret or secret not in text


def test_a_denial_is_logged_with_who_and_where(client_of, stranger, logged):
    client_of(stranger).get(address("desk-board", factories.PLAN))
    found = event(logged(), "denied")
    assert found["person"] == stranger.pk
    assert "board" in found["route"]


def test_a_change_of_role_is_logged_with_who_made_it(administrator_user, stranger, logged):
    held = Membership(user=stranger, role=Role.SECRETARIAT, starts_on=factories.NOW.date())
    structlog.contextvars.bind_contextvars(request_id="0" * 32)
    save_membership(held, rights=factories.rights_at(administrator_user))
    found = event(logged(), "membership-saved")
    assert (found["person"], found["role"]) == (stranger.pk, Role.SECRETARIAT)
    assert found["by"] == administrator_user.pk


def test_a_new_password_is_in_no_log_and_no_history(person, logged, caplog):
    client = Client()
    sign_in(client, person.email, PASSWORD)
    new = "planted-8-password-of-nobody"
    client.post(
        address("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    person.refresh_from_db()
    assert person.check_password(new)
    told = caplog.text + json.dumps(logged(), default=str) + str(list(person.history.values()))
    assert "planted" not in told


# S40: the few places where one must look twice ----------------------------------------------------

# What was looked at, and why it is safe.
REVIEWED = {
    "raw SQL": {
        "tracker/models/guards.py": "triggers made from our own models, nothing typed",
        "partnership/health.py": "SELECT 1",
        "partnership/checks.py": "asks for the names of tables",
    },
    "SafeString": {"tracker/templatetags/dates.py": "what format_html gave"},
    "unescaped": {"mfa/totp/activate_form.html": "a drawing made by the package from its secret"},
}
RISKY_NAMES = {"eval", "exec", "compile", "__import__"}
RISKY_MODULES = {"pickle", "marshal", "shelve", "subprocess", "ctypes", "xml.sax"}


def sources() -> list[Path]:
    return [*(ROOT / "tracker").rglob("*.py"), *(ROOT / "partnership").rglob("*.py")]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_risky_is_called_outside_the_reviewed_places(path):
    if "migrations" in path.parts:
        return
    name = str(path.relative_to(ROOT))
    found = set(risks(ast.parse(path.read_text(encoding="utf-8"))))
    allowed = {kind for kind, places in REVIEWED.items() if name in places}
    assert found <= allowed


def risks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            if modules & RISKY_MODULES:
                yield "processes"
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if called in RISKY_NAMES and isinstance(node.func, ast.Name):
            yield called
        if called in ("raw", "extra", "RawSQL", "cursor", "executescript"):
            yield "raw SQL"
        if called in ("mark_safe", "SafeString") and not is_constant(node):
            yield "SafeString"
        if called == "system" and ast.unparse(node.func) == "os.system":
            yield "processes"
        if called == "load" and ast.unparse(node.func) == "yaml.load":
            yield "yaml.load"


def is_constant(call: ast.Call) -> bool:
    return all(isinstance(one, ast.Constant) for one in call.args)


def test_no_template_switches_escaping_off():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\|\s*safe\b|\|\s*safeseq|autoescape\s+off", text):
            assert str(path.relative_to(ROOT / "templates")) in REVIEWED["unescaped"]

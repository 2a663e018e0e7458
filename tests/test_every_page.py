"""Every public page, in three languages, today and on an earlier day: sound, no dead link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import html5lib
import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.scene import whole
from tests.sound import faults, links
from tests.test_access_matrix import OURS
from tracker.models import Commitment, Institution, MeetingVersion

pytestmark = pytest.mark.no_cover
LANGUAGES = ("en", "fr", "es")
PLAN = f"plans/{factories.PLAN}/"
DAY = "2026-01-01"
# Of each kind of thing those that are most unlike each other.
DETAILS = (
    "commitments/PRO-05/", "commitments/SEC-08/", "commitments/MOB-02/", "commitments/GOV-07/",
    "commitments/PRO-27/", "commitments/PRO-32/", "institutions/ca-gac/", "institutions/mx-sre/",
    "periods/2026-q3/", "periods/2026-q4/", "ledger/1/",
)  # fmt: skip
LISTS = (
    "", "pillars/", "commitments/", "institutions/", "meetings/", "timeline/", "announcement/",
    "sources/", "method/", "changes/", "compare/", "periods/", "ledger/",
)  # fmt: skip
QUERIES = (
    "commitments/?q=educacion", "commitments/?level=completed&basis=reading",
    "commitments/?q=nothingofthekind", "commitments/?sort=target", "meetings/?q=nothingofthekind",
    "changes/?pillar=1", "changes/?q=nothingofthekind", "compare/?from=2026-01-01&to=2026-11-20",
    "compare/?from=2026-11-20&to=2026-11-20", "ledger/?act=open-plan", "ledger/?q=nothingofthekind",
)  # fmt: skip
DESK = (
    "desk-", "report-", "proposal-", "minutes-", "redaction-", "record-answer", "period-work",
    "narrative-", "ledger-sign",
)  # fmt: skip
# Addresses that leave something out stand here with the reason.
NOT_A_PAGE = {
    "healthz": "for machines", "readyz": "for machines", "home": "a redirect",
    "evidence-file": "a file", "ledger-file": "for machines", "ledger-checkpoint": "for machines",
}  # fmt: skip


def answer(path: str, language: str = "en", **headers: Any) -> Any:
    """A visitor's page, made anew."""
    caches["pages"].clear()
    return Client(raise_request_exception=False).get(f"/{language}/{path}", **headers)


def reported() -> None:
    """Reports in which every part of a page shows."""
    ours = factories.make_published("PRO-27", "CA", obstacles=True, next_step=True)
    factories.make_published(
        "PRO-27", "MX", level="planned", contests=ours, contest_reason=True, next_step=True,
        step_on=factories.NOW.date(),
    )  # fmt: skip
    factories.make_published("PRO-05", "CA")


def test_every_public_address_is_looked_at(real_plan):
    """A new one without a place in this file fails."""
    looked_at = {*NOT_A_PAGE, "meeting-detail"}
    for path in (*LISTS, *DETAILS):
        looked_at.add(resolve(f"/en/{PLAN}{path}").url_name)
    public = {name for name in OURS if not name.startswith(DESK)}
    assert public == looked_at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("as_of", ["", DAY])
def test_pages_are_sound(real_plan, language, as_of):
    reported()
    found = {}
    meeting = MeetingVersion.objects.open().order_by("pk").first().meeting.slug
    for path in (*LISTS, *DETAILS, f"meetings/{meeting}/"):
        address = PLAN + path + (f"?as_of={as_of}" if as_of else "")
        response = answer(address, language)
        if as_of and response.status_code == 404:
            continue  # it was not public on that day
        found[address] = [*faults(response, language), *page_faults(response, language, as_of)]
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_filtered_and_empty_lists_are_sound(real_plan, language):
    found = {path: faults(answer(PLAN + path, language), language) for path in QUERIES}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PLAN}commitments/?level=no-such", 400),
        (f"{PLAN}?as_of=yesterday", 400),
        (f"{PLAN}commitments/ZZZ-99/", 404),
        ("plans/nowhere/", 404),
        ("nothing-here/", 404),
        ("accounts/login/", 200),
        ("accounts/password/reset/", 200),
    ],
)
def test_pages_beside_the_plan_are_sound(real_plan, language, path, status):
    response = answer(path, language)
    assert response.status_code == status
    assert faults(response, language) == []


def page_faults(response: Any, language: str, as_of: str) -> Iterator[str]:
    """What a plan's page has besides: S18, A12, A13."""
    if response.status_code != 200:
        yield f"status {response.status_code}"
    if response.cookies:
        yield f"a visitor gets cookies: {list(response.cookies)}"
    text = response.content.decode()
    page = html5lib.parse(text, namespaceHTMLElements=False)
    alternates = {
        one.get("hreflang"): one.get("href")
        for one in page.iter("link")
        if one.get("rel") == "alternate"
    }
    if set(alternates) != {*LANGUAGES, "x-default"}:
        yield f"alternates: {sorted(alternates)}"
    for code in LANGUAGES:
        wanted = f"as_of={as_of}" if as_of else f"/{code}/"
        if f"/{code}/" not in (alternates.get(code) or "") or wanted not in alternates[code]:
            yield f"the alternate in {code} is {alternates.get(code)}"
    dates = [one for one in page.iter("div") if one.get("class") == "as-of"]
    shown = "".join(dates[0].itertext()) if dates else ""
    if not re.search(r"2026", shown):
        yield "the page does not say as of when"
    if as_of and "signal" not in text.split('class="as-of"')[1][:3000]:
        yield "the page does not say that the day is past"


def test_the_language_switch_keeps_filters_and_day(real_plan):
    query = f"as_of={DAY}&kind=deliverable&q=visa&sort=target"
    text = answer(f"{PLAN}commitments/?{query}").content.decode()
    for code in LANGUAGES:
        addresses = [
            link for link in links(text) if link.startswith(f"/{code}/{PLAN}commitments/?")
        ]
        kept = [
            link for link in addresses if {*query.split("&")} <= {*urlsplit(link).query.split("&")}
        ]
        assert kept, code


def test_no_link_is_dead(real_plan):
    """From the overview over every public page in three languages, with their anchors."""
    reported()
    caches["pages"].clear()
    client = Client(raise_request_exception=False)
    seen: dict[str, str | None] = {}
    anchors: set[tuple[str, str, str]] = set()
    waiting = {f"/en/{PLAN}", "/", *(f"/{code}/" for code in LANGUAGES)}
    dead = []
    while waiting:
        address = waiting.pop()
        response = whole(client.get(address, follow=True))
        text = "" if response.streaming else response.content.decode()
        seen[address] = text
        if response.status_code != 200:
            dead.append(f"{address}: {response.status_code}")
            continue
        for link in links(text):
            target = urlsplit(urljoin(address, link))
            path = target.path + (f"?{target.query}" if target.query else "")
            if target.fragment:
                anchors.add((address, path, target.fragment))
            if path not in seen and wanted(address, path):
                waiting.add(path)
    assert dead == []
    lost = [
        f"{page} -> {path}#{name}"
        for page, path, name in sorted(anchors)
        if path in seen and f'id="{name}"' not in (seen[path] or "")
    ]
    assert lost == []
    for thing, name in (
        (Commitment, "commitment"),
        (Institution, "institution"),
    ):
        assert sum(f"/en/{PLAN}{name}s/" in path for path in seen) >= thing.objects.count() // 2


def wanted(address: str, path: str) -> bool:
    """Plain pages all, and from a plain English page those with a query; no desk, no files."""
    if path.startswith(("/static/", "/admin/")) or "/desk/" in path or "/accounts/" in path:
        return False
    if "?" in path:
        return "?" not in address and address.startswith("/en/")
    if path.startswith("/en/"):
        return True
    # In the other languages one page of each kind: they are the same templates.
    return not re.search(r"/(commitments|institutions|meetings)/[^?]+/$", path) or (
        path.rstrip("/").endswith(("PRO-05", "SEC-08", "ca-gac", "mx-sre"))
    )


# Bad questions ----------------------------------------------------------------------------------

BAD = {
    "as_of": ["yesterday", "2026-13-01", "2026-02-30", "1999-01-01", "2030-01-01", "2026-01-01'--",
              "\x00", "9" * 5_000, "２０２６-01-01"],
    "page": ["0", "-1", "99999", "x", "1e3", "١", "9" * 400],
    "sort": ["-pk", "commitment__plan__slug", "level;drop table", "level,target", "\u2028"],
    "level": ["no-such", "completed'", "\x00"],
    "pillar": ["no-such", "1 OR 1=1", "../"],
    "party": ["XX", "ca"],
    "target": ["2026", "x"],
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_gets_a_sentence(real_plan, name):
    """S28: 400 and a page that says which, or the parameter is not known there at all."""
    for value in BAD[name]:
        response = Client(raise_request_exception=False).get(
            f"/en/{PLAN}commitments/", {name: value}
        )
        assert response.status_code == 400, (name, value)
        assert faults(response, "en") == []
    many = Client(raise_request_exception=False).get(
        f"/en/{PLAN}commitments/", {name: [str(number) for number in range(900)]}
    )
    assert many.status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1989-12-31", "2026-02-30", "x"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_a_day_out_of_all_range_gets_a_sentence_in_the_ledger(real_plan, name, day):
    response = Client(raise_request_exception=False).get(f"/en/{PLAN}ledger/", {name: day})
    assert response.status_code == 400
    assert faults(response, "en") == []


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    path=st.sampled_from([*LISTS, "commitments/PRO-05/"]),
    query=st.dictionaries(
        st.sampled_from([*BAD, "q", "kind", "basis", "flag", "area", "institution", "lang"]),
        st.lists(st.text(max_size=30), max_size=3),
        max_size=3,
    ),
)
def test_no_question_breaks_a_page(real_plan, path, query):
    caches["pages"].clear()
    response = Client(raise_request_exception=False).get(f"/en/{PLAN}{path}", query)
    assert response.status_code in (200, 400)
    assert response["Content-Type"] == "text/html; charset=utf-8"


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(text=st.text(max_size=30))
def test_no_address_breaks_the_site(real_plan, text):
    client = Client(raise_request_exception=False)
    for path in ("commitments/", "institutions/", "meetings/", "../../plans/"):
        response = client.get(f"/en/{PLAN}{path}{quote(text, safe='')}/")
        assert response.status_code in (200, 301, 302, 400, 404)


def address_of(name: str) -> str:
    with translation.override("en"):
        return reverse(name)


ELSEWHERE = (
    "https://example.com/", "//example.com/", "/\\example.com", "\\\\example.com", "///example.com",
    "http:example.com", "javascript:alert(1)", "/\t/example.com", "%2f%2fexample.com",
    "/%0d%0aLocation:%20https://example.com/", "https:/\u2044example.com", "\u2028//example.com",
    "//\uff0fexample.com", "/\r\nX-Planted: 1",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_sign_in_leads_only_to_own_pages(real_plan, target):
    """S24 and S34: whatever `next` says, and no header comes of it."""
    person = factories.make_person("Visitor")
    person.set_password("a long password of nobody")
    person.save()
    client = Client(raise_request_exception=False)
    response = client.post(
        address_of("account_login"),
        {"login": person.email, "password": "a long password of nobody", "next": target},
    )
    assert response.status_code == 302
    place = urlsplit(urljoin("http://testserver/", response["Location"].replace("\\", "/")))
    assert place.netloc == "testserver"
    assert place.scheme == "http"
    assert "X-Planted" not in response.headers
    shown = Client().get(address_of("account_login"), {"next": target}).content.decode()
    assert "javascript:alert" not in re.sub(r'value="[^"]*"', "", shown)

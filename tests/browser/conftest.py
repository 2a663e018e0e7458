"""Browsers for journeys: one server, one sign-in for each person, no fault unseen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from tests.browser.site import Site, prepare_once, serving

ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
# What no page may say in the browser's console.
FAULTS = ("Content Security Policy", "Refused to", "Uncaught", "violates")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need the browser, and one server serves those of a worker."""
    for item in items:
        if "tests/browser" in str(item.path) and not item.get_closest_marker("prove_axe"):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    mine = tmp_path_factory.mktemp("site")
    if os.environ.get("PYTEST_XDIST_WORKER"):
        prepare_once(tmp_path_factory.getbasetemp().parent / "shared-site", mine)
    with serving(mine) as started:
        yield started


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    given = {**browser_type_launch_args, "args": ARGUMENTS}
    if os.environ.get("CHROMIUM"):
        given["executable_path"] = os.environ["CHROMIUM"]
    return given


@pytest.fixture(scope="session")
def signed_in(site: Site, browser: Any) -> Callable[[str], Any]:
    """The cookies of a person, signed in once by the form."""
    known: dict[str, Any] = {}

    def state(who: str) -> Any:
        if who not in known:
            email, password = site.accounts[who]
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{site.url}/en/accounts/login/")
            page.get_by_label("Email").fill(email)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url("**/desk/**")
            known[who] = context.storage_state()
            context.close()
        return known[who]

    return state


@pytest.fixture
def visit(
    site: Site, new_context: Any, signed_in: Callable[[str], Any]
) -> Iterator[Callable[..., Any]]:
    """visit("official.ca", "desk/", javascript=False): a page in a browser of that person's own.

    Whatever the browser complains of on any page fails the test: S19. No picture is taken as a
    page closes: hiding the caret for it sets styles, which an answer just arriving would copy.
    """
    said: list[str] = []

    def listen(message: Any) -> None:
        if message.type in ("error", "warning") and any(one in message.text for one in FAULTS):
            said.append(message.text)

    def page_of(who: str = "", path: str = "", *, javascript: bool = True, **given: Any) -> Any:
        if who:
            given["storage_state"] = signed_in(who)
        # Without motion, what is focused is in sight at once.
        given = {"reduced_motion": "reduce", **given}
        context = new_context(java_script_enabled=javascript, **given)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(str(error)))
        address = path if path.startswith("http") else f"{site.url}{path}"
        page.goto(address)
        return page

    yield page_of
    assert said == []


@pytest.fixture
def go(visit: Callable[..., Any], javascript: bool) -> Callable[..., Any]:
    """The same, with JavaScript or without it, as the test is asked to be."""
    return partial(visit, javascript=javascript)

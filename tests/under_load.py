"""Officials at work over HTTP, all at once, and what must be true of a record that was killed.

Everything is asked from outside, as anybody could: the acts by the forms of the desk, the record
from its ledger file and checkpoints, the verdict from the stand-alone verifier and the commands.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.browser.site import ROOT, Server
from tests.desk.pages import HIDDEN, PLAN, typed

LANGUAGES = {"ca": ("en", "fr"), "mx": ("es",)}
READ = ("PRO-05", "PRO-27", "SEC-01", "SEC-08")  # commitments whose readings the parties answer
CLOSABLE = [f"MOB-{number:02d}" for number in range(1, 13)]
REPORTED = [
    (reference, period)
    for period in ("2026-Q3", "2026-Q4")
    for reference in [f"PRO-{number:02d}" for number in range(1, 33)]
]


class Gone(Exception):
    """The server did not answer: what was asked may be done or not."""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass
class Answer:
    status: int
    text: str
    leads_to: str


class Person:
    """Somebody at a browser: keeps cookies, follows nothing, never gives up on the server."""

    def __init__(self, server: Server, account: tuple[str, str]) -> None:
        self.server, self.account = server, account
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            NoRedirects, urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def sign_in(self) -> None:
        email, password = self.account
        self.ask("/en/accounts/login/")
        answer = self.send("/en/accounts/login/", {"login": email, "password": password})
        assert answer.status == 302, answer.text[-2000:]

    def ask(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self.server.url + path))

    def send(self, path: str, form: dict[str, str]) -> Answer:
        token = next((one.value for one in self.cookies if one.name.endswith("csrftoken")), "")
        body = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token}).encode()
        return self._open(urllib.request.Request(self.server.url + path, body))

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            return self._answered(request)
        except (OSError, HTTPException) as error:  # also in the middle of an answer
            raise Gone from error

    def _answered(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=30) as response:
                return Answer(response.status, response.read().decode(), "")
        except urllib.error.HTTPError as answer:
            with answer:
                leads_to = answer.headers.get("Location", "")
                return Answer(answer.code, answer.read().decode(), leads_to)


@dataclass
class Sent:
    """An act that was sent: where, with which id, and whether the server said that it is done."""

    path: str
    form: dict[str, str]
    acknowledged: bool = False

    @property
    def act_id(self) -> str:
        return self.form["act_id"]


@dataclass
class Errands:
    """What one person does, in random order, until told to stop."""

    person: Person
    side: str
    seed: int
    shared: Shared
    sent: list[Sent] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def run(self) -> None:
        """One errand after the other, while the site is up."""
        while not self.shared.over.is_set():
            if not self.shared.serving.wait(timeout=0.1):
                continue
            errand = self.chance.choice([self.answer, self.report, self.report, self.concur,
                                         self.propose, self.accept])  # fmt: skip
            try:
                errand()
            except Gone:
                continue

    def publish(self, path: str, **form: str) -> bool:
        """Send an act; 302 says that it is done, 4xx that it was refused."""
        one = Sent(path, {"act_id": str(uuid.uuid4()), **form})
        self.sent.append(one)
        return self.send(one)

    def send(self, one: Sent) -> bool:
        answer = self.person.send(one.path, one.form)
        one.acknowledged = answer.status == 302 and "/accounts/" not in answer.leads_to
        if answer.status >= 500 or "/accounts/" in answer.leads_to:
            self.faults.append(f"{answer.status} {one.path} {answer.leads_to}")
        return one.acknowledged

    def answer(self) -> None:
        text = f"We read it otherwise, {uuid.uuid4().hex}."
        reference = self.chance.choice(READ)
        self.publish(f"/en/desk/{PLAN}/answer/{reference}/", text_en=text)

    def report(self) -> None:
        """Write and submit; another person of the side publishes it sooner or later."""
        waiting = self.shared.submitted[self.side]
        if waiting and self.chance.random() < 0.6:
            number = waiting.pop(self.chance.randrange(len(waiting)))
            if self.publish(f"/en/desk/reports/{number}/publish/"):
                self.shared.published[self.side].append(number)
            return
        reference, period = self.chance.choice(REPORTED)
        path = f"/en/desk/{PLAN}/{self.side.upper()}/{reference}/report/?period={period}"
        page = self.person.ask(path)
        if page.status != 200:
            return
        kept = dict(HIDDEN.findall(page.text))
        kept.pop("csrfmiddlewaretoken", None)
        answer = self.person.send(path, {**kept, **typed(LANGUAGES[self.side]), "act": "submit"})
        found = re.search(r"/reports/(\d+)/", answer.leads_to)
        if answer.status >= 500:
            self.faults.append(f"{answer.status} {path}")
        if found:
            waiting.append(int(found[1]))

    def concur(self) -> None:
        other = self.shared.published["mx" if self.side == "ca" else "ca"]
        if other:
            self.publish(f"/en/desk/reports/{self.chance.choice(other)}/concur/")

    def propose(self) -> None:
        if self.shared.closable:
            reference = self.shared.closable.pop()
            self.publish(
                f"/en/desk/{PLAN}/joint/{reference}/close/",
                reason_en="It was decided.",
                closed_by_en="Decision 2 of the meeting of 3 November 2026",
            )

    def accept(self) -> None:
        page = self.person.ask(f"/en/desk/{PLAN}/joint/")
        found = re.findall(rf"/en/desk/{PLAN}/joint/(\d+)/", page.text)
        if found:
            verdict = self.chance.choice(["accept", "accept", "refuse"])
            self.publish(
                f"/en/desk/{PLAN}/joint/{self.chance.choice(found)}/",
                verdict=verdict,
                text_en="As we said at the meeting." if verdict == "refuse" else "",
            )


class Shared:
    """What people tell each other, and whether the site is up."""

    def __init__(self) -> None:
        self.serving, self.over = threading.Event(), threading.Event()
        self.submitted: dict[str, list[int]] = {"ca": [], "mx": []}
        self.published: dict[str, list[int]] = {"ca": [], "mx": []}
        self.closable = list(CLOSABLE)


class Load:
    """Eight people: two coordinators of each side, each at two browsers."""

    WHO = ("coordinator.ca", "coordinator2.ca", "coordinator.mx", "coordinator2.mx")

    def __init__(
        self, server: Server, accounts: dict[str, tuple[str, str]], *, writers: int
    ) -> None:
        self.shared = Shared()
        self.errands = []
        people: dict[str, Person] = {}
        for number in range(writers):
            who = self.WHO[number % 4]
            if who not in people:
                people[who] = Person(server, accounts[who])
                people[who].sign_in()
            mine = Person(server, accounts[who])
            for cookie in people[who].cookies:
                mine.cookies.set_cookie(cookie)
            self.errands.append(Errands(mine, who[-2:], number, self.shared))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=one.run, daemon=True) for one in self.errands]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.shared.over.set()
            for thread in threads:
                thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in threads)

    @property
    def sent(self) -> list[Sent]:
        return [one for errands in self.errands for one in list(errands.sent)]

    @property
    def acknowledged(self) -> set[str]:
        return {one.act_id for one in self.sent if one.acknowledged}

    @property
    def faults(self) -> list[str]:
        return [fault for errands in self.errands for fault in errands.faults]


@dataclass
class Record:
    """The record as anybody gets it."""

    server: Server
    folder: Path
    checkpoints: list[dict[str, Any]] = field(default_factory=list)

    def entries(self) -> list[dict[str, Any]]:
        """The whole ledger, after the stand-alone verifier has found it intact."""
        file = self.folder / "ledger.jsonl"
        file.write_bytes(self._fetch(f"/en/plans/{PLAN}/ledger.jsonl"))
        said = run(sys.executable, str(ROOT / "docs" / "verify_ledger.py"), str(file))
        assert said.returncode == 0, said.stdout + said.stderr
        return [json.loads(line) for line in file.read_text().splitlines()]

    def keep_checkpoint(self) -> None:
        self.checkpoints.append(json.loads(self._fetch(f"/en/plans/{PLAN}/checkpoint.json")))

    def check(self, load: Load) -> list[dict[str, Any]]:
        """Nothing acknowledged is lost, nothing is there twice, the ledger only grew."""
        # First what was acknowledged, then what is there: people go on meanwhile.
        acknowledged = {
            one.act_id for one in load.sent if one.acknowledged and is_an_entry(one.path)
        }
        entries = self.entries()
        there = [entry["act_id"] for entry in entries]
        assert len(there) == len(set(there))
        lost = acknowledged - set(there)
        assert not lost, [one for one in load.sent if one.act_id in lost]
        for kept in self.checkpoints:
            assert kept["size"] == 0 or entries[kept["size"] - 1]["hash"] == kept["head"]
        return entries

    def check_within(self) -> None:
        """Every row and every standing is what the ledger and the rule say."""
        for command in ("verify_ledger", "check_standings"):
            said = run(sys.executable, "manage.py", command, env=self.server.env)
            assert said.returncode == 0, said.stdout + said.stderr

    def _fetch(self, path: str) -> bytes:
        with urllib.request.urlopen(self.server.url + path, timeout=60) as response:
            found: bytes = response.read()
            return found


def is_an_entry(path: str) -> bool:
    """Whether the act makes an entry with its own id. A proposal's entry has the proposal's id."""
    return "/joint/" not in path


def run(*command: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300
    )


def kill_often(
    outage: Callable[[], None], load: Load, record: Record, times: int, chance: random.Random
) -> int:
    """While people work, have something killed and started again, and look each time.

    Gives how many acts were sent again.
    """
    again = 0
    with load.at_work():
        for _time in range(times):
            load.shared.serving.set()
            time.sleep(chance.uniform(0.2, 1.0))
            record.keep_checkpoint()
            time.sleep(chance.uniform(0.0, 0.3))
            load.shared.serving.clear()
            outage()
            record.check(load)
            again += resend_one(load, record)
    return again


def resend_one(load: Load, record: Record) -> int:
    """An act that was sent when the server died, sent again with its id: it is done once."""
    errands = load.errands[0]
    unclear = [one for one in errands.sent if not one.acknowledged][-1:]
    for one in unclear:
        errands.send(one)
        record.check(load)
    return len(unclear)

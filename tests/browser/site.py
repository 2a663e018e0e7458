"""A real server for the browser: prepared as bin/run prepares one, in a folder of its own.

Its clock is set to the tests' `now` and goes on from there, so that the same quarter is open on
every machine and in every year.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STRANGER = {
    "label": "Stranger",
    "email": "stranger@demo.invalid",
    "password": "of-no-use-at-all-77",
}


@dataclass(frozen=True)
class Site:
    """Where it is, and who can sign in with which password."""

    url: str
    data: Path
    accounts: dict[str, tuple[str, str]]  # "official.ca" and the like: address, password

    def path(self, rest: str = "", language: str = "en") -> str:
        return f"{self.url}/{language}/plans/canada-mexico/{rest}"


def prepare_once(shared: Path, mine: Path) -> None:
    """Of several workers one prepares the folder, the others take a copy: it takes half a minute.

    On PostgreSQL there is no file to copy: each prepares its own.
    """
    if os.environ.get("DATABASE_URL"):
        return
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "data").exists():
            prepare(_environment(shared / "making", {}), "--sample")
            (shared / "making").rename(shared / "data")
    shutil.copytree(shared / "data", mine, dirs_exist_ok=True)


@contextmanager
def serving(data: Path) -> Iterator[Site]:
    """Prepare a folder, if nobody has, and serve it until the block ends."""
    with prepared(data, "--sample") as env:
        server = Server(env, data / "server.log")
        try:
            server.start()
            yield Site(server.url, data, accounts_of(data))
        finally:
            server.stop()


@contextmanager
def prepared(data: Path, *arguments: str) -> Iterator[dict[str, str]]:
    """The environment of a site in a folder, made if nobody has; its database lives as long."""
    with _own_database() as more:
        env = _environment(data, more)
        if not (data / "demo_accounts.json").exists():
            prepare(env, *arguments)
        yield env


class Server:
    """gunicorn as bin/run starts it, on a port of its own at each start."""

    def __init__(self, env: dict[str, str], log: Path, *more: str) -> None:
        self.env, self.log, self.more = env, log, more
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and come back when it answers."""
        with _free_port() as listener:
            number = listener.fileno()
            command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{number}"]
            command += ["--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
            command += [
                "--log-level",
                "warning",
                *self.more,
                "tests.browser.clockwork:application()",
            ]
            with self.log.open("ab") as said:
                self.process = subprocess.Popen(
                    command, cwd=ROOT, env=self.env, pass_fds=[number], stdout=said,
                    stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._wait(self.process)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until it answers: a look ten times a second, for a minute."""
        for _attempt in range(600):
            assert process.poll() is None, "the server ended"
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the server did not answer")

    def kill(self) -> None:
        """End it and its workers at once, whatever they are doing."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=20)
            self.process = None

    def kill_and_start(self) -> None:
        self.kill()
        self.start()

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)


def _environment(data: Path, more: dict[str, str]) -> dict[str, str]:
    env = {**os.environ, **more, "TRACKER_DATA": str(data), "TRACKER_HASHED_STATIC": "1"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    return env


def prepare(env: dict[str, str], *arguments: str) -> None:
    """Tables, static files, the real plan, demonstration accounts; with --sample, the sample."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.clockwork", "prepare", *arguments],
        cwd=ROOT,
        env={**env, "TRACKER_POOL": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _free_port() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    listener.set_inheritable(True)
    return listener


def accounts_of(data: Path) -> dict[str, tuple[str, str]]:
    rows = [*json.loads((data / "demo_accounts.json").read_text()), STRANGER]
    return {row["email"].split("@")[0]: (row["email"], row["password"]) for row in rows}


@contextmanager
def _own_database() -> Iterator[dict[str, str]]:
    """On PostgreSQL a database of this process's own; on SQLite the folder holds it."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield {}
        return
    import psycopg

    name = f"browser_{os.getpid()}"
    base = re.sub(r"^postgres://", "postgresql://", url)
    # The socket's folder stands where the port would: say it as a parameter.
    found = re.fullmatch(r"postgresql://([^@/]+)@/(/[^?]*)/([^/?]+)", base)
    admin = f"user={found[1]} host={found[2]} dbname={found[3]}" if found else base

    def do(statement: str) -> None:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(statement)

    do(f'CREATE DATABASE "{name}"')
    try:
        yield {"DATABASE_URL": re.sub(r"/[^/?]+(\?.*)?$", f"/{name}", url)}
    finally:
        do(f'DROP DATABASE "{name}" WITH (FORCE)')

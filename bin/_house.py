"""What the commands in this folder share: the virtual environment, children, sentences.

Standard library only: this runs before anything is installed.
"""

import sys

# First of all, and written so that an old Python gets as far as this.
if sys.version_info < (3, 11):
    sys.exit(
        "This is Python %d.%d, but Python 3.11 or newer is needed. If one is installed beside it, "
        "name it: `python3.11 %s`." % (sys.version_info[0], sys.version_info[1], sys.argv[0])
    )

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Stop(Exception):
    """What went wrong and what to do, in a sentence for the person at the keyboard."""


def run_command(command: Callable[[], int]) -> None:
    """Run a command and end the process: with its code, or with a sentence, never a trace."""
    name = f"bin/{Path(sys.argv[0]).name}"
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = command()
    except Stop as reason:
        sys.exit(f"{name}: {reason}")
    except KeyboardInterrupt:
        sys.exit(f"{name}: stopped.")
    except PermissionError as error:
        sys.exit(f"{name}: {error.filename or error} may not be written by this user: {error}.")
    except OSError as error:
        sys.exit(f"{name}: {error.strerror or error}: {error.filename or 'the system said so'}.")
    sys.exit(code)


def _interrupt(number: int, frame: types.FrameType | None) -> None:
    """Take SIGTERM like Ctrl-C, so that everything started is stopped."""
    raise KeyboardInterrupt


def say(text: str = "") -> None:
    print(text, flush=True)


# Children ---------------------------------------------------------------------------------------


def call(command: list[str], env: Mapping[str, str] | None = None) -> int:
    """Run a program in the repository, in sight of the person; its exit code.

    If we are stopped meanwhile, so is the program, and we wait for its end.
    """
    with child(command, env) as process:
        return process.wait()


def capture(command: list[str], env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a program in the repository, unseen; its exit code and all it said."""
    with child(command, env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        said, _ = process.communicate()
        return process.returncode, said.decode(errors="replace")


@contextlib.contextmanager
def child(
    command: list[str],
    env: Mapping[str, str] | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that does not outlive the block."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


# The virtual environment ------------------------------------------------------------------------


def virtual_environment(folder: Path, lock: Path) -> Path:
    """Make or update the environment from a lock file; the path of its Python.

    A stamp holds the hash of what was installed, so that a second start does nothing here.
    """
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    with contextlib.suppress(OSError):
        if stamp.read_text() == wanted and os.access(python, os.X_OK):
            return python
    if not python.exists() or not _is_same_python(python):
        _make_environment(folder)
    _install(python, lock)
    stamp.write_text(wanted)
    return python


def enter_environment(folder: Path, lock: Path) -> None:
    """Go on as the environment's Python; returns only there."""
    python = virtual_environment(folder, lock)
    if Path(sys.prefix).resolve() != folder.resolve():
        os.execv(python, [str(python), *sys.argv])


def _is_same_python(python: Path) -> bool:
    try:
        code, said = capture([str(python), "-c", "import sys, pip; print(sys.version)"])
    except OSError:
        return False
    return code == 0 and said.strip() == sys.version.strip()


def _make_environment(folder: Path) -> None:
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError as missing:
        raise Stop(
            "this Python comes without venv and ensurepip. On Debian or Ubuntu, install them "
            "with `apt install python3-venv`, then start again."
        ) from missing
    say(f"Making a virtual environment in {folder} ...")
    writable_folder(folder)
    try:
        venv.create(folder, clear=True, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Stop(
            f"no virtual environment could be made in {folder} ({error}). Make sure that the "
            "folder can be written and that `python3 -m venv` works."
        ) from error


def _install(python: Path, lock: Path) -> None:
    say(f"Installing what {lock.relative_to(ROOT)} lists; this takes a minute the first time ...")
    code, said = capture(
        [
            *(str(python), "-m", "pip", "install", "--quiet", "--no-input"),
            *("--disable-pip-version-check", "--require-hashes", "-r", str(lock)),
        ]
    )
    if code:
        raise Stop(
            f"{said.strip()[-1500:]}\nThe packages could not be installed; the lines above are "
            "pip's. Check that this machine reaches its package index, then start again."
        )


# The machine ------------------------------------------------------------------------------------


def writable_folder(folder: Path) -> Path:
    """The folder, made if missing; stops with a sentence if it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Stop(
            f"{folder} cannot be written ({error.strerror}). Make it writable, or name another "
            "folder."
        ) from error
    return folder


def clean_environment(**settings: str) -> dict[str, str]:
    """The environment without what a site sets for itself, plus some settings of ours."""
    ours = ("TRACKER_", "DJANGO_", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "PROXY_SSL_HEADER")
    theirs = ("DATABASE_URL", "SECRET_KEY", "EMAIL_URL", "DEFAULT_FROM_EMAIL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours + theirs)}
    return {**kept, "PYTHONUNBUFFERED": "1", **settings}


def production_like(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a public site behind one proxy, with a folder and key of its own."""
    return clean_environment(
        TRACKER_PRODUCTION="1",
        TRACKER_DATA=str(data),
        SECRET_KEY=hashlib.sha512(os.urandom(32)).hexdigest(),
        ALLOWED_HOSTS="127.0.0.1,localhost",
        TRUSTED_PROXIES="1",
        PROXY_SSL_HEADER="X-Forwarded-Proto",
        **settings,
    )


def find_chromium() -> str | None:
    """The browser for the tests: CHROMIUM, else the system's."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise Stop(f"CHROMIUM is {named}, which cannot be run.")
        return named
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)

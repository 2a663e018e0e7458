"""bin/run and its neighbours: what cannot work says so in a sentence, and nothing is left."""

import ast
import importlib.metadata
import re
import socket
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from partnership.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / "bin"


@pytest.fixture
def house(monkeypatch):
    monkeypatch.syspath_prepend(str(BIN))
    import _house

    return _house


def start(*command):
    return subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, timeout=60
    )


def assert_one_sentence(result):
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.strip().endswith(tuple(".0123456789"))


def test_a_busy_port_is_a_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = start(BIN / "run", "--port", port, "--data", tmp_path)
    assert_one_sentence(result)
    assert f"port {port} is not free" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    result = start(BIN / "run", "--port", 0, "--data", tmp_path / "file" / "data")
    assert_one_sentence(result)
    assert "cannot be written" in result.stderr


def test_an_old_python_is_a_sentence():
    pretend = (
        f"import sys; sys.version_info = (3, 9, 2); sys.argv = ['bin/run']; "
        f"sys.path.insert(0, {str(BIN)!r}); import _house"
    )
    result = start("-c", pretend)
    assert result.returncode == 1
    assert "This is Python 3.9, but Python 3.11 or newer is needed" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", ["run", "test", "prove", "bench", "lock", "_house.py"])
def test_an_old_python_can_read_as_far_as_the_sentence(name):
    source = (BIN / name).read_text()
    module = ast.parse(source, feature_version=(3, 8))
    if name != "_house.py":
        imports = [node for node in module.body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = [getattr(node, "module", None) or node.names[0].name for node in imports]
        others = names[: names.index("_house")]
        assert set(others) <= set(sys.stdlib_module_names) - {"tomllib"}


def test_a_python_without_venv_is_a_sentence(house, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(house.Stop, match="apt install python3-venv"):
        house.virtual_environment(tmp_path / "venv", ROOT / "requirements" / "run.txt")


def test_the_second_start_installs_nothing(house, monkeypatch, tmp_path):
    installed = []
    lock = tmp_path / "run.txt"
    lock.write_text("nothing")
    folder = tmp_path / "venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(house, "_is_same_python", lambda python: True)
    monkeypatch.setattr(house, "_install", lambda python, lock: installed.append(lock))
    house.virtual_environment(folder, lock)
    house.virtual_environment(folder, lock)
    assert installed == [lock]
    lock.write_text("something")
    house.virtual_environment(folder, lock)
    assert installed == [lock, lock]


def test_a_stopped_command_leaves_no_child():
    inner = "print('started', flush=True); import time; time.sleep(60)"
    outer = (
        f"import sys; sys.path.insert(0, {str(BIN)!r}); from _house import *; "
        f"run_command(lambda: call([sys.executable, '-c', {inner!r}]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", outer], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "started\n"
    process.terminate()
    # Both outputs end only when every process that holds them has ended.
    _, said = process.communicate(timeout=30)
    assert said.strip().endswith("stopped.")
    assert process.returncode == 1


def test_settings_of_the_caller_do_not_reach_the_tests(house, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/live")
    monkeypatch.setenv("TRACKER_PRODUCTION", "1")
    env = house.clean_environment(TRACKER_DATA="here")
    assert "DATABASE_URL" not in env
    assert "TRACKER_PRODUCTION" not in env
    assert env["TRACKER_DATA"] == "here"


def test_catalogues_are_compiled_when_they_change(tmp_path):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Plan", msgstr="Plan d'action"))
    catalogue.save(str(folder / "django.po"))
    assert compile_catalogues(tmp_path) == [folder / "django.po"]
    assert polib.mofile(str(folder / "django.mo"))[0].msgstr == "Plan d'action"
    assert compile_catalogues(tmp_path) == []


# Requirements -----------------------------------------------------------------------------------


def requirements(name):
    text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {re.split(r"[=\[ ]", line)[0]: line for line in lines}


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_requirement_is_pinned_and_hashed(name):
    for line in requirements(name).values():
        assert re.match(r"[\w.-]+(\[[\w, -]+\])?==[\w.]+", line)
        assert "--hash=sha256:" in line


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_extras_that_a_package_asks_for_are_pinned_by_name(name):
    """Older pips take "coverage[toml]" for another package than "coverage", and want it pinned."""
    pinned = requirements(name)
    asked = (Requirement(text) for package in pinned for text in (installed(package) or []))
    for needed in asked:
        if needed.extras and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
            line = pinned[canonicalize_name(needed.name)].split("==")[0]
            assert needed.extras <= Requirement(line).extras, f"{needed} is not in {name}"


def installed(package):
    try:
        return importlib.metadata.requires(package)
    except importlib.metadata.PackageNotFoundError:  # for another platform
        return None


def test_the_tests_run_what_the_site_runs():
    tested = requirements("test.txt")
    for package, line in requirements("run.txt").items():
        assert tested[package].split("--hash")[0] == line.split("--hash")[0]


def test_no_file_names_a_registry():
    # In pieces, or this file would be the one that does.
    forbidden = re.compile(
        "|".join(
            ["pypi" r"\.org", "python" r"hosted\.org", "npm" r"js\.org", "-index-url[ =]h"]
        ).encode()
    )
    for name in tracked_files():
        if name.is_file():
            assert not forbidden.search(name.read_bytes()), name


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]

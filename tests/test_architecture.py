"""Imports point one way: each room of tracker/ uses only the rooms the architecture allows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TRACKER = ROOT / "tracker"

ALLOWED: dict[str, set[str]] = {
    "vocabulary": set(),
    "rules": {"vocabulary"},
    "models": {"vocabulary", "rules"},
    "access": {"vocabulary", "rules", "models"},
    "actions": {"vocabulary", "rules", "models", "access"},
    "forms": {"vocabulary", "rules", "models", "access"},
    "filters": {"vocabulary", "rules", "models", "access"},
    "public": {"vocabulary", "rules", "models", "access", "filters"},
    "importing": {"vocabulary", "rules", "models", "access", "actions"},
    "templatetags": {"vocabulary", "rules", "models"},
    "apps": {"models"},
}
# These are thin and stand on top: they may use every room.
ON_TOP = {"desk", "admin", "management", "accounts", "urls"}


def rooms_imported(path: Path) -> Iterator[str]:
    """Names of the rooms of tracker/ that a module imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "tracker":
                names = [f"tracker.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "tracker" and len(parts) > 1:
                yield parts[1]


def room_of(path: Path) -> str:
    return path.relative_to(TRACKER).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return [
        path
        for path in sorted(TRACKER.rglob("*.py"))
        if "migrations" not in path.parts and path != TRACKER / "__init__.py"
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(TRACKER)))
def test_a_module_imports_only_from_rooms_below_it(path: Path) -> None:
    room = room_of(path)
    if room in ON_TOP:
        return
    assert room in ALLOWED, f"{room} is a new room: say in this test what it may import"
    foreign = set(rooms_imported(path)) - ALLOWED[room] - {room}
    assert not foreign, f"{path.name} in {room} imports {sorted(foreign)}"


def test_rules_know_neither_the_database_nor_the_clock() -> None:
    for path in (TRACKER / "rules").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("django.db", "timezone.now", "datetime.now", "date.today"):
            assert word not in text, f"{path.name} uses {word}"


def test_nobody_but_actions_writes_published_rows() -> None:
    """Views, forms and filters hold no save, create, update or delete of their own."""
    writes = (".save(", ".create(", ".bulk_create(", ".update(", ".delete(")
    for room in ("public", "filters", "forms"):
        for path in (TRACKER / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found = [word for word in writes if word in text and "query" not in word]
            harmless = {".update("} if "objects" not in text else set()
            assert not set(found) - harmless, f"{path} writes: {found}"

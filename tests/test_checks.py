"""docs/checks.md names only tests that exist, and every line of the first version has its row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
LINES = [
    *(f"S{number}" for number in (1, 2, 3, 4, 5, 6, 7, 13, 16, 18, 19, 20, 22, 23, 24, 25, 26)),
    *(f"S{number}" for number in (28, 33, 35, 36, 40)),
    *(f"R{number}" for number in range(1, 15)),
    *(f"A{number}" for number in (*range(1, 15), 18, 21, 23, 25)),
]


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_the_named_test_exists(path, name):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("line", LINES)
def test_every_line_has_its_row(line):
    row = re.search(rf"^\| {line} \|.*\|(.*)\|$", TEXT, flags=re.M)
    assert row
    assert row[1].strip()

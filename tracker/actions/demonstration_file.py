"""The passwords of a demonstration, in a file of the data folder that only its owner reads."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "demo_accounts.json"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for each other


@dataclass(frozen=True)
class Known:
    """An account whose password is told, in the terminal and on this machine's sign-in page."""

    label: str
    email: str
    password: str


def new_password() -> str:
    """20 random characters in groups, easy to read aloud."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def known_accounts(folder: Path) -> list[Known]:
    """The accounts of the file; none if it is missing or not readable as such."""
    try:
        rows = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return [Known(row["label"], row["email"], row["password"]) for row in rows]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def keep_accounts(folder: Path, accounts: Iterable[Known]) -> None:
    """Write the file, readable by its owner alone."""
    draft = folder / f"{FILE}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in accounts], file, ensure_ascii=False, indent=1)
    draft.replace(folder / FILE)

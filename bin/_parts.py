"""Run named parts one after the other, time each, and close with a table."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from _house import say

PYTEST_FOUND_NOTHING = 5


class NotRun(Exception):
    """A part could not run here; the sentence says why and what to do."""


@dataclass
class Result:
    name: str
    seconds: float
    failed: bool = False
    missing: str = ""

    @property
    def word(self) -> str:
        if self.missing:
            return "NOT RUN"
        return "FAILED" if self.failed else "ok"


Part = tuple[str, Callable[[], bool]]


def run_parts(parts: Sequence[Part]) -> int:
    """Run all parts, also after a failure; 0 if every one ran and passed.

    What could not run fails only under CI=true: there it would go unseen.
    """
    results = [_run(name, part) for name, part in parts]
    say(f"\n{'part':<12} {'seconds':>8}  result")
    for result in results:
        say(f"{result.name:<12} {result.seconds:>8.1f}  {result.word}")
    say(f"{'all':<12} {sum(result.seconds for result in results):>8.1f}")
    for result in results:
        if result.missing:
            say(f"{result.name.upper()} DID NOT RUN: {result.missing.upper()}")
    strict = os.environ.get("CI", "").lower() in {"1", "true"}
    return int(any(result.failed or (strict and result.missing) for result in results))


def _run(name: str, part: Callable[[], bool]) -> Result:
    say(f"\n== {name}")
    started = time.monotonic()
    result = Result(name, 0)
    try:
        result.failed = not part()
    except NotRun as reason:
        result.missing = str(reason)
        say(result.missing)
    result.seconds = time.monotonic() - started
    return result

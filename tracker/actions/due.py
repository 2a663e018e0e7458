"""What is done when its time has come, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def do_each(things: Iterable[Thing], do: Callable[[Thing], bool]) -> list[Thing]:
    """Those for which `do` told that it did something. Each is a transaction of its own.

    One that fails does not keep the others: what it raised is raised after the last.
    """
    done, failed = [], []
    for thing in things:
        try:
            did = do(thing)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others have their turn
            failed.append(error)
            continue
        if did:
            done.append(thing)
    if failed:
        raise failed[0]
    return done

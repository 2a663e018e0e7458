"""Trying an act out: it is checked and done in full, told to whoever asked, and taken back.

So a proposal holds exactly the rows it would open and close, and nothing that could not be done
is ever proposed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from tracker.vocabulary import Act

_current: ContextVar[Trial | None] = ContextVar("trial", default=None)


class TakenBack(Exception):
    """Ends the transaction of an act that was only tried out."""


@dataclass
class Trial:
    """What an act would publish."""

    act: Act = Act.REGISTER
    subject: str = ""
    opened: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    before: list[dict[str, Any]] = field(default_factory=list)  # rows without a span, as they stand
    mentioned: set[int] = field(default_factory=set)

    @property
    def changes_nothing(self) -> bool:
        """Every row it would open stands already, saying the same."""
        return not self.closed and all(said in self.before for said in self.opened)

    @property
    def content(self) -> dict[str, Any]:
        return {"opened": self.opened, "closed": self.closed, "before": self.before}


def current_trial() -> Trial | None:
    return _current.get()


def try_out(act: Callable[[], Any]) -> Trial:
    """Do an act and take it back. Raises what the act raises, Refusal above all."""
    trial = Trial()
    token = _current.set(trial)
    try:
        with transaction.atomic():
            act()
            raise TakenBack
    except TakenBack:
        return trial
    finally:
        _current.reset(token)

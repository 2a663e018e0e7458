"""The gate of each level against a report as last saved: what is met, what is missing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from babel.dates import format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tracker.rules.gates import Fault, ReportFacts, faults
from tracker.vocabulary import Level

DESCRIBED = ("done", "action_on", "evidence")
# What the gate of a level asks for, in the order of the form.
ASKED: dict[Level, tuple[str, ...]] = {
    Level.NOT_STARTED: (),
    Level.PLANNED: ("next_step", "step_on"),
    Level.UNDER_WAY: DESCRIBED,
    Level.SUBSTANTIALLY: (*DESCRIBED, "missing"),
    Level.COMPLETED: (*DESCRIBED, "level"),
    Level.PAUSED: ("reason_code", "resumes_on"),
}


@dataclass(frozen=True)
class Check:
    """One thing a gate asks for, in words. `field` is where to mend it."""

    field: str
    sentence: str
    is_met: bool


def checks(facts: ReportFacts, level: Level) -> list[Check]:
    """What the gate of `level` finds in a report, met or missing, in the order of the form."""
    found = faults(dataclasses.replace(facts, level=level))
    listed: list[Check] = []
    for name in ASKED[level]:
        missing = [fault for fault in found if fault.field == name]
        listed += [Check(name, str(fault.sentence), is_met=False) for fault in missing]
        if not missing:
            listed.append(Check(name, MET[name](facts), is_met=True))
    return listed


def other_faults(found: list[Fault], level: str) -> list[Fault]:
    """Faults that no gate states: confidence, day, languages, contest."""
    asked = ASKED[Level(level)] if level else ()
    return [fault for fault in found if fault.field not in asked]


def _day(day: dt.date | None) -> str:
    return format_date(day, "d MMMM y", locale=(get_language() or "en")[:2]) if day else ""


MET: dict[str, Callable[[ReportFacts], str]] = {
    "done": lambda facts: _("What was done is written."),
    "action_on": lambda facts: _("Dated action: %(day)s") % {"day": _day(facts.action_on)},
    "evidence": lambda facts: (
        ngettext("Evidence: %(count)d link", "Evidence: %(count)d links", facts.evidence)
        % {"count": facts.evidence}
    ),
    "missing": lambda facts: _("What is missing is named."),
    "level": lambda facts: _("A completion test is agreed."),
    "next_step": lambda facts: _("The first step is named."),
    "step_on": lambda facts: _("Dated first step: %(day)s") % {"day": _day(facts.step_on)},
    "reason_code": lambda facts: _("The reason is given."),
    "resumes_on": lambda facts: _("Resumes: %(day)s") % {"day": _day(facts.resumes_on)},
}

"""The gate of each level: what a report must show before it may claim the level.

Pure: the form states these sentences, the actions check them, and both use this one list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.vocabulary import Confidence, Kind, Level

Sentence = str | Promise


@dataclass(frozen=True)
class ReportFacts:
    """What a gate looks at. Texts are given as "is it filled"; days are calendar days."""

    level: Level | None
    confidence: Confidence | None
    day: dt.date
    announced_on: dt.date
    period_ends_on: dt.date
    plan_ends_on: dt.date
    kind: Kind
    has_completion_test: bool
    effective_on: dt.date | None = None
    action_on: dt.date | None = None
    step_on: dt.date | None = None
    resumes_on: dt.date | None = None
    has_done: bool = False
    has_next_step: bool = False
    has_missing: bool = False
    has_reason: bool = False
    has_corrective_action: bool = False
    evidence: int = 0
    lacking_languages: tuple[tuple[str, str], ...] = ()  # (field, language name)
    last_level: Level | None = None  # of the same party, as last published
    corrects: bool = False  # the last published report is for the same period
    has_change_reason: bool = False
    on_behalf: bool = False
    has_party_text: bool = False

    @property
    def is_lower(self) -> bool:
        """Whether the level lies below the last one; outside the order nothing is lower."""
        before = self.last_level.step if self.last_level else None
        step = self.level.step if self.level else None
        return before is not None and step is not None and step < before


@dataclass(frozen=True)
class Fault:
    """Why a report cannot be submitted: the field to look at and the sentence for the person."""

    field: str
    sentence: Sentence


GATES: dict[Level, Sentence] = {
    Level.NOT_STARTED: _("Nothing has been done yet."),
    Level.PLANNED: _("Gate: an owner on your side and a dated first step."),
    Level.UNDER_WAY: _(
        "Gate: a dated, concrete action with evidence. An announcement alone is no action."
    ),
    Level.SUBSTANTIALLY: _(
        "Gate: the greater part is done, with evidence for each part, and what is missing is named."
    ),
    Level.COMPLETED: _(
        "Gate: the agreed completion test is met, with evidence and a second reader. "
        "The joint value becomes “completed” only when every reporting party says so."
    ),
    Level.PAUSED: _("Gate: a reason and the date of resuming."),
}


def faults(facts: ReportFacts) -> list[Fault]:
    """Everything that stands against submitting, in the order of the form; empty when it may go."""
    if facts.level is None:
        return [Fault("level", _("Choose how far your side has come."))]
    return [
        *LEVEL_RULES[facts.level](facts),
        *_confidence_faults(facts),
        *_day_faults(facts),
        *_change_faults(facts),
        *_on_behalf_faults(facts),
        *[
            Fault(f"{field}_{code}", _("Complete this text in this language too."))
            for field, code in facts.lacking_languages
        ],
    ]


def _planned(facts: ReportFacts) -> list[Fault]:
    found = []
    if not facts.has_next_step:
        found.append(Fault("next_step", _("Say what the first step is.")))
    if facts.step_on is None:
        found.append(Fault("step_on", _("Give the date of the first step.")))
    return found


def _under_way(facts: ReportFacts) -> list[Fault]:
    found = _described(facts)
    if facts.action_on is None:
        found.append(Fault("action_on", _("Give the date of the last concrete action.")))
    elif facts.action_on > facts.day:
        found.append(Fault("action_on", _("The last action cannot lie in the future.")))
    if facts.evidence == 0:
        found.append(
            Fault("evidence", _("Evidence is missing: add a link, or choose a lower level."))
        )
    return found


def _substantially(facts: ReportFacts) -> list[Fault]:
    found = _under_way(facts)
    if not facts.has_missing:
        found.append(Fault("missing", _("Name what is still missing.")))
    return found


def _completed(facts: ReportFacts) -> list[Fault]:
    found = _under_way(facts)
    if not facts.has_completion_test:
        found.append(
            Fault(
                "level",
                _("No completion test is agreed for this commitment yet: choose a lower level."),
            )
        )
    if facts.kind is Kind.CONTINUING and facts.day < facts.plan_ends_on:
        found.append(
            Fault("level", _("A continuing commitment is completed only at the plan’s end."))
        )
    return found


def _paused(facts: ReportFacts) -> list[Fault]:
    found = []
    if not facts.has_reason:
        found.append(Fault("reason_code", _("Choose the reason of the pause.")))
    if facts.resumes_on is None:
        found.append(Fault("resumes_on", _("Give the date of resuming.")))
    elif facts.resumes_on <= facts.day:
        found.append(Fault("resumes_on", _("The date of resuming must lie in the future.")))
    return found


def _described(facts: ReportFacts) -> list[Fault]:
    if facts.has_done:
        return []
    return [Fault("done", _("Say what was done."))]


def _confidence_faults(facts: ReportFacts) -> list[Fault]:
    if facts.level is None or facts.level.is_final or facts.level is Level.PAUSED:
        return []
    if facts.confidence is None:
        return [Fault("confidence", _("Say what you expect by the target date."))]
    if not facts.confidence.needs_reason:
        return []
    found = []
    if not facts.has_reason:
        found.append(Fault("reason_code", _("Choose the reason.")))
    if not facts.has_corrective_action:
        found.append(Fault("corrective_action", _("Say what will be done about it.")))
    return found


def _day_faults(facts: ReportFacts) -> list[Fault]:
    day = facts.effective_on
    if day is None:
        return [Fault("effective_on", _("Give the day on which this was true."))]
    if day > facts.day:
        return [Fault("effective_on", _("This day lies in the future."))]
    if day < facts.announced_on:
        return [Fault("effective_on", _("This day lies before the plan was announced."))]
    if day > facts.period_ends_on:
        return [Fault("effective_on", _("This day lies after the period you report for."))]
    return []


def _change_faults(facts: ReportFacts) -> list[Fault]:
    """What the public was told before is not taken back in silence."""
    if facts.has_change_reason or not (facts.corrects or facts.is_lower):
        return []
    if facts.corrects:
        return [Fault("change_reason", _("Say why you correct the report of this quarter."))]
    return [Fault("change_reason", _("This level lies below your last one: say why."))]


def _on_behalf_faults(facts: ReportFacts) -> list[Fault]:
    """Entered for a party from its own text; completed is said by the party itself."""
    if not facts.on_behalf:
        return []
    found = []
    if not facts.has_party_text:
        found.append(Fault("evidence", _("Attach the party’s own text, and mark it as such.")))
    if facts.level is Level.COMPLETED:
        found.append(Fault("level", _("Only the party itself can say “completed”.")))
    return found


LEVEL_RULES: dict[Level, Callable[[ReportFacts], list[Fault]]] = {
    Level.NOT_STARTED: lambda facts: [],
    Level.PLANNED: _planned,
    Level.UNDER_WAY: _under_way,
    Level.SUBSTANTIALLY: _substantially,
    Level.COMPLETED: _completed,
    Level.PAUSED: _paused,
}

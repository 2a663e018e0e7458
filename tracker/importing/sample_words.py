"""From a mark of fixtures/sample/reports.yaml to what an invented person writes."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.actions.report_checks import latest_report
from tracker.actions.reports import ReportContent
from tracker.models import Commitment, Party, Plan, ReportingPeriod, StatusReport
from tracker.vocabulary import Confidence, Level, ReasonCode

LEVELS = {
    "n": Level.NOT_STARTED,
    "p": Level.PLANNED,
    "u": Level.UNDER_WAY,
    "s": Level.SUBSTANTIALLY,
    "c": Level.COMPLETED,
    "x": Level.PAUSED,
}
DOUBTS = {"": Confidence.ON_TRACK, "?": Confidence.NEEDS_ATTENTION, "!": Confidence.AT_RISK}
NOTES = {"en": "Progress note, {} (invented)", "es": "Nota de avance, {} (inventada)"}
TEXTS = {
    Level.NOT_STARTED: ["next_step"],
    Level.PLANNED: ["next_step"],
    Level.UNDER_WAY: ["done", "next_step"],
    Level.SUBSTANTIALLY: ["done", "missing", "next_step"],
    Level.COMPLETED: ["done"],
    Level.PAUSED: ["obstacles"],
}


def _takes_back(last: StatusReport | None, level: Level, period: ReportingPeriod) -> bool:
    """Whether a report corrects the last one or lies below it, so that it must say why."""
    if last is None:
        return False
    before, step = Level(last.level).step, level.step
    return last.period_id == period.pk or (
        before is not None and step is not None and step < before
    )


def spread(*names: object) -> int:
    """A number that looks random and is the same each time."""
    return zlib.crc32(" ".join(map(str, names)).encode())


@dataclass(frozen=True)
class Words:
    """The phrases of the sample, by field, each in three languages."""

    plan: Plan
    phrases: Mapping[str, list[dict[str, str]]]

    def content(
        self,
        commitment: Commitment,
        party: Party,
        period: ReportingPeriod,
        mark: str,
        *,
        at: dt.datetime,
        contests: StatusReport | None = None,
    ) -> ReportContent:
        """What a party writes for a mark, a few days before `at`, so that the gate is met."""
        level, doubt = LEVELS[mark[0]], DOUBTS[mark[1:]]
        seed = (commitment.reference, party.code, period)
        day = min(period.ends_on, at.date() - dt.timedelta(days=3))
        acted = max(day - dt.timedelta(days=spread(*seed) % 40), self.plan.announced_on)
        values: dict[str, Any] = {"level": level, "effective_on": day}
        texts = list(TEXTS[level])
        if not level.is_final and level is not Level.PAUSED:
            values["confidence"] = doubt
        if level is Level.PLANNED:
            values["step_on"] = period.ends_on + dt.timedelta(days=45)
        if level is Level.PAUSED:
            values["resumes_on"] = at.date() + dt.timedelta(days=150)
        if level is Level.PAUSED or doubt.needs_reason:
            values["reason_code"] = list(ReasonCode)[spread(*seed) % len(ReasonCode)]
            texts += ["obstacles", "corrective_action"]
        if contests:
            texts.append("contest_reason")
        if _takes_back(latest_report(commitment, party), level, period):
            texts.append("change_reason")
        for name in texts:
            values |= self._text(name, party, seed)
        if "done" not in texts:
            return ReportContent(values, [], contests)
        values["action_on"] = acted
        return ReportContent(values, [self._evidence(commitment, party, period, acted)], contests)

    def in_three(self, name: str, *seed: object) -> dict[str, str]:
        """One invented text in three languages."""
        return dict(self.phrases[name][spread(name, *seed) % len(self.phrases[name])])

    def translated(self, name: str, text: str, language: str) -> str:
        """The same phrase in another language. Raises StopIteration for none of ours."""
        return next(one[language] for one in self.phrases[name] if text in one.values())

    def _text(self, name: str, party: Party, seed: tuple[object, ...]) -> dict[str, str]:
        """One invented text in the party's publication languages."""
        choice = self.phrases[name][spread(name, *seed) % len(self.phrases[name])]
        return {f"{name}_{code}": choice[code] for code in party.publication_languages}

    def _evidence(
        self, commitment: Commitment, party: Party, period: ReportingPeriod, acted: dt.date
    ) -> dict[str, Any]:
        language = party.publication_languages[0]
        name = f"{commitment.reference}/{period.year}-q{period.quarter}-{party.code}".lower()
        return {
            "title": NOTES[language].format(period),
            "url": f"https://example.org/{self.plan.slug}/{name}",
            "language": language,
            "dated_on": acted,
        }

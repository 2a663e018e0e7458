"""A report as it will be read: its texts in every language written, its days, its evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tracker.forms.reports import LABELS, LANGUAGE_NAMES, main_first
from tracker.models import StatusReport
from tracker.models.reports import TEXTS
from tracker.vocabulary import LANGUAGES


@dataclass(frozen=True)
class ReadText:
    """One text of a report: title, and for each language written its code, name and words."""

    title: str
    versions: list[tuple[str, str, str]]


@dataclass(frozen=True)
class ReadReport:
    """A report for readers; templates/desk/_report.html draws it."""

    report: StatusReport

    @property
    def told(self) -> StatusReport:
        """The report whose text and evidence stand: its own, or that of the one it names."""
        return self.report.concurs_with or self.report.repeats or self.report

    @property
    def texts(self) -> list[ReadText]:
        found = [ReadText(str(LABELS[name]), self._versions(name)) for name in TEXTS]
        return [text for text in found if text.versions]

    @property
    def days(self) -> list[tuple[str, dt.date]]:
        named = [
            (_("True on"), self.report.effective_on),
            (_("Last action"), self.report.action_on),
            (_("Next step by"), self.report.step_on),
            (_("Resumes"), self.report.resumes_on),
        ]
        return [(label, day) for label, day in named if day]

    @property
    def evidence(self) -> Any:
        return self.told.evidence.all()

    def _versions(self, name: str) -> list[tuple[str, str, str]]:
        told = self.report.repeats or self.report
        return [
            (code, str(LANGUAGE_NAMES[code]), text)
            for code in main_first(LANGUAGES)
            if (text := getattr(told, f"{name}_{code}"))
        ]

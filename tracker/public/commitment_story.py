"""The story of a commitment: how its words changed, and what was published, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tracker.models import Reading, StatusReport, Wording
from tracker.public.pages import Asked
from tracker.public.standings import StandingRow
from tracker.rules.date_words import source_date_words
from tracker.rules.dates import day_of
from tracker.vocabulary import JOINT, Role

REPORT, WORDING, READING, TARGET = "report", "wording", "reading", "target"


@dataclass
class TextChange:
    """One field of a wording, before and after."""

    label: str
    before: str
    after: str


@dataclass
class WordingChange:
    """A wording with what it changed; the first one changed nothing."""

    wording: Wording
    changes: list[TextChange] = field(default_factory=list)

    @property
    def author(self) -> str:
        role = self.wording.author_role
        if role == JOINT:
            return _("the parties together")
        return str(Role(role).label) if role in Role.values else ""


@dataclass
class HistoryItem:
    """One publication, or the passing of the target date."""

    day: dt.date
    kind: str
    report: StatusReport | None = None
    wording: Wording | None = None
    reading: Reading | None = None


def wording_changes(wordings: list[Wording]) -> list[WordingChange]:
    """Wordings, the newest first, each compared with the one before it."""
    before = [None, *wordings[:-1]]
    pairs = [
        WordingChange(new, _changes(old, new) if old else [])
        for old, new in zip(before, wordings, strict=True)
    ]
    return pairs[::-1]


def _changes(old: Wording, new: Wording) -> list[TextChange]:
    texts = [
        TextChange(_("Title"), old.title, new.title),
        TextChange(_("Text"), old.description, new.description),
        TextChange(_("Completed when"), old.completion_test, new.completion_test),
        TextChange(_("Target"), source_date_words(old.target), source_date_words(new.target)),
    ]
    return [text for text in texts if text.before != text.after]


def history(
    asked: Asked,
    row: StandingRow,
    reports: list[StatusReport],
    wordings: list[Wording],
    readings: list[Reading],
) -> list[HistoryItem]:
    """Everything that was published on the commitment by the day asked, newest first."""
    zone = asked.plan.time_zone
    items: list[HistoryItem] = []
    for report in reports:
        if report.published_at:
            items.append(HistoryItem(day_of(report.published_at, zone), REPORT, report=report))
    for wording in wordings:
        items.append(HistoryItem(day_of(wording.public_from, zone), WORDING, wording=wording))
    for reading in readings:
        items.append(HistoryItem(day_of(reading.public_from, zone), READING, reading=reading))
    end = row.target.end
    if end and row.target.passed(asked.day):
        items.append(HistoryItem(end, TARGET))
    return sorted(items, key=lambda item: item.day, reverse=True)

"""Two saved versions of a report next to each other, word by word. For its own side alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.access import report_of_own_side
from tracker.desk.differences import column_words
from tracker.desk.entry import Side, at_the_desk, render_desk, side_of
from tracker.forms.reports import LABELS, LANGUAGE_NAMES
from tracker.models import Evidence, ReportSave, StatusReport
from tracker.models.reports import TEXTS

COLUMNS = [column.name for column in StatusReport._meta.concrete_fields]


@dataclass(frozen=True)
class Change:
    """One text or value, before and after."""

    label: str
    before: str
    after: str


@dataclass
class Versions:
    """What was saved, newest first, and the two that are compared."""

    side: Side
    report: StatusReport
    old: int
    new: int

    @cached_property
    def saves(self) -> list[ReportSave]:
        return list(self.report.saves.select_related("by").order_by("-version"))

    def _version(self, number: int) -> ReportSave | None:
        return next((save for save in self.saves if save.version == number), None)

    @property
    def before(self) -> ReportSave | None:
        return self._version(self.old)

    @property
    def after(self) -> ReportSave | None:
        return self._version(self.new)

    @property
    def changes(self) -> list[Change]:
        """What differs between the two, in the order of the report."""
        before, after = self.before, self.after
        if not before or not after:
            return []
        names = [name for name in COLUMNS if name in before.values or name in after.values]
        pairs = [(_label(name), _words(before, name), _words(after, name)) for name in names]
        pairs.append((_("Evidence"), _rows(before), _rows(after)))
        return [Change(*pair) for pair in pairs if pair[1] != pair[2]]


@require_safe
@at_the_desk
def report_saves(request: HttpRequest, pk: int) -> HttpResponse:
    """Every saved version of a report in work; `?old=3&new=5` compares two."""
    report = report_of_own_side(request, pk)
    side = side_of(request, report.commitment.plan, report.party)
    versions = Versions(side, report, 0, 0)
    newest = [save.version for save in versions.saves[:2]]
    versions.new = _number(request.GET.get("new", ""), newest[0] if newest else 0)
    versions.old = _number(request.GET.get("old", ""), newest[-1] if newest else 0)
    context = {"versions": versions, "side": side}
    return render_desk(request, "desk/saves.html", side.plan, context)


def _number(text: str, default: int) -> int:
    """The number of a version; what is none means the newest."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else default


def _label(name: str) -> str:
    """As the form calls it."""
    if name[:-3] in TEXTS:
        return f"{LABELS[name[:-3]]} ({LANGUAGE_NAMES[name[-2:]]})"
    column: Any = StatusReport._meta.get_field(name)
    return str(column.verbose_name).capitalize()


def _words(save: ReportSave, name: str) -> str:
    return column_words(StatusReport._meta.get_field(name), save.values.get(name, ""))


def _rows(save: ReportSave) -> str:
    """Each link or file on a line of its own."""
    language, dated_on = (Evidence._meta.get_field(name) for name in ("language", "dated_on"))
    return "\n".join(
        ", ".join((title, place, column_words(language, code), column_words(dated_on, day)))
        for title, place, code, day in save.evidence
    )

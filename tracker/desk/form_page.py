"""The page around the report form: levels with gates, texts by language, what stands beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from babel.lists import format_list
from django.db.models import Q
from django.forms import BaseFormSet, BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.actions.report_checks import facts_of, faults_of, published_on
from tracker.desk.checks import Check, checks
from tracker.desk.entry import Side
from tracker.desk.links import form_url, period_key, public_url
from tracker.desk.reading import ReadReport
from tracker.forms.reports import LABELS, LANGUAGE_NAMES, ReportForm
from tracker.models import (
    Commitment,
    Institution,
    Membership,
    Party,
    ReportEvent,
    ReportingPeriod,
    StatusReport,
    Wording,
)
from tracker.public.standings import StandingRow, rows_of, standings
from tracker.rules.gates import GATES, ReportFacts
from tracker.vocabulary import Level, ReportAct, ReportState, Role


@dataclass(frozen=True)
class LevelChoice:
    """A level on the form: its radio, its gate in a sentence, what the gate finds."""

    radio: Any
    level: Level
    gate: str
    checks: list[Check]


@dataclass(frozen=True)
class TextGroup:
    """A text of the report: the field in the main language, and those in the others."""

    name: str
    title: str
    main: BoundField
    others: list[tuple[str, BoundField]]
    is_open: bool
    note: str  # of the coordinator who returned it


@dataclass(frozen=True)
class Problem:
    """A line of the error summary."""

    anchor: str
    label: str
    sentence: str


@dataclass
class FormPage:
    """Everything the template needs, beside the frame."""

    side: Side
    commitment: Commitment
    period: ReportingPeriod
    report: StatusReport | None
    contests: StatusReport | None
    form: ReportForm
    evidence: BaseFormSet
    refusal: str = ""
    refused: list[Problem] = field(default_factory=list)
    stored: StatusReport | None = None  # a colleague's version, after a conflict
    is_kept: bool = False
    is_saved: bool = False  # although it was refused
    on_behalf: bool = False

    @cached_property
    def row(self) -> StandingRow:
        """The commitment as the public sees it now."""
        found = standings(self.side.asked).filter(commitment=self.commitment)
        return rows_of(self.side.asked, found)[0]

    @property
    def wording(self) -> Wording:
        return self.row.standing.wording

    @cached_property
    def others(self) -> list[tuple[Any, ReadReport | None]]:
        """Each other reporting party with its latest published report."""
        owing = set(self.row.owing)
        found = []
        for party in self.side.others:
            if party in owing:
                latest = next(iter(self._published_by(party)), None)
                found.append((party, ReadReport(latest) if latest else None))
        return found

    @cached_property
    def subject(self) -> StatusReport:
        """The report the checks look at: the saved one, or an empty one."""
        return self.report or StatusReport(
            commitment=self.commitment,
            party=self.side.party,
            period=self.period,
            on_behalf=self.on_behalf,
        )

    @property
    def asks_change_reason(self) -> bool:
        """Whether the side has told the public something that this report may take back."""
        return self._facts.last_level is not None

    @cached_property
    def _published(self) -> list[StatusReport]:
        """What every party has published on the commitment, the newest first."""
        return list(published_on(self.commitment).prefetch_related("evidence"))

    def _published_by(self, party: Party) -> list[StatusReport]:
        return [report for report in self._published if report.party == party]

    @cached_property
    def _facts(self) -> ReportFacts:
        told = self._published_by(self.side.party)
        return facts_of(self.subject, self.side.at, self.wording, told)

    @property
    def levels(self) -> list[LevelChoice]:
        return [
            LevelChoice(radio, level, str(GATES[level]), self._checks(level))
            for radio in self.form["level"]
            for level in [Level(radio.data["value"])]
        ]

    def _checks(self, level: Level) -> list[Check]:
        return [
            Check(self.anchor(check.field), check.sentence, check.is_met)
            for check in checks(self._facts, level)
        ]

    @cached_property
    def missing(self) -> list[Problem]:
        """Why submitting what was last saved would fail."""
        return self.problems_of(
            [(fault.field, str(fault.sentence)) for fault in faults_of(self.subject, self._facts)]
        )

    def problems_of(self, faults: Sequence[tuple[str, str]]) -> list[Problem]:
        return [Problem(self.anchor(name), self.label(name), words) for name, words in faults]

    @property
    def problems(self) -> list[Problem]:
        """Faults of the fields, then of the rows of evidence, then what the action refused."""
        found = [
            Problem(self.anchor(name), self.label(name), str(sentence))
            for name, sentences in self.form.errors.items()
            if name != "__all__"
            for sentence in sentences
        ]
        for number, row in enumerate(self.evidence.forms, start=1):
            for name, sentences in row.errors.items():
                anchor = row[name].id_for_label if name in row.fields else "evidence"
                found += [
                    Problem(anchor, f"{self.label('evidence')} {number}", str(s)) for s in sentences
                ]
        whole = self.evidence.non_form_errors() if self.evidence.is_bound else []
        found += [Problem("evidence", self.label("evidence"), str(s)) for s in whole]
        return found + [one for one in self.refused if one.anchor == "evidence"]

    def anchor(self, name: str) -> str:
        """The id of the control a fault belongs to."""
        if name in ("level", "confidence"):
            return f"id_{name}_0"
        known = self.form.field_for(name)
        return str(self.form[known].id_for_label) if known else "evidence"

    def label(self, name: str) -> str:
        known = self.form.field_for(name)
        return str(self.form.fields[known].label) if known else _("Evidence")

    @property
    def texts(self) -> dict[str, TextGroup]:
        return {name: self._text(name) for name in self.form.texts}

    def _text(self, name: str) -> TextGroup:
        main, *rest = self.form.languages
        others = [(str(LANGUAGE_NAMES[code]), self.form[f"{name}_{code}"]) for code in rest]
        is_open = any(bound.errors or bound.value() for language, bound in others)
        note = self.returned.field_notes.get(name, "") if self.returned else ""
        main_field = self.form[f"{name}_{main}"]
        return TextGroup(name, str(LABELS[name]), main_field, others, is_open, note)

    @property
    def main_language(self) -> str:
        return str(LANGUAGE_NAMES[self.form.main_language])

    @cached_property
    def readers(self) -> list[Institution]:
        """Institutions whose people can read the draft: responsible ones and the coordinators'."""
        coordinators = Membership.objects.active_on(self.side.day).filter(
            role=Role.COORDINATOR, party=self.side.party
        )
        return list(
            Institution.objects.filter(party=self.side.party)
            .filter(
                Q(
                    responsibilities__commitment=self.commitment,
                    responsibilities__public_until__isnull=True,
                )
                | Q(memberships__in=coordinators)
            )
            .distinct()
        )

    @property
    def reader_names(self) -> str:
        """Who can read the draft, in the reader's language: "NSERC and Global Affairs Canada"."""
        names = [institution.short_name for institution in self.readers]
        names += [_("the secretariat")] if self.on_behalf else []
        return format_list(names, locale=(get_language() or "en")[:2])

    @property
    def public_url(self) -> str:
        return public_url(self.side.plan, self.commitment)

    @property
    def is_saved_today(self) -> bool:
        if self.report is None:
            return False
        return self.side.plan.today(self.report.saved_at) == self.side.day

    @property
    def period_links(self) -> list[tuple[ReportingPeriod, str]]:
        """The other periods that may be reported for now."""
        return [
            (
                period,
                form_url(
                    self.side.plan,
                    self.side.party,
                    self.commitment,
                    period,
                    on_behalf=self.on_behalf,
                ),
            )
            for period in self.side.reportable
            if period != self.period
        ]

    @property
    def period_key(self) -> str:
        return period_key(self.period)

    @cached_property
    def returned(self) -> ReportEvent | None:
        """The coordinator's notes, while the report is back with its author."""
        if self.report is None or self.report.state != ReportState.RETURNED:
            return None
        events = self.report.events.filter(act=ReportAct.RETURNED)
        return events.order_by("-at", "-pk").first()

    @property
    def differing(self) -> list[tuple[str, str, str]]:
        """After a conflict: label, the colleague's text, the typed text, where they differ."""
        if self.stored is None:
            return []
        pairs = [
            (name, _shown(self.stored, name), _typed(self.form, name)) for name in self.form.values
        ]
        return [
            (str(self.form.fields[name].label), theirs, mine)
            for name, theirs, mine in pairs
            if theirs != mine
        ]


def _shown(report: StatusReport, name: str) -> str:
    display = getattr(report, f"get_{name}_display", None)
    return str(display() if display else getattr(report, name) or "")


def _typed(form: ReportForm, name: str) -> str:
    value: Any = form.cleaned_data.get(name)
    choices: Mapping[str, Any] = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value) if value else "")

"""What people type about a report: the report itself, its evidence, the coordinator's note."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.forms.days import DayField
from tracker.forms.texts import PlainText
from tracker.models import StatusReport
from tracker.models.columns import language_now
from tracker.models.reports import LANGUAGE_CHOICES, LEVEL_CHOICES
from tracker.vocabulary import Confidence, ReasonCode

DAYS = ("effective_on", "action_on", "step_on", "resumes_on")
CHOICES = ("level", "confidence", "reason_code")
WRITTEN = ("done", "obstacles", "next_step", "missing", "corrective_action")
MOST_EVIDENCE = 40
EMPTY_ROWS = 3

LABELS: dict[str, str | Promise] = {
    "done": _("What was done"),
    "obstacles": _("What stands in the way"),
    "next_step": _("Next step"),
    "missing": _("What is still missing"),
    "corrective_action": _("What will be done about it"),
    "contest_reason": _("Why you contest the report"),
}
LANGUAGE_NAMES = dict(LANGUAGE_CHOICES)


class ReportForm(forms.Form):
    """One party's report. Nothing is required to save a draft; the action checks a submission."""

    act_id = forms.UUIDField(widget=forms.HiddenInput, label=_("Form"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, label=_("Form"))
    contests = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, label=_("Form")
    )
    level = forms.ChoiceField(
        choices=LEVEL_CHOICES, required=False, widget=forms.RadioSelect, label=_("Level")
    )
    confidence = forms.ChoiceField(
        choices=Confidence.choices, required=False, widget=forms.RadioSelect, label=_("Confidence")
    )
    reason_code = forms.ChoiceField(
        choices=[("", _("Choose a reason")), *ReasonCode.choices], required=False, label=_("Reason")
    )
    effective_on = DayField(
        required=False,
        label=_("On which day was this true?"),
        help_text=_("Not the day you write it: the record keeps both."),
    )
    action_on = DayField(required=False, label=_("Date of the last action"))
    step_on = DayField(required=False, label=_("Date of the next step"))
    resumes_on = DayField(
        required=False, label=_("Date of resuming"), help_text=_("Only for what is paused.")
    )

    def __init__(
        self, *args: Any, languages: Sequence[str], contesting: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.languages = main_first(languages)
        self.texts = (*WRITTEN, "contest_reason") if contesting else WRITTEN
        for name in self.texts:
            for code in self.languages:
                self.fields[f"{name}_{code}"] = text_field(name, code, len(languages) > 1)

    @property
    def main_language(self) -> str:
        return self.languages[0]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by column of the report."""
        names = [*CHOICES, *DAYS, *(f"{t}_{code}" for t in self.texts for code in self.languages)]
        return {name: self.cleaned_data[name] for name in names}

    def field_for(self, name: str) -> str:
        """The field on this page that a fault of the action belongs to, or ""."""
        if f"{name}_{self.main_language}" in self.fields:
            return f"{name}_{self.main_language}"
        return name if name in self.fields else ""


def main_first(languages: Sequence[str]) -> list[str]:
    """The languages a party publishes in, that of the reader first where it is among them."""
    return sorted(languages, key=lambda code: code != language_now())


def text_field(name: str, language: str, several: bool) -> PlainText:
    """A text in one language, marked as such for screen readers and spelling."""
    label: Any = LABELS[name]
    if several:
        label = _label_in(label, language)
    widget = forms.Textarea(attrs={"rows": 4, "lang": language})
    return PlainText(required=False, label=label, widget=widget)


def _label_in(label: Any, language: str) -> str:
    return f"{label} ({LANGUAGE_NAMES[language]})"


def initial_of(report: StatusReport | None, languages: Sequence[str]) -> dict[str, Any]:
    """The form's first values: the saved draft, or an empty page with an act of its own."""
    if report is None:
        return {"act_id": uuid.uuid4(), "version": 0}
    texts = [f"{name}_{code}" for name in (*WRITTEN, "contest_reason") for code in languages]
    return {
        "act_id": report.act_id,
        "version": report.version,
        "contests": report.contests_id,
        **{name: getattr(report, name) for name in (*CHOICES, *DAYS, *texts)},
    }


class EvidenceForm(forms.Form):
    """One link that bears the report out. An empty row is no evidence; half a row is a fault."""

    title = PlainText(required=False, max_length=300, label=_("Title"))
    url = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        label=_("Link"),
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        error_messages={"invalid": _("Give a web address that begins with https:// or http://.")},
    )
    language = forms.ChoiceField(choices=LANGUAGE_CHOICES, required=False, label=_("Language"))
    dated_on = DayField(required=False, label=_("Date"))

    def __init__(self, *args: Any, main_language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = main_language

    MISSING: Mapping[str, Any] = {
        "title": _("Give the title."),
        "url": _("Give the link."),
        "language": _("Choose the language."),
        "dated_on": _("Give the date of this evidence."),
    }

    @property
    def is_filled(self) -> bool:
        """The language alone is no evidence: a row comes with it chosen."""
        typed = (self.data.get(self.add_prefix(name), "") for name in ("title", "url", "dated_on"))
        return any(text.strip() for text in typed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.is_filled:
            return {}
        for name, sentence in self.MISSING.items():
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, sentence)
        return cleaned


class BaseEvidenceRows(forms.BaseFormSet):
    """The rows of evidence, numbered for people."""

    def clean(self) -> None:
        if any(self.errors):
            return
        urls = [row["url"] for row in self.rows if row.get("url")]
        if len(urls) != len(set(urls)):
            raise ValidationError(_("The same link stands here twice."))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The filled rows, by column of the evidence."""
        return [form.cleaned_data for form in self.forms if form.is_filled and form.cleaned_data]


EvidenceRows = forms.formset_factory(
    EvidenceForm,
    formset=BaseEvidenceRows,
    extra=EMPTY_ROWS,
    max_num=MOST_EVIDENCE,
    absolute_max=MOST_EVIDENCE + 10,
    validate_max=True,
)


def evidence_initial(report: StatusReport | None) -> list[dict[str, Any]]:
    """The stored rows, as the form shows them."""
    if report is None or not report.pk:
        return []
    return [dict(row) for row in report.evidence.values("title", "url", "language", "dated_on")]


class ActForm(forms.Form):
    """A button that acts once: the id of the act, made when the page was made."""

    act_id = forms.UUIDField(widget=forms.HiddenInput, label=_("Form"))


class ReturnForm(forms.Form):
    """The coordinator's note to the author. Confidential to the party's own side."""

    note = PlainText(
        label=_("Note to the author"),
        help_text=_("What has to change. Only your own side reads it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a note to the author.")},
    )

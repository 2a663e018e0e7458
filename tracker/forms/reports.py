"""What people type about a report: the report itself, its evidence, the coordinator's note."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.forms.days import DayField
from tracker.forms.texts import PlainText
from tracker.models import StatusReport
from tracker.models.columns import language_now
from tracker.models.reports import LANGUAGE_CHOICES, LANGUAGE_NAMES, LEVEL_CHOICES
from tracker.rules.files import KINDS, LONGEST_NAME, file_fault
from tracker.vocabulary import Confidence, ReasonCode

DAYS = ("effective_on", "action_on", "step_on", "resumes_on")
CHOICES = ("level", "confidence", "reason_code")
WRITTEN = (
    "done", "obstacles", "next_step", "missing", "corrective_action", "change_reason",
)  # fmt: skip
MOST_EVIDENCE = 40
EMPTY_ROWS = 3

LABELS: dict[str, str | Promise] = {
    "done": _("What was done"),
    "obstacles": _("What stands in the way"),
    "next_step": _("Next step"),
    "missing": _("What is still missing"),
    "corrective_action": _("What will be done about it"),
    "contest_reason": _("Why you contest the report"),
    "change_reason": _("Why it differs from your last report"),
}


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


def typed_texts(typed: Mapping[str, Any], languages: Sequence[str]) -> list[tuple[str, str]]:
    """Label and words of each text somebody typed, where no form can be shown any more."""
    named = [
        (_label_in(LABELS[name], code), f"{name}_{code}")
        for name in (*WRITTEN, "contest_reason")
        for code in languages
    ]
    named += [
        (str(_("Evidence")), name)
        for name in typed
        if name.startswith("evidence-") and name.endswith(("-title", "-url"))
    ]
    found = [(label, typed.get(name, "").strip()) for label, name in named]
    return [(label, text) for label, text in found if text]


class EvidenceForm(forms.Form):
    """One link or file that bears the report out. An empty row is none; half a row is a fault."""

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
    upload = forms.FileField(
        required=False,
        label=_("or a file"),
        max_length=LONGEST_NAME,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in KINDS)}),
    )
    language = forms.ChoiceField(choices=LANGUAGE_CHOICES, required=False, label=_("Language"))
    dated_on = DayField(required=False, label=_("Date"))
    # A file attached earlier: the action takes it only from this very report.
    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput)
    is_party_text = forms.BooleanField(required=False, label=_("This is the party’s own text"))

    def __init__(
        self, *args: Any, main_language: str = "en", on_behalf: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = main_language
        if not on_behalf:
            del self.fields["is_party_text"]

    MISSING: Mapping[str, Any] = {
        "title": _("Give the title."),
        "language": _("Choose the language."),
        "dated_on": _("Give the date of this evidence."),
    }

    @property
    def is_filled(self) -> bool:
        """The language alone is no evidence: a row comes with it chosen."""
        typed = (self.data.get(self.add_prefix(name), "") for name in ("title", "url", "dated_on"))
        return any(text.strip() for text in typed) or self.add_prefix("upload") in self.files

    @property
    def kept_name(self) -> str:
        """The name of a file attached earlier, to be shown in place of the link."""
        return str(self.initial.get("file_name", ""))

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        fault = file_fault(upload.name, upload.size, upload) if upload else None
        if fault:
            raise ValidationError(str(fault))
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.is_filled:
            return {}
        for name, sentence in self.MISSING.items():
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, sentence)
        self._need_one_place(cleaned)
        return cleaned

    def _need_one_place(self, cleaned: dict[str, Any]) -> None:
        """A link or a file. A new file takes the place of the one attached earlier."""
        has_file = bool(cleaned.get("upload") or cleaned.get("sha256"))
        if cleaned.get("url") and has_file:
            self.add_error("url", _("Give a link or a file, not both."))
        elif not cleaned.get("url") and not has_file and not {"url", "upload"} & set(self.errors):
            self.add_error("url", _("Give the link, or attach a file."))

    @property
    def row(self) -> dict[str, Any]:
        """The columns of the evidence; `upload` where a file comes with it."""
        names = ["title", "url", "language", "dated_on", "sha256"]
        row = {name: self.cleaned_data[name] for name in names}
        if "is_party_text" in self.fields:
            row["is_party_text"] = self.cleaned_data["is_party_text"]
        if upload := self.cleaned_data.get("upload"):
            return {**row, "sha256": "", "upload": upload}
        return row


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
        return [form.row for form in self.forms if form.is_filled and form.cleaned_data]


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
    names = ("title", "url", "language", "dated_on", "sha256", "is_party_text", "file_name")
    return [{name: getattr(row, name) for name in names} for row in report.evidence.all()]


class ActForm(forms.Form):
    """A button that acts once: the id of the act, made when the page was made."""

    act_id = forms.UUIDField(widget=forms.HiddenInput, label=_("Form"))

    def put_faults(self, faults: Mapping[str, Iterable[Any]]) -> None:
        """Put what an action refused at its fields; what belongs to none of them, on top.

        A text that may be given in any language is named without one: the reader's comes first.
        """
        for name, sentences in faults.items():
            of_it = (field for field in self.fields if field.rpartition("_")[0] == name)
            known = name if name in self.fields else next(of_it, None)
            self.add_error(known, [str(sentence) for sentence in sentences])


class ReturnForm(forms.Form):
    """The coordinator's notes to the author. Confidential to the party's own side."""

    note = PlainText(
        required=False,
        label=_("Note to the author"),
        help_text=_("What has to change. Only your own side reads it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, texts: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in texts:
            self.fields[f"note_{name}"] = PlainText(
                required=False,
                label=_("Note on “%(text)s”") % {"text": LABELS[name]},
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def field_notes(self) -> dict[str, str]:
        """Notes on single texts, by their name."""
        return {
            name.removeprefix("note_"): self.cleaned_data[name]
            for name in self.fields
            if name.startswith("note_") and self.cleaned_data.get(name)
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(text.strip() for text in cleaned.values()):
            self.add_error("note", _("Write a note to the author."))
        return cleaned


class CommentForm(ActForm):
    """Something said to the authors of a report that is not public."""

    text = PlainText(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the comment first.")},
    )


class ScheduleForm(ActForm):
    """A time in the plan's time zone at which an approved report becomes public."""

    day = DayField(label=_("Day"), error_messages={"required": _("Give the day.")})
    time = forms.TimeField(
        label=_("Time"),
        initial=dt.time(9),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Give the time."),
            "invalid": _("Give a time like 09:00."),
        },
    )

    def moment(self, zone: str) -> dt.datetime:
        return dt.datetime.combine(
            self.cleaned_data["day"], self.cleaned_data["time"], ZoneInfo(zone)
        )


class NoChangeForm(ActForm):
    """That nothing has changed since the last report, and when something was last done."""

    effective_on = DayField(
        label=_("On which day was this true?"),
        error_messages={"required": _("Give the day on which this was true.")},
    )
    action_on = DayField(
        required=False,
        label=_("Date of the last action"),
        help_text=_(
            "When something was last done for this commitment, before that report or after it."
        ),
    )


class TranslationForm(ActForm):
    """The texts of a report in one more language, each beside the original."""

    def __init__(
        self, *args: Any, report: StatusReport, language: str, texts: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.texts = texts
        for name in texts:
            self.fields[name] = PlainText(
                label=_label_in(LABELS[name], language),
                widget=forms.Textarea(attrs={"rows": 5, "lang": language}),
                error_messages={"required": _("This text is not translated yet.")},
            )

    @property
    def translated(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.texts}

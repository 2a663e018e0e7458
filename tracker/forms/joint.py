"""What people type about joint acts: proposals, answers, minutes, summaries, signatures."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.forms.days import DayField
from tracker.forms.reports import LANGUAGE_NAMES, ActForm, main_first
from tracker.forms.texts import PlainText
from tracker.models import Commitment, Decision, MeetingVersion, Plan, Wording
from tracker.rules.dates import SourceDate, faults
from tracker.vocabulary import (
    LANGUAGES,
    DecisionState,
    InferenceBasis,
    MeetingState,
    PlacementBasis,
    Precision,
    Qualifier,
    Verdict,
)

TOLD_OF_A_DECISION = ("owner", "commitment", "due_from", "due_to")
DATE_SENTENCES = {
    "unknown-with-days": _("Choose how exactly the date is known, or empty both days."),
    "missing": _("Give this day too, or empty the other one and choose “unknown”."),
    "before-start": _("The last day lies before the first."),
}


def in_languages(
    label: Any, *, rows: int = 3, languages: Sequence[str] = LANGUAGES
) -> dict[str, PlainText]:
    """A text field for each language, that of the reader first; all optional."""
    return {
        code: PlainText(
            required=False,
            label=f"{label} ({LANGUAGE_NAMES[code]})",
            widget=forms.Textarea(attrs={"rows": rows, "lang": code}),
        )
        for code in main_first(languages)
    }


class ReasonedForm(ActForm):
    """An act with a reason in the languages its author can write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_texts("reason", _("Reason"))

    def add_texts(self, name: str, label: Any, **given: Any) -> None:
        for code, text in in_languages(label, **given).items():
            self.fields[f"{name}_{code}"] = text

    def texts(self, name: str) -> dict[str, str]:
        """One text, by language."""
        return {
            code: self.cleaned_data.get(f"{name}_{code}", "")
            for code in LANGUAGES
            if f"{name}_{code}" in self.fields
        }

    def group(self, name: str) -> list[Any]:
        """The bound fields of one text, for the page."""
        return [self[field] for field in self.fields if field[:-3] == name]

    @property
    def reasons(self) -> list[Any]:
        return self.group("reason")

    @property
    def others(self) -> list[Any]:
        """Every other field that is seen, in order."""
        return [
            self[name]
            for name, field in self.fields.items()
            if not name.startswith("reason_") and not field.widget.is_hidden
        ]


class SourceDateMixin(forms.Form):
    """A date as precise as it is known: two days, a precision, how it is tied."""

    DATE = "target"

    def add_date(self, label_from: Any, label_to: Any) -> None:
        name = self.DATE
        self.fields[f"{name}_from"] = DayField(required=False, label=label_from)
        self.fields[f"{name}_to"] = DayField(required=False, label=label_to)
        self.fields[f"{name}_precision"] = forms.ChoiceField(
            choices=Precision.choices, label=_("Precision"), initial=Precision.UNKNOWN
        )
        self.fields[f"{name}_qualifier"] = forms.ChoiceField(
            choices=Qualifier.choices, label=_("Tied as"), initial=Qualifier.ON
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        name = self.DATE
        parts = {f"{name}_{part}" for part in ("from", "to", "precision", "qualifier")}
        if parts & set(self.errors) or f"{name}_precision" not in cleaned:
            return cleaned
        value = SourceDate(
            start=cleaned[f"{name}_from"],
            end=cleaned[f"{name}_to"],
            precision=Precision(cleaned[f"{name}_precision"]),
            qualifier=Qualifier(cleaned[f"{name}_qualifier"]),
        )
        for part, fault in faults(value).items():
            self.add_error(f"{name}_{part}", DATE_SENTENCES[fault])
        return cleaned


class WordingForm(SourceDateMixin, ReasonedForm):
    """Title, text, completion test and target date of a commitment, as they would read."""

    TEXTS = ("title", "description", "completion_test")

    def __init__(self, *args: Any, wording: Wording, **kwargs: Any) -> None:
        self.wording = wording
        names = [f"{name}_{code}" for name in self.TEXTS for code in LANGUAGES]
        dates = ("target_from", "target_to", "target_precision", "target_qualifier", "target_basis")
        stored = {name: getattr(wording, name) for name in (*names, *dates)}
        kwargs["initial"] = {**stored, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.add_texts("title", _("Title"), rows=2)
        self.add_texts("description", _("Text"), rows=4)
        self.add_texts("completion_test", _("Completed when"), rows=3)
        self.add_date(_("Target: first day"), _("Target: last day"))
        self.fields["target_basis"] = forms.ChoiceField(
            choices=InferenceBasis.choices, label=_("The target date is")
        )

    def apply(self) -> Wording:
        """The wording with what was typed."""
        for name in self.fields:
            if hasattr(self.wording, name) and name != "act_id" and not name.startswith("reason_"):
                setattr(self.wording, name, self.cleaned_data[name])
        for code, text in self.texts("reason").items():
            setattr(self.wording, f"reason_{code}", text)
        return self.wording


class MoveForm(ReasonedForm):
    """Another place in the plan for a commitment."""

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        self.commitment = commitment
        kwargs["initial"] = {
            "pillar": commitment.pillar_id,
            "area": commitment.area_id,
            "placement": commitment.placement,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        plan = commitment.plan
        self.fields["pillar"] = forms.ModelChoiceField(
            plan.pillars.all(), required=False, label=_("Pillar"), empty_label=_("Across the plan")
        )
        self.fields["area"] = forms.ModelChoiceField(
            plan.areas.all(), required=False, label=_("Priority area"), empty_label=_("None")
        )
        self.fields["placement"] = forms.ChoiceField(
            choices=PlacementBasis.choices, label=_("Placed under its pillar")
        )

    def apply(self) -> Commitment:
        for name in ("pillar", "area", "placement"):
            setattr(self.commitment, name, self.cleaned_data[name])
        return self.commitment


class SupersedeForm(ReasonedForm):
    """The commitment that takes another's place."""

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        self.commitment = commitment
        super().__init__(*args, **kwargs)
        others = commitment.plan.commitments.exclude(pk=commitment.pk)
        in_force = others.filter(wordings__public_until__isnull=True, superseded_by=None)
        self.fields["successor"] = forms.ModelChoiceField(
            in_force.distinct(), label=_("Superseded by"), empty_label=_("Choose a commitment")
        )

    def apply(self) -> Commitment:
        self.commitment.superseded_by = self.cleaned_data["successor"]
        return self.commitment


class CloseForm(ReasonedForm):
    """The decision by which a commitment is closed."""

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        self.commitment = commitment
        super().__init__(*args, **kwargs)
        self.add_texts("closed_by", _("Decision that closes it, with its meeting and day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(self.texts("closed_by").values()):
            first = next(name for name in self.fields if name.startswith("closed_by"))
            self.add_error(first, _("Name the decision in at least one language."))
        return cleaned

    def apply(self) -> Commitment:
        for code, text in self.texts("closed_by").items():
            setattr(self.commitment, f"closed_by_{code}", text)
        return self.commitment


class RedactForm(ReasonedForm):
    """Which texts of an entry of the ledger are to be taken away."""

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields"] = forms.MultipleChoiceField(
            choices=choices,
            label=_("Texts to redact"),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one.")},
        )


class AnswerForm(ActForm):
    """What a party says to a proposal."""

    def __init__(self, *args: Any, needs_acceptance: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [Verdict.ACCEPT, Verdict.REFUSE] if needs_acceptance else [Verdict.NOTE]
        self.fields["verdict"] = forms.ChoiceField(
            choices=[(one.value, one.label) for one in known],
            label=_("Answer"),
            widget=forms.RadioSelect,
            initial="" if needs_acceptance else Verdict.NOTE.value,
            error_messages={"required": _("Choose an answer.")},
        )
        for code, text in in_languages(_("Words to it")).items():
            self.fields[f"text_{code}"] = text

    @property
    def texts(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"text_{code}", "") for code in LANGUAGES}


class WordsForm(ActForm):
    """A text of a party in its publication languages: a summary, an answer to the record."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(
        self, *args: Any, label: Any, languages: Sequence[str] = LANGUAGES, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for code, text in in_languages(label, rows=8, languages=languages).items():
            self.fields[f"text_{code}"] = text

    @property
    def texts(self) -> dict[str, str]:
        return {
            name[-2:]: value for name, value in self.cleaned_data.items() if name.startswith("text")
        }


class PublishForm(ActForm):
    """Which version of a summary was read. The act is that of its draft."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SignForm(ActForm):
    """What was seen of the ledger: its size and head, as they stood on the page."""

    size = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    head = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class MinutesForm(ReasonedForm):
    """What a meeting came to: whether it was held, and a summary.

    `seen` is the version that was in force when the page was opened: it is the one replaced, and
    the record refuses that once it is not in force any more. The same of `pk` in each decision.
    """

    def __init__(self, *args: Any, version: MeetingVersion, **kwargs: Any) -> None:
        stored = {f"summary_{code}": getattr(version, f"summary_{code}") for code in LANGUAGES}
        stored |= {"state": version.state, "seen": version.pk}
        kwargs["initial"] = {**stored, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["state"] = forms.ChoiceField(
            choices=MeetingState.choices, label=_("Did it take place?")
        )
        self.add_texts("summary", pgettext_lazy("of a meeting", "Summary"), rows=6)
        self.fields["seen"] = forms.ModelChoiceField(
            version.meeting.versions.all(), widget=forms.HiddenInput
        )

    def apply(self) -> MeetingVersion:
        version: MeetingVersion = self.cleaned_data["seen"]
        version.state = self.cleaned_data["state"]
        for code, text in self.texts("summary").items():
            setattr(version, f"summary_{code}", text)
        return version


class DecisionForm(SourceDateMixin):
    """One decision: who does what by when. An empty row is none."""

    DATE = "due"

    def __init__(self, *args: Any, plan: Plan, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, text in in_languages(_("Decision"), rows=2).items():
            self.fields[f"text_{code}"] = text
        self.fields["owner"] = forms.ModelChoiceField(
            owners, required=False, label=_("Owner"), empty_label=_("Nobody named")
        )
        self.fields["commitment"] = forms.ModelChoiceField(
            plan.commitments.all(), required=False, label=_("Commitment"), empty_label=_("None")
        )
        self.add_date(_("Due: first day"), _("Due: last day"))
        self.fields["state"] = forms.ChoiceField(
            choices=DecisionState.choices, label=_("State"), initial=DecisionState.OPEN
        )
        self.fields["pk"] = forms.ModelChoiceField(
            Decision.objects.filter(meeting__plan=plan), required=False, widget=forms.HiddenInput
        )

    @property
    def is_filled(self) -> bool:
        """Whether somebody wrote in the row. What every row says at first does not count."""
        return any(self._typed(name) for name in (*self.texts, *TOLD_OF_A_DECISION))

    @property
    def texts(self) -> list[str]:
        return [name for name in self.fields if name.startswith("text_")]

    def _typed(self, name: str) -> bool:
        return bool(self.data.get(self.add_prefix(name), "").strip())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_filled and not any(self._typed(name) for name in self.texts):
            self.add_error(self.texts[0], _("Write the decision, or empty its row."))
        return cleaned

    def apply(self) -> Decision:
        """The stored decision with what was typed, or a new one."""
        decision = self.cleaned_data["pk"] or Decision()
        for name in self.fields:
            if name != "pk":
                setattr(decision, name, self.cleaned_data[name])
        return decision


def decision_initial(decision: Decision) -> dict[str, Any]:
    names = ("due_from", "due_to", "due_precision", "due_qualifier", "state", "owner", "commitment")
    texts = {f"text_{code}": getattr(decision, f"text_{code}") for code in LANGUAGES}
    return {"pk": decision.pk, **texts, **{name: getattr(decision, name) for name in names}}


def fresh() -> dict[str, Any]:
    """The first values of a form that acts once."""
    return {"act_id": uuid.uuid4()}

"""What every form of the administration checks first, in sentences at the field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models import Plan
from tracker.models.belonging import foreign, plan_of
from tracker.rules.dates import SourceDate, faults
from tracker.vocabulary import LANGUAGES, Precision, Qualifier

DATE_SENTENCES = {
    "unknown-with-days": _("Choose how exactly the date is known, or empty both days."),
    "missing": _("Give this day too, or empty the other one and choose “unknown”."),
    "before-start": _("The last day lies before the first."),
}
NEEDED = ("title", "name", "text")


class RecordChecks(forms.ModelForm):
    """A text in at least one language, whole dates, and nothing that belongs to another plan."""

    def own_plan(self) -> Plan | None:
        """The plan the thing stands in, once it is known."""
        return self.cleaned_data.get("plan") or plan_of(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._need_a_text()
        self._need_whole_dates()
        self._refuse_other_plans()
        return cleaned

    def _need_a_text(self) -> None:
        for name in NEEDED:
            columns = [f"{name}_{code}" for code in LANGUAGES]
            if columns[0] in self.fields:
                if not any(self.cleaned_data.get(column) for column in columns):
                    self.add_error(columns[0], _("Write it in at least one language."))
                return

    def _need_whole_dates(self) -> None:
        for field in list(self.fields):
            if field.endswith("_precision"):
                name = field.removesuffix("_precision")
                for part, fault in faults(self._date(name)).items():
                    self.add_error(f"{name}_{part}", DATE_SENTENCES[fault])

    def _date(self, name: str) -> SourceDate:
        values = self.cleaned_data
        typed_wrongly = {f"{name}_from", f"{name}_to", f"{name}_precision"} & set(self.errors)
        if typed_wrongly:
            return SourceDate()
        return SourceDate(
            start=values.get(f"{name}_from"),
            end=values.get(f"{name}_to"),
            precision=Precision(values.get(f"{name}_precision") or Precision.UNKNOWN),
            qualifier=Qualifier(values.get(f"{name}_qualifier") or Qualifier.ON),
        )

    def _refuse_other_plans(self) -> None:
        plan = self.own_plan()
        if plan is None:
            return
        for name, value in list(self.cleaned_data.items()):
            rows = [value] if isinstance(value, models.Model) else value
            if not isinstance(rows, list | models.QuerySet) or name == "parties":
                continue
            for row in rows:
                sentence = foreign(row, plan)
                if sentence:
                    self.add_error(name, str(sentence) % {"thing": row, "plan": plan})

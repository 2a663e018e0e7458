"""Forms of single nouns, with the checks that only they need."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.forms.admin_acts import ActForm, VersionedForm, reason_field
from tracker.forms.admin_fields import LanguagesField
from tracker.forms.admin_rows import RowForm
from tracker.models import (
    Commitment,
    Party,
    Plan,
    User,
)
from tracker.vocabulary import LANGUAGES


class PlanForm(ActForm):
    """A plan, with the days and rhythm it keeps."""

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in zoneinfo.available_timezones():
            raise ValidationError(_("There is no such time zone. Write it like America/Ottawa."))
        return zone

    def clean_parties(self) -> models.QuerySet[Party]:
        parties: models.QuerySet[Party] = self.cleaned_data["parties"]
        if parties.count() < 2:
            raise ValidationError(_("A plan has two parties or more."))
        if self.instance.pk:
            owing = Party.objects.filter(owed_commitments__plan=self.instance).distinct()
            for party in owing.exclude(pk__in=parties):
                raise ValidationError(
                    _("%(party)s must report on commitments of this plan: it stays a party."),
                    params={"party": party},
                )
        return parties


class PartyForm(ActForm):
    """A party, with the languages in which its reports are published."""

    publication_languages = LanguagesField(
        label=_("Publication languages"),
        help_text=_("In the order of use, for example: en, fr. Reports need their text in each."),
    )


class InstitutionForm(ActForm):
    """An institution, with the languages in which its name is official."""

    official_languages = LanguagesField(
        label=_("Languages with an official name"),
        required=False,
        help_text=_("For example: es. Names in other languages are shown as our translations."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("parent") == self.instance:
            self.add_error("parent", _("An institution is not part of itself."))
        return cleaned


class CommitmentForm(VersionedForm):
    """A commitment and its wording. The reason stands with the wording, in each language."""

    reason = None  # type: ignore[assignment]
    reason_en = reason_field(label=_("Reason (EN)"))
    reason_fr = reason_field(label=_("Reason (FR)"))
    reason_es = reason_field(label=_("Reason (ES)"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_relatives()
        return cleaned

    def _check_relatives(self) -> None:
        for name in ("parent", "superseded_by"):
            other = self.cleaned_data.get(name)
            if other and other.pk == self.instance.pk:
                self.add_error(name, _("A commitment cannot name itself here."))


class PersonForm(ActForm):
    """An account. Its first password is optional: the person can ask for a new one by e-mail."""

    reason = None  # type: ignore[assignment]
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "12 characters or more. Empty: it stays as it is; "
            "a new person sets one through “Forgot your password?”."
        ),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("There is a person with this address already."))
        return email

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def _post_clean(self) -> None:
        super()._post_clean()
        password = self.cleaned_data.get("new_password")
        if password:
            self.instance.set_password(password)
        elif not self.instance.password:
            self.instance.set_unusable_password()


class ReadingForm(ActForm):
    """What the record entries show of a commitment; replaces the reading in force."""

    reason = None  # type: ignore[assignment]

    def own_plan(self) -> Plan | None:
        commitment: Commitment | None = self.cleaned_data.get("commitment")
        return commitment.plan if commitment else None

    def clean_commitment(self) -> Commitment:
        commitment: Commitment = self.cleaned_data["commitment"]
        if not commitment.wordings.filter(public_until__isnull=True).exists():
            raise ValidationError(_("This commitment was withdrawn."))
        return commitment

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("level") and not any(cleaned.get(f"note_{code}") for code in LANGUAGES):
            self.add_error("note_en", _("Without a level, say what the record leaves open."))
        return cleaned


class MembershipChecks(forms.ModelForm):
    """An institution acts for its own party."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        institution, party = cleaned.get("institution"), cleaned.get("party")
        if institution and party and institution.party != party:
            self.add_error("institution", _("This institution belongs to another party."))
        return cleaned


class MembershipForm(MembershipChecks, ActForm):
    """A membership on its own form."""

    reason = None  # type: ignore[assignment]


class MembershipRowForm(MembershipChecks, RowForm):
    """A membership on its person's form."""

"""From a form to its action: one act for the thing, its version and its rows, or a refusal."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any, cast

import structlog
from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.access import Rights, rights
from tracker.actions.changes import Changes
from tracker.actions.joint_acts import propose
from tracker.actions.plans import register, withdraw_registered
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.admin.stories import token_of
from tracker.admin.withdrawing import WithdrawingAdmin
from tracker.forms.admin_acts import ActForm, VersionedForm
from tracker.models.belonging import plan_of
from tracker.models.columns import Spanned, language_now
from tracker.vocabulary import LANGUAGES

log = structlog.get_logger()


@dataclass
class Act:
    """What a person asks for by saving a form."""

    row: Any
    form: Any
    rights: Rights
    at: dt.datetime
    act_id: uuid.UUID
    reason: str = ""
    put: list[Any] = field(default_factory=list)
    withdraw: list[Any] = field(default_factory=list)

    @property
    def changes(self) -> Changes:
        return Changes(put=self.put, withdraw=self.withdraw)

    @property
    def key(self) -> dict[str, Any]:
        """What every publishing action takes."""
        return {"rights": self.rights, "at": self.at, "act_id": self.act_id}


def _is_proposed(request: Any) -> bool:
    """Whether what was saved is only proposed: then nothing was added or changed."""
    return getattr(request, "tracker_proposed", False)


class ActingAdmin(WithdrawingAdmin):
    """A noun that is entered and changed here. Each subclass names the action in `act`."""

    form = ActForm
    # Columns by which the record names the thing: set once, for addresses and the ledger cite them.
    fixed: tuple[str, ...] = ()
    has_reason = True

    def act(self, act: Act, change: bool) -> None:
        """Call the action that enters or changes the thing."""
        raise NotImplementedError

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show what the action refuses in the form, with everything typed; nothing is stored."""
        show = super().changeform_view
        try:
            return show(request, object_id, form_url, extra_context)
        except AlreadyDone:
            messages.info(request, _("This was saved already."))
            return self._to_list()
        except Refusal as refusal:
            request.tracker_refusal = refusal
        except IntegrityError as error:
            log.warning("admin-integrity", model=self.opts.model_name, error=type(error).__name__)
            request.tracker_refusal = Refusal(
                _("The record refuses this: someone else entered the same thing meanwhile.")
            )
        return show(request, object_id, form_url, extra_context)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj is not None and not self.has_change_permission(request, obj):
            return fieldsets
        around = [*self.reason_fields(obj), "act_id", "seen"]
        title = gettext_lazy("Why") if self.reason_fields(obj) else None
        return [*fieldsets, (title, {"fields": around})]

    def reason_fields(self, obj: Any) -> tuple[str, ...]:
        return ("reason",) if self.has_reason and obj is not None else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, *(self.fixed if obj is not None else ()))

    def get_form(
        self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        facts = {
            "refusal": getattr(request, "tracker_refusal", None),
            "token": token_of(obj) if obj is not None else "",
            **self.form_facts(request, obj),
            "__module__": __name__,
        }
        kwargs["form"] = type(self.form.__name__, (self.form,), facts)
        return super().get_form(request, obj, change=change, **kwargs)

    def form_facts(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Class attributes a subclass gives its form: further fields, the open version."""
        return {}

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: the rows come with `save_related`, and one action takes them all."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        act = self._act_of(request, form, formsets)
        if change and not (form.changed_data or act.put or act.withdraw):
            messages.info(request, _("Nothing was changed."))
            return
        if self.is_joint(act):
            self._propose(request, act, change)
            return
        self.act(act, change)
        log.info(
            "admin-act",
            model=self.opts.model_name,
            row=act.row.pk,
            change=change,
            person=request.user.pk,
        )

    def is_joint(self, act: Act) -> bool:
        """Whether what is asked for here has to be proposed or announced to the parties."""
        return False

    def _propose(self, request: Any, act: Act, change: bool) -> None:
        """Propose what the form asks for; the coordinators find it among the joint acts."""
        typed = act.form.cleaned_data
        reason = {code: typed.get(f"reason_{code}", "") for code in LANGUAGES}
        reason[language_now()] = reason[language_now()] or typed.get("reason", "")
        for code in LANGUAGES if not any(reason.values()) else ():
            with translation.override(code):
                reason[code] = _("Entered in the administration.")
        plan = plan_of(act.row)
        if plan is None:
            raise Refusal(_("This belongs to no plan."))
        proposal = propose(plan, lambda: self.act(act, change), reason=reason, **act.key)
        request.tracker_proposed = True
        messages.success(
            request,
            _("Not public yet: it is among the joint acts now, for the parties to accept.")
            if proposal.needs_acceptance
            else _("Not public yet: the parties have some days to answer first."),
        )

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        return None if _is_proposed(request) else super().log_addition(request, obj, message)

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        return None if _is_proposed(request) else super().log_change(request, obj, message)

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        if _is_proposed(request):
            return self._to_list()
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: Any, obj: Any) -> HttpResponse:
        return self._to_list() if _is_proposed(request) else super().response_change(request, obj)

    def _to_list(self) -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:tracker_{self.opts.model_name}_changelist"))

    def _act_of(self, request: HttpRequest, form: Any, formsets: Any) -> Act:
        typed = form.cleaned_data
        act = Act(
            row=form.instance,
            form=form,
            rights=rights(request),
            at=timezone.now(),
            act_id=typed.get("act_id") or uuid.uuid4(),
            reason=typed.get("reason") or "",
        )
        for formset in formsets:
            act.put += formset.save(commit=False)
            act.withdraw += formset.deleted_objects
        return act


class VersionedAdmin(ActingAdmin):
    """A thing whose public words stand in versions: the form joins it with the open one."""

    form = VersionedForm
    version_model: type[Spanned]
    owner_name = ""
    # What of the version is not typed in: the span, the owner, what the action sets.
    version_left_out: tuple[str, ...] = ()

    def open_version(self, obj: Any) -> Spanned | None:
        """The version in force; None once the thing was withdrawn."""
        if not hasattr(obj, "_open_version"):
            rows = self.version_model._default_manager.filter(**{self.owner_name: obj})
            obj._open_version = rows.filter(public_until__isnull=True).first()
        return obj._open_version

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or self.open_version(obj) is not None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def act_notice(self, request: HttpRequest, row: Any) -> Any:
        if self.open_version(row) is None:
            return _("This was withdrawn. It stays in the record of earlier days.")
        return ""

    def version_fields(self) -> list[str]:
        around = {"id", "public_from", "public_until", "recorded_at", self.owner_name}
        around |= set(self.version_left_out)
        return [f.name for f in self.version_model._meta.concrete_fields if f.name not in around]

    def form_facts(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        names = self.version_fields()
        columns = {name: cast(Any, self.version_model._meta.get_field(name)) for name in names}
        version = self.open_version(obj) if obj is not None else None
        return {
            "version_fields": tuple(names),
            "stored_version": version or self.version_model(),
            **{
                name: self.formfield_for_dbfield(column, request)
                for name, column in columns.items()
            },
        }

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(None, {"fields": self.identity})]

    # What is shown of a thing that was withdrawn.
    identity: tuple[str, ...] = ()

    @admin.display(description=gettext_lazy("public from"))
    def public_since(self, obj: Any) -> Any:
        version = self.open_version(obj) if obj.pk else None
        return date_format(version.public_from, "DATETIME_FORMAT") if version else "—"


class RegisteredAdmin(ActingAdmin):
    """Reference data: entered and changed by `register`, taken out by `withdraw_registered`."""

    def act(self, act: Act, change: bool) -> None:

        relations = {
            column.name: act.form.cleaned_data[column.name]
            for column in self.opts.many_to_many
            if column.name in act.form.cleaned_data
        }
        act.row._change_reason = act.reason[:100] or None  # simple-history keeps it
        register(
            act.row,
            relations=relations,
            parts=act.put,
            removed=act.withdraw,
            reason=act.reason,
            **act.key,
        )

    def withdraw(self, row: models.Model, *, reason: str, **key: Any) -> None:

        withdraw_registered(row, reason=reason, **key)

"""Withdrawing instead of deleting: one page for one row or many, with its reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.access import rights
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.admin.looking import LookingAdmin
from tracker.forms.admin_acts import WithdrawForm


@admin.action(description=gettext_lazy("Withdraw what is selected"), permissions=["delete"])
def withdraw_selected(
    modeladmin: Any, request: HttpRequest, queryset: models.QuerySet[Any]
) -> HttpResponse | None:
    return modeladmin.withdraw_page(request, list(queryset))


class WithdrawingAdmin(LookingAdmin):
    """Nothing is ever deleted behind the actions' back."""

    actions: Any = [withdraw_selected]
    # What withdrawing means for this noun, said before it is done.
    withdrawal = gettext_lazy(
        "Only what nothing refers to can be taken out. The ledger keeps what it said, and why."
    )

    def withdraw(self, row: models.Model, *, reason: str, **key: Any) -> None:
        """Call the action that withdraws the row. `key`: rights, at, act_id."""
        raise NotImplementedError

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_delete_permission(request, row):
            raise PermissionDenied
        return self.withdraw_page(request, [row])

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        raise PermissionDenied

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        raise PermissionDenied

    def withdraw_page(self, request: HttpRequest, rows: Sequence[Any]) -> HttpResponse:
        """Ask for the reason, then withdraw all or nothing."""
        asked = request.method == "POST" and "withdraw" in request.POST
        form = WithdrawForm(request.POST if asked else None)
        if asked and form.is_valid():
            try:
                self._withdraw_all(request, rows, form)
                return self._withdrawn(request, len(rows))
            except AlreadyDone:
                return self._withdrawn(request, len(rows))
            except Refusal as refusal:
                form.add_error(None, str(refusal.sentence))
        return self._ask(request, rows, form)

    def _withdraw_all(self, request: HttpRequest, rows: Sequence[Any], form: WithdrawForm) -> None:
        typed = form.cleaned_data
        with transaction.atomic():
            chosen = self.get_queryset(request).filter(pk__in=[row.pk for row in rows])
            self.log_deletions(request, chosen)
            for row in rows:
                if not self.has_delete_permission(request, row):
                    raise Refusal(_("“%(thing)s” cannot be withdrawn.") % {"thing": row})
                self.withdraw(
                    row,
                    reason=typed["reason"],
                    rights=rights(request),
                    at=timezone.now(),
                    act_id=uuid.uuid5(typed["act_id"], str(row.pk)),
                )

    def _withdrawn(self, request: HttpRequest, count: int) -> HttpResponse:
        messages.success(
            request,
            ngettext("%(count)d was withdrawn.", "%(count)d were withdrawn.", count)
            % {"count": count},
        )
        return HttpResponseRedirect(self._list_address())

    def _list_address(self) -> str:
        return reverse(f"admin:tracker_{self.opts.model_name}_changelist")

    def _ask(self, request: HttpRequest, rows: Sequence[Any], form: WithdrawForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw"),
            "opts": self.opts,
            "rows": [self.label_of(row) for row in rows],
            "form": form,
            "sentence": self.withdrawal,
            "keys": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "back": self._list_address(),
        }
        return TemplateResponse(request, "admin/tracker/withdraw.html", context)

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
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.access import rights
from tracker.actions.publication import AlreadyDone
from tracker.actions.refusals import Refusal
from tracker.forms.admin_acts import WithdrawForm


@admin.action(description=gettext_lazy("Withdraw what is selected"), permissions=["delete"])
def withdraw_selected(
    modeladmin: Any, request: HttpRequest, queryset: models.QuerySet[Any]
) -> HttpResponse | None:
    return modeladmin.withdraw_page(request, list(queryset))  # type: ignore[no-any-return]


class WithdrawMixin:
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
        row = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if row is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined,no-any-return]
                request,
                self.opts,
                object_id,  # type: ignore[attr-defined]
            )
        if not self.has_delete_permission(request, row):  # type: ignore[attr-defined]
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
            for row in rows:
                if not self.has_delete_permission(request, row):  # type: ignore[attr-defined]
                    raise Refusal(_("“%(thing)s” cannot be withdrawn.") % {"thing": row})
                self.log_deletions(request, [row])  # type: ignore[attr-defined]
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
        return reverse(f"admin:tracker_{self.opts.model_name}_changelist")  # type: ignore[attr-defined]

    def _ask(self, request: HttpRequest, rows: Sequence[Any], form: WithdrawForm) -> HttpResponse:
        site = self.admin_site  # type: ignore[attr-defined]
        context = {
            **site.each_context(request),
            "title": _("Withdraw"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "rows": rows,
            "form": form,
            "sentence": self.withdrawal,
            "keys": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "back": self._list_address(),
        }
        request.current_app = site.name  # type: ignore[attr-defined]
        return TemplateResponse(request, "admin/tracker/withdraw.html", context)

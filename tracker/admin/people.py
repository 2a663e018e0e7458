"""People and their roles: administrators alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.actions.people import disable_person, end_membership, save_membership, save_person
from tracker.admin.acting import Act, ActingAdmin
from tracker.admin.inlines import StackedRows
from tracker.forms.admin_nouns import MembershipForm, MembershipRowForm, PersonForm
from tracker.models import Membership, User


class Memberships(StackedRows):
    """Roles that have not ended."""

    model = Membership
    form = MembershipRowForm
    fk_name = "user"
    autocomplete_fields = ("institution", "party")
    fields = (("role", "institution", "party"), ("starts_on", "ends_on"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        today = timezone.now().date()
        running = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        return super().get_queryset(request).filter(running)


@admin.register(User)
class UserAdmin(ActingAdmin):
    form = PersonForm
    only_administrators = True
    has_reason = False
    withdrawal = _(
        "The account is closed at once and its sessions end. What the person published stays."
    )
    inlines = (Memberships,)
    list_display = ("email", "name", "roles", "is_staff", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role", "is_demonstration")
    search_fields = ("email", "name")
    readonly_fields = ("is_demonstration", "date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ["email", "name", "new_password"]}),
        (
            _("Access"),
            {
                "fields": [("is_active", "is_staff")],
                "description": _("What a person may do follows the roles below, nothing else."),
            },
        ),
        (None, {"fields": [("date_joined", "last_login", "is_demonstration")]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships")

    def label_of(self, row: Any) -> str:
        return f"{row.name} ({row.email})"

    @admin.display(description=_("roles"))
    def roles(self, row: User) -> str:
        today = timezone.now().date()
        running = [m for m in row.memberships.all() if m.ends_on is None or m.ends_on >= today]
        return ", ".join(membership.get_role_display() for membership in running)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        still_open = obj is None or obj.is_active
        return still_open and super().has_delete_permission(request, obj)

    def act(self, act: Act, change: bool) -> None:
        """Several actions, in the one transaction of the form."""
        if act.form.changed_data or not change:
            save_person(act.row, rights=act.rights)
        for membership in act.withdraw:
            end_membership(membership, rights=act.rights, day=act.at.date())
        for membership in act.put:
            membership.user = act.row
            save_membership(membership, rights=act.rights)

    def withdraw(self, row: Any, *, reason: str, **key: Any) -> None:
        disable_person(row, rights=key["rights"])


@admin.register(Membership)
class MembershipAdmin(ActingAdmin):
    form = MembershipForm
    only_administrators = True
    has_reason = False
    fixed = ("user",)
    withdrawal = _("The role ends with yesterday; the person’s next request is refused.")
    list_display = ("user", "role", "institution", "party", "starts_on", "ends_on")
    list_filter = ("role", "party", ("ends_on", admin.EmptyFieldListFilter))
    list_select_related = ("user", "institution", "party")
    search_fields = ("user__email", "user__name", "institution__name_en", "institution__slug")
    autocomplete_fields = ("user", "institution", "party")
    fieldsets = (
        (
            None,
            {
                "fields": ["user", "role", ("institution", "party"), ("starts_on", "ends_on")],
                "description": _("Officials and coordinators need a party and an institution."),
            },
        ),
    )

    def act(self, act: Act, change: bool) -> None:
        save_membership(act.row, rights=act.rights)

    def withdraw(self, row: Any, *, reason: str, **key: Any) -> None:
        end_membership(row, rights=key["rights"], day=key["at"].date())

"""Filters of the lists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


def in_force_by(versions: str) -> type[admin.SimpleListFilter]:
    """What has an open version, or what was withdrawn."""

    class InForce(admin.SimpleListFilter):
        title = _("in force")
        parameter_name = "in_force"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return [("yes", _("In force")), ("no", _("Withdrawn"))]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            model = queryset.model
            relation = model._meta.get_field(versions)
            rows = relation.related_model._default_manager.filter(public_until__isnull=True)
            standing = rows.values(relation.field.name)
            if self.value() == "yes":
                return queryset.filter(pk__in=standing)
            if self.value() == "no":
                return queryset.exclude(pk__in=standing)
            return queryset

    return InForce

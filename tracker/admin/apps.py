"""Django's admin with our own site, and nothing registered but the record's nouns."""

from __future__ import annotations

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _


class TrackerAdminConfig(SimpleAdminConfig):
    """Without discovery: other packages would register tables that no action of ours guards."""

    default = True
    default_site = "tracker.admin.site.TrackerAdminSite"
    verbose_name = _("Administration")

    def ready(self) -> None:
        super().ready()
        import_module("tracker.admin.nouns")

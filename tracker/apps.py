from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = _("Action plan tracker")

    def ready(self) -> None:
        import partnership.sign_ins  # noqa: F401 # its receivers write the log
        from tracker.models import guards

        # Triggers live outside migrations: SQLite drops them silently when it rebuilds a table.
        post_migrate.connect(guards.install_after_migrate, sender=self)

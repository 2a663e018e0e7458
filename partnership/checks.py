"""What a public site must not start with. Pure where possible: settings.py asks it, too."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50

DEMONSTRATION_FAULT = (
    "There are demonstration accounts in this database, whose passwords are known: remove them "
    "before the site goes public."
)


def production_faults(
    *, debug: bool, key: str, hosts: Sequence[str], proxies: int | None
) -> list[str]:
    """Sentences that say why a public site must not start; empty if it may."""
    faults = []
    if debug:
        faults.append("TRACKER_DEBUG must be off in production: it shows secrets to visitors.")
    if len(key) < SHORTEST_KEY or len(set(key)) < 5 or key.startswith("django-insecure"):
        faults.append(
            f"SECRET_KEY must be random and have at least {SHORTEST_KEY} characters in production."
        )
    if not hosts or any(host.strip() in {"", "*", "."} for host in hosts):
        faults.append("ALLOWED_HOSTS must name the hosts of the site in production, without *.")
    if proxies is None or proxies < 0:
        faults.append(
            "TRUSTED_PROXIES must say how many proxies stand in front of the site (0 if none)."
        )
    return faults


def has_demonstration_accounts(database: str = "default") -> bool:
    """Whether anyone here signs in with a password that bin/run printed."""
    from django.db import connections

    from tracker.models import User

    connection = connections[database]
    with connection.cursor() as cursor:
        if User._meta.db_table not in connection.introspection.table_names(cursor):
            return False  # before the first migration
    return User.objects.using(database).filter(is_demonstration=True, is_active=True).exists()


def refuse_unsafe_start() -> None:
    """Stop a public site that holds demonstration accounts, and any site whose ledger is older
    than a party has signed it. Servers call it as they start."""
    if settings.PRODUCTION and has_demonstration_accounts():
        raise ImproperlyConfigured(DEMONSTRATION_FAULT)
    faults = older_ledgers()
    if faults:
        raise ImproperlyConfigured(
            " ".join([*faults, "If that is meant, run “manage.py accept_older_ledger PLAN” first."])
        )


def older_ledgers() -> list[str]:
    """Sentences about ledgers that lack what was signed; none before the first migration."""
    from django.db import connection

    from tracker.actions.checkpoints import older_than_kept
    from tracker.models import LedgerMention

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return older_than_kept() if LedgerMention._meta.db_table in tables else []


@register(Tags.security)
def check_production(**kwargs: Any) -> list[CheckMessage]:
    """E001: settings changed after they were read (a settings file of one's own) are checked."""
    if not settings.PRODUCTION:
        return []
    faults = production_faults(
        debug=settings.DEBUG,
        key=settings.SECRET_KEY,
        hosts=settings.ALLOWED_HOSTS,
        proxies=settings.TRUSTED_PROXIES,
    )
    return [Error(fault, id="partnership.E001") for fault in faults]


@register(Tags.database)
def check_demonstration_accounts(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E002: no demonstration accounts in production (asked with `check --database default`)."""
    if not settings.PRODUCTION:
        return []
    return [
        Error(DEMONSTRATION_FAULT, id="partnership.E002")
        for database in databases or []
        if has_demonstration_accounts(database)
    ]

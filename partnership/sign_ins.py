"""Who signed in or out, and that somebody failed to: a line each, by account, never by address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

log = structlog.get_logger(__name__)


@receiver(user_logged_in, dispatch_uid="log-signed-in")
def log_signed_in(user: Any, **kwargs: Any) -> None:
    log.info("signed-in", person=user.pk)


@receiver(user_logged_out, dispatch_uid="log-signed-out")
def log_signed_out(user: Any, **kwargs: Any) -> None:
    log.info("signed-out", person=user.pk if user else None)


@receiver(user_login_failed, dispatch_uid="log-sign-in-failed")
def log_sign_in_failed(credentials: Mapping[str, Any], **kwargs: Any) -> None:
    """The account is named only if there is one: what was typed may be a password."""
    typed = credentials.get("email") or credentials.get("username") or ""
    people = get_user_model()._default_manager.filter(email__iexact=typed)
    log.info("sign-in-failed", person=people.values_list("pk", flat=True).first())

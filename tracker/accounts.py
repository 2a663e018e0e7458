"""How people come to an account: an administrator makes it; nobody signs up."""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse

from tracker.actions.demonstration_file import Known, known_accounts
from tracker.models import User

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in only. Sign-up is closed, and after sign-in a person comes to their work."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("desk-home")

    def is_safe_url(self, url: str) -> bool:
        """Own addresses alone; what no browser reads as an address is not safe, and no fault."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False


class SignInView(LoginView):
    """Sign-in; on the machine of a demonstration it shows the accounts to try."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "demonstration_accounts": accounts_shown_to(self.request)}


def accounts_shown_to(request: HttpRequest) -> list[Known]:
    """The accounts for the sign-in page: only to a person sitting at this machine."""
    if settings.PRODUCTION or not is_from_this_machine(request):
        return []
    active = set(
        User.objects.filter(is_demonstration=True, is_active=True).values_list("email", flat=True)
    )
    return [known for known in known_accounts(settings.DATA_DIR) if known.email in active]


def is_from_this_machine(request: HttpRequest) -> bool:
    """Asked from here, under a local name, through no proxy (which itself may be local)."""
    if any(request.META.get(name) for name in FORWARDED):
        return False
    host = split_domain_port(request.get_host())[0].strip("[]")
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and (
        host == "localhost" or _is_loopback(host)
    )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

"""Make accounts to try the software out, and print how to sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.actions.demonstration import make_accounts
from tracker.actions.refusals import Refusal


class Command(BaseCommand):
    help = "Makes one account per role and party. Repeatable; passwords stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = make_accounts(settings.DATA_DIR, day=timezone.now().date())
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
        rows = [("Who", "E-mail address", "Password")]
        rows += [(known.label, known.email, known.password) for known in accounts]
        first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
        for label, email, password in rows:
            self.stdout.write(f"{label:<{first}}  {email:<{second}}  {password}")

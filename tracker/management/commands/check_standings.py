"""Check that every standing is what the rule gives from the reports."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.actions.standing_check import standing_faults
from tracker.management.commands.verify_ledger import plans_named


class Command(BaseCommand):
    help = "Compares every standing, of every moment, with what the rule gives from the record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", nargs="?", help="a plan’s address; without it, every open plan")

    def handle(self, *args: Any, plan: str | None, **options: Any) -> None:
        for found in plans_named(plan):
            fault = next(standing_faults(found), None)
            if fault:
                raise CommandError(f"{found.slug}: {fault}", returncode=1)
            self.stdout.write(f"{found.slug}: every standing is what the record gives.")

"""Start with a ledger that is older than one a party has signed, on purpose."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.actions.checkpoints import forget_kept
from tracker.models import Plan


class Command(BaseCommand):
    help = (
        "Put the checkpoint kept for a plan aside. A site refuses to start with a ledger that does "
        "not hold it; after a restore from an older backup this says that you know."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", help="the plan's address, such as canada-mexico")

    def handle(self, *args: Any, plan: str = "", **options: Any) -> None:
        found = Plan.objects.filter(slug=plan).first()
        if found is None:
            raise CommandError(f"There is no plan “{plan}”.")
        told = "The kept checkpoint is put aside." if forget_kept(found) else "None was kept."
        self.stdout.write(told)

"""Check that the database still says what the ledger says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from tracker.actions.verification import faults_of
from tracker.models import Plan


class Command(BaseCommand):
    help = "Recomputes the chain and every published row of each plan; names the first fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", nargs="?", help="a plan’s address; without it, every open plan")

    def handle(self, *args: Any, plan: str | None, **options: Any) -> None:
        try:
            self.verify(plan)
        except DatabaseError as error:  # a backup that is damaged, an empty or a foreign file
            raise CommandError(
                f"The database cannot be read as a record: {error}. Take another backup."
            ) from error

    def verify(self, plan: str | None) -> None:
        for found in plans_named(plan):
            fault = next(faults_of(found), None)
            if fault:
                raise CommandError(f"{found.slug}: {fault}", returncode=1)
            self.stdout.write(
                f"{found.slug}: {found.ledger_size} entries hold; head {found.ledger_head}."
            )


def plans_named(slug: str | None) -> list[Plan]:
    """The open plan with this address, or all; CommandError if there is none."""
    plans = list(Plan.objects.open().filter(**({"slug": slug} if slug else {})))
    if slug and not plans:
        raise CommandError(f"There is no open plan “{slug}”.")
    return plans

"""Load a plan from its files and open it to the public."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker.actions.refusals import Refusal
from tracker.importing.plan_files import PlanFileFault, open_plan_from
from tracker.models import Plan


class Command(BaseCommand):
    help = "Checks the files of a plan, loads them in one transaction and opens the plan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BASE_DIR / "fixtures" / "canada-mexico",
            help="folder with pillars.yaml, commitments.yaml and the others",
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing if any plan is there already"
        )

    def handle(self, *args: Any, folder: Path, if_empty: bool, **options: Any) -> None:
        if if_empty and Plan.objects.exists():
            return
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        if Plan.objects.open().filter(slug=folder.name).exists():
            raise CommandError(f"The plan “{folder.name}” is open already; nothing was changed.")
        try:
            plan = open_plan_from(folder, timezone.now())
        except (PlanFileFault, Refusal) as fault:
            raise CommandError(f"{fault} Nothing was loaded.") from fault
        count = plan.commitments.count()
        self.stdout.write(f"Opened {plan.slug}: {count} commitments.")

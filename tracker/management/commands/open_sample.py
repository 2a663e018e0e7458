"""Open the plan of two invented countries, with invented reports."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.actions.refusals import Refusal
from tracker.importing.plan_files import PlanFileFault
from tracker.importing.sample import open_sample
from tracker.models import Plan


class Command(BaseCommand):
    help = "Opens the invented sample plan and replays three years of invented reports."

    def handle(self, *args: Any, **options: Any) -> None:
        if Plan.objects.filter(is_sample=True).exists():
            raise CommandError("The sample is open already; nothing was changed.")
        self.stdout.write("Opening the sample ...")
        try:
            plan = open_sample(settings.BASE_DIR / "fixtures" / "sample", timezone.now())
        except (PlanFileFault, Refusal) as fault:
            raise CommandError(f"{fault} Nothing was loaded.") from fault
        self.stdout.write(f"Opened {plan.slug}: {plan.ledger_size} entries in its ledger.")

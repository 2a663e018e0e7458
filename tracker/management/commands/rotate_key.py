"""Make a new signing key, or name the site's key in the ledgers that do not know it."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partnership.keys import replace_signing_key, signing_key
from tracker.actions.checkpoints import enter_key
from tracker.actions.refusals import Refusal
from tracker.models import Plan


class Command(BaseCommand):
    help = (
        "Make a new Ed25519 key for checkpoints in the data folder and name it in every ledger. "
        "With --keep no key is made, but for a first one: the site's key is named where it is not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keep", action="store_true", help="name the key there is")

    def handle(self, *args: Any, keep: bool = False, **options: Any) -> None:
        at = timezone.now()
        if keep:
            settings.SIGNING_KEY = settings.SIGNING_KEY or signing_key(settings.DATA_DIR, make=True)
        elif os.environ.get("TRACKER_SIGNING_KEY"):
            raise CommandError(
                "The key comes from TRACKER_SIGNING_KEY: put a new one there, then --keep names it."
            )
        else:
            stamp = f"{at:%Y-%m-%d-%H%M%S}"
            settings.SIGNING_KEY = replace_signing_key(settings.DATA_DIR, stamp)
        try:
            for plan in Plan.objects.open():
                if enter_key(plan, at=at):
                    self.stdout.write(f"{plan.slug}: the key stands in the ledger.")
        except Refusal as refusal:
            raise CommandError(str(refusal.sentence)) from refusal

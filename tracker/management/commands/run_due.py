"""Do what is due: publish at set times, end the days of proposals, close periods."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from tracker.actions.joint_acts import end_proposals
from tracker.actions.periods import close_periods
from tracker.actions.report_publication import publish_due

log = structlog.get_logger()

JOBS = (
    ("published", publish_due),
    ("proposal ended", end_proposals),
    ("period closed", close_periods),
)


class Command(BaseCommand):
    help = (
        "Do what is due now. Repeatable and safe to run at any time; a missed run catches up. "
        "Let any scheduler start it every few minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every",
            type=int,
            metavar="SECONDS",
            help="go on, and do it again after so many seconds, as long as the parent runs",
        )

    def handle(self, *args: Any, every: int | None = None, **options: Any) -> None:
        parent = os.getppid()
        failed = self.run_once(timezone.now())
        if failed and not every:
            raise CommandError(f"not done, see the log: {', '.join(failed)}")
        while every and self.wait(every, parent):
            close_old_connections()
            self.run_once(timezone.now())

    def run_once(self, at: dt.datetime) -> list[str]:
        """Do every job, and give the names of those that failed: one does not keep the others."""
        failed = []
        for name, do in JOBS:
            try:
                done = do(at)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next run tries again
                # Its kind alone: a database's sentence may hold what a person wrote.
                log.error("due-failed", job=name, error=type(error).__name__)
                failed.append(name)
                continue
            for thing in done:
                self.stdout.write(f"{name}: {thing}")
        return failed

    def wait(self, seconds: int, parent: int) -> bool:
        """Sleep so long; False as soon as the parent has ended."""
        for _second in range(seconds):
            if os.getppid() != parent:
                return False
            time.sleep(1)
        return os.getppid() == parent

"""Make the whole public record anew, from ledgers and evidence files, in an empty database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.actions.rebuilding import Unbuildable, rebuild
from tracker.actions.verification import faults_of


class Command(BaseCommand):
    help = (
        "Make the public record of every plan anew from its ledger.jsonl, in an empty database "
        "whose tables exist. Evidence files belong into TRACKER_DATA/uploads/evidence. People, "
        "drafts and proposals are not in a ledger and do not come back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ledgers", nargs="+", type=Path, metavar="LEDGER.jsonl")

    def handle(self, *args: Any, ledgers: list[Path], **options: Any) -> None:
        lines = {path.name: list(read_lines(path)) for path in ledgers}
        try:
            plans = rebuild(lines)
        except Unbuildable as error:
            raise CommandError(str(error)) from error
        for plan in plans:
            self.stdout.write(f"{plan.slug}: {plan.ledger_size} entries, head {plan.ledger_head}.")
            for fault in faults_of(plan):
                self.stderr.write(f"{plan.slug}: {fault}")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The entries of a file. Raises CommandError naming the line that is none."""
    number = 0
    try:
        with path.open(encoding="utf-8") as file:
            for text in file:
                number += 1
                line = json.loads(text)
                if not isinstance(line, dict):
                    raise ValueError("not an object")
                yield line
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}, line {number}: this is no entry of a ledger.") from error

"""Give the first person the role administrator; further roles are granted in the administration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker.actions.people import grant_first_administrator
from tracker.actions.refusals import Refusal
from tracker.models import User


class Command(BaseCommand):
    help = "Makes an existing person administrator, as long as there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="e-mail address of the person")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"Nobody has the address {email}: run createsuperuser first.")
        try:
            grant_first_administrator(person, day=timezone.now().date())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person.email} is administrator.")

"""`vip manage issue_api_key USER --name NAME`: a key by which a program acts for a person."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.api_keys import issue_key
from accounts.models import User

_DAYS_MAX = 730


class Command(BaseCommand):
    help = "Issues a key for the API and prints it. It is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="What it is for.")
        parser.add_argument("--days", type=int, default=365, help=f"1 to {_DAYS_MAX}.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']!r} who may sign in.")
        if not 1 <= options["days"] <= _DAYS_MAX:
            raise CommandError(f"--days: a whole number from 1 to {_DAYS_MAX}.")
        key = issue_key(user, name=options["name"], days=options["days"], now=timezone.now())
        self.stdout.write(key)

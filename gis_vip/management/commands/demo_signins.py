"""`vip manage demo_signins`: who can sign in to the demo city."""

from typing import Any

from django.core.management.base import BaseCommand

from core.models import Fact


class Command(BaseCommand):
    help = "Prints the sign-ins of the demo city."

    def handle(self, *args: Any, **options: Any) -> None:
        fact = Fact.objects.filter(name="demo_signins").first()
        if fact is None:
            self.stdout.write("  This is not the demo city: it has no demo sign-ins.")
            return
        self.stdout.write(f"  Demo sign-ins, password {fact.value['password']}")
        for name, what in fact.value["people"]:
            self.stdout.write(f"    {name:10} {what}")

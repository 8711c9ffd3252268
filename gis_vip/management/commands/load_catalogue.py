"""`vip manage load_catalogue`: what a real city starts from, after its boundaries are imported."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fixtures.city import CityNotEmpty, load_catalogue


class Command(BaseCommand):
    help = "Creates channels, request types, bodies and routing rules for the imported districts."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bodies = load_catalogue()
        except CityNotEmpty:
            raise CommandError(
                "There is a catalogue already. Change it in the administration pages (/admin/)."
            ) from None
        except LookupError:
            raise CommandError(
                "The register has no district yet. Import the boundaries first: import_boundaries."
            ) from None
        self.stdout.write(
            f"{len(bodies.types)} request types, {len(bodies.channels)} channels, "
            f"{len(set(bodies.departments.values()))} departments. "
            "People and their rights: create a first one with `vip manage createsuperuser`."
        )

"""`import_boundaries FILE --mapping NAME`: provinces, districts, neighbourhoods from a local file."""

from addresses.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports boundaries from a local file by a mapping. See docs/importing.md."
    entity = "boundaries"

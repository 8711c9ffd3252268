"""`import_buildings FILE --mapping NAME`: buildings from a local file."""

from addresses.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports buildings from a local file by a mapping. See docs/importing.md."
    entity = "buildings"

"""`import_parcels FILE --mapping NAME`: cadastral parcels from a local file."""

from addresses.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports parcels from a local file by a mapping. See docs/importing.md."
    entity = "parcels"

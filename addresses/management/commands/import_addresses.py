"""`import_addresses FILE --mapping NAME`: doors and units from a local file."""

from addresses.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports addresses from a local file by a mapping. See docs/importing.md."
    entity = "addresses"

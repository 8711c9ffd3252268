"""`import_streets FILE --mapping NAME`: streets and their sides from a local file."""

from addresses.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports streets from a local file by a mapping. See docs/importing.md."
    entity = "streets"

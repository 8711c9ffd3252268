"""`import_landmarks FILE --mapping NAME`: known places, as mosques, schools and parks, from a local file."""

from addresses.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports landmarks from a local file by a mapping. See docs/importing.md."
    entity = "landmarks"

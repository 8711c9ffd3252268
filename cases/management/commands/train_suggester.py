"""`vip manage train_suggester`: learns from past cases which type a text means, and how urgent it is."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.actions.train_suggester import (
    TEXTS_MIN,
    Known,
    TooFew,
    past_cases,
    past_urgencies,
    train,
    use,
)
from cases.models import SuggestionModel
from cases.suggesting.training import Measured, cross_validated


class Command(BaseCommand):
    help = (
        "Trains the suggestion of request types on past cases whose type a person has decided, and"
        " measures it on the newest fifth, which it has not seen. --use puts it to use when it is no"
        " worse than the one before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--urgency", action="store_true", help="Learns urgency instead of types."
        )
        parser.add_argument("--all", action="store_true", help="Suggested types count as decided.")
        parser.add_argument("--use", action="store_true")
        parser.add_argument("--file", default="", help="Cross-validates on a CSV; trains nothing.")
        parser.add_argument("--text", default="text", help="The column of the text.")
        parser.add_argument("--type", default="category", help="The column of its type.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            known = self._read(Path(options["file"]), options["text"], options["type"])
            self._tell(cross_validated(known.texts, known.types))
            return
        subject = (
            SuggestionModel.Subject.URGENCY if options["urgency"] else SuggestionModel.Subject.TYPE
        )
        known = past_urgencies() if options["urgency"] else past_cases(decided=not options["all"])
        before = SuggestionModel.objects.filter(active=True, subject=subject).first()
        try:
            row, found = train(known, now=timezone.now(), subject=subject)
        except TooFew:
            raise CommandError(
                f"There are fewer than {TEXTS_MIN} cases whose {subject.lower()} a person has decided,"
                " or all are alike."
                + ("" if options["urgency"] else " --all counts suggested types too.")
            ) from None
        self.stdout.write(f"model {row.pk}, {row.texts} texts until {row.until:%Y-%m-%d}")
        self._tell(found)
        if before is not None:
            self.stdout.write(f"in use until now: model {before.pk}, {before.scores}")
        if not options["use"]:
            self.stdout.write("Not in use. --use puts it to use.")
        elif before is not None and found.macro_f1 < before.scores["macro_f1"]:
            self.stdout.write("Worse than the one in use: that one stays.")
        else:
            use(row)
            self.stdout.write("In use.")

    def _read(self, path: Path, text: str, kind: str) -> Known:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
            return Known([r[text] for r in rows], [r[kind] for r in rows])
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        except KeyError as error:
            raise CommandError(f"{path} has no column {error}.") from error

    def _tell(self, found: Measured) -> None:
        self.stdout.write(
            f"unseen texts: {found.texts}; right: {found.accuracy:.1%}; macro-F1:"
            f" {found.macro_f1:.3f}; calibration error: {found.calibration_error:.3f}; don't know:"
            f" {found.dont_know:.1%}; right where it is sure: {found.sure_right:.1%}"
        )

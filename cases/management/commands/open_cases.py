"""`vip manage open_cases FILE`: opens a case for every row; repeating it opens nothing twice."""

import csv
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.rules.viewer import ANONYMOUS
from cases.actions.open_case import KeyReused, open_case
from cases.intake.files import draft_of, read_rows
from core.api.problems import InvalidInput


class Command(BaseCommand):
    help = "Opens cases from a CSV or Parquet file, one for each row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--channel", default="call_centre", help="for rows without a channel")
        parser.add_argument(
            "--report", type=Path, help="CSV of the rows that were refused, and why"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows, total, remark = read_rows(options["file"])
        except InvalidInput as error:
            raise CommandError(str(error)) from None
        if remark:
            self.stdout.write(remark)
        counts: Counter[str] = Counter()
        refused: list[tuple[int, str, str]] = []
        for number, row in enumerate(tqdm(rows, total=total, unit=" rows", disable=None), start=1):
            try:
                opened = open_case(
                    draft_of(row, options["channel"]), viewer=ANONYMOUS, now=timezone.now()
                )
                counts["opened" if opened.new else "known before"] += 1
                if opened.new and opened.case.needs_review:
                    counts["of them for a person to look at"] += 1
            except InvalidInput as error:
                counts["refused"] += 1
                refused += [(number, field, " ".join(why)) for field, why in error.errors.items()]
            except KeyReused:
                counts["refused"] += 1
                refused.append((number, "external_id", "used before with other content"))
        for name, count in counts.items():
            self.stdout.write(f"{count:>9,}  {name}")
        for number, field, why in refused[:20]:
            self.stdout.write(f"  row {number}: {field}: {why}")
        if len(refused) > 20:
            self.stdout.write(
                f"  … and {len(refused) - 20} more (--report FILE writes all of them)"
            )
        if options["report"]:
            with options["report"].open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([("row", "field", "reason"), *refused])
        if not counts["opened"] and not counts["known before"]:
            raise CommandError("No row could be opened. The reasons stand above.")

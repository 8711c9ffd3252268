"""Cases from a table: CSV (UTF-8 or windows-1254) or Parquet. Each row becomes one draft."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cases.intake.answers import answers_in
from cases.rules.draft import Contact, Draft
from core.api.problems import InvalidInput

COLUMNS = frozenset(
    {
        "external_id",
        "description",
        "place_text",
        "lon",
        "lat",
        "request_type",
        "answers",
        "kind",
        "channel",
        "opened_at",
        "full_name",
        "phone",
        "email",
    }
)


def read_rows(path: Path) -> tuple[Iterator[dict[str, Any]], int, str]:
    """The rows, how many there are, and a remark on the encoding (empty: nothing to say).

    Raises InvalidInput("file") for a file that is neither, or lacks the column `description`.
    """
    if not path.is_file():
        raise InvalidInput({"file": [_("There is no file %(path)s.") % {"path": path}]})
    if path.suffix.lower() in (".parquet", ".pq"):
        return (*_parquet(path), "")
    return _csv(path)


def _parquet(path: Path) -> tuple[Iterator[dict[str, Any]], int]:
    import pyarrow
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise InvalidInput(
            {"file": [_("This is not a Parquet file: %(why)s") % {"why": error}]}
        ) from None
    names = [n for n in file.schema_arrow.names if n in COLUMNS]
    _need_description(names)
    rows = (row for batch in file.iter_batches(columns=names) for row in batch.to_pylist())
    return rows, file.metadata.num_rows


def _csv(path: Path) -> tuple[Iterator[dict[str, Any]], int, str]:
    raw, remark = path.read_bytes(), ""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, remark = (
            raw.decode("cp1254", errors="replace"),
            _("The file is not UTF-8; it was read as windows-1254."),
        )
    if "\0" in text:
        raise InvalidInput({"file": [_("This is not a text file.")]})
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        _need_description(reader.fieldnames or [])
        rows = list(reader)
    except csv.Error:
        raise InvalidInput({"file": [_("This is not a text file.")]}) from None
    return iter(rows), len(rows), remark


def _need_description(names: Any) -> None:
    if "description" not in names:
        known = ", ".join(sorted(COLUMNS))
        raise InvalidInput(
            {
                "file": [
                    _("The column “description” is missing. Columns that are read: %(known)s.")
                    % {"known": known}
                ]
            }
        )


def draft_of(row: dict[str, Any], channel: str) -> Draft:
    """One row as a draft. Without an id of its own its content identifies it."""
    text = {k: "" if row.get(k) is None else str(row.get(k)).strip() for k in COLUMNS}
    # Without answers a row is the same as before there were any.
    told = {k: v for k, v in text.items() if v or k != "answers"}
    identity = json.dumps(told, sort_keys=True).encode()
    return Draft(
        description=text["description"],
        channel=text["channel"] or channel,
        external_id=text["external_id"] or hashlib.sha256(identity).hexdigest(),
        place_text=text["place_text"],
        lon=_number(text["lon"], "lon"),
        lat=_number(text["lat"], "lat"),
        request_type=text["request_type"],
        kind=text["kind"],
        contact=Contact(text["full_name"], text["phone"], text["email"]),
        opened_at=_time(text["opened_at"]),
        answers=answers_in(text["answers"]),
        asked=False,
    )


def _number(text: str, field: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        raise InvalidInput({field: [_("This is not a number.")]}) from None


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if value is None:
        raise InvalidInput({"opened_at": [_("This is not a time (write 2026-03-31 14:05).")]})
    return value if value.tzinfo else timezone.make_aware(value)

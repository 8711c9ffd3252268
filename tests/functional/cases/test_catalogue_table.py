"""The whole catalogue that a city begins with as a table: lists, questions over many lines, apostrophes."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command

from cases.models import RequestType
from tests.factories import area_grid

pytestmark = pytest.mark.django_db


def test_what_spreadsheets_save_anew_changes_nothing(tmp_path: Path, capsys):
    area_grid("AaBb\nAaBb")
    call_command("load_catalogue")
    path = tmp_path / "types.csv"
    call_command("request_types", export=path)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert len(rows) == RequestType.objects.count() + 1 > 250
    saved = ((";", "utf-8-sig"), (";", "cp1254"), ("\t", "utf-16"), (",", "utf-8"))
    for delimiter, encoding in saved:
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
        call_command("request_types", "--import", str(path), "--check")
        assert f"{len(rows) - 1:,} rows, 0 changes, 0 faults" in capsys.readouterr().out

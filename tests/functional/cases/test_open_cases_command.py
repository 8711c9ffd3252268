"""`open_cases FILE`: tables of every make, broken rows, repetition."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cases.models import Case, Reporter
from tests.factories import City

pytestmark = pytest.mark.django_db
ROWS = [
    ("e1", "Hasan Basri Çantay mah. 10028 Sk no:9 çöp alınmıyor", "", "+905321112233"),
    ("e2", "Yolda çukur var", "Altıeylül Atatürk Caddesi No: 5", ""),
    ("e3", "Ana boruda su patladı", "Karesi Milli Kuvvetler Caddesi no 7", ""),
]
HEAD = ("external_id", "description", "place_text", "phone")


def table(rows=ROWS, head=HEAD, delimiter=",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([head, *rows])
    return out.getvalue()


def run(path: Path, *more: str) -> str:
    out = io.StringIO()
    call_command("open_cases", str(path), *more, stdout=out)
    return out.getvalue()


def counts(text: str) -> dict[str, int]:
    lines = [x.split("  ") for x in text.splitlines() if x[:9].strip().replace(",", "").isdigit()]
    return {x[-1]: int("".join(x[:-1]).strip().replace(",", "")) for x in lines}


def check(city: City) -> None:
    by_id = {c.messages.get().external_id: c for c in Case.objects.all()}
    assert sorted(by_id) == ["e1", "e2", "e3"]
    assert by_id["e1"].address == city.doors["sk9"]
    assert by_id["e1"].department == city.departments["a:temizlik"]
    assert by_id["e2"].address == city.doors["a5"]
    assert by_id["e2"].department == city.departments["a:fen"]
    assert by_id["e3"].address == city.doors["b7"]
    assert by_id["e3"].department == city.departments["baski:su-ariza"]
    assert {c.channel.code for c in by_id.values()} == {"call_centre"}
    assert Reporter.objects.get().phone == "+905321112233"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1254"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(city: City, tmp_path, encoding, delimiter):
    path = tmp_path / "cases.csv"
    path.write_bytes(table(delimiter=delimiter).encode(encoding))
    text = run(path)
    assert counts(text)["opened"] == 3
    assert ("windows-1254" in text) is (encoding == "cp1254")
    check(city)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(city: City, tmp_path, end):
    path = tmp_path / "cases.csv"
    path.write_bytes(table().replace("\r\n", end).encode())
    assert counts(run(path))["opened"] == 3


def test_parquet(city: City, tmp_path):
    path = tmp_path / "cases.parquet"
    columns = {name: [row[i] or None for row in ROWS] for i, name in enumerate(HEAD)}
    lon, lat = city.areas.at(0.5, 0.5)
    columns |= {
        "lon": [None, lon, None],
        "lat": [None, lat, None],
        "opened_at": [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), None, None],
        "something_else": [1, 2, 3],
    }
    pq.write_table(pa.table(columns), path)
    assert counts(run(path))["opened"] == 3
    check(city)
    assert Case.objects.get(messages__external_id="e1").opened_at == datetime(
        2026, 1, 2, 3, 4, 5, tzinfo=UTC
    )


def test_a_repeated_run_opens_nothing_twice(city: City, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(table(), encoding="utf-8")
    run(path)
    assert counts(run(path)) == {"known before": 3}
    assert Case.objects.count() == 3


def test_rows_without_an_id_are_known_by_their_content(city: City, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(table([r[1:] for r in ROWS], HEAD[1:]), encoding="utf-8")
    assert counts(run(path))["opened"] == 3
    assert counts(run(path)) == {"known before": 3}


def test_broken_rows_are_told_and_the_others_opened(city: City, tmp_path):
    head = (
        "external_id",
        "description",
        "place_text",
        "lon",
        "lat",
        "channel",
        "phone",
        "opened_at",
    )
    good = "Altıeylül Atatürk Caddesi No: 5"
    rows = [
        ("1", "çöp alınmıyor", good, "", "", "", "", "2026-03-31 14:05"),
        ("2", "", good, "", "", "", "", ""),
        ("3", "çöp", "", "x", "39", "", "", ""),
        ("4", "çöp", "", "nan", "39", "", "", ""),
        ("5", "çöp", "", "26.0", "39.4", "", "", ""),
        ("6", "çöp", good, "", "", "pigeon", "", ""),
        ("7", "çöp", good, "", "", "", "12", ""),
        ("8", "çöp", good, "", "", "", "", "yesterday"),
        ("9", "çöp", good, "", "", "", "", "2026-02-30 10:00"),
        ("10", "çöp", good, "", "", "", "", "2999-01-01"),
        ("1", "başka bir şey", good, "", "", "", "", ""),
        ("11",),
        ("12", "çöp alınmıyor", good, "", "", "", "", "", "one cell too many"),
        ("13", "çöp", good, "", "", "", "", "0001-01-01 00:00"),
    ]
    path, report = tmp_path / "cases.csv", tmp_path / "report.csv"
    path.write_text(table(rows, head), encoding="utf-8")
    text = run(path, "--report", str(report))
    assert counts(text) == {"opened": 2, "refused": 12}
    told = list(csv.DictReader(report.open(encoding="utf-8")))
    assert [(int(r["row"]), r["field"]) for r in told] == [
        (2, "description"), (3, "lon"), (4, "lon"), (5, "place"), (6, "channel"), (7, "phone"),
        (8, "opened_at"), (9, "opened_at"), (10, "opened_at"), (11, "external_id"),
        (12, "description"), (14, "opened_at"),
    ]  # fmt: skip
    assert all(r["reason"] for r in told)
    assert Case.objects.get(messages__external_id="1").opened_at == datetime(
        2026, 3, 31, 11, 5, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("other.csv", b"a,b\n1,2\n"),
        ("binary.csv", b"description\0\x01\x02"),
        ("utf16.csv", "description\nçöp".encode("utf-16")),
        ("broken.parquet", b"PAR1 and nothing more"),
        ("long.csv", b"description\n" + b"x" * 200_000),
        ("head.csv", b"description,place_text\n"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_line(city: City, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError) as error:
        run(path)
    assert "\n" not in str(error.value).strip()
    assert Case.objects.count() == 0


def test_a_file_that_is_not_there(city: City, tmp_path):
    with pytest.raises(CommandError, match=r"nothing\.csv"):
        run(tmp_path / "nothing.csv")


def test_an_interrupted_run_is_finished_by_the_next(city: City, tmp_path):
    part, whole = tmp_path / "part.csv", tmp_path / "whole.csv"
    part.write_text(table(ROWS[:2]), encoding="utf-8")
    whole.write_text(table(), encoding="utf-8")
    run(part)
    assert counts(run(whole)) == {"known before": 2, "opened": 1}
    check(city)

"""The geocoder on a real district, where its data are present."""

import csv
import time
from collections import Counter
from pathlib import Path

from addresses.models import Address
from addresses.queries import names
from addresses.queries.geocoding import geocode
from addresses.rules.house_number import suffix
from tests.benchmarks.bars import Bars
from tests.benchmarks.bench_import import kept_database, load
from tests.benchmarks.city import DEFAULT_DATA

QUERIES = "geocode/geocode_altieylul_dev.csv"
DATABASE = "vip_bench_altieylul"
Row = dict[str, str]


def measure(bars: Bars, data: Path | None) -> None:
    """Loads the district the first time, and asks for its doors in all spellings."""
    data = data or DEFAULT_DATA
    if not (data / QUERIES).is_file():
        print(f"no real district in {data}")
        return
    with (data / QUERIES).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with kept_database(DATABASE) as new:
        if new or not Address.objects.exists():
            load(data, report=False)
        _ask(rows, bars)


def _ask(rows: list[Row], bars: Bars) -> None:
    begun = time.perf_counter()
    names.current()
    print(
        f"\na real district: {Address.objects.count():,} doors, names read in {time.perf_counter() - begun:.2f} s"
    )
    hits, total = Counter[str](), Counter(row["variant"] for row in rows)
    sure, wrong = Counter[bool](), 0
    for row in rows:
        answer = geocode(row["query"])
        best = answer.best.address_id if answer.best else None
        good = _right(row, best)
        hits[row["variant"]] += good
        wrong += best is not None and not good
        if answer.category in ("A", "B") and not answer.ambiguous:
            sure[good] += 1
    bars.least("real doors, all variants", hits.total() / len(rows), 0.97, note=f"of {len(rows)}")
    worst = min(total, key=lambda v: hits[v] / total[v])
    print(
        f"      wrong doors {wrong}; unflagged {sure.total()}, of them right {sure[True]}; the worst"
        f" variant: {worst}, {hits[worst]} of {total[worst]}"
    )


def _right(row: Row, address_id: int | None) -> bool:
    """Whether the answered door has the expected street code, number and suffix."""
    if address_id is None:
        return False
    door = Address.objects.select_related("side").get(pk=address_id)
    expected = (row["sokak_uavt"], int(row["expected_kapi"]), suffix(row["expected_ek"]))
    return (door.side.code, door.number, door.suffix) == expected

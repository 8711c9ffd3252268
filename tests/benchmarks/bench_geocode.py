"""Geocoding: the right door at rank one by variant, and time per query.

    python -m tests.benchmarks.bench_geocode [--data FOLDER] [--database NAME]

Loads the real data into a scratch database of its own, or uses one that holds it already.
"""

# ruff: noqa: E402 - Django is set up before anything of it is imported
import argparse
import os
import resource
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.test")

import django

django.setup()

import csv

from django.db import connection

from addresses.models import Address
from addresses.queries import names
from addresses.queries.geocoding import geocode
from addresses.rules.house_number import suffix
from tests.benchmarks.bench_import import DEFAULT_DATA, load, scratch_database

QUERIES = "geocode/geocode_altieylul_dev.csv"
Row = dict[str, str]


def right(row: Row, address_id: int | None) -> bool:
    """Whether the answered door has the expected street code, number and suffix."""
    if address_id is None:
        return False
    door = Address.objects.select_related("side").get(pk=address_id)
    expected = (row["sokak_uavt"], int(row["expected_kapi"]), suffix(row["expected_ek"]))
    return (door.side.code, door.number, door.suffix) == expected


def measure(rows: list[Row]) -> None:
    """Prints accuracy by variant, trust, and milliseconds per query."""
    started = time.perf_counter()
    index = names.current()
    print(f"index of {len(index.documents):,} streets in {time.perf_counter() - started:.1f} s")
    hits: Counter[str] = Counter()
    sure = Counter[bool]()
    wrong, times = 0, []
    for row in rows:
        begun = time.perf_counter()
        answer = geocode(row["query"])
        times.append((time.perf_counter() - begun) * 1000)
        best = answer.best.address_id if answer.best else None
        good = right(row, best)
        hits[row["variant"]] += good
        wrong += best is not None and not good
        if answer.category in ("A", "B") and not answer.ambiguous:
            sure[good] += 1
    total = Counter(row["variant"] for row in rows)
    for variant, n in sorted(total.items()):
        print(f"{variant:16}{hits[variant]:>5} / {n:<5}{hits[variant] / n:>8.1%}")
    print(f"{'all':16}{hits.total():>5} / {len(rows):<5}{hits.total() / len(rows):>8.2%}")
    print(f"wrong doors {wrong}; sure answers {sure.total()}, of them right {sure[True]}")
    cuts = statistics.quantiles(times, n=100)
    print(f"ms per query: p50 {cuts[49]:.2f}  p95 {cuts[94]:.2f}  p99 {cuts[98]:.2f}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{1000 * len(times) / sum(times):.0f} queries/s on one thread; process {memory} MB")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--database", default="", help="a database that holds the real data")
    options = parser.parse_args(argv)
    if not (options.data / QUERIES).is_file():
        print(f"geocode: no real data in {options.data}", file=sys.stderr)
        return 0
    with (options.data / QUERIES).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if options.database:
        connection.settings_dict["NAME"] = options.database
        measure(rows)
        return 0
    with scratch_database("gis_vip_bench_geocode"):
        load(options.data, report=False)
        measure(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The register at size: look-ups against the plain indexed SQL, a publication, the feed, extracts.

Ratios are of medians in the same run: what the product's function takes, by what the bare statement
takes through the same connection.
"""

# ruff: noqa: B023 - what is timed is run before its loop goes on
import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.city import milliseconds, spread, use_city

ROUNDS = 200


def main(_argv: list[str]) -> int:
    use_city()
    from django.db import connection

    sample = _sample()
    print(f"{_count('addresses_address'):,} doors, {_count('addresses_building'):,} buildings,")
    print(f"{_count('addresses_parcel'):,} parcels; {ROUNDS} rounds each, bare statement beside it")

    def plain(statement: str) -> Callable[[Any], object]:
        def run(value: Any) -> object:
            with connection.cursor() as cursor:
                cursor.execute(statement, value if isinstance(value, tuple | list) else [value])
                return cursor.fetchall()

        return run

    _lookups(sample, plain)
    _publication(sample)
    _feed_and_extracts()
    return 0


def _sample() -> list[dict[str, Any]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT uid, code, ST_X(geom), ST_Y(geom), id FROM addresses_address"
            " WHERE id % greatest(1, (SELECT max(id) / 400 FROM addresses_address)) = 0"
            " ORDER BY id LIMIT 400"
        )
        names = ("uid", "code", "lon", "lat", "id")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _count(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _versus(
    name: str, ours: Callable[[Any], object], floor: Callable[[Any], object], values: list[Any]
) -> None:
    rng = random.Random(1)
    a, b = [], []
    for _ in range(ROUNDS):
        value = rng.choice(values)
        a.append(milliseconds(lambda: ours(value)))
        b.append(milliseconds(lambda: floor(value)))
    ratio = statistics.median(a) / statistics.median(b)
    print(f"{name:28} {spread(a)}   bare {spread(b)}   ratio {ratio:5.2f}")


def _lookups(sample: list[dict[str, Any]], plain: Callable[[str], Callable[[Any], object]]) -> None:
    from addresses.queries.data_model import entity
    from addresses.queries.geocoding import geocode, reverse
    from addresses.queries.listing import Wanted, page
    from addresses.queries.records import record, versions

    kind, day = entity("address"), date(2024, 1, 1)
    uids, codes = [s["uid"] for s in sample], [s["code"] for s in sample if s["code"]]
    points = [(s["lon"], s["lat"]) for s in sample]
    by_uid = plain("SELECT * FROM addresses_address WHERE uid = %s")
    _versus("record by uid", lambda u: record(kind, u), by_uid, uids)
    _versus("record as of 2024-01-01", lambda u: record(kind, u, as_of=day), by_uid, uids)
    _versus("all its versions", lambda u: versions(kind, u), by_uid, uids)
    by_code = plain("SELECT * FROM addresses_address WHERE code = %s")
    _versus(
        "page by code", lambda c: page(kind, Wanted(limit=10, equal={"code": c})), by_code, codes
    )
    from addresses.queries.finding import find

    _versus("found by any code", find, by_code, codes)
    near = plain(
        "WITH p AS (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 3857) AS m)"
        " SELECT a.* FROM p, addresses_address a ORDER BY a.geom_m <-> p.m LIMIT 1"
    )
    _versus("what is at a point", lambda p: reverse(*p), near, points)
    _versus("the same on 2024-01-01", lambda p: reverse(*p, as_of=day), near, points)
    labels = [reverse(*p).label for p in points[:200]]
    geocode(labels[0])
    _versus("door by text", geocode, lambda _t: by_uid(uids[0]), labels)


def _publication(sample: list[dict[str, Any]]) -> None:
    """What an editor waits for: a draft of one door is proposed, checked, reviewed, published."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.rules.roles import Permission
    from accounts.rules.viewer import Viewer
    from addresses.actions.drafting import open_draft, propose
    from addresses.actions.publication import check, publish_draft, review
    from addresses.models import RegisterPolicy

    viewer, now = Viewer(permissions=frozenset(Permission)), timezone.now()
    times: dict[str, list[float]] = {"propose": [], "check": [], "publish": []}
    for one in sample[:20]:
        with transaction.atomic():
            RegisterPolicy.objects.update_or_create(id=1, defaults={"four_eyes": False})
            draft = open_draft(viewer=viewer, kind="EDIT", title="x", reason="x", now=now)
            values = {"postcode": "10999"}
            times["propose"].append(milliseconds(lambda: propose(
                draft, viewer=viewer, entity="address", operation="UPDATE", uid=one["uid"],
                values=values,
            )))  # fmt: skip
            times["check"].append(milliseconds(lambda: check(draft, viewer=viewer, now=now)))
            review(draft, viewer=viewer, now=now)
            times["publish"].append(
                milliseconds(lambda: publish_draft(draft, viewer=viewer, now=now))
            )
            transaction.set_rollback(True)
    for name, values_ms in times.items():
        print(f"one door: {name:18} {spread(values_ms)}")


def _feed_and_extracts() -> None:
    from django.utils import timezone

    from addresses.feed.extract import write
    from addresses.queries.data_model import entity
    from addresses.queries.feed import checksums, events, latest

    kind, number = entity("address"), latest()
    print(
        f"feed: nothing new            {milliseconds(lambda: list(events([kind], after=number, limit=9, now=timezone.now()))):8.1f} ms"
    )
    rows = 0

    def whole() -> None:
        nonlocal rows
        rows = sum(1 for _ in events([kind], after=0, limit=1, now=timezone.now()))

    took = milliseconds(whole)
    print(f"feed: the first set          {took:8.1f} ms  {rows / took * 1000:,.0f} events/s")
    print(f"checksums of all doors       {milliseconds(lambda: checksums([kind])):8.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        for form in ("ndjson", "csv", "parquet", "gpkg"):
            path = Path(folder) / f"x.{form}"
            took = milliseconds(lambda path=path, form=form: write([kind], form, path))
            size = path.stat().st_size / 1e6
            print(f"extract of doors: {form:10} {took:8.1f} ms  {size:6.1f} MB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

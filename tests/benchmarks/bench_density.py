"""The density map with ten million cases: rebuild, fold, what a case costs, and tiles at every zoom, cold, from the
counts and, in the same run, from the cases. `--plans` prints the plan of what is slow.

A database of its own; VIP_BENCH_MANY_CASES for fewer.
"""

import gc
import os
import random
import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any

from tests.benchmarks.city import SCALE, milliseconds, use_own_database

CASES = int(os.environ.get("VIP_BENCH_MANY_CASES", "10000000"))
DATABASE = "vip_bench_density" + ("" if CASES == 10_000_000 else f"_{CASES}")
_BAR_MS = 60.0
_ROUNDS = 20
_SEED, _SCATTERINGS, _YEARS, _SHARES = 50_000, 8, 3, 40
_KEPT = ("cases_case_pkey", "case_h3", "case_opened", "case_neighbourhood")

# What a copy has of its own; p is a place beside the case c that it repeats.
_OWN = {
    "id": "%(first)s + g.i",
    "number": "'B-' || (%(first)s + g.i)",
    "token": "md5((%(first)s + g.i)::text)",
    "description": "'…'",
    "text_key": "''",
    "candidates": "'[]'",
    "geom": "p.geom",
    "h3_10": "p.cell",
    "opened_at": "%(begin)s::timestamptz + random() * %(length)s::interval",
    "channel_id": "o.channel_id",
}


# The way without kept counts: the cells of a tile from the cases.
_FROM_CASES = """
SELECT (c.h3_10 & ~(15::bigint << 52)) | (%(resolution)s::bigint << 52)
         | ((1::bigint << (3 * (15 - %(resolution)s))) - 1) AS cell, count(*) AS cases
  FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) AS r(low, high)
  JOIN cases_published_v1 c ON c.h3_10 BETWEEN r.low AND r.high
 WHERE c.opened_at >= %(since)s AND c.public AND (%(group)s::bigint IS NULL OR c.type_group_id = %(group)s)
 GROUP BY 1 HAVING count(*) >= 3 ORDER BY 1"""


def main(argv: list[str]) -> int:
    use_own_database(DATABASE)
    _fill()
    rng = random.Random(11)
    if "--tiles" not in argv:
        _rebuild()
        _cost_of_a_case()
    gc.collect()
    gc.freeze()
    _encoders()
    slow = _tiles(rng, "--plans" in argv)
    print(
        f"a group and three months, over {_BAR_MS:.0f} ms at the 95th percentile: {slow or 'nowhere'}"
    )
    return 0


def _rebuild() -> None:
    from spatial_analytics.actions.density import rebuild
    from spatial_analytics.actions.homes import rebuild_homes

    began = time.perf_counter()
    parts: dict[str, float] = {}

    def tell(done: float, message: str) -> None:
        parts[message] = time.perf_counter() - began

    rows = rebuild(progress=tell)
    told = ", ".join(f"{name} at {seconds:.0f} s" for name, seconds in parts.items() if name)
    print(f"rebuild: {time.perf_counter() - began:.0f} s, {rows:,} counts ({told})", flush=True)
    began = time.perf_counter()
    print(f"homes: {rebuild_homes():,} rows, {time.perf_counter() - began:.1f} s", flush=True)
    for name, size in _rows(
        "SELECT relname, pg_size_pretty(pg_relation_size(oid)) FROM pg_class WHERE relname ~ 'density(day|rollup)' ORDER BY 1"
    ):
        print(f"  {name:40}{size}")
    for facet, span, resolution, n in _rows(
        "SELECT facet, span, resolution, count(*) FROM spatial_analytics_densityrollup GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    ):
        print(
            f"  roll-up {facet} {span} {resolution:2}: {n:>10,} rows, {CASES / n:6.1f} cases each"
        )


def _cost_of_a_case() -> None:
    """An insert, a move that counts nothing anew, a retype: with the triggers and without, one transaction each."""
    from django.db import connection

    from spatial_analytics.actions.density import fold

    insert = "INSERT INTO cases_case ({0}) SELECT {1} FROM cases_case c WHERE id = %s"
    columns = [r[0] for r in _rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'cases_case' AND table_schema = 'public'"
        " AND is_generated = 'NEVER'"
    )]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # the disk's share is the same for both
        cursor.execute("SELECT max(id) FROM cases_case")
        top = cursor.fetchone()[0]
        for name, statement in (
            ("opened", None),
            ("moved on", "UPDATE cases_case SET state = state, changed_at = now() WHERE id = %s"),
            (
                "retyped",
                "UPDATE cases_case SET request_type_id = request_type_id % 200 + 1 WHERE id = %s".replace(
                    "% 200", "%% 200"
                ),
            ),
        ):
            times: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
            for i in range(400):
                how = "ENABLE" if i % 2 else "DISABLE"
                cursor.execute(f"ALTER TABLE cases_case {how} TRIGGER USER")
                if statement is None:
                    top += 1
                    own = {
                        "id": str(top),
                        "number": f"'B-{top}'",
                        "token": f"md5('{top}')",
                        "opened_at": "now()",
                    }
                    values = ", ".join(own.get(c, f'c."{c}"') for c in columns)
                    names = ", ".join(f'"{c}"' for c in columns)
                    text = insert.format(names, values)
                else:
                    text = statement
                times[how].append(
                    milliseconds(lambda text=text, i=i: cursor.execute(text, [1000 + i]))
                )
            cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER USER")
            with_it, without = (statistics.median(times[how]) for how in ("ENABLE", "DISABLE"))
            print(
                f"a case {name:10}{with_it:6.3f} ms, without triggers {without:6.3f}: {with_it - without:+.3f} ms",
                flush=True,
            )
        fold()
        for n in (100, 10_000, 100_000):
            cursor.execute(
                "INSERT INTO spatial_analytics_densitychange (opened_at, cell, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, n)"
                " SELECT now(), h3_10, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, 1 FROM cases_case"
                " WHERE h3_10 IS NOT NULL AND request_type_id IS NOT NULL AND organisation_id IS NOT NULL AND district_id IS NOT NULL AND neighbourhood_id IS NOT NULL ORDER BY id DESC LIMIT %s",
                [n],
            )
            print(f"fold of {n:,}: {milliseconds(fold):.0f} ms", flush=True)
            cursor.execute(
                "INSERT INTO spatial_analytics_densitychange (opened_at, cell, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, n)"
                " SELECT now(), h3_10, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, -1 FROM cases_case"
                " WHERE h3_10 IS NOT NULL AND request_type_id IS NOT NULL AND organisation_id IS NOT NULL AND district_id IS NOT NULL AND neighbourhood_id IS NOT NULL ORDER BY id DESC LIMIT %s",
                [n],
            )
            fold()
        cursor.execute("VACUUM spatial_analytics_densitychange")  # as autovacuum does meanwhile


def _encoders() -> None:
    """The bytes of one tile of hexagons: by the database, and by mapbox-vector-tile."""
    from django.utils import timezone

    from spatial_analytics.queries.density import _drawn, density_figures, properties_of
    from spatial_analytics.queries.reach import Counted
    from spatial_analytics.rules.density import DensityQuestion
    from spatial_analytics.rules.hex_tile import encode
    from spatial_analytics.rules.hexes import resolution_of
    from tests.benchmarks.bench_tiles import tile_at
    from tiles.rules.grid import TileAddress

    lon, lat = _rows(
        "SELECT ST_X(geom), ST_Y(geom) FROM cases_case WHERE geom IS NOT NULL LIMIT 1"
    )[0]
    today = timezone.localdate()
    question = DensityQuestion(begin=today - timedelta(days=365), end=today)
    for z in (8, 10, 12, 13):
        tile = TileAddress(*tile_at(lon, lat, z))
        figures = density_figures(
            question, Counted.ALL, resolution=resolution_of(z), bounds=tile.bounds
        )
        if not figures:
            continue
        figure = [(f.cell, properties_of(f)) for f in figures]
        sql = _median(7, _drawn, tile, figures)
        python = _median(3, encode, "density", tile, figure)
        print(
            f"encode {len(figures):5} hexagons, zoom {z}: ST_AsMVT {sql:6.1f} ms, mapbox-vector-tile {python:6.1f} ms",
            flush=True,
        )


def _median(times: int, work: Any, *arguments: Any) -> float:
    return statistics.median(milliseconds(lambda: work(*arguments)) for _ in range(times))


def _tiles(rng: random.Random, plans: bool) -> list[str]:
    from django.utils import timezone

    from accounts.rules.viewer import ANONYMOUS
    from spatial_analytics.queries.density import density_tile
    from spatial_analytics.rules.hex_tile import encode
    from spatial_analytics.rules.hexes import FINEST, covering, resolution_of
    from tests.benchmarks.bench_tiles import tile_at
    from tiles.layers import TileRequest
    from tiles.rules.grid import TileAddress

    places = _rows("SELECT ST_X(geom), ST_Y(geom), neighbourhood_id, district_id FROM cases_case TABLESAMPLE SYSTEM (0.05)"
                   " WHERE geom IS NOT NULL AND neighbourhood_id IS NOT NULL AND district_id IS NOT NULL")  # fmt: skip
    groups = [r[0] for r in _rows("SELECT id FROM cases_requesttypegroup")]
    types = [
        r[0]
        for r in _rows(
            "SELECT t.code FROM cases_case c JOIN cases_requesttype t ON t.id = c.request_type_id LIMIT 400"
        )
    ]
    bodies = [
        r[0]
        for r in _rows(
            "SELECT organisation_id FROM cases_case WHERE organisation_id IS NOT NULL LIMIT 400"
        )
    ]
    channels = [
        r[0]
        for r in _rows(
            "SELECT k.code FROM cases_case c JOIN cases_channel k ON k.id = c.channel_id LIMIT 400"
        )
    ]
    questions: dict[str, Any] = {
        "a group, three months": lambda p: {"group": rng.choice(groups), "days": 90},
        "a group, a year": lambda p: {"group": rng.choice(groups), "days": 365},
        "all types, three months": lambda p: {"days": 90},
        "all types, a year": lambda p: {"days": 365},
        "a type, a year": lambda p: {"type": rng.choice(types), "days": 365},
        "an organisation, a year": lambda p: {"organisation": rng.choice(bodies), "days": 365},
        "a channel, three months": lambda p: {"channel": rng.choice(channels), "days": 90},
        "a district, three months": lambda p: {"district": p[3], "days": 90},
        "a neighbourhood, a year": lambda p: {"neighbourhood": p[2], "days": 365},
        "group and channel, three months": lambda p: {"group": rng.choice(groups), "channel": rng.choice(channels), "days": 90},
        "a group per resident, a year": lambda p: {"group": rng.choice(groups), "days": 365, "measure": "residents"},
        "a group against last year, 90 days": lambda p: {"group": rng.choice(groups), "days": 90, "compare": "year"},
    }  # fmt: skip
    slow = []
    print(f"tiles for the public, cold: median and 95th percentile of {_ROUNDS}, ms", flush=True)
    for name, ask in questions.items():
        line = []
        for z in range(5, 15):
            asked = [(p, ask(p)) for p in (rng.choice(places) for _ in range(_ROUNDS))]
            wanted = [
                TileRequest(TileAddress(*tile_at(p[0], p[1], z)), ANONYMOUS, query)
                for p, query in asked
            ]
            times = [milliseconds(lambda w=w: density_tile(w)) for w in wanted]
            p50, p95 = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
            line.append(f"z{z} {p50:4.0f}/{p95:4.0f}")
            if p95 > _BAR_MS and name == "a group, three months":
                slow.append(f"z{z}")
            if p95 > 2 * _BAR_MS and plans:
                _plan(wanted[times.index(max(times))])
        print(f"{name:36}" + "  ".join(line), flush=True)
    line = []
    for z in range(5, 15):
        times = []
        for _ in range(4):
            p = rng.choice(places)
            tile = TileAddress(*tile_at(p[0], p[1], z))
            resolution = resolution_of(z)
            ranges = covering(tile.bounds, resolution, FINEST)
            parameters = {
                "lows": [low for low, _ in ranges], "highs": [high for _, high in ranges], "resolution": resolution,
                "since": timezone.now() - timedelta(days=90), "group": rng.choice(groups),
            }  # fmt: skip
            times.append(milliseconds(lambda t=tile, q=parameters: encode(
                "density", t, ((cell, {"cases": n}) for cell, n in _rows(_FROM_CASES, q))
            )))  # fmt: skip
        line.append(f"z{z} {statistics.median(times):4.0f}/{max(times):4.0f}")
    print(f"{'a group, three months, from the cases':36}" + "  ".join(line), flush=True)
    return slow


def _plan(wanted: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from spatial_analytics.queries.density import density_tile

    with CaptureQueriesContext(connection) as seen:
        density_tile(wanted)
    worst = max(seen.captured_queries, key=lambda q: float(q["time"]))
    print(f"     {wanted.tile} {wanted.parameters}: {worst['time']} s")
    print(
        "\n".join(
            f"       {row[0]}" for row in _rows("EXPLAIN (ANALYZE, BUFFERS) " + worst["sql"])
        ),
        flush=True,
    )


def _rows(statement: str, parameters: Any = None) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[Any] = cursor.fetchall()
        return rows


def _fill() -> None:
    from django.core.management import call_command
    from django.db import connection

    began = time.perf_counter()
    call_command("load_demo_city", scale=SCALE, cases=_SEED, if_empty=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM cases_case")
        seed = cursor.fetchone()[0]
        if seed < CASES:
            _put_away(cursor)
            _places(cursor)
            _copy(cursor, seed)
            for statement in (
                "CREATE INDEX IF NOT EXISTS case_h3 ON cases_case (h3_10, opened_at)",
                "CREATE INDEX IF NOT EXISTS case_opened ON cases_case (opened_at DESC)",
                "CREATE INDEX IF NOT EXISTS case_neighbourhood ON cases_case (neighbourhood_id, opened_at)",
                "ALTER TABLE cases_case ENABLE TRIGGER USER",
                "VACUUM ANALYZE cases_case",
            ):
                cursor.execute(statement)
    print(
        f"{CASES:,} cases: {time.perf_counter() - began:.0f} s (0 s: they were there)", flush=True
    )


def _put_away(cursor: Any) -> None:
    """Keys and indexes that this benchmark does not need."""
    cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'")
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('f', 'u')"
        " AND (conrelid = 'cases_case'::regclass OR confrelid = 'cases_case'::regclass)"
    )
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"')
    cursor.execute(
        "SELECT indexrelid::regclass::text FROM pg_index"
        " WHERE indrelid = 'cases_case'::regclass AND NOT indisprimary"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
    cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER USER")


def _places(cursor: Any) -> None:
    """Places beside those of the seed, some hundred metres away, with their cells."""
    import io

    import h3.api.basic_int as h3
    import numpy as np

    cursor.execute(
        "SELECT id, ST_X(geom), ST_Y(geom) FROM cases_case WHERE geom IS NOT NULL AND h3_10 IS NOT NULL"
    )
    rows = cursor.fetchall()
    rng = np.random.default_rng(5)
    text = io.StringIO()
    n = 0
    for _ in range(_SCATTERINGS):
        beside = rng.normal(0, 0.0025, (len(rows), 2))
        for (case, lon, lat), (dx, dy) in zip(rows, beside, strict=True):
            x, y = lon + dx, lat + dy
            text.write(
                f"{n}\t{case}\tSRID=4326;POINT({x:.6f} {y:.6f})\t{h3.latlng_to_cell(y, x, 10)}\n"
            )
            n += 1
    cursor.execute("CREATE TEMP TABLE place (n int, case_id bigint, geom geometry, cell bigint)")
    text.seek(0)
    cursor.copy_expert("COPY place FROM STDIN", text)
    cursor.execute("CREATE UNIQUE INDEX ON place (n); ANALYZE place")
    cursor.execute(
        "CREATE TEMP TABLE other AS SELECT row_number() OVER () - 1 AS n, channel_id FROM cases_case; CREATE INDEX ON other (n); ANALYZE other"
    )


def _copy(cursor: Any, seed: int) -> None:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'cases_case'"
        " AND table_schema = 'public' AND is_generated = 'NEVER'"
    )
    columns = [row[0] for row in cursor.fetchall()]
    cursor.execute("SELECT count(*) FROM place")
    places = cursor.fetchone()[0]
    share = -(-(CASES - seed) // _SHARES)
    length = timedelta(days=365 * _YEARS) / _SHARES
    for i in range(_SHARES):
        first = seed + i * share
        cursor.execute(
            "INSERT INTO cases_case ({}) SELECT {} FROM (SELECT i, floor(random() * %(places)s)::int AS n,"
            " floor(random() * %(seed)s)::int AS m FROM generate_series(1, %(count)s) i OFFSET 0) g"
            " JOIN place p ON p.n = g.n JOIN cases_case c ON c.id = p.case_id JOIN other o ON o.n = g.m".format(
                ", ".join(f'"{c}"' for c in columns),
                ", ".join(_OWN.get(c, f'c."{c}"') for c in columns),
            ),
            {
                "first": first, "count": min(share, CASES - first), "places": places, "seed": _SEED,
                "begin": date.today() - timedelta(days=365 * _YEARS) + i * length, "length": length,
            },
        )  # fmt: skip
        print(f"  {first + share:,} cases", flush=True)
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case))"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

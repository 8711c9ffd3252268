"""Features over HTTP: the product beside hand-written SQL in the same server, tipg and pygeoapi, on the same tables.

Pages of 1,000, in a box, filtered, far behind, and one feature, over 1, 8 and 32 connections: median and 95th
percentile, CPU milliseconds of server and database for each request. Then 400,000 buildings by GDAL and as a file,
and the memory of the server meanwhile. `VIP_BENCH_SCALE=2.4` is a city of a million doors.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks import feature_peers
from tests.benchmarks.bars import Bars
from tests.benchmarks.bench_tiles import _backends, _cpu
from tests.benchmarks.served import THREADS, WORKERS, User, memory
from tests.benchmarks.tile_peers import Server, serving

_TABLES = {"doors": "addresses_address", "buildings": "addresses_building"}
# What the peers tell: the plain columns, for they know no others.
_COLUMNS = {
    "doors": "uid,version,valid_from,status,source,source_id,identifiers,side_id,neighbourhood_id,building_id,"
    "parcel_id,number,suffix,postcode,code,point_source",
    "buildings": "uid,version,valid_from,status,source,source_id,identifiers,neighbourhood_id,name,block,use,"
    "floors,dwellings,code",
}  # fmt: skip
_CONNECTIONS = (1, 8, 32)
_MOST_SECONDS = 8.0
_ALL = 400_000
Ask = Callable[[random.Random], str]


def main(argv: list[str]) -> int:
    from tests.benchmarks.city import use_city

    use_city()
    from django.db import connection

    bars = Bars()
    with connection.cursor() as cursor:
        name = connection.settings_dict["NAME"]
        os.environ["PGDATABASE"] = name
        # As the peers need it to be at their best; the product does this by itself.
        cursor.execute(f"ALTER DATABASE {name} SET jit = off")
        cursor.execute(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT count(*) FROM addresses_address")
        print(f"{cursor.fetchone()[0]:,} doors")
        cursor.execute(
            "SELECT ST_X(geom), ST_Y(geom) FROM addresses_address ORDER BY md5(id::text) LIMIT 300"
        )
        places = cursor.fetchall()
        cursor.execute(
            "SELECT id, uid::text FROM addresses_address ORDER BY md5(id::text) LIMIT 300"
        )
        ones = cursor.fetchall()
        cursor.execute("SELECT id FROM addresses_address ORDER BY id OFFSET (SELECT count(*) * 9 / 10 FROM addresses_address) LIMIT 1")  # fmt: skip
        deep = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) * 9 / 10 FROM addresses_address")
        offset = cursor.fetchone()[0]
    asks = _asks(places, ones, deep, offset)
    connection.close()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        product = stack.enter_context(_product())
        servers = {"product": product, "floor": product}
        if (environment := feature_peers.place()) is not None:
            servers["tipg"] = stack.enter_context(feature_peers.tipg(environment))
            servers["pygeoapi"] = stack.enter_context(
                feature_peers.pygeoapi(environment, list(_TABLES.values()), folder)
            )
        wanted = [a.removeprefix("--only=") for a in argv if a.startswith("--only=")]
        for what, ways in asks.items():
            if not wanted or what in wanted:
                _compare(bars, what, ways, servers)
        if not wanted or "all" in wanted:
            _whole(bars, product, servers.get("tipg"), folder)
    print(f"{len(bars.short)} short: {', '.join(bars.short) or 'none'}")
    return 0


def _product() -> Any:
    return serving(
        Path(sys.prefix),
        lambda port: ["-m", "gunicorn", "tests.benchmarks.features_app", "-k", "gthread", "--preload",
                      "-w", str(WORKERS), "--threads", str(THREADS), "-b", f"127.0.0.1:{port}",
                      "--limit-request-line", "8190", "--log-level", "warning"],
        {"DJANGO_SETTINGS_MODULE": "gis_vip.settings.local", "PYTHONPATH": "."},
        "/ogc/conformance",
    )  # fmt: skip


def _query(**values: object) -> str:
    return "?" + urlencode({k.replace("_", "-"): v for k, v in values.items()})


def _asks(
    places: Sequence[Any], ones: Sequence[Any], deep: int, offset: int
) -> dict[str, dict[str, Ask]]:
    """What is asked, and how each server is asked for it."""
    from tiles.features.paging import token

    def items(server: str, name: str) -> str:
        table = _TABLES[name]
        return {
            "product": f"/ogc/collections/{name}/items",
            "floor": f"/floor/{name}",
            "tipg": f"/collections/public.{table}/items",
            "pygeoapi": f"/collections/{table}/items",
        }[server]

    def peers(name: str, **values: object) -> dict[str, Ask]:
        tipg = {
            "limit": 1000,
            "f": "geojson",
            "properties": _COLUMNS[name],
            "geom-column": "geom",
            **values,
        }
        geo = {"limit": 1000, "f": "json", "properties": _COLUMNS[name], **values}
        return {
            "tipg": lambda rng: items("tipg", name) + "?" + urlencode(tipg),
            "pygeoapi": lambda rng: items("pygeoapi", name) + "?" + urlencode(geo),
        }

    def box(rng: random.Random) -> tuple[float, float, float, float]:
        lon, lat = rng.choice(places)
        return lon - 0.004, lat - 0.003, lon + 0.004, lat + 0.003

    def boxed(server: str) -> Ask:
        def ask(rng: random.Random) -> str:
            west, south, east, north = box(rng)
            if server == "floor":
                where = f"ST_Intersects(a.geom, ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326))"
                return items(server, "buildings") + _query(where=where)
            given: dict[str, object] = {"limit": 1000, "bbox": f"{west},{south},{east},{north}"}
            if server == "tipg":
                given |= {
                    "f": "geojson",
                    "properties": _COLUMNS["buildings"],
                    "geom-column": "geom",
                }
            if server == "pygeoapi":
                given |= {"f": "json", "properties": _COLUMNS["buildings"]}
            return items(server, "buildings") + "?" + urlencode(given)

        return ask

    filtered = "floors >= 4 AND floors <> 6"
    far = token("doors ", [str(deep)])
    return {
        "page": {
            "product": lambda rng: items("product", "doors") + "?limit=1000",
            "floor": lambda rng: items("floor", "doors"),
            **peers("doors"),
        },
        "buildings": {
            "product": lambda rng: items("product", "buildings") + "?limit=1000",
            "floor": lambda rng: items("floor", "buildings"),
            **peers("buildings"),
        },
        "box": {server: boxed(server) for server in ("product", "floor", "tipg", "pygeoapi")},
        "cql2": {
            "product": lambda rng: items("product", "buildings") + _query(filter=filtered),
            "floor": lambda rng: items("floor", "buildings") + _query(where="a.floors >= 4 AND a.floors <> 6"),
            **peers("buildings", filter=filtered, **{"filter-lang": "cql2-text"}),
            "pygeoapi": lambda rng: items("pygeoapi", "buildings") + "?" + urlencode(
                {"limit": 1000, "f": "json", "properties": _COLUMNS["buildings"], "filter": filtered, "filter-lang": "cql-text"}
            ),
        },
        "deep": {
            "product": lambda rng: items("product", "doors") + _query(token=far),
            "floor": lambda rng: items("floor", "doors") + _query(where=f"a.id > {deep}"),
            **peers("doors", offset=offset),
        },
        "one": {
            "product": lambda rng: items("product", "doors") + f"/{rng.choice(ones)[1]}",
            "floor": lambda rng: items("floor", "doors") + _query(where=f"a.uid = '{rng.choice(ones)[1]}'"),
            "tipg": lambda rng: items("tipg", "doors") + f"/{rng.choice(ones)[0]}?f=geojson&geom-column=geom",
            "pygeoapi": lambda rng: items("pygeoapi", "doors") + f"/{rng.choice(ones)[0]}?f=json",
        },
    }  # fmt: skip


def _compare(bars: Bars, what: str, ways: dict[str, Ask], servers: dict[str, Server]) -> None:
    print(
        f"\n{what}: connections, median and p95 in ms, requests a second, CPU ms a request (server + database)"
    )
    cpu: dict[str, float] = {}
    for server in servers:
        try:
            sizes = {
                len(_get(User(servers[server].port), ways[server](random.Random(n))))
                for n in range(3)
            }
        except RuntimeError as error:
            print(f"  {server:9} {error}")
            continue
        for users in _CONNECTIONS:
            found = _ask(servers[server], ways[server], users)
            if found is None:
                continue
            times, rate, own, database = found
            print(
                f"  {server:9} {users:3} {statistics.median(times):8.1f} {times[int(len(times) * 0.95)]:8.1f}"
                f" {rate:7.1f} {own + database:7.1f} ({own:.1f} + {database:.1f})"
                + (f"  {max(sizes) // 1024} KB" if users == 1 else ""),
                flush=True,
            )
            if users == 8:
                cpu[server] = own + database
    if "floor" in cpu:
        bars.most(f"{what}: CPU by hand-written SQL", cpu["product"] / cpu["floor"], 1.5, ".2f")
    peers = [cpu[name] for name in ("tipg", "pygeoapi") if name in cpu]
    if peers:
        bars.most(f"{what}: CPU by the better peer", cpu["product"] / min(peers), 0.6, ".2f")


def _get(user: User, path: str) -> bytes:
    status, _headers, body = user.get(path)
    if status != 200:
        raise RuntimeError(f"{path[:100]}: {status} {body[:120]!r}")
    return body


def _ask(server: Server, ask: Ask, users: int) -> tuple[list[float], float, float, float] | None:
    """Times sorted, requests a second, CPU milliseconds of server and database for each."""
    times: list[float] = []
    failed: list[Exception] = []
    each = {1: 40, 8: 12, 32: 4}[users]
    until = time.perf_counter() + _MOST_SECONDS / 2

    def live(number: int) -> None:
        rng, user = random.Random(number), User(server.port)
        try:
            for _ in range(each):
                path = ask(rng)
                begun = time.perf_counter()
                _get(user, path)
                times.append((time.perf_counter() - begun) * 1000)
                if time.perf_counter() > until:
                    return
        except Exception as error:
            failed.append(error)

    _together(live, WORKERS * THREADS)  # connections are there, tables are known, plans are made
    times.clear()
    until = time.perf_counter() + _MOST_SECONDS
    pids, backends = server.pids(), _backends()
    before, before_base = _cpu(pids), _cpu(backends)
    begun = time.perf_counter()
    _together(live, users)
    took = time.perf_counter() - begun
    time.sleep(0.01)
    own, base = _cpu(pids) - before, _cpu(_backends()) - before_base
    if failed:
        print(f"  {users:3} connections: {len(failed)} failed, such as {str(failed[0])[:160]}")
    if not times:
        return None
    times.sort()
    return times, len(times) / took, own / len(times), base / len(times)


def _together(live: Callable[[int], None], users: int) -> None:
    people = [threading.Thread(target=live, args=(n,)) for n in range(users)]
    for person in people:
        person.start()
    for person in people:
        person.join()


def _whole(bars: Bars, product: Server, tipg: Server | None, folder: Path) -> None:
    """400,000 buildings: by GDAL page after page, and as pages of the largest size; the server's memory."""
    print(f"\n{_ALL:,} buildings")
    workers = list(product.pids()[1:])
    before = max(memory(pid).own for pid in workers)
    ways = {
        "product, GDAL, pages of 1,000": (product, f"OAPIF:http://127.0.0.1:{product.port}/ogc/collections/buildings", "1000"),
        "product, GDAL, pages of 10,000": (product, f"OAPIF:http://127.0.0.1:{product.port}/ogc/collections/buildings", "10000"),
    }  # fmt: skip
    if tipg is not None:
        ways["tipg, GDAL, pages of 1,000"] = (tipg, f"OAPIF:http://127.0.0.1:{tipg.port}/collections/public.addresses_building", "1000")  # fmt: skip
    for said, (server, source, size) in ways.items():
        # A tenth of a server that pages by offset: the rest would take an hour.
        wanted = _ALL if server is product else _ALL // 10
        place = folder / "out.fgb"
        place.unlink(missing_ok=True)
        before_of = {pid: _cpu([pid]) for pid in [*server.pids(), *_backends()]}
        begun = time.perf_counter()
        done = subprocess.run(
            ["ogr2ogr", "-f", "FlatGeobuf", "-lco", "SPATIAL_INDEX=NO", "-limit", str(wanted), str(place), source, "-oo", f"PAGE_SIZE={size}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        took = time.perf_counter() - begun
        # Backends come and go meanwhile.
        spent = sum(
            max(0.0, _cpu([pid]) - before_of.get(pid, 0.0))
            for pid in [*server.pids(), *_backends()]
        )
        spent /= 1000
        size_mb = place.stat().st_size / 1e6 if place.exists() else 0
        print(f"  {said}, {wanted:,}: {took:.1f} s, CPU of the server and database {spent:.1f} s, {size_mb:.0f} MB {done.stderr[:200]}", flush=True)  # fmt: skip
    after = max(memory(pid).own for pid in workers)
    bars.most("memory of a worker, MB more than before", after - before, 60, ".0f")
    from addresses.feed.extract import write
    from addresses.queries.data_model import entity

    place = folder / "extract.fgb"
    begun = time.perf_counter()
    write([entity("building")], "fgb", place)
    took = time.perf_counter() - begun
    print(
        f"  FlatGeobuf of all buildings by the register's extract: {took:.1f} s, {place.stat().st_size / 1e6:.0f} MB"
    )

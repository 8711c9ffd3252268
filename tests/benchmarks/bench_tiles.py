"""Tiles over HTTP: the product beside bare SQL, tipg and django-vectortiles, on the same tables.

Cold: each tile once in turn by all ways, the product with a version that no cache knows; CPU milliseconds of
server and database beside wall time. Warm: tiles a second with 8 and 32 connections, the mix that people ask for.
Zooms 6 to 11 as the map page asks for them. `VIP_BENCH_SCALE=2.4` is a city of a million doors.
"""

import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks import tile_peers
from tests.benchmarks.bars import Bars
from tests.benchmarks.served import THREADS, WORKERS, User
from tests.benchmarks.tile_peers import Server

# What the floor and the peers read for a layer: its table, its columns.
_LAYERS = {
    "boundaries": ("addresses_neighbourhood", ["name", "population"], (12,)),
    "streets": ("addresses_street", ["name", "kind"], (13, 14, 15, 16)),
    "parcels": ("addresses_parcel", ["cadastral_block", "number"], (15, 16)),
    "buildings": ("addresses_building", ["name", "floors"], (14, 15, 16)),
    "doors": ("addresses_address", ["number", "suffix"], (15, 16)),
}
_FLOOR = """
SELECT ST_AsMVT(t, %(layer)s, 4096, 'g', 'id') FROM (
  SELECT id, {columns}, ST_AsMVTGeom(geom_m, ST_TileEnvelope(%(z)s,%(x)s,%(y)s), 4096, 64, true) AS g
  FROM {table} WHERE geom_m && ST_TileEnvelope(%(z)s,%(x)s,%(y)s, margin => 64.0/4096)) t
"""
_BASE = "boundaries,boundary_labels,streets,parcels,buildings,doors,landmarks"
_PLACES = 40
Tile = tuple[int, int, int]


def main(argv: list[str]) -> int:
    from tests.benchmarks.city import use_city

    use_city()
    from django.db import connection

    bars, rng = Bars(), random.Random(11)
    with connection.cursor() as cursor:
        name = connection.settings_dict["NAME"]
        os.environ["PGDATABASE"] = name
        # As the peers need it to be at their best; the product does this by itself.
        cursor.execute(f"ALTER DATABASE {name} SET jit = off")
        cursor.execute(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0")
        _tell_size(cursor)
        cursor.execute(
            "SELECT ST_X(geom), ST_Y(geom) FROM addresses_address ORDER BY md5(id::text) LIMIT 400"
        )
        places = cursor.fetchall()
    connection.close()
    with ExitStack() as stack:
        product = stack.enter_context(_product())
        peers: dict[str, tuple[Server, Callable[[str, Tile], str]]] = {}
        if (environment := tile_peers.place()) is not None:
            peers["tipg"] = (stack.enter_context(tile_peers.tipg(environment)), _of_tipg)
            _keep_a_tile(product, places[0])
            kept = stack.enter_context(tile_peers.vectortiles(environment, os.environ["REDIS_URL"]))
            peers["vectortiles"] = (kept, lambda layer, t: f"/{layer}/{t[0]}/{t[1]}/{t[2]}")
        _cold(bars, product, peers, places[:_PLACES])
        _low(bars, product, places)
        _unchanged(bars, product, places[0])
        _warm(bars, product, peers, [rng.choice(places) for _ in range(120)])
    print(f"{len(bars.short)} short: {', '.join(bars.short) or 'none'}")
    return 0


def tile_at(lon: float, lat: float, z: int) -> Tile:
    n = 1 << z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * n), int(y * n)


def _path(layer: str, t: Tile) -> str:
    return f"/tiles/{layer}/{t[0]}/{t[1]}/{t[2]}.mvt"


def _of_tipg(layer: str, t: Tile) -> str:
    table, columns, _zooms = _LAYERS[layer]
    wanted = ",".join(["id", *columns])
    return (
        f"/collections/public.{table}/tiles/WebMercatorQuad/{t[0]}/{t[1]}/{t[2]}"
        f"?properties={wanted}&geom-column=geom"
    )


def _product() -> Any:
    """As `./vip up` serves it."""
    return tile_peers.serving(
        Path(sys.prefix),
        lambda port: ["-m", "gunicorn", "tests.benchmarks.served_app", "-k", "gthread", "--preload",
                      "-w", str(WORKERS), "--threads", str(THREADS), "-b", f"127.0.0.1:{port}",
                      "--log-level", "warning"],
        {"DJANGO_SETTINGS_MODULE": "gis_vip.settings.local"},
        "/tiles/",
    )  # fmt: skip


def _keep_a_tile(product: Server, place: tuple[float, float]) -> None:
    """What the empty view answers with: a tile as it lies in the cache."""
    from django.core.cache.backends.redis import RedisCache

    body, _status, _tag = _Client(product.port).tile(_path(_BASE, tile_at(*place, 15)))
    RedisCache(os.environ["REDIS_URL"], {}).set("kept", body, None)


def _tell_size(cursor: Any) -> None:
    counts = []
    for layer, (table, _columns, _zooms) in _LAYERS.items():
        cursor.execute(f"SELECT count(*) FROM {table}")
        counts.append(f"{layer} {cursor.fetchone()[0]:,}")
    print(", ".join(counts))


class _Client(User):
    """Takes gzip, as a browser does."""

    def tile(self, path: str, tag: str = "") -> tuple[bytes, int, str]:
        """The body, the status and the ETag. Raises RuntimeError for what is no tile."""
        sent = {"Accept-Encoding": "gzip", **({"If-None-Match": tag} if tag else {})}
        status, headers, body = self.get(path, **sent)
        if status not in (200, 204, 304):
            raise RuntimeError(f"{path}: {status} {body[:200]!r}")
        return body, status, headers.get("ETag") or ""


def _cpu(pids: Sequence[int]) -> float:
    """Milliseconds on a processor so far, of all threads of these processes."""
    total = 0
    for pid in pids:
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
        except OSError:  # it has ended
            continue
    return total / 1e6


def _backends() -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [row[0] for row in cursor.fetchall()]


def _cold(
    bars: Bars, product: Server, peers: dict[str, tuple[Server, Any]], places: list[tuple[float, float]]
) -> None:  # fmt: skip
    from tiles.actions.versions import data_changed

    print(f"\ncold: median of CPU ms (wall ms), server and database; {len(places)} places")
    clients = {"product": _Client(product.port)}
    clients |= {name: _Client(server.port) for name, (server, _path_of) in peers.items()}
    processes = {"product": product.pids()} | {n: s.pids() for n, (s, _) in peers.items()}
    ratios: dict[str, list[float]] = {name: [] for name in ("floor", *peers)}
    product_of: dict[str, list[float]] = {name: [] for name in ratios}
    other_of: dict[str, list[float]] = {name: [] for name in ratios}
    for layer, (table, columns, zooms) in _LAYERS.items():
        statement = _FLOOR.format(columns=", ".join(columns), table=table)
        for z in zooms:
            tiles = list(dict.fromkeys(tile_at(lon, lat, z) for lon, lat in places))
            seen: dict[str, list[tuple[float, float]]] = {}
            for t in tiles:
                values = dict(zip("zxy", t, strict=True)) | {"layer": layer}
                ways: dict[str, Callable[[], object]] = {"floor": partial(_bare, statement, values)}
                ways["product"] = partial(clients["product"].tile, _path(layer, t))
                for name, (_server, path_of) in peers.items():
                    ways[name] = partial(clients[name].tile, path_of(layer, t))
                best: dict[str, tuple[float, float]] = {}
                for _repeat in range(3):
                    for name, way in ways.items():
                        data_changed("register")
                        pids = [*processes.get(name, []), *_backends()]
                        cpu, began = _cpu(pids), time.perf_counter()
                        way()
                        wall = (time.perf_counter() - began) * 1000
                        time.sleep(0.002)  # what runs is counted once it rests
                        spent = _cpu(pids) - cpu
                        best[name] = min(best.get(name, (math.inf, 0)), (spent, wall))
                for name, figures in best.items():
                    seen.setdefault(name, []).append(figures)
            line = "  ".join(
                f"{n} {statistics.median(c for c, _w in f):7.2f} ({statistics.median(w for _c, w in f):6.2f})"
                for n, f in seen.items()
            )
            print(f"{layer:11} z{z} {line}", flush=True)
            for name in ratios:
                for own, other in zip(seen["product"], seen[name], strict=True):
                    ratios[name].append(own[0] / other[0])
                    product_of[name].append(own[0])
                    other_of[name].append(other[0])
    for name, values in ratios.items():
        total = sum(product_of[name]) / sum(other_of[name])
        print(f"all tiles together: {total:.2f} times the CPU of {name}")
        middle = statistics.geometric_mean(values)
        bars.most(f"cold CPU beside {name}", middle, 1.25 if name == "floor" else 0.6, ".2f")


def _bare(statement: str, values: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.fetchone()


def _low(bars: Bars, product: Server, places: list[tuple[float, float]]) -> None:
    """Each zoom from 6 to 11, nothing cached: the register's layers together."""
    from tiles.actions.versions import data_changed

    client = _Client(product.port)
    for z in range(6, 12):
        times, sizes = [], []
        client.tile(_path(_BASE, tile_at(*places[0], z)))  # what a process keeps is there
        for t in list(dict.fromkeys(tile_at(*p, z) for p in places))[:30]:
            for _ in range(3):
                data_changed("register")
                began = time.perf_counter()
                body = client.tile(_path(_BASE, t))[0]
                times.append((time.perf_counter() - began) * 1000)
            sizes.append(len(body) / 1024)
        late = sorted(times)[int(len(times) * 0.95)]
        bars.most(f"z{z}, register, p95", late, 30, ".1f", f"{max(sizes):.0f} KB at most, gzip")


def _unchanged(bars: Bars, product: Server, place: tuple[float, float]) -> None:
    """A tile that the caller has: no statement reaches the database."""
    client, path = _Client(product.port), _path(_BASE, tile_at(*place, 15))
    tag = client.tile(path)[2]
    pids = _backends()
    for _ in range(20):  # connections are there
        client.tile(path, tag)
    before = _cpu(pids)
    statuses = {client.tile(path, tag)[1] for _ in range(200)}
    assert statuses == {304}, statuses
    bars.most("304: CPU ms of the database", (_cpu(pids) - before) / 200, 0.005, ".4f")


def _warm(
    bars: Bars, product: Server, peers: dict[str, tuple[Server, Any]], places: list[tuple[float, float]]
) -> None:  # fmt: skip
    """Tiles of buildings of zooms 14 to 16, one to two to three by frequency."""
    mix = [tile_at(*p, 14 + (i % 6 > 0) + (i % 6 > 2)) for i, p in enumerate(places)]
    client = _Client(product.port)
    for t in mix:
        client.tile(_path("buildings", t))
    asked = {"product": (product.port, [_path("buildings", t) for t in mix])}
    for name, (server, path_of) in peers.items():
        asked[name] = (server.port, [path_of("buildings", t) for t in mix])
    if "vectortiles" in peers:
        asked["empty view"] = (peers["vectortiles"][0].port, ["/kept"])
    for connections in (8, 32):
        rates: dict[str, list[float]] = {}
        for _turn in range(3):
            for name, (port, paths) in asked.items():
                rates.setdefault(name, []).append(_rate(port, paths, connections))
        middle = {name: statistics.median(values) for name, values in rates.items()}
        print("  ".join(f"{n} {v:.0f}/s" for n, v in middle.items()), flush=True)
        for name in peers:
            bars.least(f"warm, {connections} connections, beside {name}",
                       middle["product"] / middle[name], 10, ".1f")  # fmt: skip
        if "empty view" in middle:
            share = middle["product"] / middle["empty view"]
            bars.least(f"warm, {connections} connections, of an empty view", share, 0.8, ".2f")


def _rate(port: int, paths: list[str], connections: int, seconds: float = 4.0) -> float:
    """Answers a second to so many connections, asked by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.tile_peers.ask", str(port), str(connections), str(seconds)],
        input="\n".join(paths), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Tiles under pressure: 32 connections ask at random while cases are opened beside them.

`./vip bench tiles_hold --minutes=5`
"""

import http.client
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from typing import Any

CONNECTIONS = 32
_ALONE_S = 15.0
_GROWTH_MB = 150.0  # of one worker, and of the cache beyond its limit
_LAYERS = (
    "boundaries,boundary_labels,streets,parcels,buildings,doors,landmarks",
    "cases",
    "cases",
    "density",
    "doors,cases",
)


def main(argv: list[str]) -> int:
    from tests.benchmarks.bars import Bars
    from tests.benchmarks.city import spread, use_city
    from tests.benchmarks.served import served

    given = dict(a.lstrip("-").partition("=")[::2] for a in argv)
    minutes = float(given.get("minutes", "1"))
    use_city()
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import User

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(geom), ST_Y(geom) FROM addresses_address ORDER BY md5(id::text) LIMIT 400"
        )
        places = cursor.fetchall()
    call_command("rebuild_density")  # no worker runs here that would fold the cases into the counts
    sessions = [_session(user) for user in User.objects.filter(is_active=True)[:6]]
    redis = cache._cache.get_client()  # type: ignore[attr-defined]
    bars = Bars()
    with served("Atatürk Caddesi") as server:
        alone = _opened(_ALONE_S)
        before, held = server.memory(), redis.info("memory")["used_memory"]
        stop = time.monotonic() + minutes * 60
        answers: Counter[int] = Counter()
        times: list[float] = []
        faults: list[str] = []
        people = [
            threading.Thread(
                target=_ask, args=(n, server.port, places, sessions, stop, answers, times, faults)
            )
            for n in range(CONNECTIONS)
        ]
        for person in people:
            person.start()
        beside = _opened(minutes * 60)
        for person in people:
            person.join()
        after, now = server.memory(), redis.info("memory")
    print(
        f"{len(times)} answers, {len(times) / minutes / 60:.0f} a second, {spread(times)}: {answers}"
    )
    print(f"cases opened a second: {alone:.1f} alone, {beside:.1f} beside the maps")
    for fault in faults[:5]:
        print(f"  {fault}")
    wrong = sum(n for status, n in answers.items() if status not in (200, 204, 304, 503))
    bars.most("errors", wrong + len(faults), 0, ".0f")
    bars.most("told to come back", answers[503] / max(len(times), 1), 0.01)
    bars.least("opening beside the maps / alone", beside / alone, 0.5)
    grown = max(b.own - a.own for a, b in zip(before, after, strict=True))
    bars.most("growth of a worker, MB", grown, _GROWTH_MB, ".0f")
    limit = now["maxmemory"] or held + _GROWTH_MB * 2**20
    bars.most("the cache, MB", now["used_memory"] / 2**20, limit / 2**20 + _GROWTH_MB, ".0f")
    print(f"median of the answers: {statistics.median(times):.1f} ms")
    return int(bool(bars.short))


def _session(user: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return str(client.cookies["sessionid"].value)


def _ask(
    number: int,
    port: int,
    places: list[tuple[float, float]],
    sessions: list[str],
    stop: float,
    answers: Counter[int],
    times: list[float],
    faults: list[str],
) -> None:
    """One connection: tiles of where people live, filters and people by chance, some again."""
    from tests.benchmarks.bench_tiles import tile_at

    rng, kept = random.Random(number), http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seen: dict[str, str] = {}
    while time.monotonic() < stop:
        layers = rng.choice(_LAYERS)
        z, x, y = tile_at(*rng.choice(places), rng.choice((8, 10, 12, 13, 14, 14, 15, 15, 16, 16)))
        path = f"/tiles/{layers}/{z}/{x}/{y}.mvt{_filters(rng) if layers == 'cases' else ''}"
        if seen and rng.random() < 0.3:
            path = rng.choice(list(seen))
        headers = {"Accept-Encoding": "gzip"}
        if rng.random() < 0.4:
            headers["Cookie"] = f"sessionid={rng.choice(sessions)}"
        elif path in seen:
            headers["If-None-Match"] = seen[path]
        begun = time.perf_counter()
        try:
            kept.request("GET", path, headers=headers)
            answer = kept.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            faults.append(f"{path}: {error!r}")
            kept.close()
            continue
        times.append((time.perf_counter() - begun) * 1000)
        answers[answer.status] += 1
        if answer.status >= 500 and answer.status != 503:
            faults.append(f"{answer.status} {path}: {body[:200]!r}")
        if "Cookie" not in headers and (tag := answer.headers.get("ETag")):
            seen[path] = tag


def _filters(rng: random.Random) -> str:
    some = [
        "state=open", "state=ended", "open_only=1", f"since=2026-{rng.randint(1, 9):02d}-01",
        f"from=2026-0{rng.randint(1, 9)}-01", "to=2026-10-31", "group=yol", "type=cop",
    ]  # fmt: skip
    return "?" + "&".join(rng.sample(some, rng.randint(0, 3)))


def _opened(seconds: float) -> float:
    """Cases a second that another process opens."""
    program = f"from tests.benchmarks.bench_tiles_hold import open_cases; open_cases({seconds})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return int(done.stdout.split()[-1]) / seconds


def open_cases(seconds: float) -> None:
    """Opens cases at doors by chance until the time is up; prints how many."""
    import django

    django.setup()
    from django.utils import timezone

    from accounts.rules.viewer import ANONYMOUS
    from addresses.models import Address
    from cases.actions.open_case import open_case
    from cases.rules.draft import Draft

    doors = list(Address.objects.order_by("?").values_list("pk", flat=True)[:500])
    number, stop = 0, time.monotonic() + seconds
    while time.monotonic() < stop:
        draft = Draft("çöp alınmıyor", "web", uuid.uuid4().hex, address_id=random.choice(doors))
        open_case(draft, viewer=ANONYMOUS, now=timezone.now())
        number += 1
    print(number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

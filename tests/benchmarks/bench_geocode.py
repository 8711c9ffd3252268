"""The geocoder against its bars: right doors, trust, time, memory, publications; addok beside it.

    ./vip bench geocode [--seed=N] [--queries=N] [--data=FOLDER] [--database=NAME] [--no-addok] [--missed]

The queries are made by seed from the benchmark's city (`VIP_BENCH_SCALE=1`: 400,000 doors; 5: two
million), and asked of the product and of addok. Then real doors are asked for, where they are present.
`--missed` prints every query that was not answered rightly.

Whatever else runs on the machine makes times longer, never shorter: of several rounds of the same
kind the quietest counts. The load is printed, and the time on the processor beside the clock's.
"""

import argparse
import gc
import os
import random
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.bars import Bars
from tests.benchmarks.city import SCALE, use_city, use_database
from tests.benchmarks.geocode_scores import Given, score
from tests.benchmarks.queries import CASING, CORE, REFUSED, Query, queries, shuffled

SMALLER = 1.0  # the scale that larger cities are compared with
LABELS = 5_000
ROUNDS = 3
HOSTILE = (
    "Gül sokak " * 10_000,
    "\x00\x01\u202e" * 33_000,
    "'; DROP TABLE addresses_address; --",
    "(((((((((a+)+)+)+)+)+" * 4500,
    "1/2/3/4/5/6/7/8/9/" * 5500,
    "no:" * 33_000,
    "a.b.c.d.e." * 10_000,
    "39.123456," * 10_000,
    "1°1'1\" " * 14_000,
    "ada 1 parsel " * 7_700,
    "X ile Y köşesi " * 6_700,
    "🗑️🏠" * 33_000,
    "שלום עולם " * 10_000,
    "ı̇İIi" * 20_000,
    "mah sok cad no: kat: daire: " * 3_600,
    "a" * 100_000,
    "1" * 100_000,
)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser("bench geocode", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--queries", type=float, default=1.0, help="times 3,300 queries")
    parser.add_argument("--data", type=Path, default=None, help="folder of the real data")
    parser.add_argument("--database", help="one that holds a register; nothing is written there")
    parser.add_argument("--no-addok", action="store_true")
    parser.add_argument("--missed", action="store_true")
    options = parser.parse_args(argv)
    if options.database:
        use_database(options.database)
    else:
        use_city()
    from tests.benchmarks import geocode_real

    print(f"seed {options.seed}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    asked = shuffled(queries(options.seed, options.queries), options.seed)
    bars = Bars()
    _accuracy(asked, bars, options)
    _labels(bars, options.seed)
    _hostile(bars)
    texts = [q.text for q in asked if q.expect == "door"]
    _served(texts, bars, options.seed, publish=not options.database)
    if not options.database:
        geocode_real.measure(bars, options.data)
    print(f"\n{len(bars.short)} of the bars fall short" + (": " if bars.short else "."), end="")
    print("; ".join(bars.short))
    return 0


def answered(query: Query) -> Given:
    """The product's first answer."""
    from addresses.queries.geocoding import geocode

    begun = time.perf_counter()
    answer = geocode(query.text)
    took = (time.perf_counter() - begun) * 1000
    best = answer.best
    sure = answer.category in ("A", "B") and not answer.ambiguous
    if best is None:
        return Given(ms=took)
    return Given(
        best.address_id, best.street_id, best.neighbourhood_id, best.landmark_id, best.parcel_id,
        sure, took,
    )  # fmt: skip


def _accuracy(asked: Sequence[Query], bars: Bars, options: argparse.Namespace) -> None:
    from addresses.models import Address
    from addresses.queries import names
    from tests.benchmarks import geocode_peer

    begun = time.perf_counter()
    index = names.current()
    print(
        f"{Address.objects.count():,} doors; names of {len(index.documents):,} streets read in"
        f" {time.perf_counter() - begun:.2f} s; {len(asked):,} queries\n"
    )
    for query in asked[:100]:
        answered(query)  # the first ones of a connection are planned
    gc.collect()
    gc.freeze()  # as the server does: what this benchmark holds is not looked through meanwhile
    begun_cpu = time.process_time()
    ours = score(asked, answered)
    cpu = (time.process_time() - begun_cpu) / len(asked) * 1000
    quiet = quietest(ours.times)
    bars.least("right door, core", ours.share(CORE), 0.99)
    bars.least("right door, two typing errors", ours.share(["typo2"]), 0.97)
    bars.least("right door, the worst casing", min(ours.share([c]) for c in CASING), 1.0)
    bars.most("wrong door, core", ours.wrong_share(), 0.001)
    bars.least("unflagged answers right", ours.sure_right, 0.998, note=f"of {ours.sure.total():,}")
    bars.least("refused where nothing is", ours.share(REFUSED), 0.97)
    bars.least("wrong neighbourhood given", ours.share(["wrong_neighbourhood"]), 0.85)
    note = f"ms, in the process; of all {percentile(ours.times, 95):.2f}"
    bars.most("p95 of a query, quietest third", percentile(quiet, 95), 5.0, ".2f", note)
    note = f"of all {ours.per_second:.0f}; {cpu:.2f} ms of processor a query, the database's apart"
    bars.least("queries per second and worker", 1000 * len(quiet) / sum(quiet), 500, ".0f", note)
    if SCALE > SMALLER and not options.database:
        _slower(ours.times, bars, options)
    theirs = None if options.no_addok else geocode_peer.measure(asked)
    if theirs is not None:
        calm = quietest(theirs.times)
        ratio = (len(quiet) / sum(quiet)) / (len(calm) / sum(calm))
        note = f"addok's quietest third: {1000 * len(calm) / sum(calm):.0f}/s"
        bars.least("times as many queries per second as addok", ratio, 5.0, ".1f", note)
    print(f"\n{'':24}{'asked':>7}{'product':>10}{'addok':>10}")
    for group in ours.asked:
        line = f"{group:24}{ours.asked[group]:>7}{ours.share([group]):>10.1%}"
        print(line + (f"{theirs.share([group]):>10.1%}" if theirs else ""))
    for name, scores in (("product", ours), *([("addok", theirs)] if theirs else [])):
        print(
            f"{name:10} core {scores.share(CORE):.2%}, wrong {scores.wrong_share():.2%}, unflagged"
            f" right {scores.sure_right:.2%}, refused {scores.share(REFUSED):.0%};"
            f" ms p50 {percentile(scores.times, 50):.2f} p95 {percentile(scores.times, 95):.2f}"
            f" p99 {percentile(scores.times, 99):.2f}; {scores.per_second:.0f}/s"
        )
    if options.missed:
        for query, given in ours.missed:
            print(f"missed  {query.group}: {query.text}  {given}")
    print()


def _slower(times: Sequence[float], bars: Bars, options: argparse.Namespace) -> None:
    """How much slower the same kinds of queries are than in the city of scale 1."""
    from django.db import connection

    from addresses.queries import names
    from tests.benchmarks.city import database_of

    large = connection.settings_dict["NAME"]
    try:
        connect(database_of(SMALLER))
        asked = shuffled(queries(options.seed, options.queries), options.seed)
        names.current()
        for query in asked[:100]:
            answered(query)
        smaller = score(asked, answered)
    except Exception as error:
        print(f"no city of scale {SMALLER} to compare with ({error}): VIP_BENCH_SCALE=1 makes it")
        return
    finally:
        connect(large)
    ratio = percentile(quietest(times), 50) / percentile(quietest(smaller.times), 50)
    bars.most("times as slow as 400,000 doors (median)", ratio, 1.3, ".2f")


def connect(database: str) -> None:
    """Goes on with another database of the same server."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = database


def quietest(times: Sequence[float]) -> Sequence[float]:
    """The third of the queries, in the order in which they were asked, that took the least time."""
    third = max(1, len(times) // 3)
    return min((times[i : i + third] for i in (0, third, 2 * third)), key=sum)


def percentile(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def _labels(bars: Bars, seed: int) -> None:
    """Own printed labels lead back to their door, also after what happens to texts."""
    from addresses.queries import names
    from addresses.queries.geocoding import geocode
    from core.rules.text import upper
    from tests.benchmarks.noise import recase, to_ascii
    from tests.benchmarks.sampled import Sampled

    sampled, index = Sampled(seed + 1), names.current()
    ways = {
        "as it is": lambda text: text,
        "upper-cased": upper,
        "ASCII": to_ascii,
        "decomposed": lambda text: unicodedata.normalize("NFD", text),
        "mis-decoded": lambda text: recase(text, "mojiutf8"),
    }
    right = dict.fromkeys(ways, 0)
    for _ in range(LABELS):
        door = sampled.draw()
        label = index.label(door.neighbourhood_id, street=door.street, number=door.written)
        for way, change in ways.items():
            best = geocode(change(label)).best
            found = best.address_id if best else None
            right[way] += found == door.id or (
                found is not None and found in {d.id for d in sampled.same(door)}
            )
    for way, count in right.items():
        bars.least(f"own label, {way}", count / LABELS, 1.0, note=f"of {LABELS:,}")


def _hostile(bars: Bars) -> None:
    from addresses.queries.geocoding import geocode

    worst = 0.0
    for text in HOSTILE:
        times = []
        for _ in range(2):
            begun = time.perf_counter()
            found = geocode(text)
            times.append((time.perf_counter() - begun) * 1000)
        worst = max(worst, min(times))
        if found.category == "A":
            bars.short.append("a hostile text is category A")
    bars.most("hostile and absurd texts, the slowest", worst, 200, ".0f", f"ms, of {len(HOSTILE)}")


def _served(texts: list[str], bars: Bars, seed: int, *, publish: bool) -> None:
    from tests.benchmarks import geocode_changes
    from tests.benchmarks.served import THREADS, WORKERS, served

    rng = random.Random(seed)
    with served(texts[0]) as first:
        started = first.started_s
    with served(texts[0]) as server:
        started = min(started, server.started_s)
        bars.most("from the server's start to the first answer", started, 3.0, ".2f", "s, of 2")
        server.many(texts, users=2 * WORKERS, each=100, pause_s=0)  # warm
        single, together, rate = float("inf"), float("inf"), 0.0
        for _ in range(ROUNDS):
            alone = server.one(rng.sample(texts, min(300, len(texts))))
            single = min(single, percentile(alone, 95))
            many, rate = server.many(texts, users=50, each=15, pause_s=1.0)
            together = min(together, percentile(many, 95))
        bars.most(
            "50 users, a question a second each: p95", together / single, 3.0, ".2f",
            f"times one user's; {together:.1f} ms, alone {single:.1f} ms; {rate:.0f}/s",
        )  # fmt: skip
        many, rate = server.many(texts, users=50, each=40, pause_s=0)
        print(
            f"      50 users without any pause: {rate:.0f}/s, p95 {percentile(many, 95):.0f} ms"
            f" ({WORKERS} workers of {THREADS} threads, {os.cpu_count()} processors, askers beside)"
        )
        server.many(texts, users=10, each=1000, pause_s=0)
        worst = max(server.memory(), key=lambda m: m.own)
        bars.most(
            "memory of a worker after 10,000 queries", worst.share, 120, ".0f",
            f"MB; resident {worst.resident:.0f}, its own {worst.own:.0f}",
        )  # fmt: skip
        if publish:
            geocode_changes.measure(server, bars, seed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

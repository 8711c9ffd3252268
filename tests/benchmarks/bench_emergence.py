"""Emergence: outbreaks found, recurrence intervals kept, the demo city's recorded outbreaks, and time.

    ./vip bench emergence                        all that is there
    ./vip bench emergence --only=newhaven,speed  some of the parts below
    ./vip bench emergence --reps=10              outbreaks of each of 24 sorts (3)
    ./vip bench emergence --quick                without the slow peers

Parts: the arenas (`--only=arenas` for all of them), `recurrence`, `demo`, `speed`.  The real files are
looked for in `../shared/data/events`, or in `events` under `$VIP_SAMPLE_DATA`.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import h3.api.basic_int as h3
import numpy as np

from spatial_analytics.hotspots.duplicates import near_duplicates
from spatial_analytics.hotspots.emergence.alerts import Alert, Counter, Trace, follow
from spatial_analytics.hotspots.emergence.calibrate import (
    KindPast,
    Thresholds,
    calibrate,
    refit,
    scan_day,
)
from spatial_analytics.hotspots.emergence.scan import damp, pick, stack_of
from spatial_analytics.hotspots.emergence.stored import from_bytes, to_bytes
from spatial_analytics.hotspots.emergence.world import World, build_world, zones_of_cells
from spatial_analytics.hotspots.grid import cells_of, lay_grid
from tests.benchmarks.bars import Bars
from tests.benchmarks.emergence_arena import BUDGETS, Arena, Outcome, run
from tests.benchmarks.emergence_cities import MADE, City, real
from tests.benchmarks.emergence_peers import PEERS, Clusters, Ours

T = TypeVar("T")
NIGHT_SECONDS = 5.0
FACTOR = 1.5
DEMO_TESTED, DEMO_PAST = 260, 182
# The platform learns every four weeks; here less often, which takes a quarter of the time.
DEMO_LEARN = 84
DEMO_RECURRENCE = 7.0


@dataclass(frozen=True)
class Setting:
    """One arena: city, kinds ('' for all; else the greatest of that column), resolution, tested days.

    designed  the scan's design was chosen on it; the others were only looked at afterwards
    """

    name: str
    city: str
    resolution: int
    tested: int
    column: str = ""
    designed: bool = False


SETTINGS = (
    Setting("newhaven", "newhaven", 9, 224, designed=True),
    Setting("boston", "boston", 9, 98, designed=True),
    Setting("batches", "batches", 9, 560, designed=True),
    Setting("contagion", "contagion", 9, 560, designed=True),
    Setting("growth", "growth", 9, 560),
    Setting("drift", "drift", 9, 560),
    Setting("boston-type", "boston", 9, 98, "category"),
    Setting("boston-department", "boston", 9, 98, "department"),
    Setting("boston-8", "boston", 8, 98),
    Setting("newhaven-type", "newhaven", 9, 224, "category"),
)


def main(argv: list[str]) -> int:
    """Print what was measured. 0 where no bar was missed."""
    parser = ArgumentParser(prog="bench emergence")
    parser.add_argument("--only", default="", help="names of parts, by commas")
    parser.add_argument("--reps", type=int, default=3, help="outbreaks of each sort")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="without the slow peers (DBSCAN)")
    options = parser.parse_args(argv)
    wanted = [part for part in options.only.split(",") if part]
    bars = Bars()
    for setting in SETTINGS:
        if not wanted or setting.name in wanted or "arenas" in wanted:
            arena_part(setting, options.reps, options.seed, options.quick, bars)
    parts: dict[str, Callable[[Bars], None]] = {
        "recurrence": recurrence_part,
        "demo": demo_part,
        "speed": speed_part,
    }
    for name, part in parts.items():
        if not wanted or name in wanted:
            print(f"\n=== {name}")
            part(bars)
    return 1 if bars.short else 0


# ── Outbreaks put in ─────────────────────────────────────────────────────────────────────────────


def arena_part(setting: Setting, reps: int, seed: int, quick: bool, bars: Bars) -> None:
    """One table: every peer and ours in the same arena."""
    print(f"\n=== {setting.name}{' (designed on)' if setting.designed else ''}")
    city = load(setting.city, setting.column)
    if city is None:
        print("skipped: the file is not there; set VIP_SAMPLE_DATA")
        return
    arena = Arena(city, setting.resolution, setting.tested, reps=reps, seed=seed)
    week = arena.total[arena.first :].mean() * 7
    print(
        f"{len(arena.grid)} cells of resolution {setting.resolution}, {week:.0f} cases a week, "
        f"{arena.first} days before {setting.tested} tested ones, {len(arena.trials)} outbreaks"
    )
    print(
        f"{'':40}found within 14 days at .5 / 1 / 2 alerts a week; (alerts a week that came of it);\n"
        f"{'':40}the same with thresholds that keep the budget there; delay at 1; by size at 1; s a day"
    )
    outcomes = []
    for method in (*PEERS, Ours):
        if not (quick and issubclass(method, Clusters)):
            outcomes.append(run(arena, method(arena)))
            print(as_line(outcomes[-1]), flush=True)
    best = {b: max(one.fair[b] for one in outcomes[:-1]) for b in BUDGETS}
    for budget in BUDGETS:
        name = f"{setting.name}: found at {budget:g} a week"
        bars.least(name, outcomes[-1].fair[budget], best[budget], ".2f", "the best peer's")


def as_line(one: Outcome) -> str:
    """A row of the table."""
    found = " / ".join(f"{one.found[b]:.2f}" for b in BUDGETS)
    real_rate = " / ".join(f"{one.real[b]:.2f}" for b in BUDGETS)
    fair = " / ".join(f"{one.fair[b]:.2f}" for b in BUDGETS)
    sizes = " ".join(f"{n}:{share:.2f}" for n, share in one.by_size.items())
    return (
        f"{one.name:40}{found} ({real_rate}); {fair}; {one.delay[1.0]:.0f} d; {sizes}; "
        f"{one.seconds:.4f}"
    )


def load(name: str, column: str = "") -> City | None:
    """A city; with a column, its cases of the most frequent value only."""
    if name in MADE:
        return MADE[name]()
    city = real(name, column or "category")
    if city is None or not column:
        return city
    return city.of(np.array([np.bincount(city.kind).argmax()]))


# ── Recurrence intervals ─────────────────────────────────────────────────────────────────────────

# City, seed, resolution, day of the calibration, days of the past it learns from.
CALIBRATED = (
    ("batches", 21, 9, 728, 364),
    ("batches", 22, 9, 1092, 364),
    ("contagion", 23, 9, 728, 364),
    ("contagion", 24, 9, 1092, 364),
    ("growth", 25, 9, 728, 364),
    ("growth", 26, 9, 1092, 364),
    ("drift", 27, 9, 728, 364),
    ("drift", 28, 9, 1092, 364),
    ("newhaven", 0, 9, 238, 154),
    ("boston", 0, 9, 140, 56),
)


def recurrence_part(bars: Bars) -> None:
    """Thresholds learned up to a day, alerts counted after it: as many as was said?"""
    seen: dict[int, int] = {}
    due: dict[int, float] = {}
    for name, seed, resolution, cut, past in CALIBRATED:
        city = MADE[name](seed=seed) if name in MADE else load(name)
        if city is None:
            print(f"{name}: skipped, the file is not there")
            continue
        world = Arena(city, resolution, 60, reps=0, seed=1).world
        begun = time.perf_counter()
        thresholds = calibrate(world, cut, past_days=past)
        took = time.perf_counter() - begun
        last = min(world.days, cut + 364)
        traces = later(world, thresholds, cut, last)
        counter = Counter(stack_of(world.zones))
        line = f"{name:12} day {cut}, {last - cut} days after it"
        for days in (10, 30, 100):
            count = counter.count(traces, days)
            seen[days] = seen.get(days, 0) + count
            due[days] = due.get(days, 0.0) + (last - cut) / days
            line += f"; once in {days} d: {count} alerts of {(last - cut) / days:.1f}"
        print(f"{line}; calibrated in {took:.0f} s", flush=True)
    for days, count in seen.items():
        ratio = max(count, 0.5) / due[days]
        note = f"{count} alerts where {due[days]:.1f} were due"
        bars.most(f"once in {days} days: off by", max(ratio, 1 / ratio), FACTOR, ".2f", note)


def later(world: World, thresholds: Thresholds, first: int, last: int) -> list[Trace]:
    """What is found after the calibration, with its rulers; strengths are recurrence intervals."""
    stack = stack_of(world.zones)
    out: list[Trace] = []
    for kind, learned in thresholds.kinds.items():
        past = KindPast(world, stack, kind, last, learned.habit)
        past.cap, past.ratio = learned.fit.unit_cap, learned.fit.ratio
        past.damped = damp(past.daily, world.zones.units, past.cap)
        past.totals_damped = past.damped.totals(last)
        for day, evidence in past.mornings(np.arange(first, last)):
            for found in pick(stack, evidence, learned.scale):
                strength = np.log10(learned.recurrence(found.strength))
                out.append(Trace(day, kind, found.row, float(thresholds.recurrence(strength))))
    return sorted(out, key=lambda one: (one.day, -one.strength))


# ── The demo city ────────────────────────────────────────────────────────────────────────────────


def demo_part(bars: Bars) -> None:
    """The loaded demo city: every type with enough cases and all together, day by day."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.local")
    import django
    from django.db import DatabaseError, connection

    django.setup()
    from core.models import Fact

    try:
        fact = Fact.objects.filter(name="demo_outbreaks").first()
        if fact is None or not fact.value:
            print("skipped: no demo city with recorded outbreaks is loaded")
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM opened_at)::bigint, lat, lon, request_type_id "
                "FROM cases_published_v1 WHERE lon IS NOT NULL AND request_type_id IS NOT NULL "
                "ORDER BY opened_at"
            )
            table = np.array(cursor.fetchall(), dtype=float)
    except DatabaseError as error:
        print(f"skipped: {str(error).splitlines()[0]}")
        return
    demo_found(fact.value, table, bars)


def demo_found(outbreaks: list[dict[str, object]], table: np.ndarray, bars: Bars) -> None:
    """Which of the recorded outbreaks a nightly scan would have raised, and when."""
    seconds, lat, lon, kind = table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3]
    kinds = kind.astype(np.int64)
    counts = near_duplicates(seconds, lat, lon, kinds)
    day = seconds // 86_400
    start, days = int(day.min()), int(day.max() - day.min() + 1)
    cells = cells_of(lat, lon, 9)
    grid = lay_grid(cells)
    zones = zones_of_cells(grid.cells)
    unit = np.where(counts, grid.index_of(cells), -1)
    first_day = np.datetime64(start, "D")
    world = build_world(zones, unit, day - start, kinds, days=days, first_day=first_day, least=100)
    cut = days - DEMO_TESTED
    print(f"{len(table)} cases, {len(grid)} cells, {len(world.kinds)} kinds; learned at day {cut}")
    alerts: list[Alert] = []
    thresholds = calibrate(world, cut, past_days=DEMO_PAST)
    for now in range(cut, days + 1):
        if (now - cut) % DEMO_LEARN == 0 and now > cut:
            thresholds = calibrate(world, now, past_days=DEMO_PAST)
        elif (now - cut) % 14 == 0 and now > cut:
            thresholds = refit(world, thresholds, now)
        found = scan_day(world, thresholds, now, least_recurrence=DEMO_RECURRENCE)
        alerts = follow(alerts, found, now)
    hit: set[int] = set()
    delays: list[int] = []
    tried = 0
    for one in outbreaks:
        begun = int((np.datetime64(str(one["first_day"])) - first_day) // np.timedelta64(1, "D"))
        if begun < cut:
            continue
        tried += 1
        cell = h3.latlng_to_cell(float(str(one["lat"])), float(str(one["lon"])), 9)
        at = int(grid.index_of(np.array([cell], dtype=np.int64))[0])
        raised = [
            (alert.raised, number)
            for number, alert in enumerate(alerts)
            if begun < alert.raised <= begun + 14 and at in alert.peak.reach
        ]
        hit |= {number for _, number in raised}
        delays += [min(raised)[0] - begun] if raised else []
        said = f"after {delays[-1]} days" if raised else "not within 14 days"
        print(f"  {one['first_day']}: {one['requests']} cases in {one['radius_m']} m: {said}")
    weeks = (days + 1 - cut) / 7
    for interval in (DEMO_RECURRENCE, 10.0, 30.0):
        count = sum(one.peak.recurrence >= interval for one in alerts) - len(hit)
        due = 7 * weeks / interval
        print(f"  other alerts, once in {interval:g} days: {count} where {due:.1f} were due")
    if tried:
        bars.least("demo city: recorded outbreaks found", len(delays) / tried, 0.75, ".2f")


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────

MANY_DAYS, MANY_CASES, MANY_KINDS, MANY_RINGS = 730, 2_000_000, 12, 53


def speed_part(bars: Bars) -> None:
    """Ten million cases of ten years: the last two of them are counted, 8,587 cells of resolution 9."""
    draw = np.random.default_rng(5)
    disk = h3.grid_disk(h3.latlng_to_cell(39.65, 27.88, 9), MANY_RINGS)
    cells = np.array(sorted(disk), dtype=np.int64)
    zones, took = timed(lambda: zones_of_cells(cells))
    weight = draw.pareto(1.3, len(cells)) + 0.05
    unit = draw.choice(len(cells), MANY_CASES, p=weight / weight.sum())
    day = draw.integers(0, MANY_DAYS, MANY_CASES)
    kind = draw.choice(MANY_KINDS, MANY_CASES, p=draw.dirichlet(np.ones(MANY_KINDS)))
    world, counted = timed(
        lambda: build_world(
            zones, unit, day, kind, days=MANY_DAYS, first_day=np.datetime64("2024-01-01"), least=500
        )
    )
    print(
        f"{len(cells)} cells, {len(world.kinds)} kinds; zones {took:.1f} s, counts {counted:.1f} s"
    )
    thresholds, took = timed(lambda: calibrate(world))
    data = to_bytes(thresholds)
    print(f"calibration {took / 60:.1f} min, stored in {len(data) / 1e6:.1f} MB", flush=True)
    again, read = timed(lambda: from_bytes(data, zones))
    _, took = timed(lambda: scan_day(world, again))
    print(f"thresholds read in {read:.1f} s, scan of one morning {took:.1f} s")
    bars.most("nightly: counts, thresholds, scan (s)", counted + read + took, NIGHT_SECONDS, ".1f")
    count = 10_000_000
    seconds, kinds = draw.integers(0, 3650 * 86_400, count), draw.integers(0, 100, count)
    lat, lon = 39.6 + draw.normal(0, 0.05, count), 27.9 + draw.normal(0, 0.05, count)
    _, took = timed(lambda: near_duplicates(seconds, lat, lon, kinds))
    print(f"near-duplicates of ten million cases {took:.1f} s (once; nightly only the last weeks')")


def timed(job: Callable[[], T]) -> tuple[T, float]:
    """What a job gives, and its seconds."""
    begun = time.perf_counter()
    return job(), time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

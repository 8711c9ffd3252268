"""The scan finds what is put in, says how rare it is, and follows it over days."""

import json
from dataclasses import replace

import h3.api.basic_int as h3
import numpy as np
import pytest
import scipy.sparse as sp

from spatial_analytics.hotspots.emergence.alerts import Alert, Candidate, follow
from spatial_analytics.hotspots.emergence.calibrate import Thresholds, calibrate, refit, scan_day
from spatial_analytics.hotspots.emergence.expectation import (
    GUARD,
    Habit,
    TooShort,
    fit_expectation,
)
from spatial_analytics.hotspots.emergence.scan import damp, excess
from spatial_analytics.hotspots.emergence.stored import OtherZones, from_bytes, to_bytes
from spatial_analytics.hotspots.emergence.tails import fit_recurrence, fit_tail
from spatial_analytics.hotspots.emergence.world import (
    ALL_KINDS,
    Daily,
    World,
    Zones,
    build_world,
    zones_of_cells,
    zones_of_neighbours,
)

START = np.datetime64("2025-01-06")
CELLS = np.array(sorted(h3.grid_disk(h3.latlng_to_cell(39.65, 27.88, 9), 7)), dtype=np.int64)


@pytest.fixture(scope="module")
def zones() -> Zones:
    return zones_of_cells(CELLS)


def _world(
    zones: Zones, days: int = 300, a_day: float = 30, seed: int = 4, **more: object
) -> World:
    draw = np.random.default_rng(seed)
    weight = draw.gamma(0.8, 1.0, zones.units)
    count = draw.poisson(days * a_day)
    unit = draw.choice(zones.units, count, p=weight / weight.sum())
    day, kind = draw.integers(0, days, count), draw.integers(0, 2, count)
    for extra_unit, extra_day, extra_kind in more.get("put", []):  # type: ignore[attr-defined]
        unit = np.append(unit, extra_unit)
        day = np.append(day, extra_day)
        kind = np.append(kind, np.full(len(extra_day), extra_kind))
    return build_world(zones, unit, day, kind, days=days, first_day=START)


@pytest.fixture(scope="module")
def quiet(zones: Zones) -> tuple[World, Thresholds]:
    world = _world(zones)
    return world, calibrate(world, past_days=120)


def test_disks_grow_by_rings(zones: Zones) -> None:
    middle = int(np.searchsorted(CELLS, h3.latlng_to_cell(39.65, 27.88, 9)))
    assert [len(zones.disk(middle, steps)) for steps in range(6)] == [1, 7, 19, 37, 61, 91]
    assert zones.radii == 5


def test_streets_and_neighbourhoods_work_the_same_way() -> None:
    road = sp.csr_array(np.eye(6, k=1))
    zones = zones_of_neighbours(road, radii=2)
    assert zones.disk(0, 1).tolist() == [0, 1]
    assert zones.disk(3, 2).tolist() == [1, 2, 3, 4, 5]


def test_an_outbreak_does_not_raise_its_own_expectation(zones: Zones) -> None:
    put = [(np.full(60, 50), np.repeat(np.arange(290, 300), 6), 0)]
    calm, struck = _world(zones), _world(zones, put=put)
    shares = [
        fit_expectation(world, world.kinds[ALL_KINDS], 300, Habit()).share[50]
        for world in (calm, struck)
    ]
    assert shares[0] == pytest.approx(shares[1])
    assert GUARD == 28


def test_a_city_that_doubles_everywhere_raises_no_alert(
    quiet: tuple[World, Thresholds],
) -> None:
    world, thresholds = quiet
    draw = np.random.default_rng(9)
    daily = world.kinds[ALL_KINDS]
    late = int((daily.day >= 286).sum())
    unit = np.append(daily.unit, draw.choice(daily.unit, late))
    doubled = Daily(unit, np.append(daily.day, np.sort(draw.choice(daily.day[-late:], late))))
    order = np.argsort(doubled.day, kind="stable")
    doubled = Daily(doubled.unit[order], doubled.day[order])
    surge = replace(world, kinds={ALL_KINDS: doubled})
    assert not scan_day(surge, thresholds, least_recurrence=60)


def test_an_outbreak_is_found_where_and_when_it_is(
    zones: Zones, quiet: tuple[World, Thresholds]
) -> None:
    thresholds = quiet[1]
    middle = int(np.searchsorted(CELLS, h3.latlng_to_cell(39.65, 27.88, 9)))
    around = zones.disk(middle, 1)
    draw = np.random.default_rng(5)
    put = [(draw.choice(around, 25), draw.integers(290, 300, 25), 1)]
    struck = _world(zones, put=put)
    found = scan_day(struck, thresholds)
    assert found
    best = found[0]
    assert set(best.units) & set(around.tolist())
    assert best.recurrence > 50
    assert best.kind in (1, ALL_KINDS)
    assert best.ratio > 2
    assert best.last_day == 299


def test_a_heap_of_one_afternoon_is_weaker_than_an_outbreak(
    zones: Zones, quiet: tuple[World, Thresholds]
) -> None:
    thresholds = quiet[1]
    strengths = []
    for days in (np.full(14, 297), np.arange(286, 300)):
        struck = _world(zones, put=[(np.full(14, 60), days, 0)])
        found = [one for one in scan_day(struck, thresholds) if 60 in one.units]
        strengths.append(found[0].strength if found else 0.0)
    assert strengths[1] > strengths[0]


def test_thresholds_come_back_as_they_were(zones: Zones, quiet: tuple[World, Thresholds]) -> None:
    world, thresholds = quiet
    again = from_bytes(to_bytes(thresholds), zones)
    assert scan_day(world, again, least_recurrence=1) == scan_day(
        world, thresholds, least_recurrence=1
    )
    with pytest.raises(OtherZones):
        from_bytes(to_bytes(thresholds), zones_of_cells(CELLS[:50]))


def test_expectations_are_learned_anew_between_calibrations(
    quiet: tuple[World, Thresholds],
) -> None:
    world, thresholds = quiet
    longer = replace(world, days=world.days + 7)
    again = refit(longer, thresholds)
    assert again.day == 307
    assert again.kinds[0].scale is thresholds.kinds[0].scale
    same = refit(world, thresholds)
    assert np.allclose(same.kinds[0].fit.plain, thresholds.kinds[0].fit.plain)


def test_thresholds_fit_a_world_that_begins_on_another_weekday(
    zones: Zones, quiet: tuple[World, Thresholds]
) -> None:
    world, thresholds = quiet
    daily = world.kinds[ALL_KINDS]
    cut = int((daily.day < 10).sum())
    later = build_world(
        zones,
        daily.unit[cut:].astype(np.int64),
        daily.day[cut:].astype(np.int64) - 10,
        None,
        days=world.days - 10,
        first_day=START + 10,
    )
    same = replace(world, kinds={ALL_KINDS: daily})
    found = [
        [(one.centre, one.strength) for one in scan_day(at, thresholds, least_recurrence=0.1)]
        for at in (same, later)
    ]
    assert found[0] == found[1]


def test_too_short_a_past_is_declined(zones: Zones) -> None:
    with pytest.raises(TooShort):
        calibrate(_world(zones, days=100))


def test_a_rare_kind_is_declined_and_named(zones: Zones) -> None:
    put = [(np.arange(10), np.arange(100, 110), 77)]
    thresholds = calibrate(_world(zones, days=140, put=put))
    assert set(thresholds.kinds) == {ALL_KINDS, 0, 1}
    assert "at least" in thresholds.declined[77]


def test_a_window_found_again_is_the_same_alert() -> None:
    def found(kind: int, centre: int, day: int, strength: float = 1.0) -> Candidate:
        reach = frozenset(range(centre - 2, centre + 3))
        return Candidate(kind, centre, 1, (centre,), reach, day, 7, 9, 3, strength, 10)

    alerts = follow([], [found(1, 10, 50)], 50)
    alerts = follow(alerts, [found(1, 12, 51, 2.0), found(2, 10, 51)], 51)
    assert [(one.peak.kind, one.raised, one.seen, one.times) for one in alerts] == [
        (1, 50, 51, 2),
        (2, 51, 51, 1),
    ]
    assert (alerts[0].first_day, alerts[0].last_day) == (43, 50)
    assert alerts[0].peak.strength == 2.0
    assert [Alert.from_json(json.loads(json.dumps(one.as_json()))) for one in alerts] == alerts
    assert alerts[0].moved(7).raised == 43
    assert alerts[0].moved(7).peak.last_day == alerts[0].peak.last_day - 7
    # All kinds together lie on any kind.
    assert len(follow(alerts, [found(ALL_KINDS, 11, 52)], 52)) == 2
    # Four weeks later it is news again.
    assert len(follow(alerts, [found(1, 10, 78)], 78)) == 3


def test_damping_keeps_so_many_of_a_unit_and_day() -> None:
    daily = Daily(np.array([3, 3, 3, 1, 3], np.int32), np.array([0, 0, 0, 0, 1], np.int32))
    kept = damp(daily, 4, np.array([1, 1, 1, 2], np.float32))
    assert sorted(zip(kept.day.tolist(), kept.unit.tolist(), strict=True)) == [
        (0, 1),
        (0, 3),
        (0, 3),
        (1, 3),
    ]


def test_evidence_is_of_excess_only() -> None:
    seen, due = np.array([[5.0, 1.0, 2.0]], np.float32), np.array([[1.0, 0.0, 4.0]], np.float32)
    value = excess(seen, due)[0]
    assert value[0] == pytest.approx(5 * np.log(5 / 1.3) + 1.3 - 5, rel=1e-5)
    assert value[1:].tolist() == [0.0, 0.0]


def test_tails_and_recurrence_go_on_beyond_what_was_seen() -> None:
    draw = np.random.default_rng(6)
    tail = fit_tail(draw.exponential(2.0, 4000))
    assert tail(np.array([2 * np.log(1000)]))[0] == pytest.approx(3, abs=0.3)
    assert (np.diff(tail(np.linspace(-1, 40, 200))) > 0).all()
    strengths = np.linspace(0, 3, 31)
    recurrence = fit_recurrence(strengths, np.floor(364 * 10**-strengths), 364)
    assert np.log10(recurrence(3.0)) == pytest.approx(3, abs=0.3)
    assert float(recurrence(1.0)) == pytest.approx(10, rel=0.1)


def test_a_kind_that_became_rare_is_declined_and_the_others_go_on(
    quiet: tuple[World, Thresholds],
) -> None:
    world, thresholds = quiet
    rare = replace(world.kinds[1], day=world.kinds[1].day[:20], unit=world.kinds[1].unit[:20])
    later = refit(replace(world, kinds={**world.kinds, 1: rare}), thresholds)
    assert 1 in thresholds.kinds and 1 not in later.kinds
    assert "60 are needed" in later.declined[1]
    assert set(later.kinds) == set(thresholds.kinds) - {1}


def test_many_kinds_together_raise_as_many_alerts_as_is_said() -> None:
    """Of noise alone: what one kind's past can tell says too little of what thirty do together."""
    draw = np.random.default_rng(1)
    zones = zones_of_cells(np.array(sorted(h3.grid_disk(int(CELLS[0]), 2)), dtype=np.int64))
    kinds, days, cut, interval = 30, 240, 150, 7.0
    count = draw.poisson(1.5 * kinds * days)
    world = build_world(
        zones,
        draw.integers(0, zones.units, count),
        draw.integers(0, days, count),
        draw.integers(1, kinds + 1, count),
        days=days,
        first_day=START,
    )
    thresholds = calibrate(world, cut, past_days=66)
    assert len(thresholds.kinds) == kinds + 1
    alerts: list[Alert] = []
    for day in range(cut, days + 1):
        if day > cut and (day - cut) % 14 == 0:
            thresholds = refit(world, thresholds, day)
        alerts = follow(alerts, scan_day(world, thresholds, day, least_recurrence=interval), day)
    due = (days + 1 - cut) / interval
    assert 0.4 * due < len(alerts) < 1.8 * due

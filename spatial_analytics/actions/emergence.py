"""The nightly scan for what begins, over hexagons, streets and neighbourhoods; and what it learns weekly."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import h3.api.basic_int as h3
import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from cases.models import RequestType
from cases.rules.holidays import holidays
from spatial_analytics.actions.alerts import store_found
from spatial_analytics.conf import CONF
from spatial_analytics.hotspots.duplicates import near_duplicates
from spatial_analytics.hotspots.emergence import stored
from spatial_analytics.hotspots.emergence.alerts import Candidate
from spatial_analytics.hotspots.emergence.calibrate import Thresholds, calibrate, refit, scan_day
from spatial_analytics.hotspots.emergence.expectation import TooShort
from spatial_analytics.hotspots.emergence.world import (
    ALL_KINDS,
    Calendar,
    Daily,
    World,
    Zones,
    build_world,
    zones_of_cells,
    zones_of_neighbours,
)
from spatial_analytics.hotspots.events import clean_events
from spatial_analytics.hotspots.grid import choose_resolution, lay_grid, parents_of
from spatial_analytics.models import Alert, EmergenceFit
from spatial_analytics.queries.histories import case_history
from spatial_analytics.queries.touching import neighbours, streets_that_meet
from spatial_analytics.rules.alerts import Found
from spatial_analytics.rules.events import Events

#: Of what is kept: that of the engine, and this module's own.
CODE_VERSION = f"{stored.VERSION}.2"
LEARN_EVERY = timedelta(days=28)
REFIT_EVERY = timedelta(days=7)
LEVELS = (Alert.Level.CELL, Alert.Level.NEIGHBOURHOOD, Alert.Level.STREET)
DAY = np.timedelta64(1, "D")
# Types and groups have ids of their own tables: types are told apart by their sign. 0 and -1 are taken
# by what has no group and by all together.
_FIRST_TYPE = -2

Tell = Callable[[float, str], None]
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Scanned:
    """What one night did: candidates of all levels, new alerts, and why a level was left out."""

    found: int
    new: int
    left_out: dict[str, str]


@dataclass(frozen=True)
class _City:
    """Cleaned cases since a day, and which of them count (near-duplicates do not)."""

    events: Events
    counts: NDArray[np.bool_]
    first: np.datetime64
    today: np.datetime64

    @property
    def day(self) -> NDArray[np.int64]:
        return ((self.events.time.astype("datetime64[D]") - self.first) // DAY).astype(np.int64)

    @property
    def days(self) -> int:
        return int((self.today - self.first) // DAY)


def scan_night(*, now: datetime, tell: Tell = lambda done, text: None) -> Scanned:
    """Scans the days until yesterday and stores alerts. What a level has learned is used for a week, then
    learned anew. Raises `UnusableHistory` where there is too little of it."""
    city = _city(now)
    found: list[Found] = []
    left_out: dict[str, str] = {}
    for n, level in enumerate(LEVELS):
        tell(0.9 * n / len(LEVELS), level)
        try:
            fit = _fit_of(level, city, now)
        except TooShort as error:
            left_out[level] = str(error)
            continue
        world, ids, rows = _world(level, city, np.frombuffer(fit.units, dtype=np.int64), fit)
        learned = stored.from_bytes(bytes(fit.learned), world.zones)
        for one in scan_day(world, learned, least_recurrence=CONF.alert_recurrence_days):
            found.append(_found(level, one, city, ids, rows))
    day = _date(city.today) - timedelta(days=1)
    new = store_found([one for one in found if one.cases], day=day, now=now)
    return Scanned(len(found), len(new), left_out)


def _city(now: datetime) -> _City:
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None)
    today = np.datetime64(local.date(), "D")
    since = now - timedelta(weeks=CONF.emergence_history_weeks)
    clean = clean_events(
        case_history(since=since, public=False), now=np.datetime64(local, "s"), origin=today
    )
    events = clean.events
    seconds = events.time.astype("datetime64[s]").astype(np.int64)
    counts = near_duplicates(seconds, events.lat, events.lon, events.kind)
    # The first day is there in part only.
    first = events.time.min().astype("datetime64[D]") + DAY
    return _City(events, counts, first, today)


def _fit_of(level: str, city: _City, now: datetime) -> EmergenceFit:
    """What is kept, while it is fresh: what is usual is learned anew every week, the scale every four."""
    known = EmergenceFit.objects.filter(level=level, code_version=CODE_VERSION)
    newest = known.filter(made_at__gt=now - LEARN_EVERY).first()
    if newest is not None and now - newest.refit_at < REFIT_EVERY:
        return newest
    if newest is None:
        return _learn(level, city, now)
    world, _ids, _rows = _world(level, city, np.frombuffer(newest.units, dtype=np.int64), newest)
    newest.learned = stored.to_bytes(
        refit(world, stored.from_bytes(bytes(newest.learned), world.zones))
    )
    newest.refit_at = now
    newest.save(update_fields=["learned", "refit_at"])
    return newest


def _learn(level: str, city: _City, now: datetime) -> EmergenceFit:
    ids = _units(level, city)
    if len(ids) < 2:
        raise TooShort("There are fewer than two places.")
    world, _ids, _rows = _world(level, city, ids, None)
    learned = calibrate(world)
    with transaction.atomic():
        EmergenceFit.objects.filter(level=level).delete()
        return EmergenceFit.objects.create(
            made_at=now, refit_at=now, level=level, code_version=CODE_VERSION,
            data_from=_date(city.first), data_to=_date(city.today) - timedelta(days=1),
            scores=_scores(learned), units=ids.tobytes(), learned=stored.to_bytes(learned),
        )  # fmt: skip


def _units(level: str, city: _City) -> Ids:
    events = city.events
    if level == Alert.Level.CELL:
        assert events.cell is not None
        weeks = max(city.days // 7, 1)
        return lay_grid(parents_of(events.cell, choose_resolution(events.cell, weeks))).cells
    column = events.street if level == Alert.Level.STREET else events.neighbourhood
    assert column is not None
    return np.unique(column[column > 0])


def _world(level: str, city: _City, ids: Ids, fit: EmergenceFit | None) -> tuple[World, Ids, Ids]:
    """The counts of a level, the ids of its units, and the row of every case's unit (-1: in none). Days are
    numbered as they were when it was learned."""
    events = city.events
    if level == Alert.Level.CELL:
        assert events.cell is not None
        of_case = parents_of(events.cell, h3.get_resolution(int(ids[0])))
        zones = zones_of_cells(ids)
    elif level == Alert.Level.STREET:
        assert events.street is not None
        of_case, zones = events.street, zones_of_neighbours(streets_that_meet(ids))
    else:
        assert events.neighbourhood is not None
        of_case, zones = events.neighbourhood, zones_of_neighbours(neighbours(ids), radii=2)
    at = np.searchsorted(ids, of_case).clip(max=len(ids) - 1)
    rows = np.where(ids[at] == of_case, at, -1)
    first = city.first if fit is None else np.datetime64(fit.data_from, "D")
    return _counted(level, city, zones, rows, first), ids, rows


def _counted(level: str, city: _City, zones: Zones, rows: Ids, first: np.datetime64) -> World:
    """By group, over hexagons also by type, and all together."""
    events, counts = city.events, city.counts
    day = city.day + int((city.first - first) // DAY)
    days = int((city.today - first) // DAY)
    rest = frozenset(
        int((np.datetime64(free, "D") - first) // DAY)
        for year in range(_date(first).year, _date(city.today).year + 1)
        for free in holidays(year)
    )
    kinds: dict[int, Daily] = {}
    types = level == Alert.Level.CELL
    for codes in (
        events.group,
        _FIRST_TYPE - events.kind if types and events.kind is not None else None,
    ):
        world = build_world(
            zones, rows[counts], day[counts], None if codes is None else codes[counts],
            days=days, first_day=first, least=CONF.emergence_least_cases, holidays=rest,
        )  # fmt: skip
        kinds |= world.kinds
    return World(zones, days, Calendar(first, rest), kinds)


def _found(level: str, one: Candidate, city: _City, ids: Ids, rows: Ids) -> Found:
    """With all its cases, also those that were reported again."""
    events = city.events
    last = city.today - DAY
    first = last - (one.window - 1) * DAY
    day = events.time.astype("datetime64[D]")
    inside = np.isin(rows, one.units) & (day >= first) & (day <= last)
    group, kind = None, None
    if one.kind <= _FIRST_TYPE:
        kind = _FIRST_TYPE - one.kind
        inside &= events.kind == kind
        group = RequestType.objects.filter(pk=kind).values_list("group_id", flat=True).first()
    elif one.kind != ALL_KINDS:
        group = one.kind
        inside &= events.group == group
    assert events.case is not None
    return Found(
        level=level, group=group, kind=kind, units=tuple(ids[list(one.units)].tolist()),
        cases=tuple(events.case[inside].tolist()), first_day=_date(first), last_day=_date(last),
        observed=round(one.observed), expected=float(one.expected),
        recurrence_days=float(one.recurrence),
    )  # fmt: skip


def _scores(learned: Thresholds) -> dict[str, object]:
    """What the page of the scan says of what was learned."""
    return {
        "kinds": len(learned.kinds),
        "declined": len(learned.declined),
        "reasons": sorted(set(learned.declined.values())),
    }


def _date(moment: np.datetime64) -> date:
    return date.fromisoformat(str(moment.astype("datetime64[D]")))

"""Cases as a forecast sees them: when, where and of what type; and what is wrong with them.

`clean_events` sets aside what cannot be used and says so in notices; where nothing sensible can be
learned from the rest it raises `UnusableHistory` with a reason instead of giving a nonsensical map.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.bulk import bulk_entries
from spatial_analytics.hotspots.delay import completeness
from spatial_analytics.hotspots.placeholders import exact_points, find_placeholders
from spatial_analytics.hotspots.renamed import renamed_types
from spatial_analytics.rules.events import Events

MINIMUM_CASES = 200
MINIMUM_WEEKS = 12
MINIMUM_PLACES = 10
LONGEST_GAP_WEEKS = 8
COMPLETE = 0.97
ONE_DAY = np.timedelta64(1, "D")
ONE_WEEK = np.timedelta64(7, "D")


class UnusableHistory(Exception):
    """Nothing sensible can be forecast from these cases; `code` names the fact, the text explains it."""

    code = "unusable_history"

    def __init__(self, message: str, **facts: float | int | str) -> None:
        super().__init__(message)
        self.facts = facts


class TooFewCases(UnusableHistory):
    """Fewer usable cases, or fewer weeks, than anything could be learned from."""

    code = "too_few_cases"


class OneSpotOnly(UnusableHistory):
    """All cases stand on one spot or on a handful of spots."""

    code = "one_spot_only"


class GapInHistory(UnusableHistory):
    """Months without a single case, and too short a history after them."""

    code = "gap_in_history"


class FutureDates(UnusableHistory):
    """Most cases lie in the future: the time column is not the time of the case."""

    code = "future_dates"


@dataclass(frozen=True)
class Notice:
    """Something set aside or limited, for the reader of the map. `facts` are JSON values."""

    code: str
    text: str
    facts: dict[str, float | int | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The notice as it is stored with a run."""
        return {"code": self.code, "text": self.text, "facts": dict(self.facts)}


@dataclass(frozen=True)
class CleanEvents:
    """What remains to learn from, the day on which the forecast week begins, the notices, and the share
    of the last days' cases that is entered by then (see `delay.completeness`)."""

    events: Events
    origin: np.datetime64
    notices: tuple[Notice, ...]
    complete: NDArray[np.float64]


def clean_events(
    events: Events,
    *,
    now: np.datetime64,
    origin: np.datetime64 | None = None,
    only: int | None = None,
) -> CleanEvents:
    """Set aside what cannot be used.

    now     local time of the run; later cases are refused as future dates
    origin  first day of the forecast week; by default the day of the last usable case, which may be
            incomplete and is therefore not learned from
    only    learn from the cases of this group; default coordinates are looked for among all
    """
    notices: list[Notice] = []
    events = _placed(events, notices)
    events = _past(events, now, notices)
    events = _without_placeholders(events, notices)
    events = _without_heaps(events, notices)
    events = _under_one_name(events, notices)
    if only is not None and events.group is not None:
        events = events.where(events.group == only)
    _refuse_few(events)
    start: np.datetime64 = (events.time.max() if origin is None else origin).astype("datetime64[D]")
    events = events.where(events.time < start)
    _refuse_few(events)
    _refuse_one_spot(events)
    events = _after_gap(events, start, notices)
    weeks = int((start - events.time.min().astype("datetime64[D]")) // ONE_WEEK)
    if weeks < MINIMUM_WEEKS:
        raise TooFewCases(
            f"The cases cover {weeks} whole weeks; at least {MINIMUM_WEEKS} are needed.",
            weeks=weeks,
            minimum_weeks=MINIMUM_WEEKS,
        )
    complete = completeness(events, start)
    if (week := float(complete[:7].mean())) < COMPLETE:
        text = f"Of the last week's cases about {week:.0%} are entered; the rest is allowed for."
        notices.append(Notice("late_entries", text, {"percent": round(100 * week)}))
    return CleanEvents(events, start, tuple(notices), complete)


def _placed(events: Events, notices: list[Notice]) -> Events:
    lat, lon = events.lat, events.lon
    with np.errstate(invalid="ignore"):
        usable = (np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ~((lat == 0) & (lon == 0))
    usable &= np.isfinite(lat) & np.isfinite(lon) & ~np.isnat(events.time)
    lost = int((~usable).sum())
    if lost:
        text = f"{lost} cases without a usable point or time were left out."
        notices.append(Notice("no_point_or_time", text, {"count": lost}))
    return events.where(usable)


def _past(events: Events, now: np.datetime64, notices: list[Notice]) -> Events:
    future = events.time > now
    lost = int(future.sum())
    if lost * 2 > len(events):
        raise FutureDates(
            f"{lost} of {len(events)} cases lie in the future: is this the right time column?",
            count=lost,
            of=len(events),
        )
    if lost:
        latest = str(events.time.max().astype("datetime64[D]"))
        text = f"{lost} cases dated in the future (up to {latest}) were left out."
        notices.append(Notice("future_dates", text, {"count": lost, "latest": latest}))
    return events.where(~future)


def _without_placeholders(events: Events, notices: list[Notice]) -> Events:
    keep = np.ones(len(events), dtype=bool)
    for found in find_placeholders(events.lat, events.lon, events.group):
        keep &= exact_points(events.lat, events.lon) != found.point
        text = (
            f"{found.count} cases ({found.share:.1%}) stand on the exact point {found.lat:.6f}, "
            f"{found.lon:.6f}, which looks like a default coordinate; they were set aside."
        )
        facts: dict[str, float | int | str] = {
            "count": found.count,
            "share": round(found.share, 5),
            "lat": found.lat,
            "lon": found.lon,
            "types": found.types,
        }
        notices.append(Notice("placeholder_coordinate", text, facts))
    return events.where(keep)


def _without_heaps(events: Events, notices: list[Notice]) -> Events:
    seconds = events.time.astype("datetime64[s]").astype(np.int64)
    found = bulk_entries(seconds, events.lat, events.lon, events.kind)
    if not found.heaps:
        return events
    notices.append(Notice("bulk_entries", found.text, found.facts))
    return events.where(~found.mask)


def _under_one_name(events: Events, notices: list[Notice]) -> Events:
    codes = events.group if events.kind is None else events.kind
    if codes is None:
        return events
    codes = codes.copy()
    for found in renamed_types(codes, events):
        codes[codes == found.before] = found.since
        day = str(found.day.astype("datetime64[D]"))
        text = (
            f"Type {found.before} ends where type {found.since} begins ({day}), as often and in the same "
            "places: they were taken as one."
        )
        facts: dict[str, float | int | str] = {
            "before": found.before, "since": found.since, "day": day,
        }  # fmt: skip
        notices.append(Notice("renamed_type", text, facts))
    return replace(events, group=codes) if events.kind is None else replace(events, kind=codes)


def _refuse_few(events: Events) -> None:
    if len(events) < MINIMUM_CASES:
        raise TooFewCases(
            f"There are {len(events)} usable cases; at least {MINIMUM_CASES} are needed.",
            count=len(events),
            minimum=MINIMUM_CASES,
        )


def _refuse_one_spot(events: Events) -> None:
    places = len(np.unique(exact_points(events.lat.round(3), events.lon.round(3))))
    if places < MINIMUM_PLACES:
        raise OneSpotOnly(
            f"The cases stand on {places} different places only; at least {MINIMUM_PLACES} are "
            "needed to say where there will be more.",
            places=places,
            minimum=MINIMUM_PLACES,
        )


def _after_gap(events: Events, origin: np.datetime64, notices: list[Notice]) -> Events:
    """Keep what follows the last long silence; refuse when that is not enough."""
    times = np.append(np.sort(events.time), origin.astype(events.time.dtype))
    silent = np.flatnonzero(np.diff(times) >= LONGEST_GAP_WEEKS * ONE_WEEK)
    if not len(silent):
        return events
    first, last = times[silent[-1]], times[silent[-1] + 1]
    weeks = int((last - first) // ONE_WEEK)
    begin, end = (str(day.astype("datetime64[D]")) for day in (first, last))
    kept = events.where(events.time >= last)
    enough = len(kept) >= MINIMUM_CASES and (origin - last) >= MINIMUM_WEEKS * ONE_WEEK
    if not enough:
        raise GapInHistory(
            f"No case is known between {begin} and {end} ({weeks} weeks), and what follows "
            f"({len(kept)} cases) is too little to learn from.",
            begin=begin,
            end=end,
            weeks=weeks,
            count=len(kept),
        )
    lost = len(events) - len(kept)
    text = (
        f"No case is known between {begin} and {end}; the {lost} cases before that were left out."
    )
    notices.append(
        Notice("gap_in_history", text, {"begin": begin, "end": end, "weeks": weeks, "count": lost})
    )
    return kept

"""Small made-up cities for the tests of the forecast; every draw is seeded."""

import numpy as np

from spatial_analytics.rules.events import Events

ORIGIN = np.datetime64("2026-06-01")
NOW = np.datetime64("2026-06-02T12:00:00")


def city(
    *, weeks: int = 40, per_week: int = 120, places: int = 300, types: int = 12, seed: int = 1
) -> Events:
    """Cases around one town: some places have many, most have few, the same ones every week."""
    draw = np.random.default_rng(seed)
    lat = 39.65 + draw.normal(0, 0.02, places)
    lon = 27.88 + draw.normal(0, 0.025, places)
    weight = draw.pareto(1.2, places) + 0.1
    count = weeks * per_week
    place = draw.choice(places, size=count, p=weight / weight.sum())
    seconds = draw.integers(0, weeks * 7 * 86400, size=count)
    time = np.sort(ORIGIN.astype("datetime64[s]") - 1 - seconds.astype("timedelta64[s]"))
    return Events(
        time=time,
        lat=(lat[place] + draw.normal(0, 0.0005, count)).round(6),
        lon=(lon[place] + draw.normal(0, 0.0005, count)).round(6),
        group=draw.integers(0, types, size=count),
    )


def joined(*parts: Events) -> Events:
    """Several sets of cases in one."""
    return Events(
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.lat for part in parts]),
        np.concatenate([part.lon for part in parts]),
        np.concatenate([part.group for part in parts if part.group is not None]),
    )


def pile(count: int, *, lat: float, lon: float, types: int, like: Events, seed: int = 2) -> Events:
    """Cases on one exact point, at the times of other cases."""
    draw = np.random.default_rng(seed)
    return Events(
        draw.choice(like.time, count),
        np.full(count, lat),
        np.full(count, lon),
        draw.integers(0, types, count),
    )

"""Hard cities to look for outbreaks in: real half-years where they are there, and four made-up ones.

The made-up ones stand for what makes a scan cry wolf: cases entered in batches, cases that breed cases,
a city that grows and moves with the seasons, places whose level drifts.  Every draw is seeded.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NEAR = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = {"boston": "boston_311_2011h2.parquet", "newhaven": "newhaven_scf_2014.parquet"}
MADE_DAYS = 1456
WIDE_M = 12_000.0
M_PER_DEGREE = 111_195.0
ORIGIN = (37.87, 32.49)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class City:
    """Cases in order of time: seconds since midnight of day 0, degrees, code of the type."""

    name: str
    seconds: NDArray[np.int64]
    lat: Floats
    lon: Floats
    kind: NDArray[np.int64]

    def of(self, kinds: NDArray[np.int64]) -> City:
        """The cases of some kinds only."""
        keep = np.isin(self.kind, kinds)
        return City(self.name, self.seconds[keep], self.lat[keep], self.lon[keep], self.kind[keep])

    def where(self, keep: NDArray[np.bool_]) -> City:
        """The cases of a mask."""
        return City(self.name, self.seconds[keep], self.lat[keep], self.lon[keep], self.kind[keep])


def real(name: str, group: str = "category") -> City | None:
    """A city of FILES, or None where its file is not there."""
    import pandas as pd

    path = Path(os.environ.get("VIP_SAMPLE_DATA", NEAR)) / "events" / FILES[name]
    if not path.is_file():
        return None
    frame = pd.read_parquet(path)
    if "location_is_default" in frame:
        frame = frame[~frame.location_is_default]
    frame = frame.dropna(subset=["lat", "lon", "created_at"]).sort_values("created_at")
    begin = frame.created_at.min().normalize()
    seconds = (frame.created_at - begin).dt.total_seconds().to_numpy().astype(np.int64)
    codes = pd.factorize(frame[group])[0].astype(np.int64)
    return City(name, seconds, frame.lat.to_numpy(float), frame.lon.to_numpy(float), codes)


def _places(draw: np.random.Generator, count: int, steep: float) -> tuple[Floats, Floats]:
    """Places (count, 2) in metres around a few centres, and their weight."""
    centres = draw.uniform(-0.35, 0.35, (12, 2)) * WIDE_M
    at = centres[draw.choice(12, count, p=draw.dirichlet(np.ones(12)))]
    at = at + draw.normal(0, 0.09 * WIDE_M, (count, 2))
    weight = draw.pareto(steep, count) + 0.15
    return at, weight / weight.sum()


def _city(
    name: str, days: Floats, at: Floats, kind: NDArray[np.int64], length: int = MADE_DAYS
) -> City:
    keep = (days >= 0) & (days < length)
    order = np.flatnonzero(keep)[np.argsort(days[keep], kind="stable")]
    lat = ORIGIN[0] + at[order, 1] / M_PER_DEGREE
    lon = ORIGIN[1] + at[order, 0] / (M_PER_DEGREE * np.cos(np.radians(ORIGIN[0])))
    return City(name, (days[order] * 86_400).astype(np.int64), lat, lon, kind[order])


def _clock(draw: np.random.Generator, days: Floats) -> Floats:
    """Whole days with fewer on weekends, and an hour in the day."""
    whole = np.floor(days)
    weekend = whole % 7 >= 5
    moved = weekend & (draw.random(len(days)) < 0.6)
    whole = np.where(moved, whole - draw.integers(2, 6, len(days)), whole)
    hour = np.clip(draw.normal(13, 3.5, len(days)), 0, 23.9)
    return np.asarray(whole + hour / 24)


def batches(seed: int = 11, per_week: float = 330, length: int = MADE_DAYS) -> City:
    """One report in eight brings up to fifteen more from nearby within hours or two days."""
    draw = np.random.default_rng(seed)
    places, weight = _places(draw, 2500, 1.2)
    parents = draw.poisson(per_week * length / 7 / 1.75)
    place = draw.choice(len(places), parents, p=weight)
    prone = draw.beta(0.4, 2.6, len(places))
    size = np.where(
        draw.random(parents) < prone[place], np.minimum(draw.geometric(0.2, parents), 15), 0
    )
    days = _clock(draw, draw.uniform(0, length, parents))
    kind = draw.choice(10, parents, p=draw.dirichlet(np.full(10, 1.5)))
    at = places[place] + draw.normal(0, 120, (parents, 2))
    children = np.repeat(np.arange(parents), size)
    spread = np.where(draw.random(parents) < 0.5, 0.08, 2.0)[children]
    more = days[children] + draw.uniform(0, 1, len(children)) * spread
    near = at[children] + draw.normal(0, 90, (len(children), 2))
    return _city(
        "batches",
        np.concatenate([days, more]),
        np.concatenate([at, near]),
        np.concatenate([kind, kind[children]]),
        length,
    )


def contagion(seed: int = 12, per_week: float = 330, length: int = MADE_DAYS) -> City:
    """Cases breed cases (0.45 each, ten days, 160 m) of the same type; winters have half as many more."""
    draw = np.random.default_rng(seed)
    places, weight = _places(draw, 2500, 1.3)
    count = draw.poisson(per_week * length / 7 * 0.55)
    days = draw.uniform(0, length, 2 * count)
    keep = draw.random(2 * count) < 0.5 + 0.25 * np.cos(2 * np.pi * days / 365.25)
    days = days[keep]
    at = places[draw.choice(len(places), len(days), p=weight)]
    at = at + draw.normal(0, 120, at.shape)
    kind = draw.choice(10, len(days), p=draw.dirichlet(np.full(10, 1.5)))
    all_days, all_at, all_kind = [days], [at], [kind]
    for _ in range(12):
        child = np.repeat(np.arange(len(days)), draw.poisson(0.45, len(days)))
        days = days[child] + draw.exponential(10, len(child))
        at = at[child] + draw.normal(0, 160, (len(child), 2))
        kind = kind[child]
        all_days.append(days)
        all_at.append(at)
        all_kind.append(kind)
    return _city(
        "contagion",
        _clock(draw, np.concatenate(all_days)),
        np.concatenate(all_at),
        np.concatenate(all_kind),
        length,
    )


def growth(seed: int = 13, per_week: float = 330, length: int = MADE_DAYS) -> City:
    """Four times as many at the end, new quarters that open, a shore that is busy in summer only."""
    draw = np.random.default_rng(seed)
    places, weight = _places(draw, 2500, 1.3)
    opened = np.where(draw.random(len(places)) < 0.3, draw.uniform(0, length, len(places)), -1.0)
    shore = places[:, 0] > np.quantile(places[:, 0], 0.8)
    tried = int(per_week * length / 7 * 2.4)
    days, place = draw.uniform(0, length, tried), draw.choice(len(places), tried, p=weight)
    summer = 0.5 - 0.5 * np.cos(2 * np.pi * (days - 15) / 365.25)
    likely = (0.25 + 0.75 * days / length) * np.where(shore[place], 0.1 + 0.9 * summer**2, 0.45)
    keep = (draw.random(tried) < likely) & (days >= opened[place])
    days, place, summer = days[keep], place[keep], summer[keep]
    mix = draw.dirichlet(np.full(10, 1.5))
    kind = draw.choice(10, len(days), p=mix)
    swap = draw.random(len(days)) < 0.5 * summer
    kind = np.where(swap, kind // 2, kind)  # what one hears of in summer differs
    at = places[place] + draw.normal(0, 120, (len(days), 2))
    return _city("growth", _clock(draw, days), at, kind, length)


def drift(seed: int = 14, per_week: float = 330, length: int = MADE_DAYS) -> City:
    """Each square of 700 m has a level that wanders (standard deviation .8, memory of eight weeks)."""
    draw = np.random.default_rng(seed)
    places, weight = _places(draw, 2500, 1.3)
    square = np.floor(places / 700).astype(int)
    _, square_of = np.unique(square, axis=0, return_inverse=True)
    square_of = square_of.reshape(-1)
    weeks = length // 7 + 1
    level = np.zeros((square_of.max() + 1, weeks))
    level[:, 0] = draw.normal(0, 0.8, len(level))
    keep = np.exp(-1 / 8)
    for week in range(1, weeks):
        level[:, week] = keep * level[:, week - 1] + draw.normal(
            0, 0.8 * np.sqrt(1 - keep**2), len(level)
        )
    rate = weight[:, None] * np.exp(level[square_of] - 0.32) * per_week
    counts = draw.poisson(rate)
    place, week = np.nonzero(counts)
    many = counts[place, week]
    place, week = np.repeat(place, many), np.repeat(week, many)
    days = week * 7 + draw.uniform(0, 7, len(week))
    kind = draw.choice(10, len(days), p=draw.dirichlet(np.full(10, 1.5)))
    at = places[place] + draw.normal(0, 120, (len(days), 2))
    return _city("drift", _clock(draw, days), at, kind, length)


MADE: dict[str, Callable[..., City]] = {
    "batches": batches,
    "contagion": contagion,
    "growth": growth,
    "drift": drift,
}

"""What the city's own past says about strengths and thresholds: the weekly job, and the nightly scan.

`calibrate` goes through the past year's mornings as if each were today: the expectation of each morning
knows only what was known then (learned anew every `REFIT_DAYS`).  From the mornings' greatest
evidence come the tails, from the alerts that every threshold would have raised the recurrence interval
of each kind, which puts all kinds on one scale.  Whoever reads alerts reads those of all kinds: their rates
add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.emergence.alerts import (
    Candidate,
    Counter,
    Trace,
    thresholds_to_try,
    traces,
)
from spatial_analytics.hotspots.emergence.expectation import (
    LEVEL_DAYS,
    MINIMUM_DAYS,
    YEAR,
    Habit,
    TooShort,
    choose_habit,
    fit_expectation,
)
from spatial_analytics.hotspots.emergence.scan import (
    CAP_FACTOR,
    LONGEST,
    READINGS,
    WINDOWS,
    Evidence,
    Find,
    Fit,
    Scale,
    Stack,
    damp,
    pick,
    read,
    stack_of,
    weigh,
)
from spatial_analytics.hotspots.emergence.tails import Recurrence, fit_recurrence, fit_tail
from spatial_analytics.hotspots.emergence.world import Daily, World

REFIT_DAYS = 14
PAST_DAYS = 364
LEAST_PAST = 42
TAIL_MORNINGS = 120
RATIO_MORNINGS = 6
LEAST_RECURRENCE = 3.5


@dataclass(frozen=True)
class KindThresholds:
    """One kind: its habit, what is expected of it now, its ruler, and its own recurrence."""

    habit: Habit
    fit: Fit
    scale: Scale
    recurrence: Recurrence


@dataclass(frozen=True)
class Thresholds:
    """All that the nightly scan needs beside the counts; see `stored.py` for how it is kept.

    day  the morning of the calibration; declined  kinds with too little past, and why
    """

    day: int
    kinds: Mapping[int, KindThresholds]
    recurrence: Recurrence
    declined: Mapping[int, str]


class KindPast:
    """The mornings of one kind, each with what was known then."""

    def __init__(
        self, world: World, stack: Stack, kind: int, day: int, habit: Habit | None = None
    ) -> None:
        self.world, self.stack = world, stack
        self.daily: Daily = world.kinds[kind].since(0, day)
        units = world.zones.units
        self.habit = habit or choose_habit(world, self.daily, day)
        year = min(YEAR, day)
        rate = self.daily.sums(units, np.ones(year), day - year) / year
        self.cap = (1.0 + np.floor(CAP_FACTOR * rate)).astype(np.float32)
        self.damped = damp(self.daily, units, self.cap)
        self.totals = self.daily.totals(day)
        self.totals_damped = self.damped.totals(day)
        self.ratio = np.ones(world.zones.radii, dtype=np.float32)
        self._fits: dict[int, Fit] = {}

    def fit(self, day: int) -> Fit:
        """What is expected, from the days before `day`. Raises `TooShort`."""
        plain = fit_expectation(self.world, self.daily, day, self.habit)
        damped = fit_expectation(self.world, self.damped, day, self.habit)
        return Fit(
            plain,
            damped,
            self.cap,
            (self.stack.matrix @ plain.share).astype(np.float32),
            (self.stack.matrix @ damped.share).astype(np.float32),
            self.ratio,
        )

    def evidence(self, day: int, fit: Fit) -> Evidence:
        """Evidence of the morning of `day`."""
        block, city, damped = self._seen(day, fit)
        return weigh(self.stack, fit, block, city, damped)

    def _seen(
        self, day: int, fit: Fit
    ) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
        calendar = self.world.calendar
        block = self.daily.block(self.world.zones.units, day - LONGEST, day)
        city = fit.expected.of_city(self.totals, day, WINDOWS, calendar)
        return block, city, fit.expected_damped.of_city(self.totals_damped, day, WINDOWS, calendar)

    def mornings(self, days: NDArray[np.int_]) -> Iterator[tuple[int, Evidence]]:
        """Evidence of past mornings in ascending order, fitted anew every REFIT_DAYS."""
        for day in days.tolist():
            yield day, self.evidence(day, self.fit_for(day))

    def fit_for(self, day: int) -> Fit:
        """The fit that was in force on a morning: made at the last multiple of REFIT_DAYS."""
        at = max(MINIMUM_DAYS, day - day % REFIT_DAYS)
        if at not in self._fits:
            self._fits = {at: self.fit(at)}  # only the latest: a year of them would fill the memory
        return self._fits[at]

    def learn_ratio(self, days: NDArray[np.int_]) -> None:
        """What zone-damped counts are of their Poisson mean, over whole mornings."""
        every = np.arange(self.stack.size)
        seen = np.zeros(self.stack.size)
        due = np.zeros(self.stack.size)
        for day in days.tolist():
            fit = self.fit_for(day)
            counts, expected = read(self.stack, fit, *self._seen(day, fit), every)
            seen += counts[:, 2].sum(axis=1)
            due += expected[:, 2].sum(axis=1)
        by_radius = (-1, self.world.zones.units)
        total, mean = seen.reshape(by_radius).sum(axis=1), due.reshape(by_radius).sum(axis=1)
        self.ratio = (total / np.maximum(mean, 1e-9)).astype(np.float32)
        self._fits = {}

    def learn_scale(self, days: NDArray[np.int_]) -> Scale:
        """Tails of the mornings' greatest evidence for each reading, radius and window."""
        radii, windows = self.world.zones.radii, len(WINDOWS)
        greatest = np.zeros((len(days), READINGS, radii, windows))
        for at, (_, evidence) in enumerate(self.mornings(days)):
            radius = self.stack.radius(evidence.rows)
            for steps in range(radii):
                values = evidence.value[radius == steps]
                if len(values):
                    greatest[at, :, steps] = values.max(axis=0)
        return Scale(
            tuple(
                tuple(
                    tuple(fit_tail(greatest[:, reading, steps, index]) for index in range(windows))
                    for steps in range(radii)
                )
                for reading in range(READINGS)
            )
        )


def past_mornings(day: int, length: int = PAST_DAYS) -> NDArray[np.int_]:
    """The mornings before `day` that can be gone through. Raises `TooShort`."""
    first = max(MINIMUM_DAYS, day - length)
    if day - first < LEAST_PAST:
        least = MINIMUM_DAYS + LEAST_PAST
        raise TooShort(f"{day} days are known; at least {least} are needed.")
    return np.arange(first, day)


def spread(days: NDArray[np.int_], most: int) -> NDArray[np.int_]:
    """At most so many of the days, evenly spread."""
    if len(days) <= most:
        return days
    return np.asarray(days[np.unique(np.linspace(0, len(days) - 1, most).astype(int))])


def calibrate(world: World, day: int | None = None, *, past_days: int = PAST_DAYS) -> Thresholds:
    """Learn from all mornings before `day` (by default the end of the world). Raises `TooShort`.

    Kinds with too little past are declined and named; where every kind is, `TooShort` is raised.
    """
    now = world.days if day is None else day
    stack = stack_of(world.zones)
    days = past_mornings(now, past_days)
    counter = Counter(stack)
    kinds: dict[int, KindThresholds] = {}
    declined: dict[int, str] = {}
    for kind in sorted(world.kinds):
        try:
            kinds[kind] = _learn(world, stack, counter, kind, now, days)
        except TooShort as error:
            declined[kind] = str(error)
    if not kinds:
        raise TooShort("; ".join(dict.fromkeys(declined.values())))
    return Thresholds(now, kinds, _of_all(len(kinds)), declined)


def _of_all(kinds: int) -> Recurrence:
    """The interval of alerts of any of so many kinds, by the decadic logarithm of a kind's own.

    Not counted in the past again: of a hundred kinds together once in ten days is of one kind once in a thousand,
    which no past has shown, and the strongest of each kind's past bounds what its own past can say of it.
    """
    return Recurrence(np.array([0.0]), np.array([1.0 / kinds]), 1.0)


def _learn(
    world: World, stack: Stack, counter: Counter, kind: int, now: int, days: NDArray[np.int_]
) -> KindThresholds:
    past = KindPast(world, stack, kind, now)
    past.learn_ratio(spread(days, RATIO_MORNINGS))
    scale = past.learn_scale(spread(days, TAIL_MORNINGS))
    finds: dict[int, list[Find]] = {
        day: pick(stack, evidence, scale) for day, evidence in past.mornings(days)
    }
    recurrence = _recurrence(counter, traces(kind, finds), len(days))
    return KindThresholds(past.habit, past.fit(now), scale, recurrence)


def refit(world: World, thresholds: Thresholds, day: int | None = None) -> Thresholds:
    """The same rulers with what is expected learned anew from the days before `day`; takes seconds.

    For the nights between two calibrations: an expectation grows old in a fortnight, a ruler does not.
    A kind that has become too rare meanwhile is declined until the next calibration.
    """
    now = world.days if day is None else day
    stack = stack_of(world.zones)
    kinds, declined = dict(thresholds.kinds), dict(thresholds.declined)
    for kind, learned in thresholds.kinds.items():
        if kind not in world.kinds:
            continue
        try:
            past = KindPast(world, stack, kind, now, learned.habit)
            past.ratio = learned.fit.ratio
            kinds[kind] = replace(learned, fit=past.fit(now))
        except TooShort as error:
            del kinds[kind]
            declined[kind] = str(error)
    return replace(thresholds, day=now, kinds=kinds, declined=declined)


def _recurrence(counter: Counter, past: list[Trace], days: int) -> Recurrence:
    if not past:
        return Recurrence(np.array([0.0]), np.array([float(days)]), 1.0)
    ordered = sorted(past, key=lambda one: (one.day, -one.strength))
    tried = thresholds_to_try(np.array([one.strength for one in ordered]))
    counts = np.array([counter.count(ordered, float(one)) for one in tried], dtype=float)
    return fit_recurrence(tried, counts, days)


def scan_day(
    world: World,
    thresholds: Thresholds,
    day: int | None = None,
    *,
    least_recurrence: float = LEAST_RECURRENCE,
) -> list[Candidate]:
    """What stands out on the morning of `day` (by default the end of the world), strongest first.

    Only what comes by chance less often than once in `least_recurrence` days, all kinds together.
    """
    now = world.days if day is None else day
    stack = stack_of(world.zones)
    counter = Counter(stack)
    out: list[Candidate] = []
    for kind, learned in thresholds.kinds.items():
        if kind not in world.kinds:
            continue
        evidence = _evidence_of(world, stack, world.kinds[kind], learned.fit, now)
        for found in pick(stack, evidence, learned.scale):
            strength = float(np.log10(learned.recurrence(found.strength)))
            recurrence = float(thresholds.recurrence(strength))
            if recurrence < least_recurrence:
                break
            out.append(_candidate(stack, counter, kind, found, now, strength, recurrence))
    return sorted(out, key=lambda one: -one.strength)


def _evidence_of(world: World, stack: Stack, daily: Daily, fit: Fit, day: int) -> Evidence:
    """Evidence of one morning from the last eight weeks only."""
    recent = daily.since(max(0, day - LEVEL_DAYS), day)
    damped = damp(recent, world.zones.units, fit.unit_cap)
    block = recent.block(world.zones.units, day - LONGEST, day)
    city = fit.expected.of_city(recent.totals(day), day, WINDOWS, world.calendar)
    thin = fit.expected_damped.of_city(damped.totals(day), day, WINDOWS, world.calendar)
    return weigh(stack, fit, block, city, thin)


def _candidate(
    stack: Stack,
    counter: Counter,
    kind: int,
    found: Find,
    day: int,
    strength: float,
    recurrence: float,
) -> Candidate:
    units = stack.zones.units
    centre, radius = found.row % units, found.row // units
    return Candidate(
        kind,
        centre,
        radius,
        tuple(stack.zones.disk(centre, radius).tolist()),
        counter.reach(found.row),
        day,
        found.window,
        found.observed,
        found.expected,
        strength,
        recurrence,
    )

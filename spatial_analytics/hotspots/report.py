"""A study as JSON, to be stored with a run, and as the table that the command prints."""

from __future__ import annotations

from collections import Counter

from spatial_analytics.hotspots.backtest import Backtest
from spatial_analytics.hotspots.calibration import (
    calibrate,
    calibrate_unusual,
    calibration_error,
    coverage,
    worst_beyond_chance,
    worst_class,
)
from spatial_analytics.hotspots.forecast import CODE_VERSION, Study
from spatial_analytics.hotspots.horizon import STACK

METHOD_NAMES = {
    "last_week": "last week",
    "mean_8": "8-week mean",
    "mean_52": "52-week mean",
    "exponential_mean": "exponentially weighted mean",
    "seasonal_mean": "same weeks a year ago",
    "kernel_density": "kernel density",
    "gamma_poisson": "gamma-Poisson rate",
    "linear": "generalised linear model",
    "additive": "additive model",
    "gradient_boosting": "gradient boosting",
    STACK: "stack (chosen)",
}


def study_as_json(result: Study) -> dict[str, object]:
    """The figures of the shortest horizon, and those of every horizon under `horizons`."""
    blocks = {str(horizon): horizon_as_json(result, horizon) for horizon in result.horizons}
    history = result.history
    return {
        "code_version": CODE_VERSION,
        "resolution": history.grid.resolution,
        "cells": int(history.known(history.weeks).sum()),
        "cases": int(history.totals.sum()),
        "history_weeks": history.weeks,
        "data_from": str(history.start_of(0)),
        "horizon_start": str(history.origin),
        "outside": list(result.table.outside),
        **blocks[str(result.horizons[0])],
        "horizons": blocks,
    }


def horizon_as_json(result: Study, horizon: int) -> dict[str, object]:
    """One horizon: every method, the verdict, how the chances came true, which pools were used."""
    tested = result.walk.backtests[horizon]
    verdict = tested.verdict()
    classes, unusual = calibrate(tested), calibrate_unusual(tested)
    history = result.history
    return {
        "horizon_weeks": horizon,
        "test_weeks": len(tested.weeks),
        "test_from": str(history.start_of(tested.weeks[0])),
        "test_to": str(history.start_of(tested.weeks[-1] + horizon)),
        "methods": {name: score.as_json() for name, score in tested.pooled().items()},
        "best_simple": verdict.best_simple,
        "best_learned": result.chosen,
        "chosen": result.chosen,
        "pool": result.choice(horizon),
        "pools_used": dict(Counter(week.choice for week in tested.tested)),
        "gain": verdict.gain.as_json(),
        "deviance_saved": round(verdict.deviance_saved, 4),
        "simple_as_good": verdict.simple_as_good,
        "calibration_error": round(calibration_error(classes), 4),
        "calibration_worst": round(worst_class(classes), 4),
        "calibration_beyond_chance": round(worst_beyond_chance(classes), 4),
        "calibration": [one.as_json() for one in classes],
        "calibration_unusual": [one.as_json() for one in unusual],
        "coverage_90": round(coverage(tested), 4),
    }


def study_as_text(result: Study) -> str:
    """A table for each horizon, a line per method, then what it means."""
    history = result.history
    known = int(history.known(history.weeks).sum())
    lines = [notice.text for notice in result.notices]
    lines.append(
        f"{int(history.totals.sum())} cases in {history.weeks} weeks, {known} cells of H3 resolution "
        f"{history.grid.resolution}; each test week was forecast from the weeks before it."
    )
    for horizon in result.horizons:
        lines += ["", *_horizon_lines(result, horizon)]
    return "\n".join(lines)


def _horizon_lines(result: Study, horizon: int) -> list[str]:
    tested = result.walk.backtests[horizon]
    span = "the coming week" if horizon == 1 else f"the coming {horizon} weeks"
    lines = [
        f"{span}, tested {len(tested.weeks)} times:",
        f"{'method':<28} {'hit rate at 5 % of the area':<29} {'PAI at 5 %':<19} "
        f"{'HR 1 %':>7} {'PEI 5 %':>8} {'deviance':>9} {'bias':>6}",
    ]
    for name, score in tested.pooled().items():
        one, five = score.shares
        rate, pai = five.hit_rate, five.pai
        lines.append(
            f"{METHOD_NAMES.get(name, name):<28} "
            f"{rate.value:.4f}  [{rate.low:.4f}, {rate.high:.4f}]     "
            f"{pai.value:5.2f} [{pai.low:.2f}, {pai.high:.2f}]  "
            f"{one.hit_rate.value:>7.4f} {five.pei:>8.3f} {score.deviance:>9.4f} {score.bias:>6.2f}"
        )
    classes = calibrate(tested)
    # Without a class of enough cells nothing is said of the worst.
    worst = ""
    if off := worst_class(classes):
        beyond = worst_beyond_chance(classes)
        told = f"beyond chance {beyond:.3f}" if beyond else "none beyond chance"
        worst = f" and {off:.3f} in the worst tenth, {told}"
    used = ", ".join(f"{name} {n}" for name, n in Counter(w.choice for w in tested.tested).items())
    lines.append(verdict_sentence(tested))
    lines.append(
        f"Chances of at least one case are off by {calibration_error(classes):.3f} on average"
        f"{worst}; the 90 % bounds held {coverage(tested):.1%}. "
        f"Pools used: {used}."
    )
    return lines


def verdict_sentence(tested: Backtest) -> str:
    """Whether learning was worth it, in one sentence."""
    verdict = tested.verdict()
    simple = METHOD_NAMES[verdict.best_simple]
    gain = verdict.gain
    interval = f"{gain.value:+.4f} hit rate, 95 % interval [{gain.low:+.4f}, {gain.high:+.4f}]"
    counts = f"its counts have {verdict.deviance_saved:.1%} less deviance than any simple mean's"
    if verdict.simple_better:
        return f"A simple mean does better: stack against {simple} {interval}; {counts}."
    if verdict.simple_as_good:
        return f"A simple mean does as well: stack against {simple} {interval}; {counts}."
    return f"Learning pays: stack against {simple} {interval}; {counts}."

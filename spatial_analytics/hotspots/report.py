"""A study as JSON, to be stored with a run, and as the table that the command prints."""

from __future__ import annotations

from spatial_analytics.hotspots.forecast import Study, calibrate, calibration_error

METHOD_NAMES = {
    "last_week": "last week",
    "mean_8": "8-week mean",
    "mean_52": "52-week mean",
    "exponential_mean": "exponentially weighted mean",
    "gradient_boosting": "gradient boosting",
    "stack": "stack",
}


def study_as_json(result: Study) -> dict[str, object]:
    """Figures of every method, the verdict and the calibration of the chosen method."""
    history, tested = result.history, result.backtest
    verdict = tested.verdict()
    classes = calibrate(tested, verdict.chosen)
    return {
        "resolution": history.grid.resolution,
        "cells": int(history.known(history.weeks).sum()),
        "history_weeks": history.weeks,
        "test_weeks": len(tested.weeks),
        "test_from": str(history.start_of(tested.weeks[0])),
        "test_to": str(history.start_of(tested.weeks[-1] + 1)),
        "horizon_start": str(history.origin),
        "methods": {name: score.as_json() for name, score in tested.pooled().items()},
        "best_simple": verdict.best_simple,
        "best_learned": verdict.best_learned,
        "chosen": verdict.chosen,
        "gain": verdict.gain.as_json(),
        "simple_as_good": verdict.simple_as_good,
        "calibration_error": round(calibration_error(classes), 4),
        "calibration": [
            {"cells": one.cells, "said": round(one.said, 4), "happened": round(one.happened, 4)}
            for one in classes
        ],
    }


def study_as_text(result: Study) -> str:
    """The table: a line per method, then what it means."""
    history, tested = result.history, result.backtest
    verdict = tested.verdict()
    known = int(history.known(history.weeks).sum())
    lines = [notice.text for notice in result.notices]
    lines.append(
        f"{int(history.totals.sum())} cases in {history.weeks} weeks, {known} cells of H3 resolution "
        f"{history.grid.resolution}; tested on the last {len(tested.weeks)} weeks, each forecast "
        "from the weeks before it."
    )
    lines.append("")
    lines.append(
        f"{'method':<28} {'hit rate at 5 % of the area':<29} {'PAI at 5 %':<19} "
        f"{'HR 1 %':>7} {'PEI 5 %':>8} {'deviance':>9} {'bias':>6}"
    )
    for name, score in tested.pooled().items():
        one, five = score.shares
        rate, pai = five.hit_rate, five.pai
        lines.append(
            f"{METHOD_NAMES.get(name, name):<28} "
            f"{rate.value:.4f}  [{rate.low:.4f}, {rate.high:.4f}]     "
            f"{pai.value:5.2f} [{pai.low:.2f}, {pai.high:.2f}]  "
            f"{one.hit_rate.value:>7.4f} {five.pei:>8.3f} {score.deviance:>9.4f} {score.bias:>6.2f}"
        )
    lines += ["", verdict_sentence(result)]
    error = calibration_error(calibrate(tested, verdict.chosen))
    lines.append(
        f"The forecast is written by: {METHOD_NAMES.get(verdict.chosen, verdict.chosen)} (least "
        f"deviance). Its chances of at least one case are off by {error:.3f} on average."
    )
    return "\n".join(lines)


def verdict_sentence(result: Study) -> str:
    """Whether learning was worth it, in one sentence."""
    verdict = result.backtest.verdict()
    simple = METHOD_NAMES.get(verdict.best_simple, verdict.best_simple)
    learned = METHOD_NAMES.get(verdict.best_learned, verdict.best_learned)
    gain = verdict.gain
    interval = f"{gain.value:+.4f} hit rate, 95 % interval [{gain.low:+.4f}, {gain.high:+.4f}]"
    if verdict.simple_as_good:
        return f"A simple mean does as well: {learned} against {simple} {interval}."
    return f"Learning pays: {learned} against {simple} {interval}."

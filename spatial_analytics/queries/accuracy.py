"""The measured accuracy of a stored forecast in words and rows, for every place that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import RequestType
from core.web.numbers import written
from spatial_analytics.conf import CONF

METHODS = {
    "last_week": gettext_lazy("last week"),
    "mean_8": gettext_lazy("8-week mean"),
    "mean_52": gettext_lazy("52-week mean"),
    "exponential_mean": gettext_lazy("exponentially weighted mean"),
    "seasonal_mean": gettext_lazy("same weeks a year ago"),
    "kernel_density": gettext_lazy("kernel density"),
    "gamma_poisson": gettext_lazy("gamma-Poisson rate"),
    "linear": gettext_lazy("generalised linear model"),
    "additive": gettext_lazy("additive model"),
    "gradient_boosting": gettext_lazy("gradient boosting"),
    "stack": gettext_lazy("stack of learned and smooth"),
}

#: What the stack takes the mean of.
POOLS = {
    "broad": gettext_lazy("smooth and learned methods together"),
    "cautious": gettext_lazy("means of the past, and boosting"),
    "regressions": gettext_lazy("rates, regressions and boosting"),
    "learned": gettext_lazy("learned methods only"),
    "all": gettext_lazy("all methods together"),
}

Stored = Mapping[str, Any]


@dataclass(frozen=True)
class MethodRow:
    """A line of the table: shares between 0 and 1, with the 95 % interval."""

    name: str
    chosen: bool
    hit_rate: float
    hit_rate_low: float
    hit_rate_high: float
    pai: float
    pai_low: float
    pai_high: float
    deviance: float
    hit_rate_1: float
    pai_1: float
    pei: float
    pei_1: float
    bias: float


def method_rows(scores: Stored) -> list[MethodRow]:
    """Every method at 5 % of the area."""
    return [
        MethodRow(
            name=method_name(code),
            chosen=code == scores.get("chosen"),
            hit_rate=score["hit_rate_5"]["value"],
            hit_rate_low=score["hit_rate_5"]["low"],
            hit_rate_high=score["hit_rate_5"]["high"],
            pai=score["pai_5"]["value"],
            pai_low=score["pai_5"]["low"],
            pai_high=score["pai_5"]["high"],
            deviance=score["deviance"],
            hit_rate_1=score["hit_rate_1"]["value"],
            pai_1=score["pai_1"]["value"],
            pei=score["pei_5"],
            pei_1=score["pei_1"],
            bias=score["bias"],
        )
        for code, score in in_order(scores.get("methods", {}))
    ]


def in_order(methods: Stored) -> list[tuple[str, Any]]:
    """Methods from the simplest to the most elaborate; the database keeps no order of keys."""
    known = [code for code in METHODS if code in methods]
    return [(code, methods[code]) for code in known]


def method_name(code: str) -> str:
    """A method, or what the stack leans on, in the page's language."""
    return str({**METHODS, **POOLS}.get(code, code))


def accuracy_lines(scores: Stored) -> list[str]:
    """How good the forecast measured: what it caught, how long that was tested, against what."""
    chosen = scores["methods"][scores["chosen"]]
    rate, pai = chosen["hit_rate_5"], chosen["pai_5"]
    facts = {
        "percent": _points(rate["value"]),
        "low": _points(rate["low"]),
        "high": _points(rate["high"]),
        "weeks": scores["test_weeks"],
        "pai": written(pai["value"], 2),
        "pai_low": written(pai["low"], 2),
        "pai_high": written(pai["high"], 2),
    }
    return [
        _caught(scores.get("horizon_weeks", 1)) % facts,
        _("That is %(pai)s times what chance would catch (PAI, %(pai_low)s to %(pai_high)s).")
        % facts,
        verdict(scores),
    ]


def _caught(weeks: int) -> str:
    if weeks == 1:
        return _(
            "Over the last %(weeks)s weeks the best 5 %% of the cells caught %(percent)s %% of the "
            "next week's cases (95 %% interval %(low)s to %(high)s)."
        )
    return _(
        "Tested %(weeks)s times, the best 5 %% of the cells caught %(percent)s %% of the cases of the "
        "whole time ahead (95 %% interval %(low)s to %(high)s)."
    )


def chances_line(scores: Stored) -> str:
    """How far the chances of at least one were off: the greatest distance of a class with enough cells."""
    worst = scores.get("calibration_worst")
    if not worst:
        return ""
    if worst <= TRUE_WITHIN:
        text = _("The chances came true within %(points)s points in every tenth of the hexagons.")
    elif scores.get("calibration_beyond_chance", worst):
        text = _("In the worst tenth of the hexagons the chances were off by %(points)s points.")
    else:
        text = _(
            "In the worst tenth of the hexagons the chances were off by %(points)s points, "
            "no more than so few weeks leave to chance."
        )
    return text % {"points": written(100 * worst, 1)}


def _points(share: float, *, signed: bool = False) -> str:
    """A share in per cent, in the page's language."""
    text = written(share * 100, 1)
    return f"+{text}" if signed and share > 0 else text


def verdict(scores: Stored) -> str:
    """Whether a simple mean does as well, or better, said plainly."""
    gain = scores["gain"]
    facts = {
        "simple": method_name(scores["best_simple"]),
        "learned": method_name(scores["best_learned"]),
        "gain": _points(gain["value"], signed=True),
        "low": _points(gain["low"], signed=True),
        "high": _points(gain["high"], signed=True),
    }
    if gain["value"] < 0 and gain["high"] <= 0:
        return (
            _(
                "A simple mean does better: %(learned)s against %(simple)s %(gain)s percentage "
                "points (95 %% interval %(low)s to %(high)s)."
            )
            % facts
        )
    if scores["simple_as_good"]:
        return (
            _(
                "A simple mean does as well: %(learned)s against %(simple)s %(gain)s percentage "
                "points (95 %% interval %(low)s to %(high)s)."
            )
            % facts
        )
    return (
        _(
            "Learning pays: %(learned)s caught %(gain)s percentage points more than the best simple "
            "mean, %(simple)s (95 %% interval %(low)s to %(high)s)."
        )
        % facts
    )


def notice_text(notice: Stored) -> str:
    """A stored notice in the page's language."""
    facts = dict(notice.get("facts", {}))
    if notice.get("code") == "renamed_type":
        names = dict(RequestType.objects.values_list("pk", "name"))
        facts |= {name: names.get(facts[name], facts[name]) for name in ("before", "since")}
    texts = {
        "placeholder_coordinate": _(
            "%(count)s cases on one exact point (%(lat)s, %(lon)s) look like a default coordinate "
            "and were set aside."
        ),
        "future_dates": _("%(count)s cases dated in the future were left out."),
        "no_point_or_time": _("%(count)s cases without a usable point or time were left out."),
        "gap_in_history": _(
            "No case is known between %(begin)s and %(end)s; what lies before was left out."
        ),
        "bulk_entries": _(
            "%(count)s cases were entered in %(heaps)s heaps within minutes and were set aside."
        ),
        "late_entries": _(
            "Of the last week's cases about %(percent)s %% are entered; the rest is allowed for."
        ),
        "renamed_type": _(
            "Type %(since)s goes on where type %(before)s ended on %(day)s: they were taken as one."
        ),
        "made_afterwards": _(
            "It was computed afterwards, from the requests opened before its first day."
        ),
        "horizon_declined": _(
            "No forecast for %(horizon_weeks)s weeks: %(weeks)s weeks are known, %(minimum_weeks)s are needed."
        ),
    }
    template = texts.get(str(notice.get("code")))
    return template % facts if template else str(notice.get("text", ""))


def refusal_text(refusal: Stored) -> str:
    """Why there is no forecast, in the page's language; few requests are not counted out."""
    facts = dict(refusal.get("facts", {}))
    if 0 < facts.get("count", 0) < CONF.public_minimum:
        facts["count"] = f"<{CONF.public_minimum}"
    texts = {
        "too_few_cases": _("There are %(count)s usable requests; at least %(minimum)s are needed."),
        "too_few_weeks": _(
            "The requests cover %(weeks)s whole weeks; at least %(minimum_weeks)s are needed."
        ),
        "one_spot_only": _(
            "The requests stand on %(places)s different places; at least %(minimum)s are needed."
        ),
        "gap_in_history": _(
            "No request is known between %(begin)s and %(end)s; the %(count)s that follow are too few."
        ),
        "future_dates": _("Of %(of)s requests %(count)s lie in the future."),
    }
    code = "too_few_weeks" if "minimum_weeks" in facts else str(refusal.get("code"))
    template = texts.get(code) if facts else None
    return template % facts if template else str(refusal.get("reason", ""))


TRUE_WITHIN = 0.02
SIDE = 200  # of the calibration plot


def plot(classes: list[Stored]) -> list[dict[str, float]]:
    """Points of a calibration plot in a square of 200: what was said across, what happened upwards with
    its error; and the same in per cent."""
    return [
        {
            "x": round(SIDE * one["said"], 1),
            "y": round(SIDE * (1 - one["happened"]), 1),
            "said": 100 * one["said"],
            "happened": 100 * one["happened"],
            "error": 100 * one.get("error", 0),
            "top": round(SIDE * (1 - min(one["happened"] + one.get("error", 0), 1)), 1),
            "bottom": round(SIDE * (1 - max(one["happened"] - one.get("error", 0), 0)), 1),
            "cells": one["cells"],
        }
        for one in classes
    ]

"""The town of the integration tests, and a forecast of it."""

import re

import h3.api.basic_int as h3
import pytest
from django.utils import timezone

from spatial_analytics.models import HotspotCell, HotspotRun
from tests.integration.spatial_analytics.city import Town
from tests.integration.spatial_analytics.conftest import empty_cache, manager, now, town

__all__ = ["empty_cache", "manager", "now", "run", "text_of", "town"]


def interval(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.01, "high": value + 0.01}


def method(rate: float) -> dict[str, object]:
    return {
        "hit_rate_5": interval(rate), "pai_5": interval(rate * 20), "deviance": 1.25, "bias": 1.1,
        "hit_rate_1": interval(rate / 4), "pai_1": interval(rate * 25), "pei_5": 0.6, "pei_1": 0.4,
    }  # fmt: skip


@pytest.fixture
def run(town: Town) -> HotspotRun:
    """A stored forecast in which a simple mean does as well."""
    scores = {
        "methods": {"stack": method(0.181), "last_week": method(0.141), "mean_8": method(0.18)},
        "chosen": "stack",
        "best_simple": "mean_8",
        "best_learned": "stack",
        "gain": {"value": 0.001, "low": -0.002, "high": 0.004},
        "simple_as_good": True,
        "test_weeks": 26,
        "cells": 2,
    }
    facts = {"count": 4775, "lat": 42.3594, "lon": -71.0587}
    run = HotspotRun.objects.create(
        created_at=timezone.now(),
        data_from="2026-01-01",
        data_to="2026-05-31",
        horizon_start=timezone.localdate(),
        resolution=9,
        method="stack",
        code_version="1",
        scores=scores,
        notices=[{"code": "placeholder_coordinate", "text": "…", "facts": facts}],
    )
    for rank, (lon, expected) in enumerate([(27.85, 3.5), (27.95, 0.4)], start=1):
        HotspotCell.objects.create(
            run=run,
            h3=h3.latlng_to_cell(39.65, lon, 9),
            expected=expected,
            p_any=0.5,
            lower=0,
            upper=6,
            rank_share=rank / 2,
        )
    return run


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))

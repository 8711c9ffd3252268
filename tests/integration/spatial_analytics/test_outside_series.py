"""Daily figures of the city that hotspots learn from."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.utils import translation

from accounts.models import Organisation
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from spatial_analytics.models import OutsideImport, OutsideIndicator, OutsideValue
from spatial_analytics.queries.outside_series import weekly_series
from spatial_analytics.web.outside import IndicatorForm

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 6, 15)


@pytest.fixture
def rain(city) -> OutsideIndicator:
    return OutsideIndicator.objects.create(
        code="rain", name="Yağış", level="city", step="day", audience="public", forecasts=True,
        organisation=Organisation.objects.first(),
    )  # fmt: skip


def fill(one: OutsideIndicator, values: dict[int, float]) -> None:
    """Values by how many days before `UNTIL` they are of."""
    came = OutsideImport.objects.create(indicator=one, name="x", sha256="0")
    OutsideValue.objects.bulk_create(
        OutsideValue(indicator=one, key=0, begin=UNTIL - timedelta(days=n), value=v, came_with=came)
        for n, v in values.items()
    )


def test_weeks_are_counted_back_and_a_week_hardly_known_is_unknown(rain):
    fill(rain, {**dict.fromkeys(range(1, 8), 2.0), 1: 16.0, 8: 5.0, 9: 5.0, 10: 5.0, 0: 99.0})
    series = weekly_series(until=UNTIL, weeks=3)
    np.testing.assert_allclose(series["rain"], [np.nan, np.nan, 4.0])
    fill(rain, {11: 1.0})
    assert weekly_series(until=UNTIL, weeks=3)["rain"][1] == 4.0


def test_only_what_is_public_and_meant_for_it(rain):
    fill(rain, {1: 1.0})
    for change in ({"forecasts": False}, {"audience": "staff"}, {"level": "district"}):
        OutsideIndicator.objects.filter(pk=rain.pk).update(**change)
        assert weekly_series(until=UNTIL, weeks=3) == {}
        OutsideIndicator.objects.filter(pk=rain.pk).update(
            forecasts=True, audience="public", level="city"
        )


def test_the_form_says_what_hotspots_can_learn_from(rain):
    sent = {
        "code": "wind", "name": "Rüzgâr", "decimals": 0, "direction": "neutral", "level": "city",
        "step": "day", "together": "mean", "organisation": rain.organisation_id, "audience": "public",
        "forecasts": "on",
    }  # fmt: skip
    viewer = Viewer(user_id=1, permissions=frozenset(Permission))
    assert IndicatorForm(sent, viewer=viewer).is_valid()
    for change in ({"audience": "staff"}, {"step": "month"}, {"level": "district"}):
        with translation.override("en"):
            form = IndicatorForm(sent | change, viewer=viewer)
            assert not form.is_valid()
            assert "public daily values" in form.errors["forecasts"][0]

"""From cases in the database to alerts: the nightly scan."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from cases.models import Case
from core.rules.handlers import HANDLERS
from spatial_analytics.actions.emergence import scan_night
from spatial_analytics.conf import CONF
from spatial_analytics.hotspots.events import UnusableHistory
from spatial_analytics.models import Alert, EmergenceFit
from tests.integration.spatial_analytics.city import Town

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
DAYS = 200


@pytest.fixture
def busy(town: Town) -> Town:
    """Two hundred days of eight cases at sixty places."""
    Case.objects.all().delete()
    draw = np.random.default_rng(3)
    places = np.column_stack([draw.uniform(27.81, 27.99, 60), draw.uniform(39.61, 39.69, 60)])
    for day in range(DAYS):
        for lon, lat in places[draw.integers(0, len(places), 8)]:
            at = NOW - timedelta(days=DAYS - day, seconds=int(draw.integers(0, 80_000)))
            jitter = draw.uniform(-0.0008, 0.0008, 2)
            town.cases(1, at=at, lon=float(lon + jitter[0]), lat=float(lat + jitter[1]))
    return town


def outbreak(town: Town, count: int) -> set[int]:
    """Cases of the last five days around one place."""
    draw = np.random.default_rng(9)
    known = set(Case.objects.values_list("pk", flat=True))
    for n in range(count):
        lon, lat = draw.uniform(27.8500, 27.8530), draw.uniform(39.6500, 39.6530)
        at = NOW - timedelta(days=1 + n % 5, seconds=int(draw.integers(0, 30_000)))
        town.cases(1, at=at, lon=float(lon), lat=float(lat))
    return set(Case.objects.values_list("pk", flat=True)) - known


def test_an_outbreak_is_an_alert_and_what_was_learned_is_used_again(busy: Town):
    cases = outbreak(busy, 25)
    first = scan_night(now=NOW)
    alert = Alert.objects.order_by("-recurrence_days").first()
    assert alert is not None
    found = set(alert.cases.values_list("case_id", flat=True))
    assert len(found & cases) >= 20
    assert alert.recurrence_days >= CONF.alert_recurrence_days
    assert alert.ratio > 3
    assert alert.last_day == (NOW - timedelta(days=1)).date()
    assert first.new <= 2  # the outbreak, and perhaps chance: once in thirty days

    fits = dict(EmergenceFit.objects.values_list("level", "pk"))
    assert "CELL" in fits
    assert scan_night(now=NOW).new == 0
    before = EmergenceFit.objects.get(level="CELL").refit_at
    scan_night(now=NOW + timedelta(days=9))
    assert dict(EmergenceFit.objects.values_list("level", "pk")) == fits
    assert EmergenceFit.objects.get(level="CELL").refit_at > before


def test_too_few_cases_are_told(town: Town):
    import spatial_analytics.jobs  # noqa: F401 - registers the handlers

    with pytest.raises(UnusableHistory):
        scan_night(now=NOW)
    answer = HANDLERS["spatial_analytics.scan_emergence"].run({}, lambda done, message="": None)
    assert answer["skipped"] == "too_few_cases"

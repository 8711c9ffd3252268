"""The town, with cases of known number and place."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model

from tests.conftest import forget
from tests.integration.spatial_analytics.city import Town, build_town
from tests.integration.spatial_analytics.outside import make_outside


@pytest.fixture(autouse=True)
def empty_cache():
    forget()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def town(db, now) -> Town:
    """Akçay 6 cases (3 of parks), Bahçe 4, Çınar 8 and 2 that are not public; 1 old one in Akçay."""
    town = build_town()
    yesterday = now - timedelta(days=1)
    town.cases(3, at=yesterday, lon=27.85, lat=39.62)
    town.cases(3, at=yesterday, lon=27.82, lat=39.61, kind="tree")
    town.cases(4, at=yesterday, lon=27.85, lat=39.67)
    town.cases(8, at=yesterday, lon=27.95, lat=39.65)
    town.cases(2, at=yesterday, lon=27.97, lat=39.68, public=False)
    town.cases(1, at=now - timedelta(days=200), lon=27.85, lat=39.62)
    return town


@pytest.fixture
def manager(db):
    return get_user_model().objects.create_superuser("mudur", password="x")


@pytest.fixture
def make(city):
    """`make(code, level, …)` is an outside indicator of body a, or of another."""
    return partial(make_outside, city)

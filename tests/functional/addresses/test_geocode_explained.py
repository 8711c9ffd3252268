"""The geocoder tells what it did, if it is asked."""

import pytest
from django.test import Client

from tests.factories import City

pytestmark = pytest.mark.django_db


def test_every_stage_is_told_in_words(city: City, client: Client):
    asked = {"q": "10028 Sk no:9", "explain": "1"}
    told = client.get("/geocode/search", asked).json()
    assert told["trace"] and all(set(step) == {"stage", "said"} for step in told["trace"])
    assert isinstance(told["change"], int)
    assert "trace" not in client.get("/geocode/search", {"q": "10028 Sk no:9"}).json()

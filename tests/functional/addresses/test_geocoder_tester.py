"""Cases in the format of geocoder-tester, run as it runs them: against the dialects of Photon and addok.

A case passes when the first place has every expected property (compared without case and accents,
as a whole) and lies within the expected distance (`lat,lon,metres`).
"""

import csv
import math
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from core.rules.text import key
from tests.functional.addresses.doors import forty_doors

pytestmark = pytest.mark.django_db
CASES = Path(__file__).with_name("geocoder_tester.csv")


def failed(case: dict[str, str], features: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the first place; nothing if the case passes."""
    expected = {
        name.removeprefix("expected_"): value
        for name, value in case.items()
        if name.startswith("expected_") and value
    }
    if not features:
        return ["nothing found"]
    properties, (lon, lat) = features[0]["properties"], features[0]["geometry"]["coordinates"]
    wrong = []
    if coordinate := expected.pop("coordinate", ""):
        there_lat, there_lon, most = map(float, coordinate.split(","))
        dx = (lon - there_lon) * math.cos(math.radians(lat))
        metres = 111_200 * math.hypot(dx, lat - there_lat)
        if metres > most:
            wrong.append(f"{metres:.0f} m away")
    for name, value in expected.items():
        if key(str(properties.get(name, ""))) != key(value):
            wrong.append(f"{name} is {properties.get(name)!r}")
    return wrong


@pytest.mark.parametrize("path", ["/compat/photon/api/", "/compat/ban/search/"])
def test_every_case_passes(client: Client, path: str) -> None:
    forty_doors()
    with CASES.open(encoding="utf-8", newline="") as stream:
        cases = list(csv.DictReader(stream))
    assert len(cases) >= 60
    wrong = {}
    for case in cases:
        answer = client.get(path, {"q": case["query"], "limit": 1})
        if reasons := failed(case, answer.json()["features"]):
            wrong[case["query"]] = reasons
    assert wrong == {}


def test_the_runner_notices_what_is_wrong() -> None:
    place = {"properties": {"street": "Gül Sokak"}, "geometry": {"coordinates": [27.0, 39.0]}}
    right = {"expected_street": "GÜL SOKAK", "expected_coordinate": "39.0,27.0,1"}
    assert failed(right, [place]) == []
    assert failed(right, []) == ["nothing found"]
    assert failed({"expected_street": "Lale Sokak"}, [place]) == ["street is 'Gül Sokak'"]
    assert failed({"expected_coordinate": "39.01,27.0,100"}, [place]) == ["1112 m away"]
    assert failed({"expected_housenumber": "9"}, [place]) == ["housenumber is None"]

"""Doors as GeoJSON."""

import pytest
from django.test import Client

from tests.factories import City, door

pytestmark = pytest.mark.django_db


def test_a_box_holds_its_doors_and_no_others(city: City, client: Client):
    inside = door(city.areas, street="Nar Sokak", number=31, suffix="A")
    x, y = inside.geom.coords
    box = f"{x - 1e-6},{y - 1e-6},{x + 1e-6},{y + 1e-6}"
    answer = client.get("/api/v1/doors", {"in_bbox": box}).json()
    assert answer["type"] == "FeatureCollection"
    found = {f["properties"]["number"]: f for f in answer["features"]}
    assert found["31/A"]["geometry"] == {"type": "Point", "coordinates": [x, y]}
    assert found["31/A"]["properties"]["street"] == "Nar Sokak"
    far = client.get("/api/v1/doors", {"in_bbox": "10,10,10.1,10.1"}).json()
    assert far["features"] == []


def test_a_page_costs_two_queries(city: City, client: Client, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert client.get("/api/v1/doors").status_code == 200


@pytest.mark.parametrize("box", ["x", "1,2,3", "1,2,3,nord", "nan,1,2,3", "0,0,inf,1", "1,1,1,1"])
def test_a_bad_box_is_a_problem(client: Client, box: str):
    answer = client.get("/api/v1/doors", {"in_bbox": box})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "Invalid" not in answer.json()["detail"]

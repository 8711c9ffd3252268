"""Programs with keys: scopes, areas and hidden fields hold for items, counts, links, filters and files."""

from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from accounts.models import ApiClient
from accounts.queries.clients import forget_known
from accounts.rules.clients import CASES_READ, REGISTRY_READ
from addresses.models import Address
from cases.models import Case
from tests.clients import make_client, program
from tests.factories import City, make_case
from tests.integration.tiles.features.asking import get, ids, link, page, refused

pytestmark = pytest.mark.django_db


def test_a_scope_is_needed(city: City):
    _row, key = make_client(city, scopes=(CASES_READ,))
    answer = get("doors", program(key))
    assert answer.status_code == 403 and "registry:read" in answer["WWW-Authenticate"]
    for path in ("/items/x", "/queryables", "/schema", "/sortables"):
        assert program(key).get(f"/ogc/collections/doors{path}").status_code == 403
    assert get("cases", program(key)).status_code == 200
    assert get("doors", program("vip_nothing")).status_code == 401
    _row, key = make_client(city, name="Other", scopes=(REGISTRY_READ,))
    answer = get("doors", program(key))
    assert answer.status_code == 200 and answer["RateLimit-Limit"]
    assert answer["Cache-Control"].startswith("private") and "Authorization" in answer["Vary"]


def test_cases_that_concern_its_organisation(city: City):
    _row, key = make_client(city, scopes=(CASES_READ,))
    own = [make_case(city, department="a:temizlik") for _ in range(3)]
    make_case(city, department="b:temizlik")
    assert set(ids("cases", program(key))) == {c.number for c in own}
    assert page("cases", program(key), limit=1)["numberMatched"] == 3
    _row, key = make_client(city, name="Other", scopes=(REGISTRY_READ,))
    told = page("cases", program(key))["features"]
    assert told and all("number" not in f["properties"] for f in told)


def test_hidden_fields_are_nowhere(city: City, tmp_path: Any):
    _row, key = make_client(
        city, hidden_fields=("cases.urgency", "cases.opened_at", "doors.geometry", "postcode")
    )
    who = program(key)
    make_case(city)
    (case,) = page("cases", who)["features"]
    assert not {"urgency", "opened_at"} & case["properties"].keys()
    for query in ({"filter": "urgency = 'NORMAL'"}, {"sortby": "opened_at"}, {"urgency": "NORMAL"}, {"properties": "urgency"}):  # fmt: skip
        assert get("cases", who, **query).status_code == 400
    for name in ("queryables", "schema", "sortables"):
        told = who.get(f"/ogc/collections/cases/{name}").json()["properties"]
        assert "urgency" not in told and "opened_at" not in told
    assert b"urgency" not in get("cases", who, f="csv").content
    assert page("cases", who, f="jsonfg")["features"][0]["time"] is None
    door = page("doors", who)["features"][0]
    assert door["geometry"] is None and "postcode" not in door["properties"]
    refused(get("doors", who, bbox="0,0,90,90"), "bbox")
    refused(get("doors", who, filter="S_INTERSECTS(geometry, POINT(1 1))"), "filter")
    assert b"lon" not in get("doors", who, f="csv").content


class TestAreas:
    def test_neighbourhoods(self, city: City):
        inside = city.areas.neighbourhoods["B"]
        _row, key = make_client(city, neighbourhoods=[inside.pk])
        wanted = Address.objects.filter(neighbourhood=inside)
        assert set(ids("doors", program(key))) == {str(a.uid) for a in wanted}
        assert page("doors", program(key), limit=1)["numberMatched"] == wanted.count()
        assert ids("neighbourhoods", program(key)) == [str(inside.uid)]
        other = city.doors["a5"].uid
        assert program(key).get(f"/ogc/collections/doors/items/{other}").status_code == 404
        assert ids("doors", program(key), filter="number = 5") == []

    def test_a_link_of_another_leads_to_nothing_more(self, city: City):
        _row, key = make_client(city, neighbourhoods=[city.areas.neighbourhoods["B"].pk])
        following = link(page("doors", limit=1), "next")
        assert following
        told = program(key).get(following).json()["features"]
        areas = {str(city.areas.neighbourhoods["B"].uid)}
        assert {f["properties"]["neighbourhood"] for f in told} <= areas

    def test_a_drawn_area(self, city: City):
        row, key = make_client(city)
        lon, lat = city.areas.at(0.5, 0.5)
        d = 1e-4
        area = MultiPolygon(Polygon.from_bbox((lon - d, lat - d, lon + d, lat + d)), srid=4326)
        ApiClient.objects.filter(pk=row.pk).update(area=area)
        forget_known()
        assert ids("doors", program(key)) == [str(city.doors["a5"].uid)]
        assert ids("street_sides", program(key)) == []
        make_case(city, at=(0.5, 0.5))
        make_case(city, at=(1.5, 1.5))
        assert len(ids("cases", program(key))) == 1
        assert Case.objects.count() == 2

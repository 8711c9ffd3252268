"""The register's records as features: pages, choices, orders, days, boxes, systems, hostile input."""

import json
import uuid
from datetime import date
from typing import Any

import pyproj
import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from addresses.models import Address, District, Neighbourhood
from addresses.queries.data_model import entities
from core.rules.text import key
from tests.conftest import ROLES
from tests.factories import METRE_LON, City, close_register, door, open_register
from tests.integration.tiles.features.asking import get, ids, link, page, read, refused
from tiles.features import all_collections
from tiles.rules.crs import SYSTEMS

pytestmark = pytest.mark.django_db
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def uids(*rows: Any) -> set[str]:
    return {str(row.uid) for row in rows}


def walk(collection: str, **query: Any) -> list[str]:
    """The ids of all pages, by the links."""
    found, body = [], page(collection, **query)
    while True:
        found += [f["id"] for f in body["features"]]
        following = link(body, "next")
        if following is None:
            return found
        body = read(Client().get(following))


@pytest.fixture
def many(city: City) -> list[Address]:
    return [
        door(city.areas, number=n, at=(0.5 + n / 1000, 0.4), street="Uzun Sokak")
        for n in range(20, 43)
    ]


class TestPages:
    def test_every_kind_of_record_is_a_collection(self, city: City):
        listed = {c["id"]: c for c in Client().get("/ogc/collections").json()["collections"]}
        with_items = {n for n, c in listed.items() if c.get("itemType") == "feature"}
        assert len(with_items & all_collections().keys()) >= len(entities())
        for name in with_items:
            assert get(name).status_code == 200, name

    def test_a_page_tells_what_it_is(self, city: City, many: Any):
        body = page("doors", limit=5)
        assert body["numberReturned"] == len(body["features"]) == 5
        assert body["numberMatched"] == Address.objects.count()
        assert all(
            f["type"] == "Feature" and f["geometry"]["type"] == "Point" for f in body["features"]
        )
        assert link(body, "self") and link(body, "collection")
        assert "timeStamp" in body

    def test_links_lead_over_all_and_each_once(self, city: City, many: Any):
        expected = [str(u) for u in Address.objects.order_by("pk").values_list("uid", flat=True)]
        assert walk("doors", limit=4) == expected

    @pytest.mark.parametrize("sortby", ["number", "-number", "suffix,-number", "-valid_from,number", "building,-uid"])  # fmt: skip
    def test_links_lead_over_all_in_any_order(self, city: City, many: Any, sortby: str):
        found = walk("doors", limit=3, sortby=sortby)
        assert sorted(found) == sorted(map(str, Address.objects.values_list("uid", flat=True)))
        if sortby == "-number":
            numbers = dict(Address.objects.values_list("uid", "number"))
            told = [numbers[uuid.UUID(u)] for u in found]
            assert told == sorted(told, reverse=True)

    def test_what_comes_and_changes_meanwhile_hides_nothing(self, city: City, many: Any):
        before = [str(u) for u in Address.objects.order_by("pk").values_list("uid", flat=True)]
        found, body = [], page("doors", limit=4)
        n = 100
        while True:
            found += [f["id"] for f in body["features"]]
            following = link(body, "next")
            if following is None:
                break
            n += 1
            door(city.areas, number=n, at=(0.6, 0.4), street="Uzun Sokak")
            Address.objects.filter(uid=before[0]).update(postcode=str(n))
            Address.objects.filter(uid=before[-1]).update(postcode=str(n))
            body = read(Client().get(following))
        assert len(found) == len(set(found))
        assert [u for u in found if u in before] == before

    def test_a_large_page_comes_in_parts(self, city: City, many: Any, monkeypatch: Any):
        from tiles.conf import TilesConf

        monkeypatch.setattr(TilesConf, "chunk", 5)
        monkeypatch.setattr(
            "tiles.features.reading.CONF", type("C", (), {"chunk": 5, "counted_most": 9})
        )
        answer = get("doors", limit=21)
        assert answer.streaming
        body = read(answer)
        assert [f["id"] for f in body["features"]] == [
            str(u) for u in Address.objects.order_by("pk").values_list("uid", flat=True)[:21]
        ]
        assert body["numberReturned"] == 21
        rest = read(Client().get(link(body, "next")))
        assert len(rest["features"]) == Address.objects.count() - 21
        lines = b"".join(get("doors", limit=22, f="csv").streaming_content).splitlines()
        assert len(lines) == 23

    def test_what_takes_long_to_count_is_not_counted(self, city: City, many: Any, monkeypatch: Any):
        monkeypatch.setattr("tiles.features.reading._count", lambda *a: None)
        for _ in range(2):
            body = page("doors", limit=2)
            assert "numberMatched" not in body and body["numberReturned"] == 2

    def test_more_than_the_most_is_the_most(self, city: City):
        assert len(page("doors", limit=999_999)["features"]) == Address.objects.count()

    @pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "", "9" * 40, "١"])
    def test_no_number(self, city: City, limit: str):
        refused(get("doors", limit=limit), "limit")

    @pytest.mark.parametrize("token", ["x", "gAAAA", "", "é" * 50])
    def test_no_token_but_ours(self, city: City, token: str):
        refused(get("doors", token=token), "token")

    def test_a_token_holds_for_its_collection_and_order(self, city: City, many: Any):
        following = link(page("doors", limit=2), "next")
        assert following
        assert Client().get(following.replace("/doors/", "/streets/")).status_code == 400
        assert Client().get(following + "&sortby=number").status_code == 400
        token = following.split("token=")[1].split("&")[0]
        assert str(many[0].pk) not in token


class TestOne:
    def test_as_in_the_list(self, city: City):
        listed = page("doors")["features"][0]
        one = Client().get(f"/ogc/collections/doors/items/{listed['id']}")
        assert one.status_code == 200 and one["Content-Type"] == "application/geo+json"
        body = one.json()
        assert {link["rel"] for link in body["links"]} >= {"self", "collection"}
        del body["links"]
        assert body == listed

    @pytest.mark.parametrize(
        "feature", ["x", "1", str(uuid.UUID(int=5)), "a%00b", "%ff", "x" * 500]
    )
    def test_there_is_none(self, city: City, feature: str):
        assert Client().get(f"/ogc/collections/doors/items/{feature}").status_code == 404

    def test_no_such_collection(self, city: City):
        for name in ("dUmmYColLection", "address", "auth_user"):
            for path in ("", "/items", "/items/1", "/queryables", "/schema", "/sortables"):
                answer = Client().get(f"/ogc/collections/{name}{path}")
                assert answer.status_code == 404, (name, path)
                assert answer["Content-Type"] == "application/problem+json"


class TestChoices:
    def test_status(self, city: City):
        gone = door(city.areas, number=77, at=(0.6, 0.6), status="RETIRED")
        assert str(gone.uid) not in ids("doors")
        assert ids("doors", status="RETIRED") == [str(gone.uid)]
        assert ids("doors", filter="status = 'RETIRED'") == [str(gone.uid)]
        assert Client().get(f"/ogc/collections/doors/items/{gone.uid}").status_code == 200

    def test_a_property_is_a_parameter(self, city: City):
        assert set(ids("doors", number=9)) == uids(city.doors["a9"], city.doors["sk9"])
        side = city.doors["b7"].side
        assert ids("doors", side=str(side.uid)) == [str(city.doors["b7"].uid)]
        assert ids("doors", side=str(uuid.uuid4())) == []
        assert ids("districts", name="ALTIEYLUL") == [str(city.areas.districts["A"].uid)]

    @pytest.mark.parametrize(
        ("name", "value"),
        [("nonsense", "1"), ("side__street", "1"), ("id", "1"), ("geom", "x"), ("name_key", "x"),
         ("number", "x"), ("number", "nan"), ("number", "1e999"), ("side", "x"), ("valid_from", "x"),
         ("identifiers", "{}")],
    )  # fmt: skip
    def test_what_is_no_parameter(self, city: City, name: str, value: str):
        reason = refused(get("doors", **{name: value}), name)
        assert "suffix" not in reason

    def test_twice_is_refused(self, city: City):
        refused(Client().get("/ogc/collections/doors/items?limit=1&limit=2"), "limit")

    def test_only_some_properties(self, city: City):
        body = page("doors", properties="number,side")
        assert set(body["features"][0]["properties"]) == {"number", "side"}
        refused(get("doors", properties="number,nonsense"), "properties")
        assert page("doors", skipGeometry="true")["features"][0]["geometry"] is None

    def test_private_records_are_nowhere(self, city: City, as_: Any):
        for role in ROLES:
            allowed = role in ("manager", "gis_editor", "administrator", "superuser")
            client = as_(role)
            wanted = 200 if allowed else 404
            assert get("neighbourhood_heads", client).status_code == wanted, role
            listed = client.get("/ogc/collections").content.decode()
            assert ("neighbourhood_heads" in listed) == allowed, role


class TestPlaces:
    def test_a_box(self, city: City):
        lon, lat = city.areas.at(0.5, 0.5)
        close = f"{lon - 9 * METRE_LON},{lat - 1e-5},{lon + 9 * METRE_LON},{lat + 1e-5}"
        assert ids("doors", bbox=close) == [str(city.doors["a5"].uid)]
        assert len(ids("doors", bbox="-180,-90,180,90")) == Address.objects.count()
        assert len(ids("doors", bbox="-180,-90,0,180,90,9")) == Address.objects.count()
        assert ids("doors", bbox="170,-90,-170,90") == []
        assert ids("doors", bbox=f"{lon},{lat},{lon},{lat}") == [str(city.doors["a5"].uid)]

    def test_the_edge_belongs_to_it_and_what_is_beyond_does_not(self, city: City):
        lon, lat = city.areas.at(0.5, 0.5)
        assert ids("doors", bbox=f"{lon},{lat},{lon + 1e-9},{lat + 1e-9}")
        assert not ids("doors", bbox=f"{lon + 1e-9},{lat},{lon + 2e-9},{lat + 1e-9}")

    @pytest.mark.parametrize("uri", list(SYSTEMS))
    def test_every_system_in_its_own_order_of_axes(self, city: City, uri: str):
        crs = SYSTEMS[uri]
        own = pyproj.CRS.from_user_input("OGC:CRS84" if "CRS84" in uri else f"EPSG:{crs.srid}")
        to = pyproj.Transformer.from_crs("OGC:CRS84", own)
        lon, lat = city.areas.at(0.5, 0.5)
        answer = get("doors", crs=uri, number="5")
        assert answer["Content-Crs"] == f"<{uri}>"
        first, second = answer.json()["features"][0]["geometry"]["coordinates"]
        expected = to.transform(lon, lat)
        near = 1e-8 if crs.degrees else 0.02
        assert first == pytest.approx(expected[0], abs=near)
        assert second == pytest.approx(expected[1], abs=near)
        # A box around it, in the same order.
        d = 1e-5 if crs.degrees else 1
        box = f"{first - d},{second - d},{first + d},{second + d}"
        assert ids("doors", bbox=box, bbox_crs=uri) == [str(city.doors["a5"].uid)]
        found = ids("doors", filter=f"S_INTERSECTS(geometry, BBOX({box}))", filter_crs=uri)
        assert found == [str(city.doors["a5"].uid)]

    @pytest.mark.parametrize("box", ["1", "1,2,3", "a,b,c,d", "nan,0,1,1", "inf,0,1,1", "1,2,1,1", "0,0,999,1", "1e400,0,1,1", ",,,"])  # fmt: skip
    def test_no_box(self, city: City, box: str):
        refused(get("doors", bbox=box), "bbox")

    def test_no_system(self, city: City):
        for name in ("crs", "bbox-crs", "filter-crs"):
            refused(get("doors", **{name: f"{EPSG}5254x"}), name)
            refused(get("doors", **{name: "EPSG:27700"}), name)

    def test_no_box_without_a_geometry(self, city: City):
        refused(get("street_sides", bbox="1,1,2,2"), "bbox")


class TestDays:
    @pytest.fixture
    def renumbered(self, city: City) -> Address:
        """Number 5 until the end of 2021, 55 since."""
        one = city.doors["a5"]
        close_register()
        with connection.cursor() as cursor:
            change = open_register()
            cursor.execute("SELECT set_config('register.effective_from', '2022-01-01', true)")
            Address.objects.filter(pk=one.pk).update(number=55)
            change.save()
            cursor.execute("SELECT set_config('register.effective_from', '', true)")
        return one

    def number(self, **query: Any) -> list[int]:
        return [f["properties"]["number"] for f in page("doors", **query)["features"]]

    def test_as_of(self, renumbered: Address):
        uid = str(renumbered.uid)
        assert self.number(uid=uid) == [55]
        assert self.number(uid=uid, as_of="2021-12-31") == [5]
        assert self.number(uid=uid, as_of="2022-01-01") == [55]

    def test_datetime(self, renumbered: Address):
        uid = str(renumbered.uid)
        assert self.number(uid=uid, datetime="2021-12-31T12:00:00Z") == [5]
        # It is the first of January already in Istanbul.
        assert self.number(uid=uid, datetime="2021-12-31T22:00:00Z") == [55]
        assert self.number(uid=uid, datetime="2019-01-01/2020-01-01") == [5]
        assert self.number(uid=uid, datetime="2019-01-01T00:00:00Z/..") == [55]
        assert self.number(uid=uid, datetime="../2021-01-01") == [5]

    def test_a_filter_sees_the_day(self, renumbered: Address):
        assert self.number(filter="number = 5", as_of="2021-05-05") == [5]
        assert self.number(filter="number = 5") == []
        one = Client().get(f"/ogc/collections/doors/items/{renumbered.uid}?as_of=2021-05-05").json()
        assert one["properties"]["number"] == 5

    @pytest.mark.parametrize("value", ["x", "2021-13-01", "2021-1-1", "2021", "/", "../..", "2022-01-01/2021-01-01", "2021-01-01/2022-01-01/2023-01-01", "0000-00-00", "2021-01-01T25:00:00Z", "99999-01-01", "2021-01-01T00:00:00"])  # fmt: skip
    def test_no_time(self, city: City, value: str):
        refused(get("doors", datetime=value), "datetime")

    @pytest.mark.parametrize("value", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31", "0001-01-01"])  # fmt: skip
    def test_the_ends_of_the_calendar(self, city: City, value: str):
        assert get("doors", datetime=value).status_code == 200

    def test_one_or_the_other(self, city: City):
        refused(get("doors", datetime="2021-01-01", as_of="2021-01-01"), "as_of")
        refused(get("doors", as_of="x"), "as_of")


class TestOrder:
    def test_by_the_key_of_a_name(self, city: City):
        found = [f["properties"]["name"] for f in page("neighbourhoods", sortby="name")["features"]]
        assert found == sorted(found, key=key)

    @pytest.mark.parametrize("value", ["nonsense", "geometry", "id", "identifiers", "number,number,number,number,number", "--", "number;drop", "side__id"])  # fmt: skip
    def test_no_order(self, city: City, value: str):
        assert "suffix" not in refused(get("doors", sortby=value), "sortby")

    def test_nothing_known_comes_last(self, city: City):
        District.objects.filter(pk=city.areas.districts["A"].pk).update(population=None)
        for sortby in ("population", "-population"):
            assert ids("districts", sortby=sortby)[-1] == str(city.areas.districts["A"].uid)


class TestFormats:
    def test_by_accept(self, city: City):
        for accept, kind in (
            ("application/geo+json", "application/geo+json"),
            ("application/json", "application/geo+json"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
            ("text/csv", "text/csv"),
            ("*/*", "application/geo+json"),
            ("application/vnd.ogc.fg+json", "application/vnd.ogc.fg+json"),
            ("application/flatgeobuf", "application/flatgeobuf"),
            ("application/x-unknown", "application/geo+json"),
        ):
            answer = Client().get("/ogc/collections/doors/items", headers={"accept": accept})
            assert answer["Content-Type"].startswith(kind), accept
            assert "Accept" in answer["Vary"]

    def test_no_format(self, city: City):
        refused(get("doors", f="xml"), "f")
        refused(get("street_sides", f="fgb"), "f")

    def test_csv_is_safe_for_spreadsheets(self, city: City):
        Neighbourhood.objects.filter(pk=city.areas.neighbourhoods["A"].pk).update(name="=1+1")
        text = get("neighbourhoods", f="csv").content.decode()
        assert ",'=1+1," in text

    @pytest.mark.parametrize("form", ["fgb", "gpkg", "parquet"])
    @pytest.mark.parametrize("srid", [4326, 5253])
    def test_files_are_read_by_others(self, city: City, tmp_path: Any, form: str, srid: int):
        import geopandas
        import pyogrio

        answer = get("doors", f=form, limit=3, crs=f"{EPSG}{srid}", sortby="number")
        place = tmp_path / f"doors.{form}"
        place.write_bytes(answer.content)
        if form == "parquet":
            frame = geopandas.read_parquet(place)
        else:
            assert pyogrio.read_info(place)["geometry_type"] == "Point"
            frame = geopandas.read_file(place)
        wanted = page("doors", limit=3, sortby="number")["features"]
        told = dict(zip(frame["id"], frame.to_crs(4326).geometry, strict=True))
        assert set(told) == {f["id"] for f in wanted}
        for feature in wanted:
            lon, lat = feature["geometry"]["coordinates"]
            assert told[feature["id"]].x == pytest.approx(lon, abs=1e-7)
            assert told[feature["id"]].y == pytest.approx(lat, abs=1e-7)
        assert set(frame["number"]) == {f["properties"]["number"] for f in wanted}
        assert 'rel="next"' in answer["Link"]

    def test_files_without_features_and_without_geometry(self, city: City):
        for form in ("gpkg", "parquet", "fgb"):
            assert get("doors", f=form, number=4711).content
        for form in ("gpkg", "parquet"):
            assert get("street_sides", f=form).content

    def test_jsonfg_tells_place_and_time(self, city: City):
        body = page("doors", f="jsonfg", crs=f"{EPSG}5253")
        assert body["coordRefSys"] == f"{EPSG}5253" and body["featureType"] == "doors"
        one = body["features"][0]
        assert one["geometry"] is None and one["place"]["type"] == "Point"
        assert one["time"] == {"interval": ["..", ".."]}
        plain = page("doors", f="jsonfg")["features"][0]
        assert plain["place"] is None and plain["geometry"]["type"] == "Point"

    def test_tables_have_the_place(self, city: City):
        head, first = get("doors", f="csv", number=5).content.decode().splitlines()
        row = dict(zip(head.split(","), first.split(","), strict=True))
        lon, lat = city.areas.at(0.5, 0.5)
        assert float(row["lon"]) == pytest.approx(lon) and float(row["lat"]) == pytest.approx(lat)


class TestHostile:
    @pytest.mark.parametrize("path", ["doors/items?f=%00", "doors/items?limit=1&%00=2", "doors/items?filter=%00", "doors/items?%ff=1", "doors/items?name=%ed%a0%80", "streets/items?name=%00", "doors/items?number=%F0%9F%92%A9"])  # fmt: skip
    def test_strange_characters(self, city: City, path: str):
        assert Client().get(f"/ogc/collections/{path}").status_code == 400

    @pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
    def test_only_read(self, city: City, method: str):
        answer = getattr(Client(), method)("/ogc/collections/districts/items")
        assert answer.status_code in (401, 403, 405)

    def test_numbers_beyond_the_column(self, city: City):
        for value in ("99999999999", "-1", "1.5", "999999999999999"):
            assert ids("doors", number=value) == []
            assert get("doors", filter=f"number < {value}").status_code == 200

    def test_odd_geometries(self, city: City):
        Address.objects.filter(pk=city.doors["a5"].pk).update(geom=Point(0, 89.9, srid=4326))
        for uri in SYSTEMS:
            assert get("doors", crs=uri).status_code in (200, 400), uri

    def test_json_is_json(self, city: City):
        name = 'a"b\\c\n\u2028</script>'
        Neighbourhood.objects.filter(pk=city.areas.neighbourhoods["A"].pk).update(name=name)
        told = {f["properties"]["name"] for f in page("neighbourhoods")["features"]}
        assert name in told
        assert json.loads(get("neighbourhoods", f="jsonfg").content)
        assert date.today()

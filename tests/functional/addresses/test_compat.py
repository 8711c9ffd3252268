"""The dialects of other geocoders: the shapes of their answers and of their refusals."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from addresses.api.geocode_view import GeocodeThrottle
from addresses.models import Neighbourhood
from tests.factories import City, door

pytestmark = pytest.mark.django_db
TEXT = "Hasan Basri Çantay mah. 10028 Sk no:9"


def ask(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(f"/compat/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestNominatim:
    def test_json_and_jsonv2(self, city: City, client: Client) -> None:
        door = city.doors["sk9"]
        [old] = ask(client, "nominatim/search", q=TEXT, format="json", limit=1)
        [new] = ask(client, "nominatim/search.php", q=TEXT, limit=1)
        assert (old["class"], new["category"]) == ("place", "place")
        assert old["lat"] == f"{door.geom.y:.7f}"
        assert "address" not in new
        south, north, west, east = map(float, new["boundingbox"])
        assert west < door.geom.x < east and south < door.geom.y < north
        assert new["place_id"] == door.uid.int >> 75 < 2**53
        assert new["display_name"].endswith("10028 Sokak No:9, Altıeylül/Balıkesir, Türkiye")

    def test_collections(self, city: City, client: Client) -> None:
        body = ask(client, "nominatim/search", q=TEXT, format="geojson", addressdetails=1)
        [first, *_] = body["features"]
        assert first["geometry"]["coordinates"] == list(city.doors["sk9"].geom.coords)
        assert first["properties"]["address"]["house_number"] == "9"
        assert len(first["bbox"]) == 4
        body = ask(client, "nominatim/search", q=TEXT, format="geocodejson")
        assert body["geocoding"]["version"] == "0.1.0"

    @pytest.mark.parametrize(
        ("zoom", "type_", "road"),
        [("18", "house", True), ("17", "residential", True), ("14", "suburb", False),
         ("10", "administrative", False), ("0", "administrative", False)],
    )  # fmt: skip
    def test_reverse_as_fine_as_the_zoom(
        self, city: City, client: Client, zoom: str, type_: str, road: bool
    ) -> None:
        lon, lat = city.doors["sk9"].geom.coords
        found = ask(client, "nominatim/reverse", lat=lat, lon=lon, zoom=zoom)
        assert found["type"] == type_
        assert ("road" in found["address"]) is road
        assert found["address"]["town"] == "Altıeylül"
        assert ("house_number" in found["address"]) is (zoom == "18")

    def test_nothing_there(self, city: City, client: Client) -> None:
        assert ask(client, "nominatim/reverse", lat=10, lon=10) == {"error": "Unable to geocode"}
        assert ask(client, "nominatim/search", q="xqzw bzzt") == []

    def test_what_the_locator_of_qgis_asks_and_reads(self, city: City, client: Client) -> None:
        """The parameters and the members of QgsNominatimGeocoder, in its order."""
        door = city.doors["sk9"]
        [found, *_] = ask(
            client, "nominatim/search", format="json", addressdetails="1",
            viewbox="-180,-90,180,90", countrycodes="tr", q=TEXT,
        )  # fmt: skip
        assert (float(found["lon"]), float(found["lat"])) == pytest.approx(door.geom.coords)
        assert {"display_name", "place_id", "class", "type", "boundingbox"} <= set(found)
        assert found["address"]["road"] == "10028 Sokak"
        south, north, west, east = map(float, found["boundingbox"])
        assert south < door.geom.y < north and west < door.geom.x < east

    def test_status(self, city: City, client: Client) -> None:
        assert ask(client, "nominatim/status", format="json")["message"] == "OK"

    def test_refusals(self, city: City, client: Client) -> None:
        answer = client.get("/compat/nominatim/reverse", {"lat": "39"}, headers=_ENGLISH)
        assert answer.status_code == 400
        assert answer.json() == {
            "error": {"code": 400, "message": "lon: Degrees from -180 to 180."}
        }


class TestPhoton:
    def test_a_door(self, city: City, client: Client) -> None:
        [first, *_] = ask(client, "photon/api/", q=TEXT)["features"]
        properties = first["properties"]
        assert (properties["type"], properties["housenumber"]) == ("house", "9")
        assert (properties["street"], properties["city"]) == ("10028 Sokak", "Altıeylül")
        assert properties["id"] == f"address:{city.doors['sk9'].uid}"
        assert (properties["countrycode"], "name" in properties) == ("TR", False)

    def test_a_text_that_is_being_typed(self, city: City, client: Client) -> None:
        [first, *_] = ask(client, "photon/api", q="milli kuvv", limit=3)["features"]
        assert first["properties"]["name"] == "Milli Kuvvetler Caddesi"
        assert first["properties"]["type"] == "street"
        west, north, east, south = first["properties"]["extent"]
        assert west < east and south <= north

    def test_layers_boxes_and_parts(self, city: City, client: Client) -> None:
        body = ask(client, "photon/api", q=TEXT, layer="street")
        assert body["features"] == []
        body = ask(client, "photon/api", q=TEXT, bbox="20,30,21,31")
        assert body["features"] == []
        body = ask(
            client, "photon/structured", street="10028 Sokak", housenumber="9", city="Altıeylül"
        )
        assert body["features"][0]["properties"]["housenumber"] == "9"
        lon, lat = city.doors["sk9"].geom.coords
        [found] = ask(client, "photon/reverse", lat=lat, lon=lon, layer="district")["features"]
        assert found["properties"]["type"] == "district"
        assert found["properties"]["name"] == "Hasan Basri Çantay"

    def test_refusals(self, city: City, client: Client) -> None:
        answer = client.get("/compat/photon/api", headers=_ENGLISH)
        assert (answer.status_code, answer.json()["message"]) == (
            400,
            "q: Write what is looked for.",
        )


class TestPelias:
    def test_a_door_and_its_id(self, city: City, client: Client) -> None:
        body = ask(client, "pelias/v1/search", text=TEXT, size=1)
        assert body["geocoding"]["query"] == {"text": TEXT, "size": "1"}
        [found] = body["features"]
        properties = found["properties"]
        assert (properties["layer"], properties["match_type"]) == ("address", "exact")
        assert (properties["county"], properties["neighbourhood"]) == (
            "Altıeylül",
            "Hasan Basri Çantay",
        )
        gid = properties["gid"]
        assert gid == f"register:address:{city.doors['sk9'].uid}"
        [again] = ask(client, "pelias/v1/place", ids=gid)["features"]
        assert again["properties"]["gid"] == gid
        assert again["properties"]["label"] == properties["label"]
        assert again["geometry"] == found["geometry"]
        assert len(body["bbox"]) == 4

    def test_records_of_all_layers_in_the_order_asked_for(self, city: City, client: Client) -> None:
        door = city.doors["sk9"]
        area = Neighbourhood.objects.get(name="Hasan Basri Çantay")
        gids = [
            f"register:neighbourhood:{area.uid}",
            f"register:address:{door.uid}",
            f"register:street:{door.side.street.uid}",
            f"register:county:{area.district.uid}",
        ]
        body = ask(client, "pelias/v1/place", ids=",".join(gids))
        assert [f["properties"]["gid"] for f in body["features"]] == gids

    def test_structured_autocomplete_and_layers(self, city: City, client: Client) -> None:
        body = ask(
            client, "pelias/v1/search/structured", address="9 10028 Sokak", locality="Altıeylül"
        )
        assert body["features"][0]["properties"]["housenumber"] == "9"
        body = ask(client, "pelias/v1/autocomplete", text="hasan bas", layers="neighbourhood")
        assert {f["properties"]["layer"] for f in body["features"]} == {"neighbourhood"}
        lon, lat = city.doors["sk9"].geom.coords
        body = ask(
            client, "pelias/v1/reverse", **{"point.lat": lat, "point.lon": lon, "layers": "street"}
        )
        assert body["features"][0]["properties"]["layer"] == "street"

    def test_refusals(self, city: City, client: Client) -> None:
        for path, query in (
            ("v1/search", {}),
            ("v1/search", {"text": "x", "size": "-1"}),
            ("v1/search", {"text": "x", "layers": "moon"}),
            ("v1/search", {"text": "x", "boundary.rect.min_lat": "1"}),
            ("v1/place", {"ids": "whosonfirst:address:1"}),
            ("v1/place", {"ids": "register:moon:1"}),
            ("v1/reverse", {"point.lat": "nan", "point.lon": "1"}),
        ):
            answer = client.get(f"/compat/pelias/{path}", query)
            body = answer.json()
            assert answer.status_code == 400
            assert (body["type"], body["features"]) == ("FeatureCollection", [])
            [message] = body["geocoding"]["errors"]
            assert message.partition(":")[0]


class TestBan:
    def test_a_door(self, city: City, client: Client) -> None:
        body = ask(client, "ban/search/", q=TEXT, limit=1, lat=39.59, lon=27.9)
        assert (body["query"], body["limit"], body["center"]) == (TEXT, 1, [27.9, 39.59])
        [found] = body["features"]
        assert found["properties"]["type"] == "housenumber"
        assert found["properties"]["id"] == str(city.doors["sk9"].uid)
        assert found["properties"]["context"] == "Altıeylül, Balıkesir"

    def test_filters(self, city: City, client: Client) -> None:
        body = ask(client, "ban/search", q="10028 Sokak Altıeylül", type="street")
        assert {f["properties"]["type"] for f in body["features"]} == {"street"}
        assert body["filters"] == {"type": "street"}
        assert ask(client, "ban/search", q=TEXT, postcode="99999")["features"] == []
        lon, lat = city.doors["sk9"].geom.coords
        body = ask(client, "ban/reverse", lat=lat, lon=lon, type="municipality")
        assert body["features"][0]["properties"]["name"] == "Altıeylül"

    def test_refusals(self, city: City, client: Client) -> None:
        answer = client.get("/compat/ban/search", headers=_ENGLISH)
        assert answer.status_code == 400
        assert answer.json() == {
            "title": "Bad Request",
            "description": "q: Write what is looked for.",
        }


_ENGLISH = {"Accept-Language": "en"}
_SEARCHES = [
    ("nominatim/search", "q", "limit"),
    ("photon/api", "q", "limit"),
    ("pelias/v1/search", "text", "size"),
    ("pelias/v1/autocomplete", "text", "size"),
    ("ban/search", "q", "limit"),
]
_ABSURD = ["x" * 100_000, "a\0b", "", " "]
_LIMITS = ["0", "-1", "1e9", "9" * 400, "1001", "٣", "nan"]


@pytest.mark.parametrize(("path", "text", "limit"), _SEARCHES)
def test_absurd_questions_are_refused(
    city: City, client: Client, path: str, text: str, limit: str
) -> None:
    for query in [{text: absurd} for absurd in _ABSURD] + [
        {text: "x", limit: absurd} for absurd in _LIMITS
    ]:
        answer = client.get(f"/compat/{path}", query)
        assert answer.status_code == 400, query
        assert (text if len(query) == 1 else limit) in answer.content.decode()


@pytest.mark.parametrize(("path", "text", "limit"), _SEARCHES)
def test_a_wish_for_more_than_there_is_gets_what_there_is(
    city: City, client: Client, path: str, text: str, limit: str
) -> None:
    assert ask(client, path, **{text: TEXT, limit: "200"})


@pytest.mark.parametrize(("path", "text", "limit"), _SEARCHES)
@pytest.mark.parametrize(
    "odd",
    ["🏚️" * 300, "‮10028 kasoS", "' OR 1=1 --", "%s%(x)s{0}", "((((((a*)*)*)*", "\x01\x7f\r\n"],
)
def test_odd_texts_have_an_answer(
    city: City, client: Client, path: str, text: str, limit: str, odd: str
) -> None:
    assert client.get(f"/compat/{path}", {text: odd}).status_code in (200, 400)


@pytest.mark.parametrize(
    ("path", "lon", "lat"),
    [
        ("nominatim/reverse", "lon", "lat"),
        ("photon/reverse", "lon", "lat"),
        ("pelias/v1/reverse", "point.lon", "point.lat"),
        ("ban/reverse", "lon", "lat"),
    ],
)
@pytest.mark.parametrize("bad", ["nan", "inf", "1e999", "91", "x", "", "\0"])
def test_points_that_are_none(
    city: City, client: Client, path: str, lon: str, lat: str, bad: str
) -> None:
    answer = client.get(f"/compat/{path}", {lon: "27.9", lat: bad})
    assert (answer.status_code, lat in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(("path", "text", "limit"), _SEARCHES)
def test_too_many_questions_are_refused_in_the_dialect(
    city: City, client: Client, monkeypatch: Any, path: str, text: str, limit: str
) -> None:
    monkeypatch.setattr(GeocodeThrottle, "rate", "1/min")
    assert client.get(f"/compat/{path}", {text: TEXT}).status_code == 200
    with override("en"):
        answer = client.get(f"/compat/{path}", {text: TEXT}, headers=_ENGLISH)
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert "Too many questions" in answer.content.decode()
    assert answer["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("layer", ["county", "state", "country", "other"])
def test_photon_has_nothing_in_the_layers_of_a_country(client, layer: str):
    for path in (f"api?q=10028 Sokak 9&layer={layer}", f"reverse?lon=27.9&lat=39.6&layer={layer}"):
        answer = client.get(f"/compat/photon/{path}")
        assert (answer.status_code, answer.json()["features"]) == (200, [])


def test_a_blank_ends_the_number_that_is_typed(client, city):
    door(city.areas, street="10028 Sokak", number=95)

    def numbers(text: str) -> set[str]:
        answer = client.get("/geocode/autocomplete", {"q": text, "limit": 20}).json()
        return {f["properties"]["housenumber"] for f in answer["features"]} - {""}

    assert numbers("10028 sk 9") == {"9", "95"}
    assert numbers("10028 sk 9 ") == {"9"}

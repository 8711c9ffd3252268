"""What the OGC's executable test suite for Features 1.0 asks (and Parts 2, 3, 5 by their abstract tests), asked here:
the suite itself is a Java program. Each test names the assertion it stands for."""

import json
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from django.test import Client

from accounts.rules.clients import Limits
from tests.factories import City, make_case
from tests.integration.tiles.features.asking import link, read, refused
from tiles.rules.crs import SYSTEMS

pytestmark = pytest.mark.django_db
ROOT = "/ogc/"
CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
# RFC 7946, as far as a collection of features goes.
_POSITION = {"type": "array", "minItems": 2, "items": {"type": "number"}}
_GEOMETRY = {
    "oneOf": [
        {"type": "null"},
        {
            "type": "object",
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"enum": ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]},
                "coordinates": {"type": "array"},
            },
        },
    ]
}  # fmt: skip
FEATURE = {
    "type": "object",
    "required": ["type", "geometry", "properties", "id"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": ["string", "integer"]},
        "geometry": _GEOMETRY,
        "properties": {"type": ["object", "null"]},
    },
}
FEATURES = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": FEATURE},
        "links": {"type": "array", "items": {"type": "object", "required": ["href", "rel", "type"]}},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
        "timeStamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite asks more often than somebody without a key may."""
    monkeypatch.setattr("accounts.api.admission._OPEN", Limits(100_000, 100_000))


@pytest.fixture
def filled(city: City) -> City:
    for n in range(4):
        make_case(city, at=(0.5 + n / 10, 0.5))
    return city


def get(path: str, **query: Any) -> Any:
    return Client().get(path, query)


def body(path: str, **query: Any) -> Any:
    answer = get(path, **query)
    assert answer.status_code == 200, (path, query, answer.content[:300])
    return read(answer)


def feature_collections() -> list[dict[str, Any]]:
    return [c for c in body(f"{ROOT}collections")["collections"] if c.get("itemType") == "feature"]


def items_of(collection: dict[str, Any]) -> str:
    return f"{ROOT}collections/{collection['id']}/items"


def every() -> list[dict[str, Any]]:
    found = feature_collections()
    assert len(found) >= 14
    return found


class TestLandingConformanceApi:
    def test_landing_page(self, filled: City):
        """A.2.2.1: /req/core/root-op, root-success."""
        page = body(ROOT)
        rels = {one["rel"] for one in page["links"]}
        assert {"service-desc", "conformance", "data"} <= rels and ("service-doc" in rels)
        for one in page["links"]:
            if one["rel"] in ("service-desc", "conformance", "data", "self"):
                assert get(one["href"]).status_code == 200, one

    def test_what_has_tiles_only_is_listed_among_the_tilesets(self, filled: City):
        listed = {c["id"] for c in body(f"{ROOT}collections")["collections"]}
        assert (
            all(c["itemType"] == "feature" for c in feature_collections())
            and "quality" not in listed
        )
        assert any(one["href"].endswith("/ogc/tiles") for one in body(ROOT)["links"])
        tilesets = body(f"{ROOT}tiles")["tilesets"]
        own = [one["href"] for t in tilesets for one in t["links"] if one["rel"] == "self"]
        for name in (
            "quality",
            "boundaries",
            "boundary_labels",
            "work_orders",
            "service_areas",
            "choropleth",
        ):
            assert name not in listed
            assert body(f"{ROOT}collections/{name}")["id"] == name
            assert sum(f"/collections/{name}/tiles/" in href for href in own) == 1
        assert all(get(href).status_code == 200 for href in own)

    def test_only_read(self, filled: City):
        for path in (
            "",
            "conformance",
            "api",
            "collections",
            "collections/doors",
            "collections/doors/schema",
        ):
            assert Client().post(ROOT + path).status_code == 405, path

    def test_conformance(self, filled: City):
        """A.2.2.3: /req/core/conformance-op, conformance-success."""
        classes = body(f"{ROOT}conformance")["conformsTo"]
        assert {CORE + n for n in ("core", "geojson", "html", "oas30")} <= set(classes)
        assert len(classes) == len(set(classes))

    def test_what_qgis_needs_to_leave_filters_to_the_server(self, filled: City):
        classes = set(body(f"{ROOT}conformance")["conformsTo"])
        for name in (
            "ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter",
            "cql2/1.0/conf/basic-cql2", "cql2/1.0/conf/cql2-text", "cql2/1.0/conf/advanced-comparison-operators",
            "cql2/1.0/conf/case-insensitive-comparison", "cql2/1.0/conf/basic-spatial-functions",
            "ogcapi-features-2/1.0/conf/crs", "ogcapi-features-5/1.0/conf/schemas",
        ):  # fmt: skip
            assert f"http://www.opengis.net/spec/{name}" in classes
        rels = {one["rel"] for c in every() for one in c["links"]}
        assert "http://www.opengis.net/def/rel/ogc/1.0/queryables" in rels
        assert "http://www.opengis.net/def/rel/ogc/1.0/schema" in rels

    def test_api(self, filled: City):
        """A.2.2.2: /req/core/api-definition-op; A.2.7 of the parameters."""
        answer = get(f"{ROOT}api")
        assert answer["Content-Type"].startswith("application/vnd.oai.openapi+json;version=3.0")
        document = answer.json()
        assert document["openapi"].startswith("3.0")
        parameters = document["components"]["parameters"]

        def named(path: str) -> dict[str, Any]:
            refs = [
                p["$ref"].rsplit("/", 1)[1] for p in document["paths"][path]["get"]["parameters"]
            ]
            assert all(ref in parameters for ref in refs)
            return {parameters[r]["name"]: parameters[r] for r in refs}

        for path in document["paths"]:
            named(path)
        items = named("/collections/{featureCollectionId}/items")
        limit = items["limit"]
        assert limit["schema"] == {
            "type": "integer",
            "minimum": 1,
            "maximum": 10_000,
            "default": 1000,
        }
        assert (limit["in"], limit["required"], limit["style"], limit["explode"]) == ("query", False, "form", False)  # fmt: skip
        assert items["bbox"]["schema"]["type"] == "array"
        assert items["bbox"]["schema"]["items"] == {"type": "number"}
        assert (items["bbox"]["schema"]["minItems"], items["bbox"]["schema"]["maxItems"]) == (4, 6)
        assert items["datetime"]["schema"] == {"type": "string"}
        assert {"filter", "filter-lang", "filter-crs", "sortby", "crs", "bbox-crs"} <= items.keys()
        ids = {c["id"] for c in every()}
        assert ids == set(parameters["featureCollectionId"]["schema"]["enum"])

    def test_unknown_parameters(self, filled: City):
        """A.2.1: /req/core/query-param-unknown and query-param-invalid."""
        for one in every()[:3]:
            assert get(items_of(one), unknownparam="1").status_code == 400
            assert get(items_of(one), limit="x").status_code == 400


class TestCollections:
    def test_each_says_what_it_is(self, filled: City):
        """A.2.2.4, A.2.2.5: /req/core/fc-md-*, sfc-md-*."""
        for one in every():
            assert one["id"] and one["title"] and one["links"]
            items = [x for x in one["links"] if x["rel"] == "items"]
            assert items and all(x["type"] for x in items)
            assert {x["type"] for x in items} >= {"application/geo+json", "text/html"}
            assert get(items[0]["href"]).status_code == 200
            if "extent" in one:
                west, south, east, north = one["extent"]["spatial"]["bbox"][0]
                assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
                assert one["extent"]["spatial"]["crs"].endswith("CRS84")
            same = body(f"{ROOT}collections/{one['id']}")
            assert same["id"] == one["id"] and same["title"] == one["title"]
            assert {x["rel"] for x in same["links"]} >= {"items", "self"}

    def test_one_that_nobody_has(self, filled: City):
        for path in ("", "/items", "/items/1"):
            assert get(f"{ROOT}collections/dUmmYColLection{path}").status_code == 404


class TestItems:
    def test_features(self, filled: City):
        """A.2.2.6: /req/core/fc-op, fc-response; /req/geojson/content."""
        for one in every():
            answer = get(items_of(one))
            assert answer["Content-Type"] == "application/geo+json"
            found = read(answer)
            jsonschema.validate(found, FEATURES)
            assert found["numberReturned"] == len(found["features"])
            assert {x["rel"] for x in found["links"]} >= {"self", "alternate"}
            if "numberMatched" in found:
                assert found["numberMatched"] >= found["numberReturned"]
            own = link(found, "self")
            assert own and read(Client().get(own))["features"] == found["features"]
            for x in found["links"]:
                assert x["rel"] and x["type"] and x["href"].startswith("http")

    def test_limit(self, filled: City):
        """/req/core/fc-limit-response: never more than asked for; walks are whole."""
        for one in every():
            whole = [f["id"] for f in body(items_of(one))["features"]]
            for limit in (1, 2, 10_000):
                found = body(items_of(one), limit=limit)
                assert len(found["features"]) == min(limit, len(whole))
                assert (link(found, "next") is not None) == (limit < len(whole))

    def test_bbox(self, filled: City):
        """/req/core/fc-bbox-response."""
        for one in every():
            if not body(items_of(one), limit=1)["features"]:
                continue
            if body(items_of(one), limit=1)["features"][0]["geometry"] is None:
                continue
            world = body(items_of(one), bbox="-180,-90,180,90")
            assert world["features"], one["id"]
            assert not body(items_of(one), bbox="-10,-10,-9,-9")["features"]
            six = body(items_of(one), bbox="-180,-90,0,180,90,100")
            assert [f["id"] for f in six["features"]] == [f["id"] for f in world["features"]]
            shapes = [f for f in world["features"] if f["geometry"]]
            west, south, east, north = _bounds(shapes[0]["geometry"]["coordinates"])
            inside = body(
                items_of(one), bbox=f"{west - 1e-8},{south - 1e-8},{east + 1e-8},{north + 1e-8}"
            )
            assert shapes[0]["id"] in [f["id"] for f in inside["features"]]

    def test_datetime(self, filled: City):
        """/req/core/fc-time-response."""
        for one in every():
            for when in (
                "2026-11-03", "2026-11-03T09:30:00Z", "2018-02-12T00:00:00Z/2026-12-31T00:00:00Z",
                "../2026-12-31", "2018-01-01/..", "/2026-12-31", "2018-01-01/",
            ):  # fmt: skip
                assert get(items_of(one), datetime=when).status_code == 200, (one["id"], when)
            assert get(items_of(one), datetime="yesterday").status_code == 400
        assert body(f"{ROOT}collections/cases/items", datetime="2026-11-03")["features"]
        assert not body(f"{ROOT}collections/cases/items", datetime="2025-11-03")["features"]

    def test_one_feature(self, filled: City):
        """A.2.2.7: /req/core/f-op, f-success, f-links."""
        for one in every():
            for feature in body(items_of(one), limit=2)["features"]:
                answer = get(f"{items_of(one)}/{feature['id']}")
                assert answer.status_code == 200, (one["id"], feature["id"])
                assert answer["Content-Type"] == "application/geo+json"
                found = answer.json()
                jsonschema.validate(found, FEATURE)
                rels = {x["rel"] for x in found["links"]}
                assert {"self", "alternate", "collection"} <= rels
                assert found["properties"] == feature["properties"]
            assert get(f"{items_of(one)}/nobody-has-this").status_code == 404

    def test_html(self, filled: City):
        """/req/html/definition, content."""
        for one in every():
            pages = [f"{ROOT}collections/{one['id']}", items_of(one)]
            features = body(items_of(one), limit=1)["features"]
            pages += [f"{items_of(one)}/{f['id']}" for f in features]
            pages += [
                f"{ROOT}collections/{one['id']}/{n}" for n in ("queryables", "sortables", "schema")
            ]
            for path in pages:
                answer = Client().get(path, headers={"accept": "text/html"})
                assert answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
                assert "<h1>" in answer.content.decode()
        for path in ("", "conformance", "collections"):
            answer = Client().get(ROOT + path, headers={"accept": "text/html"})
            assert answer["Content-Type"].startswith("text/html")

    def test_pages_lead_on_without_scripts(self, filled: City):
        page = get(f"{ROOT}collections/doors/items", f="html", limit=2).content.decode()
        assert 'rel="next"' in page and "<script" not in page
        english = Client().get(f"{ROOT}collections?f=html", headers={"accept-language": "en"})
        assert "Collections" in english.content.decode()


class TestSystems:
    def test_each_says_its_systems(self, filled: City):
        """Part 2: /req/crs/fc-md-crs-list, fc-md-storageCrs."""
        for one in every():
            assert one["storageCrs"] in one["crs"] and set(one["crs"]) == set(SYSTEMS)

    def test_each_is_told(self, filled: City):
        """/req/crs/fc-crs-action, ogc-crs-header."""
        for uri in SYSTEMS:
            for path in ("districts/items", "doors/items", "cases/items"):
                answer = get(f"{ROOT}collections/{path}", crs=uri)
                assert answer["Content-Crs"] == f"<{uri}>"
        assert get(f"{ROOT}collections/doors/items")["Content-Crs"].endswith("CRS84>")
        for name in ("crs", "bbox-crs", "filter-crs"):
            wrong = {name: "http://www.opengis.net/def/crs/0/unknown"}
            assert get(f"{ROOT}collections/doors/items", **wrong).status_code == 400


class TestFilters:
    def test_queryables(self, filled: City):
        """Part 3: /req/queryables/get-queryables-op; each one is known to filters and as a parameter."""
        for one in every():
            answer = get(f"{ROOT}collections/{one['id']}/queryables")
            assert answer["Content-Type"] == "application/schema+json"
            schema = answer.json()
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["$schema"].endswith("2020-12/schema") and schema["type"] == "object"
            assert schema["$id"].endswith(f"/ogc/collections/{one['id']}/queryables")
            for name, said in schema["properties"].items():
                if name == "geometry":
                    assert said["format"].startswith("geometry-")
                    continue
                asked = get(items_of(one), filter=f"{name} IS NULL")
                assert asked.status_code == 200, (one["id"], name, asked.content)

    def test_every_sortable_sorts(self, filled: City):
        for one in every():
            schema = get(f"{ROOT}collections/{one['id']}/sortables").json()
            for name in schema["properties"]:
                for sign in ("", "-", "+"):
                    query = urlencode({"sortby": sign + name, "limit": 2})
                    assert get(f"{items_of(one)}?{query}").status_code == 200, (one["id"], name)

    def test_features_follow_their_schema(self, filled: City):
        """Part 5: what is told is what the schema says."""
        for one in every():
            schema = get(f"{ROOT}collections/{one['id']}/schema").json()
            jsonschema.Draft202012Validator.check_schema(schema)
            roles = [p.get("x-ogc-role") for p in schema["properties"].values()]
            assert roles.count("primary-geometry") <= 1
            for name, said in schema["properties"].items():
                if "type" in said:
                    said["type"] = [said["type"], "null"]
                if "enum" in said:
                    said["enum"].append(None)
                if name == "geometry":
                    said.clear()
            for feature in body(items_of(one), limit=20)["features"]:
                jsonschema.validate(feature["properties"], schema)

    def test_in_text_in_json_and_sent(self, filled: City):
        path = f"{ROOT}collections/doors/items"
        tree = json.dumps({"op": "=", "args": [{"property": "number"}, 9]})
        by_text = body(path, filter="number = 9")["features"]
        by_json = body(path, filter=tree, **{"filter-lang": "cql2-json"})["features"]
        sent = Client().post(path, tree, content_type="application/query-cql-json")
        assert by_text and [f["id"] for f in by_text] == [f["id"] for f in by_json]
        assert [f["id"] for f in sent.json()["features"]] == [f["id"] for f in by_text]
        assert get(path, filter="number = 9", **{"filter-lang": "cql"}).status_code == 400

    def test_the_next_page_of_what_was_sent_is_asked_for_by_sending_it_again(self, filled: City):
        """A filter may be longer than an address."""
        path, kind = f"{ROOT}collections/doors/items", "application/query-cql-json"
        numbers = [9, *range(10_000, 10_900)]
        args = [{"property": "number"}, numbers]
        tree = json.dumps({"op": "in", "args": args}) + " " * 30_000
        found = [f["id"] for f in body(path, filter="number = 9")["features"]]
        first = Client().post(f"{path}?limit=1", tree, content_type=kind).json()
        (following,) = (one for one in first["links"] if one["rel"] == "next")
        assert following["method"] == "POST" and len(following["href"]) < 1_000
        assert "filter" not in following["href"]
        rest = Client().post(following["href"], tree, content_type=kind).json()
        assert [f["id"] for f in first["features"] + rest["features"]] == found and len(found) == 2
        # Whoever overlooks the method gets a refusal, not what the filter leaves out.
        refused(Client().get(following["href"]), "token")
        table = Client().post(f"{path}?limit=1&f=csv", tree, content_type=kind)
        assert 'rel="next"; type="text/csv"; method="POST"' in table["Link"]

    def test_one_filter_only(self, filled: City):
        path = f"{ROOT}collections/doors/items"
        tree = json.dumps({"op": "=", "args": [{"property": "number"}, 9]})
        for words in ("number = 8", ""):
            sent = Client().post(
                f"{path}?{urlencode({'filter': words})}",
                tree,
                content_type="application/query-cql-json",
            )
            refused(sent, "filter")

    def test_with_or_without_geometry(self, filled: City):
        path = f"{ROOT}collections/doors/items"
        assert body(path, skipGeometry="false")["features"][0]["geometry"]
        refused(get(path, skipGeometry="maybe"), "skipGeometry")


def _bounds(coordinates: Any) -> tuple[float, float, float, float]:
    flat: list[list[float]] = []

    def gather(part: Any) -> None:
        if isinstance(part[0], int | float):
            flat.append(part)
        else:
            for inner in part:
                gather(inner)

    gather(coordinates)
    xs, ys = [p[0] for p in flat], [p[1] for p in flat]
    return min(xs), min(ys), max(xs), max(ys)

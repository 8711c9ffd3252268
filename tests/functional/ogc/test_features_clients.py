"""Other programs read our features as they are: GDAL old and new, OWSLib, geopandas."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.db import transaction
from owslib.ogcapi.features import Features

from addresses.models import Address, District
from tests.factories import City, door, make_case, make_city
from tests.works import make_work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city() -> City:
    with transaction.atomic():
        city = make_city()
        for n in range(30, 45):
            door(city.areas, number=n, at=(0.5 + n / 1000, 0.4), street="Uzun Sokak")
        make_case(city)
    return city


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


# In a process of its own: the server of the test lives in this one.
_READ = """
import json, sys, geopandas
source, layer, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
frame = geopandas.read_file(source, layer=layer, engine="pyogrio", **options)
print(json.dumps({
    "n": len(frame), "crs": str(frame.crs), "columns": list(frame.columns),
    "first": list(frame.geometry.iloc[0].coords)[0] if len(frame) and frame.geometry.iloc[0].geom_type == "Point" else None,
    "types": sorted(set(frame.geometry.geom_type)),
    "names": sorted(map(str, frame["uid"])) if "uid" in frame else [],
}))
"""


def geopandas(source: str, layer: str, **options: Any) -> Any:
    return json.loads(run(sys.executable, "-c", _READ, source, layer, json.dumps(options)))


class TestDebiansGdal:
    """GDAL 3.6: Part 1 only."""

    def test_lists_collections(self, live_server: Any, city: City):
        said = run("ogrinfo", "-ro", f"OAPIF:{live_server.url}/ogc/")
        assert "doors" in said and "districts" in said and "cases" in said

    def test_finds_items_in_all_that_is_listed(self, live_server: Any, city: City, tmp_path: Any):
        """Whatever has tiles only is not listed: one 404 stops a copy of several layers."""
        at = f"OAPIF:{live_server.url}/ogc/"
        commands = (
            ("ogrinfo", "-ro", "-so", "-al", at),
            ("ogr2ogr", "-f", "GPKG", str(tmp_path / "all.gpkg"), at, "doors", "cases", "planned_works"),
        )  # fmt: skip
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr[-2000:]

    def test_reads_all_pages(self, live_server: Any, city: City):
        said = run(
            "ogrinfo", "-ro", "-al", "-so", f"OAPIF:{live_server.url}/ogc/collections/doors",
            "-oo", "PAGE_SIZE=4",
        )  # fmt: skip
        assert f"Feature Count: {Address.objects.count()}" in said
        assert "number: Integer" in said and "Point" in said

    def test_makes_a_file(self, live_server: Any, city: City, tmp_path: Any):
        place = tmp_path / "doors.gpkg"
        run(
            "ogr2ogr", "-f", "GPKG", str(place), f"OAPIF:{live_server.url}/ogc/collections/doors",
            "-spat", "27.9", "39.59", "27.9117", "39.6", "-oo", "PAGE_SIZE=7",
        )  # fmt: skip
        said = run("ogrinfo", "-ro", "-al", "-so", str(place))
        assert "Feature Count: 17" in said or "Feature Count: 1" in said

    def test_filters_by_itself(self, live_server: Any, city: City):
        said = run(
            "ogrinfo", "-ro", "-al", "-q", "-where", "number = 33", f"OAPIF:{live_server.url}/ogc/collections/doors",
        )  # fmt: skip
        assert said.count("OGRFeature(") == 1


class TestMixedGeometries:
    """Works are lines and areas: no client shall make one of the other."""

    @pytest.fixture
    def works(self, city: City) -> City:
        with transaction.atomic():
            make_work(city)
            area = make_work(city)
            area.geom = MultiPolygon(area.geom.buffer(0.001), srid=4326)
            area.save()
        return city

    def test_gdal_copies_them_as_they_are(self, live_server: Any, works: City, tmp_path: Any):
        at, place = (
            f"OAPIF:{live_server.url}/ogc/collections/planned_works",
            tmp_path / "works.gpkg",
        )
        run("ogr2ogr", "-f", "GPKG", str(place), at)
        said = run("ogrinfo", "-ro", "-al", str(place))
        assert "Geometry: Unknown (any)" in said
        assert said.count("MULTILINESTRING (") == said.count("MULTIPOLYGON (") == 1
        found = geopandas(at, "planned_works")
        assert found["types"] == ["MultiLineString", "MultiPolygon"]

    def test_the_file_of_a_page_and_the_descriptions(
        self, live_server: Any, works: City, tmp_path: Any
    ):
        import requests

        root, place = f"{live_server.url}/ogc/collections/planned_works", tmp_path / "page.gpkg"
        place.write_bytes(requests.get(f"{root}/items?f=gpkg", timeout=30).content)
        assert "Geometry: Unknown (any)" in run("ogrinfo", "-ro", "-al", "-so", str(place))
        said = requests.get(root, timeout=30).json()
        assert "geometryDimension" not in said
        schema = requests.get(f"{root}/schema", timeout=30).json()
        assert schema["properties"]["geometry"]["format"] == "geometry-any"
        (layer,) = requests.get(f"{root}/tiles/WebMercatorQuad", timeout=30).json()["layers"]
        assert "geometryDimension" not in layer


class TestNewGdal:
    """pyogrio's wheel: GDAL 3.12, with systems and filters."""

    def test_reads(self, live_server: Any, city: City):
        found = geopandas(f"OAPIF:{live_server.url}/ogc/collections/doors", "doors", PAGE_SIZE=5)
        assert found["n"] == Address.objects.count()
        assert found["names"] == sorted(map(str, Address.objects.values_list("uid", flat=True)))

    def test_in_another_system(self, live_server: Any, city: City):
        found = geopandas(
            f"OAPIF:{live_server.url}/ogc/collections/doors", "doors",
            CRS="http://www.opengis.net/def/crs/EPSG/0/5253",
        )  # fmt: skip
        assert found["crs"] == "EPSG:5253"
        east, north = found["first"]
        assert 400_000 < east < 700_000 and 4_300_000 < north < 4_500_000

    def test_leaves_filters_to_the_server(self, live_server: Any, city: City):
        found = geopandas(
            f"OAPIF:{live_server.url}/ogc/collections/doors", "doors", where="number = 33"
        )
        assert found["n"] == 1

    def test_reads_pages_and_files_directly(self, live_server: Any, city: City):
        for form in ("json", "fgb"):
            script = (
                "import geopandas, sys; f = geopandas.read_file(sys.argv[1]); print(len(f), f.crs)"
            )
            said = run(
                sys.executable, "-c", script,
                f"{live_server.url}/ogc/collections/doors/items?f={form}&number=33",
            )  # fmt: skip
            assert said.startswith("1 EPSG:4326")

    def test_json_fg(self, live_server: Any, city: City, tmp_path: Any):
        import requests

        place = tmp_path / "doors.json"
        place.write_bytes(
            requests.get(
                f"{live_server.url}/ogc/collections/doors/items?f=jsonfg&crs=EPSG:5253", timeout=30
            ).content
        )
        said = run(
            sys.executable, "-c",
            "import pyogrio, sys; i = pyogrio.read_info(sys.argv[1]); print(i['driver'], i['features'], i['crs'])",
            str(place),
        )  # fmt: skip
        assert said.split() == ["JSONFG", str(Address.objects.count()), "EPSG:5253"]


class TestOwslib:
    def test_everything(self, live_server: Any, city: City):
        api = Features(f"{live_server.url}/ogc/")
        assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in api.conformance()["conformsTo"]  # fmt: skip
        assert {"doors", "cases"} <= set(api.feature_collections())
        assert api.collection("districts")["itemType"] == "feature"
        assert "number" in api.collection_queryables("doors")["properties"]
        found = api.collection_items("doors", limit=3)
        assert found["numberReturned"] == 3 and found["numberMatched"] == Address.objects.count()
        one = api.collection_item("doors", found["features"][0]["id"])
        assert one["type"] == "Feature"
        near = api.collection_items("districts", bbox=[27.9, 39.58, 27.91, 39.6])
        assert near["numberReturned"] == 1
        assert len(api.collection_items("doors", filter="number = 33")["features"]) == 1
        tree = {"op": "=", "args": [{"property": "name"}, "karesi"]}
        (district,) = api.collection_items("districts", cql=tree)["features"]
        assert district["id"] == str(District.objects.get(name="Karesi").uid)

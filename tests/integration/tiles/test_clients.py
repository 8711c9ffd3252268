"""Other programs read our tiles as they are."""

import http.server
import json
import math
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
import requests
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from addresses.actions.boundary_shapes import rebuild_boundary_shapes
from addresses.models import Street
from cases.models import Case
from tests.factories import City, make_case, make_city
from tests.integration.tiles.grid import tile_of, url

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = Path(__file__).parent / "clients"
HERE = (0.5, 0.5)
HALF_M = 20037508.342789244


@pytest.fixture
def city() -> City:
    with transaction.atomic():
        city = make_city()
        rebuild_boundary_shapes()
        make_case(city)
    return city


@pytest.fixture
def here(city: City):
    return lambda z: tile_of(*city.areas.at(*HERE), z)


def run(*command: str) -> Any:
    """What another program prints, as JSON."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


# In a process of its own: the server of the test lives in this one.
_READ = """
import json, sys, pyogrio
source, layer, options = sys.argv[1], sys.argv[2] or None, json.loads(sys.argv[3])
info = pyogrio.read_info(source, layer=layer, **options)
_, _, shapes, values = pyogrio.raw.read(source, layer=layer, **options)
print(json.dumps({
    "crs": info["crs"], "geometry": info["geometry_type"], "number": len(shapes),
    "fields": {n: [str(v) for v in column] for n, column in zip(info["fields"], values)},
}))
"""


def gdal(source: str, layer: str = "", **options: Any) -> Any:
    return run(sys.executable, "-c", _READ, source, layer, json.dumps(options))


def test_gdal_reads_a_saved_tile(live_server: Any, here: Any, tmp_path: Path):
    z, x, y = here(15)
    body = requests.get(live_server.url + url("doors,streets", (z, x, y)), timeout=10).content
    file = tmp_path / "tile.mvt"
    file.write_bytes(body)
    doors = gdal(str(file), "doors", X=x, Y=y, Z=z)
    ours = mapbox_vector_tile.decode(body)["doors"]["features"]
    assert doors["number"] == len(ours) > 0
    assert doors["fields"]["mvt_id"] == [str(f["id"]) for f in ours]
    assert doors["fields"]["label"] == [f["properties"]["label"] for f in ours]
    assert (doors["crs"], doors["geometry"]) == ("EPSG:3857", "Point")


def test_gdal_reads_tiles_over_ogc_api(live_server: Any, city: City, here: Any):
    """Its driver takes the box in metres: that of the collection is in degrees, as the standard says."""
    west, south = _metres(*city.areas.at(-1, 3))
    east, north = _metres(*city.areas.at(5, -1))
    streets = gdal(
        f"OGCAPI:{live_server.url}/ogc/collections/streets", "Zoom level 15",
        API="TILES", CACHE="NO", MINX=west, MINY=south, MAXX=east, MAXY=north,
    )  # fmt: skip
    assert set(streets["fields"]["name"]) == set(Street.objects.values_list("name", flat=True))
    assert streets["crs"] == "EPSG:3857"


def _metres(lon: float, lat: float) -> tuple[float, float]:
    angle = math.log(math.tan((90 + lat) * math.pi / 360))
    return lon / 180 * HALF_M, angle / math.pi * HALF_M


def test_vector_tile_js_reads_them(live_server: Any, city: City, here: Any):
    z, x, y = here(14)
    address = live_server.url + url("boundaries,streets,cases", (z, x, y))
    seen = run("node", str(CLIENTS / "read_tile.mjs"), address, str(z), str(x), str(y))
    assert set(seen) == {"boundaries", "streets", "cases"}
    assert all(layer["version"] == 2 and layer["extent"] == 4096 for layer in seen.values())
    with_ids = [f for n in ("boundaries", "streets") for f in seen[n]["features"]]
    assert all(f["safe"] for f in with_ids)
    kinds = {name: {f["type"] for f in layer["features"]} for name, layer in seen.items()}
    assert kinds == {"cases": {1}, "streets": {2}, "boundaries": {3}}
    lon, lat = seen["cases"]["features"][0]["geometry"]["coordinates"]
    place = Case.objects.get().geom
    # The public's place lies on a grid of 50 m.
    assert abs(lon - place.x) < 0.0005 and abs(lat - place.y) < 0.0005


class _Ranges(http.server.SimpleHTTPRequestHandler):
    """A web server that knows byte ranges, and nothing of tiles."""

    served: list[str]

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.served.append(asked)
        body = Path(self.translate_path(self.path)).read_bytes()
        first, _, last = asked.removeprefix("bytes=").partition("-")
        part = body[int(first) : int(last) + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Path, str, list[str]]]:
    """A folder, the address at which it is served, and the ranges that were asked for."""
    served: list[str] = []
    handler = type("Handler", (_Ranges,), {"served": served})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(handler, directory=str(tmp_path))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}", served
    server.shutdown()
    server.server_close()


def test_an_archive_is_read_over_range_requests(shelf: Any, client: Any, here: Any):
    folder, address, served = shelf
    call_command(
        "export_tiles", str(folder / "city.pmtiles"), layers="boundaries,streets", zooms="8-13"
    )
    assert [p.name for p in folder.iterdir()] == ["city.pmtiles"]
    z, x, y = here(13)
    program = str(CLIENTS / "read_archive.mjs")
    seen = run("node", program, f"{address}/city.pmtiles", str(z), str(x), str(y))
    assert len(served) >= 2 and all(asked.startswith("bytes=") for asked in served)
    live = mapbox_vector_tile.decode(
        client.get(url("boundaries,streets", (z, x, y)), headers={"Accept-Encoding": ""}).content
    )
    assert seen["layers"] == {name: len(layer["features"]) for name, layer in live.items()}
    assert (seen["header"]["minZoom"], seen["header"]["maxZoom"]) == (8, 13)
    document = client.get("/tiles/boundaries,streets.json").json()
    assert [x["id"] for x in seen["metadata"]["vector_layers"]] == [
        x["id"] for x in document["vector_layers"]
    ]
    by_gdal = gdal(str(folder / "city.pmtiles"), "streets", ZOOM_LEVEL=13)
    assert by_gdal["number"] >= seen["layers"]["streets"]


def test_an_archive_is_what_the_public_sees_unless_told_otherwise(
    city: City, tmp_path: Path, here: Any
):
    file = tmp_path / "a.pmtiles"
    numbers = {}
    for who in ("", "agent"):
        call_command("export_tiles", str(file), layers="cases", zooms="14-14", user=who or None)
        seen = gdal(str(file), "cases", ZOOM_LEVEL=14)
        numbers[who] = seen["fields"].get("number", [])
    assert set(numbers[""]) <= {"None"}
    assert numbers["agent"] == [Case.objects.get().number]


def test_an_export_that_fails_leaves_no_file(city: City, tmp_path: Path):
    from tiles.actions.export import export_tiles
    from tiles.layers import layer_named

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_tiles(
            tmp_path / "a.pmtiles", [layer_named("streets")], first=13, last=13, name="",
            attribution="", metadata={}, progress=stop,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_warming_fills_the_cache(city: City, client: Any, here: Any, capsys: Any):
    call_command("warm_tiles", layers="streets,doors", zooms="12-16", places=5)
    assert "tiles of" in capsys.readouterr().out
    with CaptureQueriesContext(connection) as queries:
        for z in range(12, 17):
            assert client.get(url("streets,doors", here(z))).status_code in (200, 204)
    assert len(queries) == 0

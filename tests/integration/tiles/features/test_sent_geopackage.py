"""Many proposals in one GeoPackage: each becomes a request, bad ones are told by row, and no driver is let near the file."""

import json
import sqlite3
import struct
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from django.utils import translation
from pyproj import Transformer

from accounts.rules.clients import REGISTRY_READ
from addresses.models import Address, ChangeRequest
from tests.clients import make_client, program
from tests.factories import City, close_register
from tiles.features.sent_geopackage import BadGeoPackage, read_geopackage

GPKG = "application/geopackage+sqlite3"
SYSTEMS = frozenset({4326, 3857, 5253})


def written(
    path: Path, rows: list[dict[str, Any]], *, srid: int = 4326, table: str = "doors"
) -> bytes:
    """A GeoPackage with one table: of each row its `geom` and whatever else it says."""
    names = sorted({name for row in rows for name in row} - {"geom"})
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER)"
        )
        database.execute(
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER)"
        )
        database.execute("INSERT INTO gpkg_contents VALUES (?, 'features', ?)", [table, srid])
        database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", [table, srid])
        database.execute(
            f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY, geom BLOB, {", ".join(names)})'
        )
        for row in rows:
            shape = row.get("geom")
            blob = (
                b"GP\x00\x01" + struct.pack("<i", srid) + shapely.to_wkb(shape) if shape else None
            )
            marks = ", ".join("?" * (len(names) + 1))
            database.execute(
                f'INSERT INTO "{table}" (geom, {", ".join(names)}) VALUES ({marks})',
                [blob, *(row.get(name) for name in names)],
            )
    database.close()
    return path.read_bytes()


@pytest.fixture
def sender(city: City) -> Any:
    close_register()
    return program(make_client(city)[1])


def send(client: Any, data: bytes, name: str = "doors", **headers: str) -> Any:
    return client.post(f"/ogc/collections/{name}/items", data, content_type=GPKG, headers=headers)


@pytest.mark.django_db
class TestProposals:
    def test_new_changed_gone_and_wrong_ones(self, city: City, sender: Any, tmp_path: Path):
        lon, lat = city.areas.at(0.6, 0.6)
        side, one, other = (
            str(city.doors["a5"].side.uid),
            *map(str, (city.doors["a5"].uid, city.doors["sk9"].uid)),
        )
        data = written(tmp_path / "a.gpkg", [
            {"geom": shapely.Point(lon, lat), "side": side, "number": 77},
            {"uid": one, "postcode": "10100"},
            {"uid": other, "obsolete": 1},
            {"uid": "no uid", "postcode": "1"},
            {"geom": shapely.Point(lon, lat), "side": side, "number": "x"},
        ])  # fmt: skip
        before = Address.objects.count()
        answer = send(sender, data)
        assert answer.status_code == 202, answer.content
        body = answer.json()
        assert (body["filed"], body["refused"]) == (3, 2)
        assert [f["fid"] for f in body["features"] if "errors" in f] == [4, 5]
        kinds = list(ChangeRequest.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds == ["MISSING_ADDRESS", "WRONG_DATA", "OBSOLETE"]
        assert sender.get(body["features"][0]["url"]).json()["state"] == "PENDING"
        assert Address.objects.count() == before

    def test_again_with_the_same_key_is_once(self, city: City, sender: Any, tmp_path: Path):
        lon, lat = city.areas.at(0.6, 0.6)
        row = {
            "geom": shapely.Point(lon, lat),
            "side": str(city.doors["a5"].side.uid),
            "number": 77,
        }
        data = written(tmp_path / "a.gpkg", [row])
        for _n in range(2):
            assert send(sender, data, **{"Idempotency-Key": "k1"}).status_code == 202
        assert ChangeRequest.objects.count() == 1

    def test_metres_become_degrees(self, city: City, sender: Any, tmp_path: Path):
        lon, lat = city.areas.at(0.6, 0.6)
        x, y = Transformer.from_crs(4326, 5253, always_xy=True).transform(lon, lat)
        row = {"geom": shapely.Point(x, y), "side": str(city.doors["a5"].side.uid), "number": 77}
        assert send(sender, written(tmp_path / "a.gpkg", [row], srid=5253)).status_code == 202
        filed = ChangeRequest.objects.get()
        assert (filed.geom.x, filed.geom.y) == pytest.approx((lon, lat), abs=1e-7)

    def test_whole_numbers_with_a_point(self, city: City, sender: Any, tmp_path: Path):
        """As pandas writes a column that has gaps."""
        one, other = (str(city.doors[name].uid) for name in ("a5", "sk9"))
        data = written(
            tmp_path / "a.gpkg", [{"uid": one, "number": 914.0}, {"uid": other, "number": 9.5}]
        )
        assert [f["fid"] for f in send(sender, data).json()["features"] if "errors" in f] == [2]
        assert ChangeRequest.objects.get().values == {"number": 914}

    def test_what_was_fetched_is_sent_back_with_one_change(
        self, city: City, sender: Any, tmp_path: Path
    ):
        fetched, path = sender.get("/ogc/collections/doors/items?f=gpkg"), tmp_path / "mine.gpkg"
        path.write_bytes(fetched.content)
        frame = pyogrio.read_dataframe(path)
        (own,) = frame.index[frame["id"] == str(city.doors["a5"].uid)]
        frame.loc[own, "postcode"] = "10100"
        path.unlink()
        pyogrio.write_dataframe(frame, path)
        told = send(sender, path.read_bytes()).json()
        # What nobody changed is no proposal, and says so.
        assert (told["filed"], told["refused"]) == (1, len(frame) - 1)
        filed = ChangeRequest.objects.get()
        assert (filed.entity_uid, filed.values) == (city.doors["a5"].uid, {"postcode": "10100"})

    def test_nothing_in_it(self, city: City, sender: Any, tmp_path: Path):
        path = tmp_path / "a.gpkg"
        written(path, [{"number": 1}])
        with sqlite3.connect(path) as database:
            database.execute("DELETE FROM doors")
        database.close()
        answer = send(sender, path.read_bytes())
        assert answer.status_code == 400 and answer.json()["errors"][""]

    def test_without_the_scope_nothing_is_filed(self, city: City, tmp_path: Path):
        close_register()
        client = program(make_client(city, scopes=(REGISTRY_READ,))[1])
        data = written(tmp_path / "a.gpkg", [{"uid": str(city.doors["a5"].uid), "postcode": "1"}])
        assert send(client, data).status_code == 403
        assert not ChangeRequest.objects.exists()

    @pytest.mark.parametrize("data", [b"", b"x" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
    def test_what_is_no_geopackage(self, city: City, sender: Any, data: bytes):
        answer = send(sender, data)
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert not ChangeRequest.objects.exists()


def refused(data: bytes, words: str, most: int = 500) -> None:
    with translation.override("en"), pytest.raises(BadGeoPackage, match=words):
        read_geopackage(data, most=most, systems=SYSTEMS)


class TestHostileFiles:
    def test_too_many(self, tmp_path: Path):
        refused(written(tmp_path / "a", [{"n": n} for n in range(4)]), "At most 3", most=3)

    def test_another_system(self, tmp_path: Path):
        refused(written(tmp_path / "a", [{"n": 1}], srid=2319), "2319")

    @pytest.mark.parametrize(
        "script",
        [
            "ALTER TABLE doors RENAME TO real; CREATE VIEW doors AS WITH RECURSIVE c(x) AS"
            " (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, x AS geom FROM c",
            "DELETE FROM gpkg_contents", "DROP TABLE gpkg_geometry_columns",
            "INSERT INTO gpkg_contents VALUES ('other', 'features', 4326);"
            " INSERT INTO gpkg_geometry_columns VALUES ('other', 'geom', 4326)",
        ],
    )  # fmt: skip
    def test_views_and_missing_tables(self, tmp_path: Path, script: str):
        path = tmp_path / "a"
        written(path, [{"n": 1}])
        with sqlite3.connect(path) as database:
            database.executescript(script)
        database.close()
        refused(path.read_bytes(), "needed|damaged")

    @pytest.mark.parametrize(
        "blob", [b"GP", b"XX" + b"\0" * 60, b"GP\0\1" + b"\0" * 40, b"GP\0\x0f" + b"\xff" * 80]
    )
    def test_a_damaged_geometry(self, tmp_path: Path, blob: bytes):
        path = tmp_path / "a"
        written(path, [{"n": 1}])
        with sqlite3.connect(path) as database:
            database.execute("UPDATE doors SET geom = ?", [blob])
        database.close()
        refused(path.read_bytes(), "damaged")

    def test_a_generated_column_that_never_ends(self, tmp_path: Path):
        path = tmp_path / "a"
        written(path, [{"n": 1}])
        with sqlite3.connect(path) as database:
            database.execute(
                "ALTER TABLE doors ADD COLUMN big AS (hex(zeroblob(900000)) || hex(zeroblob(900000)))"
            )
        database.close()
        refused(path.read_bytes(), "damaged|too much")

    def test_what_is_good_is_read(self, tmp_path: Path):
        (row,) = read_geopackage(
            written(tmp_path / "a", [{"geom": shapely.Point(27.9, 39.6), "n": 1, "t": "ç"}]),
            most=5,
            systems=SYSTEMS,
        )
        assert row.properties == {"n": 1, "t": "ç"}
        assert json.dumps(row.geometry) == '{"type": "Point", "coordinates": [27.9, 39.6]}'

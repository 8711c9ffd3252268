"""Files that cannot be used: one line with field and reason, nothing written."""

import gzip
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation

from addresses.exchange.errors import ImportRefused
from addresses.exchange.notes import Summary
from addresses.models import ChangeSet, District, Street

from .conftest import DOORS, STREETS, Write, area, city, square

Load = Callable[..., Summary]
pytestmark = pytest.mark.django_db


def refused(load: Load, entity: str, path: Path | str, **options: str) -> ImportRefused:
    before = ChangeSet.objects.count()
    with pytest.raises(ImportRefused) as caught:
        load(entity, path, **options)
    assert ChangeSet.objects.count() == before
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "name",
    ["/vsicurl/http://host/a.gpkg", "https://host/a.geojson", "/vsizip/a.zip", "PG:dbname=x",
     "file:///etc/passwd"],
)  # fmt: skip
def test_only_local_files(load: Load, name: str) -> None:
    error = refused(load, "boundaries", name)
    assert error.field == "file"
    assert name in error.reason


def test_no_regular_file(load: Load, tmp_path: Path) -> None:
    assert refused(load, "boundaries", tmp_path).field == "file"
    assert refused(load, "boundaries", tmp_path / "none.csv").field == "file"


@pytest.mark.parametrize("name", ["a.xml", "a.vrt", "a.sqlite", "a"])
def test_unknown_format(load: Load, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<x/>")
    assert ".gpkg" in refused(load, "boundaries", tmp_path / name).reason


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet", "a.csv.gz", "a.shp", "a.geojson"])
def test_not_what_its_ending_says(load: Load, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<OGRVRTDataSource/>")
    assert refused(load, "boundaries", tmp_path / name).field == "file"


def test_empty_file_and_header_alone(load: Load, csv_file: Write) -> None:
    assert refused(load, "streets", csv_file([], "empty.csv")).field == "file"
    assert refused(load, "streets", csv_file(STREETS[:1], "header.csv")).field == "file"


def test_damaged_gzip(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"code,street\n1,2\n" * 1000)[:60])
    assert refused(load, "streets", path).field == "file"


def test_missing_columns_are_named(load: Load, csv_file: Write) -> None:
    error = refused(load, "streets", csv_file([("code", "tip"), ("1", "sokak")], "s.csv"))
    assert error.field == "columns"
    assert "mahalle_code, street" in error.reason


def test_unknown_mapping_lists_those_there_are(load: Load, csv_file: Write) -> None:
    error = refused(load, "streets", csv_file(STREETS, "s.csv"), mapping_name="none")
    assert error.field == "mapping"
    assert "balikesir_boundaries" in error.reason
    assert refused(load, "streets", "s.csv", mapping_name="../../conf").field == "mapping"


def test_metres_declared_as_degrees(load: Load, geojson: Write) -> None:
    features = [area("il", 1, "İl", square(560_000.0, 4_380_000.0, 100.0))]
    error = refused(load, "boundaries", geojson(features))
    assert error.field == "crs"
    assert "EPSG:4326" in error.reason or "CRS84" in error.reason


def test_degrees_declared_as_metres(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    _write_areas(path, "EPSG:5253")
    assert refused(load, "boundaries", path).field == "crs"


def test_shapefile_without_prj(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    _write_areas(path, "EPSG:4326", driver="ESRI Shapefile")
    path.with_suffix(".prj").unlink()
    error = refused(load, "boundaries", path)
    assert (error.field, ".prj" in error.reason) == ("crs", True)


def test_longitude_and_latitude_the_wrong_way_round(
    load: Load, geojson: Write, csv_file: Write
) -> None:
    load("boundaries", geojson(city()))
    rows = [DOORS[0]] + [
        ("1", "Bir", "Gül Sokak", "100", str(n), "", "39.005", "27.005") for n in range(1, 31)
    ]
    error = refused(load, "addresses", csv_file(rows, "doors.csv"))
    assert error.field == "geometry"


def test_rows_of_another_width_are_rejected_not_lost(
    load: Load, geojson: Write, tmp_path: Path
) -> None:
    load("boundaries", geojson(city()))
    path = tmp_path / "s.csv"
    path.write_text(
        "code,street,tip,mahalle_code\n1,Gül Sokak,sokak,1\n2,Lale\n3,Ay Sokak,sokak,1\n"
    )
    summary = load("streets", path)
    assert summary.notes[("REJECTED", "number_of_values")] == 1
    assert sorted(Street.objects.values_list("name", flat=True)) == ["Ay Sokak", "Gül Sokak"]


def test_command_says_it_in_one_line_with_exit_code_1(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("import_boundaries", "/vsicurl/x.gpkg", mapping="generic_geojson")
    assert caught.value.returncode == 1
    assert str(caught.value).startswith("file: ")


def test_command_prints_a_table(geojson: Write, mapping: str) -> None:
    out = StringIO()
    call_command("import_boundaries", str(geojson(city())), mapping=mapping, stdout=out)
    lines = out.getvalue().splitlines()
    assert any(line.split() == ["neighbourhood", "2", "0", "0", "0"] for line in lines)
    assert District.objects.count() == 1


def _write_areas(path: Path, crs: str, driver: str = "GPKG") -> None:
    text = [np.array([value], dtype=object) for value in ("il", "İl", "x", "1")]
    pyogrio.raw.write(
        str(path),
        geometry=np.array([shapely.to_wkb(shapely.box(27.0, 39.0, 27.1, 39.1))]),
        field_data=[text[0], np.array([1]), text[1], text[2], text[3], np.array([5])],
        fields=["level", "id", "name", "parent", "code", "population"],
        geometry_type="Polygon",
        crs=crs,
        driver=driver,
    )


@pytest.mark.parametrize("head", [b"", b"code,street,tip,mahalle_code\n"])
def test_a_line_without_end_is_refused_before_it_fills_the_memory(load, tmp_path, head: bytes):
    path = tmp_path / "zeros.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(head + b"0" * (3 << 20))
    with translation.override("en"):
        error = refused(load, "streets", path)
    assert error.field == "file" and "line" in error.reason


def test_what_is_packed_too_well_is_refused(load, tmp_path, monkeypatch):
    monkeypatch.setattr("addresses.exchange.tables.UNPACKED_MAX", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as file:
        file.write(b"source_id,name\n" + b"1,a\n" * (1 << 19))
    assert refused(load, "streets", path).field == "file"

"""Imports of tiny files: what is stored, linked, repaired, rejected; and that they repeat."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.db import connection, transaction

from addresses.actions import import_file as module
from addresses.exchange.notes import Summary
from addresses.models import (
    Address,
    BoundaryShape,
    ChangeCounter,
    ChangeSet,
    ImportNote,
    Neighbourhood,
    Street,
    StreetSide,
)
from tests.factories import open_register

from .conftest import DOORS, STREETS, Write, area, city, square

Load = Callable[..., Summary]
pytestmark = pytest.mark.django_db


def test_boundaries(load: Load, geojson: Write) -> None:
    summary = load("boundaries", geojson(city()))
    assert {k: v["inserted"] for k, v in summary.changes.items()} == {
        "province": 1, "district": 1, "neighbourhood": 2,
    }  # fmt: skip
    one = Neighbourhood.objects.get(code="1")
    assert (one.name, one.name_key, one.population, one.district.name) == (
        "Bir",
        "bir",
        120,
        "Merkez",
    )
    assert one.district.province.language == "tr"
    # three zoom bands for each of four areas
    assert BoundaryShape.objects.count() == 12


def test_streets_and_doors(small_city: None) -> None:
    street = Street.objects.get(source_id="101")
    assert (street.name, street.kind) == ("Azerbaycan Caddesi", "AVENUE")
    side = StreetSide.objects.get(code="100")
    assert (side.side, side.neighbourhood.code) == ("B", "1")
    doors = Address.objects.order_by("id").values_list("number", "suffix", "status")
    assert sorted(doors) == [
        (3, "", "ACTIVE"), (4, "1", "ACTIVE"), (9, "", "ACTIVE"), (9, "", "PROPOSED"),
        (11, "A", "ACTIVE"),
    ]  # fmt: skip
    assert Street.objects.get(name="Yeni Sokak").sides.get().neighbourhood.code == "2"


def test_notes_of_doors(small_city: None) -> None:
    notes = ImportNote.objects.filter(change_set__source="test", entity="address")
    found = sorted(notes.values_list("row", "outcome", "reason"))
    assert found == [
        (2, "REPAIRED", "number_form"),
        (3, "CONFLICT", "repeated_address"),
        (4, "CONFLICT", "outside_polygon"),
        (5, "LINKED", "by_name"),
        (6, "REJECTED", "neighbourhood_unknown"),
        (7, "REJECTED", "no_number"),
    ]
    repeated = notes.get(reason="repeated_address")
    assert repeated.detail == "173 m"
    assert repeated.entity_id == Address.objects.get(status="PROPOSED").pk
    outside = notes.get(reason="outside_polygon")
    assert (outside.detail, outside.geom.x) == ("İki", 27.015)


def test_second_run_changes_nothing(
    small_city: None, load: Load, geojson: Write, csv_file: Write
) -> None:
    before = ChangeSet.objects.count()
    versions = list(Address.objects.order_by("id").values_list("id", "version", "change_set"))
    for entity, path in (
        ("boundaries", geojson(city())),
        ("streets", csv_file(STREETS, "streets.csv")),
        ("addresses", csv_file(DOORS, "doors.csv")),
    ):
        summary = load(entity, path)
        assert (summary.changed, summary.number) == (0, None)
    assert ChangeSet.objects.count() == before
    assert (
        list(Address.objects.order_by("id").values_list("id", "version", "change_set")) == versions
    )


def test_a_street_is_found_under_another_form_of_its_type_word(
    small_city: None, load: Load, csv_file: Write
) -> None:
    open_register()
    Street.objects.filter(source_id="100").update(
        name="Zeytin Dalı Sokağı", name_key="zeytin dali sokagi"
    )
    before = Street.objects.count()
    doors = [DOORS[0], ("1", "Bir", "Zeytin Dalı Sokağı", "", "21", "", "27.005", "39.005")]
    summary = load("addresses", csv_file(doors, "more.csv"))
    assert summary.changes["address"]["inserted"] == 1
    streets = [STREETS[0], ("", "ZEYTİN DALI SOK.", "sokak", "1")]
    load("streets", csv_file(streets, "named.csv"), mapping_name=_other_source(csv_file))
    assert Street.objects.count() == before
    door = Address.objects.get(number=21)
    assert door.side.street.name == "Zeytin Dalı Sokağı"


def _other_source(csv_file: Write) -> str:
    """The streets of the test mapping, from somewhere else and without codes."""
    path = csv_file([], "other.yaml")
    path.write_text(
        "title: Other\nsource: other\nlanguage: tr\nstreets:\n  - fields: {source_id: street,"
        " name: street, neighbourhood_code: mahalle_code}\n",
        encoding="utf-8",
    )
    return str(path)


def test_a_name_that_is_too_long_is_cut_and_noted(
    small_city: None, load: Load, csv_file: Write, geojson: Write
) -> None:
    long = "Uzun " * 40 + "Sokak"
    rows = [DOORS[0], ("1", "Bir", long, "", "3", "", "27.005", "39.005")]
    load("addresses", csv_file(rows, "long.csv"))
    load("boundaries", geojson([*city(), area("mahalle", 3, "Çok " * 40, square(27.0, 39.02))]))
    cut = ImportNote.objects.filter(reason="cut").order_by("pk")
    assert list(cut.values_list("outcome", "entity", "detail")) == [
        ("REPAIRED", "street", long), ("REPAIRED", "neighbourhood", "Çok " * 40),
    ]  # fmt: skip
    assert Street.objects.filter(name=("Uzun " * 32).strip()).exists()
    assert Neighbourhood.objects.filter(name=("Çok " * 30).strip()).exists()


def test_real_change_bumps_the_version(small_city: None, load: Load, csv_file: Write) -> None:
    moved = [list(row) for row in DOORS]
    moved[1][6] = "27.0055"
    summary = load("addresses", csv_file(moved, "doors.csv"))
    assert summary.changes["address"]["updated"] == 1
    assert summary.changes["address"]["inserted"] == 0
    door = Address.objects.get(number=9, status="ACTIVE")
    assert (door.version, door.geom.x) == (2, 27.0055)


def test_numbers_are_gap_free(small_city: None, load: Load, csv_file: Write) -> None:
    assert sorted(ChangeSet.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert ChangeCounter.objects.get().number == 3


def test_interrupted_run_leaves_nothing(
    load: Load, geojson: Write, csv_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    load("boundaries", geojson(city()))

    def stop(*args: object, **kwargs: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "publish", stop)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        load("streets", csv_file(STREETS, "streets.csv"))
    assert (Street.objects.count(), ChangeSet.objects.count(), ImportNote.objects.count()) == (
        0,
        1,
        2,  # of the boundaries: two names in capitals
    )


def test_broken_polygon_is_repaired_and_noted(load: Load, geojson: Write) -> None:
    bow_tie = [[[27.0, 39.0], [27.01, 39.01], [27.01, 39.0], [27.0, 39.01], [27.0, 39.0]]]
    line = [[[27.0, 39.0], [27.01, 39.0], [27.0, 39.0], [27.0, 39.0]]]
    features = [
        *city()[:2],
        area("mahalle", 1, "Bir", bow_tie, code="1"),
        area("mahalle", 2, "İki", line, code="2"),
    ]
    load("boundaries", geojson(features))
    assert Neighbourhood.objects.get().geom.valid
    found = ImportNote.objects.order_by("outcome").values_list("row", "outcome", "reason")
    assert (3, "REPAIRED", "invalid_polygon") in found
    assert (4, "REJECTED", "no_polygon") in found


def test_another_source_completes_but_does_not_overwrite(
    load: Load, geojson: Write, tmp_path: Path, csv_file: Write
) -> None:
    load("boundaries", geojson(city()))
    other = tmp_path / "other.yaml"
    other.write_text(
        "source: other\nboundaries:\n  - level: NEIGHBOURHOOD\n    fields:"
        " {source_id: id, name: name, district: district, code: id, postcode: post,"
        " population: population}\n"
    )
    rows = [
        ("id", "name", "district", "post", "population"),
        ("1", "BAŞKA AD", "MERKEZ", "10040.0", "999"),
        ("3", "ÜÇ", "MERKEZ", "10050", "7"),
    ]
    summary = load("boundaries", csv_file(rows, "list.csv"), mapping_name=str(other))
    assert summary.changes["neighbourhood"] == {"inserted": 1, "updated": 1, "unchanged": 0}
    one = Neighbourhood.objects.get(code="1")
    assert (one.name, one.postcode, one.population) == ("Bir", "10040", 120)
    assert Neighbourhood.objects.get(code="3").geom is None


def test_status_is_left_to_people(small_city: None, load: Load, csv_file: Write) -> None:
    open_register()
    Address.objects.filter(number=11).update(status="RETIRED")
    assert load("addresses", csv_file(DOORS, "doors.csv")).changed == 0
    assert Address.objects.get(number=11).status == "RETIRED"


def test_report(load: Load, geojson: Write, csv_file: Write, tmp_path: Path) -> None:
    load("boundaries", geojson(city()))
    load("streets", csv_file(STREETS, "streets.csv"))
    report = tmp_path / "report.csv"
    load("addresses", csv_file(DOORS, "doors.csv"), report=report)
    with report.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    reasons = [(row["row"], row["reason"]) for row in rows if row["outcome"] == "REJECTED"]
    assert reasons == [("6", "neighbourhood_unknown"), ("7", "no_number")]


def test_windows_1254_is_read_and_said(load: Load, geojson: Write, csv_file: Write) -> None:
    load("boundaries", geojson(city()))
    load("streets", csv_file(STREETS, "streets.csv", encoding="cp1254"))
    assert Street.objects.filter(name="Gül Sokak").count() == 2
    note = ImportNote.objects.get(reason="encoding")
    assert (note.row, note.outcome, note.detail) == (0, "REPAIRED", "windows-1254")


def test_metric_coordinates_are_brought_to_degrees(
    load: Load, tmp_path: Path, geojson: Write
) -> None:
    load("boundaries", geojson(city()[:2]))
    path = tmp_path / "metric.gpkg"
    x, y = 500_000.0, 4_317_000.0  # TUREF / TM27: 27° east
    pyogrio.raw.write(
        str(path),
        geometry=np.array([shapely.to_wkb(shapely.box(x + 10, y + 300, x + 800, y + 900))]),
        field_data=[
            np.array(["mahalle"], dtype=object),
            np.array([7]),
            np.array(["Metre"], dtype=object),
            np.array(["Merkez"], dtype=object),
            np.array(["7"], dtype=object),
            np.array([5]),
        ],
        fields=["level", "id", "name", "parent", "code", "population"],
        geometry_type="Polygon",
        crs="EPSG:5253",
        driver="GPKG",
    )
    mapping = tmp_path / "metric.yaml"
    mapping.write_text(
        'source: metric\nboundaries:\n  - layer: "*"\n    level: NEIGHBOURHOOD\n'
        "    fields: {source_id: id, name: name, district: parent, code: code}\n"
    )
    load("boundaries", path, mapping_name=str(mapping))
    west, south, east, _north = Neighbourhood.objects.get().geom.extent
    assert west == pytest.approx(27.0001, abs=2e-5)
    assert east - west == pytest.approx(790 / 86_600, rel=0.01)
    assert 38.9 < south < 39.1


def test_neighbours_do_not_tear_apart(load: Load, geojson: Write) -> None:
    load("boundaries", geojson(city()))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max_zoom, ST_Area(ST_Union(geom_m)) / sum(ST_Area(geom_m))"
            " FROM addresses_boundaryshape WHERE level = 'NEIGHBOURHOOD' GROUP BY 1 ORDER BY 1"
        )
        rows = cursor.fetchall()
    assert [zoom for zoom, _share in rows] == [8, 10, 12]
    assert all(share == pytest.approx(1.0, abs=1e-9) for _zoom, share in rows)

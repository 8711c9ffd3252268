"""Imports of parcels, buildings and landmarks: stored, linked, repaired, rejected, repeated."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from addresses.exchange.errors import ImportRefused
from addresses.exchange.notes import Summary
from addresses.models import (
    Address,
    Building,
    BuildingParcel,
    ImportNote,
    Landmark,
    Parcel,
)

from .conftest import Write, city, square

Load = Callable[..., Summary]
pytestmark = pytest.mark.django_db

PLACES = """
source: places
language: tr
parcels:
  - layer: "*"
    link: [code, name, point]
    optional: [mahalle_kodu, mahalle, ilce, pafta, kod]
    fields:
      source_id: id
      cadastral_block: ada
      number: parsel
      map_sheet: pafta
      code: kod
      district: ilce
      neighbourhood: mahalle
      neighbourhood_code: mahalle_kodu
buildings:
  - layer: "*"
    link: [code, point]
    optional: [mahalle_kodu, ad, blok, kullanim, kat, daire, kod]
    fields:
      source_id: id
      name: ad
      block: blok
      use: kullanim
      floors: kat
      dwellings: daire
      code: kod
      neighbourhood_code: mahalle_kodu
landmarks:
  - layer: "*"
    link: [point]
    fields:
      source_id: id
      name: ad
      kind: {column: tur, words: {cami: mosque, durak: bus_stop}}
"""


@pytest.fixture
def places(tmp_path: Path) -> str:
    path = tmp_path / "places.yaml"
    path.write_text(PLACES, encoding="utf-8")
    return str(path)


@pytest.fixture
def put(load: Load, geojson: Write, places: str) -> Callable[..., Summary]:
    """Imports features of one kind into the city of two neighbourhoods."""
    load("boundaries", geojson(city()))

    def run(entity: str, features: list[dict[str, Any]], **options: Any) -> Summary:
        path = geojson(features, f"{entity}.geojson")
        return load(entity, path, **({"mapping_name": places} | options))

    return run


def feature(rings: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": None if rings is None else {"type": kind, "coordinates": rings},
    }


def parcel(number: int, x: float, **properties: Any) -> dict[str, Any]:
    values = {"id": number, "ada": "149", "parsel": str(number), "mahalle_kodu": "1"}
    values |= {"mahalle": None, "ilce": None, "pafta": "L18-B", "kod": None, "malik": "Ad Soyad"}
    return feature(square(x, 39.001, 0.001), **(values | properties))


def building(number: int, x: float, size: float = 0.0004, **properties: Any) -> dict[str, Any]:
    values = {"id": number, "ad": "GÜL APARTMANI", "blok": "A", "kullanim": "konut", "kat": "5"}
    values |= {"daire": 10, "kod": str(900 + number), "mahalle_kodu": None}
    return feature(square(x, 39.0012, size), **(values | properties))


def reasons() -> list[tuple[int, str, str]]:
    notes = ImportNote.objects.filter(change_set__source="places").order_by("row", "reason")
    return list(notes.values_list("row", "outcome", "reason"))


def test_parcels(put: Load) -> None:
    bow_tie = [[[27.004, 39.0], [27.005, 39.001], [27.005, 39.0], [27.004, 39.001], [27.004, 39.0]]]
    line = [[27.001, 39.001], [27.002, 39.001]]
    features = [
        parcel(1, 27.001),
        parcel(2, 27.002, mahalle_kodu=None, mahalle="BİR MAH.", ilce="Merkez"),
        parcel(3, 27.012, mahalle_kodu=None),  # by point
        parcel(4, 27.003, parsel="1"),  # the number of the first
        parcel(5, 27.004) | {"geometry": {"type": "Polygon", "coordinates": bow_tie}},
        parcel(6, 27.005) | {"geometry": {"type": "LineString", "coordinates": line}},
        parcel(7, 27.006) | {"geometry": {"type": "Polygon", "coordinates": []}},
        parcel(8, 27.007) | {"geometry": None},
        parcel(9, 27.008, parsel=None),
        parcel(1, 27.009, parsel="77"),  # the identity of the first
        parcel(11, 39.001),  # nowhere, but its neighbourhood is named
        parcel(12, 27.0095, mahalle_kodu="99"),  # unknown code, by point
    ]
    summary = put("parcels", features)
    assert summary.changes["parcel"] == {"inserted": 7, "updated": 0, "unchanged": 0}
    stored = Parcel.objects.order_by("id").values_list("number", "status", "neighbourhood__code")
    assert list(stored) == [
        ("1", "ACTIVE", "1"), ("2", "ACTIVE", "1"), ("3", "ACTIVE", "2"), ("1", "PROPOSED", "1"),
        ("5", "ACTIVE", "1"), ("11", "ACTIVE", "1"), ("12", "ACTIVE", "1"),
    ]  # fmt: skip
    assert reasons() == [
        (2, "LINKED", "by_name"),
        (3, "LINKED", "by_point"),
        (4, "CONFLICT", "repeated_parcel"),
        (5, "REPAIRED", "invalid_polygon"),
        (6, "REJECTED", "no_polygon"),
        (7, "REJECTED", "no_polygon"),
        (8, "REJECTED", "no_polygon"),
        (9, "REJECTED", "missing_value"),
        (10, "REJECTED", "repeated_identity"),
        (11, "CONFLICT", "outside_polygon"),
        (12, "LINKED", "by_point"),
    ]
    one = Parcel.objects.get(source_id="1")
    assert (one.cadastral_block, one.map_sheet, one.version) == ("149", "L18-B", 1)
    repeated = ImportNote.objects.get(reason="repeated_parcel")
    assert (repeated.detail, repeated.entity_id) == ("149/1", Parcel.objects.get(source_id="4").pk)
    assert put("parcels", features).changed == 0


def test_a_parcel_that_changes_and_one_that_may_not(put: Load) -> None:
    put("parcels", [parcel(1, 27.001), parcel(2, 27.002)])
    summary = put("parcels", [parcel(1, 27.001, parsel="2"), parcel(2, 27.003)])
    assert summary.changes["parcel"] == {"inserted": 0, "updated": 1, "unchanged": 1}
    one, two = Parcel.objects.order_by("source_id")
    assert (one.number, one.version) == ("1", 1)  # 2 is taken
    assert (two.geom.extent[0], two.version) == (27.003, 2)
    assert put("parcels", [parcel(1, 27.001, parsel="2"), parcel(2, 27.003)]).changed == 0


def test_another_source_recognises_by_code_and_by_number(put: Load, tmp_path: Path) -> None:
    put("parcels", [parcel(1, 27.001, kod="555"), parcel(2, 27.002, pafta=None)])
    other = tmp_path / "other.yaml"
    other.write_text(PLACES.replace("source: places", "source: other"), encoding="utf-8")
    features = [parcel(71, 27.005, parsel="900", kod="555"), parcel(72, 27.006, parsel="2")]
    summary = put("parcels", features, mapping_name=str(other))
    assert summary.changes["parcel"] == {"inserted": 0, "updated": 1, "unchanged": 1}
    two = Parcel.objects.get(source_id="2")
    assert (two.map_sheet, two.geom.extent[0]) == ("L18-B", 27.002)
    assert put("parcels", features, mapping_name=str(other)).changed == 0


def test_owners_are_never_stored(put: Load, tmp_path: Path) -> None:
    put("parcels", [parcel(1, 27.001), parcel(2, 27.001, parsel=None)])
    assert "Soyad" not in str(list(Parcel.objects.values())) + str(
        list(ImportNote.objects.values())
    )
    greedy = tmp_path / "greedy.yaml"
    greedy.write_text(PLACES.replace("map_sheet: pafta", "map_sheet: malik"), encoding="utf-8")
    with pytest.raises(ImportRefused, match="malik"):
        put("parcels", [parcel(3, 27.003)], mapping_name=str(greedy))


def test_buildings_and_what_they_stand_on(put: Load) -> None:
    put("parcels", [parcel(1, 27.001), parcel(2, 27.002)])
    features = [
        building(1, 27.0012),  # on 1
        building(2, 27.00196, 0.0001),  # 40 % on 1, 60 % on 2
        building(3, 27.00197, 0.0004),  # 7.5 % on 1: not tied to it
        building(4, 27.0035, kat="-1", daire="çok"),
        building(5, 27.3),  # nowhere
        building(6, 27.0037) | {"geometry": {"type": "Point", "coordinates": [27.0, 39.0]}},
    ]
    summary = put("buildings", features)
    assert summary.changes["building"]["inserted"] == 4
    assert summary.changes["building_parcel"]["inserted"] == 4
    ties = BuildingParcel.objects.values_list("building__source_id", "parcel__source_id")
    assert sorted(ties) == [("1", "1"), ("2", "1"), ("2", "2"), ("3", "2")]
    one = Building.objects.get(source_id="1")
    assert (one.name, one.block, one.use, one.floors, one.dwellings, one.code) == (
        "Gül Apartmanı", "A", "konut", 5, 10, "901",
    )  # fmt: skip
    four = Building.objects.get(source_id="4")
    assert (four.floors, four.dwellings, four.neighbourhood.code) == (None, None, "1")
    assert [r for r in reasons() if r[1] == "REJECTED"] == [
        (5, "REJECTED", "neighbourhood_unknown"),
        (6, "REJECTED", "no_polygon"),
    ]
    assert put("buildings", features).changed == 0


def test_parcels_that_come_later_are_tied_too(put: Load) -> None:
    put("buildings", [building(1, 27.0012)])
    summary = put("parcels", [parcel(1, 27.001)])
    assert summary.changes["building_parcel"]["inserted"] == 1


def test_doors_get_the_building_that_holds_them(small_city: None, put: Load) -> None:
    door = Address.objects.get(number=11)  # at 27.015, 39.005
    box = feature(square(27.0149, 39.0049, 0.0002), **building(1, 0)["properties"])
    large = feature(square(27.0148, 39.0048, 0.0006), **building(2, 0)["properties"])
    summary = put("buildings", [large, box])
    assert summary.changes["address"]["updated"] == 1
    door.refresh_from_db()
    assert door.building is not None
    assert (door.building.source_id, door.version) == ("1", 2)
    assert put("buildings", [large, box]).changed == 0


def test_doors_that_come_later_belong_to_the_building(
    put: Load, load: Load, csv_file: Write
) -> None:
    put("buildings", [building(1, 27.005)])
    rows = [
        ("mahalle_code", "mahalle", "street", "street_code", "no", "ek", "lon", "lat"),
        ("1", "Bir", "Gül Sokak", "", "9", "", "27.0051", "39.0013"),
        ("1", "Bir", "Gül Sokak", "", "11", "", "27.0061", "39.0013"),
    ]
    load("addresses", csv_file(rows, "doors.csv"))
    doors = Address.objects.order_by("number").values_list("number", "building__source_id")
    assert list(doors) == [(9, "1"), (11, None)]


def test_landmarks(put: Load) -> None:
    def place(number: int, name: str | None, kind: str, x: float = 27.005) -> dict[str, Any]:
        return feature([x, 39.005], "Point", id=number, ad=name, tur=kind)

    features = [
        place(1, "ULU CAMİİ", "Cami"),
        place(2, "Meydan", "durak"),
        place(3, "Meydan", "durak", 27.0051),  # the other direction
        place(4, None, "cami"),
        place(5, "Bakkal", "dükkân"),
        place(6, "Uzak Cami", "cami", 28.5),
        feature([[27.015, 39.005], [27.016, 39.006]], "LineString", id=7, ad="Y", tur="cami"),
    ]
    summary = put("landmarks", features)
    assert summary.changes["landmark"]["inserted"] == 4
    first = Landmark.objects.get(source_id="1")
    assert (first.name, first.name_key, first.kind, first.neighbourhood.code) == (
        "Ulu Camii", "ulu camii", "mosque", "1",
    )  # fmt: skip
    assert reasons() == [
        (1, "REPAIRED", "casing"),
        (4, "REJECTED", "missing_value"),
        (5, "REJECTED", "missing_value"),
        (6, "REJECTED", "neighbourhood_unknown"),
    ]
    assert put("landmarks", features).changed == 0
    moved = [place(1, "Ulu Camii", "cami", 27.006)]
    assert put("landmarks", moved).changes["landmark"]["updated"] == 1


def test_coordinates_of_another_system_are_refused(put: Load) -> None:
    for entity, make in (("parcels", parcel), ("buildings", building)):
        with pytest.raises(ImportRefused) as caught:
            put(entity, [make(n, 560_000.0 + n) for n in range(1, 5)])
        assert caught.value.field == "crs"
    assert (Parcel.objects.count(), Building.objects.count()) == (0, 0)

"""INSPIRE GML: out of one register, into an empty one, and nothing is lost on the way."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addresses.actions.export_inspire import export_inspire
from addresses.actions.import_file import import_file
from addresses.exchange.errors import ImportRefused
from addresses.exchange.notes import Summary
from addresses.models import Address, Building, BuildingParcel, ChangeSet, ImportNote, Parcel
from core.rules.text import key

from .conftest import MAPPING, NOW, city, square

Load = Callable[..., Summary]
pytestmark = pytest.mark.django_db


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


REGISTER = """
source: register
language: tr
names: as_written
parcels:
  - layer: "*"
    fields: {source_id: id, cadastral_block: block, number: number, map_sheet: sheet, code: code,
      valid_from: since, neighbourhood_code: hood}
buildings:
  - layer: "*"
    fields: {source_id: id, name: name, block: block, use: use, floors: floors, dwellings: dwellings,
      code: code, status: status, valid_from: since, neighbourhood_code: hood}
addresses:
  - layer: "*"
    create_streets: true
    fields: {source_id: id, street: street, street_kind: kind, street_code: street_code,
      house_number: number, suffix: suffix, postcode: postcode, code: code, status: status,
      valid_from: since, point_source: source, neighbourhood_code: hood}
"""
LETTERS = "abcçğıİöşü <>&\"'/-é漢"
words = st.text(LETTERS, max_size=12).map(str.strip)
some_words = words.filter(key)  # a name without a letter is none
codes = st.sampled_from(["", "77001", "77002"])
days = st.dates().map(lambda d: d.isoformat()) | st.none()
hoods = st.sampled_from(["1", "2"])
small = st.integers(0, 300) | st.none()
offsets = st.floats(0.0001, 0.0089)


def feature(rings: Any, shape: str, **properties: Any) -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": rings}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@st.composite
def outlines(draw: st.DrawFn) -> Any:
    x, y = 27.0 + draw(offsets), 39.0 + draw(offsets)
    rings = square(x, y, draw(st.floats(0.0001, 0.0005)))
    if draw(st.booleans()):
        rings += [ring[::-1] for ring in square(x + 0.00002, y + 0.00002, 0.00003)]
    return rings


@st.composite
def registers(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    parcels = [
        feature(
            draw(outlines()), "Polygon", id=n, block=draw(st.sampled_from(["", "149", "0"])),
            number=draw(st.sampled_from(["1", "5-6", "148/8-149/7"])), sheet=draw(words),
            code=draw(codes), since=draw(days), hood=draw(hoods),
        )
        for n in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    buildings = [
        feature(
            draw(outlines()), "Polygon", id=n, name=draw(words), block=draw(words),
            use=draw(words | st.just("residential")), floors=draw(small), dwellings=draw(small),
            code=f"{n}0" if draw(st.booleans()) else "", since=draw(days), hood=draw(hoods),
            status=draw(st.sampled_from(["ACTIVE", "RESERVED", "PROPOSED", "UNDER_CONSTRUCTION",
                                         "RETIRED"])),
        )
        for n in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    doors = [
        feature(
            [27.0 + draw(offsets), 39.0 + draw(offsets)], "Point", id=n, street=draw(some_words),
            kind=draw(st.sampled_from(["STREET", "AVENUE", "OTHER"])), street_code=draw(codes),
            number=str(draw(st.integers(1, 999_999))),
            suffix=draw(st.sampled_from(["", "A", "1", "-7", "1/A"])),
            postcode=draw(st.sampled_from(["", "10040", "SW1 2"])), code=draw(codes),
            since=draw(days), hood=draw(hoods),
            status=draw(st.sampled_from(["ACTIVE", "RESERVED", "PROPOSED", "UNDER_CONSTRUCTION",
                                         "RETIRED"])),
            source=draw(st.sampled_from(Address.PointSource.values)),
        )
        for n in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    return {"parcels": parcels, "buildings": buildings, "addresses": doors}


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """What an exchange file must bring over whole, sorted."""
    doors = [
        (
            d.uid, d.status, d.valid_from, d.number, d.suffix, d.postcode, d.code, d.point_source,
            d.geom.coords, d.building and d.building.uid, d.parcel and d.parcel.uid, d.side.uid,
            d.side.code, d.side.side, d.side.parity, d.side.neighbourhood.name, d.side.street.uid,
            d.side.street.name, d.side.street.name_key, d.side.street.kind,
        )
        for d in Address.objects.select_related("side__street", "building", "parcel")
    ]  # fmt: skip
    buildings = [
        (
            b.uid, b.status, b.valid_from, b.name, b.block, b.use, b.floors, b.dwellings, b.code,
            b.neighbourhood.name, b.geom.coords,
        )
        for b in Building.objects.all()
    ]  # fmt: skip
    parcels = [
        (
            p.uid, p.valid_from, p.cadastral_block, p.number, p.map_sheet, p.code,
            p.neighbourhood.name, p.geom.coords,
        )
        for p in Parcel.objects.filter(status="ACTIVE")
    ]  # fmt: skip
    ties = BuildingParcel.objects.filter(parcel__status="ACTIVE")
    return {
        "addresses": sorted(doors, key=str),
        "buildings": sorted(buildings, key=str),
        "parcels": sorted(parcels, key=str),
        "ties": sorted(ties.values_list("building__uid", "parcel__uid")),
    }


def load(entity: str, path: Path, mapping: Path | str) -> Summary:
    return import_file(entity, str(path), mapping_name=str(mapping), now=NOW)


@contextmanager
def taken_back() -> Iterator[None]:
    """A register that is gone afterwards, without a row of it being deleted."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def areas(folder: Path) -> None:
    collection = json.dumps({"type": "FeatureCollection", "features": city()})
    load("boundaries", write(folder, "areas.geojson", collection), write(folder, "c.yaml", MAPPING))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(registers())
def test_round_trip(register: dict[str, list[dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with taken_back():
            areas(folder)
            mapping = write(folder, "register.yaml", REGISTER)
            for entity, features in register.items():
                text = json.dumps({"type": "FeatureCollection", "features": features})
                told = load(entity, write(folder, f"{entity}.geojson", text), mapping)
            before = contents()
            assert before["addresses"], told
            assert before["buildings"]
            for kind in ("addresses", "buildings", "parcels"):
                export_inspire(kind=kind, path=folder / f"{kind}.gml")
            number = ChangeSet.objects.count()
            for entity in ("streets", "parcels", "buildings", "addresses"):
                file = "addresses" if entity == "streets" else entity
                assert load(entity, folder / f"{file}.gml", "inspire").changed == 0
            assert ChangeSet.objects.count() == number
        with taken_back():
            areas(folder)
            load("streets", folder / "addresses.gml", "inspire")
            for entity in ("parcels", "buildings", "addresses"):
                load(entity, folder / f"{entity}.gml", "inspire")
            assert contents() == before


@pytest.fixture
def exported(small_city: None, tmp_path: Path) -> Path:
    path = tmp_path / "addresses.gml"
    assert export_inspire(kind="addresses", path=path).left_out == 0
    return path


def test_a_second_run_changes_nothing_and_knows_its_own(exported: Path) -> None:
    assert load("streets", exported, "inspire").changed == 0
    summary = load("addresses", exported, "inspire")
    assert (summary.changed, summary.changes["address"]["unchanged"]) == (0, 5)


def test_latitude_comes_first(exported: Path) -> None:
    text = exported.read_text(encoding="utf-8")
    assert "<gml:pos>39.005 27.015</gml:pos>" in text
    assert 'srsName="http://www.opengis.net/def/crs/EPSG/0/4326"' in text


@pytest.mark.parametrize(
    ("srs", "swapped"),
    [
        ("urn:ogc:def:crs:EPSG::4326", False),
        ("urn:ogc:def:crs:EPSG:9.6:4258", False),
        ("https://www.opengis.net/def/crs/EPSG/0/4258", False),
        ("EPSG:4326", True),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", True),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
    ],
)
def test_order_of_axes_in_other_peoples_files(exported: Path, srs: str, swapped: bool) -> None:
    """The same file, in the words of others and of others: it means the same places."""
    text = exported.read_text(encoding="utf-8").replace(
        "http://www.opengis.net/def/crs/EPSG/0/4326", srs
    )
    if swapped:
        for lon in ("27.005", "27.006", "27.007", "27.015"):
            for lat in ("39.005", "39.006"):
                text = text.replace(f">{lat} {lon}<", f">{lon} {lat}<")
    text = text.replace("TR.GIS-VIP", "XX.OTHER")  # identities of somebody else
    exported.write_text(text, encoding="utf-8")
    before = set(Address.objects.values_list("uid", flat=True))
    load("addresses", exported, "inspire")
    added = Address.objects.exclude(uid__in=before)
    assert {d.source for d in added} == {"inspire"}
    assert sorted(d.geom.coords for d in added) == sorted(
        d.geom.coords for d in Address.objects.filter(uid__in=before)
    )


def test_metres_of_a_turkish_zone(small_city: None, exported: Path) -> None:
    """TUREF / TM27 counts north first."""
    text = exported.read_text(encoding="utf-8").replace("TR.GIS-VIP", "XX.OTHER")
    text = text.replace("http://www.opengis.net/def/crs/EPSG/0/4326", "urn:ogc:def:crs:EPSG::5253")
    for lat in ("39.005", "39.006"):
        for lon in ("27.005", "27.006", "27.007", "27.015"):
            text = text.replace(f">{lat} {lon}<", ">4319000.0 500500.0<")
    exported.write_text(text, encoding="utf-8")
    load("addresses", exported, "inspire")
    door = Address.objects.filter(source="inspire").first()
    assert door is not None
    assert door.geom.coords == pytest.approx((27.00577, 39.00447), abs=1e-5)


@pytest.mark.usefixtures("english")
def test_one_district_by_its_name(small_city: None, tmp_path: Path) -> None:
    out = StringIO()
    path = tmp_path / "a.gml"
    call_command("export_inspire", "addresses", str(path), district="MERKEZ", stdout=out)
    # country, province, district, two neighbourhoods, four sides, five doors
    assert out.getvalue().strip() == "14 features written, 0 entries left out."
    with pytest.raises(ImportRefused, match="Yok"):
        export_inspire(kind="addresses", path=path, district="Yok")


def test_a_failed_export_leaves_the_old_file(
    small_city: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a.gml", "old")

    def fail(*args: object) -> int:
        raise OSError("no space left")

    monkeypatch.setattr("addresses.actions.export_inspire.write", fail)
    with pytest.raises(OSError, match="space"):
        export_inspire(kind="addresses", path=path)
    assert (path.read_text(), [p.name for p in tmp_path.glob(".a*")]) == ("old", [])


def test_somebody_elses_addresses(small_city: None, tmp_path: Path) -> None:
    """No values of ours, an older schema, components after the addresses, an unknown street."""
    path = write(tmp_path, "other.gml", OTHER)
    summary = load("addresses", path, "inspire")
    assert summary.changes["address"]["inserted"] == 1
    door = Address.objects.get(source="inspire")
    assert (door.number, door.suffix, door.postcode, door.side.street.name) == (
        12, "A", "10100", "Calle Mayor",
    )  # fmt: skip
    assert (door.side.neighbourhood.name, door.source_id) == ("İki", "ES.X|7")
    assert ImportNote.objects.filter(reason="by_point").count() == 1


OTHER = """<?xml version="1.0"?>
<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"
  xmlns:ad="urn:x-inspire:specification:gmlas:Addresses:3.0" xmlns:xlink="http://www.w3.org/1999/xlink"
  xmlns:base="urn:x-inspire:specification:gmlas:BaseTypes:3.2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:gn="urn:x-inspire:specification:gmlas:GeographicalNames:3.0">
<!-- a comment --><?instruction of no use?>
<wfs:member><ad:Address gml:id="a7">
  <ad:inspireId><base:Identifier><base:localId>7</base:localId><base:namespace>ES.X</base:namespace></base:Identifier></ad:inspireId>
  <ad:position><ad:GeographicPosition><ad:geometry><gml:Point gml:id="p7"
    srsName="urn:ogc:def:crs:EPSG::4258"><gml:pos>39.002 27.016</gml:pos></gml:Point></ad:geometry>
    <ad:specification>entrance</ad:specification><ad:method xsi:nil="true"/><ad:default>true</ad:default>
  </ad:GeographicPosition></ad:position>
  <ad:locator><ad:AddressLocator><ad:designator><ad:LocatorDesignator><ad:designator>12a</ad:designator>
    <ad:type xlink:href="http://inspire.ec.europa.eu/codelist/LocatorDesignatorTypeValue/addressNumber"/>
  </ad:LocatorDesignator></ad:designator></ad:AddressLocator></ad:locator>
  <ad:component xlink:href="#t"/><ad:component xlink:href="#pd"/><ad:component xlink:href="#none"/>
</ad:Address></wfs:member>
<wfs:member><ad:ThoroughfareName gml:id="t"><ad:situatedWithin xlink:href="#t"/><ad:name><ad:ThoroughfareNameValue>
  <ad:name><gn:GeographicalName><gn:spelling><gn:SpellingOfName><gn:text>Calle Mayor</gn:text>
  </gn:SpellingOfName></gn:spelling></gn:GeographicalName></ad:name></ad:ThoroughfareNameValue></ad:name>
</ad:ThoroughfareName></wfs:member>
<wfs:member><ad:PostalDescriptor gml:id="pd"><ad:postCode>10100</ad:postCode></ad:PostalDescriptor></wfs:member>
</wfs:FeatureCollection>
"""

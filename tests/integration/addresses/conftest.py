"""Tiny files that the tests write themselves, and the real ones where they are present."""

import json
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Membership, Organisation, User
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.actions.drafting import open_draft
from addresses.actions.import_file import import_file
from addresses.exchange.notes import Summary
from addresses.models import ChangeSet, EditingArea
from tests.factories import NOW as FACTORY_NOW
from tests.factories import City, join_register

from .block import Block
from .furnished import Furnished, furnish
from .quality_city import Clock, Small, settled_city

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Write = Callable[..., Path]

MAPPING = """
title: Test city
source: test
language: tr
boundaries:
  - layer: "*"
    level: PROVINCE
    only: {level: il}
    fields: {source_id: id, name: name}
  - layer: "*"
    level: DISTRICT
    only: {level: ilce}
    fields: {source_id: id, name: name}
  - layer: "*"
    level: NEIGHBOURHOOD
    only: {level: mahalle}
    fields: {source_id: id, name: name, district: parent, code: code, population: population}
streets:
  - fields:
      source_id: code
      name: street
      kind: {column: tip, words: {sokak: STREET, cadde: AVENUE}}
      code: code
      neighbourhood_code: mahalle_code
addresses:
  - lon: lon
    lat: lat
    link: [code, name]
    point_source: ENTRANCE
    create_streets: true
    fields:
      source_id: {columns: [mahalle_code, street, no, ek]}
      house_number: no
      suffix: ek
      neighbourhood: mahalle
      neighbourhood_code: mahalle_code
      street: street
      street_code: street_code
"""

STREETS = [
    ("code", "street", "tip", "mahalle_code"),
    ("100", "GÜL SOKAK", "sokak", "1"),
    ("101", "AZERBAYCAN CADDE", "cadde", "1"),
    ("102", "GÜL SOKAK", "sokak", "2"),
]
DOORS = [
    ("mahalle_code", "mahalle", "street", "street_code", "no", "ek", "lon", "lat"),
    ("1", "Bir", "Gül Sokak", "100", "9", "", "27.005", "39.005"),
    ("1", "Bir", "Gül Sokak", "100", "4", "/1", "27.006", "39.005"),
    ("1", "Bir", "Gül Sokak", "100", "9", "", "27.007", "39.005"),  # repeated
    ("1", "Bir", "Gül Sokak", "100", "11", "A", "27.015", "39.005"),  # lies in the other one
    ("", "İki", "Yeni Sokak", "", "3", "", "27.015", "39.006"),  # no codes, unknown street
    ("9", "Yok", "Gül Sokak", "", "1", "", "27.005", "39.005"),  # unknown neighbourhood
    ("1", "Bir", "Gül Sokak", "100", "", "", "27.005", "39.005"),  # no number
]


def square(x: float, y: float, size: float = 0.01) -> list[list[list[float]]]:
    return [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]


def area(level: str, number: int, name: str, rings: Any, **properties: Any) -> dict[str, Any]:
    values = {"parent": "Merkez", "code": None, "population": None} | properties
    return {
        "type": "Feature",
        "properties": {"level": level, "id": number, "name": name} | values,
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


def city() -> list[dict[str, Any]]:
    """Two neighbourhoods side by side in one district: |1|2|."""
    whole = [[[27.0, 39.0], [27.02, 39.0], [27.02, 39.01], [27.0, 39.01], [27.0, 39.0]]]
    return [
        area("il", 10, "İl", whole),
        area("ilce", 20, "MERKEZ", whole),
        area("mahalle", 1, "BİR MAH.", square(27.0, 39.0), code="1", population=120),
        area("mahalle", 2, "İki Mah.", square(27.01, 39.0), code="2", population=80),
    ]


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    path = tmp_path / "city.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return str(path)


@pytest.fixture
def geojson(tmp_path: Path) -> Write:
    def write(features: Sequence[dict[str, Any]], name: str = "areas.geojson") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
        return path

    return write


@pytest.fixture
def csv_file(tmp_path: Path) -> Write:
    def write(rows: Sequence[Sequence[str]], name: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("".join(",".join(row) + "\n" for row in rows), encoding=encoding)
        return path

    return write


@pytest.fixture
def load(mapping: str) -> Callable[..., Summary]:
    def run(entity: str, path: Path | str, **options: Any) -> Summary:
        chosen = options.pop("mapping_name", mapping)
        return import_file(entity, str(path), mapping_name=chosen, now=NOW, **options)

    return run


@pytest.fixture
def small_city(db: None, load: Callable[..., Summary], geojson: Write, csv_file: Write) -> None:
    """Boundaries, streets and doors of the test city, imported."""
    load("boundaries", geojson(city()))
    load("streets", csv_file(STREETS, "streets.csv"))
    load("addresses", csv_file(DOORS, "doors.csv"))


@pytest.fixture
def furnished(small_city: None) -> Furnished:
    return furnish()


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """A file of the real data; the test is skipped where it is not there."""
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    folder = Path(os.environ.get("VIP_SAMPLE_DATA", str(beside)))

    def find(name: str) -> Path:
        if not (folder / name).is_file():
            pytest.skip(f"no real data: {name} is not in {folder} (set VIP_SAMPLE_DATA)")
        return folder / name

    return find


@pytest.fixture(scope="module")
def shared_small(module_data: None) -> Small:
    return settled_city()


@pytest.fixture
def small(shared_small: Small, db: None) -> Small:
    """The city without a fault, fresh for every test."""
    return shared_small


@pytest.fixture
def editor(small: Small) -> Viewer:
    """Edits everywhere."""
    body = Organisation.objects.create(code="bbb", name="Büyükşehir", kind="METROPOLITAN")
    user = User.objects.create_user("editor", password="x")
    Membership.objects.create(user=user, organisation=body, role="GIS_EDITOR")
    return viewer_of(user)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(city: City) -> dict[str, Viewer]:
    """An editor of district A, one of the whole city, a reviewer and a publisher of the city."""
    EditingArea.objects.create(organisation=city.bodies["a"], district=city.areas.districts["A"])
    join_register(
        city, city_editor="GIS_EDITOR", reviewer="GIS_REVIEWER", publisher="GIS_PUBLISHER"
    )
    return {name: viewer_of(user) for name, user in city.people.items()}


@pytest.fixture
def draft(people: dict[str, Viewer]) -> Callable[..., ChangeSet]:
    def make(who: str = "city_editor", kind: str = "EDIT", **more: Any) -> ChangeSet:
        return open_draft(
            viewer=people[who], kind=kind, title="Test", reason="because", now=FACTORY_NOW, **more
        )

    return make


@pytest.fixture
def block(city: City) -> Block:
    return Block(city)

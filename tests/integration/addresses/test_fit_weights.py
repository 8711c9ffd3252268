"""Weights fitted to labelled texts: what is learned, kept, refused, and read at the start."""

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import translation

from addresses.geocoder import weights
from addresses.models import Address, StreetSide
from addresses.queries import fitted_weights
from addresses.queries.geocoding import geocode
from tests.factories import open_register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


# With these a neighbourhood that is given does not part two streets of one name.
POOR = {"neighbourhood": 0.018, "word_named": 0.004}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.GEOCODER_WEIGHTS = tmp_path / "weights"
    with weights.trying({}):
        yield settings.GEOCODER_WEIGHTS


@pytest.fixture
def doors(small_city: None) -> list[Address]:
    """The numbers 21 to 31 in the two streets of one name."""
    open_register()
    sides = list(StreetSide.objects.filter(street__name="Gül Sokak", neighbourhood__code="1")[:1])
    other = StreetSide.objects.filter(street__name="Gül Sokak", neighbourhood__code="2").first()
    assert other is not None
    return [
        Address.objects.create(
            side=side, number=number, geom=Point(27.001 + place / 100 + number / 1e4, 39.004)
        )
        for place, side in enumerate([*sides, other])
        for number in range(21, 33, 2)
    ]


def texts(doors: Sequence[Address]) -> list[tuple[str, str]]:
    areas = {"1": "Bir", "2": "İki"}
    return [
        (f"{areas[door.side.neighbourhood.code]} mah. Gül Sk no:{door.number}", str(door.uid))
        for door in doors
    ]


def labelled(path: Path, rows: Sequence[Sequence[str]], *header: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header or ("query", "uid"), *rows])
    return path


def fitted(path: Path, **options: int) -> str:
    out = StringIO()
    call_command("fit_geocoder_weights", path, stdout=out, **{"folds": 3, **options})
    return out.getvalue()


def test_what_is_fitted_is_kept_with_its_origin_and_used_from_the_next_start(
    doors: list[Address], tmp_path: Path, folder: Path
) -> None:
    weights.use(POOR)
    assert geocode(texts(doors)[0][0]).ambiguous
    path = labelled(tmp_path / "texts.csv", texts(doors))
    said = fitted(path)
    assert "12 texts of 12 doors, 3 folds" in said
    [file] = folder.iterdir()
    told = json.loads(file.read_text())
    assert (file.name, told["made"]["file"]) == ("weights-0001.json", "texts.csv")
    assert told["made"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (told["made"]["texts"], told["made"]["doors"], told["made"]["folds"]) == (12, 12, 3)
    assert told["made"]["before"]["sure"] == 0.0
    assert told["made"]["after"] == {
        "right": 1.0, "wrong": 0.0, "sure": 1.0, "sure_right": 1.0, "covered": 1.0,
    }  # fmt: skip
    assert "sure" not in told["weights"]  # the file has no text without a door
    assert geocode(texts(doors)[0][0]).ambiguous  # this process keeps its own
    fitted_weights.use_latest()
    assert not geocode(texts(doors)[0][0]).ambiguous
    assert weights.in_use() == weights.in_use() | told["weights"]


def test_nothing_is_written_where_nothing_is_better(
    doors: list[Address], tmp_path: Path, folder: Path
) -> None:
    said = fitted(labelled(tmp_path / "texts.csv", texts(doors)))
    assert "Nothing better was found" in said
    assert not folder.exists()


def test_what_does_worse_on_unseen_texts_is_not_written(
    doors: list[Address], tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("addresses.geocoder.fitting.Fitter.fit", lambda _self, _texts: POOR)
    said = fitted(labelled(tmp_path / "texts.csv", texts(doors)))
    assert "worse: nothing was written" in said
    assert not folder.exists()


def test_a_right_door_may_be_given_by_its_point(
    doors: list[Address], tmp_path: Path, folder: Path
) -> None:
    weights.use(POOR)
    rows = [
        (text, str(door.geom.x), str(door.geom.y))
        for (text, _uid), door in zip(texts(doors), doors, strict=True)
    ]
    fitted(labelled(tmp_path / "texts.csv", rows, "query", "lon", "lat"))
    assert json.loads(next(folder.iterdir()).read_text())["made"]["after"]["sure"] == 1.0


@pytest.mark.parametrize(
    ("header", "row", "fault"),
    [
        (("text", "uid"), ("x", ""), "query"),
        (("query", "lon"), ("x", "27"), "lat"),
        (("query", "uid"), ("", "x"), "Row 2: query: it is empty"),
        (("query", "uid"), ("Gül 9", "nine"), "Row 2: uid: nine is no uid"),
        (
            ("query", "uid"),
            ("Gül 9", "00000000-0000-0000-0000-000000000000"),
            "Row 2: uid: there is no door",
        ),
        (
            ("query", "lon", "lat"),
            ("Gül 9", "abc", "39"),
            "Row 2: lon, lat: abc, 39 are no degrees",
        ),
        (("query", "lon", "lat"), ("Gül 9", "28.5", "39"), "Row 2: lon, lat: there is no door"),
        (("query", "uid"), ("nowhere", ""), "0 doors are too few for 3 folds"),
    ],
)
def test_a_bad_file_is_refused_with_field_and_row(
    small_city: None, tmp_path: Path, header: Sequence[str], row: Sequence[str], fault: str
) -> None:
    with pytest.raises(CommandError, match=fault):
        fitted(labelled(tmp_path / "texts.csv", [row], *header))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "Expecting"),
        ("{}", "'weights' is missing"),
        ('{"weights": {"neighborhood": 1}}', "neighborhood: there is no weight of this name"),
        ('{"weights": {"door": "much"}}', "door: 'much' is no number"),
        ('{"weights": {"door": NaN}}', "door: nan is no number"),
        ('{"weights": {"door": 70}}', "door: 70 lies outside"),
    ],
)
def test_a_broken_file_stops_the_start_in_words(folder: Path, content: str, fault: str) -> None:
    folder.mkdir()
    (folder / "weights-0003.json").write_text(content)
    before = weights.in_use()
    with pytest.raises(ImproperlyConfigured, match=fault) as error:
        fitted_weights.use_latest()
    assert "weights-0003.json" in str(error.value)
    assert weights.in_use() == before


def test_the_last_file_counts(folder: Path) -> None:
    folder.mkdir()
    for number, door in ((1, 0.2), (10, 0.3), (2, 0.25)):
        (folder / f"weights-{number:04}.json").write_text(json.dumps({"weights": {"door": door}}))
    fitted_weights.use_latest()
    assert weights.in_use()["door"] == 0.3

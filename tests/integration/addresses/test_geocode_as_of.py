"""The register changes on a day; whoever asks as of the day before sees it as it was."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.db import connection
from django.test import Client

from addresses.models import (
    Address,
    Building,
    Landmark,
    Neighbourhood,
    Parcel,
    Street,
    StreetSide,
    Unit,
)
from core.rules.text import key
from tests.factories import open_register

from .furnished import Furnished, square

pytestmark = pytest.mark.django_db
CHANGE = date(2026, 6, 1)
BEFORE = CHANGE - timedelta(days=1)


@pytest.fixture
def changes(furnished: Furnished) -> Furnished:
    """What is written from here on is in force from CHANGE."""
    Address.objects.filter(pk=furnished.door.pk).update(code="300000005")
    Address.objects.create(side=furnished.door.side, number=5, geom=Point(27.0045, 39.005))
    open_register()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('register.effective_from', %s, true)", [CHANGE.isoformat()]
        )
    return furnished


def asked(client: Client, text: str, day: date | None = None) -> dict[str, Any]:
    query = {"q": text} | ({"as_of": day.isoformat()} if day else {})
    return client.get("/geocode/search", query).json()


def first(client: Client, text: str, day: date | None = None) -> tuple[str, str | None, str]:
    """Precision, uid and label of the best place."""
    features = asked(client, text, day)["features"]
    if not features:
        return ("", None, "")
    properties = features[0]["properties"]
    return properties["precision"], features[0]["id"], properties["label"]


def test_a_code_that_went_to_another_door(changes: Furnished, client: Client) -> None:
    other = Address.objects.get(number=4, side__neighbourhood__code="1")
    Address.objects.filter(pk=changes.door.pk).update(code="300000006")
    Address.objects.filter(pk=other.pk).update(code="300000005")
    assert first(client, "numarataj no 300000005")[1] == str(other.uid)
    for day in (BEFORE, date(2019, 1, 1)):
        assert first(client, "numarataj no 300000005", day)[1] == str(changes.door.uid)
    assert first(client, "numarataj no 300000005", CHANGE)[1] == str(other.uid)


def test_a_building_that_was_called_otherwise(changes: Furnished, client: Client) -> None:
    Building.objects.filter(pk=changes.building.pk).update(name="Ay Sitesi")
    then, now = "Bir mahallesi Yıldız Sitesi B blok", "Bir mahallesi Ay Sitesi B blok"
    assert first(client, now)[:2] == ("BUILDING", str(changes.building.uid))
    assert first(client, then, BEFORE)[:2] == ("BUILDING", str(changes.building.uid))
    assert first(client, then, BEFORE)[2].startswith("Yıldız Sitesi B")
    assert first(client, now, BEFORE)[0] != "BUILDING"
    assert first(client, then)[0] != "BUILDING"


def test_a_landmark_renamed_moved_and_new(changes: Furnished, client: Client) -> None:
    Landmark.objects.filter(pk=changes.landmark.pk).update(
        name="Ulu Cami", name_key=key("Ulu Cami"), geom=Point(27.008, 39.008)
    )
    new = Landmark.objects.create(
        neighbourhood=changes.area, name="Fen Lisesi", name_key=key("Fen Lisesi"), kind="SCHOOL",
        geom=Point(27.002, 39.002),
    )  # fmt: skip
    assert first(client, "Ulu Cami")[1] == str(changes.landmark.uid)
    then = asked(client, "Zağnos Paşa Camii", BEFORE)["features"][0]
    assert (then["id"], then["geometry"]["coordinates"]) == (
        str(changes.landmark.uid), [27.004, 39.0055],
    )  # fmt: skip
    assert first(client, "Zağnos Paşa Camii")[0] != "LANDMARK"
    assert first(client, "Fen Lisesi")[1] == str(new.uid)
    assert first(client, "Fen Lisesi", BEFORE)[0] != "LANDMARK"


def test_a_crossing_that_is_no_more(changes: Furnished, client: Client) -> None:
    text = "Gül Sokak ile Azerbaycan Caddesi köşesi"
    assert first(client, text)[0] == "CROSSING"
    Street.objects.filter(pk=changes.azerbaycan.pk).update(
        geom=MultiLineString(LineString((27.003, 39.007), (27.003, 39.009)))
    )
    assert first(client, text)[0] != "CROSSING"
    then = asked(client, text, BEFORE)["features"][0]
    assert then["properties"]["precision"] == "CROSSING"
    assert then["geometry"]["coordinates"] == pytest.approx([27.003, 39.005], abs=1e-6)
    assert set(then["properties"]["uids"]) >= {"street", "other_street"}


def test_a_number_between_the_doors_of_that_day(changes: Furnished, client: Client) -> None:
    """Between 5 and 9 until 5 becomes 3 and 7 is built."""
    assert first(client, "Bir mah. Gül Sk no:7")[0] == "INTERPOLATED"
    seven = Address.objects.create(side=changes.door.side, number=7, geom=Point(27.0048, 39.005))
    Address.objects.filter(side=changes.door.side, number=5).update(number=3)
    assert first(client, "Bir mah. Gül Sk no:7")[1] == str(seven.uid)
    then = asked(client, "Bir mah. Gül Sk no:7", BEFORE)["features"][0]
    assert then["properties"]["precision"] == "INTERPOLATED"
    assert then["geometry"]["coordinates"] == pytest.approx([27.00475, 39.005])


def test_a_unit_and_a_parcel(changes: Furnished, client: Client) -> None:
    Unit.objects.filter(pk=changes.unit.pk).update(unit_number="12")
    Parcel.objects.filter(pk=changes.parcel.pk).update(number="70")
    assert first(client, "Bir mah. Gül Sk no:9 daire:12")[1] == str(changes.unit.uid)
    assert first(client, "Bir mah. Gül Sk no:9 daire:3", BEFORE)[1] == str(changes.unit.uid)
    assert first(client, "Bir mah. Gül Sk no:9 daire:12", BEFORE)[1] == str(changes.door.uid)
    assert first(client, "Bir mah 131 ada 7 parsel", BEFORE)[2].startswith("131/7,")
    assert first(client, "Bir mah 131 ada 7 parsel")[0] != "PARCEL"


def test_streets_renamed_gone_and_new(changes: Furnished, client: Client) -> None:
    gul = changes.gul
    Street.objects.filter(pk=gul.pk).update(name="Lale Sokak", name_key=key("Lale Sokak"))
    Street.objects.filter(pk=changes.azerbaycan.pk).update(status="RETIRED")
    new = Street.objects.create(
        district=gul.district, name="Yonca Sokak", name_key=key("Yonca Sokak"), kind="STREET"
    )
    StreetSide.objects.create(street=new, neighbourhood=changes.area, side="B")
    door = str(changes.door.uid)
    assert first(client, "Bir mah. Lale Sk no:9")[1] == door
    assert first(client, "Bir mah. Gül Sk no:9", BEFORE)[1:] == (
        door, "Bir Mah. Gül Sokak No:9, Merkez/İl",
    )  # fmt: skip
    assert first(client, "Bir mah. Lale Sk no:9", BEFORE)[1] != door
    assert first(client, "Azerbaycan Caddesi", BEFORE)[1] == str(changes.azerbaycan.uid)
    assert first(client, "Azerbaycan Caddesi")[0] != "STREET"
    assert first(client, "Bir mah. Yonca Sokak")[1] == str(new.uid)
    assert first(client, "Bir mah. Yonca Sokak", BEFORE)[0] != "STREET"


def test_a_neighbourhood_renamed(changes: Furnished, client: Client) -> None:
    Neighbourhood.objects.filter(pk=changes.area.pk).update(
        name="Cumhuriyet", name_key=key("Cumhuriyet")
    )
    assert first(client, "Cumhuriyet mah. Gül Sk no:9")[2].startswith("Cumhuriyet Mah.")
    assert first(client, "Bir mah. Gül Sk no:9", BEFORE) == (
        "DOOR", str(changes.door.uid), "Bir Mah. Gül Sokak No:9, Merkez/İl",
    )  # fmt: skip


def test_asking_of_one_day_does_not_touch_the_next_question(
    changes: Furnished, client: Client
) -> None:
    Street.objects.filter(pk=changes.gul.pk).update(name="Lale Sokak", name_key=key("Lale Sokak"))
    for _turn in range(2):
        assert "Gül" in first(client, "Bir mah. Gül Sk no:9", BEFORE)[2]
        assert "Lale" in first(client, "Bir mah. Lale Sk no:9")[2]
        assert "Lale" in first(client, "Bir mah. Lale Sk no:9", CHANGE)[2]
        assert "Gül" in first(client, "Bir mah. Gül Sk no:9", date(2019, 1, 1))[2]


def test_outlines_are_those_of_the_day(changes: Furnished, client: Client) -> None:
    Building.objects.filter(pk=changes.building.pk).update(geom=square(27.0079, 39.0079))
    then = client.get(
        "/geocode/reverse",
        {"lon": "27.005", "lat": "39.005", "as_of": BEFORE.isoformat()},
    ).json()["features"][0]
    assert then["properties"]["uids"]["building"] == str(changes.building.uid)


def test_completion_of_the_day(changes: Furnished, client: Client) -> None:
    Street.objects.filter(pk=changes.gul.pk).update(name="Lale Sokak", name_key=key("Lale Sokak"))

    def labels(text: str, day: date | None = None) -> list[str]:
        query = {"q": text} | ({"as_of": day.isoformat()} if day else {})
        found = client.get("/geocode/autocomplete", query).json()["features"]
        return [feature["properties"]["label"] for feature in found]

    assert any("Lale Sokak No:9" in label for label in labels("lale 9"))
    assert not any("Lale" in label for label in labels("lale 9", BEFORE))
    assert any("Gül Sokak No:9" in label for label in labels("gül 9", BEFORE))

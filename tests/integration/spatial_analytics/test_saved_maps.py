"""Thematic maps that people keep: the question, notes on it, and who else finds it."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from spatial_analytics.models import SavedMap
from spatial_analytics.rules.marks import BadMarks, read_marks
from tests.factories import City, make_case, make_city

pytestmark = pytest.mark.django_db
QUERY = "indicator=opened&level=neighbourhood&show=primary"
MARK = {"lon": 27.9, "lat": 39.6, "text": "Pazar yeri"}


@pytest.fixture
def city(db: None) -> City:
    return make_city()


def keep(client: Client, **more: Any) -> Any:
    sent = {
        "title": "Temizlik",
        "query": QUERY,
        "marks": json.dumps([MARK]),
        "view": "11/39.6/27.9",
    }
    return client.post("/maps/saved/save/", sent | more)


def test_a_map_is_kept_with_its_notes_and_opened_again(city: City, client: Client):
    client.force_login(city.people["manager"])
    kept = SavedMap.objects.get(pk=int(keep(client)["Location"].split("/")[-2]))
    assert kept.marks == [MARK]
    opened = client.get(f"/maps/saved/{kept.pk}/")
    assert "show=primary" in opened["Location"]
    assert opened["Location"].endswith("#11/39.6/27.9")
    page = client.get(opened["Location"].split("#")[0])
    assert page.context["saved"] == kept
    assert "Pazar yeri" in page.content.decode()


def test_who_finds_it(city: City, client: Client):
    def found(name: str, pk: int) -> bool:
        client.force_login(city.people[name])
        listed = f"/maps/saved/{pk}/" in client.get("/maps/saved/").content.decode()
        assert (client.get(f"/maps/saved/{pk}/").status_code == 302) == listed
        return listed

    client.force_login(city.people["coordinator"])
    made = {
        shared: SavedMap.objects.get(
            pk=int(keep(client, shared=shared)["Location"].split("/")[-2])
        ).pk
        for shared in ("NOBODY", "ORGANISATION", "EVERYBODY")
    }
    assert [found("coordinator", pk) for pk in made.values()] == [True, True, True]
    assert [found("crew", pk) for pk in made.values()] == [False, True, True]
    assert [found("agent", pk) for pk in made.values()] == [False, False, True]
    client.logout()
    assert client.get(f"/maps/saved/{made['EVERYBODY']}/")["Location"].startswith("/sign-in/")


def test_a_shared_map_shows_everybody_their_own_figures(city: City, client: Client):
    for _ in range(4):
        make_case(city, department="b:temizlik", public=False, district=city.areas.districts["B"])
    client.force_login(city.people["manager"])
    place = keep(client, shared="EVERYBODY", query="per=none&level=district", marks="")["Location"]
    address = client.get(place)["Location"].replace(
        "/maps/choropleth/", "/maps/choropleth/data.json"
    )
    assert client.get(address).json()["total"] == 4
    client.force_login(city.people["coordinator"])
    assert (
        client.get(place)["Location"].replace("/maps/choropleth/", "/maps/choropleth/data.json")
        == address
    )
    assert client.get(address).json()["total"] == 0


def test_only_its_owner_changes_or_removes_it(city: City, client: Client):
    client.force_login(city.people["manager"])
    keep(client, shared="EVERYBODY")
    row = SavedMap.objects.get()
    client.force_login(city.people["coordinator"])
    assert keep(client, saved=row.pk, version=row.version).status_code == 404
    assert client.post(f"/maps/saved/{row.pk}/remove/").status_code == 404
    client.force_login(city.people["manager"])
    keep(client, saved=row.pk, version=row.version, title="Yeni")
    row.refresh_from_db()
    assert (row.title, row.version) == ("Yeni", 2)
    keep(client, saved=row.pk, version=1, title="Eski")  # as another window still has it
    row.refresh_from_db()
    assert row.title == "Yeni"
    client.post(f"/maps/saved/{row.pk}/remove/")
    assert not SavedMap.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"query": "level=planet"},
        {"marks": "{"},
        {"marks": "[" * 5000},
        {"marks": json.dumps([MARK | {"lat": 99}])},
        {"marks": json.dumps([MARK | {"text": ""}])},
        {"marks": json.dumps([MARK | {"lon": True}])},
        {"marks": json.dumps([MARK] * 51)},
        {"shared": "WORLD"},
    ],
)
def test_what_cannot_be_kept_is_told(city: City, client: Client, wrong: dict[str, str]):
    client.force_login(city.people["manager"])
    assert keep(client, **wrong).status_code == 302
    assert not SavedMap.objects.exists()


def test_the_public_keeps_nothing(city: City, client: Client):
    assert keep(client)["Location"].startswith("/sign-in/")
    client.force_login(city.people["gis_editor"])
    assert keep(client).status_code == 403


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["lon", "lat", "text"]), inner)
        ),
    )
)
def test_any_notes_are_read_or_refused(sent: Any):
    try:
        kept = read_marks(sent)
    except BadMarks:
        return
    assert all(set(mark) == {"lon", "lat", "text"} for mark in kept)
    assert read_marks(kept) == kept

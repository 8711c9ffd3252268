"""What is hidden from a program is hidden under every name, and from its filters, orders and tiles."""

from typing import Any

import pytest

from accounts.rules.clients import HIDEABLE, ClientIdentity
from cases.models import Case
from core.api.problems import InvalidInput
from tests.clients import make_client, program
from tests.factories import City, make_case
from tests.integration.tiles.features.asking import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(city: City) -> Case:
    return make_case(city, description="Gizlisöz burada", public=False)


def reader(city: City, *hidden: str, name: str = "Okur") -> Any:
    _row, key = make_client(city, name=name, hidden_fields=hidden)
    return program(key)


@pytest.mark.parametrize(
    ("hidden", "query"),
    [
        ("cases.description", "q=gizli"), ("*.description", "q=gizli"), ("cases.place", "bbox=27,39,28,40"),
        ("cases.district", "near=27.9,39.6,100"), ("cases.address", "district=1"), ("cases.type", "group=x"),
        ("cases.request_type", "type=cop"), ("cases.opened_at", "opened_from=2026-01-01"),
        ("cases.due_at", "sort=due"), ("cases.due_at", "due=late"), ("*.*", "state=all"),
        ("cases.channel", "channel=web"), ("cases.closed_at", "result=x"), ("cases.answers", "photo=1"),
    ],
)  # fmt: skip
def test_no_filter_and_no_order_finds_it_out(city: City, case: Case, hidden: str, query: str):
    answer = reader(city, hidden).get(f"/api/v1/cases?{query}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"type", "title", "status", "detail", "errors"}
    assert set(answer.json()["errors"]) == {query.split("=")[0]}


def test_what_is_not_hidden_is_filtered_as_ever(city: City, case: Case):
    found = reader(city, "cases.description").get("/api/v1/cases?state=all&type=cop").json()
    assert found["count"] == 1
    assert "description" not in found["cases"][0]
    assert (
        "description"
        not in reader(city, "cases.description", name="B")
        .get(f"/api/v1/cases/{case.number}")
        .json()
    )


@pytest.mark.parametrize(
    ("hidden", "gone"),
    [
        ("cases.place", {"district", "neighbourhood", "address", "street"}),
        ("cases.type", {"type", "type_name", "group"}),
    ],
)
def test_another_name_tells_it_no_more(city: City, case: Case, hidden: str, gone: set[str]):
    client = reader(city, hidden)
    feature = page("cases", client)["features"][0]
    assert not gone & set(feature["properties"])
    assert (feature["geometry"] is None) is (hidden == "cases.place")
    assert (
        not {"place", "request_type"} & gone & set(client.get("/api/v1/cases").json()["cases"][0])
    )


def test_its_tiles_are_the_public_s(city: City, case: Case):
    at = "/tiles/cases/12/2365/1553.mvt?state=all"
    plain, hiding, nobody = (
        reader(city).get(at), reader(city, "cases.answers", name="B").get(at), program("")
    )  # fmt: skip
    assert hiding.content == b"" or hiding.content != plain.content
    assert nobody is not None


@pytest.mark.parametrize("text", ["bo gus", "cases.descriptionn", "cases.number", "a.b.c"])
def test_a_name_that_hides_nothing_is_refused(city: City, text: str):
    with pytest.raises(InvalidInput):
        make_client(city, hidden_fields=(text,))


def test_every_name_of_a_fact_hides_it():
    for name in HIDEABLE:
        client = ClientIdentity(
            1, "u", "n", 1, "a", frozenset(), hidden=frozenset({("cases", name)})
        )
        assert client.hides("cases", name)
        assert client.hides_any("cases") and not client.hides("cases", "number")

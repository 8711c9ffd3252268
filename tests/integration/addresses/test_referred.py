"""What is retired takes nothing along."""

from typing import Any

import pytest

from addresses.actions.drafting import propose
from addresses.actions.publication import check
from addresses.models import Address, ChangeSet, Street, StreetSide
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def retire(draft: ChangeSet, people: Any, kind: str, row: Any, **values: Any) -> None:
    propose(
        draft, viewer=people["city_editor"], entity=kind, uid=row.uid, values=values,
        operation="UPDATE" if values else "RETIRE",
    )  # fmt: skip


def problems(draft: ChangeSet, people: Any) -> list[tuple[str, str]]:
    report = check(ChangeSet.objects.get(pk=draft.pk), viewer=people["city_editor"], now=NOW)
    return [(p["code"], p["entity"]) for p in report["problems"]]


@pytest.mark.parametrize("kind", ["province", "district", "neighbourhood", "street", "street_side"])
def test_what_others_stand_in_is_not_retired(city, people, draft, kind):
    side = city.doors["a5"].side
    row = {
        "province": side.street.district.province,
        "district": side.street.district,
        "neighbourhood": side.neighbourhood,
        "street": side.street,
        "street_side": side,
    }[kind]
    one = draft()
    retire(one, people, kind, row)
    assert {("referred", kind)} == set(problems(one, people))


def test_a_status_says_the_same(city, people, draft):
    one = draft()
    retire(one, people, "district", city.areas.districts["A"], status="RETIRED")
    assert ("referred", "district") in problems(one, people)


def test_a_street_goes_with_its_sides_and_doors(city, people, draft):
    street = Street.objects.get(name="10028 Sokak")
    one = draft()
    retire(one, people, "street", street)
    for side in StreetSide.objects.filter(street=street):
        retire(one, people, "street_side", side)
    assert problems(one, people) and set(problems(one, people)) == {("referred", "street_side")}
    for door in Address.objects.filter(side__street=street):
        retire(one, people, "address", door)
    assert problems(one, people) == []

"""What the register refuses is said with the name of the record that stands in the way."""

from datetime import date
from typing import Any

import pytest

from addresses.actions.proposing import Proposal, propose_all
from addresses.actions.publication import check
from addresses.models import NeighbourhoodHead, Parcel
from tests.factories import NOW

from .block import Block, more

pytestmark = pytest.mark.django_db


def problems(block: Block, *proposals: Proposal) -> list[dict[str, Any]]:
    propose_all(block.draft, viewer=block.viewer, proposals=proposals)
    found = check(block.draft, viewer=block.viewer, now=NOW)["problems"]
    assert found
    for one in found:
        assert "=(" not in one["reason"] and "Key" not in one["reason"], one
        assert "_" not in one["reason"]
    return found


def door(block: Block, side: str, number: int, suffix: str = "") -> Proposal:
    values = {
        "side": str(block.sides[side].uid), "number": number, "suffix": suffix,
        "geometry": {"type": "Point", "coordinates": block.at(80, 9)},
    }  # fmt: skip
    return Proposal("address", "CREATE", values=values)


def test_a_number_of_another_door(block: Block):
    (one,) = problems(block, door(block, "L", 3))
    assert one["reason"].endswith(": Deneme Sokak 3.")
    assert one["uid"] == str(block.draft.changes.get().entity_uid)


def test_a_number_twice_in_the_draft(block: Block):
    (one,) = problems(block, door(block, "R", 18, "A"), door(block, "R", 18, "A"))
    assert "Deneme Sokak 18/A" in one["reason"] and "taslakta iki kez" in one["reason"]
    assert one["uid"] in {str(c.entity_uid) for c in block.draft.changes.all()}


def test_a_changed_door_that_takes_anothers_number(block: Block):
    first, second = (str(d.uid) for d in block.doors[:2])
    (one,) = problems(block, Proposal("address", "UPDATE", first, values={"number": 3}))
    assert (one["uid"], one["reason"].endswith(": Deneme Sokak 3.")) == (first, True)
    assert second != first


def test_a_side_on_a_street_of_the_same_draft(block: Block):
    side = {
        "street": str(block.street.uid), "side": "L",
        "neighbourhood": str(block.city.areas.neighbourhoods["A"].uid),
    }  # fmt: skip
    (one,) = problems(block, Proposal("street_side", "CREATE", values=side))
    assert "Deneme Sokak (L)" in one["reason"]


def test_a_parcel_number_with_a_strange_text(block: Block):
    more(block, lambda: Parcel.objects.filter(pk=block.parcel.pk).update(number="4, (5)"))
    ring = [block.at(*c) for c in ((80, 5), (90, 5), (90, 20), (80, 5))]
    values = {
        "neighbourhood": str(block.city.areas.neighbourhoods["A"].uid), "cadastral_block": "101",
        "number": "4, (5)", "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    (one,) = problems(block, Proposal("parcel", "CREATE", values=values))
    assert one["code"] == "collision"


def test_a_second_head_in_the_same_period(block: Block):
    area = block.city.areas.neighbourhoods["A"]
    more(block, lambda: NeighbourhoodHead.objects.create(
        neighbourhood=area, full_name="Önceki", since=date(2024, 4, 1)
    ))  # fmt: skip
    values = {"neighbourhood": str(area.uid), "full_name": "Yeni", "since": "2025-01-01"}
    (one,) = problems(block, Proposal("neighbourhood_head", "CREATE", values=values))
    assert one["reason"].endswith(": Hasan Basri Çantay.")

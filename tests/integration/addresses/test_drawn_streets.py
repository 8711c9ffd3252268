"""From a drawn street to numbered doors, in one draft: its sides, what a door is offered, its first door."""

from typing import Any

import pytest
import shapely

from accounts.queries.viewers import viewer_of
from addresses.actions.drafting import open_draft
from addresses.actions.numbering import Plan, preview, renumber
from addresses.actions.placing import place_doors
from addresses.actions.proposing import Proposal, propose_all
from addresses.actions.streets import draw_street
from addresses.models import Address, Building, EditingArea, Street, StreetSide
from addresses.queries.data_model import entity
from addresses.queries.drafted import Drafted
from addresses.queries.record_values import InvalidValues
from addresses.queries.related import related
from addresses.queries.surroundings import surroundings
from tests.factories import NOW

from .block import Block, more

pytestmark = pytest.mark.django_db


def draw(block: Block, *corners: tuple[float, float], name: str = "Yeni Sokak") -> str:
    street, sides = draw_street(
        block.draft, viewer=block.viewer,
        values={
            "name": name, "district": str(block.city.areas.districts["A"].uid), "kind": "STREET",
            "geometry": block.line(*corners),
        },
    )  # fmt: skip
    assert len(sides) == len(sides_of(block, street))
    return street


def sides_of(block: Block, street: str) -> list[tuple[str, str, str]]:
    """Hand, parity and neighbourhood's letter of the draft's sides."""
    letters = {str(n.uid): letter for letter, n in block.city.areas.neighbourhoods.items()}
    found = Drafted(block.draft).having(entity("street_side"), "street", [street])
    return sorted((s["side"], s["parity"], letters[s["neighbourhood"]]) for s in found)


def other_street(block: Block, y: float, *, side: str = "") -> Street:
    """A street of the register, beside the draft's."""
    street = Street.objects.create(
        district=block.city.areas.districts["A"], name="Öteki Sokak", name_key="oteki sokak",
        geom=block.shape("LineString", [(0, y), (100, y)]),
    )  # fmt: skip
    if side:
        area = block.city.areas.neighbourhoods["A"]
        StreetSide.objects.create(street=street, neighbourhood=area, side=side)
    return street


def at(block: Block, x: float, y: float) -> dict[str, Any]:
    return surroundings(block.draft, *block.at(x, y))


class TestSides:
    def test_odd_on_the_left_even_on_the_right_in_its_neighbourhood(self, block: Block):
        street = draw(block, (0, 200), (100, 200))
        assert sides_of(block, street) == [("L", "ODD", "A"), ("R", "EVEN", "A")]

    @pytest.mark.parametrize(
        ("corners", "left", "right"),
        [(((700, -100), (700, 100)), "A", "a"), (((700, 100), (700, -100)), "a", "A")],
    )
    def test_along_a_boundary_each_hand_has_its_own(self, block: Block, corners, left, right):
        street = draw(block, *corners)
        assert sides_of(block, street) == [("L", "ODD", left), ("R", "EVEN", right)]

    def test_from_one_neighbourhood_into_the_next_each_hand_has_both(self, block: Block):
        street = draw(block, (600, 0), (800, 0))
        assert sides_of(block, street) == [
            ("L", "ODD", "A"), ("L", "ODD", "a"), ("R", "EVEN", "A"), ("R", "EVEN", "a"),
        ]  # fmt: skip

    def test_a_few_metres_beyond_the_boundary_do_not_count(self, block: Block):
        street = draw(block, (500, 0), (710, 0))
        assert {area for _hand, _parity, area in sides_of(block, street)} == {"A"}

    def test_outside_of_the_city_there_is_no_side(self, block: Block):
        assert sides_of(block, draw(block, (-90_000, 0), (-89_900, 0))) == []

    def test_an_editor_makes_the_sides_of_their_own_area(self, block: Block):
        city = block.city
        EditingArea.objects.create(
            organisation=city.bodies["a"], neighbourhood=city.areas.neighbourhoods["A"]
        )
        block.viewer = viewer_of(city.people["gis_editor"])
        block.draft = open_draft(viewer=block.viewer, kind="EDIT", title="T", reason="r", now=NOW)
        street = draw(block, (700, -100), (700, 100))
        assert sides_of(block, street) == [("L", "ODD", "A")]

    def test_faults_name_their_field(self, block: Block):
        with pytest.raises(InvalidValues) as caught:
            draw_street(block.draft, viewer=block.viewer, values={"name": ""})
        assert {"name", "district"} <= set(caught.value.errors)
        assert block.draft.changes.count() == 0


class TestTheDoorsForm:
    def test_offers_the_drafted_hand_first(self, block: Block):
        street = draw(block, (0, 330), (100, 330))
        found = at(block, 50, 322)  # to the right of it
        assert (found["side"][0]["street"], found["number"], found["nearest"]) == (street, 2, None)
        assert "Yeni Sokak" in found["side"][0]["title"]
        found = at(block, 50, 338)
        assert (found["side"][0]["street"], found["number"]) == (street, 1)

    def test_and_says_so_where_another_street_is_nearer(self, block: Block):
        old = more(block, lambda: other_street(block, 300, side="L"))
        street = draw(block, (0, 330), (100, 330))
        found = at(block, 50, 310)
        assert found["side"][0]["street"] == street
        assert found["nearest"] == {"uid": str(old.uid), "title": "Öteki Sokak", "metres": 10}

    def test_a_street_of_the_draft_far_away_does_not_push_in(self, block: Block):
        old = more(block, lambda: other_street(block, 300, side="L"))
        draw(block, (0, 350), (100, 350))
        found = at(block, 50, 310)
        assert (found["side"][0]["street"], found["nearest"]) == (str(old.uid), None)

    def test_a_street_without_sides_is_passed_over_and_named(self, block: Block):
        bare = more(block, lambda: other_street(block, 300))
        draw(block, (0, 350), (100, 350))
        found = at(block, 50, 310)
        assert found["nearest"] == {"uid": str(bare.uid), "title": "Öteki Sokak", "metres": 10}
        assert len(found["side"]) == 2


class TestFromStreetToNumbers:
    def test_drawn_doors_placed_numbered_and_published(self, block: Block):
        street = draw(block, (0, 200), (100, 200))
        drafted = Drafted(block.draft)
        hands = {s["side"]: s["uid"] for s in drafted.having(entity("street_side"), "street", [street])}  # fmt: skip
        for number, (hand, x, y) in enumerate((("L", 20, 210), ("L", 60, 210), ("R", 40, 190))):
            values = {
                "side": hands[hand], "number": 900 + number,
                "geometry": {"type": "Point", "coordinates": block.at(x, y)},
            }  # fmt: skip
            door = Proposal("address", "CREATE", values=values)
            propose_all(block.draft, viewer=block.viewer, proposals=[door])
        assert len(preview(block.draft, street=street, plan=Plan())) == 3
        renumber(block.draft, viewer=block.viewer, street=street, plan=Plan())
        block.publish()
        found = Address.objects.filter(side__street__uid=street).order_by("number")
        assert [(d.number, d.side.side, d.side.parity) for d in found] == [
            (1, "L", "ODD"), (2, "R", "EVEN"), (3, "L", "ODD"),
        ]  # fmt: skip

    def test_a_building_of_the_draft_gets_its_first_door(self, block: Block):
        street = draw(block, (0, 200), (100, 200))
        ring = [block.at(*c) for c in ((20, 210), (60, 210), (60, 230), (20, 230), (20, 210))]
        (building,) = propose_all(block.draft, viewer=block.viewer, proposals=[
            Proposal("building", "CREATE", values={
                "neighbourhood": str(block.city.areas.neighbourhoods["A"].uid),
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            })
        ])  # fmt: skip
        placed = place_doors(block.draft, viewer=block.viewer, building=str(building.entity_uid))
        assert placed.moved == 0 and placed.made
        again = place_doors(block.draft, viewer=block.viewer, building=str(building.entity_uid))
        assert (again.moved, again.made) == (1, "")
        block.publish()
        door = Address.objects.get(uid=placed.made)
        assert (door.number, door.side.side, str(door.side.street.uid)) == (1, "L", street)
        assert door.building == Building.objects.get(uid=building.entity_uid)
        middle = shapely.Point(block.at(40, 210))
        assert shapely.Point(door.geom.coords).distance(middle) < 1e-6

    def test_without_a_street_near_it_says_what_to_do(self, block: Block):
        ring = [block.at(*c) for c in ((20, 510), (60, 510), (60, 530), (20, 530), (20, 510))]
        (building,) = propose_all(block.draft, viewer=block.viewer, proposals=[
            Proposal("building", "CREATE", values={
                "neighbourhood": str(block.city.areas.neighbourhoods["A"].uid),
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            })
        ])  # fmt: skip
        with pytest.raises(InvalidValues) as caught:
            place_doors(block.draft, viewer=block.viewer, building=str(building.entity_uid))
        assert list(caught.value.errors) == ["building"]


class TestRelated:
    def of(self, block: Block, name: str, uid: Any) -> dict[str, Any]:
        found = related(Drafted(block.draft), block.draft, entity(name), str(uid))
        return {group["entity"]: group for group in found}

    def test_a_street_has_sides_and_names(self, block: Block):
        street = draw(block, (0, 200), (100, 200))
        found = self.of(block, "street", street)
        assert [row["change"] for row in found["street_side"]["rows"]] == ["CREATE", "CREATE"]
        assert "Hasan Basri Çantay" in found["street_side"]["rows"][0]["title"]
        assert found["street_name"]["add"] == {"street": street}

    def test_a_street_that_lacks_its_right_side_offers_it(self, block: Block):
        more(
            block,
            lambda: StreetSide.objects.filter(pk=block.sides["R"].pk).update(status="RETIRED"),
        )
        found = self.of(block, "street", block.street.uid)["street_side"]
        assert found["count"] == 1
        assert (found["add"]["side"], found["add"]["parity"]) == ("R", "EVEN")

    def test_a_building_has_doors_and_parcels(self, block: Block):
        found = self.of(block, "building", block.building.uid)
        assert [r["title"] for r in found["address"]["rows"]] == [
            "Deneme Sokak 1",
            "Deneme Sokak 3",
        ]
        assert [r["title"] for r in found["building_parcel"]["rows"]] == ["101/4"]

    def test_a_door_has_units_of_the_draft(self, block: Block):
        door = str(block.doors[0].uid)
        propose_all(block.draft, viewer=block.viewer, proposals=[
            Proposal("unit", "CREATE", values={"address": door, "unit_number": "4"})
        ])  # fmt: skip
        found = self.of(block, "address", door)["unit"]
        assert [(r["title"], r["change"]) for r in found["rows"]] == [("4", "CREATE")]

    def test_a_neighbourhood_has_its_head(self, block: Block):
        area = str(block.city.areas.neighbourhoods["A"].uid)
        propose_all(block.draft, viewer=block.viewer, proposals=[
            Proposal("neighbourhood_head", "CREATE", values={
                "neighbourhood": area, "full_name": "Test Muhtar", "since": "2024-04-01",
            })
        ])  # fmt: skip
        (row,) = self.of(block, "neighbourhood", area)["neighbourhood_head"]["rows"]
        assert (row["title"], row["since"], row["until"]) == ("Test Muhtar", "2024-04-01", None)

"""Every rule finds exactly the fault that is put into a city without any, and nothing before."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.gis.geos import MultiLineString

from addresses.models import (
    BuildingParcel,
    Landmark,
    NeighbourhoodHead,
    Street,
    StreetName,
    StreetSide,
    Unit,
)
from addresses.queries.quality import findings, rules_reading
from addresses.queries.where import tables_written
from addresses.rules.quality import RULES
from core.rules.text import key
from tests.factories import open_register

from .quality_city import Small, change

pytestmark = pytest.mark.django_db


def named(row: Street, name: str) -> None:
    change(row, name=name, name_key=key(name))


FAULTS: dict[str, list[Callable[[Small], object]]] = {}


def fault(code: str) -> Callable[[Callable[[Small], object]], Callable[[Small], object]]:
    """Registers a way to make the one fault that this rule is there for."""

    def register(make: Callable[[Small], object]) -> Callable[[Small], object]:
        FAULTS.setdefault(code, []).append(make)
        return make

    return register


# Areas: `A` reaches from -500 to 500 in both directions, `a` from 500 to 1500 in x.
@fault("coverage_gap")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], geom=c.box(-500, -500, 990, 1000))


@fault("neighbourhood_overlap")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], geom=c.box(-500, -500, 1010, 1000))


@fault("neighbourhood_outside_district")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], geom=c.box(-520, -500, 1020, 1000))


@fault("neighbourhood_without_polygon")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], geom=None)


@fault("neighbourhood_shape_invalid")
def _(c: Small) -> None:
    bow = c.shape((-500, -500), (500, 500), (500, -500), (-500, 500), (-500, -500))
    change(c.areas.neighbourhoods["A"], geom=bow)


@fault("neighbourhood_without_head")
def _(c: Small) -> None:
    NeighbourhoodHead.objects.filter(neighbourhood=c.areas.neighbourhoods["A"]).update(
        until=date(2024, 5, 1)
    )


@fault("neighbourhood_name_twice")
def _(c: Small) -> None:
    area = c.areas.neighbourhoods["A"]
    change(c.areas.neighbourhoods["a"], name=area.name, name_key=area.name_key)


@fault("neighbourhood_name_untidy")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], name="HASAN BASRİ ÇANTAY")


@fault("neighbourhood_name_untidy")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], name="Hasan  Basri Çantay")


@fault("neighbourhood_name_untidy")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], name="Hasan Basri Ã‡antay")


@fault("neighbourhood_code_invalid")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], code="way/17")


@fault("postcode_missing")
def _(c: Small) -> None:
    change(c.areas.neighbourhoods["A"], postcode="")


@fault("landmark_outside_neighbourhood")
def _(c: Small) -> None:
    change(Landmark.objects.get(name="Park A"), geom=c.point(600, 0))


# Streets.
@fault("street_without_line")
def _(c: Small) -> None:
    change(c.streets["A"], geom=None)


@fault("street_line_invalid")
def _(c: Small) -> None:
    ends = [c.streets["A"].geom[0], c.line((50, 0), (50, 0))[0]]
    change(c.streets["A"], geom=MultiLineString(ends, srid=4326))


@fault("street_outside_neighbourhood")
def _(c: Small) -> None:
    change(c.streets["A"], geom=c.line((-100, 0), (540, 0)))


@fault("street_name_twice")
def _(c: Small) -> None:
    c.street("ATATÜRK caddesi", "A", sides="")
    road = Street.objects.order_by("-pk")[0]
    change(road, kind="AVENUE")
    other = c.door(_side(c, road), 20, -90, 300)
    change(other, building=c.buildings["A1"], geom=c.point(-70, 12))
    change(road, geom=c.line((-100, 20), (100, 20)))


def _side(c: Small, road: Street) -> StreetSide:
    return StreetSide.objects.create(
        street=road, neighbourhood=c.areas.neighbourhoods["A"], side="B"
    )


@fault("street_name_alike")
def _(c: Small) -> None:
    c.street("Atatürg Caddesi", "A")


@fault("street_name_was_anothers")
def _(c: Small) -> None:
    StreetName.objects.create(
        street=c.streets["A"],
        name="Milli Kuvvetler Caddesi",
        name_key="milli kuvvetler caddesi",
        kind="FORMER",
    )


@fault("street_name_untidy")
def _(c: Small) -> None:
    change(c.streets["A"], name="Atatürk  Caddesi")


@fault("street_name_untidy")
def _(c: Small) -> None:
    change(c.streets["A"], name="Ataturk Caddeþi")


@fault("street_name_abbreviated")
def _(c: Small) -> None:
    named(c.streets["A"], "Atatürk Cad.")


@fault("street_type_twice")
def _(c: Small) -> None:
    named(c.streets["A"], "Atatürk Cad. Caddesi")


@fault("street_kind_differs")
def _(c: Small) -> None:
    change(c.streets["A"], kind="STREET")


@fault("side_of_retired_street")
def _(c: Small) -> None:
    road = c.street("Gül Sokak", "A", sides="B")
    change(road, status="RETIRED")


@fault("side_code_twice")
def _(c: Small) -> None:
    change(c.sides["aR"], code=c.sides["AL"].code)


@fault("side_code_invalid")
def _(c: Small) -> None:
    change(c.sides["AL"], code="OSM17")


@fault("side_parity")
def _(c: Small) -> None:
    change(c.sides["AL"], parity="EVEN")


@fault("side_without_doors")
def _(c: Small) -> None:
    c.street("Gül Sokak", "A", sides="L")


# Doors.
@fault("door_outside_neighbourhood")
def _(c: Small) -> None:
    change(c.doors["A1"], geom=c.point(501, 0))


@fault("door_far_from_street")
def _(c: Small) -> None:
    change(c.doors["A1"], geom=c.point(-72, 63))


@fault("door_wrong_side")
def _(c: Small) -> None:
    change(c.doors["A1"], geom=c.point(-72, -8))


@fault("door_far_from_its_building")
def _(c: Small) -> None:
    change(c.doors["A1"], geom=c.point(-72, 30))


@fault("door_far_from_any_building")
def _(c: Small) -> None:
    c.door(c.sides["AL"], 31, 95, 5)


@fault("door_off_parcel")
def _(c: Small) -> None:
    change(c.doors["A1"], geom=c.point(-72, 2))


@fault("door_of_retired_side")
def _(c: Small) -> None:
    road = c.street("Gül Sokak", "A", sides="B")
    c.door(road.sides.get(), 4, 0, 300)
    change(road.sides.get(), status="RETIRED")


@fault("door_of_retired_building")
def _(c: Small) -> None:
    change(c.buildings["A1"], status="RETIRED")


@fault("door_of_retired_building")
def _(c: Small) -> None:
    change(c.parcels["A1"], status="RETIRED")


@fault("door_twice_nearby")
def _(c: Small) -> None:
    road = c.street("Atatürk Caddesi", "a", sides="B")
    c.door(road.sides.get(), 1, -60, 20)


@fault("door_code_twice")
def _(c: Small) -> None:
    change(c.doors["a2"], code=c.doors["A1"].code)


@fault("door_code_invalid")
def _(c: Small) -> None:
    change(c.doors["A1"], code="1234567890123")


@fault("door_postcode_differs")
def _(c: Small) -> None:
    change(c.doors["A1"], postcode="34000")


# Numbers.
@fault("number_twice")
def _(c: Small) -> None:
    c.door(c.sides["AL"], 1, -70, 9, status="PROPOSED")


@fault("number_twice")
def _(c: Small) -> None:
    change(c.doors["A2"], number=1)


@fault("number_missing")
def _(c: Small) -> None:
    change(c.doors["A1"], number=0)


@fault("number_parity")
def _(c: Small) -> None:
    change(c.doors["A9"], number=12)


@fault("number_order")
def _(c: Small) -> None:
    change(c.doors["A1"], number=17)


@fault("number_gap")
def _(c: Small) -> None:
    change(c.doors["A9"], number=91)


# Buildings and parcels. Parcel A1 is 16 m wide from x = -80, building A1 10 m from x = -77.
@fault("building_off_parcel")
def _(c: Small) -> None:
    change(c.buildings["A1"], geom=c.box(-85, 8, 10, 10))


@fault("building_on_other_parcel")
def _(c: Small) -> None:
    change(c.buildings["A1"], geom=c.box(-72, 19, 10, 10))


@fault("building_without_parcel")
def _(c: Small) -> None:
    change(BuildingParcel.objects.get(building=c.buildings["A1"]), status="RETIRED")


@fault("building_overlap")
def _(c: Small) -> None:
    change(c.buildings["A1"], geom=c.box(-77, 8, 16.5, 10))


@fault("building_without_door")
def _(c: Small) -> None:
    change(c.doors["A1"], building=None)


@fault("building_outside_neighbourhood")
def _(c: Small) -> None:
    change(c.buildings["A1"], geom=c.box(497, 100, 10, 10))


@fault("building_on_street")
def _(c: Small) -> None:
    change(c.buildings["A1"], geom=c.box(-77, -2, 10, 20))


@fault("building_shape_invalid")
def _(c: Small) -> None:
    bow = c.shape((-77, 8), (-67, 18), (-67, 8), (-77, 18), (-77, 8))
    change(c.buildings["A1"], geom=bow)


@fault("building_sliver")
def _(c: Small) -> None:
    change(c.buildings["A1"], geom=c.box(-73, 8, 1.5, 2))


@fault("parcel_overlap")
def _(c: Small) -> None:
    change(c.parcels["A1"], geom=c.box(-80, 6, 16.5, 24))


@fault("parcel_outside_neighbourhood")
def _(c: Small) -> None:
    change(c.parcels["A1"], geom=c.box(496, 100, 16, 24))


@fault("parcel_shape_invalid")
def _(c: Small) -> None:
    bow = c.shape((-80, 6), (-64, 30), (-64, 6), (-80, 30), (-80, 6))
    change(c.parcels["A1"], geom=bow)


@fault("parcel_sliver")
def _(c: Small) -> None:
    change(c.parcels["A1"], geom=c.box(-80, 8, 16, 0.2))


# Units.
@fault("unit_without_building")
def _(c: Small) -> None:
    change(c.doors["A1"], building=None)


@fault("unit_of_retired_door")
def _(c: Small) -> None:
    change(c.doors["A1"], status="RETIRED")


@fault("unit_number_twice")
def _(c: Small) -> None:
    Unit.objects.create(address=c.doors["A1"], unit_number="1")


@fault("unit_number_missing")
def _(c: Small) -> None:
    Unit.objects.create(address=c.doors["A1"], unit_number="")


@fault("unit_code_invalid")
def _(c: Small) -> None:
    change(c.units["A1"], code="123456789")


@fault("unit_code_twice")
def _(c: Small) -> None:
    change(c.units["a2"], code=c.units["A1"].code)


@fault("units_more_than_dwellings")
def _(c: Small) -> None:
    for number in "23":
        Unit.objects.create(address=c.doors["A1"], unit_number=number)


def test_the_city_is_clean(small: Small) -> None:
    assert findings(None) == []
    assert findings([area.pk for area in small.areas.neighbourhoods.values()]) == []


def test_every_rule_has_its_fault() -> None:
    assert set(FAULTS) == set(RULES)


@pytest.mark.parametrize(
    ("code", "make"), [(code, make) for code, makers in FAULTS.items() for make in makers]
)
def test_a_rule_finds_its_fault_and_no_other(
    small: Small, code: str, make: Callable[[Small], object]
) -> None:
    own = open_register()
    make(small)
    found = findings(None, [code])
    assert [f.rule for f in found] == [code]
    # A check of the draft that brings the fault looks at this rule.
    assert code in rules_reading(tables_written(own))
    # What it finds everywhere it finds in the one neighbourhood that was touched, and not elsewhere.
    here = found[0].neighbourhood_id
    assert here is not None
    assert [f.key for f in findings([here], [code])] == [found[0].key]
    assert found[0].label or RULES[code].entity == "building"


def test_a_pair_is_found_from_both_of_its_neighbourhoods(small: Small) -> None:
    change(small.parcels["A9"], geom=small.box(990, 6, 20, 24))
    pairs = [f.key for f in findings(None, ["parcel_overlap"])]
    assert pairs
    for area in small.areas.neighbourhoods.values():
        assert [f.key for f in findings([area.pk], ["parcel_overlap"])] == pairs


def test_what_is_retired_or_only_proposed_is_no_fault(small: Small) -> None:
    change(small.doors["A1"], number=0, status="RETIRED")
    change(small.doors["A3"], number=0, status="PROPOSED")
    change(small.buildings["A5"], geom=small.box(497, 100, 10, 10), status="RETIRED")
    assert findings(None, ["number_missing", "building_outside_neighbourhood"]) == []


def test_numbers_that_fall_along_the_line_are_in_order(small: Small) -> None:
    for i, name in enumerate(("A1", "A3", "A5", "A7", "A9")):
        change(small.doors[name], number=2 * (5 - i) - 1 + 100)
    assert findings(None, ["number_order"]) == []


def test_a_village_house_may_be_farther_from_its_street(small: Small) -> None:
    change(small.doors["A1"], geom=small.point(-72, 100))
    assert len(findings(None, ["door_far_from_street"])) == 1
    change(small.areas.neighbourhoods["A"], kind="VILLAGE")
    assert findings(None, ["door_far_from_street"]) == []


def test_foreign_codes_are_none_of_a_turkish_citys(small: Small) -> None:
    """Where addresses are written in another way, codes may be anything."""
    change(small.doors["A1"], code="AB-12")
    assert len(findings(None, ["door_code_invalid"])) == 1
    change(small.areas.province, language="de")
    assert findings(None, ["door_code_invalid"]) == []

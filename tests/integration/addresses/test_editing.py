"""Splits, merges, numbering, placing: what stands in the draft, and what the register makes of it."""

import math
import random
import time
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NotAllowed, Stale, open_draft
from addresses.actions.numbering import Plan, preview, renumber
from addresses.actions.placing import place_doors, reshape, snap
from addresses.actions.proposing import TAKE_BACK, Proposal, propose_all
from addresses.actions.replacing import merge, split
from addresses.models import (
    Address,
    Building,
    BuildingParcel,
    Landmark,
    Lineage,
    Neighbourhood,
    Parcel,
    Street,
    StreetName,
    StreetSide,
)
from addresses.queries.data_model import entity
from addresses.queries.finding import find
from addresses.queries.record_values import InvalidValues
from addresses.queries.topology import hints
from tests.factories import METRE_LAT, METRE_LON, NOW, open_register

from .block import Block, more

pytestmark = pytest.mark.django_db


class TestSplit:
    def cut(self, block: Block, name: str, row: Any, line: Any, **options: Any) -> list[str]:
        return split(
            block.draft,
            viewer=block.viewer,
            entity_name=name,
            uid=str(row.uid),
            line=line,
            **options,
        )

    def test_a_parcel_and_what_stands_on_it(self, block):
        uids = self.cut(block, "parcel", block.parcel, block.line((45, 0), (45, 50)))
        block.publish()
        parts = [Parcel.objects.get(uid=uid) for uid in uids]
        assert [(p.cadastral_block, p.number) for p in parts] == [("101", "5"), ("101", "6")]
        assert Parcel.objects.get(pk=block.parcel.pk).status == "RETIRED"
        west, east = (Address.objects.get(pk=d.pk).parcel for d in block.doors[:2])
        assert west == parts[0] and east == parts[1]  # 35 m of 60 are west of the line
        links = BuildingParcel.objects.filter(status="ACTIVE", building=block.building)
        assert {link.parcel_id for link in links} == {p.pk for p in parts}
        assert set(Lineage.objects.values_list("relation", flat=True)) == {"SPLIT"}
        assert parts[0].geom.intersection(parts[1].geom).area == 0

    def test_a_building_gives_each_door_the_part_that_holds_it(self, block):
        uids = self.cut(block, "building", block.building, block.line((45, 0), (45, 50)))
        block.publish()
        found = [str(Address.objects.get(pk=d.pk).building.uid) for d in block.doors[:2]]
        assert found == uids
        assert Building.objects.get(uid=uids[1]).name == "Çınar Apt."

    def test_a_street_keeps_its_code_where_most_doors_are(self, block):
        uids = self.cut(block, "street", block.street, block.line((40, -9), (40, 9)))
        block.publish()
        long, short = (Street.objects.get(uid=uid) for uid in uids)
        assert (long.name, long.name_key) == ("Deneme Sokak", "deneme sokak")
        numbers = {
            s.pk: sorted(Address.objects.filter(side__street=s).values_list("number", flat=True))
            for s in (long, short)
        }
        assert numbers == {long.pk: [3], short.pk: [1, 2]}
        codes = StreetSide.objects.filter(status="ACTIVE", street__in=[long, short])
        assert sorted(codes.exclude(code="").values_list("code", flat=True)) == ["77L", "77R"]

    def test_a_neighbourhood_takes_sides_and_doors_along(self, block):
        area = block.city.areas.neighbourhoods["A"]
        more(block, lambda: Landmark.objects.create(
            neighbourhood=area, name="Park", name_key="park", kind="park",
            geom=GEOSGeometry(shapely.Point(block.at(80, 20)).wkb_hex, srid=4326),
        ))  # fmt: skip
        uids = self.cut(
            block, "neighbourhood", area, block.line((45, -3000), (45, 3000)),
            parts=[{"name": "Doğu"}, {"name": "Batı"}],
        )  # fmt: skip
        block.publish()
        one, two = (Neighbourhood.objects.get(uid=uid) for uid in uids)
        assert (one.name, one.code, two.name, two.code) == ("Doğu", "", "Batı", "")
        first, second, third = (Address.objects.get(pk=d.pk) for d in block.doors)
        assert (first.neighbourhood, second.neighbourhood, third.neighbourhood) == (two, one, two)
        assert Landmark.objects.get(name="Park").neighbourhood == one

    def test_a_line_that_does_not_cut_names_itself(self, block):
        with pytest.raises(InvalidValues) as caught:
            self.cut(block, "parcel", block.parcel, block.line((45, 0), (45, 20)))
        assert list(caught.value.errors) == ["line"]
        assert block.draft.changes.count() == 0

    @pytest.mark.parametrize(
        "line", [{}, {"type": "LineString"}, {"type": "Point", "coordinates": []}]
    )
    def test_rubbish_for_a_line(self, block, line):
        with pytest.raises(InvalidValues):
            self.cut(block, "parcel", block.parcel, line)

    @pytest.mark.parametrize("points", [2_000, 900])
    def test_a_scribble_is_refused_at_once(self, block, points):
        chance = random.Random(7)
        line = block.line(*((chance.uniform(0, 60), chance.uniform(0, 50)) for _n in range(points)))
        began = time.monotonic()
        with pytest.raises(InvalidValues) as caught:
            self.cut(block, "parcel", block.parcel, line)
        assert list(caught.value.errors) == ["line"]
        assert time.monotonic() - began < 5

    def test_a_comb_that_makes_too_many_parts(self, block):
        """Simple in itself: hundreds of teeth from edge to edge."""
        line = block.line(*((5 + n / 10, (-9, 59)[n % 2]) for n in range(600)))
        with pytest.raises(InvalidValues, match="50"):
            self.cut(block, "parcel", block.parcel, line)

    @pytest.mark.parametrize("number", [math.inf, math.nan, 1e300, "7"])
    def test_numbers_that_are_no_degrees(self, block, number):
        line = {"type": "LineString", "coordinates": [[27.9, 39.6], [number, 39.6]]}
        with pytest.raises(InvalidValues):
            self.cut(block, "parcel", block.parcel, line)

    def test_who_saw_another_version_is_refused(self, block):
        with pytest.raises(Stale):
            self.cut(
                block, "parcel", block.parcel, block.line((45, 0), (45, 50)),
                seen={str(block.parcel.uid): 7},
            )  # fmt: skip
        assert block.draft.changes.count() == 0

    def test_a_part_can_be_cut_again_before_anything_is_published(self, block):
        uids = self.cut(block, "parcel", block.parcel, block.line((45, 0), (45, 50)))
        again = split(
            block.draft, viewer=block.viewer, entity_name="parcel", uid=uids[0],
            line=block.line((30, 0), (30, 50)),
        )  # fmt: skip
        block.publish()
        assert not Parcel.objects.filter(uid=uids[0]).exists()
        found = Parcel.objects.filter(uid__in=[uids[1], *again], status="ACTIVE")
        assert sorted(found.values_list("number", flat=True)) == ["6", "7", "8"]


class TestMerge:
    def test_two_parcels(self, block):
        second = more(block, lambda: block.plot("101", "9", 70, 90))
        uid = merge(
            block.draft, viewer=block.viewer, entity_name="parcel",
            uids=[str(second.uid), str(block.parcel.uid)],
        )  # fmt: skip
        block.publish()
        new = Parcel.objects.get(uid=uid)
        assert (new.number, len(new.geom)) == ("10", 1)
        assert Parcel.objects.filter(status="RETIRED").count() == 2
        assert Address.objects.get(pk=block.doors[0].pk).parcel == new
        assert Lineage.objects.filter(relation="MERGED", new_uid=uid).count() == 2

    def test_what_does_not_touch(self, block):
        far = more(block, lambda: block.plot("101", "9", 75, 90))
        with pytest.raises(InvalidValues) as caught:
            merge(
                block.draft, viewer=block.viewer, entity_name="parcel",
                uids=[str(far.uid), str(block.parcel.uid)],
            )  # fmt: skip
        assert list(caught.value.errors) == ["uids"]

    def test_two_streets_keep_the_name_that_vanishes(self, block):
        def second() -> Street:
            street = Street.objects.create(
                district=block.city.areas.districts["A"], name="Kısa Sokak", name_key="kisa sokak",
                geom=block.shape("LineString", [(100, 0), (130, 0)]),
            )  # fmt: skip
            side = StreetSide.objects.create(
                street=street, neighbourhood=block.city.areas.neighbourhoods["A"], side="L"
            )
            point = GEOSGeometry(shapely.Point(block.at(120, 9)).wkb_hex, srid=4326)
            Address.objects.create(side=side, number=51, geom=point)
            return street

        other = more(block, second)
        uid = merge(
            block.draft, viewer=block.viewer, entity_name="street",
            uids=[str(block.street.uid), str(other.uid)],
        )  # fmt: skip
        block.publish()
        new = Street.objects.get(uid=uid)
        assert (new.name, len(new.geom)) == ("Deneme Sokak", 1)
        assert StreetName.objects.get(street=new).name == "Kısa Sokak"
        sides = StreetSide.objects.filter(street=new, status="ACTIVE")
        assert sorted(sides.values_list("side", "code")) == [("L", "77L"), ("R", "77R")]
        assert Address.objects.get(number=51).side.street == new


class TestNumbering:
    def test_a_preview_writes_nothing(self, block):
        given = preview(block.draft, street=str(block.street.uid), plan=Plan(left_first=11))
        assert [(g.side, g.number, g.at, g.changed) for g in given] == [
            ("L", 11, pytest.approx(25, abs=1), True),
            ("L", 13, pytest.approx(55, abs=1), True),
            ("R", 2, pytest.approx(30, abs=1), False),
        ]
        assert block.draft.changes.count() == 0

    def test_from_the_other_end(self, block):
        renumber(
            block.draft, viewer=block.viewer, street=str(block.street.uid), plan=Plan(reverse=True)
        )
        block.publish()
        assert [Address.objects.get(pk=d.pk).number for d in block.doors] == [4, 2, 1]
        assert Lineage.objects.filter(relation="RENUMBERED").count() == 3

    def test_an_insertion_between_kept_numbers(self, block):
        new = more(block, lambda: block.door("L", 0, 40, 12))
        given = renumber(
            block.draft, viewer=block.viewer, street=str(block.street.uid), plan=Plan(keep=True)
        )
        assert [(g.uid, g.number, g.suffix) for g in given] == [(str(new.uid), 1, "A")]

    def test_one_side_by_metres(self, block):
        plan = Plan(spacing=10, sides=("L",))
        given = preview(block.draft, street=str(block.street.uid), plan=plan)
        assert [g.number for g in given] == [5, 11]

    def test_a_rule_that_does_not_grow(self, block):
        with pytest.raises(InvalidValues) as caught:
            preview(block.draft, street=str(block.street.uid), plan=Plan(spacing=-1))
        assert list(caught.value.errors) == ["rule"]


class TestPlacing:
    def test_doors_on_the_street_side_of_their_building(self, block):
        assert (
            place_doors(block.draft, viewer=block.viewer, building=str(block.building.uid)).moved
            == 2
        )
        block.publish()
        found = [Address.objects.get(pk=d.pk) for d in block.doors[:2]]
        east = [(d.geom.x - block.west) / METRE_LON for d in found]
        north = [(d.geom.y - block.south) / METRE_LAT for d in found]
        assert [round(x, 1) for x in east] == [33.3, 46.7]
        assert [round(y, 1) for y in north] == [10, 10]
        assert {d.point_source for d in found} == {"BUILDING"}

    def test_a_shared_edge_moves_on_both_sides(self, block):
        areas = block.city.areas.neighbourhoods
        mine = shapely.from_wkb(bytes(areas["A"].geom.wkb))
        corner = max(mine.geoms[0].exterior.coords)  # south-east or north-east: shared with `a`
        ring = [
            [x + 0.001, y] if (x, y) == corner else [x, y] for x, y in mine.geoms[0].exterior.coords
        ]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        changed = reshape(
            block.draft, viewer=block.viewer, entity_name="neighbourhood", uid=str(areas["A"].uid),
            geometry=geometry,
        )  # fmt: skip
        assert {str(areas["A"].uid), str(areas["a"].uid)} <= set(changed)
        block.publish()
        one, two = (Neighbourhood.objects.get(pk=areas[letter].pk).geom for letter in "Aa")
        assert one.intersection(two).area < 1e-15
        before = areas["A"].geom.union(areas["a"].geom)
        assert one.union(two).sym_difference(before).area < 1e-12

    def test_snapping_to_a_neighbour(self, block):
        beside = more(block, lambda: block.plot("101", "9", 70.4, 90))
        assert snap(block.draft, viewer=block.viewer, entity_name="parcel", uid=str(beside.uid))
        block.publish()
        assert Parcel.objects.get(pk=beside.pk).geom.distance(block.parcel.geom) < 1e-9
        assert not snap(
            block.open(), viewer=block.viewer, entity_name="parcel", uid=str(beside.uid)
        )


class TestAllAtOnce:
    def test_one_fault_and_nothing_is_written(self, block):
        good = Proposal("address", "UPDATE", str(block.doors[0].uid), values={"number": 7})
        bad = Proposal("address", "UPDATE", str(block.doors[1].uid), values={"number": "x"})
        with pytest.raises(InvalidValues):
            propose_all(block.draft, viewer=block.viewer, proposals=[good, bad])
        assert block.draft.changes.count() == 0

    def test_take_back_undoes_and_create_with_the_uid_redoes(self, block):
        uids = split(
            block.draft, viewer=block.viewer, entity_name="parcel", uid=str(block.parcel.uid),
            line=block.line((45, 0), (45, 50)),
        )  # fmt: skip
        before = list(block.draft.changes.order_by("pk").values_list("entity", "entity_uid"))
        made = block.draft.changes.get(entity_uid=uids[0])
        back = [Proposal(name, TAKE_BACK, str(uid)) for name, uid in before]
        propose_all(block.draft, viewer=block.viewer, proposals=back)
        assert (block.draft.changes.count(), block.draft.lineage.count()) == (0, 0)
        values = {k: v for k, v in made.values.items() if k != "name_key"}
        again = Proposal("parcel", "CREATE", uids[0], values=values)
        propose_all(block.draft, viewer=block.viewer, proposals=[again])
        assert block.draft.changes.get().values == made.values

    def test_an_editor_of_one_district_stays_inside(self, block):
        from addresses.models import EditingArea

        city = block.city
        EditingArea.objects.create(
            organisation=city.bodies["a"], district=city.areas.districts["A"]
        )
        who: Viewer = viewer_of(city.people["gis_editor"])
        draft = open_draft(viewer=who, kind="EDIT", title="T", reason="r", now=NOW)
        inside = Proposal("address", "UPDATE", str(block.doors[0].uid), values={"number": 7})
        outside = Proposal("address", "UPDATE", str(city.doors["b7"].uid), values={"number": 9})
        propose_all(draft, viewer=who, proposals=[inside])
        with pytest.raises(NotAllowed):
            propose_all(draft, viewer=who, proposals=[inside, outside])
        cut = block.line((45, 0), (45, 50))
        uid = str(block.parcel.uid)
        assert split(draft, viewer=who, entity_name="parcel", uid=uid, line=cut)
        area = str(city.areas.neighbourhoods["A"].uid)
        with pytest.raises(NotAllowed):
            split(
                draft, viewer=who, entity_name="neighbourhood", uid=area,
                line=block.line((45, -3000), (45, 3000)),
            )  # fmt: skip


class TestHints:
    def ask(self, block: Block, name: str, corners: Any, **values: Any) -> list[str]:
        ring = [block.at(*c) for c in [*corners, corners[0]]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        found = hints(block.draft, kind=entity(name), uid="", geometry=geometry, values=values)
        return [hint["code"] for hint in found]

    def test_crossing(self, block):
        assert self.ask(block, "parcel", [(0, 0), (9, 9), (9, 0), (0, 9)]) == ["crossing"]

    def test_overlap_with_a_neighbour(self, block):
        assert self.ask(block, "parcel", [(60, 5), (80, 5), (80, 40), (60, 40)]) == ["overlap"]

    def test_beside_a_neighbour_is_well(self, block):
        area = str(block.city.areas.neighbourhoods["A"].uid)
        corners = [(70, 5), (80, 5), (80, 40), (70, 40)]
        assert self.ask(block, "parcel", corners, neighbourhood=area) == []

    def test_outside_of_its_neighbourhood(self, block):
        area = str(block.city.areas.neighbourhoods["b"].uid)
        corners = [(70, 5), (80, 5), (80, 40), (70, 40)]
        assert self.ask(block, "parcel", corners, neighbourhood=area) == ["outside"]

    def test_a_door_far_from_its_street(self, block):
        point = {"type": "Point", "coordinates": block.at(50, 90)}
        values = {"side": str(block.sides["L"].uid)}
        found = hints(block.draft, kind=entity("address"), uid="", geometry=point, values=values)
        assert [hint["code"] for hint in found] == ["far"]

    @pytest.mark.parametrize(("y", "codes"), [(9, []), (-9, ["other_side"])])
    def test_a_door_on_the_other_side_of_its_street(self, block, y, codes):
        point = {"type": "Point", "coordinates": block.at(50, y)}
        values = {"side": str(block.sides["L"].uid)}
        found = hints(block.draft, kind=entity("address"), uid="", geometry=point, values=values)
        assert [hint["code"] for hint in found] == codes


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "entity_name", "how"),
        [
            ("101/4", "parcel", "parcel"),
            ("Hasan Basri 101/4", "parcel", "parcel"),
            ("77L", "street_side", "code"),
            ("deneme", "street", "name"),
            ("N-A", "neighbourhood", None),
        ],
    )
    def test_by_what_is_in_hand(self, block, text, entity_name, how):
        hits = find(text)
        if how is None:
            assert hits == []  # no code without a figure in it
        else:
            assert (hits[0]["entity"], hits[0]["how"]) == (entity_name, how)

    def test_by_uid_and_other_bodies_identifier(self, block):
        door = block.doors[0]
        assert find(str(door.uid))[0]["title"] == "Deneme Sokak 1"
        open_register()
        Address.objects.filter(pk=door.pk).update(identifiers={"baski": "AB-99812"})
        assert [(h["uid"], h["how"]) for h in find("AB-99812")] == [(str(door.uid), "identifier")]

    def test_by_an_address(self, block):
        hits = find("Deneme Sokak no 3")
        assert (hits[0]["entity"], hits[0]["how"]) == ("address", "address")
        assert hits[0]["uid"] == str(block.doors[1].uid)

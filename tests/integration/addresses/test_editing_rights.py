"""Several changes at once by an editor of one district: what one may not do, many may not either."""

from typing import Any

import pytest

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NoSuchRecord, NotAllowed, open_draft, take_back
from addresses.actions.proposing import Descent, Proposal, propose_all
from addresses.models import Building, Change, ChangeSet, EditingArea, Parcel
from addresses.queries.record_values import InvalidValues
from tests.factories import NOW, City, open_register
from tests.integration.addresses.test_editing import Block

pytestmark = pytest.mark.django_db


@pytest.fixture
def block(city: City) -> Block:
    return Block(city)


class TestAnEditorOfOneDistrict:
    """What one change may not do, several at once may not do either."""

    @pytest.fixture
    def limited(self, block: Block) -> tuple[ChangeSet, Viewer]:
        city = block.city
        EditingArea.objects.create(
            organisation=city.bodies["a"], district=city.areas.districts["A"]
        )
        who = viewer_of(city.people["gis_editor"])
        return open_draft(viewer=who, kind="EDIT", title="T", reason="r", now=NOW), who

    @pytest.mark.parametrize(("letter", "allowed"), [("A", True), ("B", False)])
    def test_a_street_in_ones_own_district_only(self, block, limited, letter, allowed):
        draft, who = limited
        district = str(block.city.areas.districts[letter].uid)
        one = Proposal("street", "CREATE", values={"name": "Yeni Sokak", "district": district})
        if allowed:
            propose_all(draft, viewer=who, proposals=[one])
        else:
            with pytest.raises(NotAllowed):
                propose_all(draft, viewer=who, proposals=[one])

    def test_no_lineage_of_what_lies_elsewhere(self, block, limited):
        draft, who = limited
        old = str(block.city.doors["b7"].uid)
        descent = Descent("address", "REPLACED", old, str(block.doors[0].uid))
        with pytest.raises(NotAllowed):
            propose_all(draft, viewer=who, proposals=[], lineage=[descent])
        assert draft.lineage.count() == 0

    def test_no_shape_and_no_tie_into_another_district(self, block, limited):
        draft, who = limited
        city = block.city
        x, y = city.areas.at(0.5, 0.5)
        (fx, fy), d = city.doors["b7"].geom.coords, 2e-5

        def box(x: float, y: float) -> dict[str, Any]:
            ring = [[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]
            return {"type": "Polygon", "coordinates": [ring]}

        here, there = city.areas.neighbourhoods["A"], city.areas.neighbourhoods["B"]
        open_register()
        own = Building.objects.create(neighbourhood=here)
        foreign = Parcel.objects.create(neighbourhood=there, cadastral_block="1", number="1")
        door = str(block.doors[0].uid)
        street = {"type": "LineString", "coordinates": [[fx, fy], [fx + d, fy]]}
        for proposal in (
            Proposal("building", "UPDATE", str(own.uid), {"geometry": box(fx, fy)}),
            Proposal(
                "building", "CREATE", values={"neighbourhood": str(here.uid), "geometry": box(fx, fy)}
            ),
            Proposal("street", "UPDATE", str(block.doors[0].side.street.uid), {"geometry": street}),
            Proposal("address", "UPDATE", door, {"parcel": str(foreign.uid)}),
            Proposal(
                "building_parcel", "CREATE",
                values={"building": str(own.uid), "parcel": str(foreign.uid)},
            ),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                propose_all(draft, viewer=who, proposals=[proposal])
        propose_all(
            draft,
            viewer=who,
            proposals=[Proposal("building", "UPDATE", str(own.uid), {"geometry": box(x, y)})],
        )

    def test_nothing_of_elsewhere_is_taken_out_of_a_draft(self, block, limited):
        draft, who = limited
        foreign = Change.objects.create(
            change_set=draft, entity="address", entity_uid=block.city.doors["b7"].uid,
            operation="UPDATE", values={"postcode": "1"}, base_version=1,
        )  # fmt: skip
        uid = str(foreign.entity_uid)
        with pytest.raises(NotAllowed):
            propose_all(draft, viewer=who, proposals=[Proposal("address", "TAKE_BACK", uid)])
        with pytest.raises(NotAllowed):
            take_back(draft, viewer=who, entity="address", uid=uid)


def test_lineage_leads_to_records_that_there_are_and_never_in_a_circle(block):
    draft, viewer = block.draft, block.viewer
    one, two = (str(door.uid) for door in block.doors[:2])
    nobody = "00000000-0000-4000-8000-000000000000"

    def note(old: str, new: str) -> None:
        descent = Descent("address", "REPLACED", old, new)
        propose_all(draft, viewer=viewer, proposals=[], lineage=[descent])

    note(one, two)
    with pytest.raises(NoSuchRecord):
        note(one, nobody)
    for old, new in ((two, one), (one, one)):
        with pytest.raises(InvalidValues):
            note(old, new)

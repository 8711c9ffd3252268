"""Several changes at once by an editor of one district: what one may not do, many may not either."""

import pytest

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NotAllowed, open_draft
from addresses.actions.proposing import Descent, Proposal, propose_all
from addresses.models import ChangeSet, EditingArea
from tests.factories import NOW, City
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

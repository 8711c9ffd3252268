"""One click on a finding: a draft that mends it, or none where a person has to decide."""

import pytest

from accounts.rules.viewer import Viewer
from addresses.actions.change_sets import writing
from addresses.actions.quality import inspect
from addresses.actions.quality_fixes import fix
from addresses.drafts.apply import apply
from addresses.models import ChangeSet
from addresses.queries.quality import findings
from addresses.queries.quality_fixes import NoSafeFix
from addresses.rules.quality import RULES, Fix

from .quality_city import Clock, Small, change, open_findings, the_one
from .test_quality_rules import FAULTS

pytestmark = pytest.mark.django_db

# Which faults one click mends; the others of these rules need a person.
MENDED = [
    "neighbourhood_shape_invalid",
    "neighbourhood_name_untidy",
    "landmark_outside_neighbourhood",
    "street_line_invalid",
    "street_name_untidy",
    "street_name_abbreviated",
    "street_type_twice",
    "side_parity",
    "door_far_from_its_building",
    "door_off_parcel",
    "door_postcode_differs",
    "number_twice",
    "building_without_parcel",
    "building_outside_neighbourhood",
    "building_shape_invalid",
    "parcel_outside_neighbourhood",
    "parcel_shape_invalid",
]


@pytest.mark.parametrize("code", MENDED)
def test_a_fix_makes_a_draft_that_mends_it(
    small: Small, clock: Clock, editor: Viewer, code: str
) -> None:
    {"door_off_parcel": _on_the_next_parcel}.get(code, FAULTS[code][0])(small)
    inspect(None, now=clock(), rules=[code])
    found = the_one(code)
    draft = fix(found.pk, viewer=editor, now=clock())
    assert (draft.kind, draft.state, draft.number) == ("CORRECTION", "DRAFT", None)
    assert draft.changes.count() == 1
    # The register itself is as it was.
    assert [f.key for f in findings(None, [code])] == [(code, found.entity_id, found.other_id)]
    with writing(ChangeSet.objects.get(pk=draft.pk)):
        apply(draft)
    assert findings(None, [code]) == []


def _on_the_next_parcel(c: Small) -> None:
    change(c.doors["A1"], geom=c.point(-55, 10))


def test_every_rule_with_a_fix_is_tried() -> None:
    by_side = {"door_outside_neighbourhood", "door_wrong_side", "number_parity"}
    assert set(MENDED) | by_side == {r.code for r in RULES.values() if r.fix != Fix.NONE}


def test_a_door_moves_to_the_other_side_if_its_number_fits(
    small: Small, clock: Clock, editor: Viewer
) -> None:
    change(small.doors["A9"], number=12, geom=small.point(-8, -9))
    inspect(None, now=clock(), rules=["door_wrong_side", "number_parity"])
    for code in ("number_parity", "door_wrong_side"):
        draft = fix(the_one(code).pk, viewer=editor, now=clock())
        assert draft.changes.get().values == {"side": str(small.sides["AR"].uid)}


def test_a_door_does_not_move_where_its_number_does_not_fit(
    small: Small, clock: Clock, editor: Viewer
) -> None:
    change(small.doors["A9"], geom=small.point(-8, -9))
    inspect(None, now=clock(), rules=["door_wrong_side"])
    with pytest.raises(NoSafeFix):
        fix(the_one("door_wrong_side").pk, viewer=editor, now=clock())


def test_a_door_goes_to_its_streets_side_in_the_neighbourhood_where_it_lies(
    small: Small, clock: Clock, editor: Viewer
) -> None:
    change(small.doors["A1"], geom=small.point(600, 9))
    inspect(None, now=clock(), rules=["door_outside_neighbourhood"])
    found = the_one("door_outside_neighbourhood")
    with pytest.raises(NoSafeFix):  # the street has no side there
        fix(found.pk, viewer=editor, now=clock())
    side = small.streets["A"].sides.create(
        neighbourhood=small.areas.neighbourhoods["a"], side="B", code="99"
    )
    draft = fix(found.pk, viewer=editor, now=clock())
    assert draft.changes.get().values == {"side": str(side.uid)}


def test_far_points_and_real_doors_are_not_fixed_by_a_click(
    small: Small, clock: Clock, editor: Viewer
) -> None:
    change(small.doors["A1"], geom=small.point(-72, 90))
    change(small.doors["A4"], number=1)  # in force, on the other side: somebody decides
    inspect(None, now=clock(), rules=["door_far_from_its_building", "number_twice"])
    for code in ("door_far_from_its_building", "number_twice"):
        with pytest.raises(NoSafeFix):
            fix(the_one(code).pk, viewer=editor, now=clock())
    assert not ChangeSet.objects.filter(source="quality").exists()


def test_fixes_of_one_person_gather_in_one_draft(
    small: Small, clock: Clock, editor: Viewer
) -> None:
    for name in ("A1", "A2"):
        change(small.doors[name], postcode="34000")
    inspect(None, now=clock())
    drafts = {fix(f.pk, viewer=editor, now=clock()).pk for f in open_findings()}
    assert len(drafts) == 1
    assert ChangeSet.objects.get(pk=drafts.pop()).changes.count() == 2

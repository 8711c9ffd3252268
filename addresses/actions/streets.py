"""A street as it is drawn: with both of its sides, so that doors can stand on it at once."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import shapely
from django.db import transaction

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import locked_draft
from addresses.actions.proposing import Proposal, new_uid, propose_all
from addresses.models import ChangeSet
from addresses.queries.data_model import entity
from addresses.queries.drafted import Drafted
from addresses.queries.record_values import cleaned
from addresses.queries.rights import rights_of
from addresses.queries.where import areas_of_record
from addresses.rules.along import beside

# Odd numbers on the left, even ones on the right, by the direction in which the line was drawn.
_HANDS = (("L", "ODD"), ("R", "EVEN"))
_SHARE = 0.1  # of a side's length, from which on it belongs to a neighbourhood too
_MOST = 50  # neighbourhoods that a street passes


@transaction.atomic
def draw_street(
    change_set: ChangeSet, *, viewer: Viewer, values: Mapping[str, Any]
) -> tuple[str, list[str]]:
    """Proposes a new street and its sides; gives the street's uid and those of the sides.

    A side stands in the neighbourhood in which it lies: along a boundary the two hands have one
    each, and a street that leads from one into the next has a side in both. Sides outside of the
    editor's area are left to those whose area it is. Raises what `propose_all` raises.
    """
    change_set = locked_draft(change_set, viewer)
    kind = entity("street")
    found = cleaned(kind, values, whole=True)
    street = new_uid()
    proposals = [Proposal(kind.name, "CREATE", street, values=values)]
    if found.get("geometry"):
        line = shapely.geometry.shape(found["geometry"])
        for hand, parity in _HANDS:
            for area in _areas(Drafted(change_set), line, left=hand == "L"):
                if _may_edit(viewer, area):
                    side = {
                        "street": street, "neighbourhood": area, "side": hand, "parity": parity,
                    }  # fmt: skip
                    proposals.append(Proposal("street_side", "CREATE", new_uid(), values=side))
    propose_all(change_set, viewer=viewer, proposals=proposals)
    return street, [p.uid for p in proposals[1:]]


def _areas(drafted: Drafted, line: Any, *, left: bool) -> list[str]:
    """The neighbourhoods (uids) in which one side lies, that with most of it first."""
    points = beside(line, left=left)
    if not points:
        return []
    box = shapely.MultiPoint(points).bounds
    counts: Counter[str] = Counter()
    for body in drafted.near(entity("neighbourhood"), box, limit=_MOST).bodies:
        if body["geometry"]:
            area = shapely.geometry.shape(body["geometry"])
            shapely.prepare(area)
            counts[body["uid"]] = int(shapely.intersects(area, points).sum())
    ranked = [(uid, n) for uid, n in counts.most_common() if n]
    return [uid for i, (uid, n) in enumerate(ranked) if i == 0 or n >= _SHARE * len(points)]


def _may_edit(viewer: Viewer, area: str) -> bool:
    rights = rights_of(viewer)
    if rights.neighbourhoods is None:
        return True
    return areas_of_record(entity("neighbourhood"), area) <= rights.neighbourhoods

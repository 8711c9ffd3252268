"""Moves things to where they belong: doors to their building's street side, corners to their
neighbours, and shared boundaries on both sides at once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NoSuchRecord, locked_draft
from addresses.actions.proposing import Proposal, new_uid, propose_all
from addresses.models import ChangeSet
from addresses.queries.data_model import EntityType, entity
from addresses.queries.drafted import Drafted
from addresses.queries.record_values import InvalidValues, cleaned
from addresses.queries.records import Body
from addresses.queries.surroundings import fitting_number, near_sides
from addresses.rules.along import standings
from addresses.rules.facade import places, snapped
from addresses.rules.shared_edges import Edit

# Outlines that tile the city, and those that lie on the same edges.
_COVERAGE = ("neighbourhood", "district", "province")
_MARGIN = 1e-6  # degrees
_MOST = 500  # neighbours that are looked at


@dataclass(frozen=True)
class Placed:
    """How many doors were moved, and the uid of a new one ("": none was made)."""

    moved: int
    made: str = ""


@transaction.atomic
def place_doors(change_set: ChangeSet, *, viewer: Viewer, building: str) -> Placed:
    """Puts the doors of a building on the side that faces their street. A building that has none
    gets one, on the likeliest side of a near street and with the number that fits there.

    Raises NoSuchRecord, and InvalidValues where outline or street are missing.
    """
    change_set = locked_draft(change_set, viewer)
    drafted = Drafted(change_set)
    outline = _body(drafted, entity("building"), building)
    doors = drafted.having(entity("address"), "building", [building])
    if not doors:
        return Placed(0, _first_door(change_set, viewer, drafted, outline))
    sides = drafted.records(entity("street_side"), {d["side"] for d in doors})
    streets = drafted.records(entity("street"), {s["street"] for s in sides.values()})
    by_street: dict[str, list[Body]] = defaultdict(list)
    for door in doors:
        street = sides[door["side"]]["street"] if door["side"] in sides else ""
        if streets.get(street, {}).get("geometry"):
            by_street[street].append(door)
    if not by_street:
        words = _("No door of it stands on a street that is drawn.")
        raise InvalidValues({"building": [words]})
    proposals = []
    for uid, group in by_street.items():
        line = _shape(streets[uid])
        along = standings(line, [_shape(d) for d in group])
        ordered = [
            d
            for _at, _i, d in sorted(
                (s.at, i, d) for i, (s, d) in enumerate(zip(along, group, strict=True))
            )
        ]
        for door, point in zip(ordered, places(_shape(outline), line, len(group)), strict=True):
            values = {"geometry": _geojson(point), "point_source": "BUILDING"}
            proposals.append(Proposal("address", "UPDATE", door["uid"], values=values))
    propose_all(change_set, viewer=viewer, proposals=proposals)
    return Placed(len(proposals))


def _first_door(change_set: ChangeSet, viewer: Viewer, drafted: Drafted, building: Body) -> str:
    shape = _shape(building)
    likely = near_sides(drafted, shape.representative_point())
    if not likely:
        words = _("No street with a side is near it: draw the street first.")
        raise InvalidValues({"building": [words]})
    beside = likely[0]
    (point,) = places(shape, _shape(beside.street), 1)
    number = fitting_number(drafted, point, beside)
    uid = new_uid()
    values = {
        "side": beside.side["uid"], "building": building["uid"], "number": number.number,
        "suffix": number.suffix, "geometry": _geojson(point), "point_source": "BUILDING",
    }  # fmt: skip
    propose_all(
        change_set, viewer=viewer, proposals=[Proposal("address", "CREATE", uid, values=values)]
    )
    return uid


@transaction.atomic
def snap(
    change_set: ChangeSet, *, viewer: Viewer, entity_name: str, uid: str, metres: float = 1.0
) -> bool:
    """Draws the corners of a record to its neighbours of the same kind; whether it changed."""
    kind = entity(entity_name)
    change_set = locked_draft(change_set, viewer)
    drafted = Drafted(change_set)
    shape = _shape(_body(drafted, kind, uid))
    if not 0 < metres <= 20:
        raise InvalidValues({"metres": [_("From %(low)s to %(high)s.") % {"low": 0, "high": 20}]})
    around = drafted.near(kind, _box(shape, metres / 50_000), limit=_MOST).bodies
    others = [_shape(b) for b in around if b["uid"] != uid]
    found = snapped(shape, others, metres)
    if found.equals_exact(shape, 5e-9):  # half a millimetre
        return False
    proposal = Proposal(kind.name, "UPDATE", uid, values={"geometry": _geojson(found)})
    propose_all(change_set, viewer=viewer, proposals=[proposal])
    return True


@transaction.atomic
def reshape(
    change_set: ChangeSet,
    *,
    viewer: Viewer,
    entity_name: str,
    uid: str,
    geometry: Mapping[str, Any],
    base_version: int | None = None,
) -> list[str]:
    """Gives an outline a new shape, and its neighbours the same edge; gives the uids of all that
    changed, its own first.

    Corners that are moved, added or taken away on a shared edge change on both sides, and on the
    district's and the province's edge that runs along it. Raises InvalidValues, NoSuchRecord.
    """
    kind = entity(entity_name)
    change_set = locked_draft(change_set, viewer)
    drafted = Drafted(change_set)
    body = _body(drafted, kind, uid)
    new = cleaned(kind, {"geometry": geometry}, whole=False)["geometry"]
    proposals = [
        Proposal(kind.name, "UPDATE", uid, values={"geometry": new}, base_version=base_version)
    ]
    if kind.name in _COVERAGE:
        old = _shape(body)
        edit = Edit(old, shapely.geometry.shape(new))
        for name in _COVERAGE[_COVERAGE.index(kind.name) :]:
            proposals += _carried(drafted, entity(name), edit, old, uid)
    propose_all(change_set, viewer=viewer, proposals=proposals)
    return [p.uid for p in proposals]


def _carried(drafted: Drafted, kind: EntityType, edit: Edit, old: Any, own: str) -> list[Proposal]:
    found = []
    for body in drafted.near(kind, _box(old, _MARGIN), limit=_MOST).bodies:
        if body["uid"] == own or body["geometry"] is None:
            continue
        shape = _shape(body)
        after = edit.applied(shape)
        if after.equals_exact(shape, 1e-12):
            continue
        values = {"geometry": _geojson(after)}
        found.append(Proposal(kind.name, "UPDATE", body["uid"], values=values))
    return found


def _body(drafted: Drafted, kind: EntityType, uid: str) -> Body:
    body = drafted.record(kind, uid)
    if body is None:
        raise NoSuchRecord
    if body.get("geometry") is None:
        raise InvalidValues({"geometry": [_("It has no shape.")]})
    return body


def _shape(body: Mapping[str, Any]) -> Any:
    return shapely.geometry.shape(body["geometry"])


def _geojson(shape: Any) -> dict[str, Any]:
    return {
        "type": shape.geom_type,
        "coordinates": _listed(shapely.geometry.mapping(shape)["coordinates"]),
    }


def _listed(value: Any) -> Any:
    return [_listed(v) for v in value] if isinstance(value, list | tuple) else value


def _box(shape: Any, margin: float) -> tuple[float, float, float, float]:
    west, south, east, north = shape.bounds
    return west - margin, south - margin, east + margin, north + margin

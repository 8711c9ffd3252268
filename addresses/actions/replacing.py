"""Splits and merges: old records are retired, new ones take their place, and what belonged to them
goes to the part that holds it. All of it in one draft, with its lineage."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NoSuchRecord, locked_draft
from addresses.actions.heirs import Heirs
from addresses.actions.proposing import Descent, Proposal, new_uid, propose_all
from addresses.models import ChangeSet
from addresses.queries.data_model import EntityType, entity
from addresses.queries.drafted import Drafted
from addresses.queries.parcels import next_parcel_number
from addresses.queries.record_values import InvalidValues, drawn_line
from addresses.queries.records import Body
from addresses.rules.cutting import PARTS_MAX, NoCut, NotJoined, TooManyParts, cut, join, size

SPLITTABLE = ("parcel", "building", "street", "neighbourhood")
# What names a record to others stays with the record that had it.
_OWN = ("code", "source", "source_id", "identifiers", "status")


@transaction.atomic
def split(
    change_set: ChangeSet,
    *,
    viewer: Viewer,
    entity_name: str,
    uid: str,
    line: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]] = (),
    seen: Mapping[str, int] | None = None,
) -> list[str]:
    """Cuts a record along a line (GeoJSON LineString); gives the uids of its parts, the largest
    first. `parts` are values for them, in that order; `seen` the versions that the editor saw.

    Raises InvalidValues("line") where it does not cut, and what `propose_all` raises.
    """
    kind = _splittable(entity_name)
    change_set = locked_draft(change_set, viewer)
    drafted = Drafted(change_set)
    old = _body(drafted, kind, uid)
    try:
        drawn = drawn_line(line)
    except ValueError as error:
        raise InvalidValues({"line": [str(error)]}) from None
    try:
        shapes = cut(_shape(old), drawn)
    except TooManyParts:
        words = _("It would make more than %s parts.") % PARTS_MAX
        raise InvalidValues({"line": [words]}) from None
    except (NoCut, shapely.errors.ShapelyError):
        words = _("The line does not part it: draw it across, from outside to outside.")
        raise InvalidValues({"line": [words]}) from None
    values = [
        _values(change_set, kind, old, shape, i, parts[i] if i < len(parts) else {})
        for i, shape in enumerate(shapes)
    ]
    return _replace(change_set, viewer, kind, drafted, [old], shapes, values, "SPLIT", seen or {})


@transaction.atomic
def merge(
    change_set: ChangeSet,
    *,
    viewer: Viewer,
    entity_name: str,
    uids: Sequence[str],
    values: Mapping[str, Any] | None = None,
    seen: Mapping[str, int] | None = None,
) -> str:
    """Makes one record of several neighbours, with the values of the largest; gives its uid.

    Raises InvalidValues("uids") where they do not touch, and what `propose_all` raises.
    """
    kind = _splittable(entity_name)
    change_set = locked_draft(change_set, viewer)
    drafted = Drafted(change_set)
    olds = [_body(drafted, kind, uid) for uid in dict.fromkeys(map(str, uids))]
    if len(olds) < 2:
        raise InvalidValues({"uids": [_("Choose two or more.")]})
    olds.sort(key=lambda body: size(_shape(body)), reverse=True)
    try:
        shape = join(
            [_shape(body) for body in olds], apart=kind.name in ("street", "neighbourhood")
        )
    except NotJoined:
        words = _("They do not touch: only neighbours are merged.")
        raise InvalidValues({"uids": [words]}) from None
    found = _values(change_set, kind, olds[0], shape, 0, values or {})
    if kind.name == "neighbourhood" and "population" not in (values or {}):
        counts = [body["population"] for body in olds]
        found["population"] = None if None in counts else sum(counts)
    return _replace(
        change_set, viewer, kind, drafted, olds, [shape], [found], "MERGED", seen or {}
    )[0]


def _replace(
    change_set: ChangeSet,
    viewer: Viewer,
    kind: EntityType,
    drafted: Drafted,
    olds: list[Body],
    shapes: list[Any],
    values: list[dict[str, Any]],
    relation: str,
    seen: Mapping[str, int],
) -> list[str]:
    uids = [new_uid() for _shape in shapes]
    proposals = [
        Proposal(kind.name, "CREATE", uid, values=v) for uid, v in zip(uids, values, strict=True)
    ]
    heirs = Heirs(drafted, dict(zip(uids, shapes, strict=True)))
    proposals += heirs.of(kind.name, olds)
    proposals += [
        Proposal(kind.name, "RETIRE", old["uid"], base_version=seen.get(old["uid"])) for old in olds
    ]
    # What only the draft knew has no past.
    lineage = [
        Descent(kind.name, relation, old["uid"], uid)
        for old in olds
        if old["version"]
        for uid in uids
    ]
    propose_all(change_set, viewer=viewer, proposals=proposals, lineage=lineage)
    return uids


def _values(
    change_set: ChangeSet,
    kind: EntityType,
    old: Body,
    shape: Any,
    position: int,
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """The old record's values for one part; what must be unique is counted on."""
    values = {c.name: old[c.name] for c in kind.writable if c.name not in _OWN}
    values["geometry"] = shapely.geometry.mapping(shape)
    if kind.name == "parcel" and "number" not in given:
        number = next_parcel_number(change_set, old["neighbourhood"], old["cadastral_block"])
        values["number"] = str(number + position)
    if kind.name == "neighbourhood":
        values["population"] = None
        if position:
            values["name"] = f"{old['name']} {position + 1}"
    values |= dict(given)
    # GeoJSON of shapely has tuples; a change is stored as JSON has it.
    values["geometry"] = _listed(values["geometry"])
    return {name: value for name, value in values.items() if value not in (None, "", {})}


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _listed(v) for k, v in value.items()}
    return [_listed(v) for v in value] if isinstance(value, list | tuple) else value


def _splittable(name: str) -> EntityType:
    if name not in SPLITTABLE:
        raise InvalidValues({"entity": [_("One of: %s.") % ", ".join(SPLITTABLE)]})
    return entity(name)


def _body(drafted: Drafted, kind: EntityType, uid: str) -> Body:
    body = drafted.record(kind, uid)
    if body is None or body["status"] in ("RETIRED", "REJECTED"):
        raise NoSuchRecord
    if body["geometry"] is None:
        raise InvalidValues({"geometry": [_("It has no shape.")]})
    return body


def _shape(body: Body) -> Any:
    return shapely.geometry.shape(body["geometry"])

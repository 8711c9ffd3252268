"""Numbers the doors of a street by rule, after a look at what would come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NoSuchRecord, locked_draft
from addresses.actions.proposing import Proposal, propose_all
from addresses.models import ChangeSet
from addresses.queries.data_model import entity
from addresses.queries.drafted import Drafted
from addresses.queries.record_values import InvalidValues
from addresses.queries.records import Body
from addresses.rules import numbering
from addresses.rules.along import Standing, clockwise, standings


@dataclass(frozen=True)
class Plan:
    """How a street is numbered. `sides` are those to number: L, R, or both.

    `reverse` begins at the other end. `spacing` is metres for each number, None to count on.
    """

    left_first: int = 1
    right_first: int = 2
    step: int = 2
    spacing: float | None = None
    keep: bool = False
    reverse: bool = False
    sides: tuple[str, ...] = ("L", "R")

    def rule(self, side: str) -> numbering.Rule:
        """Raises ValueError for a rule whose numbers do not grow."""
        first = self.left_first if side == "L" else self.right_first
        return numbering.Rule(first, self.step, self.spacing, self.keep)


@dataclass(frozen=True)
class Given:
    """One door, its old number and the new one. `side` is L or R, `at` metres from the beginning."""

    uid: str
    version: int
    lon: float
    lat: float
    side: str
    at: float
    old: tuple[int, str]
    number: int
    suffix: str
    out_of_order: bool

    @property
    def changed(self) -> bool:
        return self.old != (self.number, self.suffix)


def preview(change_set: ChangeSet | None, *, street: str, plan: Plan) -> list[Given]:
    """What the plan would give, in the order of the street; nothing is written.

    A side that does not tell left from right is numbered by where its doors stand. Squares go
    clockwise from their lowest number. Raises NoSuchRecord, InvalidValues.
    """
    drafted = Drafted(change_set)
    body = drafted.record(entity("street"), street)
    if body is None:
        raise NoSuchRecord
    if body["geometry"] is None:
        raise InvalidValues({"street": [_("It has no shape.")]})
    sides = {s["uid"]: s for s in drafted.having(entity("street_side"), "street", [street])}
    doors = drafted.having(entity("address"), "side", sides)
    if not doors:
        return []
    if body["kind"] == "SQUARE":
        return _numbered(_around(doors), plan)
    line = shapely.geometry.shape(body["geometry"])
    places = standings(line, [_point(d) for d in doors], reverse=plan.reverse)
    found: dict[str, list[tuple[Body, float]]] = {"L": [], "R": []}
    for door, place in zip(doors, places, strict=True):
        found[_side(sides[door["side"]], place, plan)].append((door, place.at))
    return _numbered(found, plan)


@transaction.atomic
def renumber(change_set: ChangeSet, *, viewer: Viewer, street: str, plan: Plan) -> list[Given]:
    """Writes the plan's numbers to the draft; gives those that change."""
    change_set = locked_draft(change_set, viewer)
    changed = [given for given in preview(change_set, street=street, plan=plan) if given.changed]
    proposals = [
        Proposal("address", "UPDATE", g.uid, values={"number": g.number, "suffix": g.suffix})
        for g in changed
    ]
    propose_all(change_set, viewer=viewer, proposals=proposals)
    return changed


def _side(side: Mapping[str, Any], place: Standing, plan: Plan) -> str:
    """The register's word for it, turned if the street is walked from its other end."""
    if side["side"] == "B":
        return "L" if place.left else "R"
    if plan.reverse:
        return "R" if side["side"] == "L" else "L"
    return str(side["side"])


def _around(doors: list[Body]) -> dict[str, list[tuple[Body, float]]]:
    first = min(doors, key=lambda d: (d["number"] or 1_000_000, d["suffix"]))
    turns = clockwise([_point(d) for d in doors], _point(first))
    return {"L": list(zip(doors, turns, strict=True)), "R": []}


def _numbered(doors: Mapping[str, list[tuple[Body, float]]], plan: Plan) -> list[Given]:
    found = []
    for side in plan.sides:
        rows = sorted(doors[side], key=lambda row: row[1])
        try:
            rule = plan.rule(side)
        except ValueError:
            words = _("Numbers grow from 0 or more, by steps and metres above 0.")
            raise InvalidValues({"rule": [words]}) from None
        given = numbering.numbers(
            [numbering.Door(at, door["number"], door["suffix"]) for door, at in rows], rule
        )
        for (door, at), new in zip(rows, given, strict=True):
            lon, lat = door["geometry"]["coordinates"][:2]
            old = (door["number"], door["suffix"])
            found.append(
                Given(
                    door["uid"], door["version"], lon, lat, side, round(at, 1), old,
                    new.number, new.suffix, new.out_of_order,
                )
            )  # fmt: skip
    return found


def _point(door: Body) -> Any:
    return shapely.Point(door["geometry"]["coordinates"][:2])

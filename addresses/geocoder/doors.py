"""Chooses the door that a written house number means among the registered ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from addresses.geocoder.parse import House


class DoorRow(NamedTuple):
    """A door with its side, and the unit asked for if the register has it. Degrees.

    `how` is "" for a living door under its number. For a former one `side_id`, `number` and
    `suffix` are those that it had: it is renumbered or replaced (by the door `address_id`, whose
    number now is `became`, on the side `now_side_id` of `street_id` in `neighbourhood_id`), or
    retired without an heir (no `address_id`).
    """

    address_id: int | None
    side_id: int
    number: int
    suffix: str
    lon: float
    lat: float
    building_id: int | None
    parcel_id: int | None
    unit_id: int | None
    became: str = ""
    how: str = ""
    now_side_id: int | None = None
    street_id: int | None = None
    neighbourhood_id: int | None = None
    building: str = ""  # its name
    block: str = ""


@dataclass(frozen=True)
class Door:
    """A door and how it was reached. `how` is exact, unit (`4/1` is unit 1 of number 4),
    suffix_dropped (`4/A` is given, only 4 exists), suffix_missing (4 is given, only 4/A exists) or
    several_numbers (`42-44`: the first).
    """

    row: DoorRow
    house: House
    how: str
    unit_known: bool = False
    unit_given: bool = False

    @property
    def exact(self) -> bool:
        return self.how in ("exact", "unit")


def best_door(house: House, rows: Sequence[DoorRow], *, unit: str) -> Door | None:
    """The door of `rows` (one number, all its suffixes) that the written number means."""
    by_suffix = {row.suffix.upper(): row for row in reversed(rows)}
    if house.tail and (row := by_suffix.get(house.tail)) is not None:
        return Door(row, house, "exact", bool(unit) and row.unit_id is not None, bool(unit))
    row = by_suffix.get(house.suffix)
    if row is None and house.suffix.startswith("-"):
        row = by_suffix.get(house.suffix[1:])
    if row is None and house.suffix and house.suffix[-1:].isalpha() and house.suffix[:1].isdigit():
        row = by_suffix.get("/" + house.suffix)
    if row is not None:
        given = bool(unit or (house.tail and house.unit))
        # `4/1` is the door with suffix 1: whether it has a unit 1 too was not asked.
        return Door(row, house, "exact", given and row.unit_id is not None, given)
    plain = by_suffix.get("")
    if plain is not None:
        if house.unit and house.suffix == f"-{house.unit}" and int(house.unit) > house.number:
            return Door(plain, house, "several_numbers")
        if house.unit and (not house.tail or house.suffix.isdigit()):
            # `42/1/3`: which of the two is the unit is not known.
            known = plain.unit_id is not None and not house.tail
            return Door(plain, house, "unit", known, True)
        return Door(plain, house, "suffix_dropped", plain.unit_id is not None, bool(unit))
    if rows and not house.suffix:
        first = min(rows, key=lambda r: (len(r.suffix), r.suffix))
        return Door(first, house, "suffix_missing", first.unit_id is not None, bool(unit))
    return None

"""What the geocoder asks of the register besides names. The database answers; names are in the
process (`names`).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from addresses.geocoder.answer import Place
from addresses.geocoder.doors import DoorRow

Point = tuple[float, float]  # longitude, latitude in degrees


def kilometres(a: Point, b: Point) -> float:
    """Between two points of one city: near enough to break a tie."""
    dx = (a[0] - b[0]) * math.cos(math.radians(a[1]))
    return 111.2 * math.hypot(dx, a[1] - b[1])


class Points(NamedTuple):
    """Points by id; a place without one is missing."""

    streets: dict[tuple[int, int], Point]  # by (street, neighbourhood)
    neighbourhoods: dict[int, Point]
    districts: dict[int, Point]


class Between(NamedTuple):
    """The place of a number that a side lacks, between its neighbours there. `metres` lie between
    these."""

    side_id: int
    low: int
    high: int
    lon: float
    lat: float
    metres: float


class ParcelRow(NamedTuple):
    """A parcel; the point lies inside, and is None where the register has no outline."""

    parcel_id: int
    neighbourhood_id: int
    cadastral_block: str
    number: str
    lon: float | None
    lat: float | None


class BuildingRow(NamedTuple):
    """A building with a name; `address_id` if it has exactly one door."""

    building_id: int
    neighbourhood_id: int
    name: str
    block: str
    lon: float | None
    lat: float | None
    address_id: int | None
    side_id: int | None
    street_id: int | None
    number: int | None
    suffix: str | None


class CodedRow(NamedTuple):
    """What has a national code or another body's name. `entity` is unit, address, street_side,
    building, parcel or neighbourhood; `scheme` is "" for the national code."""

    entity: str
    scheme: str
    lon: float | None
    lat: float | None
    unit_id: int | None
    address_id: int | None
    side_id: int | None
    street_id: int | None
    building_id: int | None
    parcel_id: int | None
    neighbourhood_id: int
    number: int | None
    suffix: str | None
    unit_number: str | None


class CrossingRow(NamedTuple):
    """Where two streets meet, or come nearest: `metres` apart, the point in the middle."""

    street_id: int
    other_id: int
    lon: float
    lat: float
    metres: float


class Register(Protocol):
    """What the search asks the database."""

    def doors(
        self, side_ids: Sequence[int], numbers: Sequence[int], unit: str
    ) -> list[DoorRow]: ...

    def former(self, side_ids: Sequence[int], numbers: Sequence[int]) -> list[DoorRow]: ...

    def between(self, side_ids: Sequence[int], number: int) -> list[Between]: ...

    def points(
        self,
        streets: Sequence[tuple[int, int]],
        neighbourhoods: Sequence[int],
        districts: Sequence[int],
    ) -> Points: ...

    def buildings(self, neighbourhoods: Sequence[int]) -> list[BuildingRow]: ...

    def parcels(
        self, block: str, number: str, neighbourhoods: Sequence[int]
    ) -> list[ParcelRow]: ...

    def coded(self, code: str) -> list[CodedRow]: ...

    def crossings(
        self, streets: Sequence[int], others: Sequence[int], metres: float
    ) -> list[CrossingRow]: ...

    def place(self, lon: float, lat: float) -> Place: ...

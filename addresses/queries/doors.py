"""What the geocoder asks of the register besides names: doors and points. Never cached."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from addresses.geocoder.answer import Place
from addresses.geocoder.doors import DoorRow
from addresses.geocoder.register import (
    Between,
    BuildingRow,
    CodedRow,
    CrossingRow,
    ParcelRow,
    Point,
    Points,
)
from addresses.queries.at_point import at_point
from addresses.queries.names import Version, register_version, version_of
from core.queries import sql


class DatabaseRegister:
    """The register in the database, as the search wants to see it: now, or on a day."""

    def __init__(self, as_of: date | None = None) -> None:
        self._as_of = as_of
        self._version: Version | None = None

    def version(self) -> Version:
        """The state of the register after its last answer. Most searches end with a question whose
        answer told it; only otherwise is it asked for.
        """
        return self._version or register_version()

    def _ask(
        self, app: str, name: str, *, often: bool = True, **parameters: Any
    ) -> list[dict[str, Any]]:
        """What is asked often is planned once; of the past each day is a question apart."""
        run = sql.run_planned if often and self._as_of is None else sql.run
        rows = run(app, name, parameters | {"as_of": self._as_of})
        told = rows[0].get("version") if rows else None
        self._version = version_of(told) if told else None
        return rows

    def doors(self, side_ids: Sequence[int], numbers: Sequence[int], unit: str) -> list[DoorRow]:
        """The living doors of these numbers on these sides, all suffixes."""
        rows = self._ask(
            "addresses", "geocode_doors", sides=list(side_ids), numbers=list(numbers), unit=unit
        )
        return [DoorRow(**row) for row in _present(rows)]

    def former(self, side_ids: Sequence[int], numbers: Sequence[int]) -> list[DoorRow]:
        """The doors that had these numbers once. Nothing as of a day: then they had them."""
        if self._as_of is not None:
            return []
        rows = self._ask("addresses", "geocode_former", sides=list(side_ids), numbers=list(numbers))
        return [DoorRow(**row) for row in rows]

    def taught(self, keys: Sequence[str]) -> dict[str, Any] | None:
        """The living door that a person said some words mean (by `geocoder.aliases.key_of`)."""
        return next(iter(_present(self._ask("addresses", "geocode_taught", keys=list(keys)))), None)

    def between(self, side_ids: Sequence[int], number: int) -> list[Between]:
        """The neighbours of a number that these sides lack, nearest first."""
        rows = self._ask("addresses", "geocode_between", sides=list(side_ids), number=number)
        return [Between(**row) for row in rows]

    def buildings(self, neighbourhoods: Sequence[int]) -> list[BuildingRow]:
        """The named buildings of some neighbourhoods."""
        areas = list(neighbourhoods)
        rows = self._ask("addresses", "geocode_buildings", often=False, neighbourhoods=areas)
        return [BuildingRow(**row) for row in rows]

    def parcels(self, block: str, number: str, neighbourhoods: Sequence[int]) -> list[ParcelRow]:
        """The parcels of this number in some neighbourhoods."""
        areas = list(neighbourhoods)
        rows = self._ask(
            "addresses",
            "geocode_parcels",
            often=False,
            block=block,
            number=number,
            neighbourhoods=areas,
        )
        return [ParcelRow(**row) for row in rows]

    def coded(self, code: str) -> list[CodedRow]:
        """Whatever has this code."""
        return [CodedRow(**row) for row in self._ask("addresses", "geocode_coded", code=code)]

    def crossings(
        self, streets: Sequence[int], others: Sequence[int], metres: float
    ) -> list[CrossingRow]:
        """Where streets meet or come within some metres, nearest first."""
        between = {"streets": list(streets), "others": list(others), "metres": metres}
        rows = self._ask("addresses", "geocode_crossings", often=False, **between)
        return [CrossingRow(**row) for row in rows]

    def place(self, lon: float, lat: float) -> Place:
        """What is at a point (degrees)."""
        self._version = None  # it asks by itself
        return at_point(lon, lat, as_of=self._as_of)

    def points(
        self,
        streets: Sequence[tuple[int, int]],
        neighbourhoods: Sequence[int],
        districts: Sequence[int],
    ) -> Points:
        """Points of places that are answered without a door."""
        found = Points({}, {}, {})
        rows = self._ask(
            "addresses",
            "geocode_points",
            streets=[street for street, _area in streets],
            street_neighbourhoods=[area for _street, area in streets],
            neighbourhoods=list(neighbourhoods),
            districts=list(districts),
        )
        for row in rows:
            point: Point = (row["lon"], row["lat"])
            if row["what"] == "S":
                found.streets[(row["id"], row["neighbourhood_id"])] = point
            elif row["what"] == "N":
                found.neighbourhoods[row["id"]] = point
            else:
                found.districts[row["id"]] = point
        return found


def _present(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that carry the version, without it; none where there is nothing but the version."""
    for row in rows:
        del row["version"]
    return [row for row in rows if row["address_id"] is not None]

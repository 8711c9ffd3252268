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
from core.queries import sql


class DatabaseRegister:
    """The register in the database, as the search wants to see it: now, or on a day."""

    def __init__(self, as_of: date | None = None) -> None:
        self._as_of = as_of

    def _rows(self, app: str, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Planned once for what is asked all the time; of the past each day is a question apart."""
        run = sql.run_planned if self._as_of is None else sql.run
        return run(app, name, parameters | {"as_of": self._as_of})

    def doors(self, side_ids: Sequence[int], numbers: Sequence[int], unit: str) -> list[DoorRow]:
        """The living doors of these numbers on these sides, all suffixes."""
        rows = self._rows(
            "addresses", "geocode_doors", sides=list(side_ids), numbers=list(numbers), unit=unit
        )
        return [DoorRow(**row) for row in rows]

    def former(self, side_ids: Sequence[int], numbers: Sequence[int]) -> list[DoorRow]:
        """The doors that had these numbers once. Nothing as of a day: then they had them."""
        if self._as_of is not None:
            return []
        parameters = {"sides": list(side_ids), "numbers": list(numbers)}
        return [DoorRow(**r) for r in sql.run_planned("addresses", "geocode_former", parameters)]

    def between(self, side_ids: Sequence[int], number: int) -> list[Between]:
        """The neighbours of a number that these sides lack, nearest first."""
        rows = self._rows("addresses", "geocode_between", sides=list(side_ids), number=number)
        return [Between(**row) for row in rows]

    def buildings(self, neighbourhoods: Sequence[int]) -> list[BuildingRow]:
        """The named buildings of some neighbourhoods."""
        parameters = {"neighbourhoods": list(neighbourhoods), "as_of": self._as_of}
        return [BuildingRow(**row) for row in sql.run("addresses", "geocode_buildings", parameters)]

    def parcels(self, block: str, number: str, neighbourhoods: Sequence[int]) -> list[ParcelRow]:
        """The parcels of this number in some neighbourhoods."""
        parameters = {
            "block": block, "number": number, "neighbourhoods": list(neighbourhoods),
            "as_of": self._as_of,
        }  # fmt: skip
        return [ParcelRow(**row) for row in sql.run("addresses", "geocode_parcels", parameters)]

    def coded(self, code: str) -> list[CodedRow]:
        """Whatever has this code."""
        return [CodedRow(**row) for row in self._rows("addresses", "geocode_coded", code=code)]

    def crossings(
        self, streets: Sequence[int], others: Sequence[int], metres: float
    ) -> list[CrossingRow]:
        """Where streets meet or come within some metres, nearest first."""
        parameters = {
            "streets": list(streets), "others": list(others), "metres": metres,
            "as_of": self._as_of,
        }  # fmt: skip
        return [CrossingRow(**row) for row in sql.run("addresses", "geocode_crossings", parameters)]

    def place(self, lon: float, lat: float) -> Place:
        """What is at a point (degrees)."""
        return at_point(lon, lat, as_of=self._as_of)

    def points(
        self,
        streets: Sequence[tuple[int, int]],
        neighbourhoods: Sequence[int],
        districts: Sequence[int],
    ) -> Points:
        """Points of places that are answered without a door."""
        found = Points({}, {}, {})
        rows = self._rows(
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

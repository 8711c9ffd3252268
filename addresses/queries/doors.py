"""What the geocoder asks of the register besides names: doors and points. Never cached."""

from collections.abc import Sequence
from datetime import date

from addresses.geocoder.doors import DoorRow
from addresses.geocoder.search import Point, Points
from core.queries import sql


class DatabaseRegister:
    """The register in the database, as the search wants to see it: now, or on a day."""

    def __init__(self, as_of: date | None = None) -> None:
        self._as_of = as_of

    def doors(self, side_ids: Sequence[int], numbers: Sequence[int], unit: str) -> list[DoorRow]:
        """The living doors of these numbers on these sides, all suffixes."""
        parameters = {
            "sides": list(side_ids), "numbers": list(numbers), "unit": unit, "as_of": self._as_of,
        }  # fmt: skip
        return [DoorRow(**row) for row in sql.run("addresses", "geocode_doors", parameters)]

    def points(
        self,
        streets: Sequence[tuple[int, int]],
        neighbourhoods: Sequence[int],
        districts: Sequence[int],
    ) -> Points:
        """Points of places that are answered without a door."""
        found = Points({}, {}, {})
        rows = sql.run(
            "addresses",
            "geocode_points",
            {
                "streets": [street for street, _area in streets],
                "street_neighbourhoods": [area for _street, area in streets],
                "neighbourhoods": list(neighbourhoods),
                "districts": list(districts),
            },
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

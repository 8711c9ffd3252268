"""What the register has inside an outline: names that a person knows the place by."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from addresses.models.entity import LIVING
from core.queries import sql


@dataclass(frozen=True)
class Place:
    """`name` is what to call it; streets are the longest inside (at most 8) of `street_count`."""

    name: str
    neighbourhood: str
    neighbourhood_id: int | None
    district_id: int | None
    streets: list[str]
    street_count: int
    buildings: int


def places_in(outlines: Sequence[shapely.Geometry]) -> list[Place]:
    """A place for each outline (EPSG:4326), in their order. Cost: some milliseconds each."""
    if not outlines:
        return []
    rows = sql.run(
        "spatial_analytics",
        "places_in_outlines",
        {
            "outlines": [shapely.to_wkb(shape) for shape in outlines],
            "living": [str(state) for state in LIVING],
        },
    )
    return [
        Place(
            name=_name(row["landmark"], row["streets"], row["neighbourhood"], row["district"]),
            neighbourhood=row["neighbourhood"] or "",
            neighbourhood_id=row["neighbourhood_id"],
            district_id=row["district_id"],
            streets=row["streets"],
            street_count=row["street_count"],
            buildings=row["buildings"],
        )
        for row in rows
    ]


def _name(
    landmark: str | None, streets: list[str], neighbourhood: str | None, district: str | None
) -> str:
    """By the nearest landmark, else the longest street, and the neighbourhood that it lies in."""
    known = landmark or (streets[0] if streets else "")
    parts = [part for part in (known, neighbourhood or district or "") if part]
    return ", ".join(parts)[:200]

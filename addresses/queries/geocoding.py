"""The geocoder's two questions: where is this text, and what is at this point."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from addresses.conf import CONF
from addresses.geocoder import language
from addresses.geocoder.answer import Answer, Candidate, Evidence
from addresses.geocoder.labels import label
from addresses.geocoder.search import search
from addresses.queries.doors import DatabaseRegister
from addresses.queries.names import current, names_on
from addresses.rules import house_number
from core.queries import sql

__all__ = [
    "Answer", "Candidate", "Evidence", "Place", "geocode", "reverse",
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What the register has at a bare point (degrees). Only here does a polygon decide the area.

    `district_id` is None outside the city. `door_m` is the distance to the nearest door within
    50 m, `boundary_m` the one to the district's boundary, `other_district_id` the district behind
    it when that is within 15 m. `door_neighbourhood_id` is the registered neighbourhood of the
    nearest door. Warnings: `door_registered_elsewhere` (that door belongs to another
    neighbourhood than the polygon says), `district_conflict` (the polygons of neighbourhood and
    district disagree), `near_boundary`.
    """

    lon: float
    lat: float
    label: str = ""
    district_id: int | None = None
    neighbourhood_id: int | None = None
    street_id: int | None = None
    side_id: int | None = None
    address_id: int | None = None
    building_id: int | None = None
    parcel_id: int | None = None
    door_m: float | None = None
    door_neighbourhood_id: int | None = None
    boundary_m: float | None = None
    other_district_id: int | None = None
    warnings: tuple[str, ...] = ()


def geocode(
    text: str,
    *,
    limit: int = 5,
    near: tuple[float, float] | None = None,
    as_of: date | None = None,
) -> Answer:
    """The places that a free text means, best first; `near` (lon, lat in degrees) breaks ties.

    Streets are found by their former names too, and doors by their former numbers: the label says
    what they are called now, or, with `as_of`, what they were called on that day.

    Never guesses a street or number that the register lacks: an unknown number gives the street
    with the warning `number_not_found` and category C. Only the first 1,000 characters are read.
    """
    cut = text[: CONF.query_max]
    answer = search(cut, current(), DatabaseRegister(as_of), limit=limit, near=near)
    if as_of is not None:
        answer = _as_called(answer, as_of)
    if len(text) > len(cut):
        return replace(answer, warnings=(*answer.warnings, "too_long"))
    return answer


def _as_called(answer: Answer, day: date) -> Answer:
    """The candidates under the street names of a day."""
    then = names_on(day, [c.street_id for c in answer.candidates if c.street_id is not None])
    candidates = []
    for candidate in answer.candidates:
        now, old = then.get(candidate.street_id or 0, ("", ""))
        label_then = candidate.label.replace(now, old, 1) if now else candidate.label
        candidates.append(replace(candidate, label=label_then))
    warnings = tuple(w for w in answer.warnings if w != "former_name")
    return replace(answer, candidates=tuple(candidates), warnings=warnings)


def reverse(lon: float, lat: float, *, as_of: date | None = None) -> Place:
    """What is at a point, now or on a day. Raises ValueError for coordinates that are no degrees."""
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise ValueError(f"({lon}, {lat}) is no point on the map in degrees")
    parameters = {
        "lon": lon,
        "lat": lat,
        "near_m": CONF.near_door_m,
        "boundary_m": CONF.near_boundary_m,
        "as_of": as_of,
    }
    row = sql.run("addresses", "reverse", parameters)[0]
    if row["district_id"] is None:
        return Place(lon, lat)
    return Place(
        lon=lon,
        lat=lat,
        label=_label(row),
        district_id=row["district_id"],
        neighbourhood_id=row["neighbourhood_id"],
        street_id=row["street_id"],
        side_id=row["side_id"],
        address_id=row["address_id"],
        building_id=row["building_id"],
        parcel_id=row["parcel_id"],
        door_m=row["door_m"],
        door_neighbourhood_id=row["door_neighbourhood_id"],
        boundary_m=row["boundary_m"],
        other_district_id=row["other_district_id"],
        warnings=_warnings(row),
    )


def _label(row: dict[str, Any]) -> str:
    """The nearest door's street and number with the areas of the point."""
    number = ""
    if row["number"]:
        number = house_number.written(row["number"], row["suffix"])
    return label(
        language.load(row["language"]),
        street=row["street"] or "",
        number=number,
        neighbourhood=row["neighbourhood"] or "",
        district=row["district"],
        province=row["province"],
    )


def _warnings(row: dict[str, Any]) -> tuple[str, ...]:
    found = []
    door = row["door_neighbourhood_id"]
    if door is not None and door != row["neighbourhood_id"]:
        found.append("door_registered_elsewhere")
    if row["polygon_district_id"] not in (None, row["district_id"]):
        found.append("district_conflict")
    if row["other_district_id"] is not None:
        found.append("near_boundary")
    return tuple(found)

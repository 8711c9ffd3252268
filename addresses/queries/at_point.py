"""What is at a bare point, in one statement."""

from datetime import date
from typing import Any

from addresses.conf import CONF
from addresses.geocoder import language
from addresses.geocoder.answer import Place
from addresses.geocoder.labels import label
from addresses.rules import house_number
from core.queries import sql


def at_point(lon: float, lat: float, *, as_of: date | None = None) -> Place:
    """What is at a point, now or on a day. Raises ValueError for coordinates that are no degrees."""
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise ValueError(f"({lon}, {lat}) is no point on the map in degrees")
    parameters = {
        "lon": lon,
        "lat": lat,
        "near_m": CONF.near_door_m,
        "crossing_m": CONF.near_crossing_m,
        "boundary_m": CONF.boundary_seen_m,
        "as_of": as_of,
    }
    row = sql.run_planned("addresses", "reverse", parameters)[0]
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
        other_district_id=row["other_district_id"] if _near_boundary(row) else None,
        warnings=_warnings(row),
        street_m=row["street_m"],
        crossing=(row["crossing_lon"], row["crossing_lat"]) if row["crossing_first"] else None,
        crossing_m=row["crossing_m"],
        crossing_streets=tuple(filter(None, (row["crossing_first"], row["crossing_second"]))),
        crossing_street_ids=tuple(
            filter(None, (row["crossing_first_id"], row["crossing_second_id"]))
        ),
    )


def _near_boundary(row: dict[str, Any]) -> bool:
    return row["boundary_m"] is not None and row["boundary_m"] <= CONF.near_boundary_m


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
    if _near_boundary(row):
        found.append("near_boundary")
    return tuple(found)

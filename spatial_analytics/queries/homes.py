"""Where the city lives, from the register."""

from typing import Any

from addresses.models.entity import LIVING
from core.queries import sql


def homes_of_doors() -> list[dict[str, Any]]:
    """Dwellings and residents at every door in force: lon, lat (EPSG:4326), district_id,
    neighbourhood_id, street_id, dwellings, residents."""
    return sql.run(
        "spatial_analytics", "homes_of_doors", {"living": [str(state) for state in LIVING]}
    )


def street_lengths() -> list[dict[str, Any]]:
    """Kilometres of street of every area: level, area_id, km."""
    return sql.run(
        "spatial_analytics", "street_lengths", {"living": [str(state) for state in LIVING]}
    )

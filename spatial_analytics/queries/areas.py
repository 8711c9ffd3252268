"""The areas of a level: names, what they lie in, shapes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addresses.models import District, Neighbourhood, Street
from addresses.models.entity import LIVING
from core.queries import sql
from spatial_analytics.rules.hexes import ring_of


@dataclass(frozen=True)
class Area:
    name: str
    parent: str = ""


def areas(level: str, within: Mapping[str, Sequence[int | str]]) -> dict[int, Area]:
    """Those in force, by id; of hexagons none: they are known by their figures. `within`: only those of
    these districts and neighbourhoods."""
    if level == "cell":
        return {}
    model: Any = {"district": District, "neighbourhood": Neighbourhood, "street": Street}[level]
    rows = model.objects.filter(status__in=LIVING)
    if districts := within.get("district"):
        rows = rows.filter(**{_IN_DISTRICT[level]: districts})
    if neighbourhoods := within.get("neighbourhood"):
        rows = rows.filter(**{_IN_NEIGHBOURHOOD[level]: neighbourhoods}).distinct()
    if level == "district":
        return {pk: Area(name) for pk, name in rows.values_list("pk", "name")}
    found = rows.values_list("pk", "name", "district__name")
    return {pk: Area(name, parent) for pk, name, parent in found}


_IN_DISTRICT = {"district": "pk__in", "neighbourhood": "district__in", "street": "district__in"}
_IN_NEIGHBOURHOOD = {
    "district": "neighbourhoods__in",
    "neighbourhood": "pk__in",
    "street": "sides__neighbourhood__in",
}


def shapes(level: str, ids: list[int]) -> dict[int, dict[str, Any]]:
    """GeoJSON geometry (EPSG:4326) by id, for files; boundaries are generalised together."""
    if level == "cell":
        return {cell: {"type": "Polygon", "coordinates": [ring_of(cell)]} for cell in ids}
    if level == "street":
        return {row["id"]: json.loads(row["geometry"]) for row in _streets(ids)}
    band = 8 if level == "district" else 10
    rows = sql.run("spatial_analytics", "area_shapes", {"level": level.upper(), "band": band})
    wanted = set(ids)
    return {row["id"]: json.loads(row["geometry"]) for row in rows if row["id"] in wanted}


def _streets(ids: list[int]) -> list[dict[str, Any]]:
    return sql.run("spatial_analytics", "street_shapes", {"ids": ids})

"""What counts are divided by: residents, dwellings and kilometres of street of every area."""

from collections.abc import Mapping, Sequence

from addresses.models import District, Neighbourhood
from addresses.models.entity import LIVING
from spatial_analytics.models import AreaMeasure, CellHomes
from spatial_analytics.queries.areas import areas

_LEVELS = {"district": AreaMeasure.Level.DISTRICT, "neighbourhood": AreaMeasure.Level.NEIGHBOURHOOD,
           "street": AreaMeasure.Level.STREET}  # fmt: skip


Within = Mapping[str, Sequence[int | str]]


def measures(level: str, per: str, resolution: int, within: Within) -> dict[int, float]:
    """By area id (for cells by H3 index): those that have any. `within`: only areas, and parts of cells, of these
    districts and neighbourhoods."""
    if level == "cell":
        return _of_cells(per, resolution, within)
    found = _of_areas(level, per)
    if any(within.get(name) for name in ("district", "neighbourhood")):
        inside = areas(level, within)
        found = {pk: value for pk, value in found.items() if pk in inside}
    return found


def _of_areas(level: str, per: str) -> dict[int, float]:
    if per == "residents" and level != "street":
        return _residents(level)
    rows = AreaMeasure.objects.filter(level=_LEVELS[level], **{f"{per}__gt": 0})
    return dict(rows.values_list("area_id", per))


def _residents(level: str) -> dict[int, float]:
    """As the register has them now; of a district that says nothing, those of its neighbourhoods."""
    known: dict[int, float] = {}
    rows = Neighbourhood.objects.filter(status__in=LIVING, population__gt=0)
    for pk, district, residents in rows.values_list("pk", "district_id", "population"):
        key = pk if level == "neighbourhood" else district
        known[key] = known.get(key, 0.0) + float(residents or 0)
    if level == "district":
        told = District.objects.filter(status__in=LIVING, population__gt=0)
        known |= {pk: float(n or 0) for pk, n in told.values_list("pk", "population")}
    return known


def _of_cells(per: str, resolution: int, within: Within) -> dict[int, float]:
    if per == "km":
        return {}
    found: dict[int, float] = {}
    rows = CellHomes.objects.filter(resolution=resolution, **{f"{per}__gt": 0})
    for name in ("district", "neighbourhood"):
        if within.get(name):
            rows = rows.filter(**{f"{name}_id__in": within[name]})
    for cell, value in rows.values_list("cell", per):
        found[cell] = found.get(cell, 0.0) + value
    return found

"""What counts are divided by: residents, dwellings and kilometres of street of every area."""

from spatial_analytics.models import AreaMeasure, CellHomes

_LEVELS = {"district": AreaMeasure.Level.DISTRICT, "neighbourhood": AreaMeasure.Level.NEIGHBOURHOOD,
           "street": AreaMeasure.Level.STREET}  # fmt: skip


def measures(level: str, per: str, resolution: int) -> dict[int, float]:
    """By area id (for cells by H3 index): those that have any."""
    if level == "cell":
        return _of_cells(per, resolution)
    rows = AreaMeasure.objects.filter(level=_LEVELS[level], **{f"{per}__gt": 0})
    return dict(rows.values_list("area_id", per))


def _of_cells(per: str, resolution: int) -> dict[int, float]:
    if per == "km":
        return {}
    found: dict[int, float] = {}
    rows = CellHomes.objects.filter(resolution=resolution, **{f"{per}__gt": 0})
    for cell, value in rows.values_list("cell", per):
        found[cell] = found.get(cell, 0.0) + value
    return found

"""Spreads the residents of neighbourhoods over the cells and streets that their dwellings lie in."""

from collections import defaultdict

import h3.api.basic_int as h3
from django.core.cache import cache
from django.db import transaction

from spatial_analytics.models import AreaMeasure, CellHomes
from spatial_analytics.queries.homes import homes_of_doors, street_lengths
from spatial_analytics.rules.hexes import COARSEST, FINEST
from tiles.actions.versions import data_changed
from tiles.queries.versions import data_version

# With the resolutions: where those become others, the homes are made anew.
_SEEN = f"density-homes-of:{COARSEST}-{FINEST}"
Part = tuple[int, int, int]  # cell, district, neighbourhood


def refresh_homes() -> int | None:
    """Makes the homes of all cells anew if the register has changed since; gives the rows, None where
    nothing has changed."""
    version = data_version("register")
    if cache.get(_SEEN) == version and AreaMeasure.objects.exists():
        return None
    rows = rebuild_homes()
    cache.set(_SEEN, version, timeout=None)
    return rows


@transaction.atomic
def rebuild_homes() -> int:
    """Replaces the homes of all cells; gives the rows."""
    finest: dict[Part, list[float]] = defaultdict(lambda: [0.0, 0.0])
    areas: dict[tuple[str, int], AreaMeasure] = {}
    for door in homes_of_doors():
        cell = h3.latlng_to_cell(door["lat"], door["lon"], FINEST)
        part = finest[cell, door["district_id"], door["neighbourhood_id"]]
        part[0] += door["residents"]
        part[1] += door["dwellings"]
        for level in AreaMeasure.Level:
            of = _area(areas, level, door[f"{level}_id"])
            of.residents += door["residents"]
            of.dwellings += door["dwellings"]
    _measure_areas(areas)
    CellHomes.objects.all().delete()
    total = 0
    for resolution in range(COARSEST, FINEST + 1):
        sums: dict[Part, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for (cell, district, neighbourhood), (residents, dwellings) in finest.items():
            part = sums[h3.cell_to_parent(cell, resolution), district, neighbourhood]
            part[0] += residents
            part[1] += dwellings
        rows = [
            CellHomes(
                resolution=resolution, cell=cell, district_id=district, neighbourhood_id=area,
                residents=residents, dwellings=dwellings,
            )
            for (cell, district, area), (residents, dwellings) in sorted(sums.items())
        ]  # fmt: skip
        total += len(CellHomes.objects.bulk_create(rows, batch_size=5000))
    data_changed("density")
    return total


def _area(areas: dict[tuple[str, int], AreaMeasure], level: str, pk: int) -> AreaMeasure:
    return areas.setdefault((level, pk), AreaMeasure(level=level, area_id=pk))


def _measure_areas(areas: dict[tuple[str, int], AreaMeasure]) -> None:
    """Adds the streets and stores all of it."""
    for row in street_lengths():
        _area(areas, row["level"], row["area_id"]).km = row["km"]
    AreaMeasure.objects.all().delete()
    AreaMeasure.objects.bulk_create(areas.values(), batch_size=5000)

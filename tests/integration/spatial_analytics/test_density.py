"""Cases per hexagon: the same numbers as counting the points, and nothing small for the public."""

from collections import Counter
from datetime import timedelta

import h3.api.basic_int as h3
import mapbox_vector_tile
import pytest
from django.utils import timezone

from accounts.rules.roles import Permission
from accounts.rules.viewer import ANONYMOUS, Viewer
from cases.models import Case
from spatial_analytics.queries.density import density_figures, density_tile
from spatial_analytics.queries.reach import Counted
from spatial_analytics.rules.density import read_density
from spatial_analytics.tile_layers import LAYERS
from tests.integration.spatial_analytics.city import Town
from tiles.layers import TileRequest
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db
ANALYST = Viewer(user_id=1, permissions=frozenset({Permission.SEE_ANALYTICS}))
WHOLE_TOWN = TileAddress(9, 295, 194)


def cells(viewer: Viewer, tile: TileAddress = WHOLE_TOWN, **parameters) -> dict[str, int]:
    data = density_tile(TileRequest(tile, viewer, parameters))
    if not data:
        return {}
    features = mapbox_vector_tile.decode(data)["density"]["features"]
    return {f["properties"]["h3"]: f["properties"]["cases"] for f in features}


def asked(now, **query: str):
    return read_density(query, today=timezone.localdate(now), usual_days=365)


@pytest.mark.parametrize("resolution", [6, 7, 8, 9, 10])
def test_parents_by_bits_in_sql_are_the_parents(town: Town, now, resolution):
    found = density_figures(asked(now), Counted.ALL, resolution=resolution)
    counted = {figure.cell: figure.cases for figure in found}
    points = Case.objects.values_list("geom", flat=True)
    expected = Counter(
        h3.cell_to_parent(h3.latlng_to_cell(point.y, point.x, 10), resolution) for point in points
    )
    assert counted == expected


def test_the_public_sees_public_cases_and_no_cell_under_three(town: Town):
    assert sorted(cells(ANONYMOUS, days=30).values()) == [3, 3, 4, 8]
    assert sorted(cells(ANALYST, days=30).values()) == [2, 3, 3, 4, 8]


def test_a_cell_with_two_cases_is_left_out_for_the_public(town: Town, now):
    town.cases(2, at=now - timedelta(days=2), lon=27.99, lat=39.61)
    assert len(cells(ANALYST, days=30)) == len(cells(ANONYMOUS, days=30)) + 2


def test_period_and_group(town: Town):
    assert sum(cells(ANALYST, days=365).values()) == 21
    assert sum(cells(ANALYST, days=30).values()) == 20
    assert cells(ANALYST, days=30, group=town.parks.pk).popitem()[1] == 3


def test_a_tile_elsewhere_is_empty(town: Town):
    assert density_tile(TileRequest(TileAddress(9, 10, 10), ANALYST, {})) == b""


def test_the_cells_of_neighbouring_tiles_together_hold_every_case(town: Town):
    found: dict[str, int] = {}
    for x in range(2364, 2367):
        for y in range(1555, 1560):
            found |= cells(ANALYST, TileAddress(12, x, y), days=365)
    assert sum(found.values()) == 21


def test_a_box_leaves_nothing_out(town: Town, now):
    inside = density_figures(
        asked(now), Counted.ALL, resolution=8, bounds=WHOLE_TOWN.bounds
    )
    assert sum(figure.cases for figure in inside) == 21


@pytest.mark.parametrize(
    ("layer", "field", "text"),
    [("density", "days", "0"), ("density", "group", "1;"), ("choropleth", "level", "street")],
)
def test_layers_refuse_what_they_do_not_know(layer, field, text):
    check = next(one for one in LAYERS if one.name == layer).parameters[field]
    with pytest.raises(ValueError, match=text):
        check(text)


def test_the_density_of_the_public_is_its_own_in_the_cache():
    density = next(one for one in LAYERS if one.name == "density")
    request = TileRequest(WHOLE_TOWN, ANONYMOUS, {})
    own = TileRequest(WHOLE_TOWN, ANALYST, {})
    assert density.audience(ANONYMOUS) == "public"
    assert density.cache_key(request) != density.cache_key(own)

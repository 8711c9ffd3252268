"""Which regions a change touches."""

import math

from hypothesis import given
from hypothesis import strategies as st

from tiles.conf import CONF
from tiles.rules.grid import TileAddress
from tiles.rules.regions import region_of, regions_of

LON, LAT = st.floats(-179.9, 179.9), st.floats(-84.9, 84.9)
_WORLD_M = 40075016.68


def across(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Columns and rows from the north-west corner, with the parts within a tile."""
    n = 1 << z
    return (lon + 180) / 360 * n, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n


@given(
    lon=LON, lat=LAT, z=st.integers(CONF.region_first, 18), dx=st.floats(-1, 1), dy=st.floats(-1, 1)
)
def test_every_tile_whose_buffer_holds_the_place_follows_a_touched_region(lon, lat, z, dx, dy):
    """Also where the layer draws it up to the reserve away from where it is."""
    reach = 64 / 4096 + (CONF.region_reserve_m - 1) / _WORLD_M * (1 << z)
    column, row = across(lon, lat, z)
    x, y = math.floor(column + dx * reach), math.floor(row + dy * reach)
    if not (0 <= x < 1 << z and 0 <= y < 1 << z):
        return
    touched = regions_of([(lon, lat, lon, lat)])
    assert touched is not None
    assert region_of(TileAddress(z, x, y)) in touched


@given(lon=LON, lat=LAT, z=st.integers(CONF.region_first, 14))
def test_a_place_touches_its_own_region_and_at_most_three_beside_it(lon, lat, z):
    touched = regions_of([(lon, lat, lon, lat)]) or set()
    assert 1 <= sum(region.startswith(f"{z}/") for region in touched) <= 4


def test_two_tiles_away_nothing_is_touched():
    touched = regions_of([(27.9, 39.6, 27.9, 39.6)]) or set()
    column, row = across(27.9, 39.6, 14)
    for step in (-2, 2):
        assert f"14/{int(column) + step}/{int(row)}" not in touched
        assert f"14/{int(column)}/{int(row) + step}" not in touched


def test_what_touches_too_many_regions_is_everywhere():
    assert regions_of([(26.0, 39.0, 29.0, 41.0)]) is None
    far_apart = [(lon / 10, 39.0, lon / 10, 39.0) for lon in range(200)]
    assert regions_of(far_apart) is None


def test_a_tile_follows_one_region():
    assert region_of(TileAddress(7, 70, 48)) is None
    assert region_of(TileAddress(8, 147, 96)) == "8/147/96"
    assert region_of(TileAddress(14, 9461, 6204)) == "14/9461/6204"
    assert region_of(TileAddress(16, 37847, 24819)) == "14/9461/6204"

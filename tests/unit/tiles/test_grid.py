"""The web-Mercator grid."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiles.rules.grid import MAX_ZOOM, TileAddress, across, down

EDGE = 85.0511287798066


def test_the_whole_world():
    assert TileAddress(0, 0, 0).bounds == pytest.approx((-180, -EDGE, 180, EDGE))


def test_a_known_tile():
    west, south, east, north = TileAddress(1, 1, 0).bounds
    assert (west, east) == (0, 180)
    assert south == pytest.approx(0, abs=1e-12)
    assert north == pytest.approx(EDGE)


def test_the_tile_of_balikesir():
    west, south, east, north = TileAddress(12, 2365, 1556).bounds
    assert west < 27.9 < east
    assert south < 39.6 < north


@pytest.mark.parametrize(
    ("z", "x", "y", "says"),
    [
        (-1, 0, 0, "z"),
        (MAX_ZOOM + 1, 0, 0, "z"),
        (3, 8, 0, "x"),
        (3, -1, 0, "x"),
        (3, 0, 8, "y"),
        (3, 0, -1, "y"),
        (0, 0, 1, "y"),
    ],
)
def test_outside_the_grid(z, x, y, says):
    with pytest.raises(ValueError, match=f"^{says}, 0 ile "):
        TileAddress(z, x, y)


addresses = st.integers(0, MAX_ZOOM).flatmap(
    lambda z: st.tuples(st.just(z), st.integers(0, 2**z - 1), st.integers(0, 2**z - 1))
)


@given(addresses)
def test_across_and_down_find_the_tile_again(zxy):
    z, x, y = zxy
    west, south, east, north = TileAddress(z, x, y).bounds
    n = 1 << z
    assert (across(west) * n, across(east) * n) == pytest.approx((x, x + 1), abs=1e-6)
    assert (down(north) * n, down(south) * n) == pytest.approx((y, y + 1), abs=1e-6)


def test_beyond_the_map_is_its_edge():
    assert down(90) == down(EDGE) == pytest.approx(0, abs=1e-12)
    assert down(-90) == pytest.approx(1)


@given(addresses)
def test_neighbours_share_their_edges_exactly(zxy):
    z, x, y = zxy
    west, south, east, north = TileAddress(z, x, y).bounds
    assert -180 <= west < east <= 180
    assert -EDGE - 1e-9 <= south < north <= EDGE + 1e-9
    if x + 1 < 2**z:
        assert TileAddress(z, x + 1, y).bounds[0] == east
    if y + 1 < 2**z:
        assert TileAddress(z, x, y + 1).bounds[3] == south


@given(addresses.filter(lambda a: a[0] < MAX_ZOOM))
def test_four_children_fill_their_parent(zxy):
    z, x, y = zxy
    parent = TileAddress(z, x, y).bounds
    children = [TileAddress(z + 1, 2 * x + i, 2 * y + j).bounds for i in (0, 1) for j in (0, 1)]
    assert min(c[0] for c in children) == parent[0]
    assert max(c[2] for c in children) == parent[2]
    assert math.isclose(min(c[1] for c in children), parent[1], abs_tol=1e-9)
    assert math.isclose(max(c[3] for c in children), parent[3], abs_tol=1e-9)

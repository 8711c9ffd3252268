"""Cells of a tile, and hexagons in it."""

import h3.api.basic_int as h3
import mapbox_vector_tile
import pytest

from spatial_analytics.rules.hex_tile import encode
from spatial_analytics.rules.hexes import covering, descendants, merged, resolution_of, ring_of
from tiles.rules.grid import TileAddress

# The tile over the middle of the town, at several zooms.
TILES = [
    TileAddress(5, 18, 12),
    TileAddress(6, 36, 24),
    TileAddress(10, 591, 389),
    TileAddress(13, 4730, 3113),
]
TOWN = (39.65, 27.88)


@pytest.mark.parametrize(
    ("zoom", "resolution"),
    [(0, 5), (5, 5), (6, 6), (7, 6), (8, 7), (9, 8), (10, 8), (11, 9), (12, 9), (13, 10), (16, 10)],
)
def test_the_resolution_of_a_zoom(zoom, resolution):
    assert resolution_of(zoom) == resolution


def test_descendants_are_one_range():
    cell = h3.latlng_to_cell(*TOWN, 7)
    low, high = descendants(cell, 10)
    children = h3.cell_to_children(cell, 10)
    assert (min(children), max(children)) == (low, high)
    assert descendants(cell, 7) == (cell, cell)


def test_ranges_that_touch_become_one():
    assert merged([(1, 3), (4, 6), (8, 9), (9, 12)]) == [(1, 6), (8, 12)]


@pytest.mark.parametrize("tile", TILES, ids=str)
def test_every_cell_that_touches_the_tile_is_in_a_range(tile):
    resolution = resolution_of(tile.z)
    west, south, east, north = tile.bounds
    ranges = covering(tile.bounds, resolution, 10)
    steps = [(i / 12, j / 12) for i in range(13) for j in range(13)]
    for right, up in steps:
        point = south + up * (north - south), west + right * (east - west)
        for cell in h3.grid_disk(h3.latlng_to_cell(*point, 10), 1):
            assert any(low <= cell <= high for low, high in ranges), point
    assert len(ranges) < 60


def test_the_index_travels_as_text_and_is_no_id():
    tile = TileAddress(13, 4730, 3113)
    west, south, east, north = tile.bounds
    cell = h3.latlng_to_cell((south + north) / 2, (west + east) / 2, 10)
    far = h3.latlng_to_cell(0, 0, 10)
    layer = mapbox_vector_tile.decode(encode("density", tile, [(cell, {"cases": 4}), (far, {})]))
    (feature,) = layer["density"]["features"]
    assert feature["properties"] == {"h3": f"{cell:x}", "cases": 4}
    assert not feature.get("id")
    assert layer["density"]["extent"] == 4096
    (ring,) = feature["geometry"]["coordinates"]
    assert len(ring) == 7
    centre = [sum(point[axis] for point in ring[:6]) / 6 for axis in (0, 1)]
    assert centre == pytest.approx([2048, 2048], abs=120)


def test_a_tile_without_cells_is_empty():
    assert encode("density", TileAddress(13, 4730, 3113), []) == b""


def test_a_ring_is_closed():
    ring = ring_of(h3.latlng_to_cell(*TOWN, 9))
    assert ring[0] == ring[-1]
    assert len(ring) == 7

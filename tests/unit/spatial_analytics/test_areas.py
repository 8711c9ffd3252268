"""High cells that lie together are one area, a whole centre is not."""

import h3.api.basic_int as h3
import numpy as np
import shapely

from spatial_analytics.hotspots.areas import MOST_CELLS, areas
from spatial_analytics.rules.outlines import outline

CENTRE = h3.latlng_to_cell(39.65, 27.88, 9)


def around(cell: int, rings: int) -> list[int]:
    return sorted(h3.grid_disk(cell, rings))


def test_two_places_are_two_areas_and_the_rest_is_none():
    cells = np.array(around(CENTRE, 8), dtype=np.int64)  # 217: eleven are high
    expected = np.full(len(cells), 0.1)
    east, west = around(int(cells[10]), 1)[:4], around(CENTRE, 1)
    expected[np.isin(cells, west)] = 5.0
    expected[np.isin(cells, east)] = 3.0
    usual = np.where(expected > 1, expected / 2, 0.1)
    first, second = areas(cells, expected, usual)[:2]
    assert sorted(first.cells.tolist()) == west
    assert (first.expected, first.usual, first.excess) == (35.0, 17.5, 17.5)
    assert set(second.cells.tolist()) <= set(cells[expected == 3.0].tolist())
    shape = outline(first.cells.tolist())
    assert shape.geom_type == "MultiPolygon"
    assert shapely.contains_xy(shape, 27.88, 39.65)


def test_a_whole_centre_is_cut_where_it_is_lowest():
    cells = np.array(around(CENTRE, 30), dtype=np.int64)
    far = np.array([h3.grid_distance(CENTRE, int(cell)) for cell in cells])
    expected = 20.0 / (1 + far)
    found = areas(cells, expected, expected)
    assert max(len(area.cells) for area in found) <= MOST_CELLS
    assert CENTRE in found[0].cells


def test_where_nothing_is_expected_there_is_no_area():
    cells = np.array(around(CENTRE, 2), dtype=np.int64)
    nothing = np.zeros(len(cells))
    assert areas(cells, nothing, nothing) == []

"""Cutting, joining, standing along a street, facades, shared edges: in metres around a corner."""

import pytest
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon

from addresses.rules.along import clockwise, standings
from addresses.rules.cutting import NoCut, NotJoined, cut, holder, join
from addresses.rules.facade import places, snapped
from addresses.rules.plane import Plane
from addresses.rules.shared_edges import Edit

PLANE = Plane(39.65)
EAST, NORTH = PLANE.metres(Point(27.88, 39.65)).coords[0]


def at(x: float, y: float) -> Point:
    """A point so many metres east and north of the corner, in degrees."""
    return PLANE.degrees(Point(EAST + x, NORTH + y))


def line(*corners: tuple[float, float]) -> LineString:
    return LineString([at(*c) for c in corners])


def box(x: float, y: float, x2: float, y2: float) -> MultiPolygon:
    corners = [(x, y), (x2, y), (x2, y2), (x, y2)]
    return MultiPolygon([Polygon([at(*c) for c in corners])])


def square_metres(shape) -> int:
    return round(PLANE.metres(shape).area)


class TestCutting:
    def test_two_parts_the_larger_first(self):
        parts = cut(box(0, 0, 30, 10), line((10, -5), (10, 15)))
        assert [square_metres(p) for p in parts] == [200, 100]
        assert {p.geom_type for p in parts} == {"MultiPolygon"}

    def test_the_parts_leave_no_gap_and_no_overlap(self):
        parts = cut(box(0, 0, 30, 10), line((3, -5), (11, 4), (19, 15)))
        assert parts[0].intersection(parts[1]).area == 0
        assert shapely.union_all(parts).symmetric_difference(box(0, 0, 30, 10)).area < 1e-15

    def test_a_line_that_ends_inside_is_no_cut(self):
        with pytest.raises(NoCut):
            cut(box(0, 0, 30, 10), line((10, -5), (10, 5)))

    def test_a_line_from_edge_to_edge_is_a_cut(self):
        parts = cut(box(0, 0, 30, 10), line((10, 0.1), (10, 9.9)))
        assert [square_metres(p) for p in parts] == [200, 100]

    def test_a_street_is_cut_where_the_line_crosses(self):
        parts = cut(MultiLineString([line((0, 0), (100, 0))]), line((30, -5), (30, 5)))
        assert [round(PLANE.metres(p).length) for p in parts] == [70, 30]

    def test_pieces_that_lie_apart_stay_with_the_largest(self):
        both = MultiPolygon([*box(0, 0, 30, 10).geoms, *box(50, 0, 60, 10).geoms])
        parts = cut(both, line((10, -5), (10, 15)))
        assert [square_metres(p) for p in parts] == [300, 100]

    def test_joining(self):
        joined = join([box(0, 0, 10, 10), box(10, 0, 30, 10)])
        assert square_metres(joined) == 300 and len(joined.geoms) == 1

    def test_neighbours_that_do_not_quite_meet_are_joined(self):
        joined = join([box(0, 0, 10, 10), box(10.05, 0, 30, 10)])
        assert len(joined.geoms) == 1

    def test_what_does_not_touch_is_not_joined(self):
        with pytest.raises(NotJoined):
            join([box(0, 0, 10, 10), box(11, 0, 30, 10)])
        with pytest.raises(NotJoined):
            join([box(0, 0, 10, 10), box(10, 10, 20, 20)])

    def test_who_holds_what(self):
        parts = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
        assert holder(at(4, 4), parts) == 0
        assert holder(at(22, 4), parts) == 1
        assert holder(box(8, 0, 14, 10), parts) == 1


class TestAlong:
    street = MultiLineString([line((0, 0), (100, 0))])

    def test_metres_and_side(self):
        left, right = standings(self.street, [at(20, 8), at(70, -6)])
        assert (round(left.at), left.left, round(left.away)) == (20, True, 8)
        assert (round(right.at), right.left, round(right.away)) == (70, False, 6)

    def test_from_the_other_end_the_sides_change(self):
        one = standings(self.street, [at(20, 8)], reverse=True)[0]
        assert (round(one.at), one.left) == (80, False)

    def test_the_drawn_direction_counts(self):
        back = MultiLineString([line((100, 0), (50, 0)), line((50, 0), (0, 0))])
        assert round(standings(back, [at(20, 8)])[0].at) == 80

    def test_parts_that_do_not_join_follow_each_other(self):
        gap = MultiLineString([line((0, 0), (50, 0)), line((60, 0), (100, 0))])
        assert round(standings(gap, [at(70, 5)])[0].at) == 60

    def test_beyond_the_end(self):
        one = standings(self.street, [at(120, -4)])[0]
        assert (round(one.at), one.left) == (100, False)

    def test_a_square_goes_clockwise(self):
        north, east, south, west = at(0, 50), at(50, 0), at(0, -50), at(-50, 0)
        turns = clockwise([west, north, south, east], north)
        assert [round(t) for t in turns] == [270, 0, 180, 90]


class TestFacade:
    street = MultiLineString([line((0, 0), (100, 0))])

    def test_one_door_in_the_middle_of_the_side_to_the_street(self):
        (place,) = places(box(20, 5, 40, 25), self.street, 1)
        assert place.equals_exact(at(30, 5), 1e-8)

    def test_several_doors_in_the_direction_of_the_street(self):
        found = places(box(20, -25, 40, -5), self.street, 3)
        assert all(
            p.equals_exact(at(x, -5), 1e-8) for p, x in zip(found, (25, 30, 35), strict=True)
        )

    def test_snapping(self):
        drawn = box(0, 0, 9.7, 10.2)
        found = snapped(drawn, [box(10, 0, 20, 10)], 0.5)
        assert round(PLANE.metres(found).intersection(PLANE.metres(box(10, 0, 20, 10))).area) == 0
        assert round(PLANE.metres(found).distance(PLANE.metres(box(10, 0, 20, 10))), 3) == 0

    def test_nothing_near_nothing_changes(self):
        assert snapped(box(0, 0, 9, 9), [box(10, 0, 20, 10)], 0.5).equals(box(0, 0, 9, 9))


class TestSharedEdges:
    left = Polygon([(0, 0), (1, 0), (1, 0.5), (1, 1), (0, 1)])
    right = Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])

    def both(self, new: list[tuple[float, float]]) -> tuple[MultiPolygon, MultiPolygon]:
        mine = MultiPolygon([Polygon(new)])
        edit = Edit(MultiPolygon([self.left]), mine)
        return mine, edit.applied(MultiPolygon([self.right]))

    def tiles(self, mine, other) -> bool:
        whole = shapely.union_all([mine, other])
        return mine.intersection(other).area == 0 and abs(whole.area - 2) < 1e-12

    def test_a_moved_corner_moves_in_both(self):
        mine, other = self.both([(0, 0), (1, 0), (1.2, 0.5), (1, 1), (0, 1)])
        assert self.tiles(mine, other) and round(other.area, 6) == 0.9

    def test_a_new_corner_on_the_shared_edge(self):
        mine, other = self.both([(0, 0), (1, 0), (1.1, 0.25), (1, 0.5), (1, 1), (0, 1)])
        assert self.tiles(mine, other)

    def test_a_corner_taken_away(self):
        left = [(0, 0), (1, 0), (1.2, 0.5), (1, 1), (0, 1)]
        right = MultiPolygon([Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1.2, 0.5)])])
        mine = MultiPolygon([Polygon([(0, 0), (1, 0), (1, 1), (0, 1)])])
        other = Edit(MultiPolygon([Polygon(left)]), mine).applied(right)
        assert self.tiles(mine, other)

    def test_the_first_corner_of_the_ring(self):
        mine, other = self.both([(0, 0), (0.9, 0), (1, 0.5), (1, 1), (0, 1)])
        assert mine.intersection(other).area == 0 and round(other.area, 6) == 1.025

    def test_who_shares_nothing_stays(self):
        far = MultiPolygon([Polygon([(5, 5), (6, 5), (6, 6)])])
        moved = MultiPolygon([Polygon([(0, 0), (1, 0), (1.2, 0.5), (1, 1), (0, 1)])])
        assert Edit(MultiPolygon([self.left]), moved).applied(far).equals(far)

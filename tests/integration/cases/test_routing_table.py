"""The truth table of routing: placed points, drawn as text, and whose each of them is.

Each letter of a picture is one point. A capital is a body that is responsible beyond doubt; the same
letter small is that body with a person asked, because another one is near; `-` is nobody: a person must
look. The bodies: A to D of the districts, and S, who looks after the coast.
"""

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone

from accounts.models import Department, Organisation
from addresses.models import District, Neighbourhood
from cases.models import RoutingArea, RoutingPolicy, RoutingRule
from cases.queries import rulebook
from cases.queries.surroundings import Spot, facts_at, surroundings
from cases.rules.routing import NoRuleMatches, Ruling, rule_on
from core.rules.text import key
from tests.factories import DISTRICTS, METRE_LAT, METRE_LON, NOW, Areas, area_grid

pytestmark = pytest.mark.django_db
placed: list[int] = []


def town(drawing: str, coast: list[MultiPolygon] | None = None) -> Areas:
    """The areas of a drawing, a body for each district, and rules: the coast first."""
    areas = area_grid(drawing)
    bodies = {}
    for letter in [*areas.districts, "S"]:
        body = Organisation.objects.create(code=letter.lower(), name=letter, kind="DISTRICT")
        bodies[letter] = Department.objects.create(organisation=body, code="x", name=letter)
    for n, shape in enumerate(coast or []):
        RoutingArea.objects.create(name=f"Sahil {n}", name_key=key(f"Sahil {n}"), geom=shape)
        RoutingRule.objects.create(
            position=n + 1, name="S", department=bodies["S"], condition=f'area = "Sahil {n}"'
        )
    for n, letter in enumerate(areas.districts):
        RoutingRule.objects.create(
            position=10 + n,
            name=letter,
            department=bodies[letter],
            condition=f'district = "{DISTRICTS[letter]}"',
        )
    rulebook.forget()
    return areas


def box(west: float, north: float, east: float, south: float) -> MultiPolygon:
    """A rectangle in columns and rows of a drawing."""
    (w, n), (e, s) = Areas.at(west, north), Areas.at(east, south)
    return MultiPolygon(Polygon.from_bbox((w, s, e, n)), srid=4326)


def rulings(points: list[tuple[float, float]]) -> list[Ruling | None]:
    on = timezone.localdate(NOW)
    spots = [Spot(n, lon, lat, bare=True) for n, (lon, lat) in enumerate(points)]
    around = surroundings(spots, on)
    book, tolerance = rulebook.rulebook(), rulebook.tolerance()

    def one(n: int) -> Ruling | None:
        facts = facts_at(around[n], on=on, opened_at=NOW)
        try:
            return rule_on(book, facts, around[n].near, tolerance)
        except NoRuleMatches:
            return None

    return [one(n) for n in range(len(points))]


def letter_of(ruling: Ruling | None) -> str:
    if ruling is None:
        return "-"
    if ruling.ambiguous:
        assert ruling.candidates, "a flag names the other body"
        return ruling.rule.name.lower()
    return ruling.rule.name


def picture(middle: tuple[float, float], step_m: float, columns: int, rows: int) -> str:
    """What the rules say of a lattice of points around `middle` (column and row of the drawing)."""
    lon, lat = Areas.at(*middle)
    points = [
        (
            lon + (c - (columns - 1) / 2) * step_m * METRE_LON,
            lat - (r - (rows - 1) / 2) * step_m * METRE_LAT,
        )
        for r in range(rows)
        for c in range(columns)
    ]
    letters = [letter_of(r) for r in rulings(points)]
    placed.append(len(points))
    return "\n".join("".join(letters[r * columns : (r + 1) * columns]) for r in range(rows))


def drawn(text: str) -> str:
    return "\n".join(text.split())


TOWN = """
AAAABBBB
AaAAB.BB
AAAABBbB
........
..CC.D..
AA......
"""


def test_a_town_with_a_hole_an_island_and_an_exclave():
    """`.` is the sea or nobody's; the south-west is an exclave of A, D an island, C by the bay."""
    town(TOWN)
    assert picture((4, 3), 1000, 8, 6) == drawn("""
        AAAABBBB
        AAAAB-BB
        AAAABBBB
        --------
        --CC-D--
        AA------""")


def test_along_a_border():
    """Every four metres; the middle column stands on the line. 16 m are too far, 12 m are near."""
    town(TOWN)
    assert picture((4, 1.5), 4, 15, 5) == drawn("""
        AAAAaaaabbbBBBB
        AAAAaaaabbbBBBB
        AAAAaaaabbbBBBB
        AAAAaaaabbbBBBB
        AAAAaaaabbbBBBB""")


def test_in_a_corner_of_four_it_is_the_nearest_line_that_counts():
    town("AB\nCD")
    assert picture((1, 1), 4, 13, 13) == drawn("""
        AAAaaaabbbBBB
        AAAaaaabbbBBB
        AAAaaaabbbBBB
        aaaaaaabbbbbb
        aaaaaaabbbbbb
        aaaaaaabbbbbb
        aaaaaaabbbbbb
        cccccccdddddd
        cccccccdddddd
        cccccccdddddd
        CCCccccdddDDD
        CCCccccdddDDD
        CCCccccdddDDD""")


def test_at_a_hole_and_at_the_shore_nobody_lies_beyond():
    """In the hole nobody is responsible; at its edge, and by the sea, there is no other body."""
    town(TOWN)
    assert picture((5, 1.5), 4, 11, 3) == drawn("""
        BBBBBB-----
        BBBBBB-----
        BBBBBB-----""")
    assert picture((5, 4), 4, 9, 5) == drawn("""
        ---------
        ---------
        ----DDDDD
        ----DDDDD
        ----DDDDD""")
    assert picture((4, 3), 4, 13, 5) == drawn("""
        AAAaaaabbbBBB
        AAAaaaabbbBBB
        AAAaaaabbbBBB
        -------------
        -------------""")


def test_the_exclave_belongs_to_its_district_up_to_its_own_border():
    """The exclave of A meets nothing but the sea, and C in one corner: there the distance is round."""
    town(TOWN)
    assert picture((2, 5), 4, 9, 9) == drawn("""
        ----CCCCC
        ----cccCC
        ----ccccC
        ----ccccC
        AaaaacccC
        Aaaaa----
        Aaaaa----
        AAaaa----
        AAAAA----""")


def test_an_island_inside_another_district():
    town("AAA\nABA\nAAA")
    assert picture((1.5, 1.5), 1000, 3, 3) == drawn("""
        AAA
        ABA
        AAA""")
    assert picture((1, 1), 4, 13, 9) == drawn("""
        AAAAAAAAAAAAA
        AAAAaaaaaaaaa
        AAAaaaaaaaaaa
        AAAaaaaaaaaaa
        AAAaaaaaaaaaa
        AAAaaaabbbbbb
        AAAaaaabbbbbb
        AAAaaaabbbbbb
        AAAaaaabbbBBB""")


def test_a_drawn_area_has_edges_too():
    """The coast's body comes first in the rules; at its corner the distance is round."""
    town("AABB\nAABB", [box(1, 0.5, 3, 1)])
    assert picture((1, 0.5), 4, 13, 11) == drawn("""
        AAAAAAAAAAAAA
        AAAAAAAAAAAAA
        AAAAaaaaaaaaa
        AAAaaaaaaaaaa
        AAAaaaaaaaaaa
        AAAaaasssssss
        AAAaaasssssss
        AAAaaasssssss
        AAAaaasssssss
        AAAaaassssSSS
        AAAaaassssSSS""")


def test_a_drawn_area_across_a_border_hides_it():
    """Inside the coast the border of A and B decides nothing; at its edge three bodies are near."""
    town("AABB\nAABB", [box(1, 0.5, 3, 1)])
    assert picture((2, 0.5), 4, 13, 9) == drawn("""
        AAAaaaabbbBBB
        aaaaaaabbbbbb
        aaaaaaabbbbbb
        aaaaaaabbbbbb
        sssssssssssss
        sssssssssssss
        sssssssssssss
        sssssssssssss
        SSSSSSSSSSSSS""")
    edge = rulings([Areas.at(2 - 0.004, 0.5 - 0.004)])[0]
    assert edge is not None
    assert {c.rule.name for c in edge.candidates} == {"B", "S"}


def test_where_two_drawn_areas_of_one_body_overlap_by_little_a_person_is_asked():
    """10 m of overlap: if either edge were drawn a little wrongly, there would be a gap."""
    town("AABB\nAABB", [box(1, 0.5, 2, 1), box(1.99, 0.5, 3, 1)])
    assert picture((2, 0.75), 4, 13, 3) == drawn("""
        SSSsssssSSSSS
        SSSsssssSSSSS
        SSSsssssSSSSS""")


def neighbourhood(areas: Areas, letter: str, shape: MultiPolygon) -> None:
    Neighbourhood.objects.filter(pk=areas.neighbourhoods[letter].pk).update(geom=shape)


def district(areas: Areas, letter: str, shape: MultiPolygon) -> None:
    District.objects.filter(pk=areas.districts[letter].pk).update(geom=shape)


def test_where_two_outlines_overlap_a_person_is_asked():
    """B was drawn 40 m into A. The older record is taken, and the overlap is never sure."""
    areas = town("AABB\nAABB")
    neighbourhood(areas, "B", box(1.96, 0, 4, 2))
    assert picture((1.98, 1), 10, 15, 3) == drawn("""
        AAAAaaaaaabBBBB
        AAAAaaaaaabBBBB
        AAAAaaaaaabBBBB""")


def test_a_sliver_between_two_neighbourhoods():
    """8 m that no neighbourhood claims: the district's outline says whose they are, else nobody."""
    areas = town("AABB\nAABB")
    neighbourhood(areas, "B", box(2.008, 0, 4, 2))
    assert picture((2.004, 1), 4, 15, 2) == drawn("""
        AAAAAaabbbBBBBB
        AAAAAaabbbBBBBB""")
    district(areas, "B", box(2.008, 0, 4, 2))
    assert picture((2.004, 1), 4, 15, 2) == drawn("""
        AAAAAaa-bbBBBBB
        AAAAAaa-bbBBBBB""")


def test_a_moved_boundary_moves_the_answer():
    """The line goes 40 m to the west; what lay near the old one is sure now."""
    areas = town("AABB\nAABB")
    before = picture((1.98, 1), 10, 13, 1)
    for letter, shape in (("A", box(0, 0, 1.96, 2)), ("B", box(1.96, 0, 4, 2))):
        neighbourhood(areas, letter, shape)
        district(areas, letter, shape)
    assert (before, picture((1.98, 1), 10, 13, 1)) == ("AAAAAAAaabBBB", "AAAaabBBBBBBB")


def test_a_moved_drawn_area_holds_from_its_day():
    town("AA\nAA", [box(0, 0, 1, 1)])
    old = RoutingArea.objects.get()
    today = timezone.localdate(NOW)
    assert picture((1, 1), 1000, 2, 2) == drawn("""
        SA
        AA""")
    RoutingArea.objects.filter(pk=old.pk).update(valid_to=today)
    RoutingArea.objects.create(
        name=old.name, name_key=old.name_key, geom=box(1, 1, 2, 2), valid_from=today, version=2
    )
    assert picture((1, 1), 1000, 2, 2) == drawn("""
        AA
        AS""")


@pytest.mark.parametrize(
    ("metres", "expected"),
    [(6, "AAAAAaabBBBBB"), (15, "AAAaaaabbbBBB"), (21, "AaaaaaabbbbbB"), (0, "AAAAAAaBBBBBB")],
)
def test_how_near_is_near_can_be_set_for_each_level(metres: float, expected: str):
    town("AABB\nAABB")
    RoutingPolicy.objects.create(district_m=metres, neighbourhood_m=99, area_m=99)
    rulebook.forget()
    assert picture((2, 1), 4, 13, 1) == expected


def test_far_away_nobody_is_responsible():
    town("AABB\nAABB")
    points = [
        (0.0, 0.0), (180.0, 0.0), (-180.0, 85.0), (27.9, -85.0), (28.97, 41.01), (32.85, 39.93),
        (27.89, 39.59), (27.96, 39.601), (27.9, 39.5), (-27.95, 39.59), (39.59, 27.95),
    ]  # fmt: skip
    assert [letter_of(r) for r in rulings(points)] == ["-"] * len(points)
    placed.append(len(points))


def test_at_least_two_hundred_points_were_placed():
    """Run after the others of this module."""
    assert len(placed) < 15 or sum(placed) >= 200

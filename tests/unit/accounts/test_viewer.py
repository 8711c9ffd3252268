"""Who sees what: the value that caches and tiles are keyed by."""

from accounts.rules.roles import ROLE_PERMISSIONS, Permission
from accounts.rules.viewer import ANONYMOUS, Viewer
from cases.queries.visibility import scope_sql

SEE = frozenset({Permission.SEE_CASES})


def viewer(organisations=(), departments=(), permissions=SEE) -> Viewer:
    return Viewer(1, frozenset(permissions), frozenset(organisations), frozenset(departments))


def test_nobody_may_nothing():
    assert not any(ANONYMOUS.may(permission) for permission in Permission)
    assert ANONYMOUS.audience == "public"


def test_who_sees_everything_is_one_audience():
    everything = SEE | {Permission.SEE_ALL_CASES}
    assert viewer([1], [], everything).audience == viewer([2], [3], everything).audience == "all"


def test_an_audience_is_the_set_of_bodies_whatever_the_order():
    assert viewer([3, 1], [7]).audience == viewer([1, 3], [7]).audience == "o1,3d7"


def test_different_bodies_never_share_an_audience():
    names = [
        viewer(o, d).audience
        for o, d in (([1], []), ([], [1]), ([1], [1]), ([1, 2], []), ([12], []), ([1], [2]))
    ]
    assert len(set(names)) == len(names)


def test_who_may_not_see_cases_is_the_public_whatever_the_body():
    gis = ROLE_PERMISSIONS["GIS_EDITOR"]
    assert viewer([1], [2], gis).audience == "public"


def test_the_scope_of_a_tile_is_that_of_its_audience():
    """Two viewers of one audience must have one scope: the tile is kept by the audience."""
    gis = viewer([1], [2], ROLE_PERMISSIONS["GIS_EDITOR"])
    assert gis.audience == ANONYMOUS.audience
    assert scope_sql(gis) == scope_sql(ANONYMOUS)
    assert scope_sql(ANONYMOUS) == {
        "sees_all": False,
        "sees_public_only": True,
        "organisations": [],
        "departments": [],
    }
    crew = scope_sql(viewer([3, 1], [7]))
    assert (crew["organisations"], crew["departments"], crew["sees_public_only"]) == (
        [1, 3], [7], False
    )  # fmt: skip


def test_every_role_that_sees_all_cases_may_see_cases():
    for permissions in ROLE_PERMISSIONS.values():
        if Permission.SEE_ALL_CASES in permissions or Permission.WORK_CASE in permissions:
            assert Permission.SEE_CASES in permissions


def test_only_administrators_administer():
    may = {role for role, p in ROLE_PERMISSIONS.items() if Permission.ADMINISTER in p}
    assert may == {"ADMINISTRATOR"}

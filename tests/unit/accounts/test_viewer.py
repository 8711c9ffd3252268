"""Who sees what: the value that caches and tiles are keyed by."""

from accounts.rules.roles import BEYOND_ORGANISATION, ROLE_PERMISSIONS, Permission
from accounts.rules.viewer import ANONYMOUS, Grant, Reach, Viewer
from cases.queries.visibility import scope_sql

SEE = frozenset({Permission.SEE_CASES})
ALL = SEE | {Permission.SEE_ALL_CASES}


def viewer(organisations=(), departments=(), permissions=SEE, reach=Reach()) -> Viewer:  # noqa: B008
    """With one grant for each organisation, and one for the departments."""
    grants = [Grant(frozenset(permissions), o, reach=reach) for o in organisations]
    if departments:
        grants.append(Grant(frozenset(permissions), None, frozenset(departments), reach))
    return Viewer(
        1, frozenset(permissions), frozenset(organisations), frozenset(departments), tuple(grants)
    )


def test_nobody_may_nothing():
    assert not any(ANONYMOUS.may(permission) for permission in Permission)
    assert ANONYMOUS.audience == "public"
    assert not ANONYMOUS.counts_everything


def test_who_sees_everything_is_one_audience_whatever_the_body():
    names = [viewer([1], [], ALL).audience, viewer([2, 3], [4], ALL).audience]
    assert all(name.startswith("all") for name in names)
    assert viewer([1], [], ALL).scopes[0].everything


def test_an_audience_is_the_set_of_bodies_whatever_the_order():
    assert viewer([3, 1], [7]).audience == viewer([1, 3], [7]).audience == "o1,3d7"


def test_different_bodies_never_share_an_audience():
    names = [
        viewer(o, d).audience
        for o, d in (([1], []), ([], [1]), ([1], [1]), ([1, 2], []), ([12], []), ([1], [2]))
    ]
    assert len(set(names)) == len(names)


def test_areas_types_and_clearance_make_audiences_of_their_own():
    one = frozenset({1})
    reaches = [
        Reach(), Reach(sensitive=True), Reach(districts=one), Reach(neighbourhoods=one),
        Reach(groups=one), Reach(types=one), Reach(districts=one, sensitive=True),
        Reach(drawn=1, drawing="a"), Reach(drawn=1, drawing="b"), Reach(drawn=2, drawing="a"),
    ]  # fmt: skip
    for permissions in (SEE, ALL):
        names = [viewer([1], permissions=permissions, reach=r).audience for r in reaches]
        assert len(set(names)) == len(names)


def test_who_may_not_see_cases_is_the_public_whatever_the_body():
    gis = ROLE_PERMISSIONS["GIS_EDITOR"]
    assert viewer([1], [2], gis).audience == "public"


def test_the_scope_of_a_tile_is_that_of_its_audience():
    """Two viewers of one audience must have one scope: the tile is kept by the audience."""
    gis = viewer([1], [2], ROLE_PERMISSIONS["GIS_EDITOR"])
    assert gis.audience == ANONYMOUS.audience
    assert scope_sql(gis) == scope_sql(ANONYMOUS)
    assert "public" in scope_sql(ANONYMOUS)[0]
    text, values = scope_sql(viewer([3, 1], [7]))
    assert {1, 3, 7} <= set(values.values())
    assert all(f"%({name})s" in text for name in values)
    everything = Viewer(permissions=frozenset(Permission))
    assert scope_sql(everything) == ("true", {})


def test_a_narrowed_grant_counts_nothing_that_its_holder_does_not_see():
    analyst = frozenset({Permission.SEE_CASES, Permission.SEE_ANALYTICS})
    assert viewer([1], permissions=analyst).counts_everything
    assert not viewer([1], permissions=analyst).cleared
    assert viewer([1], permissions=analyst, reach=Reach(sensitive=True)).cleared
    narrow = viewer([1], permissions=analyst, reach=Reach(districts=frozenset({1}), sensitive=True))
    assert not narrow.counts_everything and not narrow.cleared


def test_every_role_that_sees_all_cases_may_see_cases():
    for permissions in ROLE_PERMISSIONS.values():
        if Permission.SEE_ALL_CASES in permissions or Permission.WORK_CASE in permissions:
            assert Permission.SEE_CASES in permissions


def test_only_administrators_administer():
    may = {role for role, p in ROLE_PERMISSIONS.items() if Permission.ADMINISTER in p}
    assert may == {"ADMINISTRATOR"}


def test_who_manages_people_grants_nothing_that_reaches_beyond_the_body():
    assert {"AGENT", "ADMINISTRATOR", "DATA_PROTECTION"} <= BEYOND_ORGANISATION
    for role in set(ROLE_PERMISSIONS) - BEYOND_ORGANISATION:
        assert Permission.SEE_ALL_CASES not in ROLE_PERMISSIONS[role]

"""From a user with memberships to a viewer."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Department, Membership, Organisation, User
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import ROLE_PERMISSIONS, Permission
from accounts.rules.viewer import ANONYMOUS
from tests.factories import City

pytestmark = pytest.mark.django_db


def test_nobody(city: City):
    city.people["crew"].is_active = False
    try:
        assert viewer_of(city.people["crew"]) == viewer_of(AnonymousUser()) == ANONYMOUS
    finally:
        city.people["crew"].is_active = True


def test_each_role_has_its_permissions_and_reach(city: City):
    crew = viewer_of(city.people["crew"])
    assert crew.permissions == ROLE_PERMISSIONS["CREW"]
    assert (crew.organisations, crew.departments) == (
        frozenset(), frozenset({city.departments["a:temizlik"].pk})
    )  # fmt: skip
    manager = viewer_of(city.people["manager"])
    assert (manager.organisations, manager.departments) == (
        frozenset({city.bodies["a"].pk}), frozenset()
    )  # fmt: skip


def test_the_superuser_may_everything(city: City):
    assert viewer_of(city.people["superuser"]).permissions == frozenset(Permission)


def test_a_department_is_seen_with_all_below_it(city: City):
    top = city.departments["a:fen"]
    child = Department.objects.create(
        organisation=top.organisation, parent=top, code="asfalt", name="Asfalt"
    )
    grandchild = Department.objects.create(
        organisation=top.organisation, parent=child, code="yama", name="Yama"
    )
    seen = viewer_of(city.people["roads"]).departments
    assert seen == {top.pk, child.pk, grandchild.pk}


def test_departments_in_a_circle_do_not_hang(city: City):
    one, two = city.departments["a:fen"], city.departments["a:temizlik"]
    Department.objects.filter(pk=one.pk).update(parent=two)
    Department.objects.filter(pk=two.pk).update(parent=one)
    assert viewer_of(city.people["roads"]).departments == {one.pk, two.pk}


def test_a_body_that_is_closed_gives_no_rights(city: City):
    Organisation.objects.filter(code="a").update(active=False)
    assert viewer_of(city.people["manager"]).permissions == frozenset()


def test_a_role_without_sight_of_cases_opens_no_body_beside_another(city: City):
    """GIS staff of one body who is also crew of another body's department."""
    user = User.objects.create_user("both")
    Membership.objects.create(user=user, organisation=city.bodies["a"], role="GIS_EDITOR")
    Membership.objects.create(
        user=user,
        organisation=city.bodies["b"],
        department=city.departments["b:fen"],
        role="CREW",
    )
    viewer = viewer_of(user)
    assert viewer.organisations == frozenset()
    assert viewer.departments == {city.departments["b:fen"].pk}
    assert viewer.may(Permission.EDIT_REGISTER) and viewer.may(Permission.WORK_CASE)


def test_two_queries_at_most(city: City, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        viewer_of(city.people["roads"])

"""A person who holds different roles in different bodies."""

import pytest

from accounts.models import Department, Membership, Organisation, User
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission

pytestmark = pytest.mark.django_db


def body(code: str) -> tuple[Organisation, Department]:
    organisation = Organisation.objects.create(code=code, name=code, kind="DISTRICT")
    department = Department.objects.create(organisation=organisation, code="d", name="d")
    return organisation, department


def test_a_role_reaches_no_further_than_its_body():
    a, a_department = body("a")
    b, b_department = body("b")
    other = Department.objects.create(organisation=b, code="other", name="other")
    user = User.objects.create_user("both", password="x")
    Membership.objects.create(user=user, organisation=a, role="MANAGER")
    Membership.objects.create(user=user, organisation=b, department=b_department, role="CREW")
    viewer = viewer_of(user)
    assert viewer.may(Permission.WORK_CASE)
    assert Permission.WORK_CASE not in viewer.permissions_at(a.pk, a_department.pk)
    assert Permission.WORK_CASE in viewer.permissions_at(b.pk, b_department.pk)
    assert viewer.permissions_at(b.pk, other.pk) == frozenset()
    assert Permission.SEE_ANALYTICS in viewer.permissions_at(a.pk, None)
    assert Permission.SEE_ANALYTICS not in viewer.permissions_at(b.pk, b_department.pk)


def test_the_call_centre_reaches_every_body():
    a, _ = body("a")
    b, b_department = body("b")
    user = User.objects.create_user("agent", password="x")
    Membership.objects.create(user=user, organisation=a, role="AGENT")
    assert Permission.SEE_CONTACT in viewer_of(user).permissions_at(b.pk, b_department.pk)
    assert Permission.WORK_CASE not in viewer_of(user).permissions_at(b.pk, b_department.pk)

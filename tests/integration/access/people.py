"""Everybody of the matrix: the small city's people, and those whose grants are narrowed."""

from accounts.models import Membership, User
from tests.conftest import ROLES
from tests.factories import City

# Name → role, body, department.
NARROWED = {
    "area": ("COORDINATOR", "a", "a:temizlik"),  # neighbourhood A only
    "drawn": ("COORDINATOR", "a", "a:temizlik"),  # an outline around neighbourhood A
    "type": ("MANAGER", "a", None),  # roads only
    "cleared": ("COORDINATOR", "a", "a:temizlik"),  # for sensitive types too
    "head": ("NEIGHBOURHOOD_HEAD", "a", None),  # of neighbourhood A
    "people": ("ORGANISATION_ADMIN", "a", None),
    "planner": ("WORKS_PLANNER", "b", None),
    "works_office": ("WORKS_OFFICE", "a", None),
    "privacy": ("DATA_PROTECTION", "bbb", None),
}
EVERYBODY = [*ROLES, *NARROWED]


def add_narrowed(city: City) -> City:
    """The people of NARROWED, beside those of the small city."""
    here = city.areas.neighbourhoods["A"]
    terms = {
        "area": {"neighbourhoods": [here.pk]},
        "drawn": {"area": here.geom},
        "type": {"type_groups": [city.groups["yol"].pk]},
        "cleared": {"sensitive": True},
        "head": {"neighbourhoods": [here.pk]},
    }
    for name, (role, body, department) in NARROWED.items():
        user = User.objects.create_user(name, password="x", full_name=f"Test {name}")
        city.people[name] = user
        Membership.objects.create(
            user=user, organisation=city.bodies[body], role=role,
            department=city.departments[department] if department else None,
            **terms.get(name, {}),
        )  # fmt: skip
    return city

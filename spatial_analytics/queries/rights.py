"""The table of rights, as rules read it; and who belongs to a unit."""

from collections.abc import Collection

from django.db.models import Q

from accounts.models import Membership
from spatial_analytics.models import FigureRight
from spatial_analytics.rules.rights import Granted, Persons, Right


def granted_rights() -> list[Granted]:
    """Every row that holds now."""
    return [
        Granted(
            row.organisation_id,
            row.role,
            Right(
                frozenset(row.indicators) or None, row.finest, Persons(row.persons), row.least
            ),
        )
        for row in FigureRight.objects.filter(ended_at=None)
    ]  # fmt: skip


def members_of(organisations: Collection[int], departments: Collection[int]) -> frozenset[int]:
    """Who has a role in one of these: in an organisation in whichever of its departments."""
    held = Q(organisation__in=organisations) | Q(department__in=departments)
    return frozenset(Membership.objects.filter(held).values_list("user_id", flat=True))

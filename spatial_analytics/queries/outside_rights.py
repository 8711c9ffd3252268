"""Who may bring in outside indicators, and whose."""

import uuid

from django.db.models import QuerySet

from accounts.models import Organisation
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from spatial_analytics.models import OutsideImport, OutsideIndicator


def owners(viewer: Viewer) -> QuerySet[Organisation]:
    """The bodies for which somebody may bring in figures. A grant that is narrowed to areas, types or a
    department brings in none."""
    everybody = Organisation.objects.filter(active=True)
    if not viewer.grants:
        return everybody if viewer.may(Permission.IMPORT_FIGURES) else everybody.none()
    held = [
        grant
        for grant in viewer.grants
        if Permission.IMPORT_FIGURES in grant.permissions and not grant.reach.narrowed
    ]
    if any(Permission.ADMINISTER in grant.permissions for grant in held):
        return everybody
    return everybody.filter(pk__in=[g.organisation for g in held if g.organisation is not None])


def may_bring_in(viewer: Viewer) -> bool:
    return viewer.may(Permission.IMPORT_FIGURES) and owners(viewer).exists()


def own_indicators(viewer: Viewer) -> QuerySet[OutsideIndicator]:
    return OutsideIndicator.objects.filter(organisation__in=owners(viewer)).select_related(
        "organisation"
    )


def own_import(viewer: Viewer, uid: uuid.UUID) -> OutsideImport | None:
    own = OutsideImport.objects.filter(uid=uid, indicator__in=own_indicators(viewer))
    return own.select_related("indicator__organisation", "job", "by").first()

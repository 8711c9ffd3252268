"""Which cases a viewer sees: lists, details, exports and tiles all ask here."""

from django.db.models import Q, QuerySet

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.models import Case

_SHAPES = [
    f"{area}__{column}" for area in ("district", "neighbourhood") for column in ("geom", "geom_m")
]


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Joins what a list or a page shows of a case; the outlines of its areas stay behind."""
    return cases.select_related(
        "request_type__group", "department__organisation", "district", "neighbourhood", "channel"
    ).defer(*_SHAPES)


def visible_cases(viewer: Viewer) -> QuerySet[Case]:
    """All rows that this viewer may see in full; the anonymous viewer sees none."""
    if viewer.may(Permission.SEE_ALL_CASES):
        return Case.objects.all()
    if not viewer.may(Permission.SEE_CASES):
        return Case.objects.none()
    return Case.objects.filter(
        Q(organisation__in=viewer.organisations) | Q(department__in=viewer.departments)
    )


def scope_sql(viewer: Viewer) -> dict[str, object]:
    """The same rule as named parameters for SQL: see `cases/sql/tile_cases.sql`.

    Who may not see cases gets the public ones, whatever body they belong to: their tile is kept
    under the audience "public".
    """
    sees = viewer.may(Permission.SEE_CASES)
    return {
        "sees_all": viewer.may(Permission.SEE_ALL_CASES),
        "sees_public_only": not sees,
        "organisations": sorted(viewer.organisations) if sees else [],
        "departments": sorted(viewer.departments) if sees else [],
    }

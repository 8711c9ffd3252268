"""What a person may do to the register, and where. The one place of this room's permissions."""

from dataclasses import dataclass

from accounts.models import Department, Organisation
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.models import EditingArea, Neighbourhood


@dataclass(frozen=True)
class Rights:
    """`view`: drafts, history, personal data of offices, quality. The public shape needs none.

    `neighbourhoods` are those (ids) in which the person may edit; None means all of them.
    """

    view: bool = False
    edit: bool = False
    review: bool = False
    publish: bool = False
    administer: bool = False
    neighbourhoods: frozenset[int] | None = frozenset()

    def may_edit(self, neighbourhood_id: int | None) -> bool:
        """In this neighbourhood; None stands for what belongs to no single one (a district)."""
        if not self.edit:
            return False
        return self.neighbourhoods is None or neighbourhood_id in self.neighbourhoods


def rights_of(viewer: Viewer) -> Rights:
    """Everything is denied that no membership allows. A few queries."""
    return Rights(
        view=viewer.may(Permission.SEE_REGISTER),
        edit=viewer.may(Permission.EDIT_REGISTER),
        review=viewer.may(Permission.REVIEW_REGISTER),
        publish=viewer.may(Permission.PUBLISH_REGISTER),
        administer=viewer.may(Permission.ADMINISTER),
        neighbourhoods=_areas(viewer) if viewer.may(Permission.EDIT_REGISTER) else frozenset(),
    )


def _areas(viewer: Viewer) -> frozenset[int] | None:
    """Where the person edits: the areas of the bodies that gave the permission."""
    if not viewer.grants:  # the superuser
        return None
    editing = [g for g in viewer.grants if Permission.EDIT_REGISTER in g.permissions]
    departments = frozenset().union(*(g.departments for g in editing))
    bodies = {g.organisation for g in editing if g.organisation is not None}
    bodies |= set(
        Department.objects.filter(pk__in=departments).values_list("organisation_id", flat=True)
    )
    areas = list(
        EditingArea.objects.filter(organisation__in=bodies).values_list(
            "organisation_id", "district_id", "neighbourhood_id"
        )
    )
    limited = {organisation for organisation, _d, _n in areas}
    city_wide = Organisation.objects.filter(
        pk__in=bodies - limited, kind=Organisation.Kind.METROPOLITAN
    )
    if city_wide.exists():
        return None
    districts = {d for _o, d, _n in areas if d is not None}
    inside = Neighbourhood.objects.filter(district__in=districts).values_list("pk", flat=True)
    return frozenset(inside) | {n for _o, _d, n in areas if n is not None}


def may_geocode_tables(viewer: Viewer) -> bool:
    """Staff whose work is with addresses; the tables themselves are their owner's alone."""
    return viewer.may(Permission.SEE_REGISTER) or viewer.may(Permission.OPEN_CASE)


def may_report_from_field(viewer: Viewer) -> bool:
    """Crews and those who see the register tell from the street what it has wrong."""
    return viewer.may(Permission.SEE_REGISTER) or viewer.may(Permission.WORK_CASE)

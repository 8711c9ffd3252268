"""Boundaries are replaced as a whole: a set that moves them leaves no more land than before without
a neighbourhood, and none that two of them claim. Where a case lies decides who answers for it."""

from collections.abc import Mapping

from django.db import connection
from django.utils.translation import gettext as _

from addresses.drafts.apply import NotApplicable, Problem
from addresses.models import ChangeSet, Neighbourhood
from addresses.queries.quality import findings
from addresses.queries.where import AREA_WIDE
from addresses.rules.quality import RULES

_RULES = ("coverage_gap", "neighbourhood_overlap")
_GROWN_M2 = 1.0  # what a fault of before may grow by: areas are rounded
Faults = Mapping[tuple[str, int, int | None], float]


def faults(change_set: ChangeSet) -> Faults | None:
    """Square metres of each gap and overlap in the districts of which the set moves boundaries, as
    the register is now; None for a set that moves none."""
    areas = _areas(change_set)
    if not areas:
        return None
    found = findings(areas, _RULES)
    return {one.key: one.detail["square_metres"] for one in found}


def check_whole(change_set: ChangeSet, before: Faults | None) -> None:
    """Once the set is written: raises NotApplicable with every gap and overlap that it brings, or
    makes larger."""
    if before is None:
        return
    new = [
        one
        for one in findings(_areas(change_set), _RULES)
        if one.detail["square_metres"] > before.get(one.key, 0.0) + _GROWN_M2
    ]
    if not new:
        return
    named = {area for one in new for area in (one.entity_id, one.other_id) if area is not None}
    rows = Neighbourhood.objects.in_bulk(named)
    raise NotApplicable(
        [
            Problem(
                "neighbourhood",
                str(rows[one.entity_id].uid),
                "geometry",
                _("%(fault)s (%(names)s): %(area)s m². Boundaries are published as a whole.")
                % {
                    "fault": RULES[one.rule].title,
                    "names": _names(rows, one.entity_id, one.other_id),
                    "area": round(one.detail["square_metres"]),
                },
                "not_whole",
            )
            for one in new
        ]
    )


def _names(rows: Mapping[int, Neighbourhood], *areas: int | None) -> str:
    """Of the neighbourhood beside a gap, or of the two that overlap."""
    return ", ".join(rows[area].name for area in areas if area is not None)


def _areas(change_set: ChangeSet) -> set[int]:
    """The neighbourhoods (ids) of all districts that the set draws anew, or of which it draws,
    makes, moves or ends a neighbourhood. Its records may be written or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH moving AS ("
            "  SELECT entity_uid, values FROM addresses_change"
            "  WHERE change_set_id = %(set)s AND entity = ANY(%(kinds)s)"
            "    AND (operation <> 'UPDATE' OR values ?| ARRAY['geometry', 'district', 'status'])"
            "), moved AS ("
            "  SELECT d.id FROM addresses_district d"
            "  WHERE d.uid IN (SELECT entity_uid FROM moving)"
            "     OR d.uid IN (SELECT (values->>'district')::uuid FROM moving)"
            "  UNION SELECT n.district_id FROM addresses_neighbourhood n"
            "  WHERE n.uid IN (SELECT entity_uid FROM moving)"
            "  UNION SELECT h.district_id FROM addresses_neighbourhood_history h"
            "  WHERE h.ended_by_id = %(set)s)"
            " SELECT n.id FROM addresses_neighbourhood n WHERE n.district_id IN (SELECT id FROM moved)",
            {"set": change_set.pk, "kinds": list(AREA_WIDE)},
        )
        return {row[0] for row in cursor.fetchall()}

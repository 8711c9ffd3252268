"""What moved boundaries would mean for doors: read while a draft is applied."""

from typing import Any

from django.utils.translation import gettext as _

from addresses.rules.effects import Touched
from core.queries import sql


def effects(touched: Touched) -> dict[str, Any]:
    """Counts of doors: on ground that changes hands, and whose district changes. Writes nothing.

    A door stays in the neighbourhood that its street's side is registered in; what stands on
    another's ground afterwards the rules of quality list.
    """
    if not touched.boundaries:
        return {}
    return sql.run("addresses", "boundary_effects", {"change_set": touched.change_set})[0]


def in_words(report: dict[str, Any]) -> list[str]:
    """The report for a reader."""
    if not report:
        return []
    return [
        _("Neighbourhoods that change: %s.") % report["areas"],
        _("Doors on ground that goes to another neighbourhood: %s.") % report["ground"],
        _("Doors whose district changes: %s.") % report["district"],
    ]

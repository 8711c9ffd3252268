"""Groups of request types, for the filters of the maps."""

from dataclasses import dataclass

from django.utils.translation import get_language

from cases.queries.catalogue import request_types
from core.rules.text import in_order
from spatial_analytics.models import HotspotRun


@dataclass(frozen=True)
class TypeGroup:
    """A group as a filter shows it."""

    id: int
    code: str
    name: str


def type_groups() -> list[TypeGroup]:
    """All groups in the order of their names in the page's language."""
    english = (get_language() or "").startswith("en")
    groups = {kind.group_id: kind.group for kind in request_types().values()}
    found = [
        TypeGroup(pk, group.code, group.name_en if english else group.name)
        for pk, group in groups.items()
    ]
    return sorted(found, key=lambda group: in_order(group.name))


def group_of(run: HotspotRun) -> TypeGroup | None:
    """That of a forecast; None for one of all types."""
    return next((group for group in type_groups() if group.id == run.type_group_id), None)

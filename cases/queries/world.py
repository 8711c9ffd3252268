"""Everything that there is to tell apart, for the proofs about rules."""

from cases.models import Channel, RequestType
from cases.queries.rulebook import register
from cases.rules.coverage import World


def world() -> World:
    """Types, areas and channels of today."""
    areas = register()
    return World(
        types=dict(RequestType.objects.values_list("pk", "group_id")),
        neighbourhoods={pk: area.parent for pk, area in areas.neighbourhoods.items()},
        districts={pk: area.parent for pk, area in areas.districts.items()},
        channels=tuple(Channel.objects.values_list("pk", flat=True)),
    )

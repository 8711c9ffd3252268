"""Records in a small box, for whoever draws."""

import json
from dataclasses import dataclass

from django.db import connection

from addresses.queries.data_model import EntityType
from addresses.queries.records import LIVING, Body, select

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Found:
    """Bodies in public form. `truncated`: there were more than the limit."""

    bodies: list[Body]
    truncated: bool


def in_box(kind: EntityType, box: Box, *, limit: int) -> Found:
    """Living records whose extent meets the box (west, south, east, north in degrees).

    Leans on the GiST index of `geom_m`; in no order, so that the index decides alone.
    """
    statement = select(
        kind,
        f"WHERE t.geom_m && ST_Transform(ST_MakeEnvelope(%s, %s, %s, %s, 4326), 3857)"
        f" AND t.status IN {LIVING} LIMIT %s",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*box, limit + 1])
        bodies = [json.loads(text) for (text,) in cursor.fetchall()]
    return Found(bodies[:limit], len(bodies) > limit)

"""Pages of records by area, box and code, in public form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from addresses.queries.data_model import EntityType
from addresses.queries.records import Body, select

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Wanted:
    """What a page is asked for. `box` is west, south, east, north in degrees; `after` is the key
    that the page before ended with; `equal` are fields and their values."""

    limit: int
    after: int = 0
    as_of: date | None = None
    box: Box | None = None
    areas: Sequence[int] = ()
    districts: Sequence[int] = ()
    statuses: Sequence[str] = ()
    equal: Mapping[str, str] = field(default_factory=dict)


def page(kind: EntityType, wanted: Wanted) -> tuple[list[Body], int | None]:
    """Records in the order in which they were made, and the key to go on with (None at the end).

    The key is the last row's own, so that rows which change meanwhile are neither skipped nor
    repeated. Cost grows with the page, not with its position. Raises LookupError for a field that
    cannot be asked for.
    """
    conditions, parameters = _conditions(kind, wanted)
    statement = select(
        kind,
        f"WHERE {' AND '.join(conditions)} ORDER BY t.id LIMIT %(limit)s",
        as_of=wanted.as_of,
    ).replace("SELECT ", "SELECT t.id, ", 1)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    more = len(rows) > wanted.limit
    rows = rows[: wanted.limit]
    return [json.loads(text) for _key, text in rows], rows[-1][0] if more else None


def _conditions(kind: EntityType, wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    conditions = ["t.id > %(after)s"]
    parameters: dict[str, Any] = {
        "after": wanted.after,
        "day": wanted.as_of,
        "limit": wanted.limit + 1,
        "areas": list(wanted.areas),
        "districts": list(wanted.districts),
        "statuses": list(wanted.statuses),
    }
    if wanted.areas:
        conditions.append(kind.within("t"))
    if wanted.statuses:
        conditions.append("t.status = ANY(%(statuses)s)")
    if wanted.box is not None:
        if not kind.geometry:
            raise LookupError("bbox")
        names = ("west", "south", "east", "north")
        parameters |= dict(zip(names, wanted.box, strict=True))
        conditions.append(
            "t.geom_m && ST_Transform("
            "ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857)"
        )
    for name, value in wanted.equal.items():
        column = kind.by_name.get(name)
        if column is None or column.type not in ("text", "reference") or "\x00" in value:
            raise LookupError(name)
        parameters[f"equal_{name}"] = value
        target = f"t_{name}.uid::text" if column.type == "reference" else f"t.{column.column}"
        conditions.append(f"{target} = %(equal_{name})s")
    return conditions, parameters

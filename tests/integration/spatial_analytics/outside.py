"""Outside indicators of the small city, and files for them."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from spatial_analytics.actions import outside
from spatial_analytics.models import OutsideImport, OutsideIndicator, OutsideValue
from spatial_analytics.queries.figures import Answer, answer
from spatial_analytics.queries.reach import Counted, Sight
from spatial_analytics.queries.registry import indicators
from spatial_analytics.rules.question import read
from tests.factories import City

ALL = Sight(Counted.ALL)
PUBLIC = Sight(Counted.PUBLIC)
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.get_fixed_timezone(180))
PERIOD = {"from": "2026-01-01", "to": "2026-10-31"}


def asked(seen: Sight = ALL, **query: str) -> Answer:
    return answer(read(query, today=TODAY, indicators=indicators()), seen, now=NOW)


def values(found: Answer) -> dict[Any, Any]:
    return {row.keys if len(row.keys) > 1 else row.keys[0]: row.value for row in found.rows}


def make_outside(
    city: City, code: str = "su", level: str = "neighbourhood", **more: Any
) -> OutsideIndicator:
    body = city.bodies[more.pop("body", "a")]
    return outside.define(
        OutsideIndicator(code=code, name=code, level=level, organisation=body, **more)
    )


def bring(
    indicator: OutsideIndicator,
    text: str | bytes,
    *,
    mark: str = "",
    fixed: str = "",
    **columns: int,
) -> OutsideImport:
    """A file comes in, its columns are said (or guessed), it is imported."""
    data = text.encode() if isinstance(text, str) else text
    came = outside.take_in(indicator, data, name="tablo.csv", by=None, now=NOW)
    outside.choose(came, columns or came.choices["columns"], mark=mark, fixed=fixed)
    return outside.begin(came, now=NOW)


def present(row: OutsideIndicator) -> dict[tuple[int, str, str], float]:
    rows = OutsideValue.objects.filter(indicator=row, replaced_by=None)
    return {(v.key, v.begin.isoformat(), v.category): v.value for v in rows}

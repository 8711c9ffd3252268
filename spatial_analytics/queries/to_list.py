"""From a figure to the cases behind it, as what a list of cases is asked for."""

from typing import Any

from cases.models import Channel, RequestType, RequestTypeGroup
from spatial_analytics.rules.indicators import Source
from spatial_analytics.rules.question import Question

#: What the list knows by the same ids or words.
_ALIKE = ("kind", "organisation", "department", "crew", "district", "neighbourhood", "state")
_BY_CODE: dict[str, Any] = {"group": RequestTypeGroup, "type": RequestType, "channel": Channel}
#: The day that the list can be narrowed by, for indicators that count by one.
_DAYS = {"opened_on": "opened", "ended_on": "closed"}


def list_query(question: Question) -> dict[str, str]:
    """The list's parameters: the same period and filters as far as it has them. What it has not (families of
    channels, streets) is left out, so that it may hold more than was counted, never less."""
    one = question.indicator
    query = {"view": "all", "state": "all"}
    if one.source is Source.CASES and not one.day:
        query["state"] = "open"
    for name, values in question.filters.items():
        if name in _ALIKE:
            query[name] = ",".join(map(str, values))
        elif name in _BY_CODE:
            codes = _BY_CODE[name].objects.filter(pk__in=values).values_list("code", flat=True)
            query[name] = ",".join(sorted(codes))
    if one.source is Source.CASES and (day := _DAYS.get(one.day)):
        query[f"{day}_from"] = question.period.begin.isoformat()
        query[f"{day}_to"] = question.period.end.isoformat()
    return query

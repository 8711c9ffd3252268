"""Where would this go, and why? The same question as for a case, without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.models import Department
from cases.models import Channel, RequestType
from cases.queries.explaining import explanation
from cases.queries.place import Location, locate
from cases.queries.rulebook import rulebook, tolerance
from cases.queries.surroundings import around_cases, facts_of
from cases.rules.draft import Draft
from cases.rules.routing import NoRuleMatches, Rulebook, rule_on


@dataclass(frozen=True)
class Probe:
    """`department` is None where no rule fits. `explanation` as a decision stores it."""

    location: Location
    department: Department | None
    explanation: dict[str, Any]
    for_a_person: bool


def probe(
    *,
    request_type: RequestType | None,
    place: str,
    channel: Channel | None,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    book: Rulebook | None = None,
) -> Probe:
    """What the rules of that day say. `place` is an address or coordinates as people write them.
    Raises InvalidInput where there is no such place."""
    location = locate(Draft("", "", "", place_text=place))
    point = None
    if location.lon is not None and location.lat is not None:
        point = Point(location.lon, location.lat, srid=4326)
    case = SimpleNamespace(
        pk=0, geom=point, precision=location.precision, address_id=location.address,
        building_id=location.building, parcel_id=location.parcel, street_id=location.street,
        neighbourhood_id=location.neighbourhood, district_id=location.district,
        request_type=request_type, request_type_id=request_type.pk if request_type else None,
        type_source="CHOSEN", kind=request_type.kind if request_type else "",
        channel_id=channel.pk if channel else None, opened_at=at, answers=dict(answers or {}),
    )  # fmt: skip
    on = timezone.localdate(at)
    around = around_cases([case], on)[0]
    facts = facts_of(case, around, on)
    try:
        ruling = rule_on(book or rulebook(), facts, around.near, tolerance())
    except NoRuleMatches:
        return Probe(location, None, {}, True)
    department = Department.objects.select_related("organisation").get(pk=ruling.rule.department)
    return Probe(
        location, department, explanation(case, facts, around, ruling), ruling.for_a_person
    )

"""Decides which department is responsible, and writes down why."""

from datetime import datetime

from django.utils import timezone

from accounts.models import Department
from accounts.rules.viewer import Viewer
from addresses.models import District, Neighbourhood
from cases.actions.recording import changing
from cases.conf import CONF
from cases.models import Case, RoutingDecision
from cases.queries.catalogue import routing_rules
from cases.queries.place import Boundary
from cases.rules.lifecycle import State
from cases.rules.routing import Facts, NoRuleMatches, Rule, decide


def route_case(
    *, case: Case, viewer: Viewer, now: datetime, boundary: Boundary | None = None
) -> bool:
    """Asks the rules and moves the case; without a matching rule it stays for a person to see.

    Returns whether a rule matched. Locks nothing: the caller holds the case's row or has just made
    it.
    """
    with changing(case, "routed", actor=viewer.user_id, now=now, public=True) as event:
        matched = decide_body(case, now, boundary)
        if matched:
            case.state = State.ROUTED
        else:
            event.kind, event.public = "no_rule_matched", False
            case.needs_review = True
    return matched


def decide_body(case: Case, now: datetime, boundary: Boundary | None = None) -> bool:
    """Sets the responsible department by the rules and writes down why; whether a rule matched.

    Near a boundary behind which another department would be responsible, the decision is flagged
    instead of guessed at. The caller stores the case.
    """
    facts = _facts(case, now)
    rules = routing_rules()
    try:
        rule = decide(rules, facts)
    except NoRuleMatches:
        return False
    other = _across(rules, facts, boundary)
    ambiguous = other is not None and other.department != rule.department
    department = Department.objects.select_related("organisation").get(pk=rule.department)
    RoutingDecision.objects.create(
        case=case,
        rule_id=rule.id,
        department=department,
        explanation=_explanation(case, rule, boundary, other if ambiguous else None),
        ambiguous=ambiguous,
        decided_at=now,
    )
    send_to(case, department)
    case.needs_review = case.needs_review or ambiguous
    return True


def send_to(case: Case, department: Department) -> None:
    """Makes a department responsible. The caller stores the case."""
    case.department, case.organisation = department, department.organisation


def _facts(case: Case, now: datetime) -> Facts:
    return Facts(
        request_type=case.request_type_id,
        group=case.request_type.group_id if case.request_type else None,
        district=case.district_id,
        neighbourhood=case.neighbourhood_id,
        channel=case.channel_id,
        on=timezone.localdate(now),
    )


def _across(rules: list[Rule], facts: Facts, boundary: Boundary | None) -> Rule | None:
    """The rule that would win on the other side of a near boundary."""
    if boundary is None or boundary.distance_m > CONF.near_boundary_m:
        return None
    there = Facts(
        facts.request_type, facts.group, boundary.other_district, None, facts.channel, facts.on
    )
    try:
        return decide(rules, there)
    except NoRuleMatches:
        return None


def _explanation(
    case: Case, rule: Rule, boundary: Boundary | None, other: Rule | None
) -> dict[str, object]:
    explanation: dict[str, object] = {
        "rule": {"id": rule.id, "position": rule.position, "name": rule.name},
        "conditions": list(rule.conditions),
        "type": case.request_type.name if case.request_type else None,
        "type_source": case.type_source,
        "group": case.request_type.group.name if case.request_type else None,
        "district": _name(District, case.district_id),
        "neighbourhood": _name(Neighbourhood, case.neighbourhood_id),
        "place_by": "register"
        if case.address_id
        else "polygon"
        if case.method == "PIN"
        else "words",
        "precision": case.precision,
    }
    if boundary is not None:
        explanation["boundary_m"] = round(boundary.distance_m, 1)
    if other is not None:
        department = Department.objects.select_related("organisation").get(pk=other.department)
        explanation["alternative"] = {"department": str(department), "rule": other.name}
    return explanation


def _name(area: type[District] | type[Neighbourhood], pk: int | None) -> str | None:
    """The area's name alone: its outline may have thousands of vertices."""
    return area.objects.filter(pk=pk).values_list("name", flat=True).first() if pk else None

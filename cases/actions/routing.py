"""Decides which department is responsible, and writes down why."""

from datetime import date, datetime

from django.utils import timezone

from accounts.models import Department
from accounts.rules.viewer import Viewer
from cases.actions.recording import changing
from cases.models import Case, RoutingDecision
from cases.queries.explaining import explanation
from cases.queries.rulebook import rulebook, tolerance
from cases.queries.surroundings import Surroundings, around_cases, facts_of
from cases.rules.binding import Facts
from cases.rules.lifecycle import State
from cases.rules.routing import NoRuleMatches, Ruling, rule_on


def route_case(*, case: Case, viewer: Viewer, now: datetime) -> bool:
    """Asks the rules and moves the case; without a matching rule it stays for a person to see.

    Returns whether a rule matched. Locks nothing: the caller holds the case's row or has just made
    it.
    """
    with changing(case, "routed", actor=viewer.user_id, now=now, public=True) as event:
        matched = decide_body(case, now)
        if matched:
            case.state = State.ROUTED
        else:
            event.kind, event.public = "no_rule_matched", False
            case.needs_review = True
    return matched


def decide_body(case: Case, now: datetime, around: Surroundings | None = None) -> bool:
    """Sets the responsible department by the rules and writes down why; whether a rule matched.

    The areas of the case are those of the register of today. Near a boundary behind which another
    department would be responsible, and where a faulty rule stands before the one that matched, the
    decision is flagged instead of guessed at. The caller stores the case; `around` saves the look.
    """
    on = timezone.localdate(now)
    around = around or around_case(case, on)
    stand(case, around)
    facts = facts_of(case, around, on)
    try:
        ruling = rule_on(rulebook(), facts, around.near, tolerance())
    except NoRuleMatches:
        return False
    obey(case, facts, around, ruling, now)
    return True


def around_case(case: Case, on: date) -> Surroundings:
    """What lies around one case today."""
    if case.geom is None and case.address_id is None:
        return Surroundings(case.neighbourhood_id, case.district_id)
    return around_cases([case], on)[case.pk or 0]


def stand(case: Case, around: Surroundings) -> bool:
    """Sets the areas of a case as the register has them today; whether they are others."""
    before = (case.district_id, case.neighbourhood_id)
    case.district_id, case.neighbourhood_id = around.district, around.neighbourhood
    return before != (case.district_id, case.neighbourhood_id)


def obey(case: Case, facts: Facts, around: Surroundings, ruling: Ruling, now: datetime) -> None:
    """Writes the decision down and makes its department responsible."""
    department = Department.objects.select_related("organisation").get(pk=ruling.rule.department)
    RoutingDecision.objects.create(
        case=case,
        rule_id=ruling.rule.id,
        department=department,
        explanation=explanation(case, facts, around, ruling),
        ambiguous=ruling.ambiguous,
        decided_at=now,
    )
    send_to(case, department)
    case.needs_review = case.needs_review or ruling.for_a_person


def send_to(case: Case, department: Department) -> None:
    """Makes a department responsible. The caller stores the case."""
    case.department, case.organisation = department, department.organisation

"""Decides which department is responsible, and writes down why."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department
from accounts.rules.viewer import Viewer
from cases.actions.notices import Telling, tell_reporters
from cases.actions.offering import offer
from cases.actions.recording import changing
from cases.models import Case, Referral, RoutingDecision
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
        matched = decide_body(case, now, by=viewer.user_id)
        if matched:
            case.state = State.ROUTED
        else:
            event.kind, event.public = "no_rule_matched", False
            case.needs_review = True
    return matched


def decide_body(case: Case, now: datetime, *, by: int | None) -> bool:
    """Sets the responsible department by the rules and writes down why; whether a rule matched.

    The areas of the case are those of the register of today. Near a boundary behind which another
    department would be responsible, and where a faulty rule stands before the one that matched, the
    decision is flagged instead of guessed at. Another body than before is told as a referral. The
    caller stores the case.
    """
    on = timezone.localdate(now)
    around = around_case(case, on)
    stand(case, around)
    facts = facts_of(case, around, on)
    try:
        ruling = rule_on(rulebook(), facts, around.near, tolerance())
    except NoRuleMatches:
        return False
    department = Department.objects.select_related("organisation").get(pk=ruling.rule.department)
    decided = Decided(now, by)
    decided.obey(case, facts, around, ruling, department)
    decided.store()
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


@dataclass
class Decided:
    """Decisions about one case or many, and the referrals that follow; `store` in the transaction
    that stores the cases."""

    now: datetime
    by: int | None
    _decisions: list[RoutingDecision] = field(default_factory=list)
    _referrals: list[Referral] = field(default_factory=list)

    def obey(
        self,
        case: Case,
        facts: Facts,
        around: Surroundings,
        ruling: Ruling,
        department: Department,
    ) -> None:
        """Makes the department of the ruling responsible. If that is another body than the one that
        had the case, it is forwarded: a referral, with notice to the reporters."""
        self._decisions.append(
            RoutingDecision(
                case=case,
                rule_id=ruling.rule.id,
                department=department,
                explanation=explanation(case, facts, around, ruling),
                ambiguous=ruling.ambiguous,
                decided_at=self.now,
            )
        )
        if case.organisation_id not in (None, department.organisation_id):
            reason = _("By the routing rule “%s”.") % ruling.rule.name
            self._referrals.append(
                Referral(
                    case=case, from_department_id=case.department_id, to_department=department,
                    reason=reason, by_id=self.by, at=self.now,
                )
            )  # fmt: skip
        send_to(case, department)
        case.needs_review = case.needs_review or ruling.for_a_person

    def store(self) -> None:
        RoutingDecision.objects.bulk_create(self._decisions)
        if not self._referrals:
            return
        cases = [referral.case for referral in self._referrals]
        waiting = Referral.objects.filter(case__in=cases, accepted=None)
        waiting.update(accepted=False, answered_at=self.now)
        Referral.objects.bulk_create(self._referrals)
        offer(self._referrals, now=self.now)
        tell_reporters(
            Telling(r.case, "refer", key=f"referral:{r.pk}", note=str(r.to_department))
            for r in self._referrals
        )


def send_to(case: Case, department: Department) -> None:
    """Makes a department responsible. The caller stores the case."""
    case.department, case.organisation = department, department.organisation

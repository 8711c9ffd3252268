"""What moved boundaries would mean for open cases: reads the register as it would be."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department
from addresses.models.entity import LIVING
from addresses.rules.effects import Touched
from cases.queries.catalogue import routing_rules
from cases.rules.lifecycle import OPEN
from cases.rules.routing import Facts, NoRuleMatches, Rule, decide
from core.queries import sql

MOST = 20_000  # cases that are looked at; the report says when there are more


def effects(touched: Touched) -> dict[str, Any]:
    """How many open cases would lie in another area, and be another body's. Writes nothing.

    A case's point is held against the outlines of before and after; a rule is asked as if the case
    were a bare point there.
    """
    if not touched.boundaries:
        return {}
    parameters = {
        "change_set": touched.change_set,
        "states": [str(s) for s in OPEN],
        "living": list(LIVING),
        "limit": MOST + 1,
    }
    rows = sql.run("cases", "boundary_effects", parameters)
    more, rows = len(rows) > MOST, rows[:MOST]
    rules = routing_rules()
    bodies = dict(Department.objects.values_list("pk", "organisation_id"))
    report = {"looked_at": len(rows), "more": more, "neighbourhood": 0, "district": 0, "body": 0}
    for row in rows:
        report["neighbourhood"] += row["neighbourhood_before"] != row["neighbourhood_after"]
        report["district"] += row["district_before"] != row["district_after"]
        report["body"] += _body(rules, bodies, row, "before") != _body(rules, bodies, row, "after")
    return report


def _body(rules: list[Rule], bodies: dict[int, int], row: dict[str, Any], when: str) -> int | None:
    facts = Facts(
        request_type=row["request_type_id"],
        group=row["group_id"],
        district=row[f"district_{when}"],
        neighbourhood=row[f"neighbourhood_{when}"],
        channel=row["channel_id"],
        on=timezone.localdate(),
    )
    try:
        return bodies.get(decide(rules, facts).department)
    except NoRuleMatches:
        return None


def in_words(report: dict[str, Any]) -> list[str]:
    """The report for a reader."""
    if not report:
        return []
    words = [
        _("Open cases inside the areas that change: %s.") % report["looked_at"],
        _("Of these would lie in another neighbourhood: %s.") % report["neighbourhood"],
        _("… in another district: %s.") % report["district"],
        _("… would go to another body: %s.") % report["body"],
    ]
    if report["more"]:
        words.append(_("There are more: only the first %s were looked at.") % MOST)
    return words

"""What moved boundaries would mean for cases: reads the register as it would be."""

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department
from addresses.models.entity import LIVING
from addresses.rules.effects import Touched
from cases.queries.rulebook import forget, rulebook
from cases.queries.surroundings import Surroundings, facts_at
from cases.rules.lifecycle import OPEN
from cases.rules.routing import NoRuleMatches, Rulebook
from core.queries import sql

MOST = 20_000  # cases that are looked at; the report says when there are more


def effects(touched: Touched) -> dict[str, Any]:
    """How many open cases would lie in another area, and be another body's; and of those of the last
    year, ended ones included, which would have gone elsewhere. Writes nothing.

    A case's point is held against the outlines of before and after; a rule is asked as if the case
    were a bare point there.
    """
    if not touched.boundaries:
        return {}
    now = timezone.now()
    parameters = {
        "change_set": touched.change_set,
        "states": [str(s) for s in OPEN],
        "since": now - timedelta(days=365),
        "living": list(LIVING),
        "limit": MOST + 1,
    }
    rows = sql.run("cases", "boundary_effects", parameters)
    more, rows = len(rows) > MOST, rows[:MOST]
    try:
        return _counted(rows, rulebook(), timezone.localdate(now)) | {"more": more}
    finally:
        # The draft is applied while this runs: nobody else may take it for the register.
        forget()


def _counted(rows: list[dict[str, Any]], book: Rulebook, on: date) -> dict[str, Any]:
    bodies = {d.pk: d for d in Department.objects.select_related("organisation")}
    report = dict.fromkeys(("looked_at", "neighbourhood", "district", "body", "year", "moved"), 0)
    moves: Counter[tuple[str, str]] = Counter()
    for row in rows:
        before, after = (bodies.get(_body(book, row, when, on)) for when in ("before", "after"))
        other_body = _organisation(before) != _organisation(after)
        if row["open"]:
            report["looked_at"] += 1
            report["neighbourhood"] += row["neighbourhood_before"] != row["neighbourhood_after"]
            report["district"] += row["district_before"] != row["district_after"]
            report["body"] += other_body
        report["year"] += row["of_the_year"]
        if row["of_the_year"] and before != after:
            report["moved"] += 1
            moves[str(before or "–"), str(after or "–")] += 1
    return report | {"moves": [[*pair, n] for pair, n in moves.most_common(5)]}


def _organisation(department: Department | None) -> int | None:
    return department.organisation_id if department else None


def _body(book: Rulebook, row: dict[str, Any], when: str, on: date) -> int:
    around = Surroundings(row[f"neighbourhood_{when}"], row[f"district_{when}"])
    facts = facts_at(
        around,
        on=on,
        opened_at=row["opened_at"],
        answers=json.loads(row["answers"]),
        request_type=row["request_type_id"],
        group=row["group_id"],
        kind=row["kind"],
        channel=row["channel_id"],
    )
    try:
        return book.decide(facts).rule.department
    except NoRuleMatches:
        return 0


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
    if report.get("year"):
        words.append(
            _(
                "Of %(year)s requests of the last year in these areas %(moved)s would have gone elsewhere."
            )
            % report
        )
    words += [
        _("%(n)s from %(before)s to %(after)s") % {"n": n, "before": before, "after": after}
        for before, after, n in report.get("moves", [])
    ]
    if report["more"]:
        words.append(_("There are more: only the first %s were looked at.") % MOST)
    return words

"""What a decision rests on, as it is stored with it: enough to check it years later."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Department
from cases.queries.rulebook import Area, Register, area_versions, register
from cases.queries.surroundings import Surroundings
from cases.rules.binding import BoundTest, Facts, reasons
from cases.rules.routing import Candidate, Near, Rule, Ruling


def explanation(case: Any, facts: Facts, around: Surroundings, ruling: Ruling) -> dict[str, Any]:
    """Rule and text, the tests that held, the areas with their versions, the nearest boundaries, and
    who would be responsible behind them (`alternative` where a person must decide).

    `case` is anything with the fields of a case that are read here.
    """
    known, kind = register(), case.request_type
    found: dict[str, Any] = {
        "rule": _rule(ruling.rule),
        "reasons": [_reason(test, held) for test, held in reasons(ruling.rule.condition, facts)],
        "type": kind.name if kind else None,
        "type_source": case.type_source,
        "group": kind.group.name if kind else None,
        "district": _name(known.districts, facts.district),
        "neighbourhood": _name(known.neighbourhoods, facts.neighbourhood),
        "place_by": "register"
        if case.address_id
        else "polygon"
        if case.precision == "POINT"
        else "words",
        "precision": case.precision,
        "areas": _areas(known, facts),
    }
    districts = [n for n in around.near if n.level in ("district", "province")]
    if districts:
        found["boundary_m"] = round(districts[0].distance_m, 1)
    if around.near:
        found["boundaries"] = [_boundary(known, near) for near in around.near[:3]]
    if ruling.candidates:
        found["candidates"] = _candidates(known, ruling.candidates)
    if ruling.ambiguous:
        found["alternative"] = found["candidates"][0]
    if ruling.decision.doubtful:
        found["doubtful"] = [_rule(rule) for rule in ruling.decision.doubtful]
    return found


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "position": rule.position, "name": rule.name, "text": rule.text}


def _reason(test: BoundTest, held: bool) -> dict[str, Any]:
    return {
        "fact": test.fact,
        "op": test.test.op,
        "name": test.test.name,
        "values": [value.text for value in test.test.values],
        "held": held,
    }


def _name(areas: dict[int, Area], pk: int | None) -> str | None:
    area = areas.get(pk or 0)
    return area.name if area else None


def _areas(known: Register, facts: Facts) -> list[dict[str, Any]]:
    """The areas that the case was held to lie in, each with the version that said so."""
    levels = (
        ("district", known.districts.get(facts.district or 0)),
        ("neighbourhood", known.neighbourhoods.get(facts.neighbourhood or 0)),
    )
    found: list[dict[str, Any]] = [
        {"level": level, "name": a.name, "version": a.version, "change": a.change}
        for level, a in levels
        if a is not None
    ]
    if facts.areas:
        found += [{"level": "area", **one} for one in area_versions(facts.areas, facts.on)]
    return found


def _boundary(known: Register, near: Near) -> dict[str, Any]:
    name = near.area
    if near.area is None:
        own = _name(known.neighbourhoods, near.neighbourhood)
        district = _name(known.districts, near.district)
        # Where the district is another one, its name says more than the neighbourhood's.
        name = own if near.level == "neighbourhood" and own else district
    return {
        "level": near.level, "name": name, "m": round(near.distance_m, 1), "inside": near.inside,
    }  # fmt: skip


def _candidates(known: Register, candidates: Iterable[Candidate]) -> list[dict[str, Any]]:
    rows = list(candidates)
    departments = Department.objects.select_related("organisation").in_bulk(
        {c.rule.department for c in rows}
    )
    return [
        {
            "department": str(departments[c.rule.department]),
            "rule": c.rule.name,
            "m": round(c.distance_m, 1),
            "beyond": [_boundary(known, near) for near in c.beyond],
        }
        for c in rows
    ]

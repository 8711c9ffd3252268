"""Turns ranked findings into an answer: candidates, category, warnings, evidence."""

from dataclasses import replace

from django.utils.translation import gettext as _

from addresses.geocoder.answer import (
    CONTRADICTING,
    EXACT,
    MISSING,
    REPAIRED,
    Answer,
    Candidate,
)
from addresses.geocoder.answer import Evidence as FieldEvidence
from addresses.geocoder.areas import areas
from addresses.geocoder.buildings import building, names_building
from addresses.geocoder.contradictions import other_street
from addresses.geocoder.doors import best_door
from addresses.geocoder.explain import field, shown
from addresses.geocoder.landmarks import landmark
from addresses.geocoder.names import NameIndex
from addresses.geocoder.parse import House
from addresses.geocoder.ranking import NOTHING, Evidence, Found, houses_beside, weigh
from addresses.geocoder.register import Between, Points, Register
from addresses.geocoder.trace import Trace
from addresses.geocoder.trust import category_of, named_by, warnings_of
from addresses.geocoder.weights import WEIGHTS
from addresses.rules import house_number

_STREETS_OF_A_VILLAGE = 60
_FEW = 3  # streets, so that the number alone is sure
_DOORS_SHOWN = 5
_BETWEEN_M = 250.0  # neighbours further apart say little about what lies between


def is_exact(found: list[Found], evidence: Evidence) -> bool:
    """Whether nothing that was given contradicts, so that no tolerant look is needed.

    Words that name nothing may be the misspelt name of an area: with them one door must be left.
    """
    top = found[0]
    r = top.ranked
    if top.door is None or not top.door.exact or top.door.row.how:
        return False
    if r.street.score < WEIGHTS.nearly_exact:
        return False
    if evidence.kinds and r.document.kind not in evidence.kinds:
        return False
    if evidence.has_neighbourhood and r.neighbourhood.score < WEIGHTS.area_sure:
        return False
    if other_street(evidence, r.street.items, named_by(top, evidence)):
        return False
    doors = {f.door.row.address_id for f in found if f.door is not None}
    return len(doors) == 1 or not evidence.unexplained(named_by(top, evidence))


def compose(
    found: list[Found],
    evidence: Evidence,
    index: NameIndex,
    register: Register,
    *,
    limit: int,
    trace: Trace | None = None,
) -> Answer:
    """The answer for streets in order of value, or for landmarks, buildings and areas where none is
    sure."""
    if found and not accepted(found, evidence):
        found = _acceptable(found, evidence) or _but_for_the_area(found, evidence) or found
    top = found[0] if found else None
    place = landmark(evidence, index, register, limit=limit)
    street = top is not None and (
        accepted(found, evidence) or bool(_but_for_the_area(found, evidence))
    )
    if top is not None and street and not (place and _is_landmark(top, evidence, *place)):
        return _streets(found, evidence, index, register, limit=limit, trace=trace)
    if place is not None:
        return place[0]
    other = building(evidence, index, register, limit=limit)
    if other is None and not evidence.has_street:
        other = _without_street(evidence, index, register, limit=limit, trace=trace)
    return other or areas(evidence, index, register, limit=limit)


def _is_landmark(top: Found, evidence: Evidence, place: Answer, items: frozenset[int]) -> bool:
    """Whether a landmark is meant rather than the best street: "Pir Sultan Parkı" names no street,
    "Industriering 31" no bus stop.
    """
    if evidence.has_street or evidence.parsed.house is not None:
        return False
    if top.door is None:
        return True
    r = top.ranked
    named = r.street.items | r.neighbourhood.items | r.district.items
    sure = place.best is not None and place.best.score >= WEIGHTS.area_sure
    return sure and not items <= named


def accepted(found: list[Found], evidence: Evidence) -> bool:
    """Whether the best street is named well enough to be shown at all."""
    top = found[0]
    r = top.ranked
    district_given = evidence.best_district >= WEIGHTS.sure
    area_fits = not evidence.has_neighbourhood or r.neighbourhood.score >= WEIGHTS.area_named
    if (
        r.street.score >= WEIGHTS.sure
        and area_fits
        and (r.district.score >= WEIGHTS.area_named or not district_given)
    ):
        return evidence.has_street or top.door is not None or r.neighbourhood.score >= WEIGHTS.sure
    return (
        r.street.score >= 0.55
        and r.neighbourhood.score >= 0.5
        and (r.district.score >= 0.4 or not district_given)
    )


def _acceptable(found: list[Found], evidence: Evidence) -> list[Found]:
    """The streets with the best one first that could be shown by itself; empty where none can."""
    first = next((f for f in found if accepted([f], evidence)), None)
    return [first, *(f for f in found if f is not first)] if first is not None else []


def _but_for_the_area(found: list[Found], evidence: Evidence) -> list[Found]:
    """The streets with the one first that all but the given neighbourhood leaves; empty where it
    leaves none, or several doors.
    """
    if not evidence.has_neighbourhood:
        return []
    best = max(f.ranked.district.score for f in found)
    left = [
        f
        for f in found
        if f.door is not None
        and f.ranked.street.score >= WEIGHTS.nearly_exact
        and f.ranked.district.score >= min(best, 0.8)
        and (not evidence.kinds or f.ranked.document.kind in evidence.kinds)
    ]
    # "490/2 Sokak" is not the street 2.
    left = [f for f in left if not any(f.ranked.street.items < o.ranked.street.items for o in left)]
    if len({f.door.row.address_id for f in left if f.door}) != 1:
        return []
    return [left[0], *(f for f in found if f is not left[0])]


def _without_street(
    evidence: Evidence,
    index: NameIndex,
    register: Register,
    *,
    limit: int,
    trace: Trace | None,
) -> Answer | None:
    """A number directly in a neighbourhood, as in villages without streets: its doors of that number
    where they are few.
    """
    found: list[Found] = []
    few = True
    for area, houses in _numbers_in_areas(evidence, index):
        documents = [index.documents[p] for p in index.of_neighbourhood.get(area, ())]
        streets = {d.street_id for d in documents}
        if not streets or len(streets) > _STREETS_OF_A_VILLAGE:
            continue
        sides = [side for d in documents for side in d.side_ids]
        rows = register.doors(sides, [houses[0].number], evidence.parsed.unit)
        few = few and len(streets) <= _FEW
        for document in documents:
            there = [row for row in rows if row.side_id in document.side_ids]
            door = best_door(houses[0], there, unit=evidence.parsed.unit)
            if door is not None and document.official:
                ranked = replace(weigh(index, evidence, document, NOTHING), houses=houses)
                found.append(Found(ranked, door, ranked.value + WEIGHTS.door))
    if not 1 <= len(found) <= _DOORS_SHOWN:
        return None
    found.sort(key=lambda f: -f.value)
    answer = _streets(found, evidence, index, register, limit=limit, trace=trace)
    sure = few and len(found) == 1 and answer.best is not None
    warnings = tuple(dict.fromkeys(("street_missing", *answer.warnings)))
    return replace(answer, category="B" if sure else "C", warnings=warnings)


def _numbers_in_areas(evidence: Evidence, index: NameIndex) -> list[tuple[int, tuple[House, ...]]]:
    """Neighbourhoods (ids) that are named together with a house number, in the district that is
    named too, if one is.
    """
    named = []
    for name_id, match in evidence.neighbourhoods.items():
        houses = houses_beside(evidence.parsed, NOTHING, match, after=match)
        if match.score < WEIGHTS.area_sure or not houses:
            continue
        for area in index.neighbourhood.owners[name_id]:
            district = index.name_of_district[index.neighbourhoods[area].parent_id]
            named.append((evidence.districts.get(district, NOTHING).score, area, houses))
    best = max((score for score, _area, _houses in named), default=0.0)
    return [(area, houses) for score, area, houses in named if score >= best]


def _streets(
    found: list[Found],
    evidence: Evidence,
    index: NameIndex,
    register: Register,
    *,
    limit: int,
    trace: Trace | None,
) -> Answer:
    top = found[0]
    kept: list[Found] = []
    seen: set[tuple[int, int, int]] = set()
    for f in found:
        d = f.ranked.document
        address = f.door.row.address_id if f.door else 0
        key = (0, 0, address) if address else (d.street_id, d.neighbourhood_id, 0)
        # Beside a door a street without one is no alternative.
        alternative = f.door is not None or top.door is None
        if key not in seen and alternative and (f.ranked.street.score >= 0.5 or f is top):
            seen.add(key)
            kept.append(f)
    kept = kept[:limit]
    rivals = [
        f for f in kept[1:]
        if f.value > top.value - WEIGHTS.tie and bool(f.door) == bool(top.door)
    ]  # fmt: skip
    without = [
        (f.ranked.document.street_id, f.ranked.document.neighbourhood_id)
        for f in kept
        if f.door is None
    ]
    points = register.points(without, (), ()) if without else None
    candidates = [_candidate(f, evidence, index, points) for f in kept]
    warnings = warnings_of(top, evidence, index)
    between = _between(top, evidence, register) if not rivals else None
    if between is not None:
        candidates[0] = _interpolated(candidates[0], between, top, index)
        warnings += ("interpolated",)
    category = category_of(top, candidates[0], warnings, bool(rivals), evidence)
    if trace:
        trace.say("answer", said(category, candidates[0].label, warnings, len(rivals)))
    return Answer(
        category=category,
        candidates=tuple(candidates),
        ambiguous=bool(rivals),
        warnings=warnings,
        parsed=shown(
            evidence.parsed,
            named_by(top, evidence),
            house=top.door.house if top.door else None,
        ),
    )


def said(category: str, label: str, warnings: tuple[str, ...], rivals: int) -> str:
    """The end of an explanation, in words."""
    text = _("%(label)s, category %(category)s") % {"label": label, "category": category}
    if rivals:
        text += "; " + _("%(count)s others fit as well") % {"count": rivals}
    return text + (f"; {', '.join(warnings)}" if warnings else "")


def _between(top: Found, evidence: Evidence, register: Register) -> Between | None:
    """The place of a missing number between its neighbours on a side, never beyond the ends."""
    house = top.ranked.houses[0] if top.ranked.houses else None
    if top.door is not None or house is None or top.retired:
        return None
    if top.ranked.street.score < WEIGHTS.sure:
        return None
    rows = register.between(top.ranked.document.side_ids, house.number)
    return next((row for row in rows if row.metres <= _BETWEEN_M), None)


def _interpolated(street: Candidate, between: Between, top: Found, index: NameIndex) -> Candidate:
    number = str(top.ranked.houses[0].number)
    return replace(
        street,
        label=index.label(
            top.ranked.document.neighbourhood_id, street=street_of(top, index), number=number
        ),
        precision="INTERPOLATED",
        lon=between.lon,
        lat=between.lat,
        side_id=between.side_id,
    )


def street_of(found: Found, index: NameIndex) -> str:
    """The street as it is printed: of a replaced door that of its heir."""
    row = found.door.row if found.door else None
    if row is not None and row.street_id in index.of_street:
        return index.street_name(row.street_id)
    return index.printed(found.ranked.document)


def _candidate(
    found: Found, evidence: Evidence, index: NameIndex, points: Points | None
) -> Candidate:
    r, door = found.ranked, found.door
    document = r.document
    area_id, street_id = document.neighbourhood_id, document.street_id
    number, side_id = "", document.side_ids[0] if document.side_ids else None
    point = None
    if door is not None:
        row = door.row
        number = row.became or house_number.written(row.number, row.suffix)
        side_id = row.now_side_id or row.side_id
        street_id = row.street_id or street_id
        if row.neighbourhood_id in index.neighbourhoods:
            area_id = row.neighbourhood_id
        point = (row.lon, row.lat)
    elif points is not None:
        point = points.streets.get((document.street_id, document.neighbourhood_id))
    lon, lat = point if point is not None else (None, None)
    full = (
        1.0
        + (
            WEIGHTS.neighbourhood
            if evidence.has_neighbourhood or r.neighbourhood.score > 0.3
            else 0
        )
        + (WEIGHTS.district if evidence.best_district >= WEIGHTS.sure else 0.0)
        + (WEIGHTS.kind_agrees if evidence.kinds else 0.0)
        + (WEIGHTS.door if r.houses else 0.0)
    )
    unit = (evidence.parsed.unit or door.house.unit) if door and door.unit_known else ""
    precision = "STREET" if door is None else "UNIT" if door.unit_known else "DOOR"
    return Candidate(
        label=index.label(area_id, street=street_of(found, index), number=number, unit=unit),
        precision=precision,
        score=max(0.0, min(1.0, found.value / full)),
        lon=lon,
        lat=lat,
        address_id=door.row.address_id if door else None,
        side_id=side_id,
        street_id=street_id,
        building_id=door.row.building_id if door else None,
        parcel_id=door.row.parcel_id if door else None,
        neighbourhood_id=area_id,
        district_id=index.district_of(area_id).id,
        evidence=_evidence(found, evidence, index, number),
        unit_id=door.row.unit_id if door and door.unit_known else None,
    )


def _evidence(
    found: Found, evidence: Evidence, index: NameIndex, number: str
) -> dict[str, FieldEvidence]:
    r, parsed = found.ranked, evidence.parsed
    area = index.neighbourhoods[r.document.neighbourhood_id]
    fields = {
        "street": field(r.street, r.document.name, parsed, given_other=False),
        "neighbourhood": field(
            r.neighbourhood, area.name, parsed, given_other=evidence.has_neighbourhood
        ),
        "district": field(
            r.district, index.district_of(area.id).name, parsed,
            given_other=evidence.best_district >= WEIGHTS.sure,
        ),
    }  # fmt: skip
    house = found.door.house if found.door else r.houses[0] if r.houses else None
    if house is None:
        fields["number"] = FieldEvidence("", "", MISSING)
    elif found.door is None:
        fields["number"] = FieldEvidence(house.written, "", CONTRADICTING)
    else:
        exact = found.door.exact and not found.door.row.how
        how = EXACT if exact else REPAIRED
        fields["number"] = FieldEvidence(house.written, number, how)
        if parsed.unit or found.door.how == "unit":
            given = parsed.unit or house.unit
            known = given if found.door.unit_known else ""
            fields["unit"] = FieldEvidence(given, known, EXACT if known else CONTRADICTING)
        if found.door.row.building and names_building(evidence, found.door.row.building):
            fields["building"] = FieldEvidence(
                evidence.building_given, found.door.row.building, EXACT
            )
    return fields

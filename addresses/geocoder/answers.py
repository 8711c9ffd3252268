"""Turns ranked findings into an answer: candidates, category, warnings, evidence."""

from typing import TYPE_CHECKING

from addresses.geocoder.answer import (
    CONTRADICTING,
    EXACT,
    MISSING,
    REPAIRED,
    Answer,
    Candidate,
)
from addresses.geocoder.answer import Evidence as FieldEvidence
from addresses.geocoder.areas import areas, landmark
from addresses.geocoder.explain import field, shown
from addresses.geocoder.labels import label
from addresses.geocoder.names import NameIndex
from addresses.geocoder.ranking import Evidence
from addresses.rules import house_number

if TYPE_CHECKING:
    from addresses.geocoder.search import Found, Points, Register

_SURE = 0.70


def is_exact(found: "Found", evidence: Evidence) -> bool:
    """Whether nothing that was given contradicts, so that no tolerant look is needed."""
    r = found.ranked
    if found.door is None or not found.door.exact or r.street.score < 0.93:
        return False
    if evidence.kind and evidence.kind != r.document.kind:
        return False
    return not evidence.has_neighbourhood or r.neighbourhood.score >= 0.9


def compose(
    found: list["Found"],
    evidence: Evidence,
    index: NameIndex,
    register: "Register",
    *,
    limit: int,
    tie: float,
) -> Answer:
    """The answer for streets in order of value, or for areas and landmarks where none is sure."""
    place = landmark(evidence, index)
    top = found[0] if found else None
    street_asked = place is None or bool(evidence.parsed.house) or evidence.has_street
    if top is not None and street_asked and _accepted(top, found, evidence):
        return _streets(found, evidence, index, register, limit=limit, tie=tie)
    if place is not None:
        return place
    return areas(evidence, index, register, limit=limit)


def _accepted(top: "Found", found: list["Found"], evidence: Evidence) -> bool:
    """Whether the best street is named well enough to be shown at all."""
    r = top.ranked
    district_given = evidence.best_district >= _SURE
    area_fits = not evidence.has_neighbourhood or r.neighbourhood.score >= 0.45
    if r.street.score >= _SURE and area_fits and (r.district.score >= 0.45 or not district_given):
        return evidence.has_street or top.door is not None or r.neighbourhood.score >= _SURE
    if r.street.score >= 0.93 and top.door is not None and not area_fits:
        # The neighbourhood contradicts, but all the rest leaves one door.
        same = {
            f.door.row.address_id
            for f in found
            if f.door is not None
            and f.ranked.street.score >= 0.93
            and f.ranked.district.score >= min(r.district.score, 0.8)
        }
        return len(same) == 1
    return (
        r.street.score >= 0.55
        and r.neighbourhood.score >= 0.5
        and (r.district.score >= 0.4 or not district_given)
    )


def _streets(
    found: list["Found"],
    evidence: Evidence,
    index: NameIndex,
    register: "Register",
    *,
    limit: int,
    tie: float,
) -> Answer:
    top = found[0]
    kept: list[Found] = []
    seen: set[tuple[int, int, int]] = set()
    for f in found:
        d = f.ranked.document
        key = (d.street_id, d.neighbourhood_id, f.door.row.address_id if f.door else 0)
        # Beside a door a street without one is no alternative.
        alternative = f.door is not None or top.door is None
        if key not in seen and alternative and f.ranked.street.score >= 0.5:
            seen.add(key)
            kept.append(f)
    kept = kept[:limit]
    rivals = [f for f in kept[1:] if f.value > top.value - tie and bool(f.door) == bool(top.door)]
    without = [
        (f.ranked.document.street_id, f.ranked.document.neighbourhood_id)
        for f in kept
        if f.door is None
    ]
    points = register.points(without, (), ()) if without else None
    candidates = tuple(_candidate(f, evidence, index, points) for f in kept)
    warnings = _warnings(top, evidence)
    return Answer(
        category=_category(top, candidates[0], warnings, bool(rivals)),
        candidates=candidates,
        ambiguous=bool(rivals),
        warnings=warnings,
        parsed=shown(
            evidence.parsed,
            top.ranked.street.items,
            top.ranked.neighbourhood.items,
            top.ranked.district.items,
            _province_items(evidence),
            house=top.door.house if top.door else None,
        ),
    )


def _warnings(top: "Found", evidence: Evidence) -> tuple[str, ...]:
    found = []
    r, parsed, door = top.ranked, evidence.parsed, top.door
    if evidence.has_neighbourhood and r.neighbourhood.score < 0.45:
        found.append("wrong_neighbourhood")
    if evidence.best_district >= _SURE and r.district.score < 0.2 and not r.district.items:
        found.append("wrong_district")
    if door is None:
        found.append("number_not_found" if r.houses else "number_missing")
    else:
        if not door.exact:
            found.append(door.how)
        if door.row.renumbered:
            found.append("renumbered")
        if door.unit_given and not door.unit_known:
            found.append("unit_dropped")
        if not door.house.marked and _followed_by_word(door.house.end, r.street.items, evidence):
            found.append("number_doubtful")
    if not r.document.official:
        found.append("former_name")
    if parsed.relation == "near":
        found.append("relative")
    return tuple(found)


_UNSURE = frozenset(
    {
        "wrong_neighbourhood",
        "wrong_district",
        "number_not_found",
        "number_missing",
        "suffix_dropped",
        "suffix_missing",
        "number_doubtful",
    }
)


def _category(top: "Found", best: Candidate, warnings: tuple[str, ...], ambiguous: bool) -> str:
    """A: all that was given agrees exactly. B: sure, though repaired or incomplete. C: a person
    must choose. A street alone can be sure, but a number that is not there never is.
    """
    unsure = _UNSURE & set(warnings) - ({"number_missing"} if best.precision == "STREET" else set())
    if unsure or ambiguous or top.ranked.street.score < _SURE or best.precision == "STREET":
        return "C"
    if "former_name" in warnings:  # sure, but it is called otherwise now
        return "B"
    agrees = all(e.how == EXACT for name, e in best.evidence.items() if name != "district")
    return "A" if agrees else "B"


def _candidate(
    found: "Found", evidence: Evidence, index: NameIndex, points: "Points | None"
) -> Candidate:
    r, door = found.ranked, found.door
    document = r.document
    area = index.neighbourhoods[document.neighbourhood_id]
    district = index.district_of(area.id)
    number = ""
    if door is not None:
        number = door.row.renumbered or house_number.written(door.row.number, door.row.suffix)
    point = None
    if door is not None:
        point = (door.row.lon, door.row.lat)
    elif points is not None:
        point = points.streets.get((document.street_id, document.neighbourhood_id))
    lon, lat = point if point is not None else (None, None)
    full = (
        1.0
        + (0.62 if evidence.has_neighbourhood or r.neighbourhood.score > 0.3 else 0.0)
        + (0.42 if evidence.best_district >= _SURE else 0.0)
        + (0.10 if evidence.kind else 0.0)
        + (0.16 if r.houses else 0.0)
    )
    precision = "STREET" if door is None else "UNIT" if door.unit_known else "DOOR"
    return Candidate(
        label=label(
            index.pack_of(area.id), street=index.printed(document), number=number, neighbourhood=area.name,
            district=district.name, province=index.province_of(area.id).name,
        ),
        precision=precision,
        score=max(0.0, min(1.0, found.value / full)),
        lon=lon,
        lat=lat,
        address_id=door.row.address_id if door else None,
        side_id=door.row.side_id if door else document.side_ids[0] if document.side_ids else None,
        street_id=document.street_id,
        building_id=door.row.building_id if door else None,
        parcel_id=door.row.parcel_id if door else None,
        neighbourhood_id=area.id,
        district_id=district.id,
        evidence=_evidence(found, evidence, index, number),
    )  # fmt: skip


def _evidence(
    found: "Found", evidence: Evidence, index: NameIndex, number: str
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
            given_other=evidence.best_district >= _SURE,
        ),
    }  # fmt: skip
    house = found.door.house if found.door else r.houses[0] if r.houses else None
    if house is None:
        fields["number"] = FieldEvidence("", "", MISSING)
    elif found.door is None:
        fields["number"] = FieldEvidence(house.written, "", CONTRADICTING)
    else:
        exact = found.door.how == "exact" and not found.door.row.renumbered
        how = EXACT if exact else REPAIRED
        fields["number"] = FieldEvidence(house.written, number, how)
    return fields


def _followed_by_word(end: int, street: frozenset[int], evidence: Evidence) -> bool:
    """Whether an unmarked number is followed by a word that names nothing: `5 gündür`."""
    parsed = evidence.parsed
    named = {
        i
        for matches in (evidence.neighbourhoods, evidence.districts, evidence.provinces)
        for match in matches.values()
        for i in match.items
    } | street
    for i, item in enumerate(parsed.items):
        if item.start >= end:
            gap = parsed.text[end : item.start]
            plain = not item.role and not item.number and i not in named
            return plain and not gap.strip() and item.text not in evidence.pack.at_words
    return False


def _province_items(evidence: Evidence) -> frozenset[int]:
    return frozenset(i for m in evidence.provinces.values() if m.score > 0.8 for i in m.items)

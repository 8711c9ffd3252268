"""Buildings and sites by name: as evidence for a door, and where no street is given."""

from addresses.geocoder.answer import EXACT, Answer, Candidate
from addresses.geocoder.answer import Evidence as FieldEvidence
from addresses.geocoder.contradictions import place_contradictions
from addresses.geocoder.explain import area_items, shown
from addresses.geocoder.language import Pack
from addresses.geocoder.names import NameIndex
from addresses.geocoder.ranking import Evidence
from addresses.geocoder.register import BuildingRow, Register
from addresses.geocoder.tokens import name_tokens
from addresses.geocoder.weights import WEIGHTS
from addresses.rules import house_number

_AREAS_MOST = 12  # neighbourhoods of one name whose buildings are looked through


def names_building(evidence: Evidence, name: str) -> bool:
    """Whether the text names a building of this name: all its words, right before the type word."""
    core = _core(name, evidence.pack)
    written = [evidence.parsed.items[i].text for i in evidence.building_words]
    return bool(core) and written[-len(core) :] == list(core)


def _core(name: str, pack: Pack) -> tuple[str, ...]:
    return tuple(word for word in name_tokens(name, pack) if word not in pack.building_words)


def building(
    evidence: Evidence, index: NameIndex, register: Register, *, limit: int
) -> Answer | None:
    """The building of this name in the named neighbourhood, with its block if one is given."""
    if not evidence.building_words:
        return None
    areas = [
        (area, match)
        for name_id, match in evidence.neighbourhoods.items()
        if match.score >= WEIGHTS.area_sure and not match.items <= set(evidence.building_words)
        for area in index.neighbourhood.owners[name_id]
    ]
    if not 1 <= len(areas) <= _AREAS_MOST:
        return None
    district = {area: _district(evidence, index, area) for area, _match in areas}
    best = max(district.values())
    rows = [
        row
        for row in register.buildings([area for area, _match in areas])
        if names_building(evidence, row.name) and district[row.neighbourhood_id] >= best
    ]
    block = evidence.parsed.block
    if block:
        rows = [row for row in rows if row.block.upper() == block] or rows
    if not rows:
        return None
    used = frozenset(evidence.building_words).union(*(match.items for _area, match in areas))
    used |= area_items(evidence)
    block_fits = not block or all(row.block.upper() == block for row in rows)
    contrary = place_contradictions(evidence, index, rows[0].neighbourhood_id, used)
    near = evidence.parsed.relation_beside(used) == "near"
    warnings = (*contrary, "relative") if near else contrary
    return Answer(
        category="B" if len(rows) == 1 and block_fits and not contrary else "C",
        candidates=tuple(_candidate(row, evidence, index) for row in rows[:limit]),
        ambiguous=len(rows) > 1,
        warnings=warnings if block_fits else (*warnings, "block_not_found"),
        parsed=shown(evidence.parsed, used),
    )


def _district(evidence: Evidence, index: NameIndex, area: int) -> float:
    name_id = index.name_of_district[index.district_of(area).id]
    match = evidence.districts.get(name_id)
    return match.score if match is not None else 0.0


def _candidate(row: BuildingRow, evidence: Evidence, index: NameIndex) -> Candidate:
    area = index.neighbourhoods[row.neighbourhood_id]
    street, number = "", ""
    if row.street_id in index.of_street and row.number is not None:
        street = index.street_name(row.street_id)
        number = house_number.written(row.number, row.suffix or "")
    written = index.label(area.id, street=street, number=number)
    block = f" {row.block}" if row.block else ""
    return Candidate(
        label=f"{row.name}{block}, {written}",
        precision="BUILDING",
        score=0.9,
        lon=row.lon,
        lat=row.lat,
        address_id=row.address_id,
        side_id=row.side_id,
        street_id=row.street_id,
        building_id=row.building_id,
        neighbourhood_id=area.id,
        district_id=area.parent_id,
        evidence={"building": FieldEvidence(evidence.building_given, row.name, EXACT)},
    )

"""How far an answer is to be trusted: its warnings, and its category."""

from addresses.geocoder.answer import EXACT, Candidate
from addresses.geocoder.contradictions import contradictions, other_street
from addresses.geocoder.names import NameIndex
from addresses.geocoder.parse import House
from addresses.geocoder.ranking import Evidence, Found
from addresses.geocoder.weights import WEIGHTS

_POSTCODE = 5
_BETWEEN = frozenset({",", "-", "–", "+", "&"})  # two numbers of one street
_UNSURE = frozenset(
    {
        "wrong_neighbourhood",
        "wrong_district",
        "number_not_found",
        "number_missing",
        "suffix_dropped",
        "suffix_missing",
        "number_doubtful",
        "kind_differs",  # "Atatürk Sokak" where there is only the avenue: they are two streets
        "retired",
        "elsewhere",  # another city is named: the street may be there
        "wrong_postcode",
        "several_numbers",
        "name_differs",  # "Yeni Gül Sokak" is not Gül Sokak
    }
)


def warnings_of(top: Found, evidence: Evidence, index: NameIndex) -> tuple[str, ...]:
    """What a reader should know about the best street and its door: codes."""
    found = []
    named = named_by(top, evidence)
    r, parsed, door = top.ranked, evidence.parsed, top.door
    if evidence.has_neighbourhood and r.neighbourhood.score < WEIGHTS.area_named:
        found.append("wrong_neighbourhood")
    if evidence.best_district >= WEIGHTS.sure and r.district.score < 0.2 and not r.district.items:
        found.append("wrong_district")
    if door is None:
        if top.retired:
            found.append("retired")
        found.append("number_not_found" if r.houses else "number_missing")
    else:
        if not door.exact:
            found.append(door.how)
        if door.row.how:
            found.append(door.row.how)
        if door.unit_given and not door.unit_known:
            found.append("unit_dropped")
        if door.house.former and not door.row.how:  # another door has the number now
            found.append("number_doubtful")
        if _several_numbers(door.house, named, evidence) and door.how != "several_numbers":
            found.append("several_numbers")
        if not door.house.marked and _followed_by_word(door.house.end, r.street.items, evidence):
            found.append("number_doubtful")
    if evidence.kinds and r.document.kind not in evidence.kinds:
        found.append("kind_differs")
    if not r.document.official:
        found.append("former_name")
    if other_street(evidence, r.street.items, named):
        found.append("name_differs")
    area = r.document.neighbourhood_id
    found += [w for w in contradictions(evidence, index, area, named) if w not in found]
    if parsed.relation_beside(named) == "near":
        found.append("relative")
    return tuple(found)


def named_by(found: Found, evidence: Evidence) -> frozenset[int]:
    """The items that name the street and its areas."""
    r = found.ranked
    return r.street.items | r.neighbourhood.items | r.district.items | province_items(evidence)


def category_of(
    top: Found,
    best: Candidate,
    warnings: tuple[str, ...],
    ambiguous: bool,
    evidence: Evidence,
) -> str:
    """A: all that was given agrees exactly. B: sure, though repaired or incomplete. C: a person
    must choose. A street alone can be sure, but a number that is not there never is.
    """
    unsure = _UNSURE & set(warnings) - ({"number_missing"} if best.precision == "STREET" else set())
    if unsure or ambiguous or top.ranked.street.score < WEIGHTS.sure:
        return "C"
    if best.precision in ("STREET", "INTERPOLATED"):
        return "C"
    left = _word_left(top, evidence) or _number_left(top, evidence)
    if left or {"former_name", "replaced", "renumbered"} & set(warnings):
        return "B"
    agrees = all(e.how == EXACT for name, e in best.evidence.items() if name != "district")
    return "A" if agrees else "B"


def _word_left(top: Found, evidence: Evidence) -> bool:
    """Whether a word right before the street's name names nothing: "Eski" of "Eski Bursa Cad."."""
    r = top.ranked
    first = min(r.street.items, default=0)
    if first == 0 or not evidence.has_street:
        return False
    return first - 1 in evidence.unexplained(named_by(top, evidence))


def _several_numbers(house: House, named: frozenset[int], evidence: Evidence) -> bool:
    """Whether other house numbers were given: `42, 44 ve 46`, `no 42 … no 44`, `12 (yeni 42)`."""
    parsed, pack = evidence.parsed, evidence.pack
    if parsed.others:
        return True
    items = parsed.items
    for i, item in enumerate(items):
        following = items[i + 1] if i + 1 < len(items) else None
        if (
            not item.number
            or i in named
            or house.start <= item.start < house.end
            or len(item.text) >= _POSTCODE
            or (following and (following.role or following.text in pack.measures))
        ):
            continue
        if i and items[i - 1].text in pack.present_words:
            return True
        gap = parsed.text[house.end : item.start].strip().casefold()
        if item.start >= house.end and (gap in _BETWEEN or gap in pack.crossing_joins):
            return True
    return False


def _number_left(top: Found, evidence: Evidence) -> bool:
    """Whether a number beside the address was not needed: it may be the house number."""
    r, house = top.ranked, top.door.house if top.door else None
    named = r.street.items | r.neighbourhood.items | r.district.items
    return any(
        item.number
        and i not in named
        and len(item.text) < _POSTCODE
        and not (house and house.start <= item.start < house.end)
        and (i - 1 in named or i + 1 in named)
        for i, item in enumerate(evidence.parsed.items)
    )


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


def province_items(evidence: Evidence) -> frozenset[int]:
    """The items that name the province."""
    matches = evidence.provinces.values()
    return frozenset(i for m in matches if m.score >= WEIGHTS.sure for i in m.items)

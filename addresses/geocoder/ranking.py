"""Puts streets, areas and landmarks in order by how well all that was given agrees."""

from dataclasses import dataclass, replace

from addresses.geocoder.language import Pack
from addresses.geocoder.matching import DISTRICT, LANDMARK, PROVINCE, Match, Matcher, Matches
from addresses.geocoder.names import Document, NameIndex
from addresses.geocoder.parse import NEIGHBOURHOOD, STREET, House, Parsed

_STREET_LEAST = 0.42
_DOCUMENTS = 40
_BEHIND = 0.9  # a street that far behind the best is not asked for doors
_AREA_NAMED = 0.45
_WORD_NAMED = 0.035
_POSTCODE = 5
_NOTHING = Match(0.0, frozenset(), False)


@dataclass(frozen=True)
class Ranked:
    """A street in a neighbourhood with the evidence for it. Scores lie in 0 … 1."""

    document: Document
    value: float
    street: Match
    neighbourhood: Match
    district: Match
    houses: tuple[House, ...]


@dataclass(frozen=True)
class Evidence:
    """Everything a query says, matched. `tolerant` tells whether spelling errors were allowed."""

    parsed: Parsed
    pack: Pack
    streets: Matches
    neighbourhoods: Matches
    districts: Matches
    provinces: Matches
    landmarks: Matches
    has_street: bool
    has_neighbourhood: bool
    kind: str
    postcodes: frozenset[int]  # neighbourhoods of a postcode in the text
    tolerant: bool

    @property
    def best_district(self) -> float:
        return max((m.score for m in self.districts.values()), default=0.0)


def gather(index: NameIndex, parsed: Parsed, pack: Pack, *, tolerant: bool) -> Evidence:
    """Matches all fields of the register against a parsed query."""
    matcher = Matcher(index, parsed, pack, tolerant=tolerant)
    kinds = [item.kind for item in parsed.items if item.role == STREET]
    return Evidence(
        parsed=parsed,
        pack=pack,
        streets=matcher.match(STREET, index.street),
        neighbourhoods=matcher.match(NEIGHBOURHOOD, index.neighbourhood),
        districts=matcher.match(DISTRICT, index.district),
        provinces=matcher.match(PROVINCE, index.province),
        landmarks=matcher.match(LANDMARK, index.landmark) if index.landmarks else {},
        has_street=STREET in matcher.has,
        has_neighbourhood=NEIGHBOURHOOD in matcher.has,
        kind=kinds[0] if kinds else "",
        postcodes=_postcodes(index, parsed),
        tolerant=tolerant,
    )


def rank(index: NameIndex, evidence: Evidence) -> list[Ranked]:
    """Streets that the query may mean, best first."""
    found = []
    for name_id, street in evidence.streets.items():
        if street.score < _STREET_LEAST:
            continue
        for position in index.street.owners[name_id]:
            document = index.documents[position]
            if index.pack_of(document.neighbourhood_id) is evidence.pack:
                found.append(_weigh(index, evidence, document, street))
    found.sort(key=lambda r: (-r.value, r.document.street_id, r.document.neighbourhood_id))
    return [r for r in found[:_DOCUMENTS] if r.value > found[0].value - _BEHIND]


def _weigh(index: NameIndex, evidence: Evidence, document: Document, street: Match) -> Ranked:
    neighbourhood = _best_neighbourhood(index, evidence, document)
    district_id = index.district_of(document.neighbourhood_id).id
    district = evidence.districts.get(index.name_of_district[district_id], _NOTHING)
    if document.neighbourhood_id in evidence.postcodes and district.score < 0.9:
        district = Match(0.9, district.items, False)
    # The same words must not pay twice, as a street and as its neighbourhood.
    if neighbourhood.items and neighbourhood.items <= street.items:
        both = evidence.has_street and evidence.has_neighbourhood
        neighbourhood = replace(neighbourhood, score=neighbourhood.score * (0.5 if both else 0.15))
    elif street.items < neighbourhood.items and not evidence.has_street:
        street = replace(street, score=street.score * 0.45)
    if district.items and district.items <= street.items:
        district = replace(district, score=district.score * 0.2)
    # One word may name a neighbourhood and its district of the same name, but it counts once.
    paid = district.items and district.items <= neighbourhood.items
    value = street.score + 0.62 * neighbourhood.score + 0.42 * district.score * (0.2 if paid else 1)
    if evidence.kind:
        value += 0.10 if evidence.kind == document.kind else -0.12
    # Of two names that fit, the one that leaves fewer words over: "Karaman 2", not "Karaman".
    named = street.items | district.items
    if neighbourhood.score >= _AREA_NAMED:
        named |= neighbourhood.items
    value += _WORD_NAMED * len(named)
    houses = _houses(evidence.parsed, street, neighbourhood)
    return Ranked(document, value, street, neighbourhood, district, houses)


def _best_neighbourhood(index: NameIndex, evidence: Evidence, document: Document) -> Match:
    """How well the neighbourhood agrees; a boundary street is known in each of its own."""
    best = _NOTHING
    for position in index.of_street[document.street_id]:
        other = index.documents[position].neighbourhood_id
        match = evidence.neighbourhoods.get(index.name_of_neighbourhood[other])
        if match is None:
            continue
        if other != document.neighbourhood_id:
            match = replace(match, score=match.score * 0.97)
        if match.score > best.score:
            best = match
    return best


def _houses(parsed: Parsed, street: Match, neighbourhood: Match) -> tuple[House, ...]:
    """The house numbers that the query may give for this street, most likely first.

    A number without a mark counts only beside the street: right after its name and type word, or
    right before its name.
    """
    if parsed.house is not None:
        return (parsed.house,)
    used = street.items | (neighbourhood.items if neighbourhood.score > 0.5 else frozenset())
    first, last = min(street.items, default=0), max(street.items, default=0)
    while last + 1 < len(parsed.items) and parsed.items[last + 1].role == STREET:
        last += 1
    found = []
    for i in (last + 1, first - 1, first - 2):
        if not 0 <= i < len(parsed.items) or i in used or not parsed.items[i].number:
            continue
        house = parsed.loose.get(parsed.items[i].start)
        if house is None or house.number >= 10**_POSTCODE:
            continue
        # `239a 32nd Avenue`: two places before the name only if the suffix fills the gap.
        if i != first - 2 or house.end == parsed.items[first - 1].end:
            found.append(house)
    return tuple(found)


def _postcodes(index: NameIndex, parsed: Parsed) -> frozenset[int]:
    return frozenset(
        neighbourhood
        for item in parsed.items
        if item.number and len(item.text) == _POSTCODE
        for neighbourhood in index.postcodes.get(item.text, ())
    )

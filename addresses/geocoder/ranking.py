"""Puts streets, areas and landmarks in order by how well all that was given agrees."""

from dataclasses import dataclass, replace
from functools import cached_property

from addresses.geocoder.doors import Door
from addresses.geocoder.language import Pack
from addresses.geocoder.matching import LANDMARK, Match, Matcher, Matches
from addresses.geocoder.names import Document, NameIndex
from addresses.geocoder.parse import (
    BUILDING,
    DISTRICT,
    NEIGHBOURHOOD,
    PROVINCE,
    STREET,
    House,
    Parsed,
)
from addresses.geocoder.weights import WEIGHTS

_DOCUMENTS = 40
_MANY = 60  # streets of one name before the areas that are named choose among them
_POSTCODE = 5
_BUILDING_MOST = 4  # words of a building's name
NOTHING = Match(0.0, frozenset(), False)


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
class Found:
    """A ranked street with the door that was found on it, if any. `retired`: it had one."""

    ranked: Ranked
    door: Door | None
    value: float
    retired: bool = False


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
    kinds: frozenset[str]  # of the type words
    postcodes: frozenset[int]  # neighbourhoods of a postcode in the text
    tolerant: bool

    @cached_property
    def best_district(self) -> float:
        return max((m.score for m in self.districts.values()), default=0.0)

    @cached_property
    def building_words(self) -> tuple[int, ...]:
        """The items of a building's or site's name, before its type word."""
        items = self.parsed.items
        at = next((i for i, item in enumerate(items) if item.role == BUILDING), 0)
        first = at
        while first > max(0, at - _BUILDING_MOST) and not items[first - 1].role:
            first -= 1
        return tuple(range(first, at))

    @property
    def building_given(self) -> str:
        """The name of the building as it was written; "" where none is given."""
        words = self.building_words
        items = self.parsed.items
        return self.parsed.text[items[words[0]].start : items[words[-1]].end] if words else ""

    def unexplained(self, *named: frozenset[int]) -> list[int]:
        """Items that may be part of a name, and that none of the sets of items names."""
        known = frozenset().union(*named)
        return [
            i
            for i, item in enumerate(self.parsed.items)
            if not item.role
            and not item.number
            and i not in known
            and len(item.text) > 2
            and item.text not in self.pack.plain_words
        ]


def gather(index: NameIndex, parsed: Parsed, pack: Pack, *, tolerant: bool) -> Evidence:
    """Matches all fields of the register against a parsed query."""
    matcher = Matcher(index, parsed, pack, tolerant=tolerant)
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
        kinds=frozenset(i.kind for i in parsed.items if i.role == STREET and i.kind),
        postcodes=_postcodes(index, parsed),
        tolerant=tolerant,
    )


def rank(index: NameIndex, evidence: Evidence) -> list[Ranked]:
    """Streets that the query may mean, best first."""
    found = []
    areas = _named_areas(index, evidence)
    for name_id, street in evidence.streets.items():
        if street.score < WEIGHTS.street_least:
            continue
        for position in _owners(index, index.street.owners[name_id], areas):
            document = index.documents[position]
            if index.pack_of(document.neighbourhood_id) is evidence.pack:
                found.append(weigh(index, evidence, document, street))
    found.sort(key=lambda r: (-r.value, r.document.street_id, r.document.neighbourhood_id))
    return [r for r in found[:_DOCUMENTS] if r.value > found[0].value - WEIGHTS.behind]


def _named_areas(index: NameIndex, evidence: Evidence) -> frozenset[int]:
    """Neighbourhoods that are named, or lie in a named district or postcode (ids)."""
    areas = set(evidence.postcodes)
    for name_id, match in evidence.neighbourhoods.items():
        if match.score >= WEIGHTS.area_named:
            areas.update(index.neighbourhood.owners[name_id])
    districts = {
        district
        for name_id, match in evidence.districts.items()
        if match.score >= WEIGHTS.area_named
        for district in index.district.owners[name_id]
    }
    for district in districts:
        areas.update(index.areas_of.get(district, ()))
    return frozenset(areas)


def _owners(index: NameIndex, owners: list[int], areas: frozenset[int]) -> list[int]:
    """The streets of one name. Of very many only those of the named areas, if there are any."""
    if len(owners) <= _MANY or not areas:
        return owners[: _MANY * 5]
    documents = index.documents
    return [p for p in owners if documents[p].neighbourhood_id in areas] or owners[: _MANY * 5]


def weigh(index: NameIndex, evidence: Evidence, document: Document, street: Match) -> Ranked:
    """How well a street in a neighbourhood agrees with everything that is given."""
    neighbourhood = _best_neighbourhood(index, evidence, document)
    district_id = index.neighbourhoods[document.neighbourhood_id].parent_id
    district = evidence.districts.get(index.name_of_district[district_id], NOTHING)
    if document.neighbourhood_id in evidence.postcodes and district.score < 0.9:
        district = Match(0.9, district.items, False)
    # The same words must not pay twice, as a street and as its neighbourhood.
    if neighbourhood.items and neighbourhood.items <= street.items:
        both = evidence.has_street and evidence.has_neighbourhood
        share = 0.5 if both else WEIGHTS.said_once
        neighbourhood = neighbourhood.worth(share)
    elif street.items < neighbourhood.items and not evidence.has_street:
        street = street.worth(0.45)
    if district.items and district.items <= street.items:
        district = district.worth(0.2)
    once = neighbourhood.items and neighbourhood.items <= district.items
    if once and not evidence.has_neighbourhood:  # "Altıeylül" is the district
        neighbourhood = replace(neighbourhood.worth(WEIGHTS.said_once), items=frozenset())
    houses = houses_beside(evidence.parsed, street, neighbourhood)
    value = value_of(evidence, document, street, neighbourhood, district)
    return Ranked(document, value, street, neighbourhood, district, houses)


def value_of(
    evidence: Evidence, document: Document, street: Match, neighbourhood: Match, district: Match
) -> float:
    """The sum of what the agreements are worth."""
    # One word may name a neighbourhood and its district of the same name, but it counts once.
    paid = district.items and district.items <= neighbourhood.items
    share = WEIGHTS.district_paid if paid else 1.0
    value = street.score + WEIGHTS.neighbourhood * neighbourhood.score
    value += WEIGHTS.district * district.score * share
    if evidence.kinds:
        agrees = document.kind in evidence.kinds
        value += WEIGHTS.kind_agrees if agrees else WEIGHTS.kind_differs
    named = street.items | district.items
    if neighbourhood.score >= WEIGHTS.area_named:
        named |= neighbourhood.items
    return value + WEIGHTS.word_named * len(named)


def _best_neighbourhood(index: NameIndex, evidence: Evidence, document: Document) -> Match:
    """How well the neighbourhood agrees; a boundary street is known in each of its own."""
    best = NOTHING
    for position in index.of_street[document.street_id]:
        other = index.documents[position].neighbourhood_id
        match = evidence.neighbourhoods.get(index.name_of_neighbourhood[other])
        if match is None:
            continue
        if other != document.neighbourhood_id:
            match = match.worth(0.97)
        if match.score > best.score:
            best = match
    return best


def houses_beside(
    parsed: Parsed, street: Match, neighbourhood: Match, *, after: Match | None = None
) -> tuple[House, ...]:
    """The house numbers that the query may give for this street, most likely first.

    A number without a mark counts only beside the street: right after its name and type word, or
    right before its name. `after` is what it stands beside, where that is no street.
    """
    if parsed.house is not None:
        return (parsed.house,)
    used = street.items | (neighbourhood.items if neighbourhood.score > 0.5 else frozenset())
    beside = (after or street).items
    first, last = min(beside, default=0), max(beside, default=0)
    while last + 1 < len(parsed.items) and parsed.items[last + 1].role in (STREET, NEIGHBOURHOOD):
        last += 1
    found = []
    for i in (last + 1, first - 1, first - 2):
        if not 0 <= i < len(parsed.items) or i in used or not parsed.items[i].number:
            continue
        house = parsed.loose.get(parsed.items[i].start)
        if house is None or house.number >= 10**_POSTCODE or _of_a_name(parsed, i):
            continue
        # `239a 32nd Avenue`: two places before the name only if the suffix fills the gap.
        if i != first - 2 or house.end == parsed.items[first - 1].end:
            found.append(house)
    return tuple(found)


def _of_a_name(parsed: Parsed, i: int) -> bool:
    """Whether the number at i belongs to a street's name: the 2 of `505/2 Sokak`."""
    if i == 0 or i + 1 >= len(parsed.items) or parsed.items[i + 1].role != STREET:
        return False
    before, item = parsed.items[i - 1], parsed.items[i]
    return before.number and parsed.text[before.end : item.start].strip() == "/"


def _postcodes(index: NameIndex, parsed: Parsed) -> frozenset[int]:
    return frozenset(
        neighbourhood
        for item in parsed.items
        if item.number and len(item.text) == _POSTCODE
        for neighbourhood in index.postcodes.get(item.text, ())
    )

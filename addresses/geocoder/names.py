"""The names of the register, held in the process: small, and the same for every query.

Doors are not here. They are asked of the database each time, so that a door is found the moment
it is published.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from addresses.geocoder.language import Pack, load
from addresses.geocoder.spelling import Speller
from addresses.geocoder.tokens import name_tokens, street_core

Tokens = tuple[str, ...]
_INITIALS_MIN = 3  # words of a name before its initials stand for it (FSM, GOP)


class ProvinceRow(NamedTuple):
    id: int
    name: str
    language: str


class AreaRow(NamedTuple):
    """A district (parent: province) or a neighbourhood (parent: district)."""

    id: int
    name: str
    parent_id: int


class StreetRow(NamedTuple):
    """One name of a street in one neighbourhood, with the street's sides there."""

    street_id: int
    name: str
    kind: str
    neighbourhood_id: int
    side_ids: tuple[int, ...]
    official: bool


class LandmarkRow(NamedTuple):
    id: int
    name: str
    neighbourhood_id: int
    lon: float
    lat: float


@dataclass(frozen=True)
class RegisterNames:
    """Everything that the index is built from."""

    provinces: Sequence[ProvinceRow]
    districts: Sequence[AreaRow]
    neighbourhoods: Sequence[AreaRow]
    streets: Iterable[StreetRow]
    landmarks: Sequence[LandmarkRow] = ()
    postcodes: Sequence[tuple[str, int]] = ()  # (postcode, neighbourhood)


class Document(NamedTuple):
    """A street in a neighbourhood: what a door query can be about."""

    street_id: int
    name: str  # as printed
    name_id: int  # in the street field
    kind: str
    neighbourhood_id: int
    side_ids: tuple[int, ...]
    official: bool


@dataclass
class NameField:
    """The distinct names of one kind, found by their words. Numbers in a name must all match."""

    tokens: list[Tokens] = field(default_factory=list)
    digits: list[frozenset[str]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    owners: list[list[int]] = field(default_factory=list)  # ids, or positions of documents
    by_word: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_whole: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _ids: dict[Tokens, int] = field(default_factory=dict)

    def add(self, tokens: Tokens, owner: int) -> int:
        name_id = self._ids.get(tokens)
        if name_id is None:
            name_id = self._ids[tokens] = len(self.tokens)
            self.tokens.append(tokens)
            self.digits.append(frozenset(t for t in tokens if t.isdigit()))
            self.owners.append([])
        self.owners[name_id].append(owner)
        return name_id

    def close(self, idf: dict[str, float]) -> None:
        """Builds the postings. A name with words is found by them, one of numbers by these."""
        self.weights = [sum(idf[t] for t in tokens) for tokens in self.tokens]
        for name_id, tokens in enumerate(self.tokens):
            words = [t for t in tokens if not t.isdigit()]
            for word in dict.fromkeys(words or tokens):
                self.by_word[word].append(name_id)
            if len(tokens) > 1 and words:
                self.by_whole["".join(tokens)].append(name_id)
                if len(words) >= _INITIALS_MIN:
                    self.by_whole["".join(word[0] for word in words)].append(name_id)
        self._ids = {}


class NameIndex:
    """An immutable picture of the register's names under one change number."""

    def __init__(self, names: RegisterNames, version: tuple[object, ...]) -> None:
        self.version = version
        self.provinces = {row.id: row for row in names.provinces}
        self.districts = {row.id: row for row in names.districts}
        self.neighbourhoods = {row.id: row for row in names.neighbourhoods}
        self.landmarks = {row.id: row for row in names.landmarks}
        self.languages = tuple(dict.fromkeys(row.language for row in names.provinces)) or ("tr",)
        self.documents: list[Document] = []
        self.of_neighbourhood: dict[int, list[int]] = defaultdict(list)
        self.of_street: dict[int, list[int]] = defaultdict(list)
        self.name_of_neighbourhood: dict[int, int] = {}
        self.name_of_district: dict[int, int] = {}
        self.street = NameField()
        self.neighbourhood = NameField()
        self.district = NameField()
        self.province = NameField()
        self.landmark = NameField()
        self.postcodes: dict[str, set[int]] = defaultdict(set)
        for postcode, neighbourhood_id in names.postcodes:
            self.postcodes[postcode].add(neighbourhood_id)
        self._add_areas()
        self._add_streets(names.streets)
        self._close()

    def pack_of(self, neighbourhood_id: int) -> Pack:
        """The language pack of the province that a neighbourhood lies in."""
        return load(self.province_of(neighbourhood_id).language)

    @staticmethod
    def pack(language: str) -> Pack:
        return load(language)

    def printed(self, document: Document) -> str:
        """The official name of a document's street, also where another name was found."""
        return self.documents[self.of_street[document.street_id][0]].name

    def district_of(self, neighbourhood_id: int) -> AreaRow:
        return self.districts[self.neighbourhoods[neighbourhood_id].parent_id]

    def province_of(self, neighbourhood_id: int) -> ProvinceRow:
        return self.provinces[self.district_of(neighbourhood_id).parent_id]

    def _add_areas(self) -> None:
        for province in self.provinces.values():
            self.province.add(name_tokens(province.name, load(province.language)), province.id)
        for district in self.districts.values():
            pack = load(self.provinces[district.parent_id].language)
            name_id = self.district.add(name_tokens(district.name, pack), district.id)
            self.name_of_district[district.id] = name_id
        for area in self.neighbourhoods.values():
            tokens = name_tokens(area.name, self.pack_of(area.id))
            self.name_of_neighbourhood[area.id] = self.neighbourhood.add(tokens, area.id)
        for landmark in self.landmarks.values():
            pack = self.pack_of(landmark.neighbourhood_id)
            self.landmark.add(name_tokens(landmark.name, pack), landmark.id)

    def _add_streets(self, rows: Iterable[StreetRow]) -> None:
        for row in rows:
            tokens, kind = street_core(row.name, self.pack_of(row.neighbourhood_id))
            position = len(self.documents)
            name_id = self.street.add(tokens, position)
            self.documents.append(
                Document(
                    row.street_id,
                    row.name,
                    name_id,
                    kind or row.kind,
                    row.neighbourhood_id,
                    row.side_ids,
                    row.official,
                )
            )
            self.of_neighbourhood[row.neighbourhood_id].append(position)
            self.of_street[row.street_id].append(position)

    def _close(self) -> None:
        fields = (self.street, self.neighbourhood, self.district, self.province, self.landmark)
        counts: dict[str, int] = defaultdict(int)
        total = 0
        for names in fields:
            total += len(names.tokens)
            for tokens in names.tokens:
                for token in set(tokens):
                    counts[token] += 1
        self.idf = {token: math.log(1 + total / n) for token, n in counts.items()}
        self.whole: set[str] = set()
        for names in fields:
            names.close(self.idf)
            self.whole.update(names.by_whole)
        self.speller = Speller(frozenset(counts), frozenset(self.whole))

"""The names of the register, held in the process: small, and the same for every query.

Doors are not here. They are asked of the database each time, so that a door is found the moment
it is published.
"""

import copy
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from addresses.geocoder.labels import label
from addresses.geocoder.language import Pack, load
from addresses.geocoder.spelling import Speller
from addresses.geocoder.tokens import name_tokens, street_core

Tokens = tuple[str, ...]
_INITIALS_MIN = 3  # words of a name before its initials stand for it (FSM, GOP)
_NO_DIGITS: frozenset[str] = frozenset()


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
    by_word: dict[str, list[int]] = field(default_factory=dict)
    by_whole: dict[str, list[int]] = field(default_factory=dict)
    _ids: dict[Tokens, int] = field(default_factory=dict)

    def add(self, tokens: Tokens, owner: int) -> int:
        name_id = self._ids.get(tokens)
        if name_id is None:
            name_id = self._ids[tokens] = len(self.tokens)
            self.tokens.append(tokens)
            self.digits.append(_NO_DIGITS)
            self.owners.append([])
            digits = frozenset(t for t in tokens if t.isdigit())
            if digits:
                self.digits[name_id] = digits
        self.owners[name_id].append(owner)
        return name_id

    def close(self, idf: dict[str, float]) -> None:
        """Builds the postings. A name with words is found by them, one of numbers by these."""
        for name_id in range(len(self.weights), len(self.tokens)):
            tokens = self.tokens[name_id]
            self.weights.append(sum(idf[t] for t in tokens))
            words = [t for t in tokens if not t.isdigit()]
            for word in dict.fromkeys(words or tokens):
                _post(self.by_word, word, name_id)
            if len(tokens) > 1 and words:
                _post(self.by_whole, "".join(tokens), name_id)
                if len(words) >= _INITIALS_MIN:
                    _post(self.by_whole, "".join(word[0] for word in words), name_id)

    def copied(self) -> "NameField":
        """A field that can be changed without changing this one."""
        return NameField(
            self.tokens.copy(), self.digits.copy(), self.weights.copy(), self.owners.copy(),
            self.by_word.copy(), self.by_whole.copy(), self._ids.copy(),
        )  # fmt: skip

    def drop(self, owners: Collection[int], name_ids: Collection[int]) -> None:
        """Takes owners from some names. A name without owners stays, and is found by nobody."""
        for name_id in name_ids:
            self.owners[name_id] = [o for o in self.owners[name_id] if o not in owners]


def _post(postings: dict[str, list[int]], word: str, name_id: int) -> None:
    # Never in place: a copy of the field shares the lists.
    postings[word] = [*postings.get(word, ()), name_id]


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
        self.of_neighbourhood: dict[int, list[int]] = {}
        self.of_street: dict[int, list[int]] = {}
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
        for landmark in self.landmarks.values():
            self._add_landmark(landmark)
        self._add_streets(names.streets)
        self._weigh()
        self._close()

    def changed(
        self,
        version: tuple[object, ...],
        *,
        streets: set[int],
        rows: Iterable[StreetRow],
        landmarks: set[int],
        landmark_rows: Iterable[LandmarkRow],
    ) -> "NameIndex":
        """The index after a change of some streets and landmarks (ids), which are now as in the rows.

        This index stays as it is: who reads it while the next one is made sees nothing of that.
        """
        new = copy.copy(self)
        new.version = version
        new.documents = self.documents.copy()
        new.of_neighbourhood = self.of_neighbourhood.copy()
        new.of_street = self.of_street.copy()
        new.street, new.landmark = self.street.copied(), self.landmark.copied()
        new.landmarks = self.landmarks.copy()
        gone = {position for street in streets for position in self.of_street.get(street, ())}
        new.street.drop(gone, {self.documents[position].name_id for position in gone})
        for area in {self.documents[position].neighbourhood_id for position in gone}:
            new.of_neighbourhood[area] = [p for p in self.of_neighbourhood[area] if p not in gone]
        for street in streets:
            new.of_street.pop(street, None)
        for landmark in landmarks & new.landmarks.keys():
            old = new.landmarks.pop(landmark)
            tokens = self._landmark_tokens(old)
            new.landmark.drop({landmark}, [new.landmark.add(tokens, landmark)])
        for row in landmark_rows:
            new.landmarks[row.id] = row
            new._add_landmark(row)
        new._add_streets(rows)
        words = {
            token
            for names in (new.street, new.landmark)
            for tokens in names.tokens[len(names.weights) :]
            for token in tokens
        }
        rare = max(self.idf.values(), default=1.0)
        new.idf = self.idf | dict.fromkeys(words - self.idf.keys(), rare)
        new._close()
        return new

    def pack_of(self, neighbourhood_id: int) -> Pack:
        """The language pack of the province that a neighbourhood lies in."""
        return self._packs[self.neighbourhoods[neighbourhood_id].parent_id]

    @staticmethod
    def pack(language: str) -> Pack:
        return load(language)

    def printed(self, document: Document) -> str:
        """The official name of a document's street, also where another name was found."""
        return self.street_name(document.street_id)

    def street_name(self, street_id: int) -> str:
        """The official name of a street (id)."""
        return self.documents[self.of_street[street_id][0]].name

    def district_of(self, neighbourhood_id: int) -> AreaRow:
        return self.districts[self.neighbourhoods[neighbourhood_id].parent_id]

    def province_of(self, neighbourhood_id: int) -> ProvinceRow:
        return self.provinces[self.district_of(neighbourhood_id).parent_id]

    def label(
        self, neighbourhood_id: int, *, street: str = "", number: str = "", unit: str = ""
    ) -> str:
        """An address in a neighbourhood as it is printed there; without a street, the area."""
        pack = self.pack_of(neighbourhood_id)
        if unit:
            number = f"{number} {pack.unit_label.format(unit=unit)}"
        return label(
            pack,
            street=street,
            number=number,
            neighbourhood=self.neighbourhoods[neighbourhood_id].name,
            district=self.district_of(neighbourhood_id).name,
            province=self.province_of(neighbourhood_id).name,
        )

    def district_label(self, district_id: int) -> str:
        """A district with its province, as it is printed there."""
        district = self.districts[district_id]
        return label(
            self._packs[district_id],
            district=district.name,
            province=self.provinces[district.parent_id].name,
        )

    def _add_areas(self) -> None:
        for province in self.provinces.values():
            self.province.add(name_tokens(province.name, load(province.language)), province.id)
        self._packs: dict[int, Pack] = {}
        for district in self.districts.values():
            pack = self._packs[district.id] = load(self.provinces[district.parent_id].language)
            name_id = self.district.add(name_tokens(district.name, pack), district.id)
            self.name_of_district[district.id] = name_id
        self.areas_of: dict[int, list[int]] = defaultdict(list)
        for area in self.neighbourhoods.values():
            self.areas_of[area.parent_id].append(area.id)
            tokens = name_tokens(area.name, self.pack_of(area.id))
            self.name_of_neighbourhood[area.id] = self.neighbourhood.add(tokens, area.id)

    def _landmark_tokens(self, landmark: LandmarkRow) -> Tokens:
        pack = self.pack_of(landmark.neighbourhood_id)
        words = name_tokens(landmark.name, pack)
        return tuple(pack.landmark_words.get(word, word) for word in words)

    def _add_landmark(self, landmark: LandmarkRow) -> None:
        self.landmark.add(self._landmark_tokens(landmark), landmark.id)

    def _add_streets(self, rows: Iterable[StreetRow]) -> None:
        of_neighbourhood: dict[int, list[int]] = defaultdict(list)
        of_street: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            if row.neighbourhood_id not in self.neighbourhoods:
                continue
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
            of_neighbourhood[row.neighbourhood_id].append(position)
            of_street[row.street_id].append(position)
        for table, added in (
            (self.of_neighbourhood, of_neighbourhood), (self.of_street, of_street),
        ):  # fmt: skip
            for key, positions in added.items():
                table[key] = [*table.get(key, ()), *positions]

    @property
    def _fields(self) -> tuple[NameField, ...]:
        return (self.street, self.neighbourhood, self.district, self.province, self.landmark)

    def _weigh(self) -> None:
        """How telling each word is: the rarer among the distinct names, the more."""
        counts: dict[str, int] = defaultdict(int)
        total = 0
        for names in self._fields:
            total += len(names.tokens)
            for tokens in names.tokens:
                for token in set(tokens):
                    counts[token] += 1
        self.idf = {token: math.log(1 + total / n) for token, n in counts.items()}

    def _close(self) -> None:
        for names in self._fields:
            names.close(self.idf)
        whole = frozenset(word for names in self._fields for word in names.by_whole)
        known = getattr(self, "speller", None)
        if known is None or known.words != self.idf.keys() or known.whole != whole:
            self.speller = Speller(frozenset(self.idf), whole)

"""What may follow while somebody types an address: asked at every keystroke, from names in the
process and one question to the database for the doors.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from addresses.geocoder.answer import REPAIRED, Candidate, Evidence
from addresses.geocoder.beginnings import Beginning, Beginnings
from addresses.geocoder.names import Document, NameField, NameIndex
from addresses.geocoder.register import Point, Points, kilometres
from addresses.geocoder.typed import House, Typed, Word, readings
from addresses.rules import house_number

_STREETS = 24  # so many streets are asked for their doors, or weighed by their place
_NEAR_KM = 2.0
_NEAR_BONUS = 0.15
_SHORT = 2  # beginnings up to this length are answered from memory


class DoorBeginning(NamedTuple):
    """A living door whose number begins as typed. `lon` and `lat` are degrees."""

    address_id: int
    side_id: int
    number: int
    suffix: str
    building_id: int | None
    parcel_id: int | None
    lon: float
    lat: float


class Register(Protocol):
    """What is asked of the register besides names."""

    def doors_beginning(self, side_ids: Sequence[int], house: House) -> list[DoorBeginning]: ...

    def points(
        self,
        streets: Sequence[tuple[int, int]],
        neighbourhoods: Sequence[int],
        districts: Sequence[int],
    ) -> Points: ...


class _Match(NamedTuple):
    """A street in a neighbourhood, an area or a known place, with how well it fits (0 … 1)."""

    score: float
    what: str  # S, N, D or L
    id: int  # position of a document, or an id


class _Found(NamedTuple):
    """A place that is shown if it is among the best; its words are made only then."""

    value: float
    tie: tuple[int, int]
    point: Point | None
    show: Callable[[], Candidate]


class _Field:
    """The names of one kind, by every word in them, numbers included."""

    def __init__(self, names: NameField) -> None:
        self.names = names
        self.postings: dict[str, list[int]] = defaultdict(list)
        for name_id, tokens in enumerate(names.tokens):
            for word in dict.fromkeys(tokens):
                self.postings[word].append(name_id)
        for word, ids in names.by_whole.items():
            self.postings[word].extend(ids)


class Completer:
    """Completes texts from one index of names."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index
        self._street = _Field(index.street)
        self._area = _Field(index.neighbourhood)
        self._district = _Field(index.district)
        self._landmark = _Field(index.landmark)
        fields = (self._street, self._area, self._district, self._landmark)
        self._beginnings = Beginnings(word for f in fields for word in f.postings)
        self._short: dict[str, list[_Match]] = {}

    def complete(
        self, text: str, register: Register, *, limit: int, near: Point | None = None
    ) -> list[Candidate]:
        """Candidates with their points, best first; `near` (degrees) prefers what is close by.

        Misspelled words are only looked for where the text as it stands leads to nothing.
        """
        pack = self.index.pack(self.index.languages[0])
        typed = readings(text, pack)
        for tolerant in (False, True):
            found: list[_Found] = []
            for reading in typed:
                matches = self._matches(reading, tolerant)
                if reading.house is not None:
                    found += self._doors(matches, reading.house, register)
                elif not (found and typed[0].marked):
                    found += self._places(matches, register, limit, near)
            if not found and typed and typed[0].house is not None:
                # The street is there and such a number is not: the street is offered.
                found = self._places(self._matches(typed[0], tolerant), register, limit, near)
            if found:
                return _best(found, limit, near)
        return []

    # Names

    def _matches(self, typed: Typed, tolerant: bool) -> list[_Match]:
        words = typed.required or typed.words
        if not words:
            return []
        only = words[0].text if len(words) == 1 else ""
        remembered = bool(only) and len(only) <= _SHORT and len(typed.words) == 1
        key = f"{only} {typed.house is not None}"
        if remembered and key in self._short:
            return self._short[key]
        spelled = [self._spelled(word, tolerant) for word in words]
        found = heapq.nlargest(
            _STREETS, self._weighed(typed, words, spelled, streets_only=typed.house is not None)
        )
        if remembered:
            self._short[key] = found
        return found

    def _spelled(self, word: Word, tolerant: bool) -> list[Beginning]:
        """The registered words that a typed one may be."""
        pack = self.index.pack(self.index.languages[0])
        if word.open:
            found = self._beginnings.exact(word.text)
            if word.text in pack.abbreviations:
                found = found + [Beginning(w, 0.95) for w in pack.abbreviations[word.text]]
            return found + self._beginnings.similar(word.text) if tolerant else found
        if tolerant:
            near = [Beginning(*s) for s in self.index.speller.similar(word.text, pack)]
            return near + self._beginnings.similar(word.text)
        whole = [Beginning(*s) for s in self.index.speller.exact(word.text, pack)]
        # A word that nothing is called by itself may be a name cut short: `hasan bas sok`.
        return whole or self._beginnings.exact(word.text)

    def _weighed(
        self,
        typed: Typed,
        words: Sequence[Word],
        spelled: Sequence[list[Beginning]],
        *,
        streets_only: bool,
    ) -> Iterable[_Match]:
        everything = (1 << len(words)) - 1
        areas = _by_owner(self._area.names, _hits(self._area, spelled))
        districts = _by_owner(self._district.names, _hits(self._district, spelled))
        yield from self._streets(typed, _hits(self._street, spelled), areas, districts, everything)
        if streets_only:
            return
        for area_id, (mask, score) in areas.items():
            of_district = districts.get(self.index.district_of(area_id).id)
            if of_district is not None and of_district[0] & ~mask:
                mask, score = mask | of_district[0], score + 0.4 * of_district[1]
            if mask == everything:
                # A single word is as likely an area as a street; the area is where one begins.
                yield _Match(_mean(score, words) + 0.02, "N", area_id)
        for district_id, (mask, score) in districts.items():
            if mask == everything:
                yield _Match(_mean(score, words) + 0.03, "D", district_id)
        for landmark_id, (mask, score) in _by_owner(
            self._landmark.names, _hits(self._landmark, spelled)
        ).items():
            at = self.index.landmarks[landmark_id].neighbourhood_id
            inside = areas.get(at)
            if inside is not None and inside[0] & ~mask:
                mask, score = mask | inside[0], score + 0.6 * inside[1]
            if mask == everything:
                yield _Match(_mean(score, words) - 0.06 + self._weight_of(at), "L", landmark_id)

    def _streets(
        self,
        typed: Typed,
        hits: dict[int, tuple[int, float]],
        areas: dict[int, tuple[int, float]],
        districts: dict[int, tuple[int, float]],
        everything: int,
    ) -> Iterable[_Match]:
        index = self.index
        count = everything.bit_length()
        kinds = {word.kind for word in typed.words if word.type_word and word.kind}
        for name_id, (mask, score) in hits.items():
            missing = everything & ~mask
            # How much of the name is not said yet.
            length = len(index.street.tokens[name_id])
            unsaid = 0.10 * max(0, length - mask.bit_count()) / length
            for position in index.street.owners[name_id]:
                document = index.documents[position]
                area_id = document.neighbourhood_id
                covered, total = missing, score
                if missing or len(typed.words) > 1:
                    for hit in (areas.get(area_id), districts.get(index.district_of(area_id).id)):
                        if hit is not None and covered & hit[0]:
                            covered &= ~hit[0]
                            total += hit[1] * (missing & hit[0]).bit_count() / hit[0].bit_count()
                if covered:
                    continue
                value = min(1.0, total / count) - unsaid + self._weight_of(area_id)
                if kinds:
                    value += 0.04 if document.kind in kinds else -0.08
                if not document.official:
                    value -= 0.03
                yield _Match(value, "S", position)

    def _weight_of(self, area_id: int) -> float:
        """What is asked about more often: neighbourhoods of many streets."""
        return 0.004 * math.log1p(len(self.index.of_neighbourhood.get(area_id, ())))

    # Places

    def _doors(self, matches: Sequence[_Match], house: House, register: Register) -> list[_Found]:
        sides: dict[int, _Match] = {}
        for match in matches:
            if match.what == "S":
                for side in self.index.documents[match.id].side_ids:
                    sides.setdefault(side, match)
        if not sides:
            return []
        rank: dict[int, int] = defaultdict(int)
        found = []
        for door in register.doors_beginning(list(sides), house):
            match = sides[door.side_id]
            exact = str(door.number) == house.number and door.suffix.startswith(house.suffix)
            value = match.score + (0.10 if exact else 0.0) - 0.01 * rank[door.side_id]
            if exact and door.suffix != house.suffix:
                value -= 0.02
            rank[door.side_id] += 1
            tie = (door.number, match.id)
            found.append(_Found(value, tie, (door.lon, door.lat), partial(self._door, door, match)))
        return found

    def _door(self, door: DoorBeginning, match: _Match) -> Candidate:
        document = self.index.documents[match.id]
        number = house_number.written(door.number, door.suffix)
        return Candidate(
            label=self.index.label(
                document.neighbourhood_id, street=self.index.printed(document), number=number
            ),
            precision="DOOR",
            score=max(0.0, min(1.0, match.score)),
            lon=door.lon,
            lat=door.lat,
            address_id=door.address_id,
            side_id=door.side_id,
            street_id=document.street_id,
            building_id=door.building_id,
            parcel_id=door.parcel_id,
            neighbourhood_id=document.neighbourhood_id,
            district_id=self.index.district_of(document.neighbourhood_id).id,
            evidence=_other_name(document),
        )

    def _places(
        self, matches: Sequence[_Match], register: Register, limit: int, near: Point | None
    ) -> list[_Found]:
        kept = list(matches) if near is not None else list(matches)[: limit + limit // 2]
        documents = [self.index.documents[m.id] for m in kept if m.what == "S"]
        points = register.points(
            [(d.street_id, d.neighbourhood_id) for d in documents],
            [m.id for m in kept if m.what == "N"],
            [m.id for m in kept if m.what == "D"],
        )
        return [
            _Found(
                match.score, (self._length(match), match.id), self._point(match, points),
                partial(self._place, match, points),
            )
            for match in kept
        ]  # fmt: skip

    def _length(self, match: _Match) -> int:
        return len(self.index.documents[match.id].name) if match.what == "S" else 0

    def _point(self, match: _Match, points: Points) -> Point | None:
        if match.what == "S":
            document = self.index.documents[match.id]
            return points.streets.get((document.street_id, document.neighbourhood_id))
        if match.what == "L":
            landmark = self.index.landmarks[match.id]
            return landmark.lon, landmark.lat
        areas = points.neighbourhoods if match.what == "N" else points.districts
        return areas.get(match.id)

    def _place(self, match: _Match, points: Points) -> Candidate:
        lon, lat = self._point(match, points) or (None, None)
        score = max(0.0, min(1.0, match.score))
        if match.what == "S":
            document = self.index.documents[match.id]
            area_id = document.neighbourhood_id
            return Candidate(
                label=self.index.label(area_id, street=self.index.printed(document)),
                precision="STREET", score=score, lon=lon, lat=lat,
                side_id=document.side_ids[0] if document.side_ids else None,
                street_id=document.street_id, neighbourhood_id=area_id,
                district_id=self.index.district_of(area_id).id, evidence=_other_name(document),
            )  # fmt: skip
        if match.what == "N":
            return Candidate(
                label=self.index.label(match.id), precision="NEIGHBOURHOOD", score=score,
                lon=lon, lat=lat, neighbourhood_id=match.id,
                district_id=self.index.district_of(match.id).id,
            )  # fmt: skip
        if match.what == "D":
            return Candidate(
                label=self.index.district_label(match.id), precision="DISTRICT", score=score,
                lon=lon, lat=lat, district_id=match.id,
            )  # fmt: skip
        landmark = self.index.landmarks[match.id]
        area_id = landmark.neighbourhood_id
        return Candidate(
            label=f"{landmark.name}, {self.index.label(area_id)}", precision="LANDMARK", score=score,
            lon=lon, lat=lat, neighbourhood_id=area_id,
            district_id=self.index.district_of(area_id).id, landmark_id=landmark.id,
        )  # fmt: skip


def _hits(field: _Field, spelled: Sequence[list[Beginning]]) -> dict[int, tuple[int, float]]:
    """Names by their ids: which of the typed words they hold (bits), and how well, summed up."""
    found: dict[int, tuple[int, float]] = {}
    for at, words in enumerate(spelled):
        best: dict[int, float] = {}
        for word, score in words:
            for name_id in field.postings.get(word, ()):
                if score > best.get(name_id, 0.0):
                    best[name_id] = score
        bit = 1 << at
        for name_id, score in best.items():
            mask, total = found.get(name_id, (0, 0.0))
            found[name_id] = (mask | bit, total + score)
    return found


def _by_owner(names: NameField, hits: dict[int, tuple[int, float]]) -> dict[int, tuple[int, float]]:
    """The same by what bears the names, less for what is left unsaid of a name."""
    found = {}
    for name_id, (mask, score) in hits.items():
        length = len(names.tokens[name_id])
        unsaid = 0.10 * max(0, length - mask.bit_count()) / length
        for owner in names.owners[name_id]:
            found[owner] = (mask, score - unsaid)
    return found


def _other_name(document: Document) -> dict[str, Evidence]:
    """Why a street is shown whose printed name has nothing of what was typed."""
    return {} if document.official else {"street": Evidence("", document.name, REPAIRED)}


def _mean(score: float, words: Sequence[Word]) -> float:
    return min(1.0, score / len(words))


def _best(found: Sequence[_Found], limit: int, near: Point | None) -> list[Candidate]:
    """Each label once, best first. What is near counts more; of equals the shorter name comes first."""

    def order(one: _Found) -> tuple[float, tuple[int, int]]:
        return -one.value - (_nearness(one.point, near) if near is not None else 0.0), one.tie

    shown: dict[str, Candidate] = {}
    for one in sorted(found, key=order):
        candidate = one.show()
        shown.setdefault(candidate.label, candidate)
        if len(shown) == limit:
            break
    return list(shown.values())


def _nearness(point: Point | None, near: Point) -> float:
    if point is None:
        return 0.0
    return _NEAR_BONUS * math.exp(-kilometres(near, point) / _NEAR_KM)

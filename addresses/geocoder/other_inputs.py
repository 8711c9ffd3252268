"""Ways to name a place without an address: a point, a code, a parcel, a crossing.

Each is read by a small module of its own; here it is looked up and answered. What is read as none
of them goes on as an address.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from addresses.geocoder import codes, coordinates, crossings, parcels, pluscodes
from addresses.geocoder.answer import CONTRADICTING, EXACT, Answer, Candidate, Place
from addresses.geocoder.answer import Evidence as FieldEvidence
from addresses.geocoder.areas import areas
from addresses.geocoder.contradictions import place_contradictions
from addresses.geocoder.crossings import answer_crossing
from addresses.geocoder.explain import field
from addresses.geocoder.language import Pack
from addresses.geocoder.matching import Match
from addresses.geocoder.names import NameIndex
from addresses.geocoder.parse import parse
from addresses.geocoder.ranking import Evidence, gather
from addresses.geocoder.register import CodedRow, ParcelRow, Point, Register
from addresses.geocoder.trace import Trace
from addresses.geocoder.weights import WEIGHTS
from addresses.rules import house_number

_PRECISION = {
    "unit": "UNIT", "address": "DOOR", "street_side": "STREET", "building": "BUILDING",
    "parcel": "PARCEL", "neighbourhood": "NEIGHBOURHOOD",
}  # fmt: skip
# Words with figures in them, and addresses of pages: what is left beside coordinates are words.
_FIGURES = re.compile(r"\S*(?:\d|://|www\.)\S*")


def answer_otherwise(
    text: str,
    index: NameIndex,
    register: Register,
    pack: Pack,
    *,
    limit: int,
    trace: Trace | None = None,
) -> Answer | None:
    """The answer to a readable text that is no address, or None."""
    asked = _Asked(index, register, pack, limit, trace)
    if (point := coordinates.read(text, pack)) is not None:
        asked.say("coordinates", point.written)
        found = asked.point(point.points, point.written, _FIGURES.sub(" ", text))
        if found.candidates or point.sure:
            return found
    if (plus := pluscodes.read(text)) is not None:
        asked.say("plus code", plus.code)
        return asked.plus_code(plus)
    if (code := codes.read(text, pack)) is not None:
        asked.say("code", code.value)
        if (coded := asked.code(code)) is not None:
            return coded
    if (parcel := parcels.read(text, pack)) is not None:
        asked.say("parcel", f"{parcel.block}/{parcel.number}")
        return asked.parcel(parcel)
    if (crossing := crossings.read(text, pack)) is not None:
        asked.say("crossing", f"{crossing.first} | {crossing.second} | {crossing.rest}")
        return answer_crossing(crossing, index, register, pack, limit=limit)
    return None


@dataclass(frozen=True)
class _Asked:
    """One question in one language."""

    index: NameIndex
    register: Register
    pack: Pack
    limit: int
    trace: Trace | None

    def say(self, stage: str, said: str) -> None:
        if self.trace:
            self.trace.say(stage, _("Read as: %(what)s") % {"what": said})

    # Points

    def point(
        self,
        points: tuple[Point, ...],
        written: str,
        rest: str,
        warnings: tuple[str, ...] = (),
    ) -> Answer:
        """What is at the first of the points that lies in the city; `rest` is what else is said."""
        for lon, lat in points:
            if abs(lat) > 85:
                continue
            place = self.register.place(lon, lat)
            if place.district_id is not None:
                given = {"point": FieldEvidence(written, f"{lat:.6f}, {lon:.6f}", EXACT)}
                contrary = self._contrary(rest, place)
                category = "C" if contrary else "B" if warnings else "A"
                warnings += contrary + place.warnings
                return Answer(category, (_at(place, given),), False, warnings)
        return Answer("", (), False, ("outside_city",))

    def _contrary(self, rest: str, place: Place) -> tuple[str, ...]:
        if place.neighbourhood_id is None or not any(map(str.isalpha, rest)):
            return ()
        evidence = gather(self.index, parse(rest, self.pack), self.pack, tolerant=False)
        return place_contradictions(evidence, self.index, place.neighbourhood_id)

    def plus_code(self, plus: pluscodes.PlusCode) -> Answer:
        if plus.full:
            return self.point((plus.point(None),), plus.code, plus.rest)
        near, warnings = self._near(plus.rest)
        if near is None:
            return Answer("", (), False, ("place_missing",))
        return self.point((plus.point(near),), plus.code, plus.rest, warnings)

    def _near(self, rest: str) -> tuple[Point | None, tuple[str, ...]]:
        """The point of the area that a short plus code is near: the city's middle if none is named."""
        evidence = gather(self.index, parse(rest, self.pack), self.pack, tolerant=True)
        named = areas(evidence, self.index, self.register, limit=1).best
        if named is not None and named.lon is not None and named.lat is not None:
            return (named.lon, named.lat), ()
        points = self.register.points((), (), list(self.index.districts)).districts.values()
        if not points:
            return None, ()
        middle = (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))
        only_city = any(match.score > 0.8 for match in evidence.provinces.values())
        return middle, () if only_city else ("place_missing",)

    # Codes

    def code(self, code: codes.Code) -> Answer | None:
        rows = self.register.coded(code.value)
        rows = [row for row in rows if row.entity == code.entity] or rows
        rows = [row for row in rows if row.neighbourhood_id in self.index.neighbourhoods]
        if not rows:
            return Answer("", (), False, ("code_not_found",)) if code.entity else None
        fits = not code.entity or rows[0].entity == code.entity
        return Answer(
            "A" if len(rows) == 1 and fits else "C",
            tuple(self._coded(row, code) for row in rows[: self.limit]),
            len(rows) > 1,
            () if fits else ("code_of_another_kind",),
            {"code": code.value},
        )

    def _coded(self, row: CodedRow, code: codes.Code) -> Candidate:
        number = ""
        if row.number is not None:
            number = house_number.written(row.number, row.suffix or "")
        street = (
            self.index.street_name(row.street_id) if row.street_id in self.index.of_street else ""
        )
        return Candidate(
            label=self.index.label(row.neighbourhood_id, street=street, number=number),
            precision=_PRECISION[row.entity],
            score=1.0,
            lon=row.lon,
            lat=row.lat,
            address_id=row.address_id,
            side_id=row.side_id,
            street_id=row.street_id,
            building_id=row.building_id,
            parcel_id=row.parcel_id,
            neighbourhood_id=row.neighbourhood_id,
            district_id=self.index.neighbourhoods[row.neighbourhood_id].parent_id,
            evidence={"code": FieldEvidence(code.value, code.value, EXACT)},
            unit_id=row.unit_id,
        )

    # Parcels

    def parcel(self, asked: parcels.ParcelNumber) -> Answer:
        """The parcel in the named neighbourhood; without one all parcels of this number."""
        evidence = gather(self.index, parse(asked.rest, self.pack), self.pack, tolerant=True)
        named = self._areas(evidence)
        rows = self.register.parcels(
            asked.block, asked.number, sorted(named or self.index.neighbourhoods)
        )
        if not rows:
            found = areas(evidence, self.index, self.register, limit=self.limit)
            return Answer(
                "C" if found.candidates else "", found.candidates, found.ambiguous,
                ("parcel_not_found",), {"parcel": f"{asked.block}/{asked.number}"},
            )  # fmt: skip
        rows.sort(key=lambda row: -self._value(row, named, evidence))
        best = self._value(rows[0], named, evidence)
        rivals = [r for r in rows[1:] if self._value(r, named, evidence) > best - WEIGHTS.tie]
        exact = bool(named) and not named[rows[0].neighbourhood_id].repaired
        contrary = place_contradictions(evidence, self.index, rows[0].neighbourhood_id)
        return Answer(
            "C" if rivals or contrary else "A" if exact else "B",
            tuple(self._parcel(row, asked, named, evidence) for row in rows[: self.limit]),
            bool(rivals),
            contrary + (("relative",) if evidence.parsed.relation == "near" else ()),
            {"parcel": f"{asked.block}/{asked.number}"},
        )

    def _areas(self, evidence: Evidence) -> dict[int, Match]:
        """Neighbourhoods that are named (ids)."""
        return {
            area: match
            for name_id, match in evidence.neighbourhoods.items()
            if match.score >= WEIGHTS.sure and not self._only_a_district(match, evidence)
            for area in self.index.neighbourhood.owners[name_id]
        }

    @staticmethod
    def _only_a_district(match: Match, evidence: Evidence) -> bool:
        return not evidence.has_neighbourhood and any(
            district.items == match.items and district.score >= match.score
            for district in evidence.districts.values()
        )

    def _value(self, row: ParcelRow, named: dict[int, Match], evidence: Evidence) -> float:
        district = self.index.neighbourhoods[row.neighbourhood_id].parent_id
        given = evidence.districts.get(self.index.name_of_district[district])
        area = named.get(row.neighbourhood_id)
        return (area.score if area else 0.0) + (WEIGHTS.district * given.score if given else 0.0)

    def _parcel(
        self,
        row: ParcelRow,
        asked: parcels.ParcelNumber,
        named: dict[int, Match],
        evidence: Evidence,
    ) -> Candidate:
        area = self.index.neighbourhoods[row.neighbourhood_id]
        written = f"{row.cadastral_block}/{row.number}"
        shown = {"parcel": FieldEvidence(asked.written, written, EXACT)}
        if (match := named.get(area.id)) is not None:
            shown["neighbourhood"] = field(match, area.name, evidence.parsed, given_other=False)
        elif evidence.has_neighbourhood:
            shown["neighbourhood"] = FieldEvidence("", area.name, CONTRADICTING)
        return Candidate(
            label=f"{written}, {self.index.label(area.id)}",
            precision="PARCEL",
            score=min(1.0, 0.5 + 0.35 * self._value(row, named, evidence)),
            lon=row.lon,
            lat=row.lat,
            parcel_id=row.parcel_id,
            neighbourhood_id=area.id,
            district_id=area.parent_id,
            evidence=shown,
        )


def _at(place: Place, evidence: dict[str, FieldEvidence]) -> Candidate:
    return Candidate(
        label=place.label,
        precision="POINT",
        score=1.0,
        lon=place.lon,
        lat=place.lat,
        address_id=place.address_id,
        side_id=place.side_id,
        street_id=place.street_id,
        building_id=place.building_id,
        parcel_id=place.parcel_id,
        neighbourhood_id=place.neighbourhood_id,
        district_id=place.district_id,
        evidence=evidence,
    )

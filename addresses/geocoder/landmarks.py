"""Places that people know: by their name, or by what they are where few are near."""

import math

from addresses.geocoder.answer import Answer, Candidate
from addresses.geocoder.contradictions import place_contradictions
from addresses.geocoder.explain import area_items, field, shown
from addresses.geocoder.matching import Match
from addresses.geocoder.names import LandmarkRow, NameIndex
from addresses.geocoder.parse import STREET
from addresses.geocoder.ranking import Evidence
from addresses.geocoder.register import Register
from addresses.geocoder.weights import WEIGHTS

_LEAST = 0.7
_ONE_WORD_LEAST = 0.95
_TIE = 0.05
_AREA = 0.3  # what an agreeing neighbourhood or district adds
_SHOWN_OF_A_KIND = 12


def landmark(
    evidence: Evidence, index: NameIndex, register: Register, *, limit: int
) -> tuple[Answer, frozenset[int]] | None:
    """The landmark that the text names, or those of the kind that it names in the neighbourhood;
    and the items of the text that name it.
    """
    found = _by_name(evidence, index) or _by_kind(evidence, index)
    if not found:
        return None
    found.sort(key=lambda f: (-f[0], f[1].id))
    tied = [f for f in found if f[0] > found[0][0] - _TIE]
    if len(tied) > 1 and (street := _street_point(evidence, index, register)) is not None:
        tied.sort(key=lambda f: math.dist((f[1].lon, f[1].lat), street))
        found = [*tied, *(f for f in found if f not in tied)]
    match = found[0][2]
    warnings = ("relative",) if evidence.parsed.relation_beside(match.items) == "near" else ()
    contrary = place_contradictions(evidence, index, found[0][1].neighbourhood_id, match.items)
    sure = match.score >= WEIGHTS.area_sure and len(tied) == 1 and not contrary
    answer = Answer(
        "B" if sure else "C",
        tuple(_candidate(place, m, evidence, index) for _v, place, m in found[:limit]),
        len(tied) > 1,
        contrary + warnings,
        shown(evidence.parsed, match.items, area_items(evidence)),
    )
    return answer, match.items


Scored = tuple[float, LandmarkRow, Match]


def _by_name(evidence: Evidence, index: NameIndex) -> list[Scored]:
    found: list[Scored] = []
    for name_id, match in evidence.landmarks.items():
        one_word = len(match.items) < 2 and match.score < _ONE_WORD_LEAST
        if match.score < _LEAST or one_word or not _type_named(evidence, index, name_id, match):
            continue
        for landmark_id in index.landmark.owners[name_id]:
            place = index.landmarks[landmark_id]
            value = match.score + _area_value(evidence, index, place, match.items)
            found.append((value, place, match))
    best = max((value for value, _place, _match in found), default=0.0)
    return [f for f in found if f[0] > best - _AREA]


def _type_named(evidence: Evidence, index: NameIndex, name_id: int, match: Match) -> bool:
    """Whether the last word of the name is given: "Ziya Gökalp" is not its "Muhtarlığı"."""
    last = index.landmark.tokens[name_id][-1]
    pack = evidence.pack
    for i in match.items:
        text = evidence.parsed.items[i].text
        if pack.landmark_words.get(text, text) == last:
            return True
        if any(s.word == last for s in index.speller.similar(text, pack)) or text.endswith(last):
            return True
    return False


def _by_kind(evidence: Evidence, index: NameIndex) -> list[Scored]:
    """`Yukarı mahalle camii`: the landmarks of the neighbourhood whose names have the type word."""
    pack = evidence.pack
    kinds = {
        i: kind
        for i, item in enumerate(evidence.parsed.items)
        if not item.role and (kind := pack.landmark_words.get(item.text))
    }
    areas = {
        area: match
        for name_id, match in evidence.neighbourhoods.items()
        if match.score >= WEIGHTS.area_sure and not match.items & kinds.keys()
        for area in index.neighbourhood.owners[name_id]
    }
    if len(kinds) != 1 or not areas:
        return []
    ((item, kind),) = kinds.items()
    found: list[Scored] = []
    for name_id in index.landmark.by_word.get(kind, ()):
        for landmark_id in index.landmark.owners[name_id]:
            place = index.landmarks[landmark_id]
            if place.neighbourhood_id in areas:
                used = areas[place.neighbourhood_id].items | {item}
                value = 1.0 + _area_value(evidence, index, place, frozenset({item}))
                found.append((value, place, Match(0.8, used, True)))
    return found if len(found) <= _SHOWN_OF_A_KIND else []


def _area_value(
    evidence: Evidence, index: NameIndex, place: LandmarkRow, named: frozenset[int]
) -> float:
    area = evidence.neighbourhoods.get(index.name_of_neighbourhood[place.neighbourhood_id])
    district_id = index.district_of(place.neighbourhood_id).id
    district = evidence.districts.get(index.name_of_district[district_id])
    value = 0.0
    if area is not None and not area.items <= named:
        value += _AREA * area.score
    if district is not None:
        value += _AREA * district.score
    return value


def _street_point(
    evidence: Evidence, index: NameIndex, register: Register
) -> tuple[float, float] | None:
    """The point of the street that is named too, if one is."""
    if not any(item.role == STREET for item in evidence.parsed.items):
        return None
    best = max(evidence.streets.items(), key=lambda s: s[1].score, default=None)
    if best is None or best[1].score < WEIGHTS.sure:
        return None
    documents = [index.documents[p] for p in index.street.owners[best[0]][:20]]
    wanted = [(d.street_id, d.neighbourhood_id) for d in documents]
    points = register.points(wanted, (), ()).streets
    return next(iter(points.values()), None) if len({s for s, _n in wanted}) == 1 else None


def _candidate(place: LandmarkRow, match: Match, evidence: Evidence, index: NameIndex) -> Candidate:
    area = index.neighbourhoods[place.neighbourhood_id]
    district = index.district_of(area.id)
    return Candidate(
        label=f"{place.name}, {area.name}, {district.name}",
        precision="LANDMARK",
        score=min(1.0, match.score),
        lon=place.lon,
        lat=place.lat,
        neighbourhood_id=area.id,
        district_id=district.id,
        evidence={"landmark": field(match, place.name, evidence.parsed, given_other=False)},
        landmark_id=place.id,
    )

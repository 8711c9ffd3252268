"""Answers without a street: neighbourhoods, districts."""

from addresses.geocoder.answer import NO_ANSWER, Answer, Candidate
from addresses.geocoder.explain import area_items, field, shown
from addresses.geocoder.matching import Match
from addresses.geocoder.names import NameIndex
from addresses.geocoder.ranking import Evidence
from addresses.geocoder.register import Points, Register

_AREA_LEAST = 0.6


def areas(evidence: Evidence, index: NameIndex, register: Register, *, limit: int) -> Answer:
    """Neighbourhoods, else districts, that the text names: suggestions, never a point to act on."""
    found: list[tuple[float, int, Match]] = []
    for name_id, match in evidence.neighbourhoods.items():
        if match.score < _AREA_LEAST or not (evidence.has_neighbourhood or match.score >= 0.9):
            continue
        if not evidence.has_neighbourhood and _is_district(match, evidence):
            continue
        for area_id in index.neighbourhood.owners[name_id]:
            near = evidence.districts.get(index.name_of_district[index.district_of(area_id).id])
            found.append((match.score + (0.5 * near.score if near else 0.0), area_id, match))
    found.sort(key=lambda f: (-f[0], f[1]))
    warnings = ("street_not_found",) if evidence.has_street else ()
    if found:
        kept = found[:limit]
        points = register.points((), [area_id for _v, area_id, _m in kept], ())
        candidates = tuple(
            _area(index, area_id, match, value, points, evidence) for value, area_id, match in kept
        )
        tied = len(kept) > 1 and kept[1][0] > kept[0][0] - 0.03
        return Answer(
            "C",
            candidates,
            tied,
            warnings,
            shown(evidence.parsed, kept[0][2].items, area_items(evidence)),
        )
    districts = [
        (match.score, district_id, match)
        for name_id, match in evidence.districts.items()
        if match.score >= 0.85
        for district_id in index.district.owners[name_id]
    ]
    if not districts:
        return NO_ANSWER
    districts.sort(key=lambda d: (-d[0], d[1]))
    points = register.points((), (), [d for _s, d, _m in districts[:limit]])
    candidates = tuple(
        Candidate(
            label=index.district_label(d),
            precision="DISTRICT", score=0.5 * score,
            lon=points.districts.get(d, (None, None))[0],
            lat=points.districts.get(d, (None, None))[1],
            district_id=d,
        )
        for score, d, _m in districts[:limit]
    )  # fmt: skip
    return Answer(
        "C",
        candidates,
        False,
        warnings,
        shown(evidence.parsed, districts[0][2].items, area_items(evidence)),
    )


def _area(
    index: NameIndex, area_id: int, match: Match, value: float, points: Points, evidence: Evidence
) -> Candidate:
    area = index.neighbourhoods[area_id]
    district = index.district_of(area_id)
    lon, lat = points.neighbourhoods.get(area_id, (None, None))
    return Candidate(
        label=index.label(area_id),
        precision="NEIGHBOURHOOD",
        score=min(1.0, value / 1.5) * 0.7,
        lon=lon,
        lat=lat,
        neighbourhood_id=area_id,
        district_id=district.id,
        evidence={"neighbourhood": field(match, area.name, evidence.parsed, given_other=False)},
    )  # fmt: skip


def _is_district(match: Match, evidence: Evidence) -> bool:
    """Whether the same words name a district at least as well: `Altıeylül`, not `Altı Eylül`."""
    return any(
        district.items == match.items and district.score >= match.score
        for district in evidence.districts.values()
    )

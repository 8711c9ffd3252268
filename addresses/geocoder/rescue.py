"""Second thoughts where a name has more errors than the spelling of single words allows.

Short names with two errors (`Ornsn` for Orman) are near too many registered words. They are looked
for only where something else narrows the choice: the streets of the given neighbourhood, or the
areas of a street that has been found.
"""

from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz.distance import OSA

from addresses.geocoder.language import Pack
from addresses.geocoder.matching import Match
from addresses.geocoder.names import NameIndex
from addresses.geocoder.parse import NEIGHBOURHOOD, STREET
from addresses.geocoder.ranking import Evidence, Ranked, value_of, weigh
from addresses.geocoder.weights import WEIGHTS

_MOST = 2
_SHARE = 0.5  # errors by letters of the registered name
_SHORTEST = 3
_WORDS = 3


def nearest_streets(index: NameIndex, evidence: Evidence) -> list[Ranked]:
    """The streets of the named neighbourhood whose name is closest to what stands before the
    street's type word; empty where nothing is close, or where several are.
    """
    sure = [
        name_id for name_id, match in evidence.neighbourhoods.items() if match.score >= WEIGHTS.sure
    ]
    spelt = any(
        m.score >= WEIGHTS.nearly_exact and not m.repaired for m in evidence.streets.values()
    )
    if not evidence.has_street or not sure or spelt:
        return []
    named = frozenset(i for name_id in sure for i in evidence.neighbourhoods[name_id].items)
    written = _before(evidence, STREET, named)
    if not written:
        return []
    items = evidence.parsed.items
    if all(items[i].number for i in written):
        return []
    words = "".join(items[i].text for i in written)
    digits = frozenset(items[i].text for i in written if items[i].number)
    found: list[tuple[int, Ranked]] = []
    for name_id in sure:
        for area in index.neighbourhood.owners[name_id]:
            for position in index.of_neighbourhood.get(area, ()):
                document = index.documents[position]
                other_kind = evidence.kinds and document.kind not in evidence.kinds
                if other_kind or index.street.digits[document.name_id] != digits:
                    continue
                distance = _errors(
                    words, "".join(index.street.tokens[document.name_id]), evidence.pack
                )
                if distance is not None:
                    match = Match(WEIGHTS.guessed, frozenset(written), True)
                    found.append((distance, weigh(index, evidence, document, match)))
    if not found:
        return []
    value = max(ranked.value for _distance, ranked in found)
    found = [f for f in found if f[1].value > value - WEIGHTS.tie]
    least = min(distance for distance, _ranked in found)
    kept = [ranked for distance, ranked in found if distance == least]
    return kept if len({r.document.name_id for r in kept}) == 1 else []


def near_areas(index: NameIndex, evidence: Evidence, ranked: Iterable[Ranked]) -> list[Ranked]:
    """The streets again, with neighbourhoods and districts that were given with too many errors."""
    out = []
    for r in ranked:
        area = index.neighbourhoods[r.document.neighbourhood_id]
        neighbourhood, district = r.neighbourhood, r.district
        if evidence.has_neighbourhood and neighbourhood.score < WEIGHTS.area_named:
            neighbourhood = (
                _near(evidence, index.neighbourhood.tokens[index.name_of_neighbourhood[area.id]],
                      _before(evidence, NEIGHBOURHOOD, r.street.items | district.items))
                or neighbourhood
            )  # fmt: skip
        if district.score < WEIGHTS.area_named:
            tokens = index.district.tokens[index.name_of_district[area.parent_id]]
            named = [
                m.items
                for matches in (evidence.districts, evidence.neighbourhoods)
                for m in matches.values()
                if not m.repaired and m.score >= WEIGHTS.area_sure
            ]
            left = evidence.unexplained(r.street.items, neighbourhood.items, *named)
            near = [m for i in left if (m := _near(evidence, tokens, [i]))]
            district = max(near, key=lambda m: m.score, default=district)
        if (neighbourhood, district) != (r.neighbourhood, r.district):
            value = value_of(evidence, r.document, r.street, neighbourhood, district)
            r = replace(r, neighbourhood=neighbourhood, district=district, value=value)
        out.append(r)
    out.sort(key=lambda r: -r.value)
    return out


def _before(evidence: Evidence, role: str, named: frozenset[int]) -> list[int]:
    """The words right before the first type word of a role that name nothing else."""
    items = evidence.parsed.items
    at = next((i for i, item in enumerate(items) if item.role == role), 0)
    out: list[int] = []
    for i in range(at - 1, max(-1, at - 1 - _WORDS), -1):
        short = len(items[i].text) < _SHORTEST - 1 and not items[i].number
        if items[i].role or i in named or short:
            break
        out.insert(0, i)
    return out


def _near(evidence: Evidence, tokens: tuple[str, ...], written: list[int]) -> Match | None:
    words = "".join(evidence.parsed.items[i].text for i in written)
    distance = _errors(words, "".join(tokens), evidence.pack) if words else None
    if distance is None:
        return None
    return Match(WEIGHTS.guessed + 0.1 * (_MOST - distance), frozenset(written), True)


def _errors(written: str, name: str, pack: Pack) -> int | None:
    """Errors between two words, or None where they are too many, or other names."""
    if pack.other_names(written, name):
        return None
    if len(name) < _SHORTEST or len(written) < _SHORTEST - 1:
        return None
    distance = int(OSA.distance(written, name, score_cutoff=_MOST))
    return distance if distance <= min(_MOST, len(name) * _SHARE) else None

"""Crossings: `Atatürk Caddesi ile Gül Sokak köşesi`, `corner of Pine and Jones`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from addresses.geocoder.answer import Answer, Candidate
from addresses.geocoder.answer import Evidence as FieldEvidence
from addresses.geocoder.contradictions import other_street, place_contradictions
from addresses.geocoder.explain import field
from addresses.geocoder.glue import unglue
from addresses.geocoder.language import Pack
from addresses.geocoder.names import NameIndex
from addresses.geocoder.parse import parse
from addresses.geocoder.ranking import Evidence, Ranked, gather, rank, weigh
from addresses.geocoder.register import CrossingRow, Register
from addresses.geocoder.tokens import MARK, WORD, Token, cut
from addresses.geocoder.weights import WEIGHTS

_APART_M = 60.0  # how far the lines of two streets that meet may end from each other
_ONE_PLACE_M = 100.0
_STREETS = 60
_OTHERS = 400
_BEHIND = 0.35
_PHRASE_MAX = 2
_SIGN = ";"  # stands for `&`: one token, as long
_AREA = "wrong_neighbourhood"
_M_PER_DEGREE = 111_200.0
MISSING_CROSSING = Answer("", (), False, ("crossing_not_found",))
MISSING_STREET = Answer("", (), False, ("street_not_found",))


@dataclass(frozen=True)
class Crossing:
    """The texts of the two streets, and what stands beside them. `typed`: both have a type word."""

    first: str
    second: str
    rest: str
    typed: bool


def read(text: str, pack: Pack) -> Crossing | None:
    """The two streets of a readable text that names their crossing, or None."""
    tokens = cut(_with_signs(text, pack))
    found = _phrase(tokens, pack)
    if found is not None:
        at, after = found
        if tokens[at].text in pack.crossing_joins and at > 0 and after < len(tokens):
            # "A-Strasse Ecke B-Weg"
            return _parts(text, tokens[:at], tokens[after:], [], pack)
        leads = pack.crossing_leads and at < len(tokens) - after
        inside = tokens[after:] if leads else tokens[:at]
        outside = tokens[:at] if leads else tokens[after:]
        return _split(text, inside, outside, pack)
    marks = {_SIGN if mark == "&" else mark for mark in pack.crossing_marks}
    for i, token in enumerate(tokens):
        if token.text in marks and _has_street(tokens, pack):
            return _parts(text, tokens[:i], tokens[i + 1 :], [], pack)
        if token.text == _SIGN and text[token.start] == "&" and _typed(tokens, i, pack):
            return _parts(text, tokens[:i], tokens[i + 1 :], [], pack)
    return None


def _typed(tokens: Sequence[Token], i: int, pack: Pack) -> bool:
    """Whether two type words with nothing but their streets stand beside the mark at i, and no house
    number: `Gül Sokak & Çam Caddesi`.
    """
    before = tokens[i - 2 if i > 1 and tokens[i - 1].text == "." else i - 1] if i else None
    return (
        before is not None
        and before.text in pack.street_kinds
        and _has_street(tokens[i + 1 :], pack)
        and not any(token.kind == WORD and token.text in pack.number_words for token in tokens)
    )


def _with_signs(text: str, pack: Pack) -> str:
    # `&` is no token elsewhere.
    return text.replace("&", _SIGN) if "&" in pack.crossing_joins | pack.crossing_marks else text


def _has_street(tokens: Sequence[Token], pack: Pack) -> bool:
    return any(token.text in pack.street_kinds for token in tokens)


def _phrase(tokens: Sequence[Token], pack: Pack) -> tuple[int, int] | None:
    """The last word for `crossing` in Turkish, the first where it leads."""
    found = []
    for i in range(len(tokens)):
        words = ""
        for j in range(i, min(i + _PHRASE_MAX, len(tokens))):
            words = f"{words} {tokens[j].text}".strip()
            if words in pack.crossing_words:
                found.append((i, j + 1))
    if not found:
        return None
    return max(found, key=lambda f: (-f[0] if pack.crossing_leads else f[0], f[1]))


def _split(
    text: str, inside: Sequence[Token], outside: Sequence[Token], pack: Pack
) -> Crossing | None:
    joins = pack.crossing_joins | ({_SIGN} if "&" in pack.crossing_joins else set())
    words = [i for i, t in enumerate(inside) if t.text in joins and t.kind == WORD]
    marks = [
        i
        for i, t in enumerate(inside)
        if t.text in joins and t.kind == MARK and 0 < i < len(inside) - 1
        and (inside[i - 1].kind == WORD or not t.glued)
    ]  # fmt: skip
    for at in [*reversed(words), *reversed(marks)]:
        if parts := _parts(text, inside[:at], inside[at + 1 :], outside, pack):
            return parts
    streets = [i for i, t in enumerate(inside) if t.text in pack.street_kinds and len(t.text) > 1]
    if len(streets) > 1:
        return _parts(text, inside[: streets[0] + 1], inside[streets[0] + 1 :], outside, pack)
    return None


def _parts(
    text: str,
    first: Sequence[Token],
    second: Sequence[Token],
    outside: Sequence[Token],
    pack: Pack,
) -> Crossing | None:
    named = [[t for t in part if t.kind != MARK] for part in (first, second)]
    if not all(named):
        return None
    one, other, rest = (
        text[part[0].start : part[-1].end] if part else "" for part in (first, second, outside)
    )
    return Crossing(one, other, rest, _has_street(first, pack) and _has_street(second, pack))


def answer_crossing(
    crossing: Crossing, index: NameIndex, register: Register, pack: Pack, *, limit: int
) -> Answer | None:
    """Where the two streets meet; None where they are not known. Where they do not meet, or one of them
    is not known, it has no candidate, and says so: MISSING_CROSSING, MISSING_STREET.
    """
    first = _evidence(f"{crossing.first} , {crossing.rest}", index, pack)
    second = _evidence(f"{crossing.second} , {crossing.rest}", index, pack)
    streets = {r.document.street_id: r for r in reversed(_best(rank(index, first)))}
    others = {r.document.street_id: r for r in reversed(list(_all(index, second)))}
    if not streets or not others:
        return MISSING_STREET if crossing.typed and (streets or others) else None
    rows = register.crossings(list(streets)[-_STREETS:], list(others)[-_OTHERS:], _APART_M)
    if not rows:
        return MISSING_CROSSING
    rows.sort(key=lambda row: -_value(row, streets, others))
    best = rows[0]
    value = _value(best, streets, others)
    rivals = [
        row
        for row in rows[1:]
        if _value(row, streets, others) > value - WEIGHTS.tie and _metres(row, best) > _ONE_PLACE_M
    ]
    one, other = streets[best.street_id], others[best.other_id]
    repaired = one.street.repaired or other.street.repaired
    sure = min(one.street.score, other.street.score) >= WEIGHTS.sure
    contrary = _contrary((one, other), (first, second), index)
    category = "C" if rivals or contrary or not sure else "B" if repaired else "A"
    kept = [best, *(row for row in rows[1:] if _metres(row, best) > _ONE_PLACE_M)]
    return Answer(
        category,
        tuple(
            _candidate(row, streets[row.street_id], others[row.other_id], (first, second), index)
            for row in kept[:limit]
        ),
        bool(rivals),
        contrary,
        {"crossing": f"{crossing.first} | {crossing.second}"},
    )


def _contrary(
    streets: tuple[Ranked, Ranked], evidence: tuple[Evidence, Evidence], index: NameIndex
) -> tuple[str, ...]:
    """What was given and contradicts the crossing. The streets may lie in two neighbourhoods, and
    what is said beside them stands in the evidence of both: an area is wrong where both say so.
    """
    found: list[str] = []
    of_each: list[frozenset[str]] = []
    for r, e in zip(streets, evidence, strict=True):
        named = r.street.items | r.neighbourhood.items | r.district.items
        area = r.document.neighbourhood_id
        of_each.append(frozenset(place_contradictions(e, index, area, named)))
        if e.kinds and r.document.kind not in e.kinds:
            found.append("kind_differs")
        if other_street(e, r.street.items, named):
            found.append("name_differs")
    areas = of_each[0] | of_each[1]
    if all(e.has_neighbourhood for e in evidence) and not all(_AREA in each for each in of_each):
        areas -= {_AREA}
    return tuple(dict.fromkeys([*found, *sorted(areas)]))


def _evidence(text: str, index: NameIndex, pack: Pack) -> Evidence:
    parsed = unglue(parse(text, pack), index.speller, pack)
    exact = gather(index, parsed, pack, tolerant=False)
    if any(match.score >= WEIGHTS.area_sure for match in exact.streets.values()):
        return exact
    return gather(index, parsed, pack, tolerant=True)


def _best(ranked: list[Ranked]) -> list[Ranked]:
    return [
        r for r in ranked if r.street.score >= WEIGHTS.sure and r.value > ranked[0].value - _BEHIND
    ]


def _all(index: NameIndex, evidence: Evidence) -> Iterator[Ranked]:
    """Every street of the best names: the other street decides which of them is meant."""
    best = max((match.score for match in evidence.streets.values()), default=0.0)
    names = sorted(evidence.streets.items(), key=lambda s: -s[1].score)
    for name_id, match in names:
        if match.score < max(WEIGHTS.sure, best - 0.15):
            break
        for position in index.street.owners[name_id]:
            yield weigh(index, evidence, index.documents[position], match)


def _value(row: CrossingRow, streets: dict[int, Ranked], others: dict[int, Ranked]) -> float:
    """Both streets' agreement; of equal ones those that come nearer."""
    value = streets[row.street_id].value + others[row.other_id].value
    return value - 0.1 * row.metres / _APART_M


def _metres(a: CrossingRow, b: CrossingRow) -> float:
    return _M_PER_DEGREE * max(abs(a.lon - b.lon), abs(a.lat - b.lat))


def _candidate(
    row: CrossingRow,
    first: Ranked,
    second: Ranked,
    evidence: tuple[Evidence, Evidence],
    index: NameIndex,
) -> Candidate:
    area = index.neighbourhoods[first.document.neighbourhood_id]
    pack = index.pack_of(area.id)
    names = [index.printed(r.document) for r in (first, second)]
    shown: dict[str, FieldEvidence] = {
        key: field(r.street, name, e.parsed, given_other=False)
        for key, r, name, e in zip(
            ("street", "other_street"), (first, second), names, evidence, strict=True
        )
    }
    if first.neighbourhood.items:
        shown["neighbourhood"] = field(
            first.neighbourhood, area.name, evidence[0].parsed, given_other=False
        )
    return Candidate(
        label=index.label(
            area.id, street=pack.crossing_label.format(first=names[0], second=names[1])
        ),
        precision="CROSSING",
        score=max(0.0, min(1.0, (first.street.score + second.street.score) / 2)),
        lon=row.lon,
        lat=row.lat,
        street_id=row.street_id,
        other_street_id=row.other_id,
        neighbourhood_id=area.id,
        district_id=area.parent_id,
        evidence=shown,
    )

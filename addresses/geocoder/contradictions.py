"""What was given and does not agree with a place: another area, postcode or city, another name."""

from collections.abc import Iterator

from addresses.geocoder.names import NameIndex
from addresses.geocoder.parse import BUILDING, NEIGHBOURHOOD, STREET
from addresses.geocoder.ranking import Evidence
from addresses.geocoder.weights import WEIGHTS

_POSTCODE = 5
_REGION = 2  # the digits of a postcode that are the same in a whole province
_SHORT = 2
_ABBREVIATED = 4  # letters of a word behind which a full stop ends no sentence


def contradictions(
    evidence: Evidence, index: NameIndex, neighbourhood: int, named: frozenset[int]
) -> tuple[str, ...]:
    """Warnings about areas that were given and are not those of a place in a neighbourhood (id).

    `named` are the items of the text that name the place and its own areas. A place with one of
    these warnings is never sure.
    """
    found = []
    if _other_neighbourhood(evidence, named):
        found.append("wrong_neighbourhood")
    if _other_district(evidence, index, neighbourhood, named):
        found.append("wrong_district")
    postcode = _other_postcode(evidence, index, neighbourhood, named)
    if postcode:
        found.append(postcode)
    if postcode != "elsewhere" and _elsewhere(evidence, named):
        found.append("elsewhere")
    return tuple(found)


def place_contradictions(
    evidence: Evidence,
    index: NameIndex,
    neighbourhood: int,
    named: frozenset[int] = frozenset(),
) -> tuple[str, ...]:
    """The same of a place without a street, where `named` are the items of its own name: its areas
    are what the text says of them.
    """
    district = index.neighbourhoods[neighbourhood].parent_id
    matches = (
        evidence.neighbourhoods.get(index.name_of_neighbourhood[neighbourhood]),
        evidence.districts.get(index.name_of_district[district]),
        *evidence.provinces.values(),
    )
    own = (m.items for m in matches if m is not None and m.score >= WEIGHTS.area_named)
    return contradictions(evidence, index, neighbourhood, named.union(*own))


def other_street(evidence: Evidence, street: frozenset[int], named: frozenset[int]) -> bool:
    """Whether words of the street's name were given that its registered name lacks: `Yeni Gül
    Sokak`, `1386/1 Sokak`. `street` are the items that name it, `named` all that name something.
    """
    items = evidence.parsed.items
    for at, item in enumerate(items):
        if item.role != STREET or item.leads:
            continue
        run = list(_run(evidence, at))
        if not street.isdisjoint(run):
            first = min(street)
            return any(i not in named and _of_name(evidence, i, first) for i in run)
    return False


def _run(evidence: Evidence, at: int) -> Iterator[int]:
    """The items before a type word that nothing divides from it, the last first."""
    parsed, pack = evidence.parsed, evidence.pack
    for i in range(at - 1, -1, -1):
        item = parsed.items[i]
        gap = parsed.text[item.end : parsed.items[i + 1].start]
        if item.role or item.text in pack.plain_words:
            return
        if item.text in pack.district_words or item.text in pack.province_words:
            return
        stop = gap.startswith(".") and not gap[1:].strip()
        if stop and not item.number and len(item.text) > _ABBREVIATED:
            return
        if "\n" in gap or not (stop or not gap.strip() or gap in ("/", "-")):
            return
        yield i


def _of_name(evidence: Evidence, i: int, first: int) -> bool:
    """Whether the item at i can be part of a street's name that begins at `first` without it."""
    parsed = evidence.parsed
    item = parsed.items[i]
    if i > first:
        return True
    if item.number:  # `2. Gül Sokak`; `2 Gül Sokak` is a house number
        behind = parsed.text[item.end : item.end + 1]
        return behind in (".", "/") and len(item.text) < _POSTCODE
    return len(item.text) > _SHORT


def _other_neighbourhood(evidence: Evidence, named: frozenset[int]) -> bool:
    """Whether a word stands before (of a label: behind) a word for neighbourhoods, and names
    another one.
    """
    items, plain = evidence.parsed.items, evidence.pack.plain_words
    for at, item in enumerate(items):
        if item.role != NEIGHBOURHOOD:
            continue
        i = at + 1 if item.leads else at - 1
        if not 0 <= i < len(items) or i in named or items[i].role or items[i].number:
            continue
        if len(items[i].text) > _SHORT and items[i].text not in plain:
            return True
    return False


def _other_district(
    evidence: Evidence, index: NameIndex, neighbourhood: int, named: frozenset[int]
) -> bool:
    """Whether a district is named that is not the neighbourhood's, and not as a part of something
    else or as a way that leads there.
    """
    items = evidence.parsed.items
    own = index.name_of_district[index.neighbourhoods[neighbourhood].parent_id]
    for name_id, match in evidence.districts.items():
        if name_id == own or match.repaired or match.score < WEIGHTS.sure or not match.items:
            continue
        after = max(match.items) + 1
        following = items[after] if after < len(items) else None
        part = following is not None and (
            following.role in (STREET, NEIGHBOURHOOD, BUILDING)
            or following.text in evidence.pack.leads_there
        )
        if match.items.isdisjoint(named) and not part:
            return True
    return False


def _other_postcode(
    evidence: Evidence, index: NameIndex, neighbourhood: int, named: frozenset[int]
) -> str:
    """`wrong_postcode` for that of another neighbourhood, `elsewhere` for one of another province."""
    house = evidence.parsed.house
    for i, item in enumerate(evidence.parsed.items):
        if not item.number or len(item.text) != _POSTCODE or i in named:
            continue
        if house is not None and house.start <= item.start < house.end:
            continue
        if (areas := index.postcodes.get(item.text)) is not None:
            own = any(neighbourhood in those for those in index.postcodes.values())
            if own and neighbourhood not in areas:
                return "wrong_postcode"
        elif index.postcodes and not any(
            known[:_REGION] == item.text[:_REGION] for known in index.postcodes
        ):
            return "elsewhere"
    return ""


def _elsewhere(evidence: Evidence, named: frozenset[int]) -> bool:
    """Whether a place is named that the register does not hold, and not as a way that leads there."""
    parsed, pack = evidence.parsed, evidence.pack
    items = parsed.items
    for i in evidence.unexplained(named):
        following = items[i + 1] if i + 1 < len(items) else None
        if following is not None and following.text in pack.leads_there:
            continue
        if items[i].text in pack.elsewhere:
            return True
        # A word of daily life is a province behind a slash, a district or, at the end, a comma.
        if items[i].text in pack.perhaps_elsewhere and not (following and following.role):
            before = parsed.text[items[i - 1].end if i else 0 : items[i].start].strip()
            district = any(
                i - 1 in match.items and match.score >= WEIGHTS.sure
                for match in evidence.districts.values()
            )
            last = following is None and not parsed.text[items[i].end :].strip(" .,")
            if before in ("/", "(") or district or (last and before == ","):
                return True
    return False

"""How the agreement of one field, and the use of every word, are shown with an answer."""

from addresses.geocoder.answer import CONTRADICTING, EXACT, MISSING, REPAIRED
from addresses.geocoder.answer import Evidence as FieldEvidence
from addresses.geocoder.matching import Match
from addresses.geocoder.parse import House, Parsed
from addresses.geocoder.ranking import Evidence

_SURE_AREA = 0.8


def field(match: Match, name: str, parsed: Parsed, *, given_other: bool) -> FieldEvidence:
    given = " ".join(_word(parsed, i) for i in sorted(match.items))
    if match.score < 0.45 and given_other:
        return FieldEvidence(given, name, CONTRADICTING)
    if not given:
        return FieldEvidence("", name, MISSING)
    exact = not match.repaired and match.score >= 0.9
    return FieldEvidence(given, name, EXACT if exact else REPAIRED)


def _word(parsed: Parsed, i: int) -> str:
    item = parsed.items[i]
    return parsed.text[item.start : item.end]


def area_items(evidence: Evidence) -> frozenset[int]:
    """The items that name a district or a province for sure."""
    return frozenset(
        i
        for matches in (evidence.districts, evidence.provinces)
        for match in matches.values()
        if match.score > _SURE_AREA
        for i in match.items
    )


def shown(parsed: Parsed, *used: frozenset[int], house: House | None = None) -> dict[str, str]:
    """What each part of the text was taken for, and the rest."""
    taken = list(parsed.taken)
    for i in frozenset().union(*used):
        taken.append((parsed.items[i].start, parsed.items[i].end))
    taken += [(item.start, item.end) for item in parsed.items if item.role]
    if house is not None:
        taken.append((house.start, house.end))
    rest, at = [], 0
    for start, end in sorted(taken):
        if start > at:
            rest.append(parsed.text[at:start])
        at = max(at, end)
    rest.append(parsed.text[at:])
    words = [part.strip(" ,;:./-()#\t\r\n") for part in rest]
    parts = {"rest": " ".join(word for word in words if word)}
    if parsed.house is not None:
        parts["number"] = parsed.house.written
    for name in ("unit", "floor", "block"):
        if value := getattr(parsed, name):
            parts[name] = value
    if relation := parsed.relation_beside(frozenset().union(*used)):
        parts["relation"] = relation
    return parts

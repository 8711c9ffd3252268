"""Finds the place that a message speaks of, and leaves the rest as its subject."""

import re
from dataclasses import dataclass, replace

from addresses.conf import CONF
from addresses.geocoder import coordinates, parcels, pluscodes
from addresses.geocoder.answer import Answer, as_suggestion
from addresses.geocoder.language import load
from addresses.geocoder.mentions import Span, elsewhere_beside, spans
from addresses.geocoder.names import NameIndex
from addresses.geocoder.tokens import readable
from addresses.queries.geocoding import geocode
from addresses.queries.names import current

READ = 8_000  # characters of a message
_TRIED = 4  # spans
_SURE = frozenset("AB")
_OTHERWISE = frozenset({"POINT", "PARCEL"})
_SHORT = 120  # a message up to this length may be a place as a whole
_EDGES = " ,;:.-–/()\n\t'’"


@dataclass(frozen=True)
class Mention:
    """A place in a message: `text[start:end]` names it, `answer` says what it is.

    `text` is the message with mis-decoded letters put right. Where no part stands out, the span is
    empty and the answer, a suggestion of category C at most, is that of the whole text.
    """

    text: str
    start: int
    end: int
    answer: Answer

    @property
    def place(self) -> str:
        """The words that name the place."""
        return self.text[self.start : self.end]

    @property
    def subject(self) -> str:
        """What the message says besides."""
        # A case ending belongs to the place: "sokağı'nda".
        after = re.sub(r"^['’]\w+", "", self.text[self.end :])
        parts = (self.text[: self.start].rstrip(_EDGES), after.lstrip(_EDGES))
        return " ".join(part for part in parts if part)


def find_place(
    message: str, *, limit: int = 5, near: tuple[float, float] | None = None
) -> Mention | None:
    """The place that a message names, or None. The first 8,000 characters are read.

    A number counts as a house number only inside a span that has something of an address: a message
    that names no door gets none.
    """
    text = readable(message[:READ])
    index = current()
    if (written := _written_otherwise(text, index)) is not None:
        answer = geocode(text[: CONF.query_max], limit=limit, near=near)
        if answer.best is not None and answer.best.precision in _OTHERWISE and not answer.ambiguous:
            start = text.find(written)
            end = start + len(written) if start >= 0 else len(text)
            return Mention(text, max(start, 0), end, answer)
    found: list[Mention] = []
    for language in index.languages:
        for span in spans(text, index, load(language))[:_TRIED]:
            answer = geocode(text[span.start : span.end], limit=limit, near=near)
            if answer.best is not None:
                found.append(_trimmed(text, span, answer))
    if found:
        return _unless_elsewhere(_one_of(found), index)
    if len(text) > _SHORT:
        return None
    answer = geocode(text, limit=limit, near=near)
    if answer.best is None or answer.best.address_id is not None:
        return None
    return Mention(text, 0, 0, as_suggestion(answer))


def _unless_elsewhere(mention: Mention, index: NameIndex) -> Mention:
    """A suggestion where the words around the place name another city."""
    text, answer = mention.text, mention.answer
    if answer.category not in _SURE or not any(
        elsewhere_beside(text, mention.start, mention.end, index, load(language))
        for language in index.languages
    ):
        return mention
    warnings = (*answer.warnings, "elsewhere")
    return replace(mention, answer=as_suggestion(replace(answer, warnings=warnings)))


def _written_otherwise(text: str, index: NameIndex) -> str | None:
    """What names a place without an address, as it is written."""
    for language in index.languages:
        pack = load(language)
        if (point := coordinates.read(text, pack)) is not None:
            return point.written
        if (plus := pluscodes.read(text)) is not None:
            return plus.code
        if (parcel := parcels.read(text, pack)) is not None:
            return parcel.written
    return None


def _one_of(found: list[Mention]) -> Mention:
    """The most trusted; where another part of the message names another door as surely, a suggestion
    with both.
    """
    listed = next((m for m in found if "several_places" in m.answer.warnings), None)
    best = listed or max(found, key=_trust)
    assert best.answer.best is not None
    rivals = [
        other.answer.best
        for other in found
        if other.answer.category in _SURE
        and other.answer.best is not None
        and other.answer.best.address_id not in (None, best.answer.best.address_id)
        and (other.end <= best.start or best.end <= other.start)
    ]
    if listed is not None:
        known = {candidate.address_id for candidate in best.answer.candidates}
        more = tuple(rival for rival in rivals if rival.address_id not in known)
        more_places = replace(best.answer, candidates=(*best.answer.candidates, *more))
        return replace(best, answer=as_suggestion(more_places))
    if best.answer.category not in _SURE or best.answer.best.address_id is None or not rivals:
        return best
    several = replace(
        best.answer,
        candidates=(best.answer.best, *rivals),
        ambiguous=True,
        warnings=(*best.answer.warnings, "several_places"),
    )
    return replace(best, answer=as_suggestion(several))


def _trust(mention: Mention) -> tuple[int, bool, float]:
    """By category, then doors before all else, then by score."""
    answer = mention.answer
    assert answer.best is not None
    category = " CBA".index(answer.category or " ")
    return category, answer.best.address_id is not None, answer.best.score


def _trimmed(text: str, span: Span, answer: Answer) -> Mention:
    """The span without words at its ends that the answer has no use for."""
    start, end = span.start, span.end
    spare = answer.parsed.get("rest", "").split()
    while spare and (match := re.match(r"\W*(\S+)\W*?\s", text[start:end])):
        if match[1].strip(_EDGES) != spare[0].strip(_EDGES):
            break
        start += match.end()
        spare.pop(0)
    while spare and (match := re.search(r"\s(\S+)\W*$", text[start:end])):
        if match[1].strip(_EDGES) != spare[-1].strip(_EDGES):
            break
        end = start + match.start()
        spare.pop()
    start += len(text[start:end]) - len(text[start:end].lstrip(_EDGES))
    end = start + len(text[start:end].rstrip(_EDGES))
    return Mention(text, start, end, answer)

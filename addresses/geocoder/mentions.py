"""Finds the words of a message that may be an address: runs of names, type words and numbers.

A message says much that is no place: dates, telephone numbers, counts of days, the name of its
writer. What stands here only proposes spans; whether one is an address the search decides.
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from addresses.geocoder.language import Pack
from addresses.geocoder.names import NameIndex
from addresses.geocoder.numerals import spelled_numbers
from addresses.geocoder.tokens import MARK, NUMBER, WORD, Token, cut

_GAP = 1  # so many other words may stand inside an address
_SPELLED = 0.6
_NAME_MIN = 3
_LABEL_MIN = 2  # a shorter word for a number or a type is too often something else
_DIGITS = 5  # a postcode has five digits, nothing in an address more
_STOPS = re.compile(r"[!?…]|\n\s*\n")
# Dates, times, telephone numbers, mail and web addresses, mentions.
_NO_PLACE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}"
    r"|\b(?:[01]?\d|2[0-3])[:.][0-5]\d\b"
    r"|(?:\+?90|\b0)[\s(]*[2-5]\d\d[\s)]*[\d\s-]{7,}\d"
    r"|https?://\S+|www\.\S+|(?<!\S)\S+@\S+|[@#]\w+"
)
_AROUND = 5  # tokens beside a span that say where it lies
_SENTENCE = re.compile(r"[!?;\n]|\.\s")
_FROM = re.compile(r"['’][dt][ae]n$")  # "Ankara'dan" somebody has come
_PLATE = re.compile(r"\b\d{2}\s?([A-ZÇĞİÖŞÜ]{2,3})\s?\d{2,4}\b")


class Span(NamedTuple):
    """A part of the readable text; `strength` says how much of an address it has."""

    start: int
    end: int
    strength: float


class _Role(Enum):
    OTHER = 0
    MARK = 1
    NAME = 2
    NUMBER = 3
    AREA_TYPE = 4
    STREET_TYPE = 5
    LABEL = 6  # "no", "daire", "kat", with its number
    RELATION = 7
    BREAK = 8  # surely no part of an address


_ANCHORS = {_Role.AREA_TYPE: 1.5, _Role.STREET_TYPE: 2.0, _Role.LABEL: 2.0}
_PARTS = {_Role.NAME: 0.3, _Role.NUMBER: 0.5, _Role.RELATION: 0.0, **_ANCHORS}


def spans(text: str, index: NameIndex, pack: Pack) -> list[Span]:
    """The parts of a readable text that may be an address, the likeliest first. Linear in its length."""
    tokens = spelled_numbers(cut(text), pack)  # dictated: "bin otuz üç sokak on dört numara"
    roles = _Reader(text, tokens, index, pack).roles()
    found: list[tuple[int, int]] = []
    for i in range(len(tokens)):
        if not (found and i <= found[-1][1]) and _anchors(i, roles):
            first, last = _grow(i, text, tokens, roles)
            if found and first <= found[-1][1]:
                first = found.pop()[0]
            found.append((first, last))
    out = [
        Span(
            tokens[first].start,
            tokens[last].end,
            sum(_PARTS.get(role, 0.0) for role in roles[first : last + 1]),
        )
        for first, last in found
    ]
    return sorted(out, key=lambda span: (-span.strength, span.start))


def elsewhere_beside(text: str, start: int, end: int, index: NameIndex, pack: Pack) -> bool:
    """Whether the words around a span of the text, in its sentence, name a place that the register
    does not hold: "Ankara Çankaya" before "Soma caddesi no 12".
    """
    tokens = cut(text)
    before = [i for i, token in enumerate(tokens) if token.end <= start][-_AROUND:]
    after = [i for i, token in enumerate(tokens) if token.start >= end][:_AROUND]
    for i in (*before, *after):
        token = tokens[i]
        following = tokens[i + 1].text if i + 1 < len(tokens) else ""
        between = text[token.end : start] if token.end <= start else text[end : token.start]
        perhaps = token.text in pack.perhaps_elsewhere and between.strip() == "/"
        own = token.text in index.province.by_word or following in pack.leads_there
        if not (perhaps or token.text in pack.elsewhere) or own:
            continue
        from_there = _FROM.search(text[token.start : token.end])
        if not from_there and not _SENTENCE.search(between):
            return True
    return False


class _Reader:
    """Gives every token its role."""

    def __init__(self, text: str, tokens: Sequence[Token], index: NameIndex, pack: Pack) -> None:
        self.tokens, self.pack, self.speller = tokens, pack, index.speller
        self.labels = pack.number_words | pack.unit_words | pack.floor_words
        self.no_place = {
            place
            for pattern in (_NO_PLACE, _PLATE)
            for m in pattern.finditer(text)
            if pattern is _NO_PLACE or cut(m[1])[0].text not in self.labels
            for place in range(*m.span())
        }

    def roles(self) -> list[_Role]:
        roles = [self._role(i) for i in range(len(self.tokens))]
        for i, role in enumerate(roles):
            if role in (_Role.STREET_TYPE, _Role.AREA_TYPE):
                self._spelled_before(i, roles)
        return roles

    def _role(self, i: int) -> _Role:
        token, pack = self.tokens[i], self.pack
        if not self.no_place.isdisjoint(range(token.start, token.end)):
            return _Role.BREAK
        if token.kind == MARK:
            return _Role.MARK
        following = self._word_after(i)
        if token.kind == NUMBER:
            counted = following in pack.measures or len(token.text) > _DIGITS
            return _Role.BREAK if counted else _Role.NUMBER
        word = token.text
        before = self._before(i)
        if word in pack.measures and before is not None and before.kind == NUMBER:
            return _Role.BREAK
        if word in self.labels and self._numbered(i, word):
            return _Role.LABEL
        if len(word) >= _LABEL_MIN:
            if word in pack.street_kinds or f"{word} {following}" in pack.street_kinds:
                return _Role.STREET_TYPE
            if word in pack.neighbourhood_words:
                return _Role.AREA_TYPE
        if word in pack.near_words or word in pack.at_words:
            return _Role.RELATION
        if len(word) == 1:
            # An initial, or the letter behind a number.
            return _Role.NAME if before is not None else _Role.OTHER
        if word not in pack.noise and self.speller.exact(word, pack):
            return _Role.NAME
        return _Role.OTHER

    def _numbered(self, i: int, word: str) -> bool:
        """Whether a word for a number has one: after it, or, a longer word, before it."""
        j = i + 1
        while j < len(self.tokens) and self.tokens[j].text in ":.-#":
            j += 1
        if j < len(self.tokens) and self.tokens[j].kind == NUMBER:
            # One letter needs a mark: "d 3" is anything.
            return len(word) >= _LABEL_MIN or j > i + 1
        before = self._before(i)
        return len(word) > _LABEL_MIN and before is not None and before.kind == NUMBER

    def _spelled_before(self, i: int, roles: list[_Role]) -> None:
        """The word before a type word may be a name with an error in it."""
        for j in range(i - 1, max(-1, i - 3), -1):
            token = self.tokens[j]
            if roles[j] == _Role.MARK:
                continue
            if roles[j] == _Role.OTHER and len(token.text) >= _NAME_MIN:
                near = self.speller.similar(token.text, self.pack)
                if any(spelling.score >= _SPELLED for spelling in near):
                    roles[j] = _Role.NAME
            return

    def _before(self, i: int) -> Token | None:
        j = i - 1
        while j >= 0 and self.tokens[j].kind == MARK and self.tokens[j].text in "./-":
            j -= 1
        return self.tokens[j] if j >= 0 else None

    def _word_after(self, i: int) -> str:
        """The next word, if nothing but a blank or a full stop stands between."""
        j = i + 1
        if j < len(self.tokens) and self.tokens[j].text == ".":
            j += 1
        return self.tokens[j].text if j < len(self.tokens) and self.tokens[j].kind == WORD else ""


def _anchors(i: int, roles: list[_Role]) -> bool:
    """Whether an address may be grown from here: a type word behind a name or number, a labelled
    number, a number behind two names.
    """
    behind = [r for r in roles[max(0, i - 3) : i] if r != _Role.MARK]
    if roles[i] in (_Role.STREET_TYPE, _Role.AREA_TYPE):
        return bool(behind) and behind[-1] in (_Role.NAME, _Role.NUMBER)
    if roles[i] == _Role.LABEL:
        return bool(behind) and behind[-1] in _PARTS
    return roles[i] == _Role.NUMBER and behind[-2:] == [_Role.NAME, _Role.NAME]


def _grow(i: int, text: str, tokens: Sequence[Token], roles: list[_Role]) -> tuple[int, int]:
    """The first and last token of the run around an anchor."""
    first = last = i
    for step in (-1, 1):
        j, gap = i + step, 0
        while 0 <= j < len(tokens) and roles[j] != _Role.BREAK:
            low, high = min(j, j - step), max(j, j - step)
            if _STOPS.search(text, tokens[low].end, tokens[high].start):
                break
            if roles[j] in _PARTS:
                first, last, gap = min(first, j), max(last, j), 0
            elif roles[j] == _Role.OTHER:
                gap += 1
                if gap > _GAP or _ends_sentence(j, step, tokens):
                    break
            j += step
    return first, last


def _ends_sentence(j: int, step: int, tokens: Sequence[Token]) -> bool:
    """Whether a full stop divides the ordinary word at j from the run."""
    beside = j + 1 if step < 0 else j - 1
    return 0 <= beside < len(tokens) and tokens[beside].text == "." and len(tokens[j].text) > 3

"""How well the words of a query name each registered name, field by field."""

from collections import defaultdict
from dataclasses import dataclass

from addresses.geocoder.language import Pack
from addresses.geocoder.names import NameField, NameIndex
from addresses.geocoder.parse import (
    BUILDING,
    DISTRICT,
    GAP,
    NEIGHBOURHOOD,
    PROVINCE,
    STREET,
    Item,
    Parsed,
)
from addresses.geocoder.spelling import Spelling

LANDMARK = "landmark"
_REACH = 5  # a type word owns at most so many words before it
_LEAST = 0.3
_JOINED = 3  # so many neighbouring words may be one name written apart
_JOINED_MIN = 6
_NEIGHBOUR_OWN = 3
_SHORT_WORD = 2
_LETTER = 0.95  # one letter for a whole word: `Ş. Ahmet Yılmaz`
_LEFT_OUT = 0.88  # for each word between a name and its type word that the name lacks
_WHOLE_ENOUGH = 0.9  # below, the single words may fit better than the name as one word


@dataclass(frozen=True)
class Match:
    """A registered name and the items of the query that name it."""

    score: float
    items: frozenset[int]
    repaired: bool

    def worth(self, share: float) -> "Match":
        """The same with a share of the score."""
        return Match(self.score * share, self.items, self.repaired)


Matches = dict[int, Match]


@dataclass
class Hits:
    """What was found for one name: per registered word its best score and the item behind it."""

    words: dict[str, tuple[float, int]]
    whole: tuple[float, tuple[int, ...]] | None = None
    repaired: bool = False  # a word has a spelling error
    whole_repaired: bool = False


class Matcher:
    """Matches one parsed query against the index. `tolerant` allows spelling errors."""

    def __init__(self, index: NameIndex, parsed: Parsed, pack: Pack, *, tolerant: bool) -> None:
        self.index = index
        self.parsed = parsed
        self.pack = pack
        self.tolerant = tolerant
        self.items = parsed.items
        self.own = _owners(parsed.items)
        self.has = {item.role for item in parsed.items if item.role}
        self.numbers = frozenset(item.text for item in parsed.items if item.number)
        self._spellings = [self._spell(item) for item in parsed.items]
        self._joined = list(self._join())

    def match(self, field: str, names: NameField) -> Matches:
        """All names of one field that the query may mean, by name id."""
        hits: dict[int, Hits] = defaultdict(lambda: Hits({}))
        for i, spellings in enumerate(self._spellings):
            if field == LANDMARK and (kind := self.pack.landmark_words.get(self.items[i].text)):
                spellings = (Spelling(kind, 1.0), *spellings)
            for word, score in spellings:
                value = score * self._factor(field, i)
                for name_id in names.by_word.get(word, ()):
                    self._put(names, hits, name_id, word, value, i, score < 0.9)
                for name_id in names.by_whole.get(word, ()):
                    if score >= 0.6:
                        self._put_whole(names, hits, name_id, value * 0.97, (i,), score < 0.9)
        for spelling, span in self._joined:
            value = spelling.score * self._factor(field, span[-1]) * 0.97
            for name_id in names.by_word.get(spelling.word, ()):
                if len(names.tokens[name_id]) == 1:
                    self._put_whole(names, hits, name_id, value, span, spelling.score < 1)
            for name_id in names.by_whole.get(spelling.word, ()):
                self._put_whole(names, hits, name_id, value, span, spelling.score < 1)
        found = {}
        for name_id, hit in hits.items():
            match = self._score(field, names, name_id, hit)
            if match is not None and match.score > _LEAST:
                found[name_id] = match
        return found

    # Words

    def _spell(self, item: Item) -> tuple[Spelling, ...]:
        if item.role in (BUILDING, STREET):  # "Sanayi Sitesi 53. Sokak", "Avenue East": of a name
            known = item.text in self.index.speller.words
            return (Spelling(item.text, 1.0),) if known else ()
        if item.role:
            return ()
        if len(item.text) == 1 and not item.number:
            words = self.pack.abbreviations.get(item.text, ())
            return tuple(Spelling(word, _LETTER) for word in words)
        if item.number:
            return (Spelling(item.text, 1.0),)
        speller = self.index.speller
        if not self.tolerant or item.text in self.pack.plain_words:
            return speller.exact(item.text, self.pack)
        return speller.similar(item.text, self.pack)

    def _join(self) -> list[tuple[Spelling, tuple[int, ...]]]:
        """Neighbouring words that together are one registered word, or its initials."""
        found = []
        speller = self.index.speller
        for first in range(len(self.items)):
            text = ""
            for after in range(first, min(first + _JOINED, len(self.items))):
                item = self.items[after]
                if item.role or item.number:
                    break
                text += item.text
                span = tuple(range(first, after + 1))
                if after == first or len(text) < 3:
                    continue
                if text in speller.known:
                    found.append((Spelling(text, 1.0), span))
                elif (
                    self.tolerant and len(text) >= _JOINED_MIN and text not in self.pack.plain_words
                ):
                    found.extend(
                        (s, span) for s in speller.similar(text, self.pack) if s.score >= 0.8
                    )
        return found

    def _factor(self, field: str, i: int) -> float:
        """How willingly the word at i serves a field, given the type word that it stands before."""
        owner = self.own[i]
        if owner is None:
            return 1.0 if field == DISTRICT else 0.95
        role, distance = owner
        if role == BUILDING:  # "Yıldız Apt.": hardly the street of that name
            return 0.95 if distance else 0.75
        if role == field:
            return 1.0 if distance < _NEIGHBOUR_OWN else 0.9
        if field in (DISTRICT, PROVINCE, LANDMARK):
            return 0.75 if distance > 0 else 0.45
        if role == STREET and distance >= 1:
            return 0.8  # "Atatürk 125. Sk": a neighbourhood without its type word
        if role == NEIGHBOURHOOD and distance >= 1:
            return 0.5
        return 0.35

    @staticmethod
    def _put(
        names: NameField,
        hits: dict[int, Hits],
        name_id: int,
        word: str,
        value: float,
        i: int,
        repaired: bool,
    ) -> None:
        hit = hits[name_id]
        # One word of the query serves one word of the name.
        for other, (score, item) in list(hit.words.items()):
            if item == i and other != word:
                if score >= value:
                    return
                del hit.words[other]
        if word not in hit.words or hit.words[word][0] < value:
            hit.words[word] = (value, i)
            hit.repaired = hit.repaired or repaired

    @staticmethod
    def _put_whole(
        names: NameField,
        hits: dict[int, Hits],
        name_id: int,
        value: float,
        span: tuple[int, ...],
        repaired: bool,
    ) -> None:
        hit = hits[name_id]
        if hit.whole is None or hit.whole[0] < value:
            hit.whole = (value, span)
            hit.repaired = repaired

    # Names

    def _score(self, field: str, names: NameField, name_id: int, hit: Hits) -> Match | None:
        tokens = names.tokens[name_id]
        digits = names.digits[name_id]
        if digits and not digits <= self.numbers:
            return None
        score, positions = (0.0, set()) if hit.whole is None else (hit.whole[0], set(hit.whole[1]))
        repaired = hit.whole_repaired
        if (score < _WHOLE_ENOUGH and hit.words) or hit.whole is None:
            covered, places = self._coverage(field, names, name_id, hit)
            if covered >= score:
                score, positions, repaired = covered, places, hit.repaired
        if digits and hit.whole is None and len(positions) < len(digits):
            score *= 0.5
        if len(positions) > 1 and max(positions) - min(positions) > len(tokens) + 1:
            score *= 0.8
        score *= self._neighbour(field, positions)
        owned = any(o is not None and o[0] == field for o in self.own)
        if owned and not any((o := self.own[i]) is not None and o[0] == field for i in positions):
            score *= 0.5
        return Match(min(score, 1.0), frozenset(positions), repaired)

    def _coverage(
        self, field: str, names: NameField, name_id: int, hit: Hits
    ) -> tuple[float, set[int]]:
        """The share of the name's weight that the query names, and the items that do."""
        tokens = names.tokens[name_id]
        if len(tokens) > 1 and all(token.isdigit() for token in tokens):
            return self._figures(field, tokens)
        idf = self.index.idf
        positions = {i for _score, i in hit.words.values()}
        gained = 0.0
        for token in tokens:
            if token in hit.words:
                gained += idf[token] * hit.words[token][0]
            elif token.isdigit():
                place = self._digit_place(field, token, positions)
                if place is None:
                    return 0.0, positions
                gained += idf[token] * self._factor(field, place)
                positions.add(place)
            elif (place := self._initial_place(token, positions)) is not None:
                gained += idf[token] * 0.8
                positions.add(place)
        return gained / (names.weights[name_id] or 1.0), positions

    def _figures(self, field: str, tokens: tuple[str, ...]) -> tuple[float, set[int]]:
        """A name of figures alone, such as 149/1: they must stand together."""
        best: tuple[float, set[int]] = (0.0, set())
        for first in range(len(self.items) - len(tokens) + 1):
            places = range(first, first + len(tokens))
            if all(
                self.items[i].number and self.items[i].text == token
                for i, token in zip(places, tokens, strict=True)
            ):
                score = min(self._factor(field, i) for i in places)
                best = max(best, (score, set(places)), key=lambda found: found[0])
        return best

    def _digit_place(self, field: str, digit: str, positions: set[int]) -> int | None:
        """Where a number of the name stands: with the name's words, no type word between them."""
        places = [
            i
            for i, item in enumerate(self.items)
            if item.number and item.text == digit and self._together(i, positions)
        ]
        if not places:
            return None
        near = positions or {places[0]}
        return min(places, key=lambda i: (-self._factor(field, i), min(abs(i - p) for p in near)))

    def _together(self, i: int, positions: set[int]) -> bool:
        if not positions:
            return True
        nearest = min(positions, key=lambda p: abs(p - i))
        low, high = sorted((i, nearest))
        return not any(item.role not in ("", BUILDING) for item in self.items[low + 1 : high])

    def _initial_place(self, token: str, positions: set[int]) -> int | None:
        """`A. Menderes`: a letter beside the words that were found."""
        for i, item in enumerate(self.items):
            if (
                len(item.text) == 1
                and not item.number
                and not item.role
                and token.startswith(item.text)
                and any(abs(i - p) <= 2 for p in positions)
            ):
                return i
        return None

    def _neighbour(self, field: str, positions: set[int]) -> float:
        """The words right before a type word belong to the name; leaving them out costs."""
        for i, owner in enumerate(self.own):
            if owner != (field, 0) or i in positions:
                continue
            left = 0
            while i >= 0 and i not in positions and not self.items[i].role:
                left += len(self.items[i].text) > _SHORT_WORD or self.items[i].number
                i -= 1
            if i in positions:
                return float(_LEFT_OUT**left)
        return 1.0


def _owners(items: list[Item]) -> list[tuple[str, int] | None]:
    """For each item the type word it stands before, and how many words lie between; for a label
    the words after it, up to the next one.
    """
    own: list[tuple[str, int] | None] = [None] * len(items)
    for i, item in enumerate(items):
        if not item.leads:
            continue
        for j in range(i + 1, len(items)):
            if items[j].leads or items[j].role == GAP:
                break
            if not items[j].role:
                own[j] = (item.role, 0)
    for i, item in enumerate(items):
        if item.leads or item.role not in (NEIGHBOURHOOD, STREET, BUILDING):
            continue
        for distance, j in enumerate(range(i - 1, max(-1, i - 1 - _REACH), -1)):
            if items[j].role:
                break
            if own[j] is None:
                own[j] = (item.role, distance)
    return own

"""Which registered words a written word may be: itself, without its ending, or misspelled."""

from collections import defaultdict
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from addresses.geocoder.language import Pack
from addresses.geocoder.weights import WEIGHTS

_SHORTEST = 3
_SHORT = 4
_LONG = 6  # from this length on a word may have two errors
_CACHED = 20_000


class Spelling(NamedTuple):
    """A registered word, and how sure it is that it was meant (0 … 1)."""

    word: str
    score: float


class Speller:
    """Finds registered words. `whole` are names written as one word, and initials."""

    def __init__(self, words: frozenset[str], whole: frozenset[str]) -> None:
        self.words = words
        self.whole = whole
        self.known = words | whole
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self.known):
            if word.isalpha() and len(word) >= _SHORTEST:
                self._by_length[len(word)].append(word)
        self._cache: dict[str, tuple[Spelling, ...]] = {}

    def exact(self, word: str, pack: Pack) -> tuple[Spelling, ...]:
        """The word itself, or what is left of it without a case ending."""
        if word in self.known:
            return (Spelling(word, 1.0),)
        if len(word) >= _LONG:
            for ending in pack.case_endings:
                stem = word.removesuffix(ending)
                if stem != word and len(stem) >= _SHORTEST and stem in self.known:
                    return (Spelling(stem, WEIGHTS.ending),)
        return ()

    def similar(self, word: str, pack: Pack) -> tuple[Spelling, ...]:
        """Also words one error away, or two for long words. A word that is registered itself is
        most likely meant as it stands.
        """
        cached = self._cache.get(word)
        if cached is not None:
            return cached
        exact = self.exact(word, pack)
        found = exact
        if word.isalpha() and len(word) >= _SHORTEST:
            found += self._near(word, bool(exact), pack)
        if len(self._cache) >= _CACHED:
            self._cache.clear()
        self._cache[word] = found
        return found

    def _near(self, word: str, registered: bool, pack: Pack) -> tuple[Spelling, ...]:
        most = 2 if len(word) >= _LONG - 1 and not registered else 1
        found = []
        for length in range(len(word) - most, len(word) + most + 1):
            matches = process.extract(
                word,
                self._by_length.get(length, ()),
                scorer=OSA.distance,
                processor=None,
                score_cutoff=most,
                limit=40,
            )
            for other, distance, _at in matches:
                if pack.other_names(word, other):
                    continue
                if 0 < distance <= (2 if max(len(word), length) >= _LONG else 1):
                    found.append(
                        Spelling(other, self._score(word, other, int(distance), registered))
                    )
        return tuple(found)

    @staticmethod
    def _score(word: str, other: str, distance: int, registered: bool) -> float:
        score = WEIGHTS.one_error if distance == 1 else WEIGHTS.two_errors
        if other[0] != word[0]:
            score += WEIGHTS.first_letter
        if len(word) <= _SHORT:
            score += WEIGHTS.short_word
        return score + (WEIGHTS.registered_word if registered else 0.0)

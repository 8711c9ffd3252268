"""Which registered words a word may become that is still being typed, also with a letter wrong."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 4  # a shorter beginning says too little to be wrong about
_LONG = 6  # from this length on a beginning may have two errors
_LONGEST = 14
_MANY = 400  # so many words may continue one beginning
_SIMILAR = 12


class Beginning(NamedTuple):
    """A registered word, and how sure it is that it is being typed (0 … 1)."""

    word: str
    score: float


class Beginnings:
    """Words by their first letters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._by_length: dict[int, list[str]] = self._cut()

    def exact(self, typed: str) -> list[Beginning]:
        """Words that begin like this; the word itself first, then by its length."""
        found = []
        at = bisect_left(self._words, typed)
        for word in self._words[at : at + _MANY]:
            if not word.startswith(typed):
                break
            found.append(Beginning(word, 1.0 if word == typed else self._share(typed, word)))
        return found

    def similar(self, typed: str) -> list[Beginning]:
        """Words whose beginning differs by a letter, or by two where it is long."""
        if len(typed) < _SHORTEST or not typed.isalpha():
            return []
        most = 2 if len(typed) >= _LONG else 1
        best: dict[str, float] = {}
        for length in range(len(typed) - 1, len(typed) + 2):
            cuts = self._by_length.get(min(length, _LONGEST), ())
            for cut, distance, _at in process.extract(
                typed, cuts, scorer=OSA.distance, processor=None, score_cutoff=most, limit=_SIMILAR
            ):
                if distance == 0:
                    continue
                score = (0.74 if distance == 1 else 0.56) - (0.12 if cut[0] != typed[0] else 0.0)
                for word, share in self.exact(cut):
                    best[word] = max(best.get(word, 0.0), score * share)
        return [Beginning(word, score) for word, score in best.items()]

    @staticmethod
    def _share(typed: str, word: str) -> float:
        return 0.86 + 0.12 * len(typed) / len(word)

    def _cut(self) -> dict[int, list[str]]:
        """The distinct beginnings of the words, by their length."""
        cuts: dict[int, set[str]] = defaultdict(set)
        for word in self._words:
            if not word.isalpha():
                continue
            for length in range(_SHORTEST - 1, min(len(word), _LONGEST) + 1):
                cuts[length].add(word[:length])
        return {length: sorted(found) for length, found in cuts.items()}

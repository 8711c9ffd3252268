"""Suggests a request type from the words of a message.

A type's keywords are folded stems; Turkish puts its endings behind the stem, so a word matches a
keyword that it begins with. A word that few types know tells more (inverse type frequency), and a
keyword of several words counts only as a whole.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.rules.text import fold

_WORD = re.compile(r"[a-z0-9]+")
# Shorter keywords must be the whole word: "su" is not "sube". Beside another word less is enough.
_SHORT, _SHORT_IN_PHRASE = 4, 3
# A last consonant becomes soft before an ending: "durak" → "duragi", "agac" stays in folded text.
_SOFT = str.maketrans("kpt", "gbd")


@dataclass(frozen=True)
class Suggestion:
    code: str
    score: float  # 0 to 1, share of the whole evidence
    because: tuple[str, ...] = ()  # the words of the text that counted


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _matches(word: str, stem: str, short: int) -> bool:
    if word == stem:
        return True
    if len(stem) < short:
        return False
    if len(stem) < _SHORT:
        return word.startswith(stem)
    # Either may be the soft one: "kapağ" finds "kapak" as "kapak" finds "kapağı".
    end = len(stem) - 1
    softened = word[end : end + 1].translate(_SOFT) == stem[end].translate(_SOFT)
    return word.startswith(stem[:end]) and softened


def _short(phrase: tuple[str, ...]) -> int:
    return _SHORT if len(phrase) == 1 else _SHORT_IN_PHRASE


class TypeSuggester:
    """Built once for a catalogue: code → keywords of one or several words each."""

    def __init__(self, catalogue: Mapping[str, Sequence[str]]) -> None:
        self._phrases: list[tuple[str, tuple[str, ...]]] = [
            (code, phrase)
            for code, keywords in catalogue.items()
            for keyword in keywords
            if (phrase := tuple(words(keyword)))
        ]
        frequency: dict[str, set[str]] = {}
        for code, phrase in self._phrases:
            for stem in phrase:
                frequency.setdefault(stem, set()).add(code)
        n = max(len(catalogue), 1)
        self._weight = {stem: math.log(1 + n / len(codes)) for stem, codes in frequency.items()}
        self._by_first: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for code, phrase in self._phrases:
            self._by_first.setdefault(phrase[0][:2], []).append((code, phrase))

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """Best first; empty when no keyword is found."""
        said = words(text)
        scores: dict[str, float] = {}
        because: dict[str, dict[str, None]] = {}
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for word in said:
            for code, phrase in self._by_first.get(word[:2], ()):
                short = _short(phrase)
                # The word at hand first: it tells most phrases that they are not meant.
                if not _matches(word, phrase[0], short) or (code, phrase) in seen:
                    continue
                if not all(any(_matches(w, stem, short) for w in said) for stem in phrase[1:]):
                    continue
                seen.add((code, phrase))
                # A longer phrase is more specific than the sum of its words.
                weight = sum(self._weight[stem] for stem in phrase) * (1 + 0.5 * (len(phrase) - 1))
                scores[code] = scores.get(code, 0.0) + weight
                because.setdefault(code, {}).update(dict.fromkeys(self._counted(phrase, said)))
        total = sum(scores.values())
        ranked: Iterable[tuple[str, float]] = sorted(
            scores.items(), key=lambda item: (-item[1], item[0])
        )
        return [
            Suggestion(code, score / total, tuple(because[code]))
            for code, score in list(ranked)[:limit]
        ]

    @staticmethod
    def _counted(phrase: tuple[str, ...], said: Sequence[str]) -> list[str]:
        short = _short(phrase)
        return [word for word in said if any(_matches(word, stem, short) for stem in phrase)]

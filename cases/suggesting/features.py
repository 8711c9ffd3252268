"""What a text is to the model: stems of words, pairs of them, and pieces of words, weighed by how
seldom they are. Turkish puts its endings behind the stem: the first letters stand for it."""

import math
from collections import Counter
from collections.abc import Iterator

from core.rules.text import key

_STEM = 5
_PIECES = (3, 4, 5)
_TEXT_MAX = 4_000
# What a feature is made of: the words by position, so that a reason can be told in words.
Feature = tuple[str, tuple[int, ...]]


def words_of(text: str) -> list[str]:
    """The folded words of a text; figures say nothing of a subject."""
    return [word for word in key(text[:_TEXT_MAX]).split() if not word.isdigit()]


def features(words: list[str]) -> Iterator[Feature]:
    """All features of a text with the positions of their words; repeated ones come again."""
    stems = [word[:_STEM] for word in words]
    for i, stem in enumerate(stems):
        yield f"w {stem}", (i,)
    for i in range(len(stems) - 1):
        yield f"w {stems[i]} {stems[i + 1]}", (i, i + 1)
    for i, word in enumerate(words):
        padded = f" {word} "
        for length in _PIECES:
            for start in range(max(1, len(padded) - length + 1)):
                yield f"c{padded[start : start + length]}", (i,)


def counts(text: str) -> Counter[str]:
    """How often each feature stands in a text."""
    return Counter(name for name, _places in features(words_of(text)))


def weigh(found: Counter[str], idf: dict[str, float]) -> dict[str, float]:
    """Each known feature's weight: 1 + log of its count, times its idf; words and pieces each of
    length one."""
    weighed = {
        name: (1 + math.log(count)) * idf[name] for name, count in found.items() if name in idf
    }
    for kind in "wc":
        length = math.sqrt(sum(v * v for n, v in weighed.items() if n[0] == kind))
        if length:
            weighed |= {n: v / length for n, v in weighed.items() if n[0] == kind}
    return weighed

"""How names come out of files: blanks, mis-decoded letters, capitals, type words."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from core.rules import text

_BLANKS = re.compile(r"[\s\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00-\x1f\x7f]+")
_DOT_GLUED = re.compile(r"(?<=\d)\.(?=[^\W\d_])")


class Cleaned(NamedTuple):
    """A name fit to be stored, and the repairs it took: `mojibake`, `casing`, `spacing`."""

    text: str
    repairs: tuple[str, ...]


def clean(raw: str, *, turkish: bool) -> Cleaned:
    """Repairs a name. Capitals become title case by the rules of Turkish, or of other languages.

    `turkish` also sets the dot of an ordinal apart from the word after it: `1.GÜNDOĞAN` →
    `1. Gündoğan`.
    """
    repairs = []
    tidy = _BLANKS.sub(" ", raw).strip()
    repaired = text.repair(tidy) if turkish else tidy
    if repaired != tidy:
        repairs.append("mojibake")
    spaced = _DOT_GLUED.sub(". ", repaired) if turkish else repaired
    if spaced != repaired:
        repairs.append("spacing")
    cased = spaced
    if _all_capitals(spaced):
        cased = text.title(spaced) if turkish else spaced.title()
    if cased != spaced:
        repairs.append("casing")
    return Cleaned(cased, tuple(repairs))


def _all_capitals(name: str) -> bool:
    letters = [c for c in name if c.isalpha()]
    return len(letters) > 1 and all(c.isupper() for c in letters)


def without_word(name: str, words: frozenset[str]) -> str:
    """The name without a last type word: `Balıklı Mah.` → `Balıklı`. One word alone is kept."""
    head, _, last = name.rpartition(" ")
    return head.rstrip(" ,") if head and text.key(last) in words else name


class TypedName(NamedTuple):
    """A street's name with its type word as it is printed, and the kind that the word means."""

    name: str
    kind: str


def typed(name: str, words: Mapping[str, str], printed: Mapping[str, str]) -> TypedName:
    """Finds the type word at the end of a street's name and writes it as the language prints it.

    `words` maps a folded type word to a kind, `printed` a kind to its printed word; a kind that
    `printed` lacks keeps the word of the file. Without a type word the kind is "".
    """
    parts = name.split(" ")
    for length in (2, 1):
        kind = words.get(text.key(" ".join(parts[-length:]))) if len(parts) > length else None
        if kind:
            word = printed.get(kind)
            head = " ".join(parts[:-length]).rstrip(" -")
            return TypedName(f"{head} {word}" if word and head else name, kind)
    return TypedName(name, "")


def forms(name: str, words: Mapping[str, str], printed: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that a street of this name may be registered under: its own, then the same name with
    the type word as the language prints it, then with every other form of that word.

    `Gül Sokağı` is found as `gul sokak` and as `gul sk`. A word that names something else of the
    same kind, a dead end among the streets, is no form of it.
    """
    own = text.key(name)
    typed_name, kind = typed(name, words, printed)
    word = text.key(printed.get(kind, ""))
    if not word:
        return (own,)
    head = text.key(typed_name).removesuffix(f" {word}")
    others = (f"{head} {w}" for w, meant in words.items() if meant == kind and w[0] == word[0])
    return tuple(dict.fromkeys((own, f"{head} {word}", *others)))

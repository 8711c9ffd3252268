"""How pressing a message is: decided from words, type and answers, and from nothing that cannot be told.

The words stand in `hazards.txt`. A word that is denied does not count: "yangın yok", "tehlikeli
değil", "söndü". Type and answers speak through the questionnaire (`Level`). The highest wins; only
where nothing speaks for more than usual does LOW count.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cases.rules.questions import URGENCIES, Level
from core.rules.text import fold

_WORD = re.compile(r"[a-z0-9]+")
_WHOLE = 3  # letters up to which a stem is the whole word
_BETWEEN = 2  # other words that may stand between those of one stem
# What denies the words before it in the same sentence, at most so far away.
_DENIES = (
    "yok",
    "degil",
    "olmadi",
    "olmasin",
    "kalmadi",
    "sondu",
    "sondur",
    "gecti",
    "bitti",
    "hayir",
)
_REACH = 3
_SENTENCE = re.compile(r"[.!?;\n]+")
WORDS, TYPE, ANSWERS, MODEL, PERSON = "WORDS", "TYPE", "ANSWERS", "MODEL", "PERSON"


@dataclass(frozen=True)
class Urgency:
    """`source` is empty and `level` NORMAL where nothing spoke for any; `because` the words."""

    level: str = "NORMAL"
    source: str = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Hazard:
    level: str
    stem: tuple[str, ...]  # a word with `=` is meant whole
    otherwise: tuple[str, ...]  # words beside which it means something else


@cache
def _hazards() -> list[_Hazard]:
    found = []
    lines = (Path(__file__).parent / "hazards.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            level, *stems = (cell.strip() for cell in line.split("|"))
            for stem in stems:
                words = fold(stem).split()
                otherwise = tuple(w[1:] for w in words if w.startswith("!"))
                own = tuple(w for w in words if not w.startswith("!"))
                found.append(_Hazard(level, own, otherwise))
    return found


def urgency_by_words(text: str) -> Urgency:
    """What the words of a text say alone."""
    found: dict[str, list[str]] = {}
    for sentence in _SENTENCE.split(text):
        said = _WORD.findall(fold(sentence))
        for hazard in _hazards():
            for words, end in _places(hazard.stem, said):
                if not _denied(said, end) and not any(w.startswith(hazard.otherwise) for w in said):
                    found.setdefault(hazard.level, []).extend(words)
    level = max(found, key=URGENCIES.index, default="NORMAL")
    if level == "NORMAL":
        return Urgency()
    return Urgency(level, WORDS, tuple(dict.fromkeys(w[:60] for w in found[level]))[:6])


def _places(stem: tuple[str, ...], said: Sequence[str]) -> list[tuple[list[str], int]]:
    """Where the words of a stem stand in this order: the words, and the place behind the last."""
    found = []
    for start, word in enumerate(said):
        if not _begins(word, stem[0]):
            continue
        words, at = [word], start + 1
        for part in stem[1:]:
            near = range(at, min(at + _BETWEEN + 1, len(said)))
            place = next((i for i in near if _begins(said[i], part)), None)
            if place is None:
                break
            words.append(said[place])
            at = place + 1
        else:
            found.append((words, at))
    return found


def _begins(word: str, stem: str) -> bool:
    if stem.endswith("=") or len(stem) <= _WHOLE:
        return word == stem.rstrip("=")
    return word.startswith(stem)


def _denied(said: Sequence[str], end: int) -> bool:
    return any(word.startswith(_DENIES) for word in said[end : end + _REACH])


def decide_urgency(text: str, level: Level | None, *, by_model: Urgency | None = None) -> Urgency:
    """The urgency of a message. `level` is what type and answers say, `by_model` what a trained model
    is sure of: it stands in for the words."""
    by_words = by_model or urgency_by_words(text)
    if level is None:
        return by_words
    told = Urgency(level.level, ANSWERS if level.when else TYPE)
    if not by_words.source:
        return told
    if told.level == "LOW" or URGENCIES.index(told.level) < URGENCIES.index(by_words.level):
        return by_words
    return told

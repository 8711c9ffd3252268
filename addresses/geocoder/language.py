"""Language packs: the words that an address is made of, kept as data in `packs/<language>.yaml`.

A pack is the only thing that knows a language. Its words are folded keys (`core.rules.text.fold`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "packs"


class PackNotFound(LookupError):
    """No language pack has this name."""


@dataclass(frozen=True)
class Pack:
    """One language. Phrases of several words are kept with single blanks."""

    language: str
    turkish_casing: bool
    label: str
    neighbourhood_word: str
    neighbourhood_words: frozenset[str]
    district_words: frozenset[str]
    province_words: frozenset[str]
    street_kinds: Mapping[str, str] = field(repr=False)  # written word → kind
    printed_kinds: Mapping[str, str] = field(repr=False)  # kind → printed word
    number_words: frozenset[str]
    unit_words: frozenset[str]
    floor_words: frozenset[str]
    block_words: frozenset[str]
    building_words: frozenset[str]
    case_endings: tuple[str, ...]
    abbreviations: Mapping[str, tuple[str, ...]]
    at_words: frozenset[str]
    near_words: frozenset[str]
    noise: frozenset[str]
    measures: frozenset[str]  # what a number before it counts: it is no house number
    units: Mapping[str, int]
    tens: Mapping[str, int]
    hundred: str
    ordinal_endings: tuple[str, ...]
    ordinals: Mapping[str, int]


def _words(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


def _figures(values: Mapping[str, str]) -> dict[str, int]:
    return {word: int(figure) for word, figure in values.items()}


@cache
def load(language: str) -> Pack:
    """The pack of a language (`tr`, `en`, `de`). Raises PackNotFound naming those there are."""
    path = _FOLDER / f"{language}.yaml"
    if language not in available():
        raise PackNotFound(f"{language}: no such language pack; there are {', '.join(available())}")
    # Every scalar stays text: YAML would read the words `no` and `on` as false and true.
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    streets: Mapping[str, Mapping[str, Any]] = data["streets"]
    numbers = data["number_names"]
    return Pack(
        language=data["language"],
        turkish_casing=data["turkish_casing"] == "true",
        label=data["label"],
        neighbourhood_word=data["neighbourhood_word"],
        neighbourhood_words=_words(data["neighbourhood_words"]),
        district_words=_words(data["district_words"]),
        province_words=_words(data["province_words"]),
        street_kinds={word: kind for kind, spec in streets.items() for word in spec["words"]},
        printed_kinds={kind: spec["print"] for kind, spec in streets.items() if "print" in spec},
        number_words=_words(data["number_words"]),
        unit_words=_words(data["unit_words"]),
        floor_words=_words(data["floor_words"]),
        block_words=_words(data["block_words"]),
        building_words=_words(data["building_words"]),
        case_endings=tuple(data["case_endings"]),
        abbreviations={k: tuple(v.split()) for k, v in data["abbreviations"].items()},
        at_words=_words(data["relations"]["at"]),
        near_words=_words(data["relations"]["near"]),
        noise=_words(data["noise"]),
        measures=_words(data["measures"]),
        units=_figures(numbers["units"]),
        tens=_figures(numbers["tens"]),
        hundred=numbers["hundred"],
        ordinal_endings=tuple(numbers["ordinal_endings"]),
        ordinals=_figures(numbers["ordinals"]),
    )


@cache
def available() -> tuple[str, ...]:
    """Languages that have a pack, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))

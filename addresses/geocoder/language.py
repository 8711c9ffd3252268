"""Language packs: the words that an address is made of, kept as data in `packs/<language>.yaml`.

A pack is the only thing that knows a language. Its words are folded keys (`core.rules.text.fold`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "packs"


class Phrases(frozenset[str]):
    """Words and phrases; `starts` are their first words, so that most texts are passed over."""

    @cached_property
    def starts(self) -> frozenset[str]:
        return frozenset(phrase.split(" ", 1)[0] for phrase in self)


class PackNotFound(LookupError):
    """No language pack has this name."""


@dataclass(frozen=True)
class Pack:
    """One language. Phrases of several words are kept with single blanks."""

    language: str
    turkish_casing: bool
    label: str
    unit_label: str
    neighbourhood_word: str
    neighbourhood_words: Phrases
    district_words: Phrases
    province_words: Phrases
    street_kinds: Mapping[str, str] = field(repr=False)  # written word → kind
    printed_kinds: Mapping[str, str] = field(repr=False)  # kind → printed word
    street_words: Phrases = field(repr=False)
    number_words: Phrases
    unit_words: Phrases
    floor_words: Phrases
    block_words: Phrases
    building_words: Phrases
    parcel_block_words: Phrases
    parcel_words: Phrases
    code_words: Mapping[str, str] = field(repr=False)  # phrase → kind of record, or "any"
    axes: Mapping[str, str] = field(repr=False)  # word → latitude, longitude, or a quarter
    crossing_words: Phrases
    crossing_joins: frozenset[str]
    crossing_marks: frozenset[str]  # they join two streets without a word for `crossing`
    crossing_label: str
    crossing_leads: bool  # the word for `crossing` may stand before the streets
    landmark_words: Mapping[str, str] = field(repr=False)  # written word → the one that is compared
    case_endings: tuple[str, ...]
    name_endings: tuple[str, ...]  # they make another name of a name
    abbreviations: Mapping[str, tuple[str, ...]]
    at_words: frozenset[str]
    near_words: frozenset[str]
    noise: frozenset[str]
    former_words: frozenset[str]  # before a house number that a door had
    present_words: frozenset[str]  # before the one that it has now
    elsewhere: frozenset[str]  # large places that are no part of most registers
    perhaps_elsewhere: frozenset[str]  # the same, where the word may be one of daily life
    leads_there: frozenset[str]  # behind such a name: a way to it, not the place itself
    measures: frozenset[str]  # what a number before it counts: it is no house number
    units: Mapping[str, int]
    tens: Mapping[str, int]
    hundred: str
    thousand: str
    ordinal_endings: tuple[str, ...]
    ordinals: Mapping[str, int]
    ordinal_marks: frozenset[str]  # written onto figures: 33rd

    @cached_property
    def type_endings(self) -> frozenset[str]:
        """The last letters of long type words."""
        return frozenset(word[-3:] for word in self.street_kinds if len(word) > 3)

    @cached_property
    def plain_words(self) -> frozenset[str]:
        """Words that are never a misspelt name."""
        return self.noise | self.at_words | self.near_words

    def other_names(self, one: str, other: str) -> bool:
        """Whether the words differ by an ending that makes another name: `kavakli`, `kavak`."""
        short, long = sorted((one, other), key=len)
        return long.startswith(short) and long[len(short) :] in self.name_endings


def _figures(values: Mapping[str, str]) -> dict[str, int]:
    return {word: int(figure) for word, figure in values.items()}


@cache
def load(language: str) -> Pack:
    """The pack of a language (`tr`, `en`, `de`). Raises PackNotFound naming those there are."""
    path = _FOLDER / f"{language}.yaml"
    if language not in available():
        raise PackNotFound(f"{language}: no such language pack; there are {', '.join(available())}")
    # Every scalar stays text: YAML would read the words `no` and `on` as false and true.
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
    streets: Mapping[str, Mapping[str, Any]] = data["streets"]
    numbers = data["number_names"]
    crossing = data["crossing"]
    kinds = {word: kind for kind, spec in streets.items() for word in spec["words"]}
    return Pack(
        language=data["language"],
        turkish_casing=data["turkish_casing"] == "true",
        label=data["label"],
        unit_label=data["unit_label"],
        neighbourhood_word=data["neighbourhood_word"],
        neighbourhood_words=Phrases(data["neighbourhood_words"]),
        district_words=Phrases(data["district_words"]),
        province_words=Phrases(data["province_words"]),
        street_kinds=kinds,
        printed_kinds={kind: spec["print"] for kind, spec in streets.items() if "print" in spec},
        street_words=Phrases(kinds),
        number_words=Phrases(data["number_words"]),
        unit_words=Phrases(data["unit_words"]),
        floor_words=Phrases(data["floor_words"]),
        block_words=Phrases(data["block_words"]),
        building_words=Phrases(data["building_words"]),
        parcel_block_words=Phrases(data["parcel"]["block_words"]),
        parcel_words=Phrases(data["parcel"]["words"]),
        code_words={w: entity for entity, words in data["codes"].items() for w in words},
        axes={w: axis for axis, words in data["coordinates"].items() for w in words},
        crossing_words=Phrases(crossing["words"]),
        crossing_joins=frozenset(crossing["joins"]),
        crossing_marks=frozenset(crossing["marks"]),
        crossing_label=crossing["label"],
        crossing_leads=crossing["leads"] == "true",
        landmark_words={w: kind for kind, words in data["landmarks"].items() for w in words},
        case_endings=tuple(data["case_endings"]),
        name_endings=tuple(data.get("name_endings", ())),
        abbreviations={k: tuple(v.split()) for k, v in data["abbreviations"].items()},
        at_words=frozenset(data["relations"]["at"]),
        near_words=frozenset(data["relations"]["near"]),
        former_words=frozenset(data.get("former_words", ())),
        present_words=frozenset(data.get("present_words", ())),
        noise=frozenset(data["noise"]),
        elsewhere=frozenset(data.get("elsewhere", ())),
        perhaps_elsewhere=frozenset(data.get("perhaps_elsewhere", ())),
        leads_there=frozenset(data.get("leads_there", ())),
        measures=frozenset(data["measures"]),
        units=_figures(numbers["units"]),
        tens=_figures(numbers["tens"]),
        hundred=numbers["hundred"],
        thousand=numbers["thousand"],
        ordinal_endings=tuple(numbers["ordinal_endings"]),
        ordinals=_figures(numbers["ordinals"]),
        ordinal_marks=frozenset(numbers["ordinal_marks"]),
    )


@cache
def available() -> tuple[str, ...]:
    """Languages that have a pack, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))

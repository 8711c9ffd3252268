"""An address that is still being typed: its words, and the number that the last part may be."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from addresses.geocoder.language import Pack
from addresses.geocoder.tokens import MARK, NUMBER, WORD, Token, cut, readable

_SUFFIX_MAX = 2  # letters behind a house number
_JOINTS = "/-"
_TOKENS = 24  # a text of more is no address that somebody completes
_HOUSES = 2  # so many numbers, from the end, may be the house's


@dataclass(frozen=True)
class House:
    """A house number that may still grow: `1` may become 10, `12/` any suffix of 12.

    `whole` says that the number itself is finished.
    """

    number: str
    suffix: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Word:
    """A word of a name. `open` is the one being typed; `kind` is set where it may be a type word
    of streets ("" where of areas), and a place that lacks it is no worse for that.
    """

    text: str
    open: bool = False
    type_word: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Typed:
    """The words of a text, and its house number, if it is taken to hold one."""

    words: tuple[Word, ...]
    house: House | None = None
    marked: bool = field(default=False)  # a word such as `No` says that it is a house number

    @property
    def required(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if not word.type_word)


def readings(text: str, pack: Pack) -> list[Typed]:
    """What the text may mean, the likeliest first: with a house number, and all of it as a name.

    Nothing for a text that is far too long.
    """
    tokens = cut(readable(text))
    if not tokens or len(tokens) > _TOKENS:
        return []
    is_open = not text[-1:].isspace() and tokens[-1].kind != MARK
    spans = _numbers(tokens, pack)
    whole = _typed(tokens, pack, is_open)
    found = []
    for first, after, marked in reversed(spans[-_HOUSES:]):
        house = _house(tokens, first, after, is_open)
        rest = [*tokens[: first - marked], *tokens[after:]]
        typed = _typed(rest, pack, is_open and after < len(tokens))
        if typed.required:
            found.append(replace(typed, house=house, marked=bool(marked)))
    if any(typed.marked for typed in found):
        return [typed for typed in found if typed.marked]
    return [*found, whole] if whole.words else found


def _numbers(tokens: Sequence[Token], pack: Pack) -> list[tuple[int, int, int]]:
    """Where a house number may stand: its first token, the one behind it, and how many tokens before
    it mark it (`No :`).
    """
    spans = []
    i = 0
    while i < len(tokens):
        if tokens[i].kind != NUMBER:
            i += 1
            continue
        first, i = i, i + 1
        if i < len(tokens) and tokens[i].text in _JOINTS:
            i += 1
            if i < len(tokens) and tokens[i].glued and tokens[i].kind != MARK:
                i += 1
        elif (
            i < len(tokens)
            and tokens[i].glued
            and tokens[i].kind == WORD
            and len(tokens[i].text) <= _SUFFIX_MAX
        ):
            i += 1
        elif i < len(tokens) and tokens[i].text == ".":  # `125. Sokak` is a name
            continue
        if _follows_type(tokens, i, pack):
            continue
        spans.append((first, i, _marks(tokens, first, pack)))
    return spans


def _follows_type(tokens: Sequence[Token], at: int, pack: Pack) -> bool:
    """Whether the type word of a street stands there: `10028 Sokak` is a name."""
    return at < len(tokens) and tokens[at].text in pack.street_kinds


def _marks(tokens: Sequence[Token], first: int, pack: Pack) -> int:
    at = first
    while at > 0 and tokens[at - 1].text in (":", ".", "#"):
        at -= 1
    if at > 0 and tokens[at - 1].text in pack.number_words:
        return first - at + 1
    return 0


def _house(tokens: Sequence[Token], first: int, after: int, is_open: bool) -> House:
    parts = [token.text for token in tokens[first:after]]
    last = after == len(tokens)
    suffix = parts[-1].upper() if len(parts) > 1 and parts[-1] not in _JOINTS else ""
    return House(parts[0], suffix, whole=len(parts) > 1 or not (last and is_open))


def _typed(tokens: Sequence[Token], pack: Pack, is_open: bool) -> Typed:
    """The words of names. A finished abbreviation is written out; marks and `No` fall away."""
    words: list[Word] = []
    kept = [token for token in tokens if token.kind != MARK]
    for position, token in enumerate(kept):
        last = is_open and position == len(kept) - 1
        if token.text in pack.number_words and position > 0:
            continue
        if position > 0 and (found := _type_word(token.text, pack, last)) is not None:
            words.append(Word(token.text, last, True, found))
        elif not last and token.text in pack.abbreviations:
            words += [Word(part) for part in pack.abbreviations[token.text]]
        else:
            words.append(Word(token.text, last))
    return Typed(tuple(words))


def _type_word(text: str, pack: Pack, is_open: bool) -> str | None:
    """The kind of street that a type word means, "" for one of an area, None for no type word."""
    if text in pack.street_kinds:
        return pack.street_kinds[text]
    areas = (pack.neighbourhood_words, pack.district_words, pack.province_words)
    if any(text in words for words in areas):
        return ""
    if is_open:
        kinds = {kind for word, kind in pack.street_kinds.items() if word.startswith(text)}
        if len(kinds) == 1:
            return kinds.pop()
        if kinds or any(word.startswith(text) for words in areas for word in words):
            return ""
    return None

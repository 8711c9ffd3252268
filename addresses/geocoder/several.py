"""Texts that name several addresses, in a list or in one sentence: where each of them stands."""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from addresses.geocoder.language import Pack
from addresses.geocoder.tokens import MARK, NUMBER, Token, cut

_MOST = 8  # addresses of one text that are looked at
_LABEL_MIN = 2  # a shorter type word is too often something else
# What divides two addresses, the surest first: a line, a semicolon, a number or letter of a list.
_DIVIDERS = (
    re.compile(r"\n"),
    re.compile(r";"),
    re.compile(r"(?<![\w/.-])(?:\d{1,2}|[A-Za-z])\s?[.)-](?=\s)(?:\s*adres\w*\s*:?)?"),
    re.compile(r"(?:^|\s)[-–•*](?=\s)"),
)
_COMMA = re.compile(r",")


class _Claim(NamedTuple):
    """A street's type word, and the end of the house number that belongs to it."""

    first: int  # position of the type word's token
    start: int
    end: int


def places(text: str, pack: Pack) -> list[tuple[int, int]]:
    """The parts of a readable text that are an address each, as (start, end); the whole text where
    there are not two streets with a house number each. Linear in the text's length.
    """
    tokens = cut(text)
    words = pack.street_kinds
    kinds = [i for i, t in enumerate(tokens) if t.text in words and len(t.text) >= _LABEL_MIN]
    if len(kinds) < 2:
        return [(0, len(text))]
    claims = _claims(tokens, kinds, pack)
    found, begin = [], 0
    for claim, following in itertools.pairwise(claims):
        at, after = _divider(text, tokens, claim, following, begin, pack)
        found.append((begin, at))
        begin = after
    return [*found, (begin, len(text))][:_MOST]


def _claims(tokens: Sequence[Token], kinds: Sequence[int], pack: Pack) -> list[_Claim]:
    found = []
    for k, at in enumerate(kinds):
        before = kinds[k + 1] if k + 1 < len(kinds) else len(tokens)
        number = _house(tokens, at, before, pack)
        if number is not None:
            found.append(_Claim(at, tokens[at].start, tokens[number].end))
    return found


def _house(tokens: Sequence[Token], at: int, before: int, pack: Pack) -> int | None:
    """The token of the house number behind the type word at `at`: marked, or right behind it."""
    for i in range(at + 1, before):
        if tokens[i].kind != NUMBER:
            continue
        j = i - 1
        while j > at and tokens[j].kind == MARK and tokens[j].text in ":.#-":
            j -= 1
        if j > at and (tokens[j].text in pack.number_words or tokens[i - 1].text == "#"):
            return i
        if j == at and not _of_something_else(tokens, i, pack):
            return i
    return None


def _of_something_else(tokens: Sequence[Token], i: int, pack: Pack) -> bool:
    """Whether the number at i counts, or belongs to a name: `3. kat`, `125. sokak`, `2. Gül`."""
    following = tokens[i + 1 : i + 3]
    if following and following[0].text == ".":
        return True
    words = pack.measures | pack.floor_words | pack.unit_words | pack.street_kinds.keys()
    return bool(following) and following[0].text in words


def _divider(
    text: str, tokens: Sequence[Token], one: _Claim, other: _Claim, begin: int, pack: Pack
) -> tuple[int, int]:
    """Where the first of two addresses ends and the second begins."""
    low, high = one.end, other.start
    for pattern in _DIVIDERS:
        if found := list(pattern.finditer(text, low, high)):
            return found[-1].span()
    between = [i for i in range(one.first, other.first) if tokens[i].start >= low]
    if joins := [i for i in between if tokens[i].text in pack.crossing_joins - {"/", "-"}]:
        return tokens[joins[-1]].start, tokens[joins[-1]].end
    if commas := list(_COMMA.finditer(text, low, high)):
        # A neighbourhood stands behind its street only where it does so in the first address too.
        area = any(tokens[i].text in pack.neighbourhood_words for i in between)
        leads = any(
            token.text in pack.neighbourhood_words
            for token in tokens[: one.first]
            if token.start >= begin
        )
        first = len(commas) > 1 and area and leads
        return (commas[0] if first else commas[-1]).span()
    # Nothing divides them: a name has one word at least.
    at = tokens[max(one.first + 1, other.first - 1)].start
    return at, at

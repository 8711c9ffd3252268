"""Parcels by cadastral number: `131 ada 7 parsel`, `ada:131 parsel:7`, `131/7 parsel`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from addresses.geocoder.language import Pack, Phrases
from addresses.geocoder.tokens import NUMBER, WORD, Token, cut

# b: a word for the block, p: one for the parcel, n: a number, /: the mark, w: another word
_FORMS = re.compile(
    r"(?P<a>bnpn)|(?P<c>nbnp)|(?P<d>n/n?bp|n/nb?p)|(?P<e>b/pn/n)|(?P<f>pnbn)|(?P<g>nbpn)|(?P<h>bnnp)"
    r"|(?P<i>bpn/n)"
)
_SWAPPED = "f"  # the parcel is named first


@dataclass(frozen=True)
class ParcelNumber:
    """Cadastral block and parcel as they are stored, and the text without them."""

    block: str
    number: str
    rest: str
    written: str


def read(text: str, pack: Pack) -> ParcelNumber | None:
    """The parcel that a readable text names, or None."""
    tokens = cut(text)
    if not any(token.text in pack.parcel_words for token in tokens):
        return None
    symbols, places = _symbols(tokens, pack)
    found = _FORMS.search(symbols)
    if not found:
        return None
    first, last = places[found.start()][0], places[found.end() - 1][1]
    numbers = [
        tokens[at].text
        for symbol, (at, _after) in zip(
            symbols[found.start() : found.end()],
            places[found.start() : found.end()],
            strict=True,
        )
        if symbol == "n"
    ]
    if len(numbers) != 2:
        return None
    if found.lastgroup == _SWAPPED:
        numbers.reverse()
    start, end = tokens[first].start, tokens[last - 1].end
    rest = f"{text[:start]} , {text[end:]}"
    return ParcelNumber(numbers[0], numbers[1], rest, text[start:end])


def _symbols(tokens: Sequence[Token], pack: Pack) -> tuple[str, list[tuple[int, int]]]:
    """The text as one letter per word, number or phrase, and which tokens each stands for."""
    symbols, places, i = "", [], 0
    while i < len(tokens):
        token, after = tokens[i], i + 1
        if token.kind == NUMBER:
            symbol = "n"
        elif token.kind == WORD:
            symbol = "w"
            for letter, words in (("p", pack.parcel_words), ("b", pack.parcel_block_words)):
                if (end := _phrase(tokens, i, words)) > i:
                    symbol, after = letter, end
                    break
        else:
            symbol = "/" if token.text == "/" else ""
        if symbol:
            symbols += symbol
            places.append((i, after))
        i = after
    return symbols, places


def _phrase(tokens: Sequence[Token], i: int, words: Phrases) -> int:
    """The place after the longest phrase that begins at i, or i."""
    text, best = "", i
    for j in range(i, min(i + 2, len(tokens))):
        if tokens[j].kind != WORD:
            break
        text = f"{text} {tokens[j].text}".strip()
        if text in words:
            best = j + 1
    return best

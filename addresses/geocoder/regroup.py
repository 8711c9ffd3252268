"""Tokens that belong together or apart, before an address is parsed: initials, `caddeNo:11`, dates."""

import re
from collections.abc import Iterator, Sequence

from addresses.geocoder.language import Pack
from addresses.geocoder.tokens import NUMBER, WORD, Token

_INITIALS = 3  # letters with dots that are one word: F.S.M.
_LETTER_MAX = 2
_DATE = re.compile(r"(?<!\d)\d{1,2}([./-])\d{1,2}\1(?:19|20)\d{2}(?!\d)")


def initialisms(tokens: list[Token]) -> list[Token]:
    """`F.S.M.` is one word."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        j, letters = i, ""
        while (
            j + 1 < len(tokens)
            and tokens[j].kind == WORD
            and len(tokens[j].text) == 1
            and tokens[j + 1].text == "."
            and tokens[j + 1].glued
            and (j == i or tokens[j].glued)
        ):
            letters += tokens[j].text
            j += 2
        if len(letters) >= _INITIALS:
            out.append(Token(letters, WORD, tokens[i].start, tokens[j - 1].end, tokens[i].glued))
            i = j
        else:
            out.append(tokens[i])
            i += 1
    return out


def number_words_apart(tokens: list[Token], pack: Pack) -> Iterator[Token]:
    """`caddeNo:11` is two words: a word for `number` before a mark and a number stands alone."""
    for i, token in enumerate(tokens):
        marked = i + 2 < len(tokens) and tokens[i + 1].text in ":." and tokens[i + 2].kind == NUMBER
        if token.kind == WORD and marked and token.text not in pack.number_words:
            tail = token.text[-_LETTER_MAX:]
            if tail in pack.number_words and len(token.text) - len(tail) >= _LETTER_MAX:
                middle = token.end - len(tail)
                yield token._replace(text=token.text[: -len(tail)], end=middle)
                yield Token(tail, WORD, middle, token.end, True)
                continue
        yield token


def without_dates(text: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without those of dates: `12.05.2026` has no house number."""
    if _DATE.search(text) is None:
        return tokens
    spans = [found.span() for found in _DATE.finditer(text)]
    return [t for t in tokens if not any(start <= t.start < end for start, end in spans)]

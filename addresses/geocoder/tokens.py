"""Cuts text into words, numbers and marks. The same cut is used for queries and for names."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from addresses.geocoder.language import Pack
from core.rules.text import fold, repair

_TOKEN = re.compile(r"(\d+)|([^\W\d_]+)(?:['’‘`´][^\W\d_]*)?|([/\-.,:;#()])")
_ENCODED = re.compile(r"%[0-9a-fA-F]{2}")
_ENCODED_MOST = 3
WORD, NUMBER, MARK = "word", "number", "mark"


class Token(NamedTuple):
    """`text` is folded; `start` and `end` are positions in the readable text."""

    text: str
    kind: str
    start: int
    end: int
    glued: bool  # nothing stands between this token and the one before it


def readable(text: str) -> str:
    """The text composed, with mis-decoded Turkish letters put right and stray accents dropped.

    A browser's lower case of İ leaves a dot above alone: it would cut the word in two.
    """
    text = repair(_decoded(text))
    if not any(map(unicodedata.combining, text)):
        return text
    return "".join(c for c in text if not unicodedata.combining(c))


def _decoded(text: str) -> str:
    """The text without percent signs for its blanks and letters, also where they were put twice."""
    for _again in range(_ENCODED_MOST):
        if "%" not in text or any(map(str.isspace, text)) or not _ENCODED.search(text):
            break
        text = unquote(text).replace("\0", " ")
    return text


@lru_cache(maxsize=16)  # the readers of one text cut it one after the other
def cut(text: str) -> tuple[Token, ...]:
    """Tokens of a readable text. What follows an apostrophe is a case ending and is dropped."""
    tokens: list[Token] = []
    last = -1
    for match in _TOKEN.finditer(text):
        number, word, mark = match.groups()
        if number:
            token = Token(number.lstrip("0") or "0", NUMBER, *match.span(), last == match.start())
        elif word:
            token = Token(_plain(word), WORD, *match.span(), last == match.start())
        else:
            token = Token(mark, MARK, *match.span(), last == match.start())
        if token.text:
            tokens.append(token)
        last = match.end()
    return tuple(tokens)


def _plain(word: str) -> str:
    word = fold(word)
    if word.isascii() and word.isalnum():
        return word
    return "".join(c for c in word if c.isascii() and c.isalnum())


def words(text: str, pack: Pack) -> list[Token]:
    """Tokens as `cut` gives them, ordinal numbers without their ending: `33rd` is 33."""
    tokens = cut(text)
    return [
        token
        for i, token in enumerate(tokens)
        if not (
            i and token.glued and tokens[i - 1].kind == NUMBER and token.text in pack.ordinal_marks
        )
    ]


def name_tokens(name: str, pack: Pack) -> tuple[str, ...]:
    """Words and numbers of a registered name, abbreviations written out."""
    out: list[str] = []
    for token in words(readable(name), pack):
        if token.kind == MARK:
            continue
        out.extend(pack.abbreviations.get(token.text, (token.text,)))
    return tuple(out)


def street_core(name: str, pack: Pack) -> tuple[tuple[str, ...], str]:
    """The tokens of a street's name without its type word, and the kind that the word means."""
    tokens = [token.text for token in words(readable(name), pack) if token.kind != MARK]
    for length in (2, 1):
        kind = pack.street_kinds.get(" ".join(tokens[-length:])) if len(tokens) > length else None
        if kind:
            tokens, found = tokens[:-length], kind
            break
    else:
        found = ""
    out: list[str] = []
    for token in tokens:
        out.extend(pack.abbreviations.get(token, (token,)))
    return tuple(out), found

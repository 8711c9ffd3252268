"""National codes that stand alone: `UAVT 1000000838`, `adres kodu: …`, ten digits."""

import re
from dataclasses import dataclass

from addresses.geocoder.language import Pack
from addresses.geocoder.tokens import MARK, NUMBER, cut

_LENGTH = re.compile(r"\d{5,18}")
_BARE_LEAST = 6  # digits of a number without a word: five are a postcode
_WORDS_MOST = 6


@dataclass(frozen=True)
class Code:
    """`entity` is the kind of record that the words name, "" where they name none."""

    value: str
    entity: str


def read(text: str, pack: Pack) -> Code | None:
    """The code that a readable text consists of, with nothing but words for `code` beside it."""
    if len(text) > 80 or not _LENGTH.search(text):
        return None
    tokens = [token for token in cut(text) if token.kind != MARK]
    numbers = [token for token in tokens if token.kind == NUMBER]
    words = " ".join(token.text for token in tokens if token.kind != NUMBER)
    if len(numbers) != 1 or len(tokens) > _WORDS_MOST:
        return None
    value = text[numbers[0].start : numbers[0].end]
    if not _LENGTH.fullmatch(value):
        return None
    if not words:
        return Code(value, "") if len(value) >= _BARE_LEAST else None
    entity = _entity(words, pack)
    return Code(value, "" if entity == "any" else entity) if entity else None


def _entity(words: str, pack: Pack) -> str:
    """The kind that the words name together: each must belong to a word for `code`."""
    found = ""
    while words:
        phrase = max(
            (p for p in pack.code_words if words == p or words.startswith(p + " ")),
            key=len,
            default="",
        )
        if not phrase:
            return ""
        kind = pack.code_words[phrase]
        found = kind if found in ("", "any") else found
        words = words[len(phrase) :].strip()
    return found

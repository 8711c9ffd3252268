"""Numbers in words, as people dictate them: `yüz yirmi beşinci sokak numara on dört`."""

from collections.abc import Sequence

from addresses.geocoder.language import Pack
from addresses.geocoder.tokens import MARK, NUMBER, WORD, Token

_THOUSAND = 1000
_WORDS_MOST = 10  # of one number: nobody has a longer one on the house
_ORDINAL_STEM = 2  # letters that must be left of a number word before its ordinal ending


def spelled_numbers(tokens: Sequence[Token], pack: Pack) -> Sequence[Token]:
    """The tokens with number words turned into numbers where a number is meant. Elsewhere they may be
    names, or count something.
    """
    out: list[Token] = []
    i, before = 0, ""
    while i < len(tokens):
        after, value, ordinal = _run(tokens, i, pack)
        following = tokens[after : after + 1]
        if after > i and _is_meant(following, before, after - i, ordinal, pack):
            span = (tokens[i].start, tokens[after - 1].end)
            out.append(Token(str(value), NUMBER, *span, tokens[i].glued))
            i = after
        else:
            out.append(tokens[i])
            i += 1
        if out[-1].kind != MARK:
            before = out[-1].text
    return out


def _is_meant(next_: Sequence[Token], before: str, length: int, ordinal: bool, pack: Pack) -> bool:
    """Whether a run of so many number words is a number: it is called one (`numara elli iki`, `elli iki
    numara`), numbers a street (`bin otuz üç sokak`; one word alone may be its name), or stands
    behind one (`sokak elli iki`; one word alone only where nothing follows that it could count).
    """
    following = next_[0].text if next_ else ""
    if len(before) > 1 and before in pack.number_words:
        return True
    if len(following) > 1 and following in pack.number_words:
        return True
    if following in pack.street_kinds:
        return ordinal or length > 1
    if before not in pack.street_kinds or len(before) < 2 or following in pack.measures:
        return False
    labels = pack.unit_words | pack.floor_words
    return length > 1 or not next_ or next_[0].kind == MARK or following in labels


def _run(tokens: Sequence[Token], i: int, pack: Pack) -> tuple[int, int, bool]:
    """The longest run of number words at i: the place after it, its value, whether an ordinal."""
    thousands, value, j, ordinal = 0, 0, i, False
    while j < min(len(tokens), i + _WORDS_MOST) and tokens[j].kind == WORD and not ordinal:
        word = tokens[j].text
        if word == pack.thousand:
            thousands, value = (value or 1) * 1000, 0
        elif word == pack.hundred:
            value = (value or 1) * 100
        elif word in pack.tens or word in pack.units:
            value += pack.tens.get(word, pack.units.get(word, 0))
        elif (figure := _ordinal(word, pack)) is not None:
            if figure == _THOUSAND:
                thousands, value = (value or 1) * figure, 0
            else:
                value = (value or 1) * 100 if figure == 100 else value + figure
            ordinal = True
        else:
            break
        j += 1
    return j, thousands + value, ordinal


def _ordinal(word: str, pack: Pack) -> int | None:
    if word in pack.ordinals:
        return pack.ordinals[word]
    for ending in pack.ordinal_endings:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _ORDINAL_STEM:
            figure = pack.tens.get(stem, pack.units.get(stem))
            if figure is not None:
                return figure
    return None

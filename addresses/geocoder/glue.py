"""Parts words that were written together: `Gündoğanmah`, `125sk`, `Landstr`, `No:22/ABandırma`."""

from dataclasses import replace

from addresses.geocoder.language import Pack
from addresses.geocoder.parse import NEIGHBOURHOOD, STREET, House, Item, Parsed
from addresses.geocoder.spelling import Speller

_STEM_MIN = 3
_WORD_MIN = 2
_TYPE_MIN = 3  # letters of a type word by which it is known at the end of a name


def unglue(parsed: Parsed, speller: Speller, pack: Pack) -> Parsed:
    """The same query with glued type words apart. Registered words stay whole."""
    items: list[Item] = []
    skip = False
    for i, item in enumerate(parsed.items):
        if skip:
            skip = False
        elif whole := _apart(parsed, i, speller, pack):
            items.append(whole)
            skip = True
        elif item.role or item.number or item.text in speller.known:
            items.append(item)
        elif phrase := _phrase(parsed.items, i, speller, pack):
            items.extend(phrase)
            skip = True
        else:
            after = parsed.items[i + 1] if i + 1 < len(parsed.items) else None
            marked = after is not None and after.role == STREET
            items.extend(_parts(item, speller, pack, marked=marked))
    return _suffix_apart(replace(parsed, items=items), speller)


def _suffix_apart(parsed: Parsed, speller: Speller) -> Parsed:
    """A letter that belongs to the house number, and the word that was written onto it."""
    houses = [h for h in (parsed.house, *parsed.loose.values()) if h is not None and not h.suffix]
    for i, item in enumerate(parsed.items):
        if item.role or item.number or item.text in speller.known or len(item.text) <= _STEM_MIN:
            continue
        house = next((h for h in houses if parsed.text[h.end : item.start] == "/"), None)
        if house is None or item.text[1:] not in speller.known:
            continue
        whole = replace(house, suffix=item.text[0].upper(), end=item.start + 1)
        parsed.items[i] = replace(item, text=item.text[1:], start=item.start + 1)
        return _with_house(parsed, house, whole)
    return parsed


def _with_house(parsed: Parsed, old: House, new: House) -> Parsed:
    if parsed.house is old:
        return replace(parsed, house=new)
    return replace(parsed, loose={at: new if h is old else h for at, h in parsed.loose.items()})


def _apart(parsed: Parsed, i: int, speller: Speller, pack: Pack) -> Item | None:
    """`Land-Strasse`: in German the type word is part of the name."""
    items = parsed.items
    item, marker = items[i], items[i + 1] if i + 1 < len(items) else None
    if item.role or item.number or marker is None or marker.role != STREET or marker.leads:
        return None
    hyphen = parsed.text[item.end : marker.start] == "-"
    if item.text in speller.words and not hyphen:  # "Schaaner Strasse" beside "Schaanerstrasse"
        return None
    word = _whole(item.text, marker.kind, speller, pack)
    return replace(item, text=word, end=marker.end) if word else None


def _whole(stem: str, kind: str, speller: Speller, pack: Pack) -> str:
    """The registered word that a stem and a type word of a kind make together, or ""."""
    for word, other in pack.street_kinds.items():
        if other == kind and stem + word in speller.known:
            return stem + word
    return ""


def _phrase(items: list[Item], i: int, speller: Speller, pack: Pack) -> tuple[Item, ...]:
    """`merkezkume evleri`: the first word of a type phrase glued to the name."""
    if i + 1 >= len(items) or items[i + 1].role:
        return ()
    item, after = items[i], items[i + 1]
    for phrase, kind in pack.street_kinds.items():
        first, _blank, second = phrase.partition(" ")
        if second != after.text or not item.text.endswith(first):
            continue
        stem = item.text.removesuffix(first)
        if len(stem) >= _STEM_MIN and speller.similar(stem, pack):
            middle = item.end - len(first)
            marker = Item(phrase, STREET, middle, after.end, kind=kind)
            return (replace(item, text=stem, end=middle), marker)
    return ()


def _parts(item: Item, speller: Speller, pack: Pack, *, marked: bool) -> tuple[Item, ...]:
    """`marked`: a street's type word follows, so that none is looked for in the word."""
    if any(s.word[-_TYPE_MIN:] in pack.type_endings for s in speller.similar(item.text, pack)):
        return (item,)  # a misspelt "Wangerbergstrasse"
    for size in range(len(item.text) - _WORD_MIN, _WORD_MIN - 1, -1):
        stem, tail = item.text[:-size], item.text[-size:]
        kind = pack.street_kinds.get(tail)
        if kind and (whole := _whole(stem, kind, speller, pack)):  # "Landstr" is "Landstrasse"
            return (replace(item, text=whole),)
        if len(stem) < _STEM_MIN and stem not in speller.words:
            continue
        if marked and kind:
            continue
        if not (kind or tail in pack.neighbourhood_words):
            continue
        if stem in speller.words or speller.similar(stem, pack):
            role = STREET if kind else NEIGHBOURHOOD
            marker = Item(tail, role, item.end - size, item.end, kind=kind or "")
            return (replace(item, text=stem, end=item.end - size), marker)
    return (item,)

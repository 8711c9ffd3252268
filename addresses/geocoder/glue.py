"""Parts words that were written together: `Gündoğanmah`, `125sk`, `Landstr`."""

from dataclasses import replace

from addresses.geocoder.language import Pack
from addresses.geocoder.parse import NEIGHBOURHOOD, STREET, Item, Parsed
from addresses.geocoder.spelling import Speller

_STEM_MIN = 3
_WORD_MIN = 2


def unglue(parsed: Parsed, speller: Speller, pack: Pack) -> Parsed:
    """The same query with glued type words apart. Registered words stay whole."""
    items: list[Item] = []
    for item in parsed.items:
        if item.role or item.number or item.text in speller.known:
            items.append(item)
        else:
            items.extend(_parts(item, speller, pack))
    return replace(parsed, items=items)


def _parts(item: Item, speller: Speller, pack: Pack) -> tuple[Item, ...]:
    for size in range(len(item.text) - _STEM_MIN, _WORD_MIN - 1, -1):
        stem, tail = item.text[:-size], item.text[-size:]
        kind = pack.street_kinds.get(tail)
        if kind:
            # In German the type word is part of the name: "Landstr" is "Landstrasse".
            for word, other in pack.street_kinds.items():
                if other == kind and stem + word in speller.known:
                    return (replace(item, text=stem + word),)
        if not (kind or tail in pack.neighbourhood_words):
            continue
        if speller.similar(stem, pack):
            role = STREET if kind else NEIGHBOURHOOD
            marker = Item(tail, role, item.end - size, item.end, kind=kind or "")
            return (replace(item, text=stem, end=item.end - size), marker)
    return (item,)

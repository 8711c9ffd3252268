"""What may follow: names that begin like the last word, for every keystroke."""

from bisect import bisect_left
from functools import cached_property

from addresses.geocoder.answer import Candidate
from addresses.geocoder.labels import label
from addresses.geocoder.language import Pack
from addresses.geocoder.names import NameField, NameIndex
from addresses.geocoder.tokens import MARK, cut, readable

_WORDS = 60  # so many registered words may continue the last one


class Completer:
    """Streets and neighbourhoods of one index by the beginnings of their words."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index

    @cached_property
    def _words(self) -> list[str]:
        return sorted({*self.index.street.by_word, *self.index.neighbourhood.by_word})

    def complete(self, prefix: str, *, limit: int) -> list[Candidate]:
        """Candidates without points, streets before areas, shorter names first."""
        pack_words = self._typed(prefix)
        if not pack_words:
            return []
        streets = [
            self._street(position)
            for name_id in self._names(self.index.street, pack_words)
            for position in self.index.street.owners[name_id]
        ]
        areas = [
            self._area(area_id)
            for name_id in self._names(self.index.neighbourhood, pack_words)
            for area_id in self.index.neighbourhood.owners[name_id]
        ]
        found = [*areas[:limit], *streets] if len(pack_words) == 1 else [*streets, *areas]
        found.sort(key=lambda c: (-c.score, len(c.label), c.label))
        return list({c.label: c for c in found}.values())[:limit]

    def _typed(self, prefix: str) -> list[str]:
        """The words of the prefix that can stand in a name."""
        packs: list[Pack] = [self.index.pack(language) for language in self.index.languages]
        skip = {w for p in packs for w in (*p.street_kinds, *p.neighbourhood_words)}
        words = [token.text for token in cut(readable(prefix)) if token.kind != MARK]
        return [w for i, w in enumerate(words) if w not in skip or i == 0]

    def _names(self, names: NameField, words: list[str]) -> list[int]:
        """Names that hold every word, the last one by its beginning."""
        *whole, last = words
        found: set[int] = set()
        at = bisect_left(self._words, last)
        for word in self._words[at : at + _WORDS]:
            if not word.startswith(last):
                break
            found.update(names.by_word.get(word, ()))
        if last.isdigit() and whole:  # "Karaman 3…": numbers of a name are not in its postings
            found.update(
                name_id
                for name_id in names.by_word.get(whole[0], ())
                if any(d.startswith(last) for d in names.digits[name_id])
            )
        kept = [n for n in found if all(w in names.tokens[n] for w in whole)]
        return sorted(kept, key=lambda n: (len(names.tokens[n]), names.tokens[n]))[:_WORDS]

    def _street(self, position: int) -> Candidate:
        document = self.index.documents[position]
        area_id = document.neighbourhood_id
        return Candidate(
            label=label(
                self.index.pack_of(area_id),
                street=self.index.printed(document),
                neighbourhood=self.index.neighbourhoods[area_id].name,
                district=self.index.district_of(area_id).name,
                province=self.index.province_of(area_id).name,
            ),
            precision="STREET",
            score=0.6 if document.official else 0.5,
            side_id=document.side_ids[0] if document.side_ids else None,
            street_id=document.street_id,
            neighbourhood_id=area_id,
            district_id=self.index.district_of(area_id).id,
        )

    def _area(self, area_id: int) -> Candidate:
        return Candidate(
            label=label(
                self.index.pack_of(area_id),
                neighbourhood=self.index.neighbourhoods[area_id].name,
                district=self.index.district_of(area_id).name,
                province=self.index.province_of(area_id).name,
            ),
            precision="NEIGHBOURHOOD",
            score=0.7,
            neighbourhood_id=area_id,
            district_id=self.index.district_of(area_id).id,
        )

"""Parses a free text into words with roles: the rules know an address, the pack knows the words."""

from dataclasses import dataclass, field, replace

from addresses.geocoder.language import Pack, Phrases
from addresses.geocoder.numerals import spelled_numbers
from addresses.geocoder.regroup import initialisms, number_words_apart, without_dates
from addresses.geocoder.tokens import MARK, NUMBER, WORD, Token
from addresses.geocoder.tokens import words as tokens_of
from addresses.rules.house_number import suffix as suffix_of

NEIGHBOURHOOD, STREET, DISTRICT, PROVINCE, BUILDING, GAP = (
    "neighbourhood", "street", "district", "province", "building", "gap",
)  # fmt: skip
_TAIL_NUMBER = 3  # digits of a number behind the house number
_TAIL_MOST = 10  # tokens: no house number has more written onto it
_LETTER_MAX = 2  # a suffix of letters has at most this many
_PHRASE_MAX = 4
_FORM = 2  # labels that make a text a form
_POSTCODE = 5


@dataclass(frozen=True)
class Item:
    """A word or number that may name something, or a marker of a role.

    `role` is "" for what may be part of a name, NEIGHBOURHOOD, STREET or BUILDING for a type word,
    GAP where a house number was taken out. `leads` marks a label before its name: `mahalle: Orta`.
    """

    text: str
    role: str
    start: int
    end: int
    number: bool = False
    kind: str = ""  # of a street's type word
    leads: bool = False


@dataclass(frozen=True)
class House:
    """A house number as it was written: `4/1` may be suffix 1 or unit 1 of number 4.

    `tail` is all that hangs on the number where that is more than one part: `42-44A`, `17/A/1`.
    """

    number: int
    suffix: str = ""
    unit: str = ""
    tail: str = ""
    marked: bool = True
    former: bool = False  # it is said to be what the number was before
    start: int = -1
    end: int = -1

    @property
    def written(self) -> str:
        tail = self.suffix or self.unit
        if tail[:1] in ("-", "."):
            return f"{self.number}{tail}"
        return f"{self.number}/{tail}" if tail else str(self.number)


@dataclass
class Parsed:
    """What each part of the text was taken for."""

    text: str
    items: list[Item]
    house: House | None = None
    others: list[House] = field(default_factory=list)  # other house numbers with a mark
    unit: str = ""
    floor: str = ""
    block: str = ""
    relations: list[tuple[str, int]] = field(default_factory=list)  # "at" or "near", and where
    taken: list[tuple[int, int]] = field(default_factory=list)  # spans that are spoken for
    # What a number without a mark would be as a house number, by its start.
    loose: dict[int, House] = field(default_factory=dict)

    @property
    def relation(self) -> str:
        """How the place lies to what is named: "near", "at" or ""."""
        return self.relation_beside(frozenset())

    def relation_beside(self, named: frozenset[int]) -> str:
        """The same, without words that are part of a name: `Altı Eylül`, `Mezarlık Altı`."""
        starts = {self.items[i].start for i in named}
        found = {relation for relation, start in self.relations if start not in starts}
        return "near" if "near" in found else "at" if found else ""


class Parser:
    """One pass over the tokens; every rule looks at the tokens that begin at its place."""

    def __init__(self, text: str, pack: Pack) -> None:
        self.pack = pack
        tokens = list(number_words_apart(initialisms(tokens_of(text, pack)), pack))
        self.tokens = without_dates(text, spelled_numbers(tokens, pack))
        self.parsed = Parsed(text, [])
        self.at = 0

    def run(self) -> Parsed:
        rules = (
            self._unit, self._floor, self._block, self._house, self._relation, self._building,
            self._marker,
        )  # fmt: skip
        while self.at < len(self.tokens):
            if not any(rule() for rule in rules):
                self._plain()
        self._settle_labels()
        self._settle_single_letters()
        return self.parsed

    # What stands at a place

    def _token(self, i: int) -> Token | None:
        return self.tokens[i] if 0 <= i < len(self.tokens) else None

    def _skip(self, i: int, marks: str) -> int:
        while (token := self._token(i)) is not None and token.kind == MARK and token.text in marks:
            i += 1
        return i

    def _phrase(self, i: int, words: Phrases) -> tuple[str, int]:
        """The longest of `words` that begins at token i, and the place after it."""
        if i >= len(self.tokens) or self.tokens[i].text not in words.starts:
            return "", i
        best, after, text, j = "", i, "", i
        for _count in range(_PHRASE_MAX):
            token = self._token(j)
            if token is None or token.kind != WORD:
                break
            text = f"{text} {token.text}".strip()
            j += 1
            if text in words:
                best, after = text, j
            if (dot := self._token(j)) is not None and dot.text == ".":
                j += 1
        return best, after

    def _number_at(self, i: int) -> Token | None:
        token = self._token(i)
        return token if token is not None and token.kind == NUMBER else None

    def _take(self, first: int, after: int) -> None:
        self.parsed.taken.append((self.tokens[first].start, self.tokens[after - 1].end))
        self.at = after

    # Rules: each takes its tokens and says so, or leaves everything as it is

    def _unit(self) -> bool:
        number = self.tokens[self.at].kind == NUMBER
        value, after = self._counted_unit() if number else self._labelled(self.pack.unit_words)
        if not value:
            return False
        self.parsed.unit = self.parsed.unit or value
        self._take(self.at, after)
        return True

    def _floor(self) -> bool:
        value, after = self._labelled(self.pack.floor_words)
        if not value and (number := self._number_at(self.at)):
            i = self._skip(self.at + 1, ".")
            word, after = self._phrase(i, self.pack.floor_words)
            following = self._token(after)
            # `8 Kat:2` is house number 8 on floor 2.
            if len(word) > 1 and not (following and following.text in ":."):
                value = number.text
        if not value:
            return False
        self.parsed.floor = self.parsed.floor or value
        self._take(self.at, after)
        return True

    def _counted_unit(self) -> tuple[str, int]:
        """`3 nolu daire`, and behind a house number `3. daire`."""
        said, i = self._phrase(self.at + 1, self.pack.number_words)
        if not said:
            i = self._skip(self.at + 1, ".")
        word, after = self._phrase(i, self.pack.unit_words)
        following = self._number_at(self._skip(after, ":."))
        short = len(word) <= _LETTER_MAX or (not said and self.parsed.house is None)
        number = self.tokens[self.at].text
        return ("", self.at) if short or following is not None else (number, after)

    def _labelled(self, words: Phrases) -> tuple[str, int]:
        """`daire:18`, `D: 5`, `kat 3`. One or two letters need a mark or the number glued on."""
        word, i = self._phrase(self.at, words)
        if not word:
            return "", self.at
        after_marks = self._skip(i, ":./")
        number = self._number_at(after_marks)
        if number is None:
            return "", self.at
        marked = after_marks > i or self.tokens[after_marks - 1].text in ":." or number.glued
        if len(word) <= _LETTER_MAX and not marked and not self._behind_house(after_marks):
            return "", self.at
        letter = self._token(after_marks + 1)
        if letter and letter.kind == WORD and letter.glued and len(letter.text) == 1:
            return (number.text + letter.text).upper(), after_marks + 2
        return number.text, after_marks + 1

    def _behind_house(self, i: int) -> bool:
        """Whether one letter with the number at i stands right behind a house number, or behind the
        floor there: `No:42 D 3`; not `D 3. Sokak`, `D 3 Eylül Mah`.
        """
        items, taken = self.parsed.items, self.parsed.taken
        loose = len(items) > 1 and items[-1].number and items[-2].role == STREET
        if len(self.tokens[self.at].text) > 1 or not (self.parsed.house or loose):
            return False
        end = max([items[-1].end if items else 0, *(span[1] for span in taken[-1:])])
        types = self.pack.street_kinds.keys() | self.pack.neighbourhood_words | self.pack.measures
        behind = [token.text for token in self.tokens[i + 1 : i + 3]]
        apart = self.parsed.text[end : self.tokens[self.at].start].strip(" ,.-")
        return not apart and behind[:1] != ["."] and types.isdisjoint(behind)

    def _block(self) -> bool:
        token, following = self._token(self.at), self._token(self.at + 1)
        if token is None or following is None or token.kind == MARK:
            return False
        if len(token.text) <= _LETTER_MAX and following.text in self.pack.block_words:
            self.parsed.block = token.text.upper()
            self._take(self.at, self.at + 2)
            return True
        return False

    def _house(self) -> bool:
        """`no:9`, `numara 14/A`, `#12`, `14 numaralı`."""
        word, i = self._phrase(self.at, self.pack.number_words)
        token = self._token(self.at)
        if not word and token is not None and token.text == "#":
            word, i = "#", self.at + 1
        if word:
            first = self._skip(i, ":.-#")
            number = self._number_at(first)
            single = len(word) == 1 and word != "#" and first == i and not (number and number.glued)
            if number is None or single:
                return False
            return self._take_house(self.at, first)
        if (
            token is not None
            and token.text in self.pack.present_words
            and self._number_at(self.at + 1)
        ):
            former = self.parsed.house is not None and self.parsed.house.former
            return former and self._take_house(self.at + 1, self.at + 1)  # "eski no 12 yeni 42"
        number = self._number_at(self.at)
        if number is None:
            return False
        house, after = self._read_house(self.at)
        word, end = self._phrase(after, self.pack.number_words)
        following = self._number_at(self._skip(end, ":."))
        # `125 no:9` is number 9; `9 numara` is number 9, also before a postcode.
        postcode = following is self._token(end) and following and len(following.text) == _POSTCODE
        taken = following is not None and not postcode
        if len(word) < _LETTER_MAX or taken or self.parsed.house is not None:
            return False
        self._set_house(house, self.at)
        self._gap(self.at, end)
        return True

    def _take_house(self, begin: int, first: int) -> bool:
        house, after = self._read_house(first)
        word, end = self._phrase(after, self.pack.number_words)
        if len(word) > _LETTER_MAX:  # "numara 10 numara"
            after = end
        self._set_house(house, begin)
        self._gap(begin, after)
        return True

    def _set_house(self, house: House, begin: int) -> None:
        """The first number counts, but not before one that is not said to be a former one."""
        before = self._token(begin - 1)
        if before is not None and before.text in self.pack.former_words:
            house = replace(house, former=True)
        held = self.parsed.house
        if held is None or (held.former and not house.former):
            self.parsed.house = house
        elif not house.former and house.number < 10**_POSTCODE and held.written != house.written:
            self.parsed.others.append(house)

    def _gap(self, first: int, after: int) -> None:
        start, end = self.tokens[first].start, self.tokens[after - 1].end
        self.parsed.items.append(Item("", GAP, start, end))
        self._take(first, after)

    def _read_house(self, i: int) -> tuple[House, int]:
        """The house number that begins at number token i, and the place after it."""
        number = self.tokens[i]
        house = House(int(number.text[:7]), start=number.start, end=number.end)
        mark, tail = self._token(i + 1), self._token(i + 2)
        after = i + 1
        # `No:6 - 398. Sk` is not a range.
        loose = mark is not None and mark.text == "-" and not (mark.glued and tail and tail.glued)
        if mark is not None and mark.text in "/-" and tail is not None and not loose:
            if tail.kind == NUMBER and len(tail.text) <= 3:
                letter = self._token(i + 3)
                if letter and letter.kind == WORD and letter.glued and len(letter.text) == 1:
                    dash = "-" if mark.text == "-" else ""
                    house = replace(house, suffix=dash + (tail.text + letter.text).upper())
                    after = i + 4
                else:
                    house = replace(house, suffix=tail.text, unit=tail.text)
                    if mark.text == "-":
                        house = replace(house, suffix=f"-{tail.text}")
                    after = i + 3
            elif self._is_suffix(i + 2):
                house, after = replace(house, suffix=tail.text.upper()), i + 3
        elif self._is_decimal(i):
            house, after = replace(house, suffix=f".{self.tokens[i + 2].text}"), i + 3
        elif self._is_suffix(i + 1) and mark is not None:
            house, after = replace(house, suffix=mark.text.upper()), i + 2
        last = self._tail(i + 1)
        if last > after:
            written = self.parsed.text[number.end : self.tokens[last - 1].end]
            rest = self.parsed.text[self.tokens[after - 1].end : self.tokens[last - 1].end]
            house = replace(house, tail=suffix_of(written))
            if rest[:1] == "/" and rest[1:].isdigit():  # `17/A/1`, where there is no such suffix
                house = replace(house, unit=rest[1:])
            after = last
        return replace(house, end=self.tokens[after - 1].end), after

    def _tail(self, i: int) -> int:
        """The place after everything that is written onto a number: `-44A`, `/A/1`."""
        end = i + _TAIL_MOST
        while i < end and (token := self._token(i)) is not None and token.glued:
            following = self._token(i + 1)
            if token.text in ("/", "-") and following is not None and following.glued:
                word = following.kind == WORD and following.text not in self.pack.street_kinds
                short = len(following.text) <= (_LETTER_MAX if word else _TAIL_NUMBER)
                if (following.kind != NUMBER and not word) or not short:
                    return i
                i += 2
            elif token.kind == WORD and len(token.text) == 1:
                i += 1
            else:
                return i
        return i

    def _is_decimal(self, i: int) -> bool:
        """Whether the number at i goes on behind a full stop: 1.42 is no house number 1."""
        mark = self._token(i + 1)
        if mark is None or mark.text != "." or (tail := self._number_at(i + 2)) is None:
            return False
        following = self._token(i + 3)
        words = self.pack.street_kinds.keys() | self.pack.floor_words | self.pack.unit_words
        name = following is not None and (following.text == "." or following.text in words)
        return mark.glued and tail.glued and len(tail.text) <= _TAIL_NUMBER and not name

    def _is_suffix(self, i: int) -> bool:
        """A single letter that belongs to the number, not to what comes after it."""
        token = self._token(i)
        if token is None or token.kind != WORD or len(token.text) > _LETTER_MAX:
            return False
        following = self._token(i + 1)
        before = self._token(i - 1)
        slashed = before is not None and before.text in "/-"
        if following is not None:
            if following.text in self.pack.block_words:
                return False
            # `5 D.3` is flat 3; `22/B. Altıeylül` ends a sentence.
            if following.text in ":." and not (
                slashed and following.text == "." and self._number_at(i + 2) is None
            ):
                return False
        if len(token.text) > 1:
            return slashed and token.text not in self.pack.street_kinds
        return slashed or token.glued or token.text not in self.pack.floor_words | {"m", "s", "d"}

    def _relation(self) -> bool:
        token = self._token(self.at)
        if token is None or token.kind != WORD:
            return False
        if token.text in self.pack.near_words:
            self.parsed.relations.append(("near", token.start))
        elif token.text in self.pack.at_words:
            self.parsed.relations.append(("at", token.start))
        else:
            return False
        # The word may still be part of a name ("Mezarlık Altı"): it stays an item.
        self._plain()
        return True

    def _marker(self) -> bool:
        """A type word: `mah.`, `sokağı`, `küme evleri`; or a label with a colon: `ilçe:`."""
        token = self._token(self.at)
        if token is None or token.kind != WORD:
            return False
        for role, phrases in (
            (STREET, self.pack.street_words),
            (NEIGHBOURHOOD, self.pack.neighbourhood_words),
            (DISTRICT, self.pack.district_words),
            (PROVINCE, self.pack.province_words),
        ):
            word, after = self._phrase(self.at, phrases)
            if not word:
                continue
            colon = (mark := self._token(after)) is not None and mark.text == ":"
            if role in (DISTRICT, PROVINCE) and not colon:
                return False
            start, end = token.start, self.tokens[after - 1].end
            kind = self.pack.street_kinds.get(word, "") if role == STREET else ""
            items = self.parsed.items
            if colon and items and items[-1].role == role and self._slash_before(start):
                items.pop()  # `Cadde/Sokak:` tells no kind
                kind = ""
            items.append(Item(word, role, start, end, kind=kind, leads=colon))
            self.at = after
            return True
        return False

    def _building(self) -> bool:
        """`Yıldız Apt.`, `Çamlık Sitesi`; but `Site Sokak` is a street."""
        word, after = self._phrase(self.at, self.pack.building_words)
        items = self.parsed.items
        if not word or not items or items[-1].role or items[-1].number:
            return False
        after_marks = self._skip(after, ".")
        if any(
            self._phrase(after_marks, words)[0]
            for words in (self.pack.street_words, self.pack.neighbourhood_words)
        ):
            return False
        start, end = self.tokens[self.at].start, self.tokens[after - 1].end
        items.append(Item(word, BUILDING, start, end))
        self.at = after
        return True

    def _slash_before(self, start: int) -> bool:
        return self.parsed.text[:start].rstrip().endswith("/")

    def _plain(self) -> None:
        token = self.tokens[self.at]
        if token.kind == NUMBER:
            self.parsed.loose[token.start] = replace(self._read_house(self.at)[0], marked=False)
        if token.kind != MARK:
            # A single letter stays one: it may be an initial.
            short = len(token.text) == 1
            words = (token.text,) if short else self.pack.abbreviations.get(token.text)
            for text in words or (token.text,):
                self.parsed.items.append(
                    Item(text, "", token.start, token.end, number=token.kind == NUMBER)
                )
        self.at += 1

    def _settle_labels(self) -> None:
        """A type word with a colon is a label where the text is written as a form: `mah: Orta
        sokak: Gül`. One colon behind a name ("Gül Sokak: 5") is only a mark.
        """
        items = self.parsed.items
        labels = [i for i, item in enumerate(items) if item.leads]
        if len(labels) >= _FORM or (labels and not any(not i.role for i in items[: labels[0]])):
            return
        self.parsed.items = [
            replace(item, leads=False) if item.leads else item
            for item in items
            if not (item.leads and item.role in (DISTRICT, PROVINCE))
        ]

    def _settle_single_letters(self) -> None:
        """`m` and `s` are type words only where no longer word marks the same role, and only after
        a name; elsewhere they are initials or abbreviations.
        """
        items = self.parsed.items
        for i in range(len(items) - 1):
            # "Köy Meydanı Sokak": the first type word is part of the name.
            first, second = items[i], items[i + 1]
            if first.role == second.role == STREET and len(first.text) > _LETTER_MAX + 1:
                items[i] = replace(first, role="", kind="")
        longer = {item.role for item in items if item.role and len(item.text) > 1}
        for i, item in enumerate(items):
            if len(item.text) == 1 and item.role in (STREET, NEIGHBOURHOOD):
                after_name = i > 0 and not items[i - 1].role
                if item.role in longer or not after_name:
                    items[i] = Item(item.text, "", item.start, item.end)


def parse(text: str, pack: Pack) -> Parsed:
    """Parses a readable text (`tokens.readable`) by the words of one language."""
    return Parser(text, pack).run()

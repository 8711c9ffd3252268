"""Turkish addresses as they really arrive, made from the connected register, with what is right.

The groups and their sizes follow a real mixture: cores that one door answers, and questions that no
door must answer. The same seed makes the same queries from the same register.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.noise import (
    CASES,
    FORMS,
    abbreviated,
    in_words,
    misspelt,
    ordinal_in_words,
    recase,
    to_ascii,
    with_errors,
)
from tests.benchmarks.sampled import LIVING, Door, Sampled, rows

CASING = tuple(f"case_{case}" for case in CASES)
CORE = (
    "clean", "abbr", "abbr_name", *CASING, "typo1", "typo2", "reorder", "no_neighbourhood",
    "no_district", "noise", "glued", "bare", "mix", "style", "other_systems", "spoken",
)  # fmt: skip
REFUSED = ("invented_number", "invented_street", "elsewhere")
_MOST = 3  # doors of one address that are all right


@dataclass(frozen=True)
class Query:
    """`expect`: door, street, neighbourhood, landmark, parcel, unit, or none (no door). `right`: ids
    of what is expected.
    """

    group: str
    text: str
    expect: str
    right: frozenset[int] = frozenset()


class Writer:
    """Writes queries about the doors of a register."""

    def __init__(self, sampled: Sampled) -> None:
        self.sampled = sampled
        self.rng = sampled.rng

    def queries(self, scale: float = 1.0) -> Iterator[Query]:
        """All groups; about 3,500 queries at scale 1."""
        for group, count, make in self._groups():
            wanted, tries = max(1, round(count * scale)), 0
            while wanted and tries < 60 * count:
                tries += 1
                if (query := make(group)) is not None:
                    wanted -= 1
                    yield query
        for text in FORMS["elsewhere"]:
            yield Query("elsewhere", text, "none")

    def _groups(self) -> list[tuple[str, int, Callable[[str], Query | None]]]:
        cased = dict(zip(CASING, (110, 70, 50, 80, 50, 50, 40, 40, 30), strict=True))
        return [
            ("clean", 120, lambda g: self._plain(g, lambda p: self._full(p))),
            ("abbr", 200, lambda g: self._plain(g, lambda p: self._short(p))),
            ("abbr_name", 60, self._abbreviated),
            *((group, count, self._cased) for group, count in cased.items()),
            ("typo1", 200, lambda g: self._typed(g, 1)),
            ("typo2", 160, lambda g: self._typed(g, 2)),
            ("reorder", 140, lambda g: self._plain(g, self._reordered)),
            ("no_neighbourhood", 140, self._no_neighbourhood),
            ("no_district", 140, self._no_district),
            ("noise", 180, lambda g: self._plain(g, lambda p: self._noisy(self._short(p), p))),
            ("glued", 80, lambda g: self._plain(g, self._glued)),
            ("bare", 80, self._bare),
            ("mix", 320, self._mixed),
            ("style", 150, lambda g: self._styled(g, FORMS["styles"])),
            ("other_systems", 300, lambda g: self._styled(g, FORMS["other_systems"])),
            ("spoken", 40, self._spoken),
            ("wrong_neighbourhood", 60, self._wrong_neighbourhood),
            ("street_only", 70, self._street_only),
            ("neighbourhood_only", 50, self._neighbourhood_only),
            ("landmark", 100, self._landmark),
            ("parcel", 80, self._parcel),
            ("code", 40, self._code),
            ("invented_number", 60, self._invented_number),
            ("invented_street", 50, self._invented_street),
        ]

    # ── Doors ───────────────────────────────────────────────────────────────────────────────────

    def _pick(self, most: int = _MOST, **given: bool) -> tuple[Door, frozenset[int]]:
        """A door whose address, with only the given parts, belongs to few doors."""
        while True:
            door = self.sampled.draw()
            same = self.sampled.same(door, **given)
            if 1 <= len(same) <= most:
                return door, frozenset(d.id for d in same)

    def _parts(self, door: Door) -> dict[str, str]:
        return {
            "mn": door.neighbourhood, "sn": door.core, "no": door.written, "ic": door.district,
            "il": door.province, "pc": door.postcode, "kind": door.kind,
            "u": str(self.rng.randint(1, 12)), "apt": door.building,
        }  # fmt: skip

    def _plain(self, group: str, write: Callable[[dict[str, str]], str]) -> Query:
        door, right = self._pick()
        return Query(group, write(self._parts(door)), "door", right)

    def _abbreviated(self, group: str) -> Query | None:
        door, right = self._pick()
        parts = self._parts(door)
        short = {name: abbreviated(parts[name], self.rng) for name in ("mn", "sn")}
        if all(short[name] == parts[name] for name in short):
            return None
        return Query(group, self._short(parts | short), "door", right)

    def _cased(self, group: str) -> Query:
        how = group.removeprefix("case_")
        return self._plain(group, lambda p: recase(self._short(p), how))

    def _typed(self, group: str, errors: int) -> Query | None:
        door, right = self._pick()
        parts = with_errors(self._parts(door), errors, self.rng)
        if parts is None:
            return None
        text = self._short(parts) if self.rng.random() < 0.6 else self._full(parts)
        if self.rng.random() >= 0.6:
            text = to_ascii(text).lower()
        return Query(group, text, "door", right)

    def _no_neighbourhood(self, group: str) -> Query:
        door, right = self._pick(neighbourhood=False)
        return Query(group, self._short(self._parts(door), neighbourhood=False), "door", right)

    def _no_district(self, group: str) -> Query:
        door, right = self._pick(district=False)
        return Query(group, self._short(self._parts(door), district=False), "door", right)

    def _bare(self, group: str) -> Query:
        door, right = self._pick(kind=False)
        text = "{mn} {sn} {no} {ic}".format(**self._parts(door))
        return Query(group, self._perhaps_ascii(text), "door", right)

    def _mixed(self, group: str) -> Query:
        rng = self.rng
        neighbourhood = rng.random() > 0.12
        district = rng.random() > 0.15 or not neighbourhood
        door, right = self._pick(neighbourhood=neighbourhood, district=district)
        parts = self._parts(door)
        if rng.random() < 0.55:
            parts = with_errors(parts, rng.choice([1, 1, 2]), rng) or parts
        if rng.random() < 0.15 and neighbourhood and district:
            text = self._reordered(parts)
        else:
            text = self._short(parts, neighbourhood=neighbourhood, district=district)
        if rng.random() < 0.35:
            text = self._noisy(text, parts)
        cases = ["lower_ascii", "lower_ascii", "upper_tr", "upper_ascii", "lower_tr", "", "", ""]
        return Query(group, recase(text, rng.choice(cases)), "door", right)

    def _styled(self, group: str, styles: list[str]) -> Query | None:
        rng = self.rng
        door, right = self._pick()
        parts, style = self._parts(door), rng.choice(styles)
        if group == "other_systems" and door.suffix:
            return None
        words = FORMS["plain_words"].get(door.kind, [""])
        text = style.format(
            **{k: v for k, v in parts.items() if k != "apt"},
            apt=rng.choice(FORMS["house_names"]), sw=rng.choice(words), IL=recase(door.province, "upper_tr"),
            full=recase(self._printed(door), ""), gen=FORMS["genitive"].get(door.kind, ""),
        )  # fmt: skip
        chance = rng.random()
        if chance < 0.4:
            text = to_ascii(text).lower()
        elif chance < 0.55:
            text = recase(text, rng.choice(["upper_tr", "upper_ascii"]))
        return Query(group, text, "door", right)

    @staticmethod
    def _printed(door: Door) -> str:
        return door.street.removeprefix(door.core).strip()

    def _spoken(self, group: str) -> Query | None:
        door, right = self._pick()
        if door.suffix or door.number > 999 or not self._printed(door):
            return None
        name = door.core.rstrip(".")
        if name.isdigit() and int(name) < 1000:
            name = ordinal_in_words(int(name))
        word = recase(self._printed(door), "lower_tr")
        text = f"{door.neighbourhood} mahallesi {name} {word} numara {in_words(door.number)} {door.district}"
        return Query(group, text, "door", right)

    def _wrong_neighbourhood(self, group: str) -> Query | None:
        door, right = self._pick(most=1, neighbourhood=False)
        others = [
            name
            for _id, name, district, *_ in self.sampled.neighbourhoods
            if district == door.district_id and name != door.neighbourhood
        ]
        if not others:
            return None
        parts = self._parts(door) | {"mn": self.rng.choice(others)}
        return Query(group, self._short(parts), "door", right)

    # ── Other places ────────────────────────────────────────────────────────────────────────────

    def _street_only(self, group: str) -> Query:
        door, _ = self._pick()
        same = self.sampled.same(door)
        p, rng = self._parts(door), self.rng
        text = f"{p['mn']} {rng.choice(FORMS['area_words'])} {p['sn']} {self._word(p)} {p['ic']}"
        return Query(group, text, "street", frozenset(d.street_id for d in same))

    def _neighbourhood_only(self, group: str) -> Query:
        area, name, _district, district, province = self.rng.choice(self.sampled.neighbourhoods)
        word = self.rng.choice(FORMS["area_words"])
        text = self.rng.choice(
            [f"{name} {word} {district}", f"{district} {name} mahallesi", f"{name} Mah. {district}/{province}"]
        )  # fmt: skip
        return Query(group, text, "neighbourhood", frozenset([area]))

    def _landmark(self, group: str) -> Query | None:
        found = self._any(
            "SELECT l.id, l.name, d.name, p.name, (SELECT count(*) FROM addresses_landmark o"
            " JOIN addresses_neighbourhood m ON m.id = o.neighbourhood_id"
            " WHERE o.name_key = l.name_key AND m.district_id = n.district_id)"
            " FROM addresses_landmark l JOIN addresses_neighbourhood n ON n.id = l.neighbourhood_id"
            " JOIN addresses_district d ON d.id = n.district_id"
            " JOIN addresses_province p ON p.id = d.province_id WHERE l.id = ANY(%s)",
            "addresses_landmark",
        )
        if found is None or found[4] > 1:
            return None
        rng, name = self.rng, found[1]
        text = rng.choice(FORMS["landmarks"]).format(name, ic=found[2], il=found[3])
        text = recase(text, rng.choice(["", "", "lower_ascii", "upper_tr"]))
        first = text.split()[0]
        if rng.random() < 0.25 and len(first) > 4:
            text = text.replace(first, misspelt(first, rng), 1)
        return Query(group, text, "landmark", frozenset([found[0]]))

    def _parcel(self, group: str) -> Query | None:
        found = self._any(
            "SELECT p.id, p.cadastral_block, p.number, n.name, d.name, v.name,"
            " (SELECT count(*) FROM addresses_parcel o WHERE o.neighbourhood_id = p.neighbourhood_id"
            f"  AND o.cadastral_block = p.cadastral_block AND o.number = p.number AND o.status IN {LIVING})"
            " FROM addresses_parcel p JOIN addresses_neighbourhood n ON n.id = p.neighbourhood_id"
            " JOIN addresses_district d ON d.id = n.district_id"
            f" JOIN addresses_province v ON v.id = d.province_id WHERE p.id = ANY(%s) AND p.status IN {LIVING}",
            "addresses_parcel",
        )
        if found is None or found[6] > 1:
            return None
        parcel, block, number, area, district, province, _ = found
        text = self.rng.choice(FORMS["parcels"]).format(
            a=block, p=number, mn=area, ic=district, il=province
        )
        text = recase(text, self.rng.choice(["", "", "lower_ascii", "upper_tr"]))
        return Query(group, text, "parcel", frozenset([parcel]))

    def _code(self, group: str) -> Query | None:
        found = self._any(
            "SELECT id, code, address_id FROM addresses_unit WHERE id = ANY(%s) AND code <> ''"
            f" AND status IN {LIVING}",
            "addresses_unit",
        )
        if found is None:
            return None
        return Query(
            group, self.rng.choice(FORMS["codes"]).format(found[1]), "door", frozenset([found[2]])
        )

    def _any(self, statement: str, table: str) -> tuple[Any, ...] | None:
        """A row of a table by a random id, or None where that is no such row."""
        last = rows(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0]
        found = rows(statement, [[self.rng.randint(1, last)]]) if last else []
        return found[0] if found else None

    # ── What no door answers ────────────────────────────────────────────────────────────────────

    def _invented_number(self, group: str) -> Query | None:
        door, _ = self._pick(most=1)
        number = self.rng.choice(FORMS["invented_numbers"])
        if self.sampled.has_number([door], number):
            return None
        text = self._short(self._parts(door), number=f"No:{number}")
        return Query(group, text, "none")

    def _invented_street(self, group: str) -> Query | None:
        door, _ = self._pick(most=1)
        name = self.rng.choice(FORMS["invented_streets"])
        if self.sampled.named(name):
            return None
        return Query(group, self._short(self._parts(door) | {"sn": name}), "none")

    # ── Ways to write ───────────────────────────────────────────────────────────────────────────

    def _word(self, parts: dict[str, str]) -> str:
        return self.rng.choice(FORMS["type_words"].get(parts["kind"], [""]))

    def _number(self, parts: dict[str, str]) -> str:
        rng, number = self.rng, parts["no"]
        plain = number.isdigit()
        if not plain and rng.random() < 0.7:
            number = number.replace("/", rng.choice(["/", "-", "", " "]))
        said = rng.choice(FORMS["numbers"]).format(number)
        if rng.random() >= 0.55:
            return said
        unit = rng.choice(FORMS["units"])
        if unit.startswith("/") and (not plain or said.endswith("numara")):
            unit = " D:{u}"
        return said + unit.format(u=parts["u"], k=rng.randint(1, 9))

    def _full(
        self,
        parts: dict[str, str],
        *,
        area_word: str = "Mahallesi",
        word: str | None = None,
        number: str | None = None,
        neighbourhood: bool = True,
        district: bool = True,
    ) -> str:
        rng = self.rng
        if word is None:
            word = FORMS["type_words"].get(parts["kind"], [""])
            word = {"STREET": "Sokak", "AVENUE": "Caddesi", "BOULEVARD": "Bulvarı"}.get(
                parts["kind"], word[0]
            )
        if number is None:
            number = f"No:{parts['no']}"
            if rng.random() < 0.55:
                number += f"/{parts['u']}" if parts["no"].isdigit() else f" D:{parts['u']}"
        pieces = [f"{parts['mn']} {area_word}"] if neighbourhood else []
        pieces += [f"{parts['sn']} {word}".strip(), number]
        tail = rng.choice(FORMS["tails"] if district else ["", "{il}"]).format(**parts)
        return rng.choice([" ", " ", ", "]).join([*pieces, *([tail.strip()] if tail else [])])

    def _short(
        self,
        parts: dict[str, str],
        *,
        number: str | None = None,
        neighbourhood: bool = True,
        district: bool = True,
    ) -> str:
        return self._full(
            parts,
            area_word=self.rng.choice(FORMS["area_words"]),
            word=self._word(parts),
            number=number or self._number(parts),
            neighbourhood=neighbourhood,
            district=district,
        )

    def _reordered(self, parts: dict[str, str]) -> str:
        rng = self.rng
        pieces = {
            "m": f"{parts['mn']} {rng.choice(FORMS['area_words'])}",
            "s": f"{parts['sn']} {self._word(parts)}".strip(),
            "n": f"No:{parts['no']}",
            "ic": parts["ic"],
            "il": parts["il"],
        }
        order = rng.choice(FORMS["orders"])
        return str(rng.choice([" ", ", ", " - "])).join(piece.format(**pieces) for piece in order)

    def _noisy(self, text: str, parts: dict[str, str]) -> str:
        rng, chance = self.rng, self.rng.random()
        after, before = rng.choice(FORMS["after"]), rng.choice(FORMS["before"])
        if chance < 0.35:
            return f"{text} {after}"
        if chance < 0.55:
            return f"{before} {text}"
        if chance < 0.75:
            return f"{text} {after} {before}"
        house = parts["apt"] or rng.choice(FORMS["houses"])
        return text.replace(" No", f" {house} No", 1) if " No" in text else f"{house} {text}"

    def _glued(self, parts: dict[str, str]) -> str:
        rng = self.rng
        word = rng.choice(["Sk.", "Sok."]) if parts["kind"] == "STREET" else self._word(parts)
        blank = "" if parts["sn"].endswith(".") else " "
        text = (
            f"{parts['mn']} Mah.{parts['sn']}{blank}{word}{rng.choice(['', ' '])}No:{parts['no']}"
            f"{rng.choice(['', '/', '  '])}{parts['ic']}/{parts['il']}"
        )
        if rng.random() < 0.5:
            text = text.lower() if rng.random() < 0.5 else to_ascii(text).lower()
        return text

    def _perhaps_ascii(self, text: str) -> str:
        return to_ascii(text).lower() if self.rng.random() < 0.5 else text


def queries(seed: int, scale: float = 1.0) -> list[Query]:
    """The queries of a seed about the connected register."""
    return list(Writer(Sampled(seed)).queries(scale))


def shuffled(items: list[Query], seed: int) -> list[Query]:
    """In another order, so that groups do not run one after another."""
    mixed = list(items)
    random.Random(seed).shuffle(mixed)
    return mixed

"""From text to answer: parse, match names, ask for doors, decide how far to trust the result."""

import math
from collections import defaultdict
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from addresses.geocoder import answers
from addresses.geocoder.answer import NO_ANSWER, Answer
from addresses.geocoder.crossings import MISSING_CROSSING, MISSING_STREET
from addresses.geocoder.doors import Door, DoorRow, best_door
from addresses.geocoder.glue import unglue
from addresses.geocoder.language import Pack, load
from addresses.geocoder.matching import Matches
from addresses.geocoder.names import NameIndex
from addresses.geocoder.other_inputs import answer_otherwise
from addresses.geocoder.parse import Parsed, parse
from addresses.geocoder.ranking import Evidence, Found, Ranked, gather, rank
from addresses.geocoder.register import Point, Register, kilometres
from addresses.geocoder.rescue import near_areas, nearest_streets
from addresses.geocoder.several import places
from addresses.geocoder.tokens import readable
from addresses.geocoder.trace import Trace
from addresses.geocoder.weights import WEIGHTS


def search(
    text: str,
    index: NameIndex,
    register: Register,
    *,
    limit: int = 5,
    near: Point | None = None,
    trace: Trace | None = None,
) -> Answer:
    """The answer to a free text. Tries the words as they stand first, then with errors.

    With several languages in the register each reads the text; the best answer counts.
    """
    clean = readable(text)
    if trace:
        trace.say("readable", clean)
    answers_found = [
        Search(index, register, load(language), limit, near, trace).run(clean)
        for language in index.languages
    ]
    return max(answers_found, key=_rank_of)


def _rank_of(answer: Answer) -> tuple[int, float]:
    best = answer.best
    return (" CBA".index(answer.category or " "), best.score if best else 0.0)


@dataclass(frozen=True)
class Search:
    """One text in one language."""

    index: NameIndex
    register: Register
    pack: Pack
    limit: int
    near: Point | None
    trace: Trace | None

    def run(self, text: str) -> Answer:
        otherwise = answer_otherwise(
            text, self.index, self.register, self.pack, limit=self.limit, trace=self.trace
        )
        if otherwise is MISSING_CROSSING or otherwise is MISSING_STREET:  # the streets at least
            found = self._address(text)
            said = {"number_missing", *otherwise.warnings}
            others = tuple(w for w in found.warnings if w not in said)
            return replace(found, category="C", warnings=(*otherwise.warnings, *others))
        if otherwise is not None:
            return otherwise
        parts = places(text, self.pack)
        return self._address(text) if len(parts) < 2 else self._several(text, parts)

    def _several(self, text: str, parts: list[tuple[int, int]]) -> Answer:
        """The best of each address that a text names, for a person to choose."""
        found = [a for start, end in parts if (a := self._address(text[start:end])).candidates]
        best = {c.address_id or c.label: c for a in found if (c := a.best)}
        if not best:
            return NO_ANSWER
        if len(best) == 1 and len(found) == len(parts):  # the same address again
            return max(found, key=_rank_of)
        rest = " ".join(a.parsed.get("rest", "") for a in found).strip()
        return Answer(
            "C", tuple(best.values())[: self.limit], True, ("several_places",), {"rest": rest}
        )

    def _address(self, text: str) -> Answer:
        parsed = unglue(parse(text, self.pack), self.index.speller, self.pack)
        if self.trace:
            self.trace.say("parse", _said_parsed(parsed))
        if not parsed.items:
            return NO_ANSWER
        exact = gather(self.index, parsed, self.pack, tolerant=False)
        found = self._with_doors(rank(self.index, exact), exact)
        if found and answers.is_exact(found, exact):
            if self.trace:
                self.trace.say("match", _("Every word stands in the register as it was written."))
            return self._compose(found, exact)
        tolerant = gather(self.index, parsed, self.pack, tolerant=True)
        if self.trace:
            self.trace.say("match", _said_matched(self.index, tolerant))
        ranked = near_areas(self.index, tolerant, rank(self.index, tolerant))
        found = self._with_doors(ranked, tolerant)
        if not (found and answers.accepted(found, tolerant)) and (
            guessed := nearest_streets(self.index, tolerant)
        ):
            close = [f for f in self._with_doors(guessed, tolerant) if f.door is not None]
            if close:
                if self.trace:
                    self.trace.say("rescue", _("The closest name of the neighbourhood was taken."))
                return self._compose(close, self._guessed(tolerant, close))
        return self._compose(found, tolerant)

    @staticmethod
    def _guessed(evidence: Evidence, found: list[Found]) -> Evidence:
        streets: Matches = {f.ranked.document.name_id: f.ranked.street for f in found}
        return replace(evidence, streets=evidence.streets | streets)

    def _compose(self, found: list[Found], evidence: Evidence) -> Answer:
        return answers.compose(
            found, evidence, self.index, self.register, limit=self.limit, trace=self.trace
        )

    def _with_doors(self, ranked: list[Ranked], evidence: Evidence) -> list[Found]:
        """The streets with their doors, best first. One question to the database for those that are
        close to the best; others only where that one lacks the number, then former doors too.
        """
        if not any(r.houses for r in ranked):
            return [Found(r, None, r.value) for r in ranked]
        close = [r for r in ranked if r.value > ranked[0].value - WEIGHTS.close]
        found = self._choose(close, evidence.parsed, self._doors(close, evidence.parsed))
        if found[0].door is None or not found[0].door.exact:
            rows = self._doors(ranked, evidence.parsed)
            former = self.register.former(_sides(ranked), _numbers(ranked))
            found = self._choose(ranked, evidence.parsed, [*rows, *former])
        if self.trace:
            doors = sum(f.door is not None for f in found)
            number = ", ".join(map(str, _numbers(ranked)))
            self.trace.say(
                "doors",
                _("Number %(number)s was looked for on %(streets)s streets and found on %(doors)s.")
                % {"number": number, "streets": len(found), "doors": doors},
            )
        return found

    def _doors(self, ranked: list[Ranked], parsed: Parsed) -> list[DoorRow]:
        units = [parsed.unit] if parsed.unit else [h.unit for r in ranked for h in r.houses]
        unit = next((u for u in units if u), "")
        return self.register.doors(_sides(ranked), _numbers(ranked), unit)

    def _choose(self, ranked: list[Ranked], parsed: Parsed, rows: list[DoorRow]) -> list[Found]:
        by_side: dict[tuple[int, int], list[DoorRow]] = defaultdict(list)
        for row in rows:
            by_side[(row.side_id, row.number)].append(row)
        found = []
        for r in ranked:
            door, retired = None, False
            for house in r.houses:
                there = [w for side in r.document.side_ids for w in by_side[(side, house.number)]]
                living = [row for row in there if row.address_id is not None]
                door = best_door(house, living, unit=parsed.unit)
                if door is not None:
                    break
                retired = retired or best_door(house, there, unit="") is not None
            found.append(Found(r, door, self._value(r, door, parsed), retired))
        found.sort(key=lambda f: -f.value)
        return found

    def _value(self, ranked: Ranked, door: Door | None, parsed: Parsed) -> float:
        value = ranked.value
        if door is None:
            return value + (WEIGHTS.door_missing if parsed.house else 0.0)
        value += WEIGHTS.door
        if not door.exact:
            value += WEIGHTS.door_changed
        if door.row.how:
            value += WEIGHTS.door_former
        if self.near is not None:
            km = kilometres(self.near, (door.row.lon, door.row.lat))
            value += WEIGHTS.near * math.exp(-km / WEIGHTS.near_km)
        return value


def _sides(ranked: list[Ranked]) -> list[int]:
    return sorted({side for r in ranked for side in r.document.side_ids})


def _numbers(ranked: list[Ranked]) -> list[int]:
    return sorted({house.number for r in ranked for house in r.houses})


def _said_parsed(parsed: Parsed) -> str:
    words = " ".join(
        f"[{item.text}: {item.role}]" if item.role and item.text else item.text or "…"
        for item in parsed.items
    )
    parts = [words]
    if parsed.house is not None:
        parts.append(_("house number %(number)s") % {"number": parsed.house.written})
    for label, value in (
        (_("unit"), parsed.unit), (_("floor"), parsed.floor), (_("block"), parsed.block),
        (_("relation"), parsed.relation),
    ):  # fmt: skip
        if value:
            parts.append(f"{label} {value}")
    return "; ".join(parts)


def _said_matched(index: NameIndex, evidence: Evidence) -> str:
    """The best names of each field with how well they agree."""
    parts = []
    for label, names, matches in (
        (_("streets"), index.street, evidence.streets),
        (_("neighbourhoods"), index.neighbourhood, evidence.neighbourhoods),
        (_("districts"), index.district, evidence.districts),
        (_("landmarks"), index.landmark, evidence.landmarks),
    ):
        best = sorted(matches.items(), key=lambda m: -m[1].score)[:3]
        if best:
            named = ", ".join(f"{' '.join(names.tokens[n])} {m.score:.2f}" for n, m in best)
            parts.append(f"{label}: {named}")
    return "; ".join(parts) or _("No word is the name of anything.")

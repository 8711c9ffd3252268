"""Doors of whatever register the connected database holds, and what else has the same address."""

import random
from collections import defaultdict
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection

from addresses.geocoder.language import load
from addresses.geocoder.tokens import street_core
from core.rules.text import key

_BLOCK = 500
LIVING = "('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')"
_DOORS = f"""
SELECT a.id, s.street_id, st.name, st.kind, s.neighbourhood_id, n.name AS neighbourhood,
       n.district_id, d.name AS district, p.name AS province, n.postcode, a.number, a.suffix,
       coalesce(b.name, '') AS building, ST_X(a.geom) AS lon, ST_Y(a.geom) AS lat
FROM addresses_address a
JOIN addresses_streetside s ON s.id = a.side_id
JOIN addresses_street st ON st.id = s.street_id
JOIN addresses_neighbourhood n ON n.id = s.neighbourhood_id
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id
LEFT JOIN addresses_building b ON b.id = a.building_id
WHERE a.status IN {LIVING} AND a.number > 0 AND s.status IN {LIVING} AND st.status IN {LIVING}
"""


class Door(NamedTuple):
    """A door in the words of its address; `core` is the street without its type word."""

    id: int
    street_id: int
    street: str
    core: str
    kind: str
    neighbourhood_id: int
    neighbourhood: str
    district_id: int
    district: str
    province: str
    postcode: str
    number: int
    suffix: str
    building: str
    lon: float
    lat: float

    @property
    def written(self) -> str:
        """The house number: `14`, `14/A`."""
        return f"{self.number}/{self.suffix}" if self.suffix else str(self.number)


def rows(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or [])
        return list(cursor.fetchall())


class Sampled:
    """Doors drawn at random; the same seed draws the same doors from the same register."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._pack = load("tr")
        self._pool: list[Door] = []
        self._kinds: dict[str, tuple[str, str]] = {}
        self._of_core: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for street, name, kind in rows(
            f"SELECT id, name, kind FROM addresses_street WHERE status IN {LIVING} ORDER BY id"
        ):
            core, told = self._core(name, kind)
            self._of_core[key(core)].append((street, told))
        self._areas: dict[int, set[str]] = defaultdict(set)
        for street, area in rows(
            "SELECT s.street_id, n.name FROM addresses_streetside s"
            " JOIN addresses_neighbourhood n ON n.id = s.neighbourhood_id"
            f" WHERE s.status IN {LIVING}"
        ):
            self._areas[street].add(area)

    @cached_property
    def ids(self) -> list[int]:
        """The ids of all doors with a number."""
        found = rows(
            f"SELECT id FROM addresses_address WHERE status IN {LIVING} AND number > 0 ORDER BY id"
        )
        return [row[0] for row in found]

    @cached_property
    def neighbourhoods(self) -> list[tuple[int, str, int, str, str]]:
        """Id, name, district id, its name, the province's name; only those that have doors."""
        return rows(  # type: ignore[return-value]
            "SELECT n.id, n.name, d.id, d.name, p.name FROM addresses_neighbourhood n"
            " JOIN addresses_district d ON d.id = n.district_id"
            " JOIN addresses_province p ON p.id = d.province_id WHERE EXISTS ("
            "SELECT FROM addresses_streetside s WHERE s.neighbourhood_id = n.id) ORDER BY n.id"
        )

    def draw(self) -> Door:
        """A door, any."""
        if not self._pool:
            wanted = self.rng.choices(self.ids, k=_BLOCK)
            found = {row[0]: row for row in rows(_DOORS + " AND a.id = ANY(%s)", [wanted])}
            self._pool = [self._door(found[i]) for i in wanted if i in found]
        return self._pool.pop()

    def same(
        self, door: Door, *, neighbourhood: bool = True, district: bool = True, kind: bool = True
    ) -> list[Door]:
        """The doors that have this address too where only some of its parts are given."""
        streets = [
            street
            for street, told in self._of_core[key(door.core)]
            if not kind or told == door.kind
        ]
        found = rows(
            _DOORS + " AND s.street_id = ANY(%s) AND a.number = %s AND upper(a.suffix) = %s",
            [streets, door.number, door.suffix.upper()],
        )
        return [
            other
            for other in map(self._door, found)
            if (not neighbourhood or door.neighbourhood in self._areas[other.street_id])
            and (not district or other.district_id == door.district_id)
        ]

    def has_number(self, doors: list[Door], number: int) -> bool:
        """Whether a street of these doors has, or had, a door of this number."""
        found = rows(
            "SELECT 1 FROM addresses_address a JOIN addresses_streetside s ON s.id = a.side_id"
            " WHERE s.street_id = ANY(%s) AND a.number = %s LIMIT 1",
            [[d.street_id for d in doors], number],
        )
        return bool(found)

    def named(self, core: str) -> bool:
        """Whether a street has this name, without its type word."""
        return key(core) in self._of_core

    def _door(self, row: tuple[Any, ...]) -> Door:
        core, kind = self._core(row[2], row[3])
        return Door(*row[:3], core, kind, *row[4:])

    def _core(self, name: str, kind: str) -> tuple[str, str]:
        """A street's name as printed, without its type word, and the kind that this word tells."""
        if name not in self._kinds:
            words = name.split()
            told = street_core(name, self._pack)[1]
            for length in (2, 1):
                if told and self._pack.street_kinds.get(key(" ".join(words[-length:]))) == told:
                    self._kinds[name] = " ".join(words[:-length]), told
                    break
            else:
                self._kinds[name] = name, ""
        core, told = self._kinds[name]
        return core, told or kind

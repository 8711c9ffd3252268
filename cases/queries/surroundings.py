"""The facts that routing asks of a place and a moment: for one case, for many, or for none yet."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from cases.conf import CONF
from cases.queries.rulebook import Register, drawn_areas, register
from cases.rules.binding import Facts, answers_of
from cases.rules.conditions import WEEK
from cases.rules.holidays import holidays
from cases.rules.routing import Near
from core.queries import sql
from core.rules.text import key


@dataclass(frozen=True)
class Spot:
    """A place to be asked about: a point in degrees (or none), and the register's records there.
    `bare`: nothing but the outlines say what area the point lies in."""

    id: int
    lon: float | None = None
    lat: float | None = None
    bare: bool = False
    address: int | None = None
    building: int | None = None
    parcel: int | None = None
    street: int | None = None
    neighbourhood: int | None = None
    district: int | None = None


@dataclass(frozen=True)
class Surroundings:
    """What is there today. `areas` is None where there is no point; `near` the nearest first."""

    neighbourhood: int | None = None
    district: int | None = None
    areas: frozenset[str] | None = None
    owners: frozenset[str] | None = None
    near: tuple[Near, ...] = ()


def spot_of(case: Any) -> Spot:
    """The spot of a case, or of a located draft that has the same fields."""
    lon, lat = (case.geom.x, case.geom.y) if case.geom else (None, None)
    return Spot(
        case.pk or 0, lon, lat, case.precision == "POINT" and lon is not None, case.address_id,
        case.building_id, case.parcel_id, case.street_id, case.neighbourhood_id, case.district_id,
    )  # fmt: skip


def surroundings(spots: Sequence[Spot], on: date) -> dict[int, Surroundings]:
    """What lies around each spot, by its id, in one statement."""
    drawn = drawn_areas()
    parameters = {
        "ids": [s.id for s in spots],
        "lons": [s.lon for s in spots],
        "lats": [s.lat for s in spots],
        "bare": [s.bare for s in spots],
        "addresses": [s.address for s in spots],
        "buildings": [s.building for s in spots],
        "parcels": [s.parcel for s in spots],
        "streets": [s.street for s in spots],
        "neighbourhoods": [s.neighbourhood for s in spots],
        "districts": [s.district for s in spots],
        "day": on,
        "near_m": CONF.boundary_seen_m,
        "drawn": drawn,
    }
    rows = sql.run_planned("cases", "routing_surroundings", parameters)
    known, by_id = register(), {s.id: s for s in spots}
    return {row["id"]: _surroundings(row, by_id[row["id"]], known) for row in rows}


def _surroundings(row: Mapping[str, Any], spot: Spot, known: Register) -> Surroundings:
    areas: list[dict[str, Any]] = json.loads(row["areas"] or "[]")
    inside = [a for a in areas if a["inside"]]
    owners = {key(o) for o in row["owners"]} | {key(a["owner"]) for a in inside if a["owner"]}
    near = [
        Near("area", a["m"], area=a["key"], owner=key(a["owner"]), inside=a["inside"])
        for a in areas
        if a["m"] <= CONF.boundary_seen_m
    ]
    here = row["district_id"]
    near += [_near(o, here, known) for o in json.loads(row["near"] or "[]")]
    placed = spot.lon is not None
    return Surroundings(
        neighbourhood=row["neighbourhood_id"],
        district=here,
        areas=frozenset(a["key"] for a in inside) if placed else None,
        owners=frozenset(owners) if placed or owners else None,
        near=tuple(sorted(near, key=lambda n: n.distance_m)),
    )


def _near(other: Mapping[str, Any], here: int | None, known: Register) -> Near:
    province = known.province_of(other["d"])
    level = "neighbourhood"
    if other["d"] != here:
        level = "district" if province == known.province_of(here) else "province"
        # Where no district is known here, what is near is no other province.
        level = "district" if here is None else level
    return Near(level, other["m"], province, other["d"], other["n"])


@lru_cache(maxsize=2000)
def days_of(on: date) -> frozenset[str]:
    """What a day is called in conditions."""
    holiday = on in holidays(on.year)
    words = {WEEK[on.weekday()]}
    if on.weekday() > 4:
        words.add("weekend")
    elif not holiday:
        words.add("workday")
    return frozenset(words | {"holiday"} if holiday else words)


def facts_of(case: Any, around: Surroundings, on: date) -> Facts:
    """The facts of a case that stands there, by the rules of a day. Time and day are those at which
    it came in."""
    kind = case.request_type
    return facts_at(
        around,
        on=on,
        opened_at=case.opened_at,
        request_type=case.request_type_id,
        group=kind.group_id if kind else None,
        kind=case.kind or None,
        channel=case.channel_id,
        answers=case.answers,
    )


def facts_at(
    around: Surroundings,
    *,
    on: date,
    opened_at: datetime,
    answers: Mapping[str, Any] | None = None,
    **values: Any,
) -> Facts:
    """The same of values that are not a case's: of a try, or of a row that was read in bulk."""
    local = timezone.localtime(opened_at)
    return Facts(
        on=on,
        province=register().province_of(around.district),
        district=around.district,
        neighbourhood=around.neighbourhood,
        areas=around.areas,
        owners=around.owners,
        minute=local.hour * 60 + local.minute,
        days=days_of(local.date()),
        answers=answers_of(answers) if answers else (),
        **values,
    )


def around_cases(cases: Iterable[Any], on: date) -> dict[int, Surroundings]:
    """What lies around each case, by its id."""
    spots = [spot_of(case) for case in cases]
    return surroundings(spots, on) if spots else {}

"""Which place of the register, or which body, a row of an outside table means."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from accounts.models import Department, Organisation
from addresses.models import Address, District, Neighbourhood, StreetSide, Unit
from addresses.models.entity import LIVING
from core.queries import sql
from core.rules.text import key
from spatial_analytics.models import OutsideIndicator
from spatial_analytics.rules.outside import Unreadable, number

_CHUNK = 5_000
_LONGEST_CODE = 60
# What stands behind the name of an area.
_KINDS = {
    "neighbourhood": (" mahallesi", " mah", " koyu", " neighbourhood"),
    "district": (" ilcesi", " district"),
}
Words = tuple[
    str, str, str, str, str
]  # code, name, district, lon, lat; empty where there is no such column


@dataclass(frozen=True)
class Place:
    """`whole`: the row is about the place itself; else about a door or a point in it, and several are put together."""

    pk: int
    name: str
    whole: bool = True


def places(rows: Collection[Words], indicator: OutsideIndicator) -> dict[Words, Place | str]:
    """Of each row the place, or the code of the reason why there is none. A few queries for thousands of rows."""
    if indicator.level == OutsideIndicator.Level.CITY:
        return dict.fromkeys(rows, Place(0, ""))
    found: dict[Words, Place | str] = {}
    remaining = iter(rows)
    while chunk := list(islice(remaining, _CHUNK)):
        found |= _chunk(chunk, indicator)
    return found


def _chunk(rows: Sequence[Words], indicator: OutsideIndicator) -> dict[Words, Place | str]:
    by_code = {row: _code(row[0]) for row in rows if row[0].strip()}
    by_name = [row for row in rows if row not in by_code and row[1].strip()]
    points = [row for row in rows if row not in by_code and (row[3].strip() or row[4].strip())]
    found: dict[Words, Place | str] = dict.fromkeys(rows, "no_place")
    if indicator.level in ("organisation", "department"):
        for row in rows:
            if row[0].strip() or row[1].strip():
                found[row] = _body(row, indicator)
        return found
    for row in points:  # a point says more than a name
        found[row] = "no_such_place"
    found |= _of_points(points, indicator.level)
    found |= _of_names([row for row in by_name if row not in points], indicator.level)
    return found | _of_codes(by_code, indicator.level)


# ── Codes ────────────────────────────────────────────────────────────────────────────────────────


def _code(text: str) -> str:
    """As the register writes it: spreadsheets add a nought behind a point."""
    return text.strip().removesuffix(".0")[:_LONGEST_CODE]


def _of_codes(wanted: dict[Words, str], level: str) -> dict[Words, Place | str]:
    """National codes of areas and streets, else of doors and flats."""
    codes = sorted(set(wanted.values()))
    known: dict[str, Place] = {}
    if codes:
        known = _of_doors([c for c in codes if c.isascii()], level)
        known |= {code: Place(pk, name) for code, pk, name in _areas(level, codes)}
    return {row: known.get(code, "no_such_code") for row, code in wanted.items()}


def _areas(level: str, codes: Sequence[str]) -> Any:
    """Code, id, name."""
    if level == "street":
        rows: Any = StreetSide.objects.filter(status__in=LIVING, code__in=codes)
        return rows.order_by("-pk").values_list("code", "street_id", "street__name")
    model: Any = District if level == "district" else Neighbourhood
    found = model.objects.filter(status__in=LIVING, code__in=codes).order_by("-pk")
    return found.values_list("code", "pk", "name")


def _of_doors(codes: Sequence[str], level: str) -> dict[str, Place]:
    side = {
        "neighbourhood": "neighbourhood",
        "district": "neighbourhood__district",
        "street": "side__street",
    }[level]
    doors = Address.objects.filter(status__in=LIVING, code__in=codes)
    units = Unit.objects.filter(status__in=LIVING, code__in=codes)
    through = f"address__{side}" if level == "street" else side
    found = {}
    for rows, path in ((units, through), (doors, side)):
        for code, pk, name in rows.values_list("code", f"{path}__pk", f"{path}__name"):
            found[code] = Place(pk, name, whole=False)
    return found


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


def _plain(name: str, level: str) -> str:
    text = key(name)
    for kind in _KINDS.get(level, ()):
        text = text.removesuffix(kind)
    return text


def _of_names(rows: Iterable[Words], level: str) -> dict[Words, Place | str]:
    """Districts, and neighbourhoods with or without the name of their district."""
    wanted = {row: (_plain(row[1], level), _plain(row[2], "district")) for row in rows}
    if level == "street":
        return dict.fromkeys(wanted, "streets_by_code")
    model: Any = District if level == "district" else Neighbourhood
    listed = model.objects.filter(
        status__in=LIVING, name_key__in={name for name, _d in wanted.values()}
    )
    above = "province__name_key" if level == "district" else "district__name_key"
    known: dict[str, list[tuple[str, Place]]] = {}
    for pk, name, folded, parent in listed.values_list("pk", "name", "name_key", above):
        known.setdefault(folded, []).append((parent, Place(pk, name)))
    found: dict[Words, Place | str] = {}
    for row, (name, district) in wanted.items():
        fits = known.get(name, [])
        if level == "neighbourhood" and district:
            fits = [(parent, place) for parent, place in fits if parent == district]
        found[row] = fits[0][1] if len(fits) == 1 else "several_places" if fits else "no_such_place"
    return found


def _body(row: Words, indicator: OutsideIndicator) -> Place | str:
    """An organisation, or a department of the owner (else the only one of that name), by code or name."""
    code, name = _code(row[0]), key(row[1])
    if indicator.level == "organisation":
        bodies = [(o.pk, o.name) for o in Organisation.objects.all() if _is(o, code, name)]
    else:
        fits = [d for d in Department.objects.all() if _is(d, code, name)]
        own = [d for d in fits if d.organisation_id == indicator.organisation_id]
        bodies = [(d.pk, d.name) for d in own or fits]
    if len(bodies) == 1:
        return Place(*bodies[0])
    return "several_places" if bodies else "no_such_body"


def _is(body: Organisation | Department, code: str, name: str) -> bool:
    return body.code == code if code else key(body.name) == name


# ── Points ───────────────────────────────────────────────────────────────────────────────────────


def _of_points(rows: Sequence[Words], level: str) -> dict[Words, Place | str]:
    """Longitude and latitude in degrees (EPSG:4326)."""
    found: dict[Words, Place | str] = {}
    inside: list[tuple[Words, float, float]] = []
    for row in rows:
        try:
            lon, lat = _degree(row[3]), _degree(row[4])
        except Unreadable:
            found[row] = "no_point"
            continue
        if -180 <= lon <= 180 and -85 <= lat <= 85:
            inside.append((row, lon, lat))
        else:
            found[row] = "no_point"
    if level == "street":
        return found | dict.fromkeys((row for row, _x, _y in inside), "streets_by_code")
    names = dict(
        (District if level == "district" else Neighbourhood).objects.values_list("pk", "name")
    )
    for at, neighbourhood, district in _areas_at([p[1] for p in inside], [p[2] for p in inside]):
        pk = district if level == "district" else neighbourhood
        found[inside[at - 1][0]] = Place(pk, names[pk], whole=False)
    return found


def _degree(text: str) -> float:
    return number(text, "," if "," in text else ".")


def _areas_at(lons: list[float], lats: list[float]) -> list[tuple[int, int, int]]:
    rows = (
        sql.run("spatial_analytics", "outside_points", {"lons": lons, "lats": lats}) if lons else []
    )
    return [(row["at"], row["neighbourhood_id"], row["district_id"]) for row in rows]

"""Small cities for tests: areas drawn as characters, doors, bodies, rules, people and cases.

Every neighbourhood is one character of a drawing; its district is the same letter as a capital.
`Aa` are two neighbourhoods of district A, `.` is outside the city (the sea).
"""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import h3.api.basic_int as h3
import shapely
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiLineString, MultiPolygon, Point
from django.db import connection

from accounts.models import Department, Membership, Organisation, User
from addresses.models import (
    Address,
    ChangeSet,
    District,
    Neighbourhood,
    Province,
    Street,
    StreetSide,
)
from cases.models import (
    Case,
    Channel,
    RequestType,
    RequestTypeGroup,
    ResultCode,
    RoutingRule,
)
from core.rules.text import key

WEST, NORTH = 27.9, 39.6
# One character is about one kilometre wide and high at this latitude.
WIDE, HIGH = 0.01165, 0.009
METRE_LON, METRE_LAT = WIDE / 1000, HIGH / 1000
DISTRICTS = {"A": "Altıeylül", "B": "Karesi", "C": "Balya", "D": "İvrindi"}
NEIGHBOURHOODS = {
    "A": "Hasan Basri Çantay",
    "a": "Bahçelievler",
    "B": "Paşaalanı",
    "b": "Kızpınar",
    "C": "Çayır",
    "D": "Gökçeyazı",
}
NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass
class Areas:
    """What a drawing became. `at(1.5, 0.5)` is the middle of the second character of the first row."""

    province: Province
    districts: dict[str, District] = field(default_factory=dict)
    neighbourhoods: dict[str, Neighbourhood] = field(default_factory=dict)

    @staticmethod
    def at(column: float, row: float) -> tuple[float, float]:
        return WEST + column * WIDE, NORTH - row * HIGH


def _shape(cells: list[tuple[int, int]]) -> MultiPolygon:
    boxes = [
        shapely.box(*Areas.at(column, row + 1), *Areas.at(column + 1, row)) for column, row in cells
    ]
    union = shapely.union_all(boxes)
    geometry = GEOSGeometry(shapely.to_wkb(union, hex=True), srid=4326)
    if geometry.geom_type == "Polygon":
        return MultiPolygon(geometry, srid=4326)
    return geometry


def open_register() -> ChangeSet:
    """Opens a change set for whatever the test writes to the register in its transaction."""
    change_set = ChangeSet.objects.create(kind="EDIT", title="Test")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('register.change_set', %s, true)", [str(change_set.pk)])
    return change_set


def close_register() -> None:
    """Ends what `open_register` began, so that drafts may be opened in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('register.change_set', '', true)")


def area_grid(drawing: str) -> Areas:
    """Writes the province, districts and neighbourhoods of a drawing, north up."""
    open_register()
    cells: dict[str, list[tuple[int, int]]] = {}
    for row, line in enumerate(drawing.split()):
        for column, letter in enumerate(line):
            if letter != ".":
                cells.setdefault(letter, []).append((column, row))
    province = Province.objects.create(
        name="Balıkesir",
        name_key="balikesir",
        code="10",
        geom=_shape([c for inside in cells.values() for c in inside]),
    )
    areas = Areas(province)
    for letter in sorted({letter.upper() for letter in cells}):
        name = DISTRICTS[letter]
        inside = cells.get(letter, []) + cells.get(letter.lower(), [])
        areas.districts[letter] = District.objects.create(
            province=province,
            name=name,
            name_key=key(name),
            code=f"D-{letter}",
            population=1000,
            geom=_shape(inside),
        )
    for letter, inside in cells.items():
        name = NEIGHBOURHOODS[letter]
        areas.neighbourhoods[letter] = Neighbourhood.objects.create(
            district=areas.districts[letter.upper()],
            name=name,
            name_key=key(name),
            code=f"N-{letter}",
            population=500,
            geom=_shape(inside),
        )
    return areas


def door(
    areas: Areas,
    *,
    street: str = "Atatürk Caddesi",
    number: int = 5,
    suffix: str = "",
    neighbourhood: str = "A",
    at: tuple[float, float] = (0.5, 0.5),
    **more: Any,
) -> Address:
    """A door on a street that is made when the district has none of this name.

    `at` is a place in the drawing, which need not lie in the door's own neighbourhood.
    """
    area = areas.neighbourhoods[neighbourhood]
    lon, lat = areas.at(*at)
    road = Street.objects.filter(district=area.district, name_key=key(street)).first()
    if road is None:
        line = LineString((lon - WIDE / 4, lat), (lon + WIDE / 4, lat), srid=4326)
        road = Street.objects.create(
            district=area.district,
            name=street,
            name_key=key(street),
            kind="AVENUE" if street.endswith("Caddesi") else "STREET",
            geom=MultiLineString(line, srid=4326),
        )
    side, _ = StreetSide.objects.get_or_create(street=road, neighbourhood=area, side="B")
    return Address.objects.create(
        side=side,
        number=number,
        suffix=suffix,
        point_source="ENTRANCE",
        geom=Point(lon, lat, srid=4326),
        **more,
    )


@dataclass
class City:
    """Areas, a few doors, bodies with departments, the catalogue and one person of every role."""

    areas: Areas
    doors: dict[str, Address] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    groups: dict[str, RequestTypeGroup] = field(default_factory=dict)
    types: dict[str, RequestType] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    results: dict[str, ResultCode] = field(default_factory=dict)
    rules: dict[str, RoutingRule] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


def make_city(drawing: str = "AaBb\nAaBb") -> City:
    city = City(area_grid(drawing))
    city.doors["a5"] = door(city.areas)
    city.doors["a9"] = door(city.areas, number=9, at=(0.55, 0.5))
    city.doors["sk9"] = door(city.areas, street="10028 Sokak", number=9, at=(0.5, 1.5))
    city.doors["b7"] = door(
        city.areas, street="Milli Kuvvetler Caddesi", number=7, neighbourhood="B", at=(2.5, 0.5)
    )
    # Registered in Hasan Basri Çantay, although it stands in the outline of Bahçelievler.
    city.doors["stray"] = door(city.areas, street="Vatan Sokak", number=3, at=(1.5, 0.5))
    _bodies(city)
    _catalogue(city)
    _rules(city)
    _people(city)
    return city


def _bodies(city: City) -> None:
    def body(code: str, name: str, kind: str, *departments: tuple[str, str]) -> None:
        row = Organisation.objects.create(code=code, name=name, kind=kind)
        city.bodies[code] = row
        for short, title in departments:
            city.departments[f"{code}:{short}"] = Department.objects.create(
                organisation=row, code=short, name=title
            )

    body("bbb", "Büyükşehir", "METROPOLITAN", ("sosyal", "Sosyal"), ("santral", "Santral"))
    body("baski", "Su İdaresi", "UTILITY", ("su-ariza", "Su Arıza"), ("kanal", "Kanal"))
    for letter, district in city.areas.districts.items():
        cleaning, roads = ("temizlik", "Temizlik"), ("fen", "Fen İşleri")
        body(letter.lower(), f"{district.name} Belediyesi", "DISTRICT", cleaning, roads)


def _catalogue(city: City) -> None:
    for code in ("temizlik", "yol", "su", "sosyal", "park"):
        city.groups[code] = RequestTypeGroup.objects.create(
            code=code, name=code.capitalize(), name_en=code, colour="#123456"
        )
    for code, group, keywords, hours, more in (
        ("cop", "temizlik", ["cop alinm", "copler alinm"], 24, {}),
        ("konteyner", "temizlik", ["konteyner", "konteyner kirik"], 48, {}),
        ("cukur", "yol", ["cukur"], 72, {}),
        ("su-patlagi", "su", ["su patla", "boru patla"], 6, {}),
        ("yardim", "sosyal", ["sosyal yardim"], 72, {"public": False}),
        ("bilgi", "sosyal", ["bilgi edinme"], 72, {"legal_clock": "INFORMATION_15_WORKING_DAYS"}),
        ("budama", "park", ["budan", "budama"], 96, {"legal_clock": "NONE"}),
    ):
        city.types[code] = RequestType.objects.create(
            group=city.groups[group],
            code=code,
            name=code.capitalize(),
            keywords=keywords,
            target_hours=hours,
            **more,
        )
    for code, more in (
        ("web", {"public": True}),
        ("mobile_app", {"public": True}),
        ("call_centre", {}),
        ("cimer", {"to_triage": True}),
    ):
        city.channels[code] = Channel.objects.create(
            code=code, name=code, name_en=code, family="INTEGRATED", transport="FORM", **more
        )
    for code, done in (("done", True), ("not_possible", False)):
        city.results[code] = ResultCode.objects.create(
            code=code, name=code, name_en=code, done=done
        )


def _rules(city: City) -> None:
    """Cleaning and roads by district, water and social by group; nobody prunes trees."""

    def rule(name: str, department: str, condition: str) -> None:
        city.rules[name] = RoutingRule.objects.create(
            position=10 * (len(city.rules) + 1),
            name=name,
            department=city.departments[department],
            condition=condition,
        )

    for group, short in (("temizlik", "temizlik"), ("yol", "fen")):
        for letter, district in city.areas.districts.items():
            rule(
                f"{group} {letter}",
                f"{letter.lower()}:{short}",
                f'group = {group} and district = "{district.name}"',
            )
    rule("su", "baski:su-ariza", "group = su")
    rule("sosyal", "bbb:sosyal", "group = sosyal")


# Name → role, body, department (None: the whole body).
PEOPLE: dict[str, tuple[str, str, str | None]] = {
    "agent": ("AGENT", "bbb", "bbb:santral"),
    "coordinator": ("COORDINATOR", "a", "a:temizlik"),
    "roads": ("COORDINATOR", "a", "a:fen"),
    "other_body": ("COORDINATOR", "b", "b:temizlik"),
    "crew": ("CREW", "a", "a:temizlik"),
    "manager": ("MANAGER", "a", None),
    "gis_editor": ("GIS_EDITOR", "a", None),
    "administrator": ("ADMINISTRATOR", "bbb", None),
}


def _people(city: City) -> None:
    for name, (role, body, department) in PEOPLE.items():
        user = User.objects.create_user(name, password="x", full_name=f"Test {name}")
        city.people[name] = user
        Membership.objects.create(
            user=user,
            organisation=city.bodies[body],
            department=city.departments[department] if department else None,
            role=role,
        )
    city.people["superuser"] = User.objects.create_superuser("superuser", password="x")


def make_case(
    city: City,
    *,
    kind: str = "cop",
    department: str | None = "a:temizlik",
    at: tuple[float, float] | None = (0.5, 0.5),
    state: str = "ROUTED",
    opened_at: datetime = NOW,
    **more: Any,
) -> Case:
    """A row as it stands after opening and routing, without going through either."""
    n = next(_numbers)
    request_type = city.types[kind]
    unit = city.departments[department] if department else None
    if at is not None:
        lon, lat = city.areas.at(*at)
        more |= {"geom": Point(lon, lat, srid=4326), "h3_10": h3.latlng_to_cell(lat, lon, 10)}
    description = more.pop("description", f"Test {n}")
    values = {
        "number": f"2026-9{n:06d}",
        "token": f"token-{n}",
        "kind": "COMPLAINT",
        "state": state,
        "request_type": request_type,
        "description": description,
        "text_key": key(description),
        "channel": city.channels["web"],
        "department": unit,
        "organisation": unit.organisation if unit else None,
        "public": request_type.public,
        "opened_at": opened_at,
        "changed_at": opened_at,
    }
    return Case.objects.create(**values | more)


def join_register(city: City, **roles: str) -> City:
    """People of the metropolitan body with these roles, by name, and the register closed: as those
    who draft, review and publish find it."""
    for name, role in roles.items():
        user = User.objects.create_user(name, password="x", full_name=f"Test {name}")
        Membership.objects.create(user=user, organisation=city.bodies["bbb"], role=role)
        city.people[name] = user
    close_register()
    return city

"""The rules in force with the names that they use, kept in the process until one of them moves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from addresses.models import District, Neighbourhood, Province
from addresses.models.entity import LIVING
from cases.models import (
    Channel,
    RequestType,
    RequestTypeGroup,
    RoutingArea,
    RoutingPolicy,
    RoutingRule,
)
from cases.queries.catalogue import fresh_of
from cases.rules.binding import Names, bind
from cases.rules.conditions import ConditionError, parse
from cases.rules.routing import Rule, Rulebook, Tolerance
from core.rules.text import key


@dataclass(frozen=True)
class Area:
    """An area of the register as routing uses it: `change` is the number of the change set that
    made this version."""

    id: int
    name: str
    version: int
    change: int | None
    parent: int | None = None
    code: str = ""


@dataclass
class Register:
    """The areas of the register by id, and by name."""

    provinces: dict[int, Area] = field(default_factory=dict)
    districts: dict[int, Area] = field(default_factory=dict)
    neighbourhoods: dict[int, Area] = field(default_factory=dict)

    def province_of(self, district: int | None) -> int | None:
        area = self.districts.get(district or 0)
        return area.parent if area else None


@fresh_of("register")
def register() -> Register:
    """Names and versions of all living areas; their outlines stay in the database."""
    found = Register()
    _read(Province, "pk", found.provinces)
    _read(District, "province_id", found.districts)
    _read(Neighbourhood, "district_id", found.neighbourhoods)
    return found


def _read(kind: type[Any], parent: str, into: dict[int, Area]) -> None:
    columns = ("pk", "name", "version", "change_set__number", "code", parent)
    for pk, name, version, change, code, above in kind.objects.filter(
        status__in=LIVING
    ).values_list(*columns):
        into[pk] = Area(pk, name, version, change, above if parent != "pk" else None, code)


@fresh_of("catalogue", "register")
def names() -> Names:
    """Everything that a condition may name."""
    areas = register()
    drawn = _areas_not_over()
    return Names(
        types={code.lower(): pk for code, pk in RequestType.objects.values_list("code", "pk")},
        groups={c.lower(): pk for c, pk in RequestTypeGroup.objects.values_list("code", "pk")},
        channels={code.lower(): pk for code, pk in Channel.objects.values_list("code", "pk")},
        provinces=_by_name(areas.provinces.values()),
        districts=_by_name(areas.districts.values()),
        neighbourhoods=_by_name(areas.neighbourhoods.values(), areas.districts),
        areas={a.name_key for a in drawn},
        owners={key(a.owner) for a in drawn if a.owner}
        | {key(code) for code in Organisation.objects.values_list("code", flat=True)},
    )


def _areas_not_over() -> list[RoutingArea]:
    rows = RoutingArea.objects.only("name", "name_key", "owner", "valid_to", "version")
    today = timezone.localdate()
    return [a for a in rows if a.valid_to is None or a.valid_to > today]


def _by_name(
    areas: Iterable[Area], parents: dict[int, Area] | None = None
) -> dict[str, Collection[int]]:
    found: dict[str, set[int]] = {}
    for area in areas:
        found.setdefault(key(area.name), set()).add(area.id)
        if area.code:
            found.setdefault(key(area.code), set()).add(area.id)
        parent = (parents or {}).get(area.parent or 0)
        if parent is not None:
            found.setdefault(f"{key(parent.name)}/{key(area.name)}", set()).add(area.id)
    return {name: frozenset(ids) for name, ids in found.items()}


def rule_of(row: RoutingRule, known: Names) -> Rule:
    """A stored rule as the rules take it; a condition that cannot be read leaves it broken."""
    rule = Rule(
        id=row.pk,
        position=row.position,
        name=row.name,
        department=row.department_id,
        text=row.condition,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
    try:
        return _with(rule, condition=bind(parse(row.condition), known))
    except ConditionError as error:
        return _with(rule, broken=str(error))


def _with(rule: Rule, **values: object) -> Rule:
    return Rule(**{**rule.__dict__, **values})


@fresh_of("catalogue", "register")
def rulebook() -> Rulebook:
    """All rules, those of other days too."""
    known = names()
    return Rulebook(rule_of(row, known) for row in RoutingRule.objects.order_by("position"))


@fresh_of("catalogue")
def tolerance() -> Tolerance:
    """How near a boundary must be for a person to be asked."""
    row = RoutingPolicy.objects.first() or RoutingPolicy()
    return Tolerance(row.province_m, row.district_m, row.neighbourhood_m, row.area_m)


@fresh_of("catalogue")
def drawn_areas() -> bool:
    """Whether there are any: without them no point needs to be held against them."""
    return RoutingArea.objects.exists()


def area_versions(keys: Collection[str], on: date) -> list[dict[str, object]]:
    """Name and version of drawn areas in force on a day."""
    rows = RoutingArea.objects.filter(name_key__in=keys).only(
        "name", "version", "valid_from", "valid_to"
    )
    return [
        {"name": a.name, "version": a.version}
        for a in rows
        if (a.valid_from is None or a.valid_from <= on) and (a.valid_to is None or on < a.valid_to)
    ]


def forget() -> None:
    """Lets the process read everything anew, whatever the versions say."""
    kept: tuple[Any, ...] = (register, names, rulebook, tolerance, drawn_areas)
    for one in kept:
        one.cache_clear()

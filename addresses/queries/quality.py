"""Runs the rules of quality. Nothing is stored here; `actions/quality.py` does that.

Each file `sql/quality_<code>.sql` selects `entity_id`, `other_id` (the partner of a pair, or NULL),
`neighbourhood_id`, `geom` (EPSG:4326 or NULL) and `detail` (jsonb). Metres are EPSG:3857 shortened by
the cosine of the latitude, which errs by less than one hundredth.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q

from addresses.geocoder import language
from addresses.models import District, Neighbourhood, Province, QualityFinding
from addresses.models.entity import LIVING
from addresses.rules.quality import RULES, Rule, Scope
from core.queries import sql
from core.rules.text import key

# How far a rule of scope NEARBY looks beyond a neighbourhood's outline.
NEARBY_M = 200.0

# Kind of record → table, what its label needs to be joined, the label.
_DOOR = (
    "JOIN addresses_streetside side ON side.id = {door}.side_id"
    " JOIN addresses_street s ON s.id = side.street_id"
)
_NUMBER = "s.name || ' ' || {door}.number || CASE {door}.suffix WHEN '' THEN '' ELSE '/' || {door}.suffix END"
_LABELS: dict[str, tuple[str, str, str]] = {
    "neighbourhood": ("addresses_neighbourhood", "", "r.name"),
    "landmark": ("addresses_landmark", "", "r.name"),
    "street": ("addresses_street", "", "r.name"),
    "street_side": (
        "addresses_streetside",
        "JOIN addresses_street s ON s.id = r.street_id",
        "s.name || ' (' || r.side || ')'",
    ),
    "address": ("addresses_address", _DOOR.format(door="r"), _NUMBER.format(door="r")),
    "unit": (
        "addresses_unit",
        "JOIN addresses_address a ON a.id = r.address_id " + _DOOR.format(door="a"),
        _NUMBER.format(door="a") + " || ' / ' || r.unit_number",
    ),
    "building": (
        "addresses_building",
        "",
        "coalesce(nullif(trim(r.name || ' ' || r.block), ''), r.code)",
    ),
    "parcel": ("addresses_parcel", "", "r.cadastral_block || '/' || r.number"),
}


@dataclass(frozen=True)
class Reach:
    """Where rules look: ids of neighbourhoods by scope, and of districts; None is everywhere."""

    neighbourhoods: list[int] | None = None
    nearby: list[int] | None = None
    districts: list[int] | None = None

    def areas(self, rule: Rule) -> list[int] | None:
        """The neighbourhoods that this rule looks at; not asked of rules by district."""
        return self.nearby if rule.scope == Scope.NEARBY else self.neighbourhoods


def reach(neighbourhoods: Collection[int] | None) -> Reach:
    """What has to be looked at when something in these neighbourhoods (ids; None: all) changed."""
    if neighbourhoods is None:
        return Reach()
    ids = sorted(neighbourhoods)
    districts = Neighbourhood.objects.filter(pk__in=ids).values_list("district_id", flat=True)
    return Reach(ids, _nearby(ids), sorted(set(districts)))


def _nearby(ids: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT b.id FROM addresses_neighbourhood a JOIN addresses_neighbourhood b"
            " ON ST_DWithin(b.geom_m, a.geom_m, %s / cos(radians(ST_YMin(a.geom))))"
            " WHERE a.id = ANY(%s::bigint[])",
            [NEARBY_M, ids],
        )
        return sorted({*ids, *(row[0] for row in cursor.fetchall())})


@dataclass(frozen=True)
class Found:
    """One finding as a rule sees it now, stored or not. `key` tells it from all others."""

    rule: str
    entity: str
    entity_id: int
    other_id: int | None
    neighbourhood_id: int | None
    label: str
    detail: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, int, int | None]:
        return (self.rule, self.entity_id, self.other_id)


def statement(rule: Rule) -> str:
    """SELECT of what a rule finds, as columns of QualityFinding: entity_id, other_id, entity_uid,
    label, district_id, neighbourhood_id, other_neighbourhood_id, detail, geom."""
    table, joins, label = _LABELS[rule.entity]
    district = (
        "coalesce(n.district_id, r.district_id)" if rule.entity == "street" else "n.district_id"
    )
    if rule.entity == "neighbourhood":
        other = "f.other_id"
    elif rule.entity == "street":
        other = "NULL::bigint"
    else:
        other = f"(SELECT o.neighbourhood_id FROM {table} o WHERE o.id = f.other_id)"
    return (
        "SELECT DISTINCT ON (f.entity_id, f.other_id)"
        f" f.entity_id, f.other_id, r.uid AS entity_uid, left({label}, 250) AS label,"
        f" {district} AS district_id, f.neighbourhood_id, {other} AS other_neighbourhood_id,"
        " f.detail, f.geom"
        f" FROM ({sql.statement('addresses', f'quality_{rule.code}')}) f"
        f" JOIN {table} r ON r.id = f.entity_id {joins}"
        " LEFT JOIN addresses_neighbourhood n ON n.id = f.neighbourhood_id"
        " ORDER BY f.entity_id, f.other_id"
    )


def parameters(rule: Rule, where: Reach) -> dict[str, Any]:
    """Everything that a rule's SQL may name."""
    return {
        "neighbourhoods": where.areas(rule),
        "districts": where.districts,
        **_type_words(),
        **rule.parameters,
    }


@cache
def _words_of(languages: tuple[str, ...]) -> dict[str, list[str]]:
    rows = [
        (name, word, kind, key(pack.printed_kinds.get(kind, "")))
        for name in languages
        for pack in [language.load(name)]
        for word, kind in pack.street_kinds.items()
    ]
    columns = zip(*rows, strict=True) if rows else ([], [], [], [])
    names = ("word_languages", "words", "word_kinds", "printed")
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def _type_words() -> dict[str, list[str]]:
    """The type words of the provinces' languages, folded; `printed` is the folded printed word."""
    present = Province.objects.order_by().values_list("language", flat=True).distinct()
    return _words_of(tuple(sorted(present)))


def rules_reading(tables: Collection[str]) -> set[str]:
    """The rules whose finding can change when records of these tables do: those that read one."""
    return {rule.code for rule in RULES.values() if not tables_read(rule).isdisjoint(tables)}


def tables_read(rule: Rule) -> frozenset[str]:
    """The tables that a rule's own statement names; what only its label needs is not among them."""
    text = sql.statement("addresses", f"quality_{rule.code}")
    return frozenset(re.findall(r"\baddresses_[a-z]+\b", text))


def open_rules(neighbourhoods: Collection[int]) -> set[str]:
    """The rules that have a finding on the list, open or accepted, near these neighbourhoods (ids):
    there or in their districts."""
    districts = Neighbourhood.objects.filter(pk__in=neighbourhoods).values("district_id")
    listed = QualityFinding.objects.filter(
        Q(district_id__in=districts)
        | Q(neighbourhood_id__in=neighbourhoods)
        | Q(other_neighbourhood_id__in=neighbourhoods),
        resolved_at=None,
    )
    return set(listed.values_list("rule", flat=True).distinct()) & RULES.keys()


def findings(
    neighbourhoods: Collection[int] | None, rules: Collection[str] | None = None
) -> list[Found]:
    """What the rules find in these neighbourhoods (ids; None: everywhere) as the register is now.

    Reads only, so that a draft can be looked at while it is applied.
    """
    where = reach(neighbourhoods)
    found = []
    with connection.cursor() as cursor:
        for rule in chosen(rules):
            cursor.execute(
                "SELECT entity_id, other_id, neighbourhood_id, label, detail::text"
                f" FROM ({statement(rule)}) found",
                parameters(rule, where),
            )
            found += [
                Found(rule.code, rule.entity, entity_id, other_id, area, label, json.loads(detail))
                for entity_id, other_id, area, label, detail in cursor.fetchall()
            ]
    return found


def chosen(rules: Collection[str] | None) -> list[Rule]:
    """The rules of these codes, or all. Raises LookupError for a code that there is not."""
    if rules is None:
        return list(RULES.values())
    if unknown := set(rules) - set(RULES):
        raise LookupError(f"no rule is called {sorted(unknown)[0]!r}")
    return [rule for code, rule in RULES.items() if code in rules]


def areas_of(codes: Collection[str]) -> set[int]:
    """Neighbourhoods (ids) of these national codes, and all of the districts of these codes.

    Raises LookupError for a code that neither has.
    """
    found: set[int] = set()
    for code in codes:
        areas = Neighbourhood.objects.filter(status__in=LIVING)
        inside = areas.filter(code=code) or areas.filter(
            district__in=District.objects.filter(code=code)
        )
        if not inside:
            raise LookupError(code)
        found |= {area.pk for area in inside.only("pk")}
    return found

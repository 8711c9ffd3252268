"""What one click would change to mend a finding: proposals in the register's public form.

Only what is safe has a proposal: the right value is known and nothing else is touched. Reads the
register as it is now, not as it was when the finding was made.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from addresses.geocoder import language
from addresses.models import Address, QualityFinding, StreetSide
from addresses.models.entity import LIVING
from addresses.queries.data_model import entity
from addresses.queries.records import Body, record
from addresses.rules import names
from addresses.rules.quality import RULES, Fix
from core.rules import text

# Farther than this a point is not merely inexact.
SNAP_M = 50.0
# Two points nearer than this are one place.
SAME_PLACE_M = 10.0


class NoSafeFix(Exception):
    """A person has to decide: the rule has no fix, or it is not clear what is right here."""


@dataclass(frozen=True)
class Proposal:
    """One change as `actions.drafting.propose` takes it."""

    entity: str
    operation: str
    uid: str | None
    base_version: int | None
    values: Mapping[str, Any] = field(default_factory=dict)


def proposals(finding: QualityFinding) -> list[Proposal]:
    """The changes that would mend it. Raises NoSafeFix."""
    maker = _MAKERS.get(RULES[finding.rule].fix) if finding.rule in RULES else None
    body = record(entity(finding.entity), finding.entity_uid)
    if maker is None or body is None or finding.resolved_at is not None:
        raise NoSafeFix
    return maker(finding, body)


def _update(finding: QualityFinding, body: Body, **values: Any) -> list[Proposal]:
    return [Proposal(finding.entity, "UPDATE", body["uid"], body["version"], values)]


def _geometry(statement: str, parameters: list[Any]) -> dict[str, Any]:
    """GeoJSON from a query of one value. Raises NoSafeFix if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ST_AsGeoJSON(g, 9) FROM ({statement}) made (g)", parameters)
        row = cursor.fetchone()
    made: dict[str, Any] = json.loads(row[0]) if row and row[0] else {}
    if not made.get("coordinates"):
        raise NoSafeFix
    return made


def _repair_shape(finding: QualityFinding, body: Body) -> list[Proposal]:
    table = entity(finding.entity).table
    if finding.entity == "street":
        made = (
            f"SELECT ST_Multi(ST_Collect(part.geom)) FROM {table} t, ST_Dump(t.geom) part"
            " WHERE t.id = %s AND ST_Length(part.geom) > 0"
        )
    else:
        made = (
            "SELECT ST_Multi(ST_CollectionExtract(ST_MakeValid(t.geom), 3))"
            f" FROM {table} t WHERE t.id = %s"
        )
    return _update(finding, body, geometry=_geometry(made, [finding.entity_id]))


def _snap_to_building(finding: QualityFinding, body: Body) -> list[Proposal]:
    point = _geometry(
        "SELECT ST_Transform(ST_ClosestPoint(b.geom_m, a.geom_m), 4326)"
        " FROM addresses_address a JOIN addresses_building b ON b.id = a.building_id"
        " WHERE a.id = %s AND ST_DWithin(b.geom_m, a.geom_m, %s / cos(radians(ST_Y(a.geom))))",
        [finding.entity_id, SNAP_M],
    )
    return _update(finding, body, geometry=point)


def _reassign_side(finding: QualityFinding, body: Body) -> list[Proposal]:
    door = Address.objects.select_related("side").get(pk=finding.entity_id)
    sides = StreetSide.objects.filter(street=door.side.street_id, status__in=LIVING)
    if finding.rule == "door_outside_neighbourhood":
        sides = sides.filter(neighbourhood__uid=finding.detail.get("lies_in"))
        candidates = [s for s in sides if s.side == door.side.side] or list(sides)
    else:
        lies = QualityFinding.objects.filter(
            rule="door_wrong_side", entity_id=door.pk, resolved_at__isnull=True
        ).first()
        if lies is None:
            raise NoSafeFix
        sides = sides.filter(neighbourhood=door.neighbourhood_id)
        candidates = [s for s in sides if s.side == lies.detail.get("side")]
    candidates = [s for s in candidates if _fits(s, door)]
    if len(candidates) != 1:
        raise NoSafeFix
    return _update(finding, body, side=str(candidates[0].uid))


def _fits(side: StreetSide, door: Address) -> bool:
    """Parity allows the number, and nobody has it there."""
    parity = StreetSide.Parity.EVEN if door.number % 2 == 0 else StreetSide.Parity.ODD
    taken = Address.objects.filter(
        side=side, number=door.number, suffix=door.suffix, status__in=LIVING
    )
    return side.parity in (StreetSide.Parity.ANY, parity) and not taken.exists()


def _reassign_parcel(finding: QualityFinding, body: Body) -> list[Proposal]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.uid::text FROM addresses_address a JOIN addresses_parcel p"
            " ON ST_Intersects(p.geom_m, a.geom_m) AND p.status = ANY(%s) WHERE a.id = %s",
            [[str(status) for status in LIVING], finding.entity_id],
        )
        parcels = [row[0] for row in cursor.fetchall()]
    if len(parcels) != 1:
        raise NoSafeFix
    return _update(finding, body, parcel=parcels[0])


def _reassign_neighbourhood(finding: QualityFinding, body: Body) -> list[Proposal]:
    if not finding.detail.get("lies_in"):
        raise NoSafeFix
    return _update(finding, body, neighbourhood=finding.detail["lies_in"])


def _link_parcel(finding: QualityFinding, body: Body) -> list[Proposal]:
    link = {"building": body["uid"], "parcel": finding.detail["parcel"]}
    return [Proposal("building_parcel", "CREATE", None, None, link)]


def _retire_duplicate(finding: QualityFinding, body: Body) -> list[Proposal]:
    if body["status"] != "PROPOSED" or finding.detail.get("metres", SAME_PLACE_M) >= SAME_PLACE_M:
        raise NoSafeFix
    return [Proposal(finding.entity, "RETIRE", body["uid"], body["version"])]


def _tidy_name(finding: QualityFinding, body: Body) -> list[Proposal]:
    assert finding.district is not None  # every name belongs to one
    pack = language.load(finding.district.province.language)
    name = names.clean(body["name"], turkish=pack.turkish_casing).text
    if finding.entity == "street":
        name = _one_type_word(name, pack)
    if name == body["name"]:
        raise NoSafeFix
    return _update(finding, body, name=name)


def _one_type_word(name: str, pack: language.Pack) -> str:
    """`Gül Cad. Caddesi` → `Gül Caddesi`: one type word, as the language prints it."""
    kinds, printed = pack.street_kinds, pack.printed_kinds
    typed = names.typed(name, kinds, printed)
    word = printed.get(typed.kind)
    if not word:
        return name
    head = typed.name.removesuffix(f" {word}")
    inner = names.typed(head, kinds, printed)
    if inner.kind == typed.kind and _alike(head, word):
        return inner.name
    return typed.name


def _alike(head: str, word: str) -> bool:
    """Whether the last word is a form of the type word; a dead end's name (Çıkmaz) is not."""
    return text.key(head.rpartition(" ")[2])[:1] == text.key(word)[:1]


def _correct_parity(finding: QualityFinding, body: Body) -> list[Proposal]:
    return _update(finding, body, parity=finding.detail["parity"])


def _take_postcode(finding: QualityFinding, body: Body) -> list[Proposal]:
    return _update(finding, body, postcode=finding.detail["neighbourhood_postcode"])


_MAKERS: dict[Fix, Callable[[QualityFinding, Body], list[Proposal]]] = {
    Fix.REPAIR_SHAPE: _repair_shape,
    Fix.SNAP_TO_BUILDING: _snap_to_building,
    Fix.REASSIGN_SIDE: _reassign_side,
    Fix.REASSIGN_PARCEL: _reassign_parcel,
    Fix.REASSIGN_NEIGHBOURHOOD: _reassign_neighbourhood,
    Fix.LINK_PARCEL: _link_parcel,
    Fix.RETIRE_DUPLICATE: _retire_duplicate,
    Fix.TIDY_NAME: _tidy_name,
    Fix.CORRECT_PARITY: _correct_parity,
    Fix.TAKE_POSTCODE: _take_postcode,
}

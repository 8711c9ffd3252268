"""Finds records by whatever somebody has in hand: uid, any code, block/parcel, name, address."""

import json
import re
import uuid
from typing import Any

from django.db.models import Q, QuerySet

from addresses.models import Address, Parcel, Street
from addresses.queries.data_model import EntityType, entities, entity
from addresses.queries.geocoding import geocode
from addresses.queries.records import kind_of
from addresses.queries.titles import described
from core.rules.text import key

_LIVING = Q(status__in=("ACTIVE", "RESERVED", "UNDER_CONSTRUCTION"))
_PARCEL = re.compile(r"(?:(?P<area>.*\D)\s+)?(?P<block>\d+)\s*/\s*(?P<number>\d+\w*)")
_CODE = re.compile(r"[\w.:-]*\d[\w.:-]*")
Hit = dict[str, Any]


def find(text: str, *, limit: int = 20) -> list[Hit]:
    """Records that the text may mean, the surest first; `how` says by what each was found.

    Retired records are found by uid and code only.
    """
    text = text.strip()[:200]
    found: list[Hit] = []
    for how, search in (
        ("uid", _by_uid),
        ("code", _by_code),
        ("parcel", _by_parcel),
        ("identifier", _by_identifier),
        ("name", _by_name),
        ("address", _by_address),
    ):
        known = {(hit["entity"], hit["uid"]) for hit in found}
        found += [
            hit | {"how": how}
            for hit in search(text, limit)
            if (hit["entity"], hit["uid"]) not in known
        ]
        if how == "uid" and found:
            break
    return found[:limit]


def _by_uid(text: str, limit: int) -> list[Hit]:
    try:
        uid = uuid.UUID(text)
    except ValueError:
        return []
    kind = kind_of(uid)
    return described(kind, kind.model._default_manager.filter(uid=uid)) if kind else []


def _by_code(text: str, limit: int) -> list[Hit]:
    if not _CODE.fullmatch(text):
        return []
    hits: list[Hit] = []
    for kind in entities():
        if "code" in kind.by_name:
            hits += described(kind, _rows(kind).filter(code=text)[:limit])
    return hits


def _by_identifier(text: str, limit: int) -> list[Hit]:
    if not _CODE.fullmatch(text):
        return []
    # Any scheme's; written so that the partial GIN index serves it.
    named = f"$.* ? (@ == {json.dumps(text)})"
    hits: list[Hit] = []
    for kind in entities():
        where = (
            f"NOT ({kind.table}.identifiers = '{{}}'::jsonb)"
            f" AND {kind.table}.identifiers @? %s::jsonpath"
        )
        rows = _rows(kind).extra(where=[where], params=[named])  # noqa: S610 - a parameter
        hits += described(kind, rows[:limit])
    return hits


def _by_parcel(text: str, limit: int) -> list[Hit]:
    match = _PARCEL.fullmatch(text)
    if match is None:
        return []
    rows = Parcel.objects.filter(
        _LIVING, cadastral_block=match["block"], number=match["number"].upper()
    )
    if match["area"]:
        rows = rows.filter(neighbourhood__name_key__startswith=key(match["area"]))
    return described(entity("parcel"), rows.order_by("pk")[:limit])


def _by_name(text: str, limit: int) -> list[Hit]:
    folded = key(text)
    if len(folded) < 3:
        return []
    hits: list[Hit] = []
    for name in ("street", "neighbourhood", "landmark"):
        kind = entity(name)
        rows = _rows(kind).filter(_LIVING, name_key__startswith=folded)
        hits += described(kind, rows.order_by("name_key", "pk")[:limit])
    former = Street.objects.filter(_LIVING, other_names__name_key__startswith=folded).distinct()
    return hits + described(entity("street"), former[:limit])


def _by_address(text: str, limit: int) -> list[Hit]:
    keys = [c.address_id for c in geocode(text, limit=5).candidates if c.address_id]
    rows = described(entity("address"), Address.objects.filter(pk__in=keys))
    uids = dict(Address.objects.filter(pk__in=keys).values_list("uid", "pk"))
    return sorted(rows, key=lambda hit: keys.index(uids[uuid.UUID(hit["uid"])]))


def _rows(kind: EntityType) -> "QuerySet[Any]":
    return kind.model._default_manager.all()

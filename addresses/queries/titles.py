"""What records are called on the screen, and where they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import F, QuerySet

from addresses.models import Address
from addresses.models.entity import LIVING
from addresses.queries.data_model import EntityType
from addresses.rules import house_number

# What a title is made of, by kind: the fields of other tables that it needs.
_JOINED = {
    "address": ("side__street__name", "neighbourhood__name"),
    "unit": ("address__side__street__name", "neighbourhood__name", "address__number",
             "address__suffix"),
    "street_side": ("street__name", "neighbourhood__name"),
    "street": ("district__name",),
    "street_name": ("street__name",),
    "neighbourhood": ("district__name",),
    "parcel": ("neighbourhood__name",),
    "building": ("neighbourhood__name",),
    "landmark": ("neighbourhood__name",),
    "neighbourhood_head": ("neighbourhood__name",),
    "building_parcel": ("parcel__cadastral_block", "parcel__number", "building__name"),
}  # fmt: skip
_PLACE = {
    "unit": "address__geom", "street_side": "street__geom", "street_name": "street__geom",
    "building_parcel": "parcel__geom", "neighbourhood_head": "neighbourhood__geom",
}  # fmt: skip
_OWN = {
    "name", "number", "suffix", "cadastral_block", "block", "code", "unit_number", "side",
    "full_name",
}  # fmt: skip


def described(kind: EntityType, rows: "QuerySet[Any]") -> list[dict[str, Any]]:
    """`entity`, `uid`, `status`, `title`, `detail` and a point ([lon, lat] or None) of each row."""
    own = [n for n in kind.by_name if n in _OWN]
    fields = ["uid", "status", *own, *_JOINED.get(kind.name, ())]
    found = rows.annotate(_at=PointOnSurface(F(_PLACE.get(kind.name, "geom"))))
    hits = [
        {
            "entity": kind.name,
            "uid": str(row["uid"]),
            "status": row["status"],
            "title": title(kind.name, row),
            "detail": _detail(kind.name, row),
            "point": [round(row["_at"].x, 7), round(row["_at"].y, 7)] if row["_at"] else None,
        }
        for row in found.values("_at", *fields)
    ]
    if kind.name == "building" and (bare := [hit["uid"] for hit in hits if not hit["title"]]):
        doors = by_doors(bare)
        hits = [hit | {"title": hit["title"] or doors.get(hit["uid"], "")} for hit in hits]
    return hits


def by_doors(buildings: Iterable[str]) -> dict[str, str]:
    """The first living door of each building (uids): what people call a building without a name."""
    street = "side__street__name"
    rows = (
        Address.objects.filter(building__uid__in=list(buildings), status__in=LIVING)
        .order_by("building_id", "number", "suffix", "pk")
        .distinct("building_id")
        .values("building__uid", street, "number", "suffix")
    )
    return {str(row["building__uid"]): title("address", row) for row in rows}


def titles(kind: EntityType, uids: Iterable[str]) -> dict[str, str]:
    """Titles of present records by uid."""
    rows = described(kind, kind.model._default_manager.filter(uid__in=list(uids)))
    return {row["uid"]: row["title"] for row in rows}


def title(name: str, row: Mapping[str, Any]) -> str:
    """From the values of a row, or of a change; what is not known stays away."""
    match name:
        case "address" | "unit":
            prefix = "" if name == "address" else "address__"
            street = row.get(f"{prefix}side__street__name") or ""
            number = house_number.written(
                row.get(f"{prefix}number") or 0, row.get(f"{prefix}suffix") or ""
            )
            inner = f" / {row.get('unit_number')}" if name == "unit" else ""
            return f"{street} {number}{inner}".strip()
        case "parcel":
            return f"{row.get('cadastral_block', '')}/{row.get('number', '')}"
        case "building_parcel":
            plot = row.get("parcel__number")
            return f"{row.get('parcel__cadastral_block')}/{plot}" if plot else ""
        case "street_side":
            return f"{row.get('street__name') or ''} ({row.get('side') or 'B'})".strip()
        case "neighbourhood_head":
            return str(row.get("full_name") or "")
        case "building":
            return str(row.get("name") or row.get("block") or row.get("code") or "")
    return str(row.get("name") or "")


def _detail(name: str, row: Mapping[str, Any]) -> str:
    for field in ("neighbourhood__name", "district__name", "street__name"):
        if row.get(field) and not (name == "street_side" and field == "street__name"):
            return str(row[field])
    return ""

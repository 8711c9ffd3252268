"""What records are called, by their bodies: those that only a draft knows among them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from addresses.models import ChangeSet
from addresses.queries.data_model import EntityType, entity
from addresses.queries.records import Body, records
from addresses.queries.titles import by_doors
from addresses.rules import house_number

# What a record is called by: its own words, and the record that it belongs to.
_BELONGS_TO = {
    "address": "side", "street_side": "street", "unit": "address", "street_name": "street",
    "building_parcel": "building", "neighbourhood_head": "neighbourhood",
}  # fmt: skip
_DEPTH = 4  # a unit's door's side's street


class Names:
    """Reads once what the bodies refer to, and what these are called by in turn.

    Without a change set, or with a published one, the register alone is asked.
    """

    def __init__(
        self, change_set: ChangeSet | None, bodies: Iterable[tuple[EntityType, Body]]
    ) -> None:
        self._known: dict[str, tuple[EntityType, Body]] = {}
        pending = list(bodies)
        met = list(pending)
        for _depth in range(_DEPTH):
            wanted: dict[str, set[str]] = {}
            for kind, body in pending:
                for column in kind.columns:
                    uid = body.get(column.name) if column.type == "reference" else None
                    if uid and uid not in self._known:
                        wanted.setdefault(column.reference, set()).add(uid)
            pending = []
            for name, uids in wanted.items():
                found = records(entity(name), uids)
                if change_set is not None and change_set.number is None:
                    made = change_set.changes.filter(
                        entity=name, entity_uid__in=uids - found.keys()
                    )
                    found |= {
                        str(c.entity_uid): {"uid": str(c.entity_uid)} | c.values for c in made
                    }
                self._known |= {uid: (entity(name), body) for uid, body in found.items()}
                pending += [(entity(name), body) for body in found.values()]
            met += pending
        bare = [b["uid"] for k, b in met if k.name == "building" and "uid" in b and not _own(k, b)]
        self._by_doors = by_doors(bare) if bare else {}

    def label(self, kind: EntityType, body: Body) -> str:
        """Never empty: what has no name of its own is called by its doors, or said to have none."""
        if kind.name == "address":
            side = self._known.get(body.get("side") or "")
            owner = self._owner("street", side[1]) if side else ""
        else:
            owner = self._owner(_BELONGS_TO.get(kind.name, ""), body)
        return (
            f"{owner} {_own(kind, body)}".strip()
            or str(body.get("code") or "")
            or self._by_doors.get(body.get("uid", ""), "")
            or _("without a name")
        )

    def shown(self, value: Any) -> Any:
        """A value in words: a reference by what the other record is called."""
        if isinstance(value, str) and value in self._known:
            return self.label(*self._known[value])
        return "" if value in (None, {}) else value

    def _owner(self, field: str, body: Body) -> str:
        owner = self._known.get(body.get(field) or "")
        return self.label(*owner) if owner else ""


def _own(kind: EntityType, body: Body) -> str:
    match kind.name:
        case "address":
            return house_number.written(body.get("number") or 0, body.get("suffix") or "")
        case "unit":
            return f"/ {body.get('unit_number') or '?'}"
        case "street_side":
            return f"({body.get('side') or 'B'})"
        case "street_name":
            return f"({body.get('name') or '?'})"
        case "parcel":
            return f"{body.get('cadastral_block') or '?'}/{body.get('number') or '?'}"
        case "building":
            return f"{body.get('name') or ''} {body.get('block') or ''}".strip()
        case "neighbourhood_head":
            return f"– {body.get('full_name') or '?'}"
    return str(body.get("name") or "")

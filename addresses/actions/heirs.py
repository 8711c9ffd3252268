"""What belonged to retired records, and which of the new ones it belongs to now."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import shapely

from addresses.actions.proposing import Proposal, new_uid
from addresses.queries.data_model import entity
from addresses.queries.drafted import Drafted
from addresses.queries.records import Body
from addresses.rules.cutting import holder, size

# References that follow the place of the record that has them.
_BY_PLACE = {
    "parcel": [("address", "parcel")],
    "building": [("address", "building")],
    "neighbourhood": [
        ("parcel", "neighbourhood"), ("building", "neighbourhood"), ("landmark", "neighbourhood"),
    ],
}  # fmt: skip
_SIDE = ("side", "parity")


class Heirs:
    """`parts` are the new records' shapes (degrees) by uid, the largest first."""

    def __init__(self, drafted: Drafted, parts: Mapping[str, Any]) -> None:
        self._drafted = drafted
        self._parts = parts
        self._uids = list(parts)
        self._shapes = list(parts.values())

    def of(self, name: str, olds: list[Body]) -> list[Proposal]:
        """The changes of everything that refers to the old records, which are of this kind."""
        uids = [old["uid"] for old in olds]
        found = [
            p for other, field in _BY_PLACE.get(name, []) for p in self._placed(other, field, uids)
        ]
        if name in ("parcel", "building"):
            found += self._links(name, uids)
        if name in ("street", "neighbourhood"):
            found += self._sides(name, uids)
        if name == "street":
            found += self._names(olds)
        if name == "neighbourhood":
            found += self._heads(uids)
        return found

    def _placed(self, name: str, field: str, uids: list[str]) -> list[Proposal]:
        bodies = self._drafted.having(entity(name), field, uids)
        return [
            Proposal(name, "UPDATE", body["uid"], values={field: self._holder(body)})
            for body in bodies
        ]

    def _holder(self, body: Body) -> str:
        """A record without a shape goes to the largest part."""
        if body.get("geometry") is None:
            return self._uids[0]
        shape = shapely.geometry.shape(body["geometry"])
        if shape.geom_type != "Point":
            shape = shapely.point_on_surface(shape)
        return self._uids[holder(shape, self._shapes)]

    def _links(self, name: str, uids: list[str]) -> list[Proposal]:
        """Which building stands on which parcel: by the new outlines."""
        other = "building" if name == "parcel" else "parcel"
        links = self._drafted.having(entity("building_parcel"), name, uids)
        others = self._drafted.records(entity(other), {link[other] for link in links})
        found = [Proposal("building_parcel", "RETIRE", link["uid"]) for link in links]
        for uid, body in others.items():
            shape = body["geometry"] and shapely.geometry.shape(body["geometry"])
            held = [p for p, part in self._parts.items() if shape and size(part & shape) > 0]
            found += [
                Proposal("building_parcel", "CREATE", new_uid(), values={name: part, other: uid})
                for part in held or [self._holder(body)]
            ]
        return found

    def _sides(self, name: str, uids: list[str]) -> list[Proposal]:
        """A side stays, with its code, where most of its doors are; other parts get a new one."""
        fixed = "neighbourhood" if name == "street" else "street"
        sides = self._drafted.having(entity("street_side"), name, uids)
        doors: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for door in self._drafted.having(entity("address"), "side", [s["uid"] for s in sides]):
            doors[door["side"]][self._holder(door)].append(door["uid"])
        lines: dict[str, Body] = {}
        if name == "neighbourhood":
            lines = self._drafted.records(entity("street"), {side["street"] for side in sides})
        taken: dict[tuple[str, str, str], str] = {}
        found: list[Proposal] = []
        counts = Counter({s["uid"]: sum(map(len, doors[s["uid"]].values())) for s in sides})
        for side in sorted(sides, key=lambda s: (-counts[s["uid"]], s["uid"])):
            inside = doors[side["uid"]]
            # Without doors: where most of the street runs, or the largest part of the street.
            where = sorted(inside, key=lambda part: -len(inside[part])) or [
                self._holder(lines[side["street"]]) if side["street"] in lines else self._uids[0]
            ]
            for i, part in enumerate(where):
                found += self._side(name, fixed, side, part, not i, inside[part], taken)
        if name == "street":
            found += self._bare(sides, taken)
        return found

    def _side(
        self,
        name: str,
        fixed: str,
        side: Body,
        part: str,
        stays: bool,
        doors: list[str],
        taken: dict[tuple[str, str, str], str],
    ) -> list[Proposal]:
        key = (part, side[fixed], side["side"])
        if key not in taken and stays:
            taken[key] = side["uid"]
            return [Proposal("street_side", "UPDATE", side["uid"], values={name: part})]
        found = []
        if stays:  # another one has its place already: two streets became one
            found.append(Proposal("street_side", "RETIRE", side["uid"]))
        if key not in taken:
            taken[key] = new_uid()
            values = {name: part, fixed: side[fixed]} | {n: side[n] for n in _SIDE}
            found.append(Proposal("street_side", "CREATE", taken[key], values=values))
        return found + [
            Proposal("address", "UPDATE", door, values={"side": taken[key]}) for door in doors
        ]

    def _bare(self, sides: list[Body], taken: Mapping[tuple[str, str, str], str]) -> list[Proposal]:
        """A part of a street on which no door stands has sides as well."""
        bare = [uid for uid in self._uids if all(part != uid for part, _f, _s in taken)]
        return [
            Proposal(
                "street_side", "CREATE", new_uid(),
                values={"street": uid, "neighbourhood": s["neighbourhood"]} | {n: s[n] for n in _SIDE},
            )
            for uid in bare
            for s in {(s["neighbourhood"], s["side"]): s for s in sides}.values()
        ]  # fmt: skip

    def _names(self, olds: list[Body]) -> list[Proposal]:
        """Other names hold for every part; the name of a street that vanishes is kept."""
        bodies = self._drafted.having(entity("street_name"), "street", [o["uid"] for o in olds])
        found = []
        for body in bodies:
            values = {n: body[n] for n in ("name", "kind", "used_from", "used_until") if body[n]}
            first, *more = self._uids
            found.append(Proposal("street_name", "UPDATE", body["uid"], values={"street": first}))
            found += [
                Proposal("street_name", "CREATE", new_uid(), values=values | {"street": uid})
                for uid in more
            ]
        lost = {old["name"] for old in olds} - {olds[0]["name"]}
        return found + [
            Proposal(
                "street_name", "CREATE", new_uid(),
                values={"street": self._uids[0], "name": name, "kind": "FORMER"},
            )
            for name in sorted(lost)
        ]  # fmt: skip

    def _heads(self, uids: list[str]) -> list[Proposal]:
        """The head of the largest one stays in office in the largest part."""
        bodies = self._drafted.having(entity("neighbourhood_head"), "neighbourhood", uids)
        found = []
        for body in bodies:
            if body["neighbourhood"] == uids[0]:
                values = {"neighbourhood": self._uids[0]}
                found.append(Proposal("neighbourhood_head", "UPDATE", body["uid"], values=values))
            else:
                found.append(Proposal("neighbourhood_head", "RETIRE", body["uid"]))
        return found

"""Places as every interface tells them: names, public ids, a point. The dialects only rename these.

Inside, the geocoder works with row ids; here they become the uids that the world may keep.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from addresses.conf import CONF
from addresses.geocoder import language
from addresses.geocoder.answer import Candidate, Evidence
from addresses.geocoder.labels import label
from addresses.models import (
    Address,
    Building,
    District,
    Landmark,
    Neighbourhood,
    Parcel,
    Street,
    Unit,
)
from addresses.models.entity import LIVING
from addresses.queries.geocoding import Place, reverse
from addresses.rules import house_number
from core.queries import sql

Box = tuple[float, float, float, float]
_IDS = (
    "unit", "address", "side", "street", "other_street", "building", "parcel", "landmark",
    "neighbourhood", "district",
)  # fmt: skip
# What a precision is to those who ask from outside: a house, a street, a known place, an area.
KINDS = {
    "UNIT": "house",
    "DOOR": "house",
    "INTERPOLATED": "house",
    "BUILDING": "building",
    "PARCEL": "parcel",
    "CROSSING": "street",
    "STREET": "street",
    "LANDMARK": "poi",
    "NEIGHBOURHOOD": "neighbourhood",
    "DISTRICT": "district",
    "POINT": "point",
}
# The record that a place of each kind is, so that its uid is the place's own. A crossing and a point
# are none.
_OWN = {
    "house": ("unit", "address", "side"),
    "building": ("building",),
    "parcel": ("parcel",),
    "street": ("street",),
    "poi": ("landmark",),
    "neighbourhood": ("neighbourhood",),
    "district": ("district",),
    "point": (),
}
_LEVELS = ("house", "street", "neighbourhood", "district")
_IDS_OF_LEVEL = {
    "house": ("address_id", "side_id", "building_id", "parcel_id"),
    "street": ("street_id",),
    "neighbourhood": ("neighbourhood_id",),
}
_BOX_DEGREES = 0.0005  # around a point that has no extent of its own


@dataclass(frozen=True)
class PlaceWords:
    """One place of the register in words.

    `kind` is house, building, parcel, street, poi, neighbourhood, district or point; `precision`
    and `score` are the geocoder's. `lon`, `lat` and `box` (west, south, east, north) are degrees
    (EPSG:4326), None where the register knows no point. `uids` are public ids by kind of record,
    `entity` and `uid` those of the place itself. A crossing's streets are `street` and
    `other_street`. `distance_m` is known in a reverse answer only.
    """

    kind: str
    precision: str
    label: str
    name: str
    score: float = 1.0
    number: str = ""
    unit: str = ""
    street: str = ""
    other_street: str = ""
    neighbourhood: str = ""
    district: str = ""
    province: str = ""
    postcode: str = ""
    lon: float | None = None
    lat: float | None = None
    extent: Box | None = None
    uids: Mapping[str, UUID] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    distance_m: float | None = None
    warnings: tuple[str, ...] = ()

    @property
    def entity(self) -> str:
        """The kind of record that the place is; "" where it is none (a crossing, a bare point)."""
        if self.precision in ("CROSSING", "POINT"):
            return ""
        return next((name for name in _OWN[self.kind] if name in self.uids), "")

    @property
    def uid(self) -> UUID | None:
        return self.uids.get(self.entity)

    @property
    def box(self) -> Box | None:
        """The extent, or a little around the point."""
        if self.extent is not None:
            return self.extent
        if self.lon is None or self.lat is None:
            return None
        d = _BOX_DEGREES
        return (self.lon - d, self.lat - d, self.lon + d, self.lat + d)

    @property
    def country(self) -> str:
        return CONF.country


def words_of(candidates: Sequence[Candidate], *, as_of: date | None = None) -> list[PlaceWords]:
    """The candidates in words, in their order. One statement for all of them."""
    if not candidates:
        return []
    rows = _rows([_ids(candidate) for candidate in candidates], as_of)
    return [_told(candidate, row) for candidate, row in zip(candidates, rows, strict=True)]


def words_at(lon: float, lat: float, *, finest: str = "house") -> PlaceWords | None:
    """What is at a point (degrees): the nearest door within 50 m, else the street, else the area.

    `finest` is house, street, neighbourhood or district: nothing finer is answered. None outside
    the city. Raises ValueError for coordinates that are no degrees.
    """
    place = reverse(lon, lat)
    if place.district_id is None:
        return None
    for level in _LEVELS[: _LEVELS.index(finest)]:
        blank: dict[str, Any] = dict.fromkeys(_IDS_OF_LEVEL[level])
        place = replace(place, **blank)
    return told_at(place)


def told_at(place: Place, *, as_of: date | None = None) -> PlaceWords:
    """A place inside the city in words. A door is told with its own point and neighbourhood."""
    [row] = _rows([_ids(place)], as_of)
    kind = _kind_at(place)
    at_door = kind == "house"
    number = house_number.written(row["number"], row["suffix"]) if row["number"] else ""
    return PlaceWords(
        kind=kind,
        precision={"house": "DOOR"}.get(kind, kind.upper()),
        label=_label(row, street=row["street"] or "", number=number),
        name=_name(kind, row, number),
        number=number,
        street=row["street"] or "",
        lon=row["lon"] if at_door else place.lon,
        lat=row["lat"] if at_door else place.lat,
        uids=_uids(row),
        distance_m=place.door_m if at_door else 0.0,
        warnings=place.warnings,
        **_areas(row),
    )


@dataclass(frozen=True)
class Around:
    """What a point lies in and beside: its area by the polygons, the uid of the district behind a
    near boundary, and the nearest crossing.
    """

    area: PlaceWords
    other_district: UUID | None
    crossing: PlaceWords | None


def around(place: Place, *, as_of: date | None = None) -> Around:
    """What a point inside the city lies in and beside. One statement."""
    here = Candidate(
        "", "NEIGHBOURHOOD", 1.0,
        neighbourhood_id=place.neighbourhood_id, district_id=place.district_id,
    )  # fmt: skip
    asked = [here, Candidate("", "DISTRICT", 1.0, district_id=place.other_district_id)]
    if place.crossing is not None:
        lon, lat = place.crossing
        first, second = place.crossing_street_ids
        asked.append(
            replace(
                here, precision="CROSSING", lon=lon, lat=lat,
                street_id=first, other_street_id=second,
            )
        )  # fmt: skip
    inside, behind, *crossings = words_of(asked, as_of=as_of)
    return Around(inside, behind.uids.get("district"), crossings[0] if crossings else None)


def words_of_record(entity: str, uids: Sequence[UUID]) -> list[PlaceWords]:
    """Living records in words, of any kind that a place may be.

    In the order asked for; those that do not live are left out. Raises LookupError for any other
    kind of record.
    """
    return words_of(_READERS[entity](uids))


def _doors(model: Any, precision: str) -> Any:
    """Doors, or units at the point of their door."""

    def read(uids: Sequence[UUID]) -> list[Candidate]:
        found = []
        for row in _living(model, uids):
            door = row if model is Address else row.address
            ids = {"address_id": door.pk} | ({} if door is row else {"unit_id": row.pk})
            found.append(Candidate("", precision, 1.0, door.geom.x, door.geom.y, **ids))
        return found

    return read


def _shapes(model: Any, precision: str) -> Any:
    def read(uids: Sequence[UUID]) -> list[Candidate]:
        found = []
        for row in _living(model, uids):
            point = row.geom.point_on_surface if row.geom else None
            ids = {f"{precision.lower()}_id": row.pk}
            for above in ("neighbourhood_id", "district_id"):
                if hasattr(row, above):
                    ids[above] = getattr(row, above)
            x, y = (point.x, point.y) if point else (None, None)
            found.append(Candidate("", precision, 1.0, x, y, **ids))
        return found

    return read


def _living(model: Any, uids: Sequence[UUID]) -> list[Any]:
    rows = model.objects.filter(uid__in=uids, status__in=LIVING)
    return sorted(rows, key=lambda row: uids.index(row.uid))


_READERS = {
    "unit": _doors(Unit, "UNIT"),
    "address": _doors(Address, "DOOR"),
    "building": _shapes(Building, "BUILDING"),
    "parcel": _shapes(Parcel, "PARCEL"),
    "street": _shapes(Street, "STREET"),
    "landmark": _shapes(Landmark, "LANDMARK"),
    "neighbourhood": _shapes(Neighbourhood, "NEIGHBOURHOOD"),
    "district": _shapes(District, "DISTRICT"),
}


def _ids(of: Candidate | Place) -> dict[str, int | None]:
    return {name: getattr(of, f"{name}_id", None) for name in _IDS}


def _rows(ids: Sequence[Mapping[str, int | None]], as_of: date | None) -> list[dict[str, Any]]:
    plural = {"address": "addresses"}
    parameters: dict[str, Any] = {
        plural.get(name, f"{name}s"): [one[name] for one in ids] for name in _IDS
    }
    return sql.run("addresses", "place_words", parameters | {"as_of": as_of})


def _told(candidate: Candidate, row: dict[str, Any]) -> PlaceWords:
    kind = KINDS[candidate.precision]
    number = ""
    if row["number"]:
        number = house_number.written(row["number"], row["suffix"])
    elif kind == "house" and "number" in candidate.evidence:  # between two doors
        number = candidate.evidence["number"].given
    street = row["street"] or ""
    text = candidate.label
    name = _name(kind, row, number)
    if not text and row["language"] is not None:
        named = street
        if candidate.precision == "CROSSING":
            pack = language.load(row["language"])
            named = pack.crossing_label.format(first=street, second=row["other_street"])
        text = _label(row, street=named, number=number)
        if kind in ("building", "parcel", "poi"):
            text = f"{name}, {text}"
    extent = None
    if candidate.precision in ("STREET", "NEIGHBOURHOOD", "DISTRICT") and row["west"] is not None:
        extent = (row["west"], row["south"], row["east"], row["north"])
    return PlaceWords(
        kind=kind,
        precision=candidate.precision,
        label=text,
        name=name or text.partition(",")[0],
        score=candidate.score,
        number=number,
        unit=row["unit"] or "",
        street=street,
        other_street=row["other_street"] or "",
        lon=candidate.lon,
        lat=candidate.lat,
        extent=extent,
        uids=_uids(row),
        evidence=candidate.evidence,
        **_areas(row),
    )


def _kind_at(place: Place) -> str:
    if place.address_id is not None:
        return "house"
    if place.street_id is not None:
        return "street"
    return "neighbourhood" if place.neighbourhood_id is not None else "district"


def _name(kind: str, row: dict[str, Any], number: str) -> str:
    """What the place itself is called, without its areas."""
    if kind == "house":
        return f"{row['street'] or ''} {number}".strip()
    if kind == "building":
        return f"{row['building']} {row['block']}".strip()
    if kind == "point":
        kind = "neighbourhood"
    return row[kind] or ""


def _areas(row: dict[str, Any]) -> dict[str, Any]:
    names = ("neighbourhood", "district", "province", "postcode")
    return {name: row[name] or "" for name in names}


def _uids(row: dict[str, Any]) -> dict[str, UUID]:
    return {name: row[f"{name}_uid"] for name in _IDS if row[f"{name}_uid"] is not None}


def _label(row: dict[str, Any], *, street: str, number: str) -> str:
    return label(
        language.load(row["language"]),
        street=street,
        number=number,
        neighbourhood=row["neighbourhood"] or "",
        district=row["district"] or "",
        province=row["province"] or "",
    )

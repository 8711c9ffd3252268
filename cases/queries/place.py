"""Where a draft is: by a door somebody chose, by a pin, or by the words of the message."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from addresses.geocoder.answer import NO_ANSWER
from addresses.models import Address, Neighbourhood, StreetSide
from addresses.models.entity import LIVING
from addresses.queries.geocoding import Answer, Candidate, Place, geocode, reverse
from addresses.queries.mentions import find_place
from cases.rules.draft import Draft
from core.api.problems import InvalidInput

# A pin this near to the door that the text names means that door.
_PIN_AND_TEXT_AGREE_M = 250
_EARTH_RADIUS_M = 6_371_000
_NO_POINT = frozenset({"NEIGHBOURHOOD", "DISTRICT"})


@dataclass(frozen=True)
class Location:
    """The place of a case. No point where only an area is known: a centre would be an invention."""

    lon: float | None = None
    lat: float | None = None
    precision: str = "NONE"
    category: str = ""
    confidence: float | None = None
    method: str = ""
    label: str = ""
    text: str = ""
    district: int | None = None
    neighbourhood: int | None = None
    street: int | None = None
    address: int | None = None
    building: int | None = None
    parcel: int | None = None
    candidates: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    sure: bool = False
    # The address that was written and that the register lacks, for those who number doors. Made
    # of the place text or of the register's own words: a description may hold personal data.
    lacking: str = field(default="", compare=False)
    # That address as a door of the register, where street and number are known: for their draft.
    missing_door: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def as_case_fields(self) -> dict[str, Any]:
        return {
            "place_text": self.text[:500],
            "place_label": self.label[:300],
            "precision": self.precision,
            "category": self.category,
            "confidence": self.confidence,
            "method": self.method,
            "candidates": list(self.candidates),
            "place_warnings": list(self.warnings),
            "district_id": self.district,
            "neighbourhood_id": self.neighbourhood,
            "street_id": self.street,
            "address_id": self.address,
            "building_id": self.building,
            "parcel_id": self.parcel,
        }


def locate(draft: Draft) -> Location:
    """The best place for a checked draft. Raises InvalidInput where there is none at all."""
    if draft.address_id is not None:
        return at_door(draft.address_id, text=draft.place_text)
    text, answer = _read(draft)
    if draft.lon is not None and draft.lat is not None:
        return _pinned(draft, draft.lon, draft.lat, text, answer)
    if answer.best is None:
        raise InvalidInput(
            {
                "place_text": [
                    _(
                        "We could not find the place. Write the street and house number, or set a pin."
                    )
                ]
            }
        )
    if answer.best.precision == "POINT":
        return _written_point(draft, answer, answer.best)
    found = _from_candidate(answer, answer.best, text)
    return replace(found, lacking=_lacking(draft, answer), missing_door=_missing_door(answer.best))


def _read(draft: Draft) -> tuple[str, Answer]:
    """The words that name the place, and what they mean: those given as the place, else those of
    the description that stand out as one.
    """
    if draft.place_text:
        return draft.place_text, geocode(draft.place_text)
    mention = find_place(draft.description)
    return (mention.place, mention.answer) if mention is not None else ("", NO_ANSWER)


def _written_point(draft: Draft, answer: Answer, best: Candidate) -> Location:
    """Coordinates in the words are a pin: the polygon decides, and the nearest door is not meant."""
    if best.lon is None or best.lat is None:
        raise ValueError("a point without coordinates")
    place = reverse(best.lon, best.lat)
    found = _from_point(place, draft, best.lon, best.lat, answer, ())
    return replace(found, method="GEOCODER", category=answer.category, lacking="")


def _lacking(draft: Draft, answer: Answer) -> str:
    """What the register lacks of what was written; "" where it lacks nothing that is an address.

    Only a text with a figure is taken for an address: "behind the school" numbers no door.
    """
    known = answer.best is not None and answer.best.address_id is not None
    unknown = {"number_not_found", "street_not_found"} & set(answer.warnings)
    if known or not (unknown or answer.best is None):
        return ""
    if draft.place_text:
        return draft.place_text if re.search(r"\d", draft.place_text) else ""
    number = answer.parsed.get("number", "")
    if answer.best is None or not number:
        return ""
    if answer.best.precision == "INTERPOLATED":  # named with its number
        return answer.best.label
    return f"{answer.best.label} No: {number}" if answer.best.precision == "STREET" else ""


def _missing_door(best: Candidate) -> dict[str, Any]:
    """A number between its neighbours, on their side, as a door in public form."""
    found = re.search(r":\s*(\d+)", best.label) if best.precision == "INTERPOLATED" else None
    side = StreetSide.objects.filter(pk=best.side_id or 0).values_list("uid", flat=True).first()
    if found is None or side is None:
        return {}
    point = {"type": "Point", "coordinates": [best.lon, best.lat]}
    return {
        "side": str(side), "number": int(found[1]), "point_source": "INTERPOLATED",
        "geometry": point,
    }  # fmt: skip


def at_door(address_id: int, *, text: str) -> Location:
    """The place of a door that a person has chosen. Raises InvalidInput for one not in force."""
    door = (
        Address.objects.select_related("side__street", "side__neighbourhood__district")
        .filter(pk=address_id, status__in=LIVING)
        .first()
    )
    if door is None:
        raise InvalidInput({"address": [_("This address is not in the register.")]})
    side = door.side
    label = f"{side.neighbourhood.name}, {side.street.name} No: {door.house_number}, {side.neighbourhood.district.name}"
    return Location(
        lon=door.geom.x,
        lat=door.geom.y,
        precision="DOOR",
        category="A",
        confidence=1.0,
        method="CHOSEN",
        label=label,
        text=text,
        district=side.neighbourhood.district_id,
        neighbourhood=side.neighbourhood_id,
        street=side.street_id,
        address=door.pk,
        building=door.building_id,
        parcel=door.parcel_id,
        warnings=_conflict(side.neighbourhood_id, door.geom),
        sure=True,
    )


def _conflict(neighbourhood: int | None, door: Point) -> tuple[str, ...]:
    """The registered neighbourhood decides; that its outline says otherwise is not hidden."""
    if neighbourhood is None:
        return ()
    outlined = Neighbourhood.objects.filter(pk=neighbourhood, geom__isnull=False)
    return ("outside_polygon",) if outlined.exclude(geom__intersects=door).exists() else ()


def _pinned(draft: Draft, lon: float, lat: float, text: str, answer: Answer) -> Location:
    # The map of the world ends at 85 degrees, before the poles.
    place = reverse(lon, lat) if abs(lat) <= 85 else Place(lon, lat)
    if place.district_id is None:
        raise InvalidInput(
            {"place": [_("This point lies outside the city: on the sea or in another province.")]}
        )
    best = answer.best
    warnings: tuple[str, ...] = ()
    if best is not None and best.address_id is not None and answer.category in ("A", "B"):
        if _metres_to(best, lon, lat) <= _PIN_AND_TEXT_AGREE_M:
            return _from_candidate(answer, best, text)
        warnings = ("text_and_pin_differ",)
    return _from_point(place, draft, lon, lat, answer, warnings)


def _metres_to(candidate: Candidate, lon: float, lat: float) -> float:
    """Near enough for a comparison of a few hundred metres; a candidate without a point is far."""
    if candidate.lon is None or candidate.lat is None:
        return math.inf
    east = math.radians(candidate.lon - lon) * math.cos(math.radians(lat))
    north = math.radians(candidate.lat - lat)
    return _EARTH_RADIUS_M * math.hypot(east, north)


def _from_point(
    place: Place, draft: Draft, lon: float, lat: float, answer: Answer, warnings: tuple[str, ...]
) -> Location:
    """A bare point: here, and only here, the polygon decides the neighbourhood."""
    return Location(
        lon=lon,
        lat=lat,
        precision="POINT",
        method="PIN",
        label=place.label,
        text=draft.place_text,
        district=place.district_id,
        neighbourhood=place.neighbourhood_id,
        street=place.street_id,
        building=place.building_id,
        parcel=place.parcel_id,
        candidates=_kept(answer),
        warnings=(*warnings, *place.warnings),
        sure=True,
        # A pin without words lacks nothing; the description is not read for an address here.
        lacking=_lacking(draft, answer) if draft.place_text else "",
    )


def _from_candidate(answer: Answer, best: Candidate, text: str) -> Location:
    """What the words name. The door's registered neighbourhood decides, not a polygon."""
    bare_area = best.precision in _NO_POINT
    warnings = answer.warnings
    if best.address_id is not None and best.lon is not None and best.lat is not None:
        door = Point(best.lon, best.lat, srid=4326)
        warnings = tuple(dict.fromkeys((*warnings, *_conflict(best.neighbourhood_id, door))))
    return Location(
        lon=None if bare_area else best.lon,
        lat=None if bare_area else best.lat,
        precision=best.precision,
        category=answer.category,
        confidence=best.score,
        method="GEOCODER",
        label=best.label,
        text=text,
        district=best.district_id,
        neighbourhood=best.neighbourhood_id,
        street=best.street_id,
        address=best.address_id,
        building=best.building_id,
        parcel=best.parcel_id,
        candidates=_kept(answer),
        warnings=warnings,
        sure=answer.category in ("A", "B") and not answer.ambiguous,
    )


def none_of_them(location: Location, *, written: str) -> Location:
    """The reporter chose none of the candidates: what is left is an area, or no place at all.

    A door that somebody has just refused is not where the case stands: the address that was
    `written` as its place may be one that the register lacks.
    """
    areas = [c for c in location.candidates if c["address_id"] is None]
    area: dict[str, Any] = areas[0] if areas else {"precision": "NONE"}
    bare = area["precision"] in _NO_POINT
    return replace(
        location,
        lon=None if bare else area.get("lon"),
        lat=None if bare else area.get("lat"),
        precision=area["precision"],
        category="C",
        confidence=area.get("score"),
        label=area.get("label", ""),
        district=area.get("district_id"),
        neighbourhood=area.get("neighbourhood_id"),
        street=area.get("street_id"),
        address=None,
        building=None,
        parcel=None,
        sure=False,
        lacking=location.lacking or (written if re.search(r"\d", written) else ""),
    )


def _kept(answer: Answer) -> tuple[dict[str, Any], ...]:
    """The candidates as they are stored with the case."""
    return tuple(
        {
            "label": c.label,
            "precision": c.precision,
            "score": round(c.score, 3),
            "lon": c.lon,
            "lat": c.lat,
            "address_id": c.address_id,
            "street_id": c.street_id,
            "neighbourhood_id": c.neighbourhood_id,
            "district_id": c.district_id,
        }
        for c in answer.candidates[:5]
    )

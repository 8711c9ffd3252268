"""What the dialects share: one way to find, to filter and to refuse."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, Throttled
from rest_framework.response import Response

from addresses.api.geocode_asked import Point, Query, degrees
from addresses.api.geocode_view import GeocodeView
from addresses.conf import CONF
from addresses.geocoder.answer import Candidate
from addresses.queries.completion import find_or_complete
from addresses.queries.place_words import Box, PlaceWords, words_of
from core.api.problems import InvalidInput

_FILTERED = 20  # so many places are looked through when some may fall out again


class Look(Protocol):
    """How a text is looked up: as an address, or as the beginning of one."""

    def __call__(self, text: str, /, *, limit: int, near: Point | None) -> list[Candidate]: ...


class DialectView(GeocodeView):
    """Every refusal passes through `fault`, which a dialect writes as its clients expect."""

    def fault(self, status: int, message: str) -> Response:
        raise NotImplementedError

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, InvalidInput):
            message = "; ".join(f"{name}: {' '.join(why)}" for name, why in exc.errors.items())
            answer = self.fault(400, message)
        elif isinstance(exc, Throttled):
            answer = self.fault(429, _("Too many questions. Wait a little."))
            if exc.wait is not None:
                answer["Retry-After"] = str(int(exc.wait) + 1)
        elif isinstance(exc, APIException):
            answer = self.fault(exc.status_code, str(exc.detail))
        else:
            return super().handle_exception(exc)
        return self.finalize_response(self.request, answer)


def find(
    text: str,
    *,
    limit: int,
    near: Point | None = None,
    box: Box | None = None,
    kinds: Sequence[str] = (),
    postcode: str = "",
    look: Look = find_or_complete,
) -> list[PlaceWords]:
    """Places with a point, best first; only those in a box (degrees), of some kinds, if asked."""
    filtered = bool(box or kinds or postcode)
    found = words_of(look(text, limit=max(limit, _FILTERED) if filtered else limit, near=near))
    return [
        place
        for place in found
        if place.lon is not None
        and (box is None or _inside(place, box))
        and (not kinds or place.kind in kinds)
        and (not postcode or place.postcode == postcode)
    ][:limit]


def geometry(place: PlaceWords) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [place.lon, place.lat]}


def feature(place: PlaceWords, properties: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature without the properties that are empty."""
    kept = {name: value for name, value in properties.items() if value not in ("", None)}
    return {"type": "Feature", "properties": kept, "geometry": geometry(place)}


def box(query: Query, name: str) -> Box | None:
    """`west,south,east,north` in degrees, or None; corners in any order."""
    raw = query.get(name, "")
    if not raw:
        return None
    parts = raw.split(",")
    named = dict(zip(("x1", "y1", "x2", "y2"), parts, strict=False))
    if len(parts) != 4:
        raise InvalidInput({name: [_("west,south,east,north in degrees.")]})
    try:
        west, east = sorted(degrees(named, side, 180) for side in ("x1", "x2"))
        south, north = sorted(degrees(named, side, 90) for side in ("y1", "y2"))
    except InvalidInput:
        raise InvalidInput({name: [_("west,south,east,north in degrees.")]}) from None
    return west, south, east, north


def middle(of: Box | None) -> Point | None:
    return None if of is None else ((of[0] + of[2]) / 2, (of[1] + of[3]) / 2)


def elsewhere(codes: str) -> bool:
    """Whether a list of country codes leaves our country out."""
    wanted = {code.strip().upper() for code in codes.split(",") if code.strip()}
    return bool(wanted) and wanted.isdisjoint({CONF.country_code, CONF.country_code_3})


def texts(*names: str) -> list[OpenApiParameter]:
    """Parameters for the description of the interface, all of them optional."""
    return [OpenApiParameter(name, str) for name in names]


def _inside(place: PlaceWords, box: Box) -> bool:
    assert place.lon is not None and place.lat is not None
    return box[0] <= place.lon <= box[2] and box[1] <= place.lat <= box[3]

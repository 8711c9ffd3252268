"""Reading the query of a request to the register: every fault names its parameter."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.queries.viewers import viewer_of
from addresses.models import District, Neighbourhood
from addresses.models.entity import Status
from addresses.queries.data_model import EntityType, entities, entity
from addresses.queries.feed import Area
from addresses.queries.rights import rights_of
from core.api.problems import InvalidInput

NEIGHBOURHOOD = OpenApiParameter(
    "neighbourhood", str, description="uids of neighbourhoods, with commas."
)
DISTRICT = OpenApiParameter("district", str, description="The uid of a district.")
AFTER = OpenApiParameter("after", int, description="A change number: what came behind it.")
LIMIT = OpenApiParameter("limit", int)
AS_OF = OpenApiParameter(
    "as_of", OpenApiTypes.DATE, description="The register as it was in force on this day."
)
ENTITIES = OpenApiParameter("entities", str, description="Kinds of records, with commas.")


def whole(request: Request, name: str, *, default: int, low: int, high: int) -> int:
    raw = request.query_params.get(name, str(default))
    if not (raw.isascii() and raw.isdigit() and len(raw) < 16 and low <= int(raw) <= high):
        words = _("A whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
        raise InvalidInput({name: [words]})
    return int(raw)


def kind_named(request: Request, name: str) -> EntityType | None:
    """A kind of record that this caller may read; None if there is none."""
    try:
        kind = entity(name)
    except LookupError:
        return None
    if not kind.public and not rights_of(viewer_of(request.user)).view:
        return None
    return kind


def kinds(request: Request, name: str = "entities") -> Sequence[EntityType]:
    """The public kinds that are asked for; all of them by default, in the order of references."""
    raw = request.query_params.get(name, "")
    wanted = {part for part in raw.split(",") if part}
    known = {kind.name for kind in entities()}
    if unknown := sorted(wanted - known):
        raise InvalidInput({name: [_("There is no %s.") % unknown[0][:40]]})
    return [kind for kind in entities() if not wanted or kind.name in wanted]


def area(request: Request) -> Area | None:
    """The filter by `neighbourhood` (uids) or `district` (a uid); None without one."""
    raw = request.query_params.get("neighbourhood", "")
    if raw:
        uids = [_uid("neighbourhood", part) for part in raw.split(",")[:200]]
        found = list(Neighbourhood.objects.filter(uid__in=uids).values_list("pk", flat=True))
        if len(found) != len(set(uids)):
            raise InvalidInput({"neighbourhood": [_("There is no such record.")]})
        return Area.of(sorted(found))
    raw = request.query_params.get("district", "")
    if not raw:
        return None
    district = District.objects.filter(uid=_uid("district", raw)).first()
    if district is None:
        raise InvalidInput({"district": [_("There is no such record.")]})
    inside = Neighbourhood.objects.filter(district=district).order_by("pk")
    return Area.of(list(inside.values_list("pk", flat=True)))


def statuses(request: Request) -> list[str]:
    wanted = [s for s in request.query_params.get("status", "").split(",") if s]
    if unknown := [s for s in wanted if s not in Status.values]:
        raise InvalidInput({"status": [_("There is no %s.") % unknown[0][:40]]})
    return wanted


def box(request: Request) -> tuple[float, float, float, float] | None:
    raw = request.query_params.get("bbox", "")
    if not raw:
        return None
    try:
        west, south, east, north = (float(part) for part in raw.split(","))
        if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
            raise ValueError
    except ValueError:
        raise InvalidInput({"bbox": [_("west,south,east,north in degrees.")]}) from None
    return west, south, east, north


def _uid(name: str, text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InvalidInput({name: [_("The uid of another record.")]}) from None

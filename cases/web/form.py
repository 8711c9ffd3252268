"""What the citizen's form and the agents' have in common: fields, a draft, the choice of a place."""

import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.models import RequestType
from cases.queries.catalogue import request_types, suggester
from cases.queries.place import Location
from cases.rules.draft import Contact, Draft
from core.api.problems import InvalidInput

_FIELDS = (
    "description",
    "place_text",
    "lon",
    "lat",
    "request_type",
    "full_name",
    "phone",
    "email",
    "place",
)


def values_of(sent: Mapping[str, str], *more: str) -> dict[str, str]:
    """The fields as they were sent, and the key that tells one sending from the next."""
    values = {name: sent.get(name, "") for name in (*_FIELDS, *more)}
    values["key"] = sent.get("key", "") or uuid.uuid4().hex
    return values


def draft_of(values: dict[str, str], *, channel: str) -> Draft:
    """What was filled in. Raises InvalidInput for coordinates that are none."""
    chosen = values["place"].removeprefix("address:")
    return Draft(
        description=values["description"],
        channel=channel,
        external_id=values["key"][:120],
        place_text=values["place_text"],
        lon=_number(values["lon"], "lon"),
        lat=_number(values["lat"], "lat"),
        address_id=int(chosen[:19]) if chosen.isascii() and chosen.isdigit() else None,
        request_type=values["request_type"],
        contact=Contact(values["full_name"], values["phone"], values["email"]),
    )


def _number(text: str, field: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text.strip() else None
    except ValueError:
        raise InvalidInput({field: [_("This is not a number.")]}) from None


def types_by_group() -> list[RequestType]:
    return sorted(request_types().values(), key=lambda t: (t.group.name, t.name))


def which_place(
    request: HttpRequest,
    values: dict[str, str],
    location: Location,
    *,
    section: str,
    kept_photos: int = 0,
) -> HttpResponse:
    """The page that asks which of several places is meant."""
    suggested = suggester().suggest(values["description"], limit=1)
    context = {
        "section": section,
        "values": values,
        "candidates": [c for c in location.candidates if c["address_id"]],
        "others": [c for c in location.candidates if not c["address_id"]],
        "type": request_types()[suggested[0].code] if suggested else None,
        "kept_photos": kept_photos,
    }
    return render(request, "which_place.html", context)

"""What the citizen's form and the agents' have in common: fields, a draft, the choice of a place."""

import json
import uuid

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.models import RequestType
from cases.queries.catalogue import request_types
from cases.queries.place import Location
from cases.rules.draft import Contact, Draft
from cases.web.questions import answers_of, asked_for
from core.api.problems import InvalidInput
from core.web.sent import row_id

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
    "asked",
)


def values_of(sent: QueryDict, *more: str) -> dict[str, str]:
    """The fields as they were sent, the answers as JSON, and the key that tells one sending from the
    next."""
    values = {name: sent.get(name, "") for name in (*_FIELDS, *more)}
    values["answers"] = json.dumps(answers_of(sent), ensure_ascii=False)
    values["key"] = sent.get("key", "") or uuid.uuid4().hex
    return values


def draft_of(values: dict[str, str], *, channel: str, language: str) -> Draft:
    """What was filled in, by somebody to whom one writes in `language`. Raises InvalidInput for coordinates that are none."""
    chosen = values["place"].removeprefix("address:")
    # Who answers the questions of a type that was suggested has agreed to it.
    agreed = "" if values["request_type"] else values["asked"].partition(":")[0]
    request_type = values["request_type"] or (agreed if agreed in request_types() else "")
    return Draft(
        description=values["description"],
        channel=channel,
        external_id=values["key"][:120],
        place_text=values["place_text"],
        lon=_number(values["lon"], "lon"),
        lat=_number(values["lat"], "lat"),
        address_id=row_id(chosen[:18]) or None,
        request_type=request_type,
        suggested=bool(request_type and agreed),
        answers=json.loads(values["answers"] or "{}") if request_type else {},
        contact=Contact(values["full_name"], values["phone"], values["email"], language),
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
    asked = asked_for(values["description"], values["request_type"], {})
    context = {
        "section": section,
        "values": values,
        "candidates": [c for c in location.candidates if c["address_id"]],
        "others": [c for c in location.candidates if not c["address_id"]],
        "type": asked.type,
        "kept_photos": kept_photos,
    }
    return render(request, "which_place.html", context)

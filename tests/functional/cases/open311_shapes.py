"""What the shapes of Open311 GeoReport v2 must be, as JSON Schema. JSON has no root and lists only."""

from typing import Any

_TEXT = {"type": "string"}
_FILLED = {"type": "string", "minLength": 1}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def _list(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": item} | more


DISCOVERY = _object(
    {
        "changeset": _MOMENT,
        "contact": _FILLED,
        "key_service": _FILLED,
        "endpoints": _list(
            _object(
                {
                    "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
                    "url": {"type": "string", "pattern": "^https?://.*[^/]$"},
                    "changeset": _MOMENT,
                    "type": {"enum": ["production", "test"]},
                    "formats": _list({"enum": ["text/xml", "application/json"]}, minItems=1),
                }
            ),
            minItems=1,
        ),
    },
    {"extensions": _list(_FILLED)},
)
SERVICES = _list(
    _object(
        {
            "service_code": _FILLED,
            "service_name": _FILLED,
            "description": _TEXT,
            "metadata": {"type": "boolean"},
            "type": {"enum": ["realtime", "batch", "blackbox"]},
            "keywords": _TEXT,
            "group": _TEXT,
        }
    ),
    minItems=1,
)
DEFINITION = _object(
    {
        "service_code": _FILLED,
        "attributes": _list(
            _object(
                {
                    "variable": {"type": "boolean"},
                    "code": _FILLED,
                    "datatype": {
                        "enum": ["string", "number", "datetime", "text", "singlevaluelist",
                                 "multivaluelist"]
                    },
                    "required": {"type": "boolean"},
                    "datatype_description": _TEXT,
                    "order": {"type": "integer", "minimum": 1},
                    "description": _FILLED,
                },
                {"values": _list(_object({"key": _FILLED, "name": _FILLED}), minItems=1)},
            )
        ),
    }
)  # fmt: skip
_REQUEST = {
    "service_request_id": _FILLED,
    "status": {"enum": ["open", "closed"]},
    "status_notes": _TEXT,
    "service_name": _TEXT,
    "service_code": _TEXT,
    "description": _TEXT,
    "agency_responsible": _TEXT,
    "service_notice": _TEXT,
    "requested_datetime": _MOMENT,
    "updated_datetime": _MOMENT,
    "address": _TEXT,
    "address_id": _TEXT,
    "zipcode": _TEXT,
    "media_url": _TEXT,
}
_SOMETIMES = {
    "expected_datetime": _MOMENT,
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "long": {"type": "number", "minimum": -180, "maximum": 180},
}
_EXTENDED = {
    "account_id": _TEXT,
    "extended_attributes": {"type": "object"},
    "media_urls": _list(_FILLED),
    "notes": _list(_object({"description": _TEXT, "datetime": _MOMENT})),
}
_PAIR = {"dependentRequired": {"lat": ["long"], "long": ["lat"]}}
REQUESTS = _list(_object(_REQUEST, _SOMETIMES) | _PAIR, maxItems=1000)
EXTENDED = _list(_object(_REQUEST | _EXTENDED, _SOMETIMES) | _PAIR, maxItems=1000)
OPENED = _list(
    _object(
        {"service_notice": _TEXT, "account_id": _TEXT},
        {"service_request_id": _FILLED, "token": _FILLED},
    )
    | {"not": {"required": ["service_request_id", "token"]}},
    minItems=1,
    maxItems=1,
)
TOKEN = _list(_object({"token": _FILLED}, {"service_request_id": _FILLED}), minItems=1, maxItems=1)
UPDATES = _list(
    _object(
        {
            "update_id": _FILLED,
            "service_request_id": _FILLED,
            "status": {"enum": ["open", "closed"]},
            "updated_datetime": _MOMENT,
            "description": _TEXT,
            "media_url": _TEXT,
            "extended_attributes": {"type": "object"},
        }
    )
)
ERRORS = _list(
    _object({"code": {"type": "integer", "minimum": 400}, "description": _FILLED}), minItems=1
)

"""One shape, written as JSON or as XML. XML has a declaration, no namespaces, and is escaped once."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from django.http import HttpResponse

from cases.rules.wire import moment

XML, JSON = "xml", "json"
_TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
# What XML 1.0 cannot hold, however it is escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What the members of a list are called in XML.
_MEMBER = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "service_requests_updates": "request_update",
    "service_request_updates": "request_update",
    "extensions": "extension",
    "notes": "note",
    "media_urls": "media_url",
    "extended_answers": "answer",
}


def answer(root: str, content: Any, form: str, status: int = 200) -> HttpResponse:
    """`content` is a list of members of `root`, or the mapping inside it. JSON has no root."""
    if form == JSON:
        body = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":")).encode()
    else:
        body = ET.tostring(_element(root, _plain(content)), "utf-8", xml_declaration=True)
    return HttpResponse(body, content_type=_TYPES[form], status=status)


def _plain(value: Any) -> Any:
    """Dates as text; what is not known is left out."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return moment(value) if isinstance(value, datetime) else value


def _element(name: str, value: Any) -> ET.Element:
    element = ET.Element(name)
    if isinstance(value, dict):
        element.extend(_element(k, v) for k, v in value.items())
    elif isinstance(value, list):
        element.extend(_element(_MEMBER[name], v) for v in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _UNWRITABLE.sub("", str(value))
    return element

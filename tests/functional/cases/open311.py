"""Asks and sends as clients of Open311 do, and checks what both formats say."""

from typing import Any
from xml.etree import ElementTree as ET

from django.test import Client
from jsonschema import validate

from tests.functional.cases import open311_shapes as shapes

V2 = "/open311/v2"


FLAT = {
    "questions": [
        {"name": "floor", "kind": "number", "tr": "Kaçıncı kat?", "required": True},
        {"name": "kinds", "kind": "several_of", "tr": "Ne?",
         "options": [{"value": "a", "tr": "A"}, {"value": "b", "tr": "B"}]},
        {"name": "who", "kind": "text", "tr": "Kim?", "private": True},
    ]
}  # fmt: skip


def ask(path: str, schema: Any = None, code: int = 200, **query: Any) -> Any:
    """The JSON of an answer, whose XML says the same."""
    found = Client().get(f"{V2}/{path}.json", query, HTTP_ACCEPT_LANGUAGE="en")
    assert found.status_code == code, found.content
    assert found["Content-Type"] == "application/json; charset=utf-8"
    body = found.json()
    validate(body, schema or (shapes.ERRORS if code >= 400 else {}))
    as_xml = Client().get(f"{V2}/{path}.xml", query, HTTP_ACCEPT_LANGUAGE="en")
    assert as_xml.status_code == code
    assert as_xml["Content-Type"] == "text/xml; charset=utf-8"
    assert as_xml.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert same(ET.fromstring(as_xml.content), body), as_xml.content
    return body


def same(element: ET.Element, value: Any) -> bool:
    if isinstance(value, list):
        return len(element) == len(value) and all(map(same, element, value))
    if isinstance(value, dict):
        return [e.tag for e in element] == list(value) and all(
            same(e, v) for e, v in zip(element, value.values(), strict=True)
        )
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else str(value)
    return (element.text or "") == text


def send(key: str | None = None, code: int = 201, path: str = "requests", form: str = "json",
         headers: Any = None, **data: Any) -> Any:  # fmt: skip
    if path == "requests":
        data = {"service_code": "cop", "description": "Çöp", "lat": 39.595, "long": 27.905} | data
    if key:
        data["api_key"] = key
    data = {k: v for k, v in data.items() if v is not None}
    found = Client().post(
        f"{V2}/{path}.{form}", data, HTTP_ACCEPT_LANGUAGE="en", headers=headers or {}
    )
    assert found.status_code == code, found.content
    if form == "xml":
        return ET.fromstring(found.content)
    body = found.json()
    validate(body, shapes.ERRORS if code >= 400 else {})
    return body


def open_one(key: str, **data: Any) -> str:
    body = send(key, **data)
    validate(body, shapes.OPENED)
    return body[0]["service_request_id"]


def words(body: Any) -> str:
    return " ".join(e["description"] for e in body)

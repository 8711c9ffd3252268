"""The same answers as pages, for people: landing, collections, features. They work without JavaScript."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from tiles.features import Collection, Property, Shape
from tiles.features.question import Question

_CELL = 120  # letters of a value in a table


def landing_page(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    return _page(request, "landing", {"about": body})


def conformance_page(request: HttpRequest, classes: Sequence[str]) -> HttpResponse:
    return _page(request, "conformance", {"classes": classes})


def collections_page(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    return _page(request, "collections", {"collections": body["collections"]})


def collection_page(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    return _page(request, "collection", {"about": body, "features": body.get("itemType")})


def properties_page(request: HttpRequest, one: Collection, body: dict[str, Any]) -> HttpResponse:
    properties = [
        (name, p.get("title", ""), p.get("format") or p.get("type", ""), p.get("enum"))
        for name, p in body["properties"].items()
    ]
    return _page(request, "properties", {"one": one, "about": body, "properties": properties})


def items_page(
    request: HttpRequest,
    question: Question,
    features: Sequence[dict[str, Any]],
    matched: int | None,
    links: Sequence[dict[str, Any]],
) -> HttpResponse:
    """A table of the features' properties."""
    told = question.told
    rows = [
        (feature["id"], [_cell(p, feature["properties"].get(p.name)) for p in told])
        for feature in features
    ]
    context = {
        "one": question.collection,
        "properties": told,
        "rows": rows,
        "matched": matched,
        "next": next((link["href"] for link in links if link["rel"] == "next"), None),
        "others": [link for link in links if link["rel"] == "alternate"],
    }
    return _page(request, "items", context)


def item_page(
    request: HttpRequest, one: Collection, feature: dict[str, Any], shape: Shape
) -> HttpResponse:
    known = shape.by_name
    properties = [
        (known[n].title, n, _cell(known[n], v, 2000)) for n, v in feature["properties"].items()
    ]
    kind = (feature["geometry"] or {}).get("type")
    context = {"one": one, "feature": feature, "properties": properties, "kind": kind}
    if kind == "Point":
        context["place"] = feature["geometry"]["coordinates"]
    return _page(request, "item", context)


def _cell(one: Property, value: Any, most: int = _CELL) -> str:
    """A value in words, where there are some."""
    if value is None or value == {}:
        return ""
    words = {True: _("Yes"), False: _("No")} if one.type == "boolean" else dict(one.choices)
    text = str(words.get(value, value) if isinstance(value, str | bool) else value)
    return text if len(text) <= most else text[:most] + "…"


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, f"ogc/{name}.html", context)
    patch_vary_headers(answer, ("Accept", "Accept-Language", "Cookie"))
    return answer

"""Asks for features and reads answers."""

from typing import Any

from django.test import Client


def get(collection: str, client: Client | None = None, **query: Any) -> Any:
    """The answer of `/items`; a parameter `bbox_crs` is written `bbox-crs`."""
    names = {"bbox_crs": "bbox-crs", "filter_crs": "filter-crs", "filter_lang": "filter-lang"}
    given = {names.get(k, k): v for k, v in query.items()}
    return (client or Client()).get(f"/ogc/collections/{collection}/items", given)


def page(collection: str, client: Client | None = None, **query: Any) -> dict[str, Any]:
    answer = get(collection, client, **query)
    assert answer.status_code == 200, answer.content
    return read(answer)


def read(answer: Any) -> dict[str, Any]:
    """The body, also of one that comes in parts."""
    import json

    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return json.loads(body)


def ids(collection: str, client: Client | None = None, **query: Any) -> list[str]:
    return [feature["id"] for feature in page(collection, client, **query)["features"]]


def link(body: dict[str, Any], rel: str) -> str | None:
    return next((one["href"] for one in body["links"] if one["rel"] == rel), None)


def refused(answer: Any, name: str) -> str:
    """The reason of a refusal with 400 that names this parameter and nothing else."""
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert list(body["errors"]) == [name], body
    return " ".join(body["errors"][name])

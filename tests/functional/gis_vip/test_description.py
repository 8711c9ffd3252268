"""The described interface: valid OpenAPI 3.1, and no operation answers with a fault of ours or in a way it does not describe."""

import json
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client, RequestFactory
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.clients import make_client
from tests.factories import City
from tiles.api.ogc import api

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_connection() -> Any:
    """The requests see what the test has written and not committed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def described() -> dict[str, Any]:
    answer = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    return json.loads(answer.content)


def test_a_key_that_comes_along_is_of_no_interest(city: City):
    for key in (make_client(city)[1], "vip_nonsense"):
        for path in ("/api/schema/", "/api/docs/"):
            answer = Client().get(path, headers={"Authorization": f"Bearer {key}"})
            assert answer.status_code == 200


def test_it_is_openapi_3_1_and_its_schemas_are_schemas():
    document = described()
    assert document["openapi"].startswith("3.1")
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert name
    seen = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in ("get", "post", "put", "patch", "delete"):
                assert operation["operationId"] not in seen, path
                seen.add(operation["operationId"])
                assert "4XX" in operation["responses"]


def operations() -> list[tuple[str, str]]:
    document = described_once()
    return [
        (method.upper(), path)
        for path, ops in sorted(document["paths"].items())
        for method in ops
        if method in ("get", "post", "put", "patch", "delete")
    ]


def described_once() -> dict[str, Any]:
    return json.loads(
        json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
    )


def answers_as_described(
    document: dict[str, Any], at: str, method: str, path: str, *, key: str, times: int
) -> None:
    """Asks an operation so many times what its description allows, without and with a key."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.base_url = at
    application = get_wsgi_application()

    @settings(
        max_examples=times, deadline=None, database=None, derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=schema[path][method].as_strategy())
    def ask(case: Any) -> None:
        for headers in ({}, {"Authorization": f"Bearer {key}"}):
            answer = case.call(app=application, headers=headers)
            case.validate_response(answer, checks=(not_a_server_error, status_code_conformance))

    ask()


@pytest.mark.parametrize(("method", "path"), operations())
def test_an_operation_answers_as_described(city: City, method: str, path: str):
    _row, key = make_client(city)
    answers_as_described(described_once(), "http://testserver", method, path, key=key, times=12)


def ogc() -> dict[str, Any]:
    """Not by the test client, which puts back the signals that close the test's connection."""
    return json.loads(api(RequestFactory().get("/ogc/api")).content)


def ogc_operations() -> list[tuple[str, str]]:
    """Without those of tiles, whose addresses are numbers: tests/integration/tiles asks them."""
    paths = (
        "/", "/conformance", "/collections", "/collections/{collectionId}",
        "/collections/{featureCollectionId}/items", "/collections/{featureCollectionId}/items/{featureId}",
        "/collections/{featureCollectionId}/queryables", "/collections/{featureCollectionId}/schema",
        "/collections/{featureCollectionId}/sortables",
    )  # fmt: skip
    return [("GET", path) for path in paths]


@pytest.mark.parametrize(("method", "path"), ogc_operations())
def test_an_operation_of_the_ogc_answers_as_described(city: City, method: str, path: str):
    _row, key = make_client(city)
    at = "http://testserver/ogc"
    document = ogc() | {"servers": [{"url": at}]}
    answers_as_described(document, at, method, path, key=key, times=25)

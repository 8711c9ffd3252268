"""OAuth 2.0 client credentials, as the RFCs say: tokens, narrower scopes, errors, revocation, metadata."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.utils import timezone
from oauthlib.oauth2 import BackendApplicationClient

from accounts.conf import CONF
from accounts.models import ClientToken
from accounts.queries.clients import forget_known
from accounts.rules.clients import CASES_READ, REGISTRY_READ
from tests.clients import make_client, program
from tests.factories import City

pytestmark = pytest.mark.django_db


def basic(client: str, secret: str) -> dict[str, str]:
    both = f"{quote(client)}:{quote(secret)}".encode()
    return {"Authorization": f"Basic {b64encode(both).decode()}"}


def post(path: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Any:
    return Client(enforce_csrf_checks=True).post(
        path, urlencode(form), content_type="application/x-www-form-urlencoded", headers=headers
    )


def token_of(row: Any, key: str, **form: str) -> Any:
    form = {"grant_type": "client_credentials"} | form
    return post("/oauth/token", form, basic(str(row.uid), key))


@pytest.mark.parametrize("way", ["basic", "post"])
def test_a_token_opens_what_the_key_opens(city: City, way: str) -> None:
    row, key = make_client(city, scopes=(CASES_READ, REGISTRY_READ))
    form = {"grant_type": "client_credentials"}
    if way == "basic":
        answer = post("/oauth/token", form, basic(str(row.uid), key))
    else:
        answer = post("/oauth/token", form | {"client_id": str(row.uid), "client_secret": key})
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    # What a client's library makes of it.
    said = BackendApplicationClient(str(row.uid)).parse_request_body_response(answer.content)
    assert said["token_type"] == "Bearer" and said["expires_in"] == CONF.token_seconds
    assert set(said["scope"]) == {CASES_READ, REGISTRY_READ}
    assert said["access_token"] not in str(list(ClientToken.objects.values()))
    assert program(said["access_token"]).get("/api/v1/cases").status_code == 200


def test_scopes_are_narrowed_and_never_widened(city: City) -> None:
    row, key = make_client(city, scopes=(CASES_READ, REGISTRY_READ))
    said = token_of(row, key, scope=REGISTRY_READ).json()
    assert said["scope"] == REGISTRY_READ
    narrow = program(said["access_token"])
    assert narrow.get("/api/v1/register/").status_code == 200
    refused = narrow.get("/api/v1/cases")
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]
    for scope in ("works:publish", "all", f"{REGISTRY_READ} works:publish"):
        answer = token_of(row, key, scope=scope)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert ClientToken.objects.count() == 1


def test_errors_are_those_of_the_rfc(city: City) -> None:
    row, key = make_client(city)
    other, _key = make_client(city, name="Başka")
    form = {"grant_type": "client_credentials"}
    wrong = [
        basic(str(row.uid), "vip_" + "x" * 43), basic(str(other.uid), key), basic("", key),
        basic("x\0", key), {"Authorization": "Basic !!!"}, {"Authorization": "Basic"}, {},
        {"Authorization": f"Bearer {key}"},
    ]  # fmt: skip
    for headers in wrong:
        answer = post("/oauth/token", form, headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), headers
        assert answer["WWW-Authenticate"].startswith("Basic")
    good = basic(str(row.uid), key)
    for sent, error in (
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "x"}, "unsupported_grant_type"),
        ({}, "invalid_request"),
    ):
        answer = post("/oauth/token", sent, good)
        assert (answer.status_code, answer.json()["error"]) == (400, error), sent
    assert Client().get("/oauth/token").status_code in (400, 405)
    assert post("/oauth/token?client_secret=x", form, good).status_code == 400
    for body in (b"\xff\xfe", b"grant_type=%00", b"x" * 10_000, b"{}"):
        answer = Client().post(
            "/oauth/token", body, content_type="application/x-www-form-urlencoded", headers=good
        )
        assert answer.status_code == 400, body[:10]
    assert ClientToken.objects.count() == 0


def test_a_token_is_no_secret_and_gets_no_other(city: City) -> None:
    row, key = make_client(city)
    said = token_of(row, key).json()
    assert token_of(row, said["access_token"]).status_code == 401


def test_a_token_ends_by_itself_with_its_key_and_by_revocation(city: City) -> None:
    row, key = make_client(city)

    def lives(token: str) -> bool:
        forget_known()
        return program(token).get("/api/v1/cases").status_code == 200

    first = token_of(row, key).json()["access_token"]
    ClientToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not lives(first)
    second = token_of(row, key).json()["access_token"]
    row.keys.update(revoked_at=timezone.now())
    assert not lives(second)
    row.keys.update(revoked_at=None)
    assert lives(second)
    other, other_key = make_client(city, name="Başka")
    headers = basic(str(other.uid), other_key)
    assert post("/oauth/revoke", {"token": second}, headers).status_code == 200
    assert lives(second)  # another's
    headers = basic(str(row.uid), key)
    for token in (second, second, "nothing"):
        assert post("/oauth/revoke", {"token": token}, headers).status_code == 200
    assert not lives(second)
    assert post("/oauth/revoke", {"token": second}).status_code == 401
    assert post("/oauth/revoke", {}, headers).status_code == 400


def test_metadata(client: Client) -> None:
    said = client.get("/.well-known/oauth-authorization-server").json()
    assert said["issuer"] == "http://testserver"
    assert said["token_endpoint"] == "http://testserver/oauth/token"
    assert said["grant_types_supported"] == ["client_credentials"]
    assert CASES_READ in said["scopes_supported"]


def test_guessing_secrets_is_held_up(city: City) -> None:
    row, _key = make_client(city)
    statuses = {token_of(row, "vip_x").status_code for _ in range(CONF.open_burst + 5)}
    assert statuses == {401, 429}

"""Programs: every address of the API × every scope. What is not named below is closed to them."""

from typing import Any

import pytest

from accounts.rules.clients import (
    CASES_EXCHANGE,
    CASES_READ,
    CHANGES_PROPOSE,
    REGISTRY_READ,
    SCOPES,
    WORKS_PUBLISH,
)
from addresses.models import ChangeRequest
from cases.models import Case
from tests.clients import make_client, program
from tests.integration.access.test_matrix import CASE_DOORS, DOORS, World, doors, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

# Address and method → the scope that opens it.
OPEN: dict[tuple[str, str], str] = {
    **{
        (name, "get"): REGISTRY_READ
        for name in DOORS
        if name.startswith(("register_list", "register_record", "register_history", "feed_"))
        and not name.startswith("feed_subscription")
    },
    ("register_collections", "get"): REGISTRY_READ,
    ("register_datamodel", "get"): REGISTRY_READ,
    ("register_requests_api", "get"): CHANGES_PROPOSE,  # its own
    ("register_requests_api", "post"): CHANGES_PROPOSE,
    ("register_request_api", "get"): CHANGES_PROPOSE,
    ("api_doors", "get"): REGISTRY_READ,
    ("api_cases", "get"): CASES_READ,
    ("api_cases", "post"): CASES_EXCHANGE,
    ("api_case", "get"): CASES_READ,
    ("case_feed_latest", "get"): CASES_READ,
    ("case_feed_events", "get"): CASES_READ,
    ("api_request_types", "get"): REGISTRY_READ,
    ("api_works", "post"): WORKS_PUBLISH,
    ("api_works_check", "post"): WORKS_PUBLISH,
    ("api_work_move", "post"): WORKS_PUBLISH,
    ("api_work_conflicts", "get"): WORKS_PUBLISH,
    ("feed_subscriptions", "get"): REGISTRY_READ,
    ("feed_subscriptions", "post"): REGISTRY_READ,
}
# Every client follows what its scopes let it see; somebody else's are not there (404).
EVERY = {
    (name, method)
    for name in DOORS
    if name.startswith("webhook")
    for method in ("get", "post", "patch", "delete")
} | {("api_works", "get"), ("api_work", "get")}


def _asked(method: str, path: str, data: Any, key: str) -> Any:
    sent = {"content_type": "application/json"} if data is not None else {}
    return getattr(program(key), method)(path, data if data is not None else {}, **sent)


def _api(w: World) -> list[tuple[str, str, str, Any]]:
    found = [
        (name, door.method, door.path if isinstance(door.path, str) else door.path(w), door.data)
        for name, _i, door in doors()
    ]
    own = w.cases["own"]
    found += [(name, door.method, door.path(w, own), None) for name, door in CASE_DOORS.items()]
    return [one for one in found if one[2].startswith("/api/v1/")]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_opens_its_addresses_and_no_other(
    world: World,  # noqa: F811
    db: None,
    scope: str,
) -> None:
    _row, key = make_client(world.city, scopes=(scope,))
    before = ChangeRequest.objects.count(), Case.objects.count()
    entered = set()
    for name, method, path, data in _api(world):
        answer = _asked(method, path, data, key)
        if (name, method) in EVERY or "subscriptions/" in path:
            assert answer.status_code in (200, 400, 403, 404), path
            continue
        if answer.status_code not in (401, 403):
            entered.add((name, method))
        else:
            assert answer["Content-Type"] == "application/problem+json", path
            assert set(answer.json()) <= {"type", "title", "status", "detail", "code"}
    assert entered == {door for door, opens in OPEN.items() if opens == scope}
    assert (ChangeRequest.objects.count(), Case.objects.count()) == before


def test_a_key_opens_no_page(world: World, db: None) -> None:  # noqa: F811
    _row, key = make_client(world.city)
    for path in ("/console/", "/console/members/", "/register/", "/admin/", "/reports/"):
        assert program(key).get(path).status_code in (302, 403), path

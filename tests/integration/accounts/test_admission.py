"""The one door: keys, limits in Redis, networks, and what is over at once."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import rates
from accounts.actions.api_keys import issue_key
from accounts.actions.clients import (
    CeilingTerms,
    change_client,
    revoke_client_key,
    rotate_key,
    set_ceiling,
)
from accounts.actions.rates import count
from accounts.api.admission import NotAdmitted, admit
from accounts.conf import CONF
from accounts.models import ApiClient, ClientEvent, ClientKey
from accounts.queries import clients as known_clients
from accounts.queries.clients import forget_known
from accounts.queries.viewers import viewer_of
from accounts.rules.clients import CASES_READ, REGISTRY_READ, Limits
from accounts.rules.roles import Permission
from core.api.problems import InvalidInput
from tests.clients import make_client
from tests.factories import City

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def asking(key: str = "", **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = RequestFactory().get(more.pop("path", "/x"), headers=headers, **more)
    request.user = AnonymousUser()
    return request


def refused(request: Any, **asked: Any) -> NotAdmitted:
    with pytest.raises(NotAdmitted) as caught:
        admit(request, **asked)
    return caught.value


def test_a_client_is_known_by_its_key(city: City) -> None:
    row, key = make_client(city, scopes=(CASES_READ,), hidden_fields=("cases.description",))
    found = admit(asking(key))
    assert found.client is not None
    assert (found.client.id, found.client.organisation) == (row.pk, city.bodies["a"].pk)
    assert found.client.scopes == {CASES_READ}
    assert found.client.hides("cases", "description") and not found.client.hides("cases", "state")
    assert found.viewer.may(Permission.SEE_CASES) and found.viewer.user_id is None
    assert key not in {str(v) for k in ClientKey.objects.all() for v in vars(k).values()}
    assert key not in str(list(ClientEvent.objects.values_list("data")))


def test_a_scope_that_is_lacking_is_named(city: City) -> None:
    _row, key = make_client(city, scopes=(REGISTRY_READ,))
    error = refused(asking(key), scope=CASES_READ)
    assert error.status == 403 and 'scope="cases:read"' in error.headers["WWW-Authenticate"]
    assert not admit(asking(key)).viewer.permissions


def test_limits_are_told_and_held(city: City) -> None:
    _row, key = make_client(city, burst=3, rate_per_minute=60, daily_quota=100)
    left = []
    for _ in range(3):
        headers = admit(asking(key), now=NOW).headers
        left.append((headers["RateLimit-Remaining"], headers["X-Quota-Remaining"]))
    assert left == [("2", "99"), ("1", "98"), ("0", "97")]
    assert headers["RateLimit-Limit"] == "3" and headers["RateLimit-Reset"] == "3"
    assert headers["RateLimit-Policy"] == "60;w=60;burst=3, 100;w=86400"
    error = refused(asking(key), now=NOW)
    assert error.status == 429 and error.headers["Retry-After"] == "1"
    # A second later there is room for one more, and for one only.
    admit(asking(key), now=NOW + timedelta(seconds=1))
    assert refused(asking(key), now=NOW + timedelta(seconds=1)).status == 429


def test_the_quota_of_a_day_ends_at_midnight_of_the_city(city: City) -> None:
    _row, key = make_client(city, burst=10, daily_quota=2)
    late = datetime(2026, 11, 27, 20, 59, tzinfo=UTC)  # 23:59 in Istanbul
    admit(asking(key), now=late)
    admit(asking(key), now=late)
    error = refused(asking(key), now=late)
    assert error.status == 429 and error.headers["Retry-After"] == "60"
    admit(asking(key), now=late + timedelta(seconds=61))


def test_one_request_is_counted_once(city: City) -> None:
    _row, key = make_client(city, burst=5)
    request = asking(key)
    first, second = admit(request, now=NOW), admit(request, scope=CASES_READ, now=NOW)
    assert first is second


def test_counting_is_one_round_trip_and_fixed_work(city: City, monkeypatch: Any) -> None:
    _row, key = make_client(city)
    admit(asking(key))
    asked: list[Any] = []
    line = cache._cache._line  # type: ignore[attr-defined]
    monkeypatch.setattr(line, "_ask", lambda m, n, real=line._ask: asked.append(n) or real(m, n))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        admit(asking(key))
    assert asked == [1] and len(queries) == 0


def test_admitting_takes_less_than_a_millisecond(city: City) -> None:
    _row, key = make_client(city)
    requests = [asking(key) for _ in range(300)]
    admit(requests[0])
    took = []
    for request in requests[1:]:
        began = time.perf_counter()
        admit(request)
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.001


def test_many_at_once_are_counted_exactly(city: City) -> None:
    from concurrent.futures import ThreadPoolExecutor

    limits = Limits(1, 50, 1000)
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: count("many", limits, now=NOW), range(200)))
    assert sum(c is not None and c.admitted for c in counts) == 50


def test_without_redis_reading_goes_on_and_writing_waits(
    city: City, monkeypatch: Any, caplog: Any
) -> None:
    _row, key = make_client(city)
    monkeypatch.setattr(rates.cache, "evaluate", lambda *_: None)
    assert admit(asking(key)).client is not None
    assert "not counted" in caplog.text
    write = RequestFactory().post("/x", headers={"Authorization": f"Bearer {key}"})
    error = refused(write)
    assert error.status == 503 and error.headers["Retry-After"]


def test_a_revoked_key_is_over_at_once_here_and_in_seconds_elsewhere(
    city: City, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    row, key = make_client(city)
    admin = viewer_of(city.people["administrator"])
    admit(asking(key))
    # Elsewhere: nobody tells that process.
    ClientKey.objects.update(revoked_at=timezone.now())
    admit(asking(key))
    clock = time.monotonic() + CONF.known_seconds + 0.1
    monkeypatch.setattr(known_clients.time, "monotonic", lambda: clock)
    assert refused(asking(key)).status == 401
    # Here.
    ClientKey.objects.update(revoked_at=None)
    admit(asking(key))
    with django_capture_on_commit_callbacks(execute=True):
        revoke_client_key(client=row.pk, key=row.keys.get().pk, viewer=admin, now=timezone.now())
    assert refused(asking(key)).status == 401


def test_rotation_lets_the_old_key_live_for_the_overlap(city: City) -> None:
    row, old = make_client(city, now=NOW)
    admin = viewer_of(city.people["administrator"])
    issued = rotate_key(
        client=row.pk, key=row.keys.get().pk, overlap_days=2, days=90, viewer=admin, now=NOW
    )
    for later, lives in ((1, True), (3, False)):
        forget_known()
        now = NOW + timedelta(days=later)
        assert admit(asking(issued.key), now=now).client is not None
        if lives:
            admit(asking(old), now=now)
        else:
            assert refused(asking(old), now=now).status == 401


@pytest.mark.parametrize("key", ["", "vip_", "vip_" + "x" * 43, "nothing", "vip_ş", "x" * 10_000])
def test_what_is_no_key_is_told_nothing(city: City, key: str) -> None:
    request = RequestFactory().get("/x", headers={"Authorization": f"Bearer {key}"})
    error = refused(request)
    assert error.status == 401 and "RateLimit-Limit" not in error.headers


def test_who_tries_keys_is_held_up(city: City, monkeypatch: Any) -> None:
    statuses = [refused(asking(f"vip_{i:043}"), now=NOW).status for i in range(CONF.open_burst + 2)]
    assert statuses[-1] == 429 and statuses[0] == 401


@pytest.mark.parametrize(
    "networks, sender, lets_in",
    [
        (("192.0.2.0/24",), "192.0.2.7", True),
        (("192.0.2.0/24",), "192.0.3.7", False),
        (("192.0.2.0/24",), "::ffff:192.0.2.7", True),
        (("2001:db8::/32",), "2001:db8::1", True),
        (("2001:db8::/32",), "192.0.2.7", False),
        (("2001:db8::/32",), "nonsense", False),
        ((), "192.0.2.7", True),
    ],
)
def test_networks(city: City, networks: tuple[str, ...], sender: str, lets_in: bool) -> None:
    _row, key = make_client(city, networks=networks)
    request = asking(key, REMOTE_ADDR=sender)
    if lets_in:
        assert admit(request).client is not None
    else:
        assert refused(request).status == 403


def test_a_parameter_counts_only_where_the_caller_says_so(city: City) -> None:
    _row, key = make_client(city)
    path = f"/x?api_key={key}"
    assert admit(asking(path=path)).client is None
    assert admit(asking(path=path), parameter="api_key").client is not None


def test_a_persons_key_acts_for_the_person(city: City) -> None:
    key = issue_key(city.people["agent"], name="x", days=1, now=timezone.now())
    found = admit(asking(key))
    assert found.client is None and found.viewer.user_id == city.people["agent"].pk


def test_open_data_have_a_lower_rate_by_address(city: City) -> None:
    for _ in range(CONF.open_burst):
        found = admit(asking(REMOTE_ADDR="192.0.2.1"), now=NOW)
    assert found.viewer.user_id is None and found.headers["RateLimit-Remaining"] == "0"
    assert refused(asking(REMOTE_ADDR="192.0.2.1"), now=NOW).status == 429
    admit(asking(REMOTE_ADDR="192.0.2.2"), now=NOW)


def test_nobody_goes_beyond_what_the_city_gave(city: City) -> None:
    row, key = make_client(city)
    admin = viewer_of(city.people["administrator"])
    most = CeilingTerms(scopes=(), rate_per_minute=10, burst=2, daily_quota=5)
    set_ceiling(organisation=row.organisation_id, terms=most, viewer=admin, now=NOW)
    forget_known()
    found = admit(asking(key), now=NOW)
    assert found.client is not None and CASES_READ not in found.client.scopes
    assert found.headers["RateLimit-Limit"] == "2" and found.headers["X-Quota-Remaining"] == "4"


def test_an_inactive_client_or_body_has_no_key(city: City) -> None:
    row, key = make_client(city)
    for model in (ApiClient.objects.filter(pk=row.pk), type(row.organisation).objects.all()):
        forget_known()
        admit(asking(key))
        model.update(active=False)
        forget_known()
        assert refused(asking(key)).status == 401
        model.update(active=True)


def test_changes_are_checked_and_written_down(city: City) -> None:
    from accounts.actions.clients import ClientTerms

    row, _key = make_client(city)
    admin = viewer_of(city.people["administrator"])
    good = {"name": "x", "contact": "a@example.org"}
    for field, value in (
        ("name", ""), ("name", "x\0"), ("contact", "nobody"), ("scopes", ("all",)),
        ("networks", ("10.0.0.0/99",)), ("hidden_fields", ("a.b.c",)), ("burst", 0),
        ("daily_quota", 10**12),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            terms = ClientTerms(**(good | {field: value}))
            change_client(client=row.pk, terms=terms, viewer=admin, now=NOW)
        assert list(caught.value.errors) == [field]
    change_client(client=row.pk, terms=ClientTerms(**good), viewer=admin, now=NOW)
    event = ClientEvent.objects.filter(kind="CHANGED").get()
    assert event.by_id == admin.user_id and event.data["name"] == ["Harita", "x"]

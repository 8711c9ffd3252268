"""Tiles under pressure: absurd requests, too many at once, after a restart."""

import http.client
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg2
import pytest
import requests
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings

from accounts.rules.viewer import ANONYMOUS
from cases.actions.open_case import open_case
from cases.rules.draft import Draft
from tests.factories import NOW, make_city
from tests.integration.tiles.grid import tile_of, url
from tiles.actions import serve
from tiles.layers import Layer, TileRequest
from tiles.queries import bounded
from tiles.rules.grid import TileAddress


def run(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def layer(build: Callable[[TileRequest], bytes], name: str = "made") -> Layer:
    return Layer(name, "", "point", {}, 0, 16, build, ("made",))


def unbuilt(etag: str) -> serve.Look:
    return serve.Look(f"tile:{etag}", etag, None)


REQUEST = TileRequest(TileAddress(3, 4, 2), ANONYMOUS, {})


@pytest.mark.django_db
class TestAbsurdRequests:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/tiles/" + ",".join(f"l{n}" for n in range(1000)) + "/3/0/0.mvt", 400),
            ("/tiles/" + "doors," * 1000 + "streets/3/0/0.mvt", 404),
            ("/tiles/" + "doors," * 1000 + "streets.json", 404),
            ("/tiles/cases/14/9400/6200.mvt?group=" + "a" * 10_000, 400),
            ("/tiles/cases/14/9400/6200.mvt?" + "group=a&" * 2000, 400),
            ("/tiles/cases.json?secret=1", 400),
            ("/tiles/doors/30/0/0.mvt", 400),
            ("/tiles/doors/22/0/0.mvt", 204),
            ("/tiles/doors/0/0/0.mvt", 204),
            ("/tiles/doors/16/0/0.mvt?id=1", 400),
        ],
    )
    def test_they_cost_no_query_and_tell_nothing(
        self, client: Client, django_assert_num_queries: Any, path: str, status: int
    ):
        with django_assert_num_queries(0):
            response = client.get(path)
        assert response.status_code == status
        if status >= 400:
            assert response["Content-Type"] == "application/problem+json"
            assert response.json().keys() >= {"type", "title", "status", "detail"}
            assert len(response.content) < 400
            assert "open_only" not in response.content.decode()


def test_reading_only_is_told_as_a_problem(client: Client):
    response = client.post("/tiles/doors/3/0/0.mvt")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()["title"] == "Method Not Allowed"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Waits and works for fractions of a second."""
    short = replace(bounded.CONF, slot_seconds=0.2, build_seconds=0.3, wait_seconds=0.3)
    monkeypatch.setattr(bounded, "CONF", short)
    monkeypatch.setattr(serve, "CONF", short)
    bounded._before.cache_clear()
    yield
    bounded._before.cache_clear()


@pytest.mark.django_db(transaction=True)
class TestTooMuch:
    def test_a_build_that_takes_too_long_is_given_up(self, impatient: None):
        with pytest.raises(bounded.Overloaded):
            serve.build([layer(lambda _: bytes(run("SELECT pg_sleep(5)::text")))], REQUEST)
        assert run("SELECT 1") == 1
        assert run("SHOW statement_timeout") == "0"

    def test_without_a_turn_the_caller_is_told_to_come_back(self, impatient: None, client: Client):
        with override_settings(TILE_BUILDS=2):
            values = connection.get_connection_params()
            values.pop("cursor_factory", None)
            others = psycopg2.connect(**{k: v for k, v in values.items() if k != "client_encoding"})
            with others.cursor() as cursor:
                for n in range(2):
                    cursor.execute("SELECT pg_advisory_lock(%s, %s)", [bounded.TILES.lock, n])
                busy = client.get("/tiles/doors/15/18922/12408.mvt")
                others.close()
            assert (busy.status_code, busy["Retry-After"]) == (503, "2")
            assert busy["Cache-Control"] == "no-store"
            deadline = time.monotonic() + 10
            while client.get("/tiles/doors/15/18922/12408.mvt").status_code == 503:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert client.get("/tiles/doors/15/18922/12408.mvt").status_code == 204

    def test_no_more_than_so_many_work_at_once(self):
        bounded._before.cache_clear()

        def work(_: int) -> None:
            try:
                serve.build(
                    [layer(lambda _: bytes(run("SELECT pg_sleep(0.2)::text"), "ascii"))], REQUEST
                )
            finally:
                connection.close()

        with override_settings(TILE_BUILDS=2):
            bounded._before()
        began = time.monotonic()
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(6)))
        bounded._before.cache_clear()
        assert time.monotonic() - began >= 0.6

    def test_one_builder_for_each_tile(self):
        built: list[int] = []

        def build(_: TileRequest) -> bytes:
            built.append(1)
            time.sleep(0.2)
            return b"x"

        def ask(_: int) -> bytes:
            try:
                return serve.serve([layer(build)], REQUEST, unbuilt("one")).body
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(ask, range(8)))
        assert len(answers) == 1 and built == [1]

    def test_who_looked_before_it_was_kept_builds_nothing(self):
        built: list[int] = []

        def build(_: TileRequest) -> bytes:
            built.append(1)
            return b"x"

        answers = [serve.serve([layer(build)], REQUEST, unbuilt("late")) for _ in range(2)]
        assert answers[0] == answers[1] and built == [1]
        assert cache.get("lock:late") is None

    def test_who_waits_too_long_for_another_builder_is_told_to_come_back(self, impatient: None):
        cache.add("lock:stuck", 1, timeout=10)
        with pytest.raises(bounded.Overloaded):
            serve.serve([layer(lambda _: b"x")], REQUEST, unbuilt("stuck"))

    def test_a_failed_build_is_not_kept(self):
        def fails(_: TileRequest) -> bytes:
            raise LookupError

        with pytest.raises(LookupError):
            serve.serve([layer(fails)], REQUEST, unbuilt("again"))
        assert serve.serve([layer(lambda _: b"x")], REQUEST, unbuilt("again")).body


@pytest.mark.django_db(transaction=True)
def test_lost_connections_of_the_database_cost_no_error(live_server: Any):
    """As after its restart: every connection that is kept is dead."""
    with transaction.atomic():
        city = make_city()
    host, port = live_server.url.removeprefix("http://").split(":")
    kept = http.client.HTTPConnection(host, int(port))

    def status(z: int) -> int:
        kept.request("GET", url("streets", tile_of(*city.areas.at(0.5, 0.5), z)))
        response = kept.getresponse()
        response.read()
        return response.status

    assert status(13) == 200
    run(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    assert [status(14), status(15)] == [200, 200]


@pytest.mark.django_db(transaction=True)
def test_a_new_case_is_on_its_tile_at_once(live_server: Any):
    """Over HTTP, for the public and for a proxy that revalidates; two seconds are allowed, most of them
    the proxy's."""
    with transaction.atomic():
        city = make_city()
        door = city.doors["a5"].pk
    path = live_server.url + url("cases", tile_of(*city.areas.at(0.5, 0.5), 14))
    before = requests.get(path, timeout=10)
    assert before.status_code == 204
    began = time.monotonic()
    draft = Draft("çöp alınmıyor", "web", "k", address_id=door)
    open_case(draft, viewer=ANONYMOUS, now=NOW)
    opened = time.monotonic()
    after = requests.get(path, headers={"If-None-Match": before.headers["ETag"]}, timeout=10)
    assert after.status_code == 200
    assert time.monotonic() - opened < 1.5 and opened - began < 10

"""Too much at once, and what takes too long: the caller is told to come back, and nothing is left behind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg2
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings

from tests.factories import City, door, make_city
from tests.integration.tiles.features.asking import get
from tiles.features.cql2 import BadFilter
from tiles.features.reading import rows_of
from tiles.queries import bounded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    short = replace(bounded.CONF, slot_seconds=0.2, page_seconds=0.3, count_seconds=0.1)
    monkeypatch.setattr(bounded, "CONF", short)
    bounded._before.cache_clear()
    yield
    bounded._before.cache_clear()


@pytest.fixture
def city() -> City:
    with transaction.atomic():
        city = make_city()
        for n in range(30, 50):
            door(city.areas, number=n, at=(0.5, 0.4), street="Uzun Sokak")
    return city


def other_connection() -> Any:
    values = connection.get_connection_params()
    values.pop("cursor_factory", None)
    return psycopg2.connect(**{k: v for k, v in values.items() if k != "client_encoding"})


def test_without_a_turn_the_caller_is_told_to_come_back(city: City, impatient: None):
    with override_settings(TILE_BUILDS=1):
        others = other_connection()
        with others.cursor() as cursor:
            for n in range(bounded.FEATURES.turns):
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", [bounded.FEATURES.lock, n])
            busy = get("doors")
            others.close()
        assert (busy.status_code, busy["Retry-After"]) == (503, "2")
        assert busy["Content-Type"] == "application/problem+json"
        assert busy["Cache-Control"] == "no-store"
        bounded._before.cache_clear()
    assert get("doors").status_code == 200


def test_what_takes_too_long_is_given_up(impatient: None):
    with pytest.raises(bounded.Overloaded):
        rows_of("SELECT pg_sleep(3)", {})
    assert rows_of("SELECT 1", {}) == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"


def test_what_the_database_cannot_do_is_the_callers_fault():
    with pytest.raises(BadFilter):
        rows_of("SELECT 'x'::int", {})
    assert rows_of("SELECT 1", {}) == [(1,)]


def test_a_large_page_holds_no_turn_between_its_parts(city: City, monkeypatch: Any):
    monkeypatch.setattr(
        "tiles.features.reading.CONF", type("C", (), {"chunk": 5, "counted_most": 9})
    )
    answer = Client().get("/ogc/collections/doors/items?limit=20")
    assert answer.streaming
    parts = iter(answer.streaming_content)
    next(parts), next(parts)
    others = other_connection()
    with others.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [bounded.FEATURES.lock],
        )
        assert cursor.fetchone()[0] == 0
    others.close()
    assert b"numberReturned" in b"".join(parts)

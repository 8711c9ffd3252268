"""The cache's own line to Redis."""

import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches

from gis_vip.cache import ForgivingRedisCache

KEYS = ("line:a", "line:b", "line:lock")
ours: Any = caches["default"]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    ours.delete_many(KEYS)
    yield
    ours.delete_many(KEYS)


def test_it_reads_what_was_written_and_nothing_else() -> None:
    ours.set("line:a", ("tag", b"\x00body", ()), 60)
    assert ours.get("line:a") == ("tag", b"\x00body", ())
    assert ours.get("line:b", "absent") == "absent"
    assert ours.get_many(["line:a", "line:b"]) == {"line:a": ("tag", b"\x00body", ())}
    assert ours.get_many([]) == {}


def test_a_lock_is_taken_once_and_given_back_with_the_value() -> None:
    assert ours.take("line:lock", 60, "line:a") == (True, None)
    assert ours.take("line:lock", 60, "line:a") == (False, None)
    ours.keep("line:a", [1], 60, "line:lock")
    assert ours.take("line:lock", 60, "line:a") == (True, [1])


def test_a_line_that_was_cut_is_opened_anew() -> None:
    ours.set("line:a", 1, 60)
    assert ours.get("line:a") == 1
    ours._cache.get_client().client_kill_filter(_type="normal", skipme=True)
    assert ours.get("line:a") == 1


def test_what_redis_refuses_is_a_miss_and_the_next_question_is_answered() -> None:
    ours._cache.get_client().lpush(ours.make_key("line:b"), 1)
    ours.set("line:a", 1, 60)
    assert ours.get("line:b", "absent") == "absent"
    assert ours.take("line:lock", 60, "line:b") == (True, None)
    assert ours.get("line:a") == 1


def test_a_process_that_was_forked_has_a_line_of_its_own() -> None:
    ours.set("line:a", 1, 60)
    assert ours.get("line:a") == 1
    child = os.fork()
    if child == 0:
        os._exit(0 if ours.get("line:a") == 1 and ours.get("line:b") is None else 1)
    assert [ours.get("line:a") for _ in range(50)] == [1] * 50
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _server(answering: bool) -> Iterator[int]:
    """A port that takes connections and never answers, or takes none."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if answering:
            listening.listen(50)
        yield listening.getsockname()[1]


def test_a_server_that_is_away_long_is_asked_again_when_it_is_back() -> None:
    """However often it was tried in vain."""
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"max_connections": 5}})
    assert [away.get("line:a", "absent") for _ in range(300)] == ["absent"] * 300
    pool = away._cache._get_connection_pool(write=True)
    real = ours._cache._get_connection_pool(write=True).connection_kwargs
    pool.connection_class = ours._cache._get_connection_pool(write=True).connection_class
    pool.connection_kwargs = real
    away.set("line:a", 1, 60)
    assert away.get("line:a") == 1


def test_a_server_that_hangs_holds_nobody_up() -> None:
    for port in _server(answering=True):
        hung = ForgivingRedisCache(
            f"redis://127.0.0.1:{port}/0",
            {"OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}},
        )
        began = time.monotonic()
        try:
            assert [hung.get("line:a", "absent") for _ in range(100)] == ["absent"] * 100
            assert hung.take("line:lock", 5, "line:a") == (True, None)
            assert time.monotonic() - began < 3
        finally:
            ForgivingRedisCache._resting_until = 0.0

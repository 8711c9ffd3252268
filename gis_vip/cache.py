"""The cache in Redis, without which the platform goes on, only slower."""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import hiredis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

log = logging.getLogger(__name__)

#: Seconds for which nobody asks a server that has not answered in time: each would wait as long again.
_REST = 5.0


class _Line(threading.local):
    """A thread's own connection. Redis-py opens it; what it does around each command takes several times
    as long as the question, and a tile asks three."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._pid = 0  # a process that was forked opens its own
        self._connection: Any = None

    def ask(self, *commands: tuple[Any, ...]) -> list[Any]:
        """The replies to commands that are sent in one message. Raises RedisError."""
        message = b"".join(map(hiredis.pack_command, commands))
        kept = self._pid == os.getpid() and self._connection is not None
        try:
            return self._ask(message, len(commands))
        except TimeoutError as error:
            raise RedisTimeoutError(str(error)) from error
        except (OSError, ConnectionError) as error:
            if not kept:
                raise ConnectionError(str(error)) from error
        try:  # the server has been started anew since
            return self._ask(message, len(commands))
        except OSError as error:
            raise ConnectionError(str(error)) from error

    def _ask(self, message: bytes, count: int) -> list[Any]:
        connection, self._connection = self._connection, None  # kept only if all goes well
        if connection is None or self._pid != os.getpid():
            # Not the pool's: it would go on counting those that fail, until it gives none.
            connection = self._pool.connection_class(**self._pool.connection_kwargs)
            connection.connect()
            self._pid, self._reader = os.getpid(), hiredis.Reader()
        replies: list[Any] = []
        connection._sock.sendall(message)
        while len(replies) < count:
            reply = self._reader.gets()
            if reply is not False:
                replies.append(reply)
            elif got := connection._sock.recv(65536):
                self._reader.feed(got)
            else:
                raise ConnectionError("the server has closed the connection")
        self._connection = connection
        for reply in replies:
            if isinstance(reply, hiredis.HiredisError):
                raise ResponseError(str(reply))
        return replies


class _Client(RedisCacheClient):
    """Keeps redis-py's client, which Django makes anew for each command: that costs more than a read.
    What is asked most often goes past it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._made: dict[int, Any] = {}
        self._line = _Line(self._get_connection_pool(write=True))

    def get_client(self, key: str | None = None, *, write: bool = False) -> Any:
        index = self._get_connection_pool_index(write)
        if index not in self._made:
            self._made[index] = super().get_client(key, write=write)
        return self._made[index]

    def get(self, key: str, default: Any) -> Any:
        (held,) = self._line.ask(("GET", key))
        return default if held is None else self._serializer.loads(held)

    def get_many(self, keys: list[str]) -> dict[str, Any]:
        (held,) = self._line.ask(("MGET", *keys)) if keys else ([],)
        loads = self._serializer.loads
        return {k: loads(v) for k, v in zip(keys, held, strict=True) if v is not None}

    def take(self, lock: str, seconds: int, key: str) -> tuple[bool, Any]:
        taken, held = self._line.ask(("SET", lock, 1, "EX", seconds, "NX"), ("GET", key))
        return taken is not None, None if held is None else self._serializer.loads(held)

    def keep(self, key: str, value: Any, seconds: int, lock: str) -> None:
        held = self._serializer.dumps(value)
        self._line.ask(("SET", key, held, "EX", seconds), ("DEL", lock))

    def evaluate(self, script: str, keys: list[str], values: list[Any]) -> Any:
        named = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
        rest = (len(keys), *keys, *values)
        try:
            (reply,) = self._line.ask(("EVALSHA", named, *rest))
        except ResponseError as error:  # a server that has been started anew knows no script
            if "NOSCRIPT" not in str(error):
                raise
            (reply,) = self._line.ask(("EVAL", script, *rest))
        return reply

    def ask(self, *commands: tuple[Any, ...]) -> list[Any]:
        return self._line.ask(*commands)


class ForgivingRedisCache(RedisCache):
    """An unreachable Redis is a cache that holds nothing: reads miss, writes are dropped."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def validate_key(self, key: str) -> None:
        """Redis knows no bad keys; looking through them as for memcached takes as long as a read."""

    def take(self, lock: str, seconds: int, key: str) -> tuple[bool, Any]:
        """Takes a lock if it is free, and reads `key` after that: whether it was, and the value or None.
        One message for both."""
        names = self.make_key(lock), seconds, self.make_key(key)
        taken: tuple[bool, Any] = self._try(self._cache.take, (True, None), *names)
        return taken

    def keep(self, key: str, value: Any, seconds: int, lock: str) -> None:
        """Sets a value and then frees a lock, in one message."""
        self._try(self._cache.keep, None, self.make_key(key), value, seconds, self.make_key(lock))

    def evaluate(self, script: str, keys: list[str], values: list[Any]) -> Any:
        """Runs a script of Redis on some keys, in one round trip. None where there is no server."""
        names = [self.make_key(key) for key in keys]
        return self._try(self._cache.evaluate, None, script, names, values)

    def ask(self, *commands: tuple[Any, ...]) -> list[Any] | None:
        """The replies to plain commands of Redis, sent in one message; the second word of each is a key.
        None where there is no server."""
        named = [(verb, self.make_key(key), *rest) for verb, key, *rest in commands]
        replies: list[Any] | None = self._try(self._cache.ask, None, *named)
        return replies

    _resting_until = 0.0  # of the process

    def _try(self, call: Callable[..., Any], otherwise: Any, *args: Any, **options: Any) -> Any:
        if time.monotonic() < ForgivingRedisCache._resting_until:
            return otherwise
        try:
            return call(*args, **options)
        except RedisError as error:
            if isinstance(error, RedisTimeoutError):
                ForgivingRedisCache._resting_until = time.monotonic() + _REST
            log.warning("the cache cannot be reached: %s", error)
            return otherwise

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(super().get, default, key, default, version)

    def set(self, *args: Any, **options: Any) -> None:
        self._try(super().set, None, *args, **options)

    def add(self, *args: Any, **options: Any) -> bool:
        # True: whoever takes a lock by it goes ahead.
        return bool(self._try(super().add, True, *args, **options))

    def get_many(self, *args: Any, **options: Any) -> Any:
        return self._try(super().get_many, {}, *args, **options)

    def set_many(self, *args: Any, **options: Any) -> Any:
        return self._try(super().set_many, [], *args, **options)

    def delete(self, *args: Any, **options: Any) -> bool:
        return bool(self._try(super().delete, False, *args, **options))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        value = self._try(super().incr, None, key, delta, version)
        if value is None:
            raise ValueError(f"Key {key!r} not found")
        return int(value)

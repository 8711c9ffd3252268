"""The cache in Redis, without which the platform goes on, only slower."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class _OneClient(RedisCacheClient):
    """Keeps redis-py's client, which Django makes anew for each command: that costs more than a read."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._made: dict[int, Any] = {}

    def get_client(self, key: str | None = None, *, write: bool = False) -> Any:
        index = self._get_connection_pool_index(write)
        if index not in self._made:
            self._made[index] = super().get_client(key, write=write)
        return self._made[index]

    def take(self, lock: str, seconds: int, key: str) -> tuple[bool, Any]:
        both = self.get_client(write=True).pipeline(transaction=False)
        taken, held = both.set(lock, 1, ex=seconds, nx=True).get(key).execute()
        return bool(taken), None if held is None else self._serializer.loads(held)

    def keep(self, key: str, value: Any, seconds: int, lock: str) -> None:
        both = self.get_client(write=True).pipeline(transaction=False)
        both.set(key, self._serializer.dumps(value), ex=seconds).delete(lock).execute()


class ForgivingRedisCache(RedisCache):
    """An unreachable Redis is a cache that holds nothing: reads miss, writes are dropped."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _OneClient

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

    def _try(self, call: Callable[..., Any], otherwise: Any, *args: Any, **options: Any) -> Any:
        try:
            return call(*args, **options)
        except RedisError as error:
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

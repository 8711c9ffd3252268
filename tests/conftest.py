"""What every test may use: an empty cache, its own folder for photos, a small city, its people."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation
from xdist.scheduler import LoadFileScheduling

from addresses.queries.data_model import entities
from cases.queries import catalogue, clocks, rulebook, suggesting
from tests.factories import PEOPLE, City, make_city

_PER_PROCESS = (
    catalogue.suggester,
    catalogue.request_types,
    catalogue.questionnaires,
    catalogue.successors,
    catalogue.channels,
    clocks.clocks,
    suggesting._in_use,
)


def forget() -> None:
    """Empties the cache of the tests (by its prefix: others may share the server)."""
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    prefix = django_settings.CACHES["default"]["KEY_PREFIX"]
    if keys := list(client.scan_iter(match=f"{prefix}:*", count=1000)):
        client.delete(*keys)
    for kept in _PER_PROCESS:
        kept.cache_clear()
    rulebook.forget()


class _ByFile(LoadFileScheduling):
    """A module stays whole, and one process has all the browsers: they share a city."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """For several processes (`-n 2`), each with a database of its own."""
    return _ByFile(config, log)


@pytest.fixture(autouse=True)
def _clean_slate(request: pytest.FixtureRequest) -> None:
    """No test sees what another one left in the cache, or the language of its last request."""
    translation.deactivate()
    if "django_db" in request.keywords or {"db", "transactional_db"} & set(request.fixturenames):
        forget()


@pytest.fixture(autouse=True)
def _no_history_left(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A test that commits is followed by Django's flush, which does not know the history tables."""
    yield
    marker = request.node.get_closest_marker("django_db")
    committed = marker is not None and marker.kwargs.get("transaction")
    if committed or "transactional_db" in request.fixturenames:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            tables = ", ".join(f"{kind.table}_history" for kind in entities(private=True))
            cursor.execute(f"TRUNCATE {tables}")


@pytest.fixture(autouse=True, scope="session")
def _photos_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))):
        yield


@pytest.fixture(scope="module")
def module_data(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around a whole module, so that its tests share rows and leave none behind.

    Each test still has a transaction of its own inside. Not for tests that need a real commit.
    """
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture(scope="module")
def shared_city(module_data: None) -> City:
    return make_city()


@pytest.fixture
def city(shared_city: City, db: None) -> City:
    """The small city of `tests.factories`, fresh for every test."""
    return shared_city


@pytest.fixture
def as_(city: City) -> Callable[[str], Client]:
    """`as_("coordinator")` is a signed-in client; `as_("anonymous")` is nobody."""

    def client(name: str) -> Client:
        browser = Client()
        if name != "anonymous":
            browser.force_login(city.people[name])
        return browser

    return client


ROLES = ["anonymous", *PEOPLE, "superuser"]

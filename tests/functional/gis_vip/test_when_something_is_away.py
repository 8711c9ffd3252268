"""What people see while the cache or the database is away, and what hostile sign-ins get."""

import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from gis_vip.web.errors import server_error
from tests.factories import City

NO_REDIS = {
    "default": {
        "BACKEND": "gis_vip.cache.ForgivingRedisCache",
        "LOCATION": "unix:///nowhere/redis.sock?db=0",
    }
}


@pytest.mark.django_db
@override_settings(CACHES=NO_REDIS)
def test_the_platform_goes_on_without_its_cache(city: City, client: Client):
    for path in ("/", "/report/", "/map/", "/tiles/boundaries/9/295/194.mvt", "/maps/choropleth/"):
        assert client.get(path).status_code in (200, 204), path
    answer = client.post(
        "/api/v1/cases",
        {"description": "Atatürk Caddesi no 5 önünde çöp alınmıyor"},
        content_type="application/json",
    )
    assert answer.status_code == 201


@pytest.mark.django_db
@override_settings(CACHES=NO_REDIS)
def test_without_a_cache_no_tile_passes_for_the_one_of_before(city: City, client: Client):
    first = client.get("/tiles/boundaries/9/295/194.mvt")
    again = client.get("/tiles/boundaries/9/295/194.mvt", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code != 304


def test_the_error_page_needs_no_database(rf, monkeypatch):
    def away(*args: object, **options: object) -> None:
        raise OperationalError("the server is away")

    monkeypatch.setattr("gis_vip.web.errors.render", away)
    answer = server_error(rf.get("/report/"))
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()
    assert len(answer.content) > 60


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a" * 100_000, "a\0b", "\u202eadmin"])
def test_a_name_that_no_account_can_have_is_refused_as_any_other(client: Client, name: str):
    answer = client.post("/sign-in/", {"username": name, "password": "x"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.django_db
def test_each_begins_where_they_may_be(city: City, as_):
    assert as_("coordinator").get("/start/")["Location"] == "/console/"
    assert as_("gis_editor").get("/start/")["Location"] == "/map/"
    assert Client().get("/start/")["Location"] == "/map/"

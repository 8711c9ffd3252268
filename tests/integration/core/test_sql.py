"""Statements that are planned once per connection."""

import pytest
from django.db import connection

from core.queries import sql

pytestmark = pytest.mark.django_db


def planned() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def test_planned_once_and_again_after_a_new_connection() -> None:
    plain = sql.run("addresses", "geocode_version")
    for _again in range(2):
        assert sql.run_planned("addresses", "geocode_version", {}) == plain
        assert planned().count("addresses_geocode_version") == 1


def test_a_planned_value_is_the_plain_one() -> None:
    asked = {"z": 14, "x": 9000, "y": 6000, "rough": False, "as_of": None}
    plain = sql.value("addresses", "tile_streets", asked)
    assert bytes(sql.value_planned("addresses", "tile_streets", asked)) == bytes(plain)
    assert "addresses_tile_streets" in planned()


def test_parameters_are_values_and_types_come_from_the_file() -> None:
    asked = {"sides": [1, 2], "number": 5, "as_of": None}
    assert sql.run_planned("addresses", "geocode_between", asked) == []
    assert (
        sql.run_planned(
            "addresses", "geocode_coded", {"code": "'; DROP TABLE x; --", "as_of": None}
        )
        == []
    )

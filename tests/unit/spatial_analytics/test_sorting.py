"""Heads of tables that sort both ways."""

import pytest
from django.test import RequestFactory

from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.web.sorting import Head, shown, sort_of

HEADS = (Head("Yer", "name"), Head("Sayı", "-cases", number=True), Head("Ne var"))


def asked(query: str) -> list[tuple[str, str]]:
    request = RequestFactory().get(f"/?{query}")
    sort = sort_of(request, HEADS, "-cases")
    return [(one["order"], one["query"]) for one in shown(request, HEADS, sort)]


def test_a_second_click_turns_the_order_round():
    by_name = asked("group=3&page=2&sort=name")
    assert by_name[0] == ("ascending", "group=3&sort=-name")
    assert by_name[1] == ("", "group=3&sort=-cases")
    assert asked("sort=-name")[0] == ("descending", "sort=name")


def test_what_is_not_asked_for():
    assert asked("")[1] == ("descending", "sort=cases")
    assert asked("")[2][0] == ""  # a column that does not sort is never the one sorted by


def test_unknown_orders_are_refused():
    for sort in ("x", "--name", "-"):
        with pytest.raises(BadQuestion):
            sort_of(RequestFactory().get(f"/?sort={sort}"), HEADS, "-cases")

"""Facts about the installation are seen at once after they are committed."""

import pytest

from core.actions.facts import set_fact
from core.models import Fact
from core.queries.facts import city_is_synthetic, fact

pytestmark = pytest.mark.django_db


def test_a_fact_is_kept_in_the_cache_until_it_is_set(
    django_assert_num_queries, django_capture_on_commit_callbacks
):
    assert fact("synthetic", "default") == "default"
    with django_assert_num_queries(0):
        assert city_is_synthetic() is False
    with django_capture_on_commit_callbacks(execute=True):
        set_fact(name="synthetic", value=True)
    assert city_is_synthetic() is True
    with django_assert_num_queries(0):
        assert fact("synthetic") is True


def test_any_json_value(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        set_fact(name="x", value={"a": [1, "ş", None]})
        set_fact(name="x", value={"a": [2]})
    assert fact("x") == {"a": [2]}
    assert Fact.objects.count() == 1

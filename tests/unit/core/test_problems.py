"""One table from an exception to an answer."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers

from core.api.problems import InvalidInput, problem_response


class Form(serializers.Serializer):
    lon = serializers.FloatField()
    photo = serializers.ListField(child=serializers.FileField())


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput({"lat": ["too far"]}), 400),
        (exceptions.ValidationError({"lat": ["x"]}), 400),
        (exceptions.ValidationError("x"), 400),
        (exceptions.NotAuthenticated(), 401),
        (exceptions.PermissionDenied(), 403),
        (PermissionDenied(), 403),
        (Http404(), 404),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (exceptions.UnsupportedMediaType("text/x"), 415),
        (exceptions.Throttled(wait=11.2), 429),
    ],
)
def test_status(error: Exception, status: int):
    answer = problem_response(error, {})
    assert answer.status_code == answer.data["status"] == status
    assert answer.content_type == "application/problem+json"
    assert answer.data["title"]


def test_an_unknown_error_is_left_to_the_500_page():
    assert problem_response(RuntimeError("x"), {}) is None


def test_throttled_says_when_to_come_back():
    assert problem_response(exceptions.Throttled(wait=11.2), {})["Retry-After"] == "13"


def test_errors_are_plain_words_by_field():
    form = Form(data={"lon": "x", "photo": ["not a file", "nor this"]})
    assert not form.is_valid()
    errors = problem_response(exceptions.ValidationError(form.errors), {}).data["errors"]
    assert sorted(errors) == ["lon", "photo"]
    for reasons in errors.values():
        assert reasons
        for reason in reasons:
            assert type(reason) is str
            assert "ErrorDetail" not in reason
            assert "{" not in reason

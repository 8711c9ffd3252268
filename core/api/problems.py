"""One table from an exception to an HTTP answer: problem details as RFC 9457 describes them."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

CONTENT_TYPE = "application/problem+json"


class InvalidInput(Exception):
    """What a caller sent cannot be used. `errors` maps a field to the reasons, in words."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{k}: {' '.join(v)}" for k, v in errors.items()))
        self.errors = errors

    @property
    def reasons(self) -> list[str]:
        """All reasons, without their fields."""
        return [reason for reasons in self.errors.values() for reason in reasons]

    @property
    def in_words(self) -> str:
        return " ".join(self.reasons)


def problem(status: int, *, detail: str = "", **extra: Any) -> Response:
    """A problem document; `extra` members such as `errors` stand beside the standard ones."""
    return Response(_document(status, detail, extra), status=status, content_type=CONTENT_TYPE)


def plain_problem(status: int, detail: str, **extra: Any) -> JsonResponse:
    """The same from a view that is none of the REST framework's."""
    return JsonResponse(_document(status, detail, extra), status=status, content_type=CONTENT_TYPE)


def _document(status: int, detail: str, extra: dict[str, Any]) -> dict[str, Any]:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    return body | extra


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets an unknown error reach the 500 page."""
    set_rollback()
    answer = _answer(error)
    if answer is not None and (scheme := getattr(error, "auth_header", "")):
        answer["WWW-Authenticate"] = scheme
    return answer


def _answer(error: Exception) -> Response | None:
    match error:
        case InvalidInput():
            return problem(400, detail=_("Some fields cannot be accepted."), errors=error.errors)
        case exceptions.ValidationError():
            return problem(
                400, detail=_("Some fields cannot be accepted."), errors=_by_field(error.detail)
            )
        case exceptions.Throttled():
            answer = problem(429, detail=str(error.detail))
            if error.wait is not None:
                answer["Retry-After"] = str(int(error.wait) + 1)
            return answer
        case exceptions.NotAuthenticated():
            return problem(error.status_code, detail=_("Sign in first."), code="signed_out")
        case exceptions.APIException():
            return problem(error.status_code, detail=str(error.detail))
        case Http404():
            return problem(404, detail=_("There is nothing at this address."))
        case PermissionDenied():
            return problem(403, detail=_("You may not do this."))
    return None


def _by_field(detail: Any) -> dict[str, list[str]]:
    if isinstance(detail, dict):
        return {k: list(dict.fromkeys(_words(v))) for k, v in detail.items()}
    return {"": list(_words(detail))}


def _words(detail: Any) -> Iterator[str]:
    """The reasons alone: a list of values has them by position, and the caller needs them flat."""
    if isinstance(detail, dict):
        detail = list(detail.values())
    if isinstance(detail, list):
        for part in detail:
            yield from _words(part)
    else:
        yield str(detail)

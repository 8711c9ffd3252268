"""The middleware behind every answer to an admitted request: its headers, and the client's count."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.actions.usage import note
from accounts.queries.clients import Known
from accounts.rules.clients import group_of


class Counted:
    """Costs nothing where nobody was admitted, and a message to Redis where a client was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        outcome = getattr(request, "admission", None)
        if outcome is None:
            return response
        for name, value in outcome.headers.items():
            response.headers.setdefault(name, value)
        if "Authorization" in request.headers:
            # What one key is told is kept for nobody else.
            response.headers.setdefault("Cache-Control", "private, no-store")
            _vary(response)
        known: Known | None = getattr(request, "known", None)
        if known is not None and known.principal is not None:
            _count(known.principal.client.id, request, response)
        return response


def _vary(response: HttpResponseBase) -> None:
    said = response.headers.get("Vary", "")
    if "authorization" not in said.lower():
        response.headers["Vary"] = f"{said}, Authorization" if said else "Authorization"


def _count(client: int, request: HttpRequest, response: Any) -> None:
    group = group_of(request.path)

    def done(size: int) -> None:
        note(client, group, status=response.status_code, size=size, now=timezone.now())

    if isinstance(response, HttpResponse):
        done(len(response.content))
    else:
        response.streaming_content = _measured(response.streaming_content, done)


def _measured(parts: Iterable[bytes], done: Callable[[int], None]) -> Iterator[bytes]:
    size = 0
    try:
        for part in parts:
            size += len(part)
            yield part
    finally:
        done(size)

"""Who asks: the one place where keys of Open311 are read. They come in the query, the body or a header."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.api_keys import holder_of
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from cases.api.open311.faults import Fault


@dataclass(frozen=True)
class Caller:
    """`name` is the same for every request with keys of the same holder; empty: nobody."""

    name: str = ""


NOBODY = Caller()


def caller_of(request: HttpRequest, key: str, *, needed: bool) -> Caller:
    """The holder of the key. A wrong key is refused also where none is needed: whoever sends one
    would take the public answer for the whole one. Raises Fault(403)."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if not key and scheme.lower() == "bearer":
        key = token.strip()
    if not key:
        if needed:
            raise Fault(403)
        return NOBODY
    user = holder_of(key, now=timezone.now())
    if user is None or not viewer_of(user).may(Permission.OPEN_CASE):
        raise Fault(403)
    return Caller(f"user:{user.pk}")

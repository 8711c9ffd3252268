"""Who asks, and whether they may ask now: one door for people, their keys, programs and everybody.

`admit` knows a session, `Authorization: Bearer` with a person's key, a client's key or an access token
of OAuth 2.0, a key as a parameter only where the caller says so, and nobody (open data, at a lower
rate by address). It asks Redis once. What one may see follows from `viewer`; what a program may do
here from `client.may(scope)`, which the caller asks.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.throttling import BaseThrottle

from accounts.actions.api_keys import note_use
from accounts.actions.rates import Counted, count
from accounts.conf import CONF
from accounts.models import User
from accounts.queries.clients import Known, known
from accounts.queries.viewers import viewer_of
from accounts.rules.api_keys import digest, looks_like_key
from accounts.rules.clients import ClientIdentity, Limits
from accounts.rules.viewer import Viewer
from core.api.problems import CONTENT_TYPE, problem

log = logging.getLogger(__name__)

_SAFE = ("GET", "HEAD", "OPTIONS")
_OPEN = Limits(CONF.open_per_minute, CONF.open_burst)
_RETRY = "5"  # seconds, while the counter is away


@dataclass(frozen=True)
class Admission:
    """Who was let in. `user` is Django's (anonymous, a person) or a `ClientPrincipal`; `headers` belong
    on the answer (the middleware `Counted` sets them where the caller does not)."""

    viewer: Viewer
    client: ClientIdentity | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    user: Any = None

    def may(self, scope: str) -> bool:
        """Whether a client has the scope; people and everybody are asked by other rules."""
        return self.client is None or self.client.may(scope)


class NotAdmitted(Exception):
    """Refused: `status` 401, 403, 429 or 503, why in words, and headers for the answer."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


def admit(
    request: HttpRequest, *, parameter: str = "", scope: str = "", now: datetime | None = None
) -> Admission:
    """Lets a request in, or raises NotAdmitted. A second call for the same request counts nothing.

    `parameter` names where a key may stand besides the header (query or form): only for interfaces
    whose standard demands it, for addresses are written to logs. With `scope` a client without it
    is refused (403, `insufficient_scope`).
    """
    now = now or timezone.now()
    before: Admission | NotAdmitted | None = getattr(request, "admission", None)
    if before is None:
        before = _remembered(request, parameter, now)
    if isinstance(before, NotAdmitted):
        raise before
    if scope and not before.may(scope):
        raise NotAdmitted(
            403, _("This key has no right to this."),
            {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
            | before.headers,
        )  # fmt: skip
    return before


def admitted(
    *, scope: str = "", parameter: str = ""
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A plain view behind `admit`: it finds `request.admission`; refusals are problem details."""

    def door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                admit(request, scope=scope, parameter=parameter)
            except NotAdmitted as refused:
                return refusal(refused)
            return view(request, *args, **kwargs)

        return entered

    return door


def refusal(refused: NotAdmitted) -> HttpResponse:
    """Problem details for a plain view."""
    body = problem(refused.status, detail=refused.detail).data
    return JsonResponse(
        body, status=refused.status, content_type=CONTENT_TYPE, headers=refused.headers
    )


def bearer(request: HttpRequest) -> str | None:
    """What stands behind `Bearer` in the header; None without that scheme."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def sender_of(request: HttpRequest) -> str:
    """The address that asks, behind as many proxies of ours as the settings say."""
    return BaseThrottle().get_ident(request) or ""  # type: ignore[arg-type]


def _remembered(request: Any, parameter: str, now: datetime) -> Admission | NotAdmitted:
    outcome: Admission | NotAdmitted
    try:
        outcome = _admit(request, parameter, now)
    except NotAdmitted as refused:
        outcome = refused
    request.admission = outcome
    return outcome


def _admit(request: HttpRequest, parameter: str, now: datetime) -> Admission:
    given = bearer(request)
    if given is None and parameter:
        given = request.GET.get(parameter) or request.POST.get(parameter) or None
    if given is not None:
        return _with_key(request, given, now)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Admission(viewer_of(user), user=user)
    counted = count(f"a{sender_of(request)}", _OPEN, now=now)
    return Admission(viewer_of(None), headers=_passed(request, counted, _OPEN), user=user)


def _with_key(request: HttpRequest, given: str, now: datetime) -> Admission:
    found = known(digest(given), now=now) if looks_like_key(given) else None
    if found is None:
        # Whoever tries keys is counted by address, as everybody without one.
        _passed(request, count(f"a{sender_of(request)}", _OPEN, now=now), _OPEN)
        raise NotAdmitted(
            401, _("This key is not valid, or not any more."),
            {"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )  # fmt: skip
    # Kept for the counts of use, also of what is refused.
    request.known = found  # type: ignore[attr-defined]
    if not found.networks.hold(sender_of(request)):
        raise NotAdmitted(403, _("This key is not accepted from your network."))
    headers = _passed(request, count(found.counted_as, found.limits, now=now), found.limits)
    note_use(found.key, of_client=found.principal is not None, now=now)
    if found.principal is not None:
        return Admission(found.principal.viewer, found.principal.client, headers, found.principal)
    return _person(found, headers)


def _person(found: Known, headers: Mapping[str, str]) -> Admission:
    user = User.objects.filter(pk=found.user, is_active=True).first()
    if user is None:
        raise NotAdmitted(401, _("This key is not valid, or not any more."))
    return Admission(viewer_of(user), headers=headers, user=user)


def _passed(request: HttpRequest, counted: Counted | None, limits: Limits) -> dict[str, str]:
    """The headers of who is within the limits. Raises NotAdmitted for who is not."""
    if counted is None:
        # Reading goes on uncounted; what changes something waits for the counter.
        if request.method in _SAFE:
            log.warning("requests are not counted: the counter cannot be reached")
            return {}
        raise NotAdmitted(503, _("Try again in a moment."), {"Retry-After": _RETRY})
    headers = {
        "RateLimit-Limit": str(limits.burst),
        "RateLimit-Remaining": str(counted.left),
        "RateLimit-Reset": str(ceil(counted.full_in)),
        "RateLimit-Policy": _policy(limits),
    }
    if counted.left_today is not None:
        headers["X-Quota-Remaining"] = str(counted.left_today)
    if not counted.admitted:
        headers["Retry-After"] = str(max(1, ceil(counted.wait)))
        words = _("The requests of today are used up.") if counted.left_today == 0 else ""
        raise NotAdmitted(429, words or _("Too many requests: ask again later."), headers)
    return headers


def _policy(limits: Limits) -> str:
    said = f"{limits.per_minute};w=60;burst={limits.burst}"
    return f"{said}, {limits.per_day};w=86400" if limits.per_day else said

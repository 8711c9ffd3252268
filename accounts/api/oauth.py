"""OAuth 2.0 for programs: client credentials (RFC 6749, 4.4), revocation (RFC 7009), metadata (RFC 8414).

The protocol is oauthlib's; here stands who a client is. The secret of a client is one of its keys.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from oauthlib.oauth2 import BackendApplicationServer, OAuth2Error, RequestValidator

from accounts.actions.rates import Counted, count
from accounts.actions.tokens import end_token, keep_token
from accounts.api.admission import sender_of
from accounts.conf import CONF
from accounts.queries.clients import known
from accounts.rules.api_keys import digest, looks_like_key, new_key
from accounts.rules.clients import SCOPES, ClientIdentity, Limits

_OPEN = Limits(CONF.open_per_minute, CONF.open_burst)
_BODY_MOST = 8_192  # bytes


@dataclass(frozen=True)
class _Proven:
    """A client that has shown one of its keys (`key` is the row's id), as oauthlib wants it."""

    client_id: str
    identity: ClientIdentity
    key: int


class _Validator(RequestValidator):  # type: ignore[misc]
    """What oauthlib asks about clients. Only confidential clients, only their own credentials."""

    def authenticate_client(self, request: Any, *_args: Any, **_more: Any) -> bool:
        given = _credentials(request)
        found = known(digest(given[1]), now=timezone.now()) if looks_like_key(given[1]) else None
        # A token is no secret of a client: with one nobody gets another.
        if found is None or found.principal is None or found.token:
            return False
        client = found.principal.client
        if client.uid != given[0] or not found.networks.hold(request.headers["X-Sender"]):
            return False
        request.client = _Proven(client.uid, client, found.key)
        return True

    def client_authentication_required(self, request: Any, *_args: Any, **_more: Any) -> bool:
        return True

    def authenticate_client_id(self, *_args: Any, **_more: Any) -> bool:
        return False

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *_a: Any, **_k: Any
    ) -> bool:
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id: str, request: Any, *_a: Any, **_k: Any) -> list[str]:
        return sorted(request.client.identity.scopes)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *_a: Any, **_k: Any
    ) -> bool:
        return bool(scopes) and set(scopes) <= set(client.identity.scopes)

    def save_bearer_token(self, token: Any, request: Any, *_args: Any, **_more: Any) -> None:
        keep_token(
            token=token["access_token"], key=request.client.key, scopes=request.scopes,
            now=timezone.now(),
        )  # fmt: skip

    def revoke_token(self, token: str, hint: str, request: Any, *_a: Any, **_k: Any) -> None:
        end_token(token=token, client=request.client.identity.id)


_SERVER = BackendApplicationServer(
    _Validator(),
    token_generator=lambda _request: new_key(),
    token_expires_in=CONF.token_seconds,
)


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """`POST /oauth/token`: a token of a quarter of an hour, for all scopes of the client or fewer."""
    return _answer(request, _SERVER.create_token_response)


@csrf_exempt
def revoke(request: HttpRequest) -> HttpResponse:
    """`POST /oauth/revoke`: 200 also for what is no token."""
    return _answer(request, _SERVER.create_revocation_response)


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """`/.well-known/oauth-authorization-server`."""
    base = request.build_absolute_uri("/").rstrip("/")
    methods = ["client_secret_basic", "client_secret_post"]
    said = {
        "issuer": base,
        "token_endpoint": base + reverse("oauth_token"),
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint": base + reverse("oauth_revoke"),
        "revocation_endpoint_auth_methods_supported": methods,
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "scopes_supported": list(SCOPES),
        "service_documentation": base + reverse("developers"),
        "ui_locales_supported": [code for code, _name in settings.LANGUAGES],
    }
    return JsonResponse(said)


def _answer(request: HttpRequest, respond: Any) -> HttpResponse:
    counted: Counted | None = count(f"o{sender_of(request)}", _OPEN, now=timezone.now())
    if counted is not None and not counted.admitted:
        return _error(429, "temporarily_unavailable", {"Retry-After": str(int(counted.wait) + 1)})
    if len(request.body) > _BODY_MOST:
        return _error(400, "invalid_request", {})
    headers = {
        "Authorization": request.headers.get("Authorization", ""),
        "Content-Type": request.headers.get("Content-Type", ""),
        "X-Sender": sender_of(request),
    }
    try:
        said, body, status = respond(
            request.build_absolute_uri(), request.method, request.body.decode(), headers
        )
    except OAuth2Error as error:
        return _error(error.status_code, error.error, {})
    except ValueError:  # what is no form at all
        return _error(400, "invalid_request", {})
    answer = HttpResponse(body or "", status=status, content_type="application/json")
    for name in ("Cache-Control", "Pragma"):
        answer[name] = said.get(name, "no-store" if name == "Cache-Control" else "no-cache")
    if status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="GIS-VIP"'
    return answer


def _error(status: int, error: str, headers: dict[str, str]) -> HttpResponse:
    body = {"error": error}
    if status == 429:
        body["error_description"] = _("Too many requests: ask again later.")
    return JsonResponse(body, status=status, headers=headers | {"Cache-Control": "no-store"})


def _credentials(request: Any) -> tuple[str, str]:
    """Id and secret, by the header (RFC 6749, 2.3.1) or by the form; never by both, never by the URL."""
    scheme, _space, coded = request.headers.get("Authorization", "").partition(" ")
    posted = dict(request.decoded_body or [])
    if scheme.lower() != "basic":
        return posted.get("client_id", ""), posted.get("client_secret", "")
    if "client_secret" in posted:
        return "", ""
    try:
        client, _colon, secret = b64decode(coded, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError, ValueError):
        return "", ""
    return unquote_plus(client), unquote_plus(secret)

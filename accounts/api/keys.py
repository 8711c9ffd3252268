"""`Authorization: Bearer vip_…`: a program acts for a person, with that person's rights."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.actions.api_keys import holder_of

_SCHEME = "bearer"


class KeyAuthentication(BaseAuthentication):
    """Other schemes and requests without the header are left to whoever comes next."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != _SCHEME:
            return None
        user = holder_of(key.strip(), now=timezone.now())
        if user is None:
            raise AuthenticationFailed(_("This key is not valid, or not any more."))
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class _KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": _SCHEME}

"""How the description of the API names keys."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

_BEARER = {"type": "http", "scheme": "bearer"}


class _KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api.keys.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return _BEARER


class _ApiScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api.keys.ApiAuthentication"
    name = ["apiKey", "cookieAuth"]  # type: ignore[assignment]

    def get_security_definition(self, auto_schema: Any) -> Any:
        return [_BEARER, {"type": "apiKey", "in": "cookie", "name": "sessionid"}]

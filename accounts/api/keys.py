"""Who asks, for DRF: `Authorization: Bearer vip_…` of a person or of a client, beside sessions.

A client may ask only where the view names a scope (`client_scopes`: method → scope, or one for all);
a person's key only where the view says `personal_keys`. Both are denied elsewhere.

DRF reads this module while it is itself being read: what needs views is imported when it is used.
"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.rules.clients import ANY_SCOPE


class Refused(APIException):
    """What `admit` refused, for the table of problems; its headers are set by the middleware."""

    def __init__(self, status: int, detail: str, auth_header: str) -> None:
        super().__init__(detail)
        self.status_code, self.auth_header = status, auth_header


class KeyAuthentication(BaseAuthentication):
    """Other schemes and requests without the header are left to whoever comes next."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        from accounts.api.admission import NotAdmitted, admit, bearer

        if bearer(request._request) is None:
            return None
        view = (request.parser_context or {}).get("view")
        scope = _scope(view, str(request.method))
        try:
            entered = admit(request._request)
            if entered.client is not None and not scope:
                raise PermissionDenied(_("This is not for programs."))
            admit(request._request, scope="" if scope == ANY_SCOPE else scope)
        except NotAdmitted as refused:
            if refused.status == 401:
                raise AuthenticationFailed(refused.detail) from None
            header = refused.headers.get("WWW-Authenticate", "")
            raise Refused(refused.status, refused.detail, header) from None
        if entered.client is None and not getattr(view, "personal_keys", False):
            raise PermissionDenied(_("A person's key is not accepted here."))
        return entered.user, entered

    def authenticate_header(self, request: Request) -> str | None:
        """None where the caller should sign in instead, as people do."""
        from accounts.api.admission import bearer

        view = (request.parser_context or {}).get("view")
        asked = getattr(view, "personal_keys", False)
        return "Bearer" if asked or bearer(request._request) is not None else None


def _scope(view: Any, method: str) -> str:
    scopes: Any = getattr(view, "client_scopes", "")
    if isinstance(scopes, str):
        return scopes
    return str(scopes.get("GET" if method in ("HEAD", "OPTIONS") else method, ""))

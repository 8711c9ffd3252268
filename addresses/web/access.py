"""Who enters the register's pages: nobody without the right to view it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts.queries.viewers import viewer_of
from addresses.queries.rights import rights_of


def for_viewers(view: Callable[..., Any]) -> Callable[..., Any]:
    """Sign-in for the anonymous, 403 for whoever may not view; the view gets `viewer` and `rights`."""

    @login_required
    @never_cache
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        viewer = viewer_of(request.user)
        rights = rights_of(viewer)
        if not rights.view:
            raise PermissionDenied
        return view(request, *args, viewer=viewer, rights=rights, **kwargs)

    return entered

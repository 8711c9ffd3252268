"""The door of a page that only some may enter."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer

View = Callable[..., HttpResponse]


def for_those_who(may: Callable[[Viewer], bool]) -> Callable[[View], View]:
    """Sign-in for the anonymous, 403 for whoever may not; the view gets the viewer."""

    def door(view: View) -> View:
        @login_required
        @never_cache
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            viewer = viewer_of(request.user)
            if not may(viewer):
                raise PermissionDenied
            return view(request, *args, viewer=viewer, **kwargs)

        return entered

    return door

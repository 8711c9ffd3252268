"""Who asks the shared spatial API: the one place that knows."""

from django.http import HttpRequest

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer


def caller(request: HttpRequest) -> Viewer:
    """The viewer behind a request; a query or two."""
    return viewer_of(request.user)

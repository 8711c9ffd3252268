"""What every page may use: the city's name, whether its data are synthetic, what the menu offers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS, Viewer
from core.queries.facts import city_is_synthetic


def platform(request: HttpRequest) -> dict[str, Any]:
    def viewer() -> Viewer:
        user = getattr(request, "user", None)
        return ANONYMOUS if user is None else viewer_of(user)

    # Asked where the navigation is printed, not for every answer.
    return {
        "viewer": SimpleLazyObject(viewer),
        "city_name": settings.VIP_CITY_NAME,
        "city_is_synthetic": city_is_synthetic(),
    }

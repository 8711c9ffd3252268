"""What every page may use: the city's name, whether its data are synthetic, what the menu offers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from core.queries.facts import city_is_synthetic


def platform(request: HttpRequest) -> dict[str, Any]:
    def sees_register() -> bool:
        user = getattr(request, "user", None)
        return user is not None and viewer_of(user).may(Permission.SEE_REGISTER)

    # Asked where the navigation is printed, not for every answer.
    return {
        "sees_register": SimpleLazyObject(sees_register),
        "city_name": settings.VIP_CITY_NAME,
        "city_is_synthetic": city_is_synthetic(),
    }

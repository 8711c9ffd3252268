"""What every page may use: the city's name, whether its data are synthetic, and who sees what."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from core.queries.facts import city_is_synthetic


def platform(request: HttpRequest) -> dict[str, Any]:
    return {
        "city_name": settings.VIP_CITY_NAME,
        "city_is_synthetic": city_is_synthetic(),
        # Asked for by pages that show the link only.
        "sees_register": lambda: viewer_of(request.user).may(Permission.SEE_REGISTER),
    }

"""What every page may use: the city's name, and whether its data are synthetic."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.queries.facts import city_is_synthetic


def platform(request: HttpRequest) -> dict[str, Any]:
    return {"city_name": settings.VIP_CITY_NAME, "city_is_synthetic": city_is_synthetic()}

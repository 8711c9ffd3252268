"""Open public cases near a place, for whoever is about to report the same once more."""

import math
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Count, Q

from cases.conf import CONF
from cases.models import Case
from cases.queries.catalogue import request_types
from cases.queries.public import PublicFacts, facts_of
from cases.queries.visibility import public_cases
from cases.rules.lifecycle import OPEN
from core.rules.secrets import decrypt, encrypt

_SECONDS = 24 * 3600
_GRID = 50  # of the public tile: cases/sql/tile_cases.sql
_LOOKED_AT = 200


@dataclass(frozen=True)
class Near:
    """`key` stands for the case in a form, for a day; it tells nothing, not even that two are of one case. Metres are rounded to ten."""

    key: str
    facts: PublicFacts
    metres: int
    followers: int


def nearby(lon: float, lat: float, request_type: str) -> list[Near]:
    """The nearest open public cases of the type's group (a code; empty: of any), at most five."""
    here = Point(lon, lat, srid=4326)
    box = here.transform(3857, clone=True)
    # 3857 stretches: a degree of latitude away the metres are half as long again.
    rows = public_cases().filter(
        state__in=OPEN, parent=None, geom_m__dwithin=(box, D(m=CONF.nearby_m * 2 + _GRID))
    )
    kind = request_types().get(request_type)
    if kind is not None:
        rows = rows.filter(request_type__group=kind.group_id)
    scale = math.cos(math.radians(lat))
    found = [
        (_away(box, case, scale), case)
        for case in rows.annotate(
            people=Count("casereporter", filter=Q(casereporter__follows=True))
        ).order_by("-opened_at", "-pk")[:_LOOKED_AT]
    ]
    found = sorted(
        ((m, c) for m, c in found if m <= CONF.nearby_m), key=lambda one: (one[0], -one[1].pk)
    )[: CONF.nearby_most]
    return [
        Near(_key(c), facts, max(10, round(m / 10) * 10), c.people)
        for (m, c), facts in zip(found, facts_of([c.pk for _m, c in found]), strict=True)
    ]


def _away(here: Any, case: Any, scale: float) -> float:
    """Metres to the grid point at which the public map shows the case: who asks from many places must
    not learn from the answers where the house is."""
    x, y = (round(c / _GRID) * _GRID for c in (case.geom_m.x, case.geom_m.y))
    return math.hypot(x - here.x, y - here.y) * scale


def case_of(key: str) -> Case | None:
    """The case behind a key, while it is open and public."""
    try:
        pk = decrypt(_secret(), key, seconds=_SECONDS)
    except InvalidToken:
        return None
    return public_cases().filter(pk=int(pk), state__in=OPEN).first()


def _key(case: Any) -> str:
    """Row ids count the city's cases: they are encrypted, and all as long as the longest."""
    return encrypt(_secret(), f"{case.pk:019d}")


def _secret() -> str:
    return f"{settings.DATA_KEY}:nearby"  # of its own: no other ciphertext passes for a key

"""Open public cases near a place, for whoever is about to report the same once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.core import signing
from django.db.models import Count, Q

from cases.conf import CONF
from cases.models import Case
from cases.queries.catalogue import request_types
from cases.queries.public import PublicFacts, facts_of
from cases.queries.visibility import public_cases
from cases.rules.lifecycle import OPEN

_SALT = "nearby"
_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Near:
    """`key` stands for the case in a form, for a day; it tells nothing. Metres are rounded to ten."""

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
        state__in=OPEN, parent=None, geom_m__dwithin=(box, D(m=CONF.nearby_m * 2))
    )
    kind = request_types().get(request_type)
    if kind is not None:
        rows = rows.filter(request_type__group=kind.group_id)
    cases: list[Any] = list(
        rows.annotate(away=Distance("geom", here, spheroid=False))
        .filter(away__lte=D(m=CONF.nearby_m))
        .annotate(people=Count("casereporter", filter=Q(casereporter__follows=True)))
        .order_by("away", "pk")[: CONF.nearby_most]
    )
    return [
        Near(signing.dumps(c.pk, salt=_SALT), facts, round(c.away.m / 10) * 10, c.people)
        for c, facts in zip(cases, facts_of_all(cases), strict=True)
    ]


def facts_of_all(cases: Sequence[Case]) -> list[PublicFacts]:
    """In the order of the cases; one query."""
    rows = Case.objects.filter(pk__in=[c.pk for c in cases]).order_by("pk")
    known = dict(zip(sorted(c.pk for c in cases), facts_of(rows), strict=True))
    return [known[c.pk] for c in cases]


def case_of(key: str) -> Case | None:
    """The case behind a key, while it is open and public."""
    try:
        pk = signing.loads(key, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return None
    return public_cases().filter(pk=pk, state__in=OPEN).first()

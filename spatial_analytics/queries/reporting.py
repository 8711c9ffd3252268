"""Who reports: the forecast says where requests are reported, not where trouble is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from core.queries import sql
from spatial_analytics.conf import CONF

YEAR = timedelta(days=365)
# Of fewer reporters no share is told: they could be recognised.
LEAST_REPORTERS = 10
_KEPT, _SECONDS = "reporting-by-neighbourhood", 3600


@dataclass(frozen=True)
class Reporting:
    """A neighbourhood's last year. `per_100`: requests per 100 dwellings; `distinct`: different known reporters per
    request that has one, 1 where nobody reports twice; None where too little is known to tell."""

    name: str
    district: str
    cases: int
    dwellings: float
    per_100: float | None
    distinct: float | None


def reporting(*, now: datetime) -> list[Reporting]:
    """Every neighbourhood in force, at most an hour old. Cost grows with the requests of a year: some seconds
    for millions, which whoever asks first in an hour waits for."""
    found: list[Reporting] | None = cache.get(_KEPT)
    if found is None:
        found = _counted(now - YEAR)
        cache.set(_KEPT, found, _SECONDS)
    return found


def _counted(since: datetime) -> list[Reporting]:
    rows = sql.run("spatial_analytics", "reporting_by_neighbourhood", {"since": since})
    return [
        Reporting(
            name=row["name"],
            district=row["district"],
            cases=row["cases"],
            dwellings=row["dwellings"],
            per_100=(
                100 * row["cases"] / row["dwellings"]
                if row["dwellings"] >= CONF.least_dwellings
                else None
            ),
            distinct=(
                row["reporters"] / row["named"] if row["reporters"] >= LEAST_REPORTERS else None
            ),
        )
        for row in rows
    ]

"""The most frequent type or group of every area: the primary-request map."""

from dataclasses import dataclass, replace
from datetime import datetime

from spatial_analytics.conf import CONF
from spatial_analytics.facts import ask
from spatial_analytics.queries.few_people import counts_people
from spatial_analytics.queries.figures import NotForYou, may_ask, numbers
from spatial_analytics.queries.reach import Sight
from spatial_analytics.rules.question import Question


@dataclass(frozen=True)
class Primary:
    """One area: `key` is the id of its most frequent type or group, `second` of the next one. `tie`: no single
    one is the most frequent. Hidden from the public: counts under the minimum."""

    area: int
    key: int | None
    n: int
    total: int
    second: int | None = None
    second_n: int = 0
    tie: bool = False
    hidden: bool = False

    @property
    def share(self) -> float:
        return self.n / self.total if self.total else 0.0

    @property
    def few(self) -> bool:
        """Too few cases to say what is typical."""
        return self.total < CONF.least_for_primary


def primary(question: Question, of: str, sight: Sight, *, now: datetime) -> list[Primary]:
    """Of the areas that have any case of a known type. Raises NotForYou."""
    level = question.by[0]
    asked = replace(question, by=(level, of), compare="", per="")
    sight = may_ask(asked, sight)
    if sight.right.least and counts_people(asked):
        raise NotForYou  # ranks would tell of groups that are too small
    counted, parameters = numbers(asked, sight, now)
    rows = ask(
        f"WITH counted AS ({counted}),"
        " ranked AS (SELECT k0, k1, n, sum(n) OVER (PARTITION BY k0) AS total,"
        " row_number() OVER (PARTITION BY k0 ORDER BY n DESC, k1) AS place"
        " FROM counted WHERE k0 IS NOT NULL AND k1 IS NOT NULL)"
        " SELECT k0, k1, n, total, place FROM ranked WHERE place <= 2 ORDER BY k0, place",
        parameters,
    )
    found: dict[int, Primary] = {}
    for area, key, n, total, place in rows:
        if place == 1:
            found[area] = Primary(area, key, int(n), int(total))
        else:
            first = found[area]
            found[area] = replace(first, second=key, second_n=int(n), tie=int(n) == first.n)
    if sight.public:
        return [_shown(one) for one in found.values()]
    return list(found.values())


def _shown(one: Primary) -> Primary:
    """As the public may know it: where the count is small, neither what nor how many."""
    if one.n < CONF.public_minimum:
        return Primary(one.area, None, 0, 0, hidden=True)
    if one.second_n < CONF.public_minimum:
        return replace(one, second=None, second_n=0)
    return one

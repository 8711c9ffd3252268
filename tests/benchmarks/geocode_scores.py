"""What a geocoder answered, held against what is right: the same for the product and for its peer."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.queries import CORE, Query


@dataclass(frozen=True)
class Given:
    """The first answer to a query: ids, None where there is no such place. `sure`: not flagged."""

    door: int | None = None
    street: int | None = None
    neighbourhood: int | None = None
    landmark: int | None = None
    parcel: int | None = None
    sure: bool = False
    ms: float = 0.0


@dataclass
class Scores:
    """Counts by group. A wrong door is one that is answered first and is not among the right ones."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    sure: Counter[bool] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    missed: list[tuple[Query, Given]] = field(default_factory=list)

    def share(self, groups: Iterable[str]) -> float:
        """The share of right answers."""
        groups = list(groups)
        return _ratio(sum(self.right[g] for g in groups), sum(self.asked[g] for g in groups))

    def wrong_share(self, groups: Iterable[str] = CORE) -> float:
        groups = list(groups)
        return _ratio(sum(self.wrong[g] for g in groups), sum(self.asked[g] for g in groups))

    @property
    def sure_right(self) -> float:
        """The share of the unflagged answers that is right."""
        return _ratio(self.sure[True], self.sure.total())

    @property
    def per_second(self) -> float:
        return _ratio(1000 * len(self.times), sum(self.times))


def score(queries: Sequence[Query], answer: Callable[[Query], Given]) -> Scores:
    scores = Scores()
    for query in queries:
        given = answer(query)
        good = is_right(query, given)
        scores.asked[query.group] += 1
        scores.right[query.group] += good
        scores.wrong[query.group] += given.door is not None and not good
        scores.times.append(given.ms)
        if given.sure:
            scores.sure[good] += 1
        if not good:
            scores.missed.append((query, given))
    return scores


def is_right(query: Query, given: Given) -> bool:
    match query.expect:
        case "door":
            return given.door in query.right
        case "none":
            return given.door is None
        case "street":
            return given.door is None and given.street in query.right
        case "neighbourhood":
            finer = given.street or given.landmark or given.door
            return finer is None and given.neighbourhood in query.right
        case "landmark":
            return given.landmark in query.right
        case "parcel":
            return given.parcel in query.right
    raise ValueError(query.expect)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0

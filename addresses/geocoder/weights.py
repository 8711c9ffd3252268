"""What each agreement is worth. One place, so that the figures can be fitted to labelled texts."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields


@dataclass
class Weights:
    """A street's own agreement is worth 1; the rest is relative to it. Thresholds lie in 0 … 1."""

    # Ranking of streets
    neighbourhood: float = 0.62
    district: float = 0.42
    kind_agrees: float = 0.10
    kind_differs: float = -0.12
    word_named: float = 0.035  # of two names that fit, the one that leaves fewer words over
    building: float = 0.08  # a building or site of this name stands at the door
    district_paid: float = 0.2  # share left for a district whose words named the neighbourhood too
    # Share left for a neighbourhood whose words have named the street or the district already: it
    # decides the order, and leaves the answer ambiguous.
    said_once: float = 0.03
    # Doors
    door: float = 0.16
    door_missing: float = -0.10
    door_changed: float = -0.05  # 4/A is given and only 4 exists, or the other way round
    door_former: float = -0.08
    near: float = 0.05
    near_km: float = 2.0
    # What counts as named
    street_least: float = 0.42
    area_named: float = 0.45
    area_sure: float = 0.90
    sure: float = 0.70
    nearly_exact: float = 0.93
    guessed: float = 0.56  # a name of the given neighbourhood that is closest to what was written
    tie: float = 0.03
    close: float = 0.35  # a street further behind cannot win against one with the door
    behind: float = 0.90  # a street that far behind the best is not asked for doors
    # Spelling
    one_error: float = 0.86
    two_errors: float = 0.68
    first_letter: float = -0.12
    short_word: float = -0.10
    registered_word: float = -0.25
    ending: float = 0.93


WEIGHTS = Weights()
# What labelled texts can tell. The value of a candidate is a sum in which the first ones stand; the
# others decide when an answer is sure.
LINEAR = (
    "neighbourhood", "district", "kind_agrees", "kind_differs", "word_named", "door", "door_missing",
    "door_changed", "door_former",
)  # fmt: skip
LIMITS = ("tie", "sure")
_MOST = 5.0  # times a street's own agreement: more is no weight but a mistake


def use(figures: Mapping[str, object]) -> None:
    """Puts other figures in the place of those in use, for the whole process. Raises ValueError for
    a name that is none, or a figure that cannot be one; then nothing has changed.
    """
    checked = {name: _figure(name, value) for name, value in figures.items()}
    for name, value in checked.items():
        setattr(WEIGHTS, name, value)


def in_use() -> dict[str, float]:
    """All figures by name."""
    return asdict(WEIGHTS)


@contextmanager
def trying(figures: Mapping[str, float]) -> Iterator[None]:
    """Other figures until the block ends. For a process that nobody else asks meanwhile."""
    before = in_use()
    use(figures)
    try:
        yield
    finally:
        use(before)


def _figure(name: str, value: object) -> float:
    if name not in {field.name for field in fields(Weights)}:
        raise ValueError(f"{name}: there is no weight of this name")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name}: {value!r} is no number")
    if abs(value) > _MOST:
        raise ValueError(f"{name}: {value} lies outside of -{_MOST} to {_MOST}")
    return float(value)

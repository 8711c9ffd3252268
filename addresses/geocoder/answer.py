"""What the geocoder answers. Stable: other rooms store and show these."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

EXACT = "exact"
REPAIRED = "repaired"
MISSING = "missing"
CONTRADICTING = "contradicting"
UNSURE_MOST = 0.6  # the score of a place that is only suggested


@dataclass(frozen=True)
class Evidence:
    """One field of an address: what was given, what the register has, and how they agree.

    `how` is exact, repaired (spelling), missing (not given) or contradicting.
    """

    given: str
    matched: str
    how: str


@dataclass(frozen=True)
class Step:
    """What one stage did with a text, in a sentence of the reader's language."""

    stage: str
    said: str


@dataclass(frozen=True)
class Candidate:
    """One place of the register that the text may mean.

    `precision` is UNIT, DOOR, INTERPOLATED, BUILDING, PARCEL, CROSSING, STREET, LANDMARK,
    NEIGHBOURHOOD, DISTRICT or POINT; `score` lies in 0 … 1,
    and below UNSURE_MOST where the answer is not sure; `lon` and `lat` are degrees (EPSG:4326),
    None where the register knows no point. Ids are those of the register's tables. A crossing's
    streets are `street_id` and `other_street_id`.
    """

    label: str
    precision: str
    score: float
    lon: float | None = None
    lat: float | None = None
    address_id: int | None = None
    side_id: int | None = None
    street_id: int | None = None
    building_id: int | None = None
    parcel_id: int | None = None
    neighbourhood_id: int | None = None
    district_id: int | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    unit_id: int | None = None
    landmark_id: int | None = None
    other_street_id: int | None = None


@dataclass(frozen=True)
class Answer:
    """Candidates, best first, and how far to trust the first.

    `category` is A (all that was given agrees exactly), B (sure, with repairs), C (suggestions
    only, for a person to choose) or "" (nothing found). `warnings` are codes, listed with their
    meaning in docs/geocoder.md. `parsed` shows what each word was taken for; `parsed["rest"]` are
    the words that were not needed. `change` is the number of the register's change that the answer
    was given from. `trace` tells what each stage did, if that was asked for.
    """

    category: str
    candidates: tuple[Candidate, ...] = ()
    ambiguous: bool = False
    warnings: tuple[str, ...] = ()
    parsed: Mapping[str, str] = field(default_factory=dict)
    change: int = 0
    trace: tuple[Step, ...] = ()

    @property
    def best(self) -> Candidate | None:
        """The first candidate, or None."""
        return self.candidates[0] if self.candidates else None


def as_suggestion(answer: Answer) -> Answer:
    """The answer as one of category C, in the same order. Whoever looks at the score alone sees that it
    is not sure: it is UNSURE_MOST at most.
    """
    candidates = answer.candidates
    if any(candidate.score > UNSURE_MOST for candidate in candidates):
        candidates = tuple(replace(c, score=UNSURE_MOST * c.score) for c in candidates)
    return replace(answer, category="C", candidates=candidates)


NO_ANSWER = Answer(category="")


@dataclass(frozen=True)
class Place:
    """What the register has at a bare point (degrees). Only here does a polygon decide the area.

    `district_id` is None outside the city. Distances are metres: `door_m` to the nearest door
    within 50 m, `street_m` to the nearest line of a street within 50 m, `crossing_m` to the nearest
    crossing within 150 m, whose point is `crossing` (lon, lat) and whose streets are
    `crossing_streets` (names) and `crossing_street_ids`, `boundary_m` to the boundary with another
    district within 250 m. `other_district_id` is that district when it is within 15 m.
    `door_neighbourhood_id` is the registered neighbourhood of the nearest door; `street_id` and `side_id` are that door's, else the nearest street and the
    side that the point lies on. Warnings: `door_registered_elsewhere` (that door belongs to another
    neighbourhood than the polygon says), `district_conflict` (the polygons of neighbourhood and
    district disagree), `near_boundary`.
    """

    lon: float
    lat: float
    label: str = ""
    district_id: int | None = None
    neighbourhood_id: int | None = None
    street_id: int | None = None
    side_id: int | None = None
    address_id: int | None = None
    building_id: int | None = None
    parcel_id: int | None = None
    door_m: float | None = None
    door_neighbourhood_id: int | None = None
    boundary_m: float | None = None
    other_district_id: int | None = None
    warnings: tuple[str, ...] = ()
    street_m: float | None = None
    crossing: tuple[float, float] | None = None
    crossing_m: float | None = None
    crossing_streets: tuple[str, ...] = ()
    crossing_street_ids: tuple[int, ...] = ()

"""What the geocoder answers. Stable: other rooms store and show these."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EXACT = "exact"
REPAIRED = "repaired"
MISSING = "missing"
CONTRADICTING = "contradicting"


@dataclass(frozen=True)
class Evidence:
    """One field of an address: what was given, what the register has, and how they agree.

    `how` is exact, repaired (spelling), missing (not given) or contradicting.
    """

    given: str
    matched: str
    how: str


@dataclass(frozen=True)
class Candidate:
    """One place of the register that the text may mean.

    `precision` is UNIT, DOOR, INTERPOLATED, BUILDING, PARCEL, STREET, LANDMARK, NEIGHBOURHOOD,
    DISTRICT or POINT; `score` lies in 0 … 1; `lon` and `lat` are degrees (EPSG:4326), None where
    the register knows no point. Ids are those of the register's tables.
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


@dataclass(frozen=True)
class Answer:
    """Candidates, best first, and how far to trust the first.

    `category` is A (all that was given agrees exactly), B (sure, with repairs), C (suggestions
    only, for a person to choose) or "" (nothing found). `warnings` are codes: wrong_neighbourhood,
    wrong_district, unit_dropped, number_not_found, number_missing, relative, outside_polygon,
    suffix_dropped, too_long, former_name (the street is called otherwise now: see the label), renumbered
    (the door has another number now). `parsed` shows what each word was taken for; `parsed["rest"]` are the
    words that were not needed.
    """

    category: str
    candidates: tuple[Candidate, ...] = ()
    ambiguous: bool = False
    warnings: tuple[str, ...] = ()
    parsed: Mapping[str, str] = field(default_factory=dict)

    @property
    def best(self) -> Candidate | None:
        """The first candidate, or None."""
        return self.candidates[0] if self.candidates else None


NO_ANSWER = Answer(category="")

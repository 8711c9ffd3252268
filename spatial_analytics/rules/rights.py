"""Who may be told which figure: one right of a role, and what it allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from spatial_analytics.rules.indicators import DIMENSIONS, Audience
from spatial_analytics.rules.question import Question

#: From the coarsest to the finest area that a figure may be about; "" is the whole city.
FINENESS = ("", "district", "neighbourhood", "street", "cell")


class Persons(StrEnum):
    """Whose figures may be told person by person."""

    NONE = "NONE"
    OWN = "OWN"  # members of the department, or of the body, that the role is held in
    ALL = "ALL"  # everybody in the cases that are counted


@dataclass(frozen=True)
class Right:
    """`indicators` None: all. `least`: a figure about people's acts that rests on fewer people is hidden;
    0: none is."""

    indicators: frozenset[str] | None = None
    finest: str = FINENESS[-1]
    persons: Persons = Persons.NONE
    least: int = 0

    def allows(self, question: Question) -> bool:
        """Whether the question is within the right; a filter tells as much as a dimension does."""
        if self.indicators is not None and question.indicator.code not in self.indicators:
            return False
        areas = {name for name in (*question.by, *question.filters) if name in FINENESS}
        if any(FINENESS.index(name) > FINENESS.index(self.finest) for name in areas):
            return False
        return self.persons is not Persons.NONE or not of_persons(question)

    @property
    def name(self) -> str:
        """The same for two rights only if they allow the same; empty for what holds by default."""
        if self == DEFAULT:
            return ""
        codes = "*" if self.indicators is None else ",".join(sorted(self.indicators))
        return f"!{codes};{self.finest};{self.persons};{self.least}"


#: Of a role that no row of the table names: everything but figures about persons.
DEFAULT = Right()


@dataclass(frozen=True)
class Granted:
    """A row of the table: organisation None for all, role empty for every one."""

    organisation: int | None
    role: str
    right: Right


def right_of(organisation: int | None, role: str, rows: Iterable[Granted]) -> Right:
    """The right of a role in an organisation: the row that names both, else the organisation, else the role,
    else neither."""
    fitting = [
        row for row in rows if row.organisation in (None, organisation) and row.role in ("", role)
    ]
    best = max(
        fitting, key=lambda row: (row.organisation is not None, row.role != ""), default=None
    )
    return best.right if best else DEFAULT


def of_persons(question: Question) -> bool:
    """Whether an answer would tell of single members of staff."""
    names = [name for name in (*question.by, *question.filters) if name in DIMENSIONS]
    return question.indicator.audience is Audience.PERSON or any(
        DIMENSIONS[name].audience is Audience.PERSON for name in names
    )

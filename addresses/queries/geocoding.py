"""The geocoder's two questions: where is this text, and what is at this point."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from addresses.conf import CONF
from addresses.geocoder.answer import Answer, Candidate, Evidence, Place, Step, as_suggestion
from addresses.geocoder.names import NameIndex
from addresses.geocoder.search import search
from addresses.geocoder.trace import Trace
from addresses.queries.aliases import with_taught
from addresses.queries.at_point import at_point
from addresses.queries.doors import DatabaseRegister
from addresses.queries.names import change_of, current, held, names_on, on, register_version

__all__ = [
    "Answer", "Candidate", "Evidence", "Place", "Step", "geocode", "reverse",
]  # fmt: skip


def geocode(
    text: str,
    *,
    limit: int = 5,
    near: tuple[float, float] | None = None,
    as_of: date | None = None,
    explain: bool = False,
) -> Answer:
    """The places that a free text means, best first; `near` (lon, lat in degrees) breaks ties.

    Besides addresses the text may be a parcel, a national code, a plus code, coordinates, a crossing
    or a landmark. Streets are found by their former names too, and doors by their former numbers:
    the label says what they are called now. With `as_of` the question is put to the register as it
    was in force on that day, names and points included.

    Never guesses a street or number that the register lacks: an unknown number gives the street
    with the warning `number_not_found` and category C. Only the first 1,000 characters are read.
    `explain` fills `Answer.trace`.

    The whole answer is given from one state of the register, whose change number it carries: where
    something was published meanwhile, the question is asked again.
    """
    index = held() if as_of is None else on(as_of)
    while True:
        register = DatabaseRegister(as_of)
        answer: Answer | None = None
        try:
            answer = geocode_under(
                index, register, text, limit=limit, near=near, as_of=as_of, explain=explain
            )
        except LookupError:  # a door of what this index does not know yet?
            if register_version() == index.version:
                raise
        if answer is not None and register.version() == index.version:
            return answer
        index = current() if as_of is None else on(as_of)


def geocode_under(
    index: NameIndex,
    register: DatabaseRegister,
    text: str,
    *,
    limit: int = 5,
    near: tuple[float, float] | None = None,
    as_of: date | None = None,
    explain: bool = False,
) -> Answer:
    """`geocode` with the names of an index. The caller sees to it that nothing was published
    meanwhile: it asks for the register's version once, behind all the texts that it has.
    """
    cut = text[: CONF.query_max]
    trace = Trace() if explain else None
    answer = search(cut, index, register, limit=limit, near=near, trace=trace)
    warnings = answer.warnings
    if as_of is not None:
        then = tuple(called_on(as_of, answer.candidates))
        warnings = tuple(w for w in warnings if w != "former_name")
        answer = replace(answer, candidates=then)
    else:
        answer = with_taught(cut, answer, index, register, limit=limit)
        warnings = answer.warnings
    if answer.category == "C":
        answer = as_suggestion(answer)
    return replace(
        answer,
        warnings=warnings if len(text) == len(cut) else (*warnings, "too_long"),
        change=change_of(index),
        trace=tuple(trace.steps) if trace else (),
    )


def called_on(day: date, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates under the street names of a day, also where no version reaches back to it."""
    then = names_on(day, [c.street_id for c in candidates if c.street_id is not None])
    found = []
    for candidate in candidates:
        name, old = then.get(candidate.street_id or 0, ("", ""))
        label_then = candidate.label.replace(name, old, 1) if name else candidate.label
        found.append(replace(candidate, label=label_then))
    return found


def reverse(lon: float, lat: float, *, as_of: date | None = None) -> Place:
    """What is at a point, now or on a day. Raises ValueError for coordinates that are no degrees."""
    return at_point(lon, lat, as_of=as_of)

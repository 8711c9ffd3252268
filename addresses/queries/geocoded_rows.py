"""Rows of a table with what the geocoder found: the columns that addok adds, and some of our own."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from addresses.geocoder.answer import NO_ANSWER, Answer, as_suggestion
from addresses.geocoder.names import NameIndex
from addresses.queries.address_parts import AddressParts
from addresses.queries.doors import DatabaseRegister
from addresses.queries.geocoding import geocode, geocode_under
from addresses.queries.names import current
from addresses.queries.place_words import PlaceWords, words_at, words_of
from addresses.rules.columns import role

log = logging.getLogger(__name__)

# What addok calls the kinds of places.
TYPES = {
    "house": "housenumber",
    "building": "housenumber",
    "parcel": "housenumber",
    "street": "street",
    "poi": "poi",
    "neighbourhood": "locality",
    "district": "municipality",
    "point": "locality",
}
COLUMNS = (
    "latitude", "longitude", "result_label", "result_score", "result_score_next", "result_type",
    "result_id", "result_housenumber", "result_name", "result_street", "result_postcode",
    "result_city", "result_context", "result_neighbourhood", "result_precision",
    "result_category", "result_warnings", "result_status",
)  # fmt: skip
# `unsure`: a suggestion that a person has to look at. `skipped`: the row gives no address.
SURE, UNSURE, NOT_FOUND, SKIPPED, FAILED = "ok", "unsure", "not-found", "skipped", "error"
_STATUS = COLUMNS.index("result_status")
_SURE = ("A", "B")
_TRIES = 3
_FILTERED = 20  # so many are looked through where some may not fit
_CANDIDATES = 2  # the best, and the score of the next


@dataclass(frozen=True)
class Find:
    """What was found for one row; `cells` are the values of COLUMNS."""

    cells: tuple[str, ...]

    @property
    def status(self) -> str:
        return self.cells[_STATUS]


Fits = Callable[[PlaceWords], bool]


def geocode_rows(texts: Sequence[str], fits: Sequence[Fits] | None = None) -> list[Find]:
    """The find for each text, in order. A text that makes the geocoder fail costs its row only.

    `fits` says for each text which places come into question. One that is not the best by itself is
    a suggestion at most.
    """
    answers = _answers(texts, _CANDIDATES if fits is None else _FILTERED)
    if fits is not None:
        answers = _only(answers, fits)
    best = [answer.best for answer in answers if answer is not None and answer.best is not None]
    told = iter(words_of(best))
    finds = []
    for text, answer in zip(texts, answers, strict=True):
        if answer is None:
            finds.append(_nothing(FAILED))
        elif not text.strip():
            finds.append(_nothing(SKIPPED))
        elif answer.best is None:
            finds.append(_nothing(NOT_FOUND, warnings=answer.warnings))
        else:
            finds.append(_find(next(told), answer))
    return finds


def _only(answers: Sequence[Answer | None], fits: Sequence[Fits]) -> list[Answer | None]:
    """The answers with the candidates that fit."""
    told = iter(words_of([c for answer in answers if answer for c in answer.candidates]))
    kept: list[Answer | None] = []
    for answer, fit in zip(answers, fits, strict=True):
        if answer is None:
            kept.append(None)
            continue
        left = tuple(c for c in answer.candidates if fit(next(told)))
        first = bool(left) and left[0] is answer.candidates[0]
        found = replace(answer, candidates=left, category=answer.category if left else "")
        kept.append(found if first or not left else as_suggestion(found))
    return kept


def reverse_rows(points: Sequence[tuple[float, float] | None]) -> list[Find]:
    """The find for each point (lon, lat in degrees); None is a row that gives none."""
    finds = []
    for point in points:
        if point is None:
            finds.append(_nothing(SKIPPED))
            continue
        place = words_at(*point)
        finds.append(_nothing(NOT_FOUND) if place is None else Find(_cells(place, status=SURE)))
    return finds


def text_of(header: Sequence[str], columns: Sequence[int], row: Sequence[str]) -> str:
    """The address of a row in one line, by the names of the chosen columns.

    What a column's name says is used (`No` 5 becomes a house number); other columns follow as
    they are.
    """
    parts: dict[str, str] = {}
    whole: list[str] = []
    rest: list[str] = []
    for position in columns:
        value = row[position].strip()
        part = role(header[position])
        if not value:
            continue
        if part in ("", "address") or part in parts:
            (whole if part == "address" else rest).append(value)
        else:
            parts[part] = value
    unit = parts.pop("unit", "")
    if unit:
        rest.append(f"daire: {unit}")
    line = AddressParts(**parts).text() if parts else ""
    return ", ".join(part for part in (*whole, line, *rest) if part)


def _answers(texts: Sequence[str], limit: int) -> list[Answer | None]:
    """All answers from one state of the register, which is asked for once; where something is
    published while they are sought, once more. None where the geocoder failed.
    """
    for _again in range(_TRIES):
        index, register = current(), DatabaseRegister()

        def under(
            text: str, index: NameIndex = index, register: DatabaseRegister = register
        ) -> Answer:
            return geocode_under(index, register, text, limit=limit)

        answers = [_answer(text, under) for text in texts]
        if register.version() == index.version:
            return answers
    # Changes come faster than tables go: each row from its own state then.
    return [_answer(text, lambda one: geocode(one, limit=limit)) for text in texts]


def _answer(text: str, ask: Callable[[str], Answer]) -> Answer | None:
    """None where the geocoder failed: the text is personal data and stays out of the log."""
    if not text.strip():
        return NO_ANSWER
    try:
        return ask(text.replace("\0", " "))
    except Exception as error:  # one row among many thousands
        log.error("a row of a table could not be geocoded: %s", type(error).__name__)
        return None


def _find(place: PlaceWords, answer: Answer) -> Find:
    sure = answer.category in _SURE and not answer.ambiguous
    warnings = [*answer.warnings, *(["ambiguous"] if answer.ambiguous else [])]
    following = f"{answer.candidates[1].score:.4f}" if len(answer.candidates) > 1 else ""
    cells = _cells(
        place,
        following=following,
        category=answer.category,
        warnings=" ".join(warnings),
        status=SURE if sure else UNSURE,
    )
    return Find(cells)


def _cells(
    place: PlaceWords,
    *,
    status: str,
    following: str = "",
    category: str = "",
    warnings: str = "",
) -> tuple[str, ...]:
    return (
        "" if place.lat is None else f"{place.lat:.7f}",
        "" if place.lon is None else f"{place.lon:.7f}",
        place.label,
        f"{place.score:.4f}",
        following,
        TYPES[place.kind],
        str(place.uid or ""),
        place.number,
        place.name,
        place.street,
        place.postcode,
        place.district,
        context(place),
        place.neighbourhood,
        place.precision,
        category,
        warnings,
        status,
    )


def context(place: PlaceWords) -> str:
    """District and province, as addok tells where a place is."""
    return ", ".join(part for part in (place.district, place.province) if part)


def _nothing(status: str, *, warnings: Sequence[str] = ()) -> Find:
    cells = dict.fromkeys(COLUMNS, "") | {"result_status": status}
    cells["result_warnings"] = " ".join(warnings)
    return Find(tuple(cells.values()))

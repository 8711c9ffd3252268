"""What stands in a table of outside values: values by place, period and category, and why rows are refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.utils.translation import gettext as _

from addresses.exchange.errors import ImportRefused
from addresses.exchange.sheets import open_sheet
from spatial_analytics.conf import CONF
from spatial_analytics.models import OutsideImport, OutsideIndicator
from spatial_analytics.queries.outside_places import Place, Words, places
from spatial_analytics.rules.outside import (
    Unreadable,
    decimal_mark,
    number,
    of_year_and_month,
    period,
)
from spatial_analytics.rules.question import LONGEST_CATEGORY

Spot = tuple[int, date, str]  # id of the place, first day, category


@dataclass
class Value:
    """`row` is where it stands: the header is row 1."""

    value: float
    weight: float
    row: int
    many: int = 1


@dataclass(frozen=True)
class Refused:
    row: int
    code: str
    text: str = ""


@dataclass(frozen=True)
class Seen:
    """A row as it was understood; `code` says why it was refused."""

    row: int
    cells: list[str]
    place: str = ""
    begin: date | None = None
    category: str = ""
    value: float | None = None
    weight: float | None = None
    code: str = ""


@dataclass
class Reading:
    """Of a file, or of its first rows (`whole` is False then)."""

    rows: int = 0
    values: dict[Spot, Value] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    refusals: int = 0
    seen: list[Seen] = field(default_factory=list)
    mark: str = "."
    whole: bool = True


def header_and_rows(
    data: bytes, first: int | None = None
) -> tuple[list[str], list[list[str]], str]:
    """A table, or its first rows, and its delimiter. Raises ImportRefused."""
    sheet = open_sheet(data)
    rows = list(islice(sheet.rows, CONF.outside_rows + 1 if first is None else first))
    if len(rows) > CONF.outside_rows:
        words = _("The table is too long: at most %s rows.")
        raise ImportRefused("file", words % CONF.outside_rows)
    if not rows:
        raise ImportRefused("file", _("The table has a header and no rows."))
    return sheet.header, rows, sheet.delimiter


def guessed_mark(came: OutsideImport) -> str:
    """The decimal mark of the first rows: it is chosen once, so that preview and import read alike."""
    header, rows, delimiter = header_and_rows(bytes(came.data or b""), CONF.outside_at_once)
    at = came.choices.get("columns", {})
    numbers = [
        row[at[r]] for row in rows for r in ("value", "weight") if at.get(r, len(header)) < len(row)
    ]
    return decimal_mark(numbers, delimiter)


def read_values(
    came: OutsideImport,
    *,
    first: int | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> Reading:
    """With the choices of the import; `first`: only so many rows. Raises ImportRefused."""
    columns = came.choices.get("columns", {})
    if missing := missing_choice(came.indicator, columns, came.choices.get("period", "")):
        raise ImportRefused("columns", missing)
    header, rows, _delimiter = header_and_rows(bytes(came.data or b""), first)
    if header != came.header:
        raise ImportRefused("file", _("The file is not the one whose columns were chosen."))
    if any(position >= len(header) for position in columns.values()):
        raise ImportRefused("columns", _("There is no such column."))
    reading = Reading(rows=len(rows), mark=came.choices["mark"], whole=len(rows) != first)
    found = places({_words(row, columns) for row in rows}, came.indicator)
    progress(0.4)
    for row_number, row in enumerate(rows, start=2):
        _take(reading, came, row_number, row, columns, found[_words(row, columns)])
        if row_number % 2_000 == 0:
            progress(0.4 + 0.4 * row_number / len(rows))
    return reading


def missing_choice(indicator: OutsideIndicator, columns: dict[str, int], fixed: str) -> str:
    """What still has to be said before a table can be read; empty if nothing."""
    if "value" not in columns:
        return _("Which column holds the value?")
    if len(set(columns.values())) != len(columns):
        return _("A column can be one thing only.")
    if not ({"period"} & columns.keys() or "year" in columns or fixed):
        return _("Which column holds the period? Or say one for the whole table.")
    by_point = {"lon", "lat"} <= columns.keys()
    if indicator.level != "city" and not (by_point or {"code", "name"} & columns.keys()):
        return _("Which column says the place: a code, a name, or longitude and latitude?")
    if indicator.together == OutsideIndicator.Together.WEIGHTED and "weight" not in columns:
        return _("Which column holds the weight?")
    return ""


def _words(row: list[str], at: dict[str, int]) -> Words:
    code, name, district, lon, lat = (
        row[at[role]] if role in at else "" for role in ("code", "name", "district", "lon", "lat")
    )
    return code, name, district, lon, lat


def _take(
    reading: Reading, came: OutsideImport, row_number: int, row: list[str], at: dict[str, int], place: Place | str
) -> None:  # fmt: skip
    """Adds a row to the values, or to what is refused."""
    begin, value, weight, category = None, None, 1.0, ""
    code, text = "", ""
    try:
        if "category" in at:
            category = _category(row[at["category"]])
        text = _period_text(row, at)
        begin = _period(row, at, came)
        text = row[at["value"]]
        value = number(text, reading.mark)
        if came.indicator.together == OutsideIndicator.Together.WEIGHTED:
            text = row[at["weight"]]
            weight = number(text, reading.mark)
            if weight <= 0:
                raise Unreadable("no_weight")
        if isinstance(place, str):
            text = " ".join(filter(None, _words(row, at)))
            raise Unreadable(place)
        text = ""
        _put(reading, came, (place.pk, begin, category), Value(value, weight, row_number), place)
    except Unreadable as error:
        code = str(error)
        reading.refusals += 1
        if len(reading.refused) < CONF.outside_reasons:
            reading.refused.append(Refused(row_number, code, text[:80]))
    if len(reading.seen) < CONF.outside_shown:
        name = place.name if isinstance(place, Place) else ""
        reading.seen.append(
            Seen(row_number, row, name, begin, category, value, weight, code)
        )  # fmt: skip


def _put(reading: Reading, came: OutsideImport, spot: Spot, one: Value, place: Place) -> None:
    """Doors and points of one place are put together as the indicator says; a place that comes twice is
    refused."""
    known = reading.values.setdefault(spot, one)
    if known is one:
        return
    if place.whole:
        raise Unreadable("twice")
    match came.indicator.together:
        case OutsideIndicator.Together.MEAN:
            known.value = (known.value * known.many + one.value) / (known.many + 1)
        case OutsideIndicator.Together.WEIGHTED:
            whole = known.weight + one.weight
            known.value = (known.value * known.weight + one.value * one.weight) / whole
            known.weight = whole
        case _:
            known.value += one.value
    known.many += 1


def _category(text: str) -> str:
    """A comma parts categories in an address."""
    plain = " ".join(text.replace(",", ";").replace("\0", "").split())
    if len(plain) > LONGEST_CATEGORY:
        raise Unreadable("long_category")
    return plain


def _period_text(row: list[str], at: dict[str, int]) -> str:
    return " ".join(row[at[role]] for role in ("period", "year", "month") if role in at)


def _period(row: list[str], at: dict[str, int], came: OutsideImport) -> date:
    if "period" in at:
        return period(row[at["period"]], came.indicator.step)
    if "year" in at:
        month = row[at["month"]] if "month" in at else ""
        return of_year_and_month(row[at["year"]], month, came.indicator.step)
    return period(came.choices.get("period", ""), came.indicator.step)

"""How tables of outside values are read: which column is what, numbers and periods as people write them."""

import calendar
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from core.rules.text import key
from spatial_analytics.rules.question import first_day

#: What a column can be, with the names that such columns have.
ROLES: dict[str, tuple[str, ...]] = {
    "code": (
        "kod", "kodu", "alan kodu", "mahalle kodu", "mahalle kimlik no", "ilce kodu", "ilce kimlik no", "kurum kodu",
        "birim kodu", "adres kodu", "adres no", "uavt", "uavt kodu", "uavt no", "sokak kodu", "csbm kodu", "code",
        "area code", "address code",
    ),
    "name": (
        "ad", "adi", "mahalle", "mahalle adi", "kurum", "kurum adi", "birim", "birim adi", "mudurluk", "daire baskanligi",
        "name", "neighbourhood", "organisation", "department", "area",
    ),
    "district": ("ilce", "ilce adi", "ilcesi", "district"),
    "lon": ("boylam", "x", "lon", "lng", "long", "longitude"),
    "lat": ("enlem", "y", "lat", "latitude"),
    "period": ("donem", "tarih", "ay yil", "gun", "period", "date", "month year"),
    "year": ("yil", "year"),
    "month": ("ay", "month"),
    "value": (
        "deger", "tutar", "miktar", "sonuc", "gerceklesen", "gerceklesme", "tuketim", "toplam", "value", "amount", "total",
    ),
    "weight": ("agirlik", "abone", "abone sayisi", "adet", "sayi", "kisi sayisi", "weight", "n", "subscribers"),
    "category": ("kategori", "kalem", "butce kalemi", "tur", "turu", "grup", "category", "item", "kind"),
}  # fmt: skip
_ROLE = {name: role for role, names in ROLES.items() for name in names}
LARGEST = 1e15
FIRST_YEAR, LAST_YEAR = 1990, 2100

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("ocak oca january jan", "subat sub february feb", "mart mar march", "nisan nis april apr",
         "mayis may", "haziran haz june jun", "temmuz tem july jul", "agustos agu august aug",
         "eylul eyl september sep", "ekim eki october oct", "kasim kas november nov", "aralik ara december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


class Unreadable(ValueError):
    """A cell that cannot be used; the text is a code of queries/outside_words.py."""


def guess(header: Sequence[str], remembered: dict[str, str], level: str) -> dict[str, int]:
    """Role → position. What was chosen for a column of the same name before comes first; each column once."""
    found: dict[str, int] = {}
    names = [key(name) for name in header]
    for role, name in remembered.items():
        if role in ROLES and name in header:
            found[role] = list(header).index(name)
    if remembered and found.keys() == remembered.keys():
        return found
    for position, name in enumerate(names):
        role = _ROLE.get(name, "")
        if role == "district" and level == "district":
            role = "name"
        if role and role not in found and position not in found.values():
            found[role] = position
    if "month" in found and "year" not in found:  # "March 2026"
        found.setdefault("period", found["month"])
    if "period" in found:
        found.pop("year", None)
        found.pop("month", None)
    return found


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────

_NUMBER = re.compile(r"[+-]?(?=[\d.,])[\d.,]*\d(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_AROUND = re.compile(r"[\s\u00a0\u202f'₺%]|TL$|TRY$", re.IGNORECASE)


def decimal_mark(texts: Iterable[str], delimiter: str) -> str:
    """The sign before the decimals of a column: `,` or `.`. Where its numbers do not tell (1.234), a file cut by
    semicolons is taken for a Turkish one; a spreadsheet has no delimiter and writes points."""
    for text in texts:
        cell = _AROUND.sub("", text)
        point, comma = cell.rfind("."), cell.rfind(",")
        if point >= 0 and comma >= 0:
            return "." if point > comma else ","
        for mark, at in ((".", point), (",", comma)):
            if (
                at >= 0
                and cell.count(mark) == 1
                and (len(cell) - at != 4 or not cell[:at].strip("+-0"))
            ):
                return mark
            if at >= 0 and cell.count(mark) > 1:
                return "," if mark == "." else "."
    return "," if delimiter == ";" else "."


def number(text: str, mark: str) -> float:
    """A number as it is written with this decimal mark; the other one groups thousands. Raises Unreadable."""
    cell = _AROUND.sub("", text)
    if not cell:
        raise Unreadable("no_value")
    if len(cell) > 40 or not cell.isascii() or not _NUMBER.fullmatch(cell):
        raise Unreadable("no_number")
    group = "," if mark == "." else "."
    whole, _mark, decimals = cell.partition(mark)
    if group in whole:
        first, *rest = whole.lstrip("+-").split(group)
        if not 1 <= len(first) <= 3 or any(len(part) != 3 for part in rest):
            raise Unreadable("no_number")
        whole = whole.replace(group, "")
    try:
        value = float(f"{whole}.{decimals}" if decimals else whole)
    except ValueError:
        raise Unreadable("no_number") from None
    if abs(value) > LARGEST:
        raise Unreadable("too_large")
    return value


# ── Periods ──────────────────────────────────────────────────────────────────────────────────────

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_DAY_TR = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_MONTH_TR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_YEAR = re.compile(r"\d{4}")
_QUARTER = re.compile(
    r"(\d{4})[ ./-]*(?:q|c|ceyrek)?[ .-]*([1-4])[ .]*(?:ceyrek)?|([1-4])[ .]*ceyrek (\d{4})|q([1-4]) (\d{4})"
)
_WORDY = re.compile(r"(?:(\d{1,2}) )?([a-z]+) (\d{4})|(\d{4}) ([a-z]+)")


def period(text: str, step: str) -> date:
    """The first day of a period of this length. A day stands for the month, quarter or year that it lies in.
    Raises Unreadable."""
    found, length = _read(text.strip())
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("no_period")
    if length not in ("day", step):
        raise Unreadable("other_period")
    if length == "day" and step != "day":
        return first_day(step, found)
    return found


def of_year_and_month(year: str, month: str, step: str) -> date:
    """Of two columns; the month may be a number or a word, and is empty where periods are years."""
    if step == "year" and not month.strip():
        return period(year, step)
    word = key(month)
    number_ = _MONTHS.get(word) or (int(word) if word.isdigit() and len(word) < 3 else 0)
    return period(f"{year.strip()}-{number_:02d}", step)


def _read(text: str) -> tuple[date, str]:
    if len(text) > 40 or not text:
        raise Unreadable("no_period")
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3])), "day"
        if match := _DAY_TR.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1])), "day"
        if match := _MONTH.fullmatch(text):
            return date(int(match[1]), int(match[2]), 1), "month"
        if match := _MONTH_TR.fullmatch(text):
            return date(int(match[2]), int(match[1]), 1), "month"
        if _YEAR.fullmatch(text):
            return date(int(text), 1, 1), "year"
        words = key(text)
        if match := _WORDY.fullmatch(words):
            day, word, year = match[1], match[2] or match[5], match[3] or match[4]
            if word in _MONTHS:
                return date(int(year), _MONTHS[word], int(day or 1)), "day" if day else "month"
        if match := _QUARTER.fullmatch(words):
            year, quarter = match[1] or match[4] or match[6], match[2] or match[3] or match[5]
            return date(int(year), 3 * int(quarter) - 2, 1), "quarter"
    except ValueError:
        pass
    raise Unreadable("no_period")


def last_day(step: str, begun: date) -> date:
    """Of the day, week, month, quarter or year that begins on a day."""
    if step == "week":
        return begun + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}.get(step)
    if months is None:
        return begun
    month = begun.month + months - 1
    return date(begun.year, month, calendar.monthrange(begun.year, month)[1])


def as_far(step: str, begun: date, to: date, other: date) -> date:
    """The first day that lies as far from the period in which `other` lies as `to` from that of `begun`."""
    if step == "day":
        return other + (to - begun)
    begun, other = first_day(step, begun), first_day(step, other)
    months = other.year * 12 + other.month - 1 + to.year * 12 + to.month
    months -= begun.year * 12 + begun.month
    return date(months // 12, months % 12 + 1, 1)

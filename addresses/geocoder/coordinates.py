"""Coordinates as people paste them: decimal degrees, degrees and minutes, links of maps."""

import re
from dataclasses import dataclass, replace

from addresses.geocoder.language import Pack
from core.rules.text import fold

_DECIMAL = r"[-+]?\d{1,3}[.,]\d{3,16}"
_SHORT = r"[-+]?\d{1,3}(?:[.,]\d{1,16})?"  # good enough behind a word such as `latitude`
# @39.6,27.9 · q=39.6,27.9 · ll= · query= · destination= · geo:39.6,27.9
_LINK = re.compile(
    rf"(?:@|geo:|[?&#](?:q|ll|sll|query|destination|center|daddr|pt|loc)=(?:loc:)?)"
    rf"\s*({_DECIMAL.replace('[.,]', '[.]')})\s*(?:,|%2c|~)\s*({_DECIMAL.replace('[.,]', '[.]')})"
)
_PAIRS = (
    re.compile(rf"!3d({_DECIMAL})!4d({_DECIMAL})"),
    re.compile(rf"[?&]mlat=({_DECIMAL})&mlon=({_DECIMAL})"),
    re.compile(rf"#map=\d+(?:\.\d+)?/({_DECIMAL})/({_DECIMAL})"),
)
_WORD = r"(?:([a-z]+)\s*[:=]?\s*)?"
_PLAIN = re.compile(
    rf"(?<![\d.,]){_WORD}({_DECIMAL})(?!\d)\s*°?\s*([a-z])?(?![a-z\d])"
    rf"[\s,;/|]*{_WORD}({_DECIMAL})(?!\d)\s*°?\s*([a-z])?(?![a-z\d])"
)
_SAID = re.compile(
    rf"(?<![a-z])([a-z]{{3,}})\s*[:=]?\s*({_SHORT})\s*°?[\s,;/|]*([a-z]{{3,}})\s*[:=]?\s*({_SHORT})(?![\d])"
)
_SEXAGESIMAL = (
    r"(?:([a-z])\s*)?(\d{1,3})(?:\s*[°*]\s*|\s+)(\d{1,2}(?:[.,]\d+)?)\s*['´`]?"
    r"(?:\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|'')?)?\s*([a-z])?(?![a-z])"
)
_TWO_SEXAGESIMAL = re.compile(rf"(?<![\w.,]){_SEXAGESIMAL}[\s,;/]*{_SEXAGESIMAL}")
_SIGNS = str.maketrans(
    {"º": "°", "˚": "°", "′": "'", "’": "'", "″": '"', "”": '"', "“": '"', "−": "-"}
)


@dataclass(frozen=True)
class Coordinates:
    """`points` are (lon, lat) in degrees, the likelier order first; one where the order is said.

    `sure` is False where the figures may be something else, such as prices, in a longer text.
    """

    points: tuple[tuple[float, float], ...]
    written: str
    sure: bool = True


def read(text: str, pack: Pack) -> Coordinates | None:
    """The first pair of coordinates in a readable text, or None."""
    if not any(c.isdigit() for c in text):
        return None
    plain = fold(text.translate(_SIGNS))
    for pattern in (_LINK, *_PAIRS):
        if found := pattern.search(plain):
            return _ordered(_number(found[1]), _number(found[2]), found[0])
    for found in _SAID.finditer(plain):
        axis, axis_2 = pack.axes.get(found[1]), pack.axes.get(found[3])
        if axis and axis_2:
            return _by_axes(_number(found[2]), axis, _number(found[4]), axis_2, found[0])
    if (found := _PLAIN.search(plain)) and (pair := _plain(found, pack)):
        alone = not re.search(r"[a-z]", plain.replace(found[0], "", 1))
        return replace(pair, sure=len(pair.points) == 1 or alone)
    if found := _TWO_SEXAGESIMAL.search(plain):
        return _sexagesimal(found, pack)
    return None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _ordered(lat: float, lon: float, written: str) -> Coordinates | None:
    fits = abs(lat) <= 90 and abs(lon) <= 180
    return Coordinates(((lon, lat),), written.strip()) if fits else None


def _plain(found: re.Match[str], pack: Pack) -> Coordinates | None:
    before, first, after, before_2, second, after_2 = found.groups()
    a, b = _number(first), _number(second)
    axis = _axis(before, pack) or _axis(after, pack)
    axis_2 = _axis(before_2, pack) or _axis(after_2, pack)
    if axis or axis_2:
        return _by_axes(a, axis, b, axis_2, found[0])
    both = tuple((lon, lat) for lat, lon in ((a, b), (b, a)) if abs(lat) <= 90 and abs(lon) <= 180)
    return Coordinates(both, found[0].strip()) if both else None


def _sexagesimal(found: re.Match[str], pack: Pack) -> Coordinates | None:
    parts = found.groups()
    values, axes = [], []
    for before, degrees, minutes, seconds, after in (parts[:5], parts[5:]):
        values.append(int(degrees) + _number(minutes) / 60 + _number(seconds or "0") / 3600)
        axes.append(_axis(before, pack) or _axis(after, pack))
        if _number(minutes) >= 60 or _number(seconds or "0") >= 60:
            return None
    if not any(axes) and "°" not in found[0]:  # three plain numbers are an address
        return None
    if not any(axes):
        return Coordinates(((values[1], values[0]), (values[0], values[1])), found[0].strip())
    return _by_axes(values[0], axes[0], values[1], axes[1], found[0])


def _axis(word: str | None, pack: Pack) -> str:
    return pack.axes.get(word, "") if word else ""


def _by_axes(a: float, axis: str, b: float, axis_2: str, written: str) -> Coordinates | None:
    """Latitude and longitude by what is said of one or both; south and west are negative."""
    vertical, horizontal = ("latitude", "north", "south"), ("longitude", "east", "west")
    if axis in horizontal or (not axis and axis_2 in vertical):
        a, axis, b, axis_2 = b, axis_2, a, axis
    if axis in horizontal or axis_2 in vertical:
        return None
    lat = -abs(a) if axis == "south" else a
    lon = -abs(b) if axis_2 == "west" else b
    return _ordered(lat, lon, written)

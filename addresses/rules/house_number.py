"""House numbers as registers and people write them: `9`, `4/1`, `101/C`, `12a`, `5-7`, `239.0A`."""

import re
from typing import NamedTuple

from core.rules.text import fold

HIGHEST = 999_999
_WRITTEN = re.compile(r"^\s*0*(\d{1,6})(?!\d)(?:\.0)?\s*(.*?)\s*$")
_SUFFIX_MAX = 20
# What a plate on a wall may say. Also the pattern of the crews' form: plain enough for a browser.
PLATE = r"\s*0*[1-9][0-9]{0,4}(?![0-9]).{0,20}"


class HouseNumber(NamedTuple):
    """`number` orders doors along a street; `suffix` tells those of one number apart."""

    number: int
    suffix: str


def parse(text: str) -> HouseNumber | None:
    """Number and suffix of a written house number, or None if it does not begin with a number."""
    match = _WRITTEN.match(text)
    if not match or len(match[2]) > _SUFFIX_MAX:
        return None
    return HouseNumber(int(match[1]), suffix(match[2]))


def on_plate(text: str) -> HouseNumber | None:
    """As `parse`, of what somebody read on a plate: from 1 to 99999; None for anything else."""
    return parse(text) if re.fullmatch(PLATE, text) else None


def suffix(text: str) -> str:
    """The stored form of what follows the number: `/1a` → `1A`, ` b` → `B`, `-7` → `-7`.

    A leading dash is kept: `5-7` is one door with two numbers, `5/7` the seventh door of number 5.
    """
    return re.sub(r"\s+", "", fold(text)).upper().lstrip("/.,")


def written(number: int, suffix: str) -> str:
    """The house number as it is printed: `4/1`, `101/C`, `5-7`."""
    if not suffix:
        return str(number)
    return f"{number}{suffix}" if suffix.startswith("-") else f"{number}/{suffix}"

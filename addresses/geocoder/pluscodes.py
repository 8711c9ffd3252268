"""Plus codes: `8GCCJV8M+2X`, and short ones with a place, `JV8M+2X Altıeylül`."""

import re
from dataclasses import dataclass

from openlocationcode import openlocationcode as olc

_DIGITS = "23456789CFGHJMPQRVWX"
_CODE = re.compile(
    rf"(?<![\w+])([{_DIGITS}]{{4}}|[{_DIGITS}]{{6}}|[{_DIGITS}]{{8}})\+([{_DIGITS}]{{2,7}})(?![\w+])",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class PlusCode:
    """`rest` is the text without the code: of a short one the place that it is near."""

    code: str
    rest: str

    @property
    def full(self) -> bool:
        return bool(olc.isFull(self.code))

    def point(self, near: tuple[float, float] | None) -> tuple[float, float]:
        """The middle of the code's area (lon, lat in degrees); a short code needs a point near."""
        code = self.code
        if near is not None and not self.full:
            code = olc.recoverNearest(code, near[1], near[0])
        area = olc.decode(code)
        return (area.longitudeCenter, area.latitudeCenter)


def read(text: str) -> PlusCode | None:
    """The first plus code of a text, or None."""
    found = _CODE.search(text)
    if found is None:
        return None
    code = found[0].upper()
    if not olc.isValid(code):
        return None
    return PlusCode(code, f"{text[: found.start()]} {text[found.end() :]}")

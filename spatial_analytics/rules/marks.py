"""Notes on a map."""

import math
from typing import Any

MOST = 50
LONGEST = 200


class BadMarks(ValueError):
    """Not a list of places with a text; says what is wrong."""


def read_marks(sent: Any) -> list[dict[str, Any]]:
    """As they are kept: lon, lat (EPSG:4326, six digits) and text. Raises BadMarks."""
    if not isinstance(sent, list) or len(sent) > MOST:
        raise BadMarks(f"at most {MOST}")
    return [_mark(one) for one in sent]


def _mark(sent: Any) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise BadMarks("lon, lat, text")
    lon, lat, text = sent.get("lon"), sent.get("lat"), sent.get("text")
    numbers = all(
        isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n)
        for n in (lon, lat)
    )
    if not numbers or not (-180 <= lon <= 180 and -85 <= lat <= 85):  # type: ignore[operator]
        raise BadMarks("lon, lat")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or "\x00" in text:
        raise BadMarks("text")
    return {"lon": round(float(lon), 6), "lat": round(float(lat), 6), "text": text.strip()}  # type: ignore[arg-type]

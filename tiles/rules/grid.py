"""The web-Mercator tile grid."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

MAX_ZOOM = 22
_EDGE = 85.0511287798066  # where the map ends


def across(longitude: float) -> float:
    """How far a longitude (degrees) lies from the map's west edge: 0 to 1 over the whole of it."""
    return (longitude + 180) / 360


def down(latitude: float) -> float:
    """How far a latitude (degrees) lies from the map's north edge: 0 to 1 over the whole of it. What lies
    beyond the map lies on its edge."""
    angle = math.radians(max(-_EDGE, min(_EDGE, latitude)))
    return (1 - math.asinh(math.tan(angle)) / math.pi) / 2


@dataclass(frozen=True)
class TileAddress:
    """Zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.z <= MAX_ZOOM:
            raise ValueError(
                _("z must lie between 0 and %(most)s, not %(given)s.")
                % {"most": MAX_ZOOM, "given": self.z}
            )
        for name, n in (("x", self.x), ("y", self.y)):
            if not 0 <= n < 1 << self.z:
                raise ValueError(
                    _("%(name)s must lie between 0 and %(most)s at zoom %(z)s, not %(given)s.")
                    % {"name": name, "most": (1 << self.z) - 1, "z": self.z, "given": n}
                )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees (EPSG:4326)."""
        n = 1 << self.z

        def latitude(row: int) -> float:
            return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / n))))

        return (
            self.x / n * 360 - 180,
            latitude(self.y + 1),
            (self.x + 1) / n * 360 - 180,
            latitude(self.y),
        )

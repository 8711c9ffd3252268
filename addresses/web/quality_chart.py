"""The trend as points of an SVG, drawn by the template without a script."""

from dataclasses import dataclass
from datetime import date

from addresses.rules.quality import Severity

WIDTH, HEIGHT = 640, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 10, 24


@dataclass(frozen=True)
class Line:
    severity: str
    points: str
    last: tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """`top` is the value at the upper edge; both axes begin at zero."""

    width: int
    height: int
    lines: list[Line]
    top: int
    first: date
    last: date
    base_y: float = HEIGHT - _BOTTOM
    left_x: float = _LEFT
    right_x: float = WIDTH - _RIGHT
    top_y: float = _TOP


def chart(days: list[tuple[date, dict[str, int]]]) -> Chart | None:
    """One line for each severity; None for fewer than two counted days, which make no trend."""
    if len(days) < 2:
        return None
    first, last = days[0][0], days[-1][0]
    top = _round_up(max(n for _day, counts in days for n in counts.values()))
    span = max((last - first).days, 1)

    def place(day: date, n: int) -> tuple[float, float]:
        x = _LEFT + (day - first).days / span * (WIDTH - _LEFT - _RIGHT)
        y = HEIGHT - _BOTTOM - n / top * (HEIGHT - _TOP - _BOTTOM)
        return round(x, 1), round(y, 1)

    lines = []
    for severity in Severity:
        places = [place(day, counts[severity]) for day, counts in days]
        lines.append(Line(severity.value, " ".join(f"{x},{y}" for x, y in places), places[-1]))
    return Chart(WIDTH, HEIGHT, lines, top, first, last)


def _round_up(value: int) -> int:
    """1, 2 or 5 times a power of ten."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if value <= factor * step:
                return factor * step
        step *= 10

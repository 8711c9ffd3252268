"""A small map as SVG, drawn from shapes of the register alone: for paper, without any tile."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Shapes:
    """Coordinates in EPSG:3857. A building is its rings; a street a name and its lines; a door its
    number and its point."""

    buildings: list[list[Ring]] = field(default_factory=list)
    streets: list[tuple[str, list[Ring]]] = field(default_factory=list)
    doors: list[tuple[str, tuple[float, float]]] = field(default_factory=list)


def draw(
    shapes: Shapes, centre: tuple[float, float], *, width_m: float, height_m: float, title: str
) -> str:
    """SVG, a unit a metre on the ground, north up, the centre (EPSG:3857) marked."""
    x0, y0 = centre
    latitude = math.atan(math.sinh(y0 / 6378137.0))
    scale = math.cos(latitude)

    def at(point: tuple[float, float]) -> str:
        x = (point[0] - x0) * scale + width_m / 2
        y = height_m / 2 - (point[1] - y0) * scale
        return f"{x:.1f} {y:.1f}"

    def path(lines: Iterable[Ring], close: str = "") -> str:
        return " ".join(
            "M" + " L".join(at(p) for p in line) + close for line in lines if len(line) > 1
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_m:g} {height_m:g}" role="img"'
        f" aria-label={quoteattr(title)}><title>{escape(title)}</title>",
        f'<rect width="{width_m:g}" height="{height_m:g}" fill="#f4f4f0"/>',
    ]
    for wide, colour in ((9.0, "#b9b9b0"), (7.4, "#ffffff")):
        parts += [
            f'<path d="{path(lines)}" fill="none" stroke="{colour}" stroke-width="{wide}" stroke-linecap="round" stroke-linejoin="round"/>'
            for _name, lines in shapes.streets
        ]
    parts += [
        f'<path d="{path(rings, " Z")}" fill="#ddd8cc" fill-rule="evenodd" stroke="#a39c8b" stroke-width="0.4"/>'
        for rings in shapes.buildings
    ]
    parts += [_street_name(name, lines, at, width_m, height_m) for name, lines in shapes.streets]
    for number, point in shapes.doors:
        x, y = at(point).split()
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="0.8" fill="#0b6e5f"/><text x="{x}" y="{float(y) - 1.6:.1f}" font-size="4.4" text-anchor="middle" fill="#2b3a36">{escape(number)}</text>'
        )
    middle = f'cx="{width_m / 2:g}" cy="{height_m / 2:g}"'
    parts.append(
        f'<circle {middle} r="6" fill="none" stroke="#c2410c" stroke-width="1.6"/><circle {middle} r="1.8" fill="#c2410c"/>'
    )
    parts.append(_scale_bar(height_m))
    return "".join([*parts, "</svg>"])


def _street_name(name: str, lines: list[Ring], at: object, width_m: float, height_m: float) -> str:
    """Along the longest piece inside the picture, the right way up; nothing where there is no room."""
    best, pieces = 0.0, []
    for line in lines:
        points = [tuple(map(float, at(p).split())) for p in line]  # type: ignore[operator]
        pieces += list(pairwise(points))
    found = None
    for a, b in pieces:
        cut = _inside(a, b, width_m, height_m)
        if cut and (length := math.dist(*cut)) > best:
            best, found = length, cut
    if found is None or best < len(name) * 2.6:
        return ""
    (ax, ay), (bx, by) = sorted(found)
    turn = math.degrees(math.atan2(by - ay, bx - ax))
    x, y = (ax + bx) / 2, (ay + by) / 2
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" dy="1.7" font-size="5" text-anchor="middle" fill="#3f4a46"'
        f' transform="rotate({turn:.1f} {x:.1f} {y:.1f})">{escape(name)}</text>'
    )


def _inside(
    a: tuple[float, ...], b: tuple[float, ...], width: float, height: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The part of a piece within the picture, by Liang and Barsky."""
    dx, dy, begin, end = b[0] - a[0], b[1] - a[1], 0.0, 1.0
    for p, q in ((-dx, a[0]), (dx, width - a[0]), (-dy, a[1]), (dy, height - a[1])):
        if p == 0:
            if q < 0:
                return None
            continue
        if p < 0:
            begin = max(begin, q / p)
        else:
            end = min(end, q / p)
    if begin >= end:
        return None
    return (a[0] + begin * dx, a[1] + begin * dy), (a[0] + end * dx, a[1] + end * dy)


def _scale_bar(height_m: float) -> str:
    y = height_m - 6
    return (
        f'<path d="M6 {y:g} v2 h50 v-2" fill="none" stroke="#17211f" stroke-width="0.8"/>'
        f'<text x="58" y="{y + 2:g}" font-size="5" fill="#17211f">50 m</text>'
    )

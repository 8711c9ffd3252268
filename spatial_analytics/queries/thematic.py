"""A thematic map: every area with its figure, class and colour, and the legend. One answer for map, legend,
table and files."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import exp, log

import numpy as np

from cases.models import RequestTypeGroup
from spatial_analytics.queries.area_measures import measures
from spatial_analytics.queries.areas import Area, areas
from spatial_analytics.queries.figure_rows import Row
from spatial_analytics.queries.figures import answer
from spatial_analytics.queries.labels import labels
from spatial_analytics.queries.primary import Primary, primary
from spatial_analytics.queries.reach import Sight
from spatial_analytics.rules.classes import Scheme, ValueClass, around, class_of, classify
from spatial_analytics.rules.palettes import BIVARIATE, FEW, NO_DATA, TIE, colours, faded
from spatial_analytics.rules.thematic import MapQuestion

BARS = 24
#: Share of the most frequent type from which its colour is full, and half.
STRONG, HALF = 0.5, 0.25
# Okabe and Ito's colours and darker ones, for types, which have none of their own.
_OF_TYPES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8a6d00", "#5d3a9b",
             "#1a85ff", "#994f00", "#40b0a6", "#b8255f")  # fmt: skip


@dataclass(frozen=True)
class Painted:
    """One area. `value` is what is painted (a figure, a difference, a share in percent); None: no data, or
    hidden. `key`, `second`: the most frequent type or group and the next."""

    id: int
    name: str
    parent: str
    value: float | None
    n: int
    colour: str
    figure: float | None = None
    before: float | None = None
    key: int | None = None
    key_name: str = ""
    second_name: str = ""
    state: str = ""  # hidden, few, tie or none
    colour_before: str = NO_DATA  # of the period that it is compared with, in the same classes


@dataclass(frozen=True)
class Entry:
    """A line of the legend: a class of values, or a type; `code` for what is neither."""

    colour: str
    count: int
    low: float | None = None
    high: float | None = None
    name: str = ""
    code: str = ""


@dataclass(frozen=True)
class ThematicMap:
    asked: MapQuestion
    areas: list[Painted]
    legend: list[Entry]
    bars: list[int] = field(default_factory=list)
    total: Row = field(default_factory=lambda: Row((), None, 0))
    hidden: int = 0

    @property
    def without(self) -> int:
        """Areas without a value that nobody hides: no residents known, nothing to divide by."""
        return sum(area.state == "none" for area in self.areas)


def thematic(asked: MapQuestion, sight: Sight, *, now: datetime) -> ThematicMap:
    """Raises NotForYou, BadQuestion."""
    if asked.show == "primary":
        return _primary(asked, sight, now)
    if asked.show == "bivariate":
        return _bivariate(asked, sight, now)
    found = answer(asked.question, sight, now=now, named=False)
    known = _known(asked)
    rows = {row.keys[0]: row for row in found.rows if isinstance(row.keys[0], int)}
    listed = known if asked.level in ("district", "neighbourhood") else rows
    nothing = _nothing(asked, listed)
    values = {
        pk: rows.get(pk) or nothing.get(pk) or Row((pk,), None, 0)
        for pk in listed
        if isinstance(pk, int)
    }
    shown = {pk: _shown(asked, row) for pk, row in values.items()}
    classes = _classes(asked, [v for v in shown.values() if v is not None])
    shades = colours(asked.colours, len(classes))
    painted = [
        _painted(pk, known.get(pk), row, shown[pk], classes, shades) for pk, row in values.items()
    ]
    painted.sort(key=lambda area: (area.value is None, -(area.value or 0.0), area.name))
    legend = [
        Entry(shade, one.count, one.low, one.high)
        for one, shade in zip(classes, shades, strict=True)
        if one.count or one.high > one.low
    ]
    return ThematicMap(
        asked, painted, legend + _rest(painted), _bars(classes, shown.values()), found.total, found.hidden
    )  # fmt: skip


def _nothing(asked: MapQuestion, listed: Iterable[int]) -> dict[int, Row]:
    """What is told of areas in which nothing was counted: nought, also per resident where some are known."""
    question, zero = asked.question, asked.question.indicator.nothing
    if zero is None:
        return {}
    if question.per:
        listed = measures(asked.level, question.per, question.resolution, question.filters)
    before = zero if question.compare else None
    return {pk: Row((pk,), zero, 0, before) for pk in listed}


def _classes(asked: MapQuestion, values: list[float]) -> list[ValueClass]:
    """Changes are cut evenly on both sides of none, ratios by how many times."""
    if not asked.diverging or asked.scheme is Scheme.OWN or not values:
        return _from_none(asked, values) or classify(
            values, asked.scheme, asked.classes, asked.breaks
        )
    if asked.show == "ratio":
        edges = around([log(v) for v in values if v > 0], asked.scheme, asked.classes)
        breaks = [exp(edge) for edge in edges]
    else:
        breaks = around(values, asked.scheme, asked.classes)
    return classify(
        values, Scheme.OWN, asked.classes, breaks or [1.0 if asked.show == "ratio" else 0.0]
    )


def _from_none(asked: MapQuestion, values: list[float]) -> list[ValueClass]:
    """Where many areas have none of what is counted, these are a class of their own: else they would be all
    that the other classes tell."""
    some = [value for value in values if value]
    spread = asked.scheme in (Scheme.QUANTILES, Scheme.JENKS)
    if not spread or not asked.question.indicator.additive or not some or len(some) == len(values):
        return []
    if min(some) < 0 or asked.classes < 3:
        return []
    rest = classify(some, asked.scheme, asked.classes - 1)
    return [ValueClass(0.0, 0.0, len(values) - len(some), 0), *rest]


def _known(asked: MapQuestion) -> dict[int, Area]:
    """Areas of the level: where the map is narrowed to a district or a neighbourhood, those within."""
    return areas(
        asked.level,
        {name: asked.question.filters.get(name, ()) for name in ("district", "neighbourhood")},
    )


def _shown(asked: MapQuestion, row: Row) -> float | None:
    """What is painted of a figure."""
    if asked.show == "value" or row.value is None or row.before is None:
        return row.value if asked.show == "value" else None
    if asked.show == "difference":
        return row.value - row.before
    return row.value / row.before if row.before else None


def _painted(
    pk: int,
    area: Area | None,
    row: Row,
    value: float | None,
    classes: Sequence[ValueClass],
    shades: Sequence[str],
) -> Painted:
    number = None if value is None else class_of(value, classes)
    # What was beyond the classes of now is in the last one.
    then = None if row.before is None else class_of(row.before, classes)
    last = len(classes) - 1 if row.before is not None and classes else None
    state = "hidden" if row.hidden else "none" if value is None else ""
    return Painted(
        pk,
        area.name if area else f"{pk:x}",
        area.parent if area else "",
        value,
        row.n,
        _shade(number, shades),
        figure=row.value,
        before=row.before,
        state=state,
        colour_before=_shade(then if then is not None else last, shades),
    )


def _shade(number: int | None, shades: Sequence[str]) -> str:
    return NO_DATA if number is None else shades[number]


def _rest(painted: Sequence[Painted]) -> list[Entry]:
    """Lines for areas that no class holds."""
    counts = Counter(area.state for area in painted if area.state)
    shades = {"none": NO_DATA, "hidden": NO_DATA, "few": FEW, "tie": TIE}
    return [Entry(shades[code], counts[code], code=code) for code in shades if counts[code]]


def _bars(classes: Sequence[ValueClass], values: Iterable[float | None]) -> list[int]:
    """How many areas have which value: heights of a histogram from the lowest to the highest."""
    data = [v for v in values if v is not None]
    if not classes or len(set(data)) < 2:
        return []
    return [int(n) for n in np.histogram(data, bins=BARS)[0]]


# ── The most frequent ────────────────────────────────────────────────────────────────────────────


def _primary(asked: MapQuestion, sight: Sight, now: datetime) -> ThematicMap:
    found = primary(asked.question, asked.of, sight, now=now)
    known = _known(asked)
    names = labels(asked.of, [k for one in found for k in (one.key, one.second)])
    often = Counter(one.key for one in found if one.key is not None and not one.tie and not one.few)
    shades = _shades(asked.of, [key for key, _n in often.most_common()])
    painted = []
    for one in found:
        area = known.get(one.area)
        if area is None and known:
            continue
        state = "hidden" if one.hidden else "few" if one.few else "tie" if one.tie else ""
        full = shades.get(one.key, FEW) if one.key is not None else NO_DATA
        colour = {"hidden": NO_DATA, "few": FEW, "tie": TIE}.get(state) or faded(
            full, strength(one)
        )
        painted.append(
            Painted(
                one.area,
                area.name if area else f"{one.area:x}",
                area.parent if area else "",
                None if one.hidden else 100 * one.share,
                one.total,
                colour,
                figure=float(one.n),
                key=one.key,
                key_name=names.get(one.key, "") if one.key is not None else "",
                second_name=names.get(one.second, "") if one.second is not None else "",
                state=state,
            )
        )
    painted.sort(key=lambda area: (area.state != "", -area.n, area.name))
    counted = Counter(area.key for area in painted if not area.state)
    legend = [
        Entry(shades[key], n, name=names.get(key, "")) for key, n in counted.most_common() if key
    ]
    whole = Row((), float(sum(a.n for a in painted)), sum(a.n for a in painted))
    return ThematicMap(
        asked, painted, legend + _rest(painted), [], whole, sum(one.hidden for one in found)
    )  # fmt: skip


def strength(one: Primary) -> float:
    """How strong a colour is painted, by the share of what it stands for."""
    return 1.0 if one.share >= STRONG else 0.7 if one.share >= HALF else 0.45


def _shades(of: str, keys: Sequence[int | None]) -> dict[int | None, str]:
    """Groups have colours of their own; types, in the order of how often they lead, get some."""
    if of == "group":
        return dict(RequestTypeGroup.objects.values_list("pk", "colour"))
    return {key: _OF_TYPES[i] if i < len(_OF_TYPES) else FEW for i, key in enumerate(keys)}


# ── How much, and how much of one thing ──────────────────────────────────────────────────────────


def _bivariate(asked: MapQuestion, sight: Sight, now: datetime) -> ThematicMap:
    """The figure from left to right, the share of the most frequent from below to above; thirds of each."""
    plain = replace(asked, show="value")
    base = thematic(plain, sight, now=now)
    leading = {one.area: one for one in primary(asked.question, asked.of, sight, now=now)}
    names = labels(asked.of, [one.key for one in leading.values()])
    both = [
        (area, leading[area.id])
        for area in base.areas
        if area.value is not None and area.id in leading and not leading[area.id].hidden
        and not leading[area.id].few
    ]  # fmt: skip
    if not both:
        rest = [replace(a, colour=NO_DATA, state=a.state or "none") for a in base.areas]
        return replace(base, asked=asked, areas=rest, legend=_rest(rest), bars=[])
    across = np.quantile([area.value or 0.0 for area, _one in both], [1 / 3, 2 / 3])
    up = np.quantile([one.share for _area, one in both], [1 / 3, 2 / 3])
    placed = {area.id: one for area, one in both}
    painted, counts = [], Counter[tuple[int, int]]()
    for area in base.areas:
        one = placed.get(area.id)
        if one is None or area.value is None:
            state = area.state or "few"
            painted.append(replace(area, colour=FEW if state == "few" else NO_DATA, state=state))
            continue
        cell = int(np.searchsorted(up, one.share)), int(np.searchsorted(across, area.value))
        counts[cell] += 1
        painted.append(
            replace(
                area,
                colour=BIVARIATE[cell[0]][cell[1]],
                key=one.key,
                key_name=names.get(one.key, ""),
                before=100 * one.share,
            )
        )
    legend = [
        Entry(BIVARIATE[row][column], counts[row, column], code=f"{row}{column}")
        for row in (2, 1, 0)
        for column in (0, 1, 2)
    ]
    return replace(base, asked=asked, areas=painted, legend=legend + _rest(painted), bars=[])

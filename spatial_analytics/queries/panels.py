"""What a tile of a dashboard shows: the same figures as a drawing for the script and as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.web.numbers import written
from spatial_analytics.queries.figure_rows import Row
from spatial_analytics.queries.figures import Answer, NotForYou, answers, may_ask
from spatial_analytics.queries.indicator_words import BY
from spatial_analytics.queries.labels import with_part
from spatial_analytics.queries.reach import Sight
from spatial_analytics.queries.registry import explanation_of, indicators, name_of
from spatial_analytics.rules.dashboards import Tile
from spatial_analytics.rules.indicators import FILTERS, TIMES, Indicator, told_apart_by
from spatial_analytics.rules.outside import last_day
from spatial_analytics.rules.question import BadQuestion, Period, Question, read

# Which drawings have room for the figures of the period before.
_COMPARING = frozenset({"figure", "bar", "line", "multiples", "table"})
MOST_SERIES = 12
_MOST_PARTS = 8  # as many as there are colours
_MOST_SLICES = 7
_SPARKS = "figure"


@dataclass(frozen=True)
class Category:
    """A bar, a slice, a row. `link` is what a click changes in the bar above; a chosen one is let go."""

    key: str
    label: str
    link: Mapping[str, str] | None = None
    chosen: bool = False
    part: bool = False  # of a month, … that is not counted whole


@dataclass(frozen=True)
class Series:
    """A column of figures, one for each category; `whole` is that of everything."""

    name: str
    indicator: Indicator
    values: Sequence[float | None]
    whole: float | None = None
    earlier: bool = False
    link: Mapping[str, str] | None = None

    def said(self, value: float | None) -> str:
        return said(value, self.indicator.unit, self.indicator.decimals)

    @property
    def whole_said(self) -> str:
        return self.said(self.whole)


@dataclass(frozen=True)
class Cell:
    """A figure in words and plain, with what it was before where that is asked for."""

    words: str
    value: float | None
    before: float | None = None
    before_words: str = ""
    change: "Change | None" = None

    @property
    def plain(self) -> str:
        """For spreadsheets: no words, no rounding that would be seen."""
        return _plain(self.value)

    @property
    def plain_before(self) -> str:
        return _plain(self.before)


@dataclass(frozen=True)
class Panel:
    """One tile with its figures. `trouble` says why there are none."""

    tile: Tile
    title: str
    about: Sequence[str] = ()
    period: Period | None = None
    before: Period | None = None
    by: Sequence[str] = ()
    categories: Sequence[Category] = ()
    series: Sequence[Series] = ()
    target: float | None = None
    hidden: int = 0
    trouble: str = ""
    unit: str = ""
    shown: int = field(default=0)

    @property
    def empty(self) -> bool:
        if self.trouble or self.tile.kind in ("text", "map"):
            return False
        if self.tile.kind in ("figure", "gauge"):
            return not self.series or self.series[0].whole is None
        return not any(value for one in self.series for value in (*one.values, one.whole))

    @property
    def head(self) -> str:
        return str(BY[self.by[0]]) if self.by else ""

    @property
    def columns(self) -> list[Series]:
        """Of the table: what was before stands in the cell of what is now."""
        return [one for one in self.series if not one.earlier]

    @property
    def rows(self) -> list[tuple[Category, list["Cell"]]]:
        """The table's rows: a category and its figures."""
        return [
            (category, [self._cell(s, i) for s, one in enumerate(self.series) if not one.earlier])
            for i, category in enumerate(self.categories)
        ]

    @property
    def wholes(self) -> list["Cell"]:
        """The table's last row: the figures of everything."""
        return [self._cell(s, None) for s, one in enumerate(self.series) if not one.earlier]

    def _cell(self, s: int, i: int | None) -> "Cell":
        one = self.series[s]
        value = one.whole if i is None else one.values[i]
        after = self.series[s + 1] if s + 1 < len(self.series) else None
        if after is None or not after.earlier:
            return Cell(one.said(value), value)
        before = after.whole if i is None else after.values[i]
        moved = change(value, before, one.indicator)
        return Cell(one.said(value), value, before, one.said(before), moved)

    @property
    def foot(self) -> bool:
        return len(self.by) == 1 and any(one.whole is not None for one in self.series)

    @property
    def cut(self) -> int:
        """How many of the categories are in the table alone."""
        return max(0, len(self.categories) - self.shown) if self.shown else 0

    @property
    def change(self) -> "Change | None":
        """Of the whole, against the period before: what a big figure says."""
        return self._cell(0, None).change if self.series else None

    @property
    def whole(self) -> str:
        return self.series[0].whole_said if self.series else "–"

    def drawing(self) -> dict[str, Any]:
        """For the script: what `static/spatial_analytics/charts/drawing.js` describes."""
        shown = self.shown or len(self.categories)
        categories = list(self.categories[:shown])
        values = [list(one.values[:shown]) for one in self.series]
        if self.tile.kind == "pie" and self.cut and self.series[0].indicator.additive:
            categories.append(Category("rest", _("all others")))
            values[0].append(sum(value or 0 for value in self.series[0].values[shown:]))
        return {
            "kind": self.tile.kind,
            "title": self.title,
            "time": self.by[0] if self.by and self.by[0] in TIMES else "",
            "categories": [
                {
                    "key": c.key,
                    "label": c.label,
                    "link": c.link,
                    "chosen": c.chosen,
                    "part": c.part,
                }
                for c in categories
            ],
            "series": [
                {
                    "name": one.name,
                    "unit": one.indicator.unit,
                    "decimals": one.indicator.decimals,
                    "direction": one.indicator.direction.value,
                    "values": values[i],
                    "whole": one.whole,
                    "earlier": one.earlier,
                    "link": one.link,
                }
                for i, one in enumerate(self.series)
            ],
            "target": self.target,
        }


@dataclass(frozen=True)
class Change:
    """`mood`: good, bad or quiet, for whom more is good or bad."""

    words: str
    mood: str


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def change(now: float | None, then: float | None, indicator: Indicator) -> Change | None:
    """Percent of what was; of a share, points. None where nothing can be compared."""
    if now is None or then is None:
        return None
    difference = now - then
    if indicator.unit == "%":
        words = _("%(n)s points") % {"n": _signed(difference, 1)}
    elif then:
        words = percent(100 * difference / then, 1, sign=True)
    else:
        return None
    if abs(difference) < 0.5 * 10**-indicator.decimals or indicator.direction == "neutral":
        return Change(words, "quiet")
    worse = (difference > 0) == (indicator.direction == "more_is_worse")
    return Change(words, "bad" if worse else "good")


def said(value: float | None, unit: str, decimals: int) -> str:
    """A figure in the page's language with its unit."""
    if value is None:
        return "–"
    if unit == "%":
        return percent(value, decimals)
    text = written(value, decimals)
    mark = {"h": _("h"), "1-5": ""}.get(unit, unit)
    return f"{text} {mark}" if mark else text


def percent(value: float, decimals: int, *, sign: bool = False) -> str:
    """Turkish says the sign of percent first."""
    number = written(abs(value), decimals)
    mark = ("+" if value > 0 else "−" if value < 0 else "") if sign else "−" if value < 0 else ""
    turkish = (get_language() or "").startswith("tr")
    return f"{mark}%{number}" if turkish else f"{mark}{number}%"


def _signed(value: float, decimals: int) -> str:
    mark = "+" if value > 0 else "−" if value < 0 else ""
    return mark + written(abs(value), decimals)


class Asker:
    """Answers the questions of one page for one viewer, all at once."""

    def __init__(self, sight: Sight, *, now: datetime, today: date) -> None:
        self.sight = sight
        self.now = now
        self.today = today
        self.known = indicators()

    def panels(self, tiles: Sequence[Tile], bar: Mapping[str, str]) -> list[Panel]:
        """The tiles with their figures within what the bar says; what one of them cannot ask is its own
        trouble."""
        asked = [self._asked(tile, bar) for tile in tiles]
        wanted = {_name_of(q): q for found in asked if not isinstance(found, str) for q in found}
        counted = answers(list(wanted.values()), self.sight, now=self.now)
        known = dict(zip(wanted, counted, strict=True))
        panels = []
        for tile, found in zip(tiles, asked, strict=True):
            title = tile.title or usual_title(tile, self.known)
            if isinstance(found, str):
                panels.append(Panel(tile, title, trouble=found))
            elif not found:
                panels.append(Panel(tile, title))
            else:
                panels.append(_panel(tile, title, [known[_name_of(q)] for q in found], bar))
        return panels

    def _asked(self, tile: Tile, bar: Mapping[str, str]) -> list[Question] | str:
        """The tile's questions, one for each indicator; or why they cannot be asked."""
        if tile.kind in ("text", "map"):
            return []
        asked = tile.asked(bar)
        if tile.kind not in _COMPARING:
            asked.pop("compare", None)
        found = []
        try:
            for code in tile.indicators:
                question = read(
                    {**asked, "indicator": code}, today=self.today, indicators=self.known
                )
                if tile.kind == _SPARKS and tile.by:
                    question = replace(question, by=(_step(question),))
                may_ask(question, self.sight)
                found.append(question)
        except NotForYou:
            return _("These figures are not told to you.")
        except BadQuestion as error:
            return _("This cannot be asked: %(why)s") % {"why": error}
        return found


def _name_of(question: Question) -> str:
    return str(sorted(question.as_query().items()))


def _step(question: Question) -> str:
    """The parts of time that make a line of a few dozen points, as far as the indicator knows them."""
    days, known = question.period.days, told_apart_by(question.indicator)
    wanted = ("day", "week", "month", "quarter", "year")[
        0 if days <= 45 else 1 if days <= 200 else 2 :
    ]
    return next(step for step in wanted if step in known)


def usual_title(tile: Tile, known: Mapping[str, Indicator]) -> str:
    """What a tile is called that has no title: what it shows, and by what."""
    if tile.kind == "text":
        return ""
    names = [str(name_of(known[code])) for code in tile.indicators if code in known]
    what = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    by = [_lower(str(BY[name])) for name in tile.by if name in BY and tile.kind != _SPARKS]
    if not by:
        return what
    return _("%(what)s by %(by)s") % {"what": what, "by": _(" and ").join(by)}


def _lower(text: str) -> str:
    """Turkish has two letters for i."""
    if (get_language() or "").startswith("tr"):
        text = text.replace("İ", "i").replace("I", "ı")
    return text.lower()


def _panel(tile: Tile, title: str, answers: list[Answer], bar: Mapping[str, str]) -> Panel:
    question = answers[0].question
    by = question.by
    if len(by) == 2:
        keys, series = _two(answers, bar, told_apart=tile.kind in ("multiples", "table"))
    else:
        keys, series = _one(answers)
    labels = _labels(answers)
    parts = {key: words for one in answers for key, words in one.parts.items()}
    categories = [
        _category(by, key, with_part(labels.get(key, ""), key, parts), bar, part=key in parts)
        for key in keys
    ]
    if tile.kind == "funnel" and not by:
        categories = [
            Category(one.question.indicator.code, s.name)
            for one, s in zip(answers, series, strict=True)
        ]
        series = [replace(series[0], values=[s.whole for s in series])]
    running = bool(by) and by[0] in TIMES
    shown = 0 if running or tile.kind == "table" else tile.drawn
    if tile.kind == "pie":
        shown = _MOST_SLICES if len(categories) > _MOST_SLICES + 1 else 0
    return Panel(
        tile=tile,
        title=title,
        unit=_("in hours") if question.indicator.unit == "h" else "",
        about=[str(explanation_of(a.question.indicator)) for a in answers],
        period=question.period,
        before=question.period.before(question.compare) if question.compare else None,
        by=by,
        categories=categories,
        series=series,
        target=tile.target or (question.indicator.target if len(answers) == 1 else None),
        hidden=sum(a.hidden for a in answers),
        shown=shown,
    )


def _labels(answers: list[Answer]) -> dict[Any, str]:
    return {
        key: label for one in answers for key, label in (one.names[0] if one.names else {}).items()
    }


def _one(answers: list[Answer]) -> tuple[list[Any], list[Series]]:
    """Categories of the first dimension; a column for each indicator, and for what it was before."""
    keys: list[Any] = list(dict.fromkeys(row.keys[0] for a in answers for row in a.rows))
    if len(answers) > 1 and answers[0].question.by and answers[0].question.by[0] in TIMES:
        keys.sort(key=lambda key: (key is None, key))
    series = []
    for one in answers:
        rows = {row.keys[0]: row for row in one.rows}
        name = _name(one)
        values = [rows[key].value if key in rows else None for key in keys]
        series.append(Series(name, one.question.indicator, values, one.total.value))
        if one.question.compare:
            values = [rows[key].before if key in rows else None for key in keys]
            series.append(_earlier(series[-1], values, one.total.before))
    return keys, series


def _two(
    answers: list[Answer], bar: Mapping[str, str], *, told_apart: bool
) -> tuple[list[Any], list[Series]]:
    """Categories of the first dimension; a column for each value of the second, the biggest ones. Where
    colours tell them apart, what adds up beyond those is one column more."""
    keys: list[Any] = list(dict.fromkeys(row.keys[0] for a in answers for row in a.rows))
    series = []
    for one in answers:
        second = one.question.by[1]
        cells: dict[Any, dict[Any, Row]] = {}
        for row in one.rows:
            cells.setdefault(row.keys[1], {})[row.keys[0]] = row
        weight = {
            key: sum(abs(row.value or 0) for row in rows.values()) for key, rows in cells.items()
        }
        most = MOST_SERIES if told_apart else _MOST_PARTS
        ranked = sorted(cells, key=lambda key: -weight[key])
        order, rest = ranked[:most], []
        if second in TIMES:
            order = sorted(cells, key=lambda key: (key is None, key))[-60:]
        elif not told_apart and len(ranked) > most and one.question.indicator.additive:
            order, rest = ranked[: most - 1], ranked[most - 1 :]
        for key in order:
            label = with_part(one.names[1].get(key, ""), key, one.parts)
            name = f"{_name(one)}: {label}" if len(answers) > 1 else label
            rows = cells[key]
            values = [rows[k].value if k in rows else _none(one) for k in keys]
            link = link_of(second, key, bar)
            series.append(Series(name, one.question.indicator, values, link=link))
            if one.question.compare:
                values = [rows[k].before if k in rows else _none(one) for k in keys]
                series.append(_earlier(series[-1], values, None))
        if rest:
            sums = [sum((cells[r][k].value or 0) for r in rest if k in cells[r]) for k in keys]
            series.append(Series(_("all others"), one.question.indicator, sums))
    return keys, series


def _none(one: Answer) -> float | None:
    return one.question.indicator.nothing


def _name(one: Answer) -> str:
    return str(name_of(one.question.indicator))


def _earlier(now: Series, values: Sequence[float | None], whole: float | None) -> Series:
    name = _("%(name)s, before") % {"name": now.name}
    return Series(name, now.indicator, values, whole, earlier=True)


def _category(
    by: Sequence[str], key: Any, label: str, bar: Mapping[str, str], *, part: bool
) -> Category:
    link = link_of(by[0], key, bar) if by else None
    return Category("" if key is None else str(key), label, link, _is_chosen(by, key, bar), part)


def _is_chosen(by: Sequence[str], key: Any, bar: Mapping[str, str]) -> bool:
    return bool(by) and by[0] in FILTERS and key is not None and bar.get(by[0]) == str(key)


def link_of(dimension: str, key: Any, bar: Mapping[str, str]) -> dict[str, str] | None:
    """What choosing this part changes in the bar: a filter, or the days; what is chosen is let go."""
    if key is None:
        return None
    if dimension in FILTERS:
        return {dimension: "" if bar.get(dimension) == str(key) else str(key)}
    if isinstance(key, date):
        last = last_day(dimension, key)
        return {"from": key.isoformat(), "to": last.isoformat(), "days": "", "period": ""}
    return None

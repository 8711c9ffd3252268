"""What a thematic map is asked for beside its figures: level, what is painted, classes, colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import isnan

from django.utils.translation import gettext as _

from spatial_analytics.rules.classes import FEWEST, MOST, Scheme
from spatial_analytics.rules.indicators import (
    BUILT_IN,
    FILTERS,
    LEVELS,
    OTHER_FILTERS,
    Indicator,
    filtered_by,
    told_apart_by,
)
from spatial_analytics.rules.palettes import DIVERGING, SEQUENTIAL
from spatial_analytics.rules.question import BadQuestion, Question, read

#: The value; its difference to the period before, or how many times it; the most frequent type or group; how much
#: and how much of one thing at once.
SHOWS = ("value", "difference", "ratio", "primary", "bivariate")
OF = ("group", "type")
DEFAULT_CLASSES = 5
MOST_BREAKS = 8


@dataclass(frozen=True)
class MapQuestion:
    """`question` is told apart by the level alone. `breaks` are own upper edges, rising."""

    question: Question
    level: str
    show: str
    of: str
    scheme: Scheme
    classes: int
    breaks: tuple[float, ...]
    colours: str

    @property
    def diverging(self) -> bool:
        return self.show in ("difference", "ratio")

    @property
    def compares(self) -> bool:
        """Whether the period before can be drawn beside this one, in the same classes."""
        return self.show == "value" and bool(self.question.compare)

    def as_query(self) -> dict[str, str]:
        """The permalink: the same map as URL parameters."""
        query = self.question.as_query()
        del query["by"]
        query |= {"level": self.level, "show": self.show, "scheme": self.scheme.value}
        query.setdefault("per", "none")
        if self.scheme is Scheme.OWN:
            query["breaks"] = ",".join(f"{edge:g}" for edge in self.breaks)
        else:
            query["classes"] = str(self.classes)
        if self.show in ("primary", "bivariate"):
            query["of"] = self.of
        query["colours"] = self.colours
        return query

    def deeper(self, area: int) -> dict[str, str] | None:
        """The same of what lies in an area: a district's neighbourhoods, a neighbourhood's streets."""
        below = {"district": "neighbourhood", "neighbourhood": "street"}.get(self.level)
        if below is None or below not in told_apart_by(self.question.indicator):
            return None
        query = self.as_query() | {"level": below, self.level: str(area)}
        if below == "street" and query["per"] == "residents":
            query["per"] = "none"
        return query


def read_map(
    query: Mapping[str, str], *, today: date, indicators: Mapping[str, Indicator] = BUILT_IN
) -> MapQuestion:
    """From URL parameters. Raises `BadQuestion`."""
    level = _one_of(query, "level", LEVELS, "district")
    show = _one_of(query, "show", SHOWS, "value")
    asked = {name: value for name, value in query.items() if name != "by"} | {"by": level}
    if show in ("difference", "ratio") and not query.get("compare"):
        asked["compare"] = "year"
    asked["per"] = _per(query, level, show, indicators)
    question = read(asked, today=today, indicators=indicators)
    counted = question.indicator.additive and "type" in told_apart_by(question.indicator)
    if show in ("primary", "bivariate") and not counted:
        raise BadQuestion("show", _("only what is counted has a most frequent type"))
    scheme = Scheme(_one_of(query, "scheme", tuple(Scheme), Scheme.QUANTILES))
    palettes = DIVERGING if show in ("difference", "ratio") else SEQUENTIAL
    colours = query.get("colours") or ""
    return MapQuestion(
        question=question,
        level=level,
        show=show,
        of=_one_of(query, "of", OF, "group"),
        scheme=scheme,
        classes=_classes(query),
        breaks=_breaks(query) if scheme is Scheme.OWN else (),
        # A choice for the other kind of map stays where it is: it is not this map's.
        colours=colours if colours in palettes else next(iter(palettes)),
    )


def fitting(query: Mapping[str, str], indicators: Mapping[str, Indicator]) -> dict[str, str]:
    """What of a form's choices means something for its indicator: whoever has just chosen another one there keeps
    what fits it."""
    one = indicators.get(query.get("indicator") or "opened")
    if one is None:
        return dict(query)
    strange = {*FILTERS, *OTHER_FILTERS} - filtered_by(one)
    kept = {name: value for name, value in query.items() if name not in strange}
    if "type" not in told_apart_by(one) and kept.get("show") in ("primary", "bivariate"):
        del kept["show"]
    known = [level for level in LEVELS if level in told_apart_by(one)]
    if known and (kept.get("level") or LEVELS[0]) not in known:
        kept["level"] = known[-1]
    return kept


def _per(
    query: Mapping[str, str], level: str, show: str, indicators: Mapping[str, Indicator]
) -> str:
    """Unless told otherwise, counts of areas are divided by those who live there: only so can areas be
    compared. `none` keeps them as counted."""
    wanted = query.get("per") or ""
    one = indicators.get(query.get("indicator") or "opened")
    if wanted or one is None or not one.additive:
        return "" if wanted == "none" else wanted
    return (
        "residents"
        if level in ("district", "neighbourhood") and show in ("value", "bivariate")
        else ""
    )


def _one_of(query: Mapping[str, str], name: str, known: tuple[str, ...], usual: str) -> str:
    value = query.get(name) or usual
    if value not in known:
        raise BadQuestion(name, ", ".join(known))
    return value


def _classes(query: Mapping[str, str]) -> int:
    text = query.get("classes") or str(DEFAULT_CLASSES)
    if not (text.isascii() and text.isdigit() and len(text) < 3 and FEWEST <= int(text) <= MOST):
        raise BadQuestion("classes", f"{FEWEST} – {MOST}")
    return int(text)


def _breaks(query: Mapping[str, str]) -> tuple[float, ...]:
    """Numbers with a point, by commas or semicolons; the highest value closes the last class."""
    parts = (query.get("breaks") or "").replace(";", ",").split(",")
    try:
        edges = [float(part) for part in parts if part.strip()]
    except ValueError:
        raise BadQuestion("breaks", _("numbers such as 5,10,20.5")) from None
    rising = all(a < b for a, b in pairwise(edges))
    if (
        not 1 <= len(edges) <= MOST_BREAKS
        or not rising
        or any(abs(e) > 1e12 or isnan(e) for e in edges)
    ):
        raise BadQuestion("breaks", _("1 – %(most)s rising numbers") % {"most": MOST_BREAKS})
    return tuple(edges)

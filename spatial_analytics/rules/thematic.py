"""What a thematic map is asked for beside its figures: level, what is painted, classes, colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import isnan

from spatial_analytics.rules.classes import FEWEST, MOST, Scheme
from spatial_analytics.rules.indicators import BUILT_IN, LEVELS
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


def read_map(query: Mapping[str, str], *, today: date) -> MapQuestion:
    """From URL parameters. Raises `BadQuestion`."""
    level = _one_of(query, "level", LEVELS, "district")
    show = _one_of(query, "show", SHOWS, "value")
    asked = {name: value for name, value in query.items() if name != "by"} | {"by": level}
    if show in ("difference", "ratio") and not query.get("compare"):
        asked["compare"] = "year"
    asked["per"] = _per(query, level, show)
    question = read(asked, today=today)
    if show in ("primary", "bivariate") and not question.indicator.additive:
        raise BadQuestion("show", "only what is counted has a most frequent type")
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


def _per(query: Mapping[str, str], level: str, show: str) -> str:
    """Unless told otherwise, counts of areas are divided by those who live there: only so can areas be
    compared. `none` keeps them as counted."""
    wanted = query.get("per") or ""
    one = BUILT_IN.get(query.get("indicator") or "opened")
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
        raise BadQuestion("breaks", "numbers such as 5,10,20.5") from None
    rising = all(a < b for a, b in pairwise(edges))
    if (
        not 1 <= len(edges) <= MOST_BREAKS
        or not rising
        or any(abs(e) > 1e12 or isnan(e) for e in edges)
    ):
        raise BadQuestion("breaks", f"1 – {MOST_BREAKS} rising numbers")
    return tuple(edges)

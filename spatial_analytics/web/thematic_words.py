"""What the choices of a thematic map are called, and what must be said of it."""

from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.web.numbers import written
from spatial_analytics.queries import registry
from spatial_analytics.queries.figures import may_see
from spatial_analytics.queries.indicator_words import PER
from spatial_analytics.queries.reach import Sight
from spatial_analytics.queries.registry import name_of
from spatial_analytics.queries.thematic import Entry, ThematicMap
from spatial_analytics.rules.indicators import LEVELS, told_apart_by
from spatial_analytics.rules.palettes import DIVERGING, SEQUENTIAL, colours
from spatial_analytics.rules.question import Period, Question
from spatial_analytics.rules.thematic import MapQuestion
from spatial_analytics.web.figures import STEP_NOTES, decimals, title

Choice = tuple[str, str]


def indicators(sight: Sight) -> list[Choice]:
    """Codes and names of those that this person may see on a map."""
    return [
        (one.code, str(name_of(one)))
        for one in registry.indicators().values()
        if may_see(one, sight) and not told_apart_by(one).isdisjoint(LEVELS)
    ]


def levels() -> list[Choice]:
    return [
        ("district", _("Districts")),
        ("neighbourhood", _("Neighbourhoods")),
        ("street", _("Streets")),
        ("cell", _("Hexagons")),
    ]


def shows() -> list[Choice]:
    return [
        ("value", _("the figure")),
        ("difference", _("the difference to the period before")),
        ("ratio", _("how many times the period before")),
        ("primary", _("the most frequent request")),
        ("bivariate", _("how much, and how much of one thing")),
    ]


def schemes() -> list[Choice]:
    return [
        ("quantiles", _("Quantiles")),
        ("jenks", _("Natural breaks (Jenks)")),
        ("equal", _("Equal intervals")),
        ("deviation", _("Standard deviations")),
        ("own", _("Own breaks")),
    ]


def periods() -> list[Choice]:
    """As the value of one select box: a word, or a number of days."""
    return [
        ("today", _("today")),
        ("week", _("this week")),
        ("month", _("this month")),
        ("quarter", _("this quarter")),
        ("year", _("this year")),
        ("last_week", _("last week")),
        ("last_month", _("last month")),
        ("last_quarter", _("last quarter")),
        ("last_year", _("last year")),
        ("30", _("the last 30 days")),
        ("90", _("the last 90 days")),
        ("180", _("the last 180 days")),
        ("365", _("the last 365 days")),
        ("730", _("the last 730 days")),
    ]


def comparisons() -> list[Choice]:
    return [("previous", _("the period before")), ("year", _("the same days a year before"))]


def pers() -> list[Choice]:
    return [("none", _("as counted")), *((code, str(name)) for code, name in PER.items())]


@dataclass(frozen=True)
class Palette:
    code: str
    name: str
    colours: list[str]


def palettes(asked: MapQuestion) -> list[Palette]:
    """Those that fit what is painted."""
    names = {"city": _("The city's green"), "ylgnbu": _("Yellow to blue"), "blues": _("Blue"),
             "oranges": _("Orange"), "purples": _("Purple"), "greys": _("Grey"), "puor": _("Purple and orange"),
             "brbg": _("Teal and brown"), "rdbu": _("Blue and red")}  # fmt: skip
    known = DIVERGING if asked.diverging else SEQUENTIAL
    return [Palette(code, names[code], colours(code, 5)) for code in known]


def map_title(asked: MapQuestion) -> str:
    """What the map shows, in one line."""
    named = title(asked.question)
    if asked.show == "primary":
        return (
            _("Most frequent requests")
            if asked.of == "type"
            else _("Most frequent kinds of requests")
        )
    of_a_year = asked.question.compare == "year"
    if asked.show == "difference":
        told = (
            _("%(name)s: difference to a year before")
            if of_a_year
            else _("%(name)s: difference to the period before")
        )
        return told % {"name": named}
    if asked.show == "ratio":
        told = (
            _("%(name)s: how many times a year before")
            if of_a_year
            else _("%(name)s: how many times the period before")
        )
        return told % {"name": named}
    if asked.show == "bivariate":
        return _("%(name)s, and the share of the most frequent request") % {"name": named}
    return named


def subtitle(found: ThematicMap, group: str = "") -> str:
    """When, how much in the whole, against what, of what: a picture of the map has nothing else to be read by."""
    question, total = found.asked.question, found.total
    parts = [_days(question.period)]
    if total.value is not None:
        summed = question.indicator.additive and not question.per
        told = _("in all %(total)s") if summed else _("on the whole %(total)s")
        parts.append(told % {"total": written(total.value, decimals(question))})
    if question.compare:
        told = _days(question.period.before(question.compare))
        if total.before is not None:
            told += f": {written(total.before, decimals(question))}"
        parts.append(_("before, %(told)s") % {"told": told})
    return " · ".join([*parts, *filter(None, [group])])


def _days(period: Period) -> str:
    return f"{period.begin:%d.%m.%Y} – {period.end:%d.%m.%Y}"


def digits(asked: MapQuestion) -> int:
    if asked.show == "primary":
        return 0
    return 2 if asked.show == "ratio" else decimals(asked.question)


def unit(asked: MapQuestion) -> str:
    """What stands behind a number."""
    if asked.show == "ratio":
        return "×"
    if asked.show == "primary":
        return "%"
    code = asked.question.indicator.unit
    return {"h": _("h"), "1-5": ""}.get(code, code)


def with_unit(number: str, asked: MapQuestion) -> str:
    """A written number with what stands beside it; Turkish says the sign of percent first."""
    mark = unit(asked)
    if mark == "%":
        return f"%{number}" if (get_language() or "").startswith("tr") else f"{number}%"
    return f"{number} {mark}" if mark else number


def entry_name(entry: Entry, asked: MapQuestion) -> str:
    """A line of the legend."""
    if entry.name:
        return entry.name
    if entry.low is None or entry.high is None:
        return _STATES.get(entry.code, lambda: "")()
    low, high = (written(v, digits(asked)) for v in (entry.low, entry.high))
    return low if entry.low == entry.high else f"{low} – {high}"


_STATES = {
    "none": lambda: _("no data"),
    "hidden": lambda: _("too few to be shown"),
    "few": lambda: _("too few to say"),
    "tie": lambda: _("no single one"),
}


def state_name(code: str) -> str:
    """Why an area has no value."""
    return _STATES[code]() if code else ""


def warnings(found: ThematicMap) -> list[str]:
    """What a reader must know to read the map rightly."""
    asked, said = found.asked, []
    if _counts_heads(asked.question) and asked.show == "value" and asked.level != "cell":
        said.append(
            _(
                "These are counts: where more people live there are more. Per resident, areas can be compared."
            )
        )
    outside = asked.question.indicator.outside
    if outside and outside.step in STEP_NOTES:
        said.append(str(STEP_NOTES[outside.step]))
    if found.hidden:
        said.append(
            ngettext(
                "In %(n)d area so few cases happened that the number is not shown.",
                "In %(n)d areas so few cases happened that the number is not shown.",
                found.hidden,
            )
            % {"n": found.hidden}
        )
    if found.without:
        said.append(
            ngettext(
                "%(n)d area has no value: there is nothing to measure, or nobody is known to live there.",
                "%(n)d areas have no value: there is nothing to measure, or nobody is known to live there.",
                found.without,
            )
            % {"n": found.without}
        )
    return said


def _counts_heads(question: Question) -> bool:
    return question.indicator.additive and not question.per

"""Why so many are expected in a cell, in words and as a small chart."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.numbers import written
from spatial_analytics.models import HotspotRun

PLAIN = {
    "usual": gettext_lazy("its last year"),
    "recent": gettext_lazy("its last four weeks"),
    "neighbours": gettext_lazy("the hexagons around it"),
    "season": gettext_lazy("the time of the year and days of rest"),
    "level": gettext_lazy("the level of the whole city"),
}
FIGURES = {
    "usual": gettext_lazy("%(a_week)s a week here, %(ordinary_cell)s in an ordinary hexagon"),
    "recent": gettext_lazy("%(recent)s a week, %(ordinary)s in an ordinary hexagon"),
    "neighbours": gettext_lazy("%(neighbours)s a week in each, %(ordinary)s are ordinary"),
    "season": gettext_lazy("days of rest: %(rest_days)s"),
    "level": gettext_lazy(
        "%(level)s times the last year; the last week %(week)s times the last four"
    ),
}


@dataclass(frozen=True)
class Why:
    """`ordinary` times the factors is what is expected. `counts`: of the last 26 weeks, oldest first; None for
    whom single counts are not told to."""

    ordinary: float
    lines: list[str]
    counts: list[int] | None


class NoReasons(LookupError):
    """There are none of a cell; the text says why."""


def why(run: HotspotRun, cell: int, *, figures: bool) -> Why:
    """`figures`: with the counts of the cell, which the public is not told. Raises `NoReasons`: they are kept of the
    quarter of the cells with most."""
    row = run.cells.filter(weeks=1, h3=cell).first()
    if row is None:
        raise NoReasons(_("This hexagon is not in this forecast."))
    if row.because is None:
        raise NoReasons(_("Why so many are expected is kept for the highest hexagons only."))
    known: dict[str, Any] = row.because
    lines = [_line(code, factor, facts, figures) for code, factor, facts in known["parts"]]
    return Why(known["ordinary"], lines, known["counts"] if figures else None)


def _line(code: str, factor: float, facts: dict[str, float], figures: bool) -> str:
    name = str(PLAIN.get(code, code))
    text = _("× %(factor)s: %(part)s") % {"factor": written(factor, 2), "part": name}
    if not figures or code not in FIGURES:
        return text
    told = {k: written(v, 0 if float(v).is_integer() else 2) for k, v in facts.items()}
    try:
        return f"{text} ({FIGURES[code] % told})"
    except KeyError:  # a forecast of before this figure was kept
        return text

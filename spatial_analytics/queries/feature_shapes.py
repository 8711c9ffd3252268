"""Figures as features: indicators by area, density cells, forecasts. Computed as for the maps, with all that
these hide; only then are they filtered, sorted and paged like tables."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import shapely
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rules.viewer import Viewer
from spatial_analytics.conf import CONF
from spatial_analytics.models import HotspotRun
from spatial_analytics.queries.areas import shapes
from spatial_analytics.queries.density import density_figures
from spatial_analytics.queries.figures import NotForYou
from spatial_analytics.queries.hotspots import HORIZONS, all_cells, run_of
from spatial_analytics.queries.reach import counted, sight
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.thematic import thematic
from spatial_analytics.rules.density import question_from
from spatial_analytics.rules.hexes import ring_of
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.thematic import read_map
from tiles.features import Asking, Geometry, Property, Shape, Source
from tiles.features.computed import WKB, as_source, from_text
from tiles.features.cql2 import BadFilter
from tiles.queries.versions import data_version

_KINDS = {"text": "text", "integer": "int", "number": "float8"}
DENSITY_RESOLUTION = 8


def _shape(key: str, kinds: dict[str, tuple[str, Any]], source: Any, geometry: str) -> Shape:
    """A shape of computed rows whose identity is the text column `key`."""
    return Shape(
        properties=tuple(
            Property(name, kind, title, f't."{name}"', nullable=name != key)  # type: ignore[arg-type]
            for name, (kind, title) in kinds.items()
        ),
        source=source,
        id=f't."{key}"',
        find=lambda text: (f't."{key}" = {{}}', text),
        geometry=Geometry(geometry),
        order=f't."{key}"',
        order_type="text",
    )


def _columns(kinds: dict[str, tuple[str, Any]]) -> dict[str, str]:
    return {name: _KINDS[kind] for name, (kind, _title) in kinds.items()}


def _hexagons(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield row | {"geometry": shapely.Polygon(ring_of(int(row["h3"], 16))).wkb_hex}


# ── Density ──────────────────────────────────────────────────────────────────────────────────────

_DENSITY = {
    "h3": ("text", _("H3 cell")),
    "cases": ("integer", _("Cases")),
    "rate": ("number", _("Per 1,000")),
    "before": ("integer", _("Cases of the period before")),
    "change": ("text", _("Change")),
}


def _density(asking: Asking) -> Source:
    question = question_from(
        asking.parameters, today=timezone.localdate(), usual_days=CONF.density_days
    )
    resolution = asking.parameters.get("resolution", DENSITY_RESOLUTION)
    figures = density_figures(question, counted(asking.viewer), resolution=resolution)
    rows = (
        {"h3": f"{f.cell:x}", "cases": f.cases, "rate": f.rate, "before": f.before, "change": f.change or None}
        for f in figures
    )  # fmt: skip
    return as_source(_columns(_DENSITY), _hexagons(rows), WKB)


_DENSITY_SHAPE = _shape("h3", _DENSITY, _density, "Polygon")


def density_shape(viewer: Viewer) -> Shape:
    return _DENSITY_SHAPE


# ── Forecasts ────────────────────────────────────────────────────────────────────────────────────

_HOTSPOTS = {
    "h3": ("text", _("H3 cell")),
    "expected": ("number", _("Expected cases")),
    "usual": ("number", _("What its long mean would expect")),
    "distinct": ("number", _("Expected, repetitions once")),
    "per_100": ("number", _("Per 100 dwellings")),
    "p_any": ("number", _("Chance of any")),
    "p_unusual": ("number", _("Chance of unusually many")),
    "lower": ("integer", _("Lower bound")),
    "upper": ("integer", _("Upper bound")),
    "rank": ("number", _("Share of cells with at least as much")),
    "happened": ("integer", _("What happened; -1: one or two")),
    "emerging": ("text", _("Class of emerging hot spot")),
}


def _hotspots(asking: Asking) -> Source:
    run = run_of(asking.parameters)
    weeks = int(asking.parameters.get("weeks") or HORIZONS[0])
    rows = "[]" if run is None else _cells(run.pk, weeks, data_version("hotspots"))
    return from_text(_columns(_HOTSPOTS), rows, WKB, lambda: f"hotspots:{data_version('hotspots')}")


@lru_cache(maxsize=4)
def _cells(run_id: int, weeks: int, version: str) -> str:
    run = HotspotRun.objects.get(pk=run_id)
    return json.dumps(list(_hexagons(all_cells(run, weeks))))


_HOTSPOTS_SHAPE = _shape("h3", _HOTSPOTS, _hotspots, "Polygon")


def hotspots_shape(viewer: Viewer) -> Shape:
    return _HOTSPOTS_SHAPE


# ── Indicators ───────────────────────────────────────────────────────────────────────────────────

_INDICATORS = {
    "area": ("text", _("Id of the area")),
    "name": ("text", _("Area")),
    "parent": ("text", _("District")),
    "indicator": ("text", _("Indicator")),
    "value": ("number", _("Value")),
    "n": ("integer", _("Cases behind it")),
    "before": ("number", _("Value of the period before")),
    "state": ("text", _("Why there is no value")),
    "begin": ("text", _("First day")),
    "end": ("text", _("Last day")),
}


def _indicators(asking: Asking) -> Source:
    """Raises BadFilter, PermissionDenied."""
    now = timezone.now()
    try:
        asked = read_map(asking.parameters, today=timezone.localdate(now), indicators=indicators())
        found = thematic(asked, sight(asking.viewer), now=now)
    except BadQuestion as error:
        raise BadFilter(error.reason, error.field) from None
    except NotForYou:
        raise PermissionDenied from None
    period = asked.question.period
    drawn = shapes(asked.level, [area.id for area in found.areas])
    rows = [
        {
            "area": str(area.id),
            "name": area.name,
            "parent": area.parent or None,
            "indicator": asked.question.indicator.code,
            "value": area.value,
            "n": None if area.state == "hidden" else area.n,
            "before": area.before,
            "state": area.state or None,
            "begin": period.begin.isoformat(),
            "end": period.end.isoformat(),
            "geometry": json.dumps(drawn[area.id]) if area.id in drawn else None,
        }
        for area in found.areas
    ]
    return as_source(_columns(_INDICATORS), rows)


_INDICATORS_SHAPE = _shape("area", _INDICATORS, _indicators, "Geometry")


def indicators_shape(viewer: Viewer) -> Shape:
    return _INDICATORS_SHAPE

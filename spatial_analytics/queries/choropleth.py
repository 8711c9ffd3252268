"""The indicator "cases per 1,000 residents" by area: one answer for map, table, CSV and export."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from core.queries import sql
from spatial_analytics.conf import CONF
from spatial_analytics.queries.reach import Counted
from spatial_analytics.rules.classes import ValueClass, class_of, classify
from spatial_analytics.rules.indicator import Level, Question, rate
from tiles.layers import TileRequest

FULL_BAND = 12


@dataclass(frozen=True)
class AreaFigure:
    """One area. `cases` is None where the count is hidden from the public; `rate` is None there and
    where no resident is known."""

    id: int
    name: str
    district: str
    population: int | None
    cases: int | None
    rate: float | None
    number: int | None


@dataclass(frozen=True)
class Answer:
    """All areas of a level with their class, and the classes."""

    question: Question
    areas: list[AreaFigure]
    classes: list[ValueClass]
    without_population: int
    hidden: int
    total: int


def cases_per_thousand(question: Question, counted: Counted) -> Answer:
    """Count, hide what the public must not see, divide, classify."""
    counts = _COUNTED[question.level](
        {
            "begin": question.begin,
            "end": question.end,
            "group": question.group,
            **counted.sql(),
            "zone": settings.TIME_ZONE,
        }
    )
    figures = [_figure(row, counted) for row in counts]
    rates = [area.rate for area in figures if area.rate is not None]
    classes = classify(rates, question.scheme, question.classes)
    return Answer(
        question=question,
        areas=[_with_class(area, classes) for area in figures],
        classes=classes,
        without_population=sum(not area.population for area in figures),
        hidden=sum(area.cases is None for area in figures),
        total=sum(area.cases or 0 for area in figures),
    )


def _figure(row: dict[str, Any], counted: Counted) -> AreaFigure:
    cases: int | None = row["cases"]
    if counted == Counted.PUBLIC and 0 < row["cases"] < CONF.public_minimum:
        cases = None
    return AreaFigure(
        id=row["id"],
        name=row["name"],
        district=row["district"],
        population=row["population"],
        cases=cases,
        rate=rate(cases, row["population"]),
        number=None,
    )


def _with_class(area: AreaFigure, classes: list[ValueClass]) -> AreaFigure:
    if area.rate is None:
        return area
    return AreaFigure(
        area.id,
        area.name,
        area.district,
        area.population,
        area.cases,
        area.rate,
        class_of(area.rate, classes),
    )


def _cases_by_district(parameters: dict[str, Any]) -> list[dict[str, Any]]:
    return sql.run("spatial_analytics", "cases_by_district", parameters)


def _cases_by_neighbourhood(parameters: dict[str, Any]) -> list[dict[str, Any]]:
    return sql.run("spatial_analytics", "cases_by_neighbourhood", parameters)


_COUNTED: dict[Level, Callable[[dict[str, Any]], list[dict[str, Any]]]] = {
    "district": _cases_by_district,
    "neighbourhood": _cases_by_neighbourhood,
}


def area_tile(request: TileRequest) -> bytes:
    """The layer `choropleth` of one tile: shapes with the area's id; values come beside the map."""
    zoom = request.tile.z
    band = 8 if zoom <= 8 else 10 if zoom <= 10 else FULL_BAND
    level = request.parameters.get("level", "district").upper()
    return bytes(sql.value("spatial_analytics", "tile_areas", request.sql(level=level, band=band)))


def area_shapes(level: Level) -> dict[int, dict[str, Any]]:
    """GeoJSON geometry of every area of a level by its id, for files without a tile server."""
    band = 8 if level == "district" else 10
    rows = sql.run("spatial_analytics", "area_shapes", {"level": level.upper(), "band": band})
    return {row["id"]: json.loads(row["geometry"]) for row in rows}

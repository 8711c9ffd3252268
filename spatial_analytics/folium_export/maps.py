"""Maps as files: density, hotspots, and what every file has."""

from dataclasses import replace
from datetime import date
from html import escape
from math import ceil
from typing import Any

import folium
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from addresses.queries.extent import CityView, city_view
from core.queries.facts import city_is_synthetic
from core.web.numbers import written
from spatial_analytics.folium_export.offline_map import OfflineMap
from spatial_analytics.models import HotspotRun
from spatial_analytics.queries.accuracy import accuracy_lines
from spatial_analytics.queries.areas import areas, shapes
from spatial_analytics.queries.density import EVERYWHERE, density_figures
from spatial_analytics.queries.hotspots import EVERYTHING, SHADES, hotspot_cells, stops
from spatial_analytics.queries.panels import percent
from spatial_analytics.queries.reach import Counted
from spatial_analytics.rules.classes import COLOURS, Scheme, ValueClass, classify
from spatial_analytics.rules.density import DensityQuestion
from spatial_analytics.rules.hexes import ring_of

MOST_CELLS = 6000
RESOLUTIONS = (9, 8, 7, 6)
CLASSES = 6


class NothingToShow(Exception):
    """There is no data for this map yet."""


def density_file(question: DensityQuestion, counts: Counted) -> str:
    """Cases per hexagon as a file, at the finest resolution that keeps it small."""
    plain = replace(question, measure="count", compare="")
    cells: list[tuple[int, int]] = []
    for resolution in RESOLUTIONS:
        cells = [
            (figure.cell, figure.cases or 0)
            for figure in density_figures(plain, counts, resolution=resolution)
        ]
        if len(cells) <= MOST_CELLS:
            break
    if not cells:
        raise NothingToShow(_("There are no cases in this period."))
    classes = classify([float(cases) for _cell, cases in cells], Scheme.QUANTILES, CLASSES)
    page = city_map()
    layer = folium.FeatureGroup(name=_("Density of cases"))
    rows = [
        _cell(cell, _colour(cases, classes), {_("Cases"): written(cases)}) for cell, cases in cells
    ]
    add_features(layer, rows, [_("Cases")])
    layer.add_to(page)
    borders(page)
    legend = [(one.colour, f"{one.low:.0f} – {one.high:.0f} ({one.count})") for one in classes]
    period = f"{question.begin:%d.%m.%Y} – {question.end:%d.%m.%Y}"
    page.add_panel(_("Density of cases"), [period, *remarks()], legend)
    return page.as_html()


def hotspots_file(run: HotspotRun, weeks: int = 1) -> str:
    """The coming weeks' expected cases as a file, with the measured accuracy."""
    rows = hotspot_cells(run_id=run.pk, weeks=weeks, ranges=EVERYWHERE, edge=EVERYTHING)
    shown = sorted(rows, key=lambda row: row["rank_share"])[:MOST_CELLS]
    return hotspot_page(
        shown,
        least=stops(run, weeks, "expected"),
        title=week_title(run.horizon_start, weeks),
        accuracy=accuracy_lines(run.scores.get("horizons", {}).get(str(weeks)) or run.scores),
        lines=remarks(),
    )


def hotspot_page(
    rows: list[dict[str, Any]],
    *,
    title: str,
    accuracy: list[str],
    lines: list[str],
    least: list[tuple[int, float]] | None = None,
    view: CityView | None = None,
) -> str:
    """A forecast map from rows with h3, expected, p_any, lower, upper; `least` the shades of the page with their
    least values, without them those of the rows; `view` where to look."""
    classes = least or _stops_of([row["expected"] for row in rows])
    page = city_map(view)
    layer = folium.FeatureGroup(name=_("Expected requests"))
    features = [
        _cell(
            row["h3"],
            COLOURS[max(shade for shade, low in classes if row["expected"] >= low)],
            {
                _("Expected"): written(row["expected"], 2),
                _("Chance of any"): percent(100 * row["p_any"], 0),
                _("90 % bounds"): f"{row['lower']} – {row['upper']}",
            },
        )
        for row in sorted(rows, key=lambda row: row["expected"])
    ]
    add_features(layer, features, [_("Expected"), _("Chance of any"), _("90 % bounds")])
    layer.add_to(page)
    if view is None:
        borders(page)
    else:
        folium.LayerControl(collapsed=False).add_to(page)
    # The templates of the page have doubled the signs in the catalogue.
    best = {6: _("best 1 %%"), 4: _("best 5 %%"), 3: _("best 10 %%"), 2: _("best 25 %%")}
    names = {shade: text.replace("%%", "%") for shade, text in best.items()}
    legend = [
        (COLOURS[shade], f"≥ {written(low, 2)} · {names[shade]}" if low else _("the rest"))
        for shade, low in reversed(classes)
    ]
    page.add_panel(title, lines, legend, (_("How far to trust it"), accuracy))
    return page.as_html()


def _stops_of(values: list[float]) -> list[tuple[int, float]]:
    """As `stops`, of a forecast that is not stored."""
    ordered = sorted(values, reverse=True)
    found: list[tuple[int, float]] = [(1, 0.0)]
    for shade, share in SHADES:
        low = ordered[ceil(share * len(ordered)) - 1] if ordered else 0.0
        if low > found[-1][1]:
            found.append((shade, low))
    return found


def week_title(first_day: date, weeks: int = 1) -> str:
    """The title of a forecast map."""
    text = ngettext(
        "Cases expected in the week from %(day)s",
        "Cases expected in the %(count)d weeks from %(day)s",
        weeks,
    )
    return text % {"day": f"{first_day:%d.%m.%Y}", "count": weeks}


def city_map(view: CityView | None = None) -> OfflineMap:
    view = city_view() if view is None else view
    page = OfflineMap(location=[view.lat, view.lon], zoom_start=round(view.zoom))
    if view.bounds:
        west, south, east, north = map(float, view.bounds.split(","))
        page.fit_bounds([[south, west], [north, east]])
    return page


def remarks() -> list[str]:
    return [_("The data of this city are synthetic.")] if city_is_synthetic() else []


def borders(page: OfflineMap) -> None:
    """District outlines above the cells, and the control that shows and hides the layers."""
    layer = folium.FeatureGroup(name=_("District borders"))
    for shape in shapes("district", list(areas("district", {}))).values():
        outline = {"type": "Feature", "geometry": shape, "properties": {}}
        style = {"fill": False, "color": "#44504c", "weight": 1.2, "interactive": False}
        folium.GeoJson(outline, style_function=lambda _feature, style=style: style).add_to(layer)
    layer.add_to(page)
    folium.LayerControl(collapsed=False).add_to(page)


def add_features(
    layer: folium.FeatureGroup, features: list[dict[str, Any]], fields: list[str]
) -> None:
    if not features:
        raise NothingToShow(_("There is nothing to show on this map."))
    # An id of its own spares folium the search for one among the properties, whose names may hold
    # a dot; values may come from imported files and must not be read as markup.
    marked = [
        {
            **f,
            "id": str(i),
            "properties": {
                k: v if k == "width" else escape(str(v)) for k, v in f["properties"].items()
            },
        }
        for i, f in enumerate(features)
    ]
    folium.GeoJson(
        {"type": "FeatureCollection", "features": marked},
        style_function=lambda feature: {
            "fillColor": feature["properties"]["colour"],
            "fillOpacity": 0.75,
            "color": feature["properties"].get("line", "#ffffff"),
            "weight": feature["properties"].get(
                "width", 1.5 if "line" in feature["properties"] else 0.6
            ),
        },
        popup=folium.GeoJsonPopup(fields=fields, aliases=fields),
    ).add_to(layer)


def _cell(cell: int, colour: str, properties: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring_of(cell)]},
        # The outline in its own colour keeps a hexagon visible when it is smaller than a pixel.
        "properties": {**properties, "colour": colour, "line": colour},
    }


def _colour(value: float, classes: list[ValueClass]) -> str:
    return next((one.colour for one in classes if value <= one.high), COLOURS[-1])

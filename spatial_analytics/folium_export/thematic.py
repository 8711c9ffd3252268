"""A thematic map as a file."""

from typing import Any

import folium
from django.utils.translation import gettext as _

from core.web.numbers import written
from spatial_analytics.folium_export.maps import add_features, borders, city_map, remarks
from spatial_analytics.queries.areas import shapes
from spatial_analytics.queries.thematic import Painted, ThematicMap


def thematic_file(found: ThematicMap, *, title: str, legend: list[tuple[str, str]]) -> str:
    """The map with its legend, figures in popups. Raises NothingToShow."""
    page, level = city_map(), found.asked.level
    outlines = shapes(level, [area.id for area in found.areas])
    layer = folium.FeatureGroup(name=title)
    features = [
        _feature(area, outlines[area.id], level) for area in found.areas if area.id in outlines
    ]
    add_features(
        layer, features, [_("Area"), _("District"), _("Value"), _("Cases"), _("Most frequent")]
    )
    layer.add_to(page)
    borders(page)
    period = found.asked.question.period
    lines = [f"{period.begin:%d.%m.%Y} – {period.end:%d.%m.%Y}", *remarks()]
    page.add_panel(title, lines, legend)
    return page.as_html()


def _feature(area: Painted, shape: dict[str, Any], level: str) -> dict[str, Any]:
    properties = {
        _("Area"): area.name,
        _("District"): area.parent,
        _("Value"): "–" if area.value is None else written(area.value, 2),
        _("Cases"): _("few") if area.state == "hidden" else written(area.n),
        _("Most frequent"): area.key_name or "–",
        "colour": area.colour,
        # A line has no inside; a hexagon may be smaller than a pixel.
        **({"line": area.colour, "width": 4} if level == "street" else {}),
        **({"line": area.colour} if level == "cell" else {}),
    }
    return {"type": "Feature", "geometry": shape, "properties": properties}

"""The layers of thematic maps: density, forecast, alerts, areas."""

from django.utils.translation import gettext_lazy as _

from addresses.queries.extent import city_bounds
from spatial_analytics.queries.alerts import alert_tile, who_sees_alerts
from spatial_analytics.queries.choropleth import area_tile
from spatial_analytics.queries.density import density_tile
from spatial_analytics.queries.hotspots import hotspot_tile
from spatial_analytics.queries.reach import counting_audience
from spatial_analytics.rules.density import PARAMETERS as DENSITY_PARAMETERS
from tiles.layers import Layer
from tiles.rules.filters import number, one_of

LAYERS = [
    Layer(
        "density",
        _("Density of cases"),
        "polygon",
        {
            "h3": "String",
            "cases": "Number",
            "rate": "Number",
            "before": "Number",
            "change": "String",
        },
        5,
        14,
        density_tile,
        # The types too: one that becomes sensitive is counted for nobody but those who may see it.
        ("cases", "density", "catalogue"),
        audience=counting_audience,
        parameters=DENSITY_PARAMETERS,
        promote_id="h3",
        schema=2,
        daily=True,
        stale_seconds=0,
        bounds=city_bounds,
        description=_(
            "Requests by H3 cell, for any period; resolutions 5 to 10 by zoom. The public is shown no"
            " count of one or two."
        ),
    ),
    Layer(
        "hotspots",
        _("Requests expected next"),
        "polygon",
        {
            "h3": "String",
            "expected": "Number",
            "usual": "Number",
            "distinct": "Number",
            "per_100": "Number",
            "p_any": "Number",
            "p_unusual": "Number",
            "lower": "Number",
            "upper": "Number",
            "rank": "Number",
            "happened": "Number",
            "emerging": "String",
        },
        6,
        14,
        hotspot_tile,
        ("hotspots",),
        parameters={"group": number, "run": number, "weeks": one_of("1", "2", "4")},
        promote_id="h3",
        schema=2,
        description=_(
            "By H3 cell: requests expected in the next 1, 2 or 4 weeks, chances and bounds; of former forecasts (run) also"
            " what happened, -1 for one or two."
        ),
    ),
    Layer(
        "alerts",
        _("Alerts"),
        "polygon",
        {
            "uid": "String",
            "name": "String",
            "level": "String",
            "first_day": "String",
            "last_day": "String",
            "observed": "Number",
            "expected": "Number",
            "recurrence_days": "Number",
            "verdict": "String",
        },
        6,
        16,
        alert_tile,
        ("alerts",),
        audience=who_sees_alerts,
        parameters={"state": one_of("open", "judged", "all")},
        daily=True,
        description=_(
            "Where something begins that should not be there, for those who have an inbox of alerts: open"
            " ones, those that were judged, or all."
        ),
        bounds=city_bounds,
    ),
    Layer(
        "choropleth",
        _("Areas of the thematic map"),
        "polygon",
        {},
        5,
        14,
        area_tile,
        ("register",),
        parameters={"level": one_of("district", "neighbourhood", "street")},
        roughly=True,
        bounds=city_bounds,
        description=_(
            "Shapes with their ids: districts, neighbourhoods, and streets from zoom 10 on. Their figures are"
            " told by /maps/choropleth/data.json."
        ),
    ),
]

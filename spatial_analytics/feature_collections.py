"""Figures as collections of features: density cells, forecasts, indicators by area."""

import re

from django.utils.translation import gettext_lazy as _

from accounts.rules.clients import CASES_READ
from addresses.queries.extent import city_bounds
from spatial_analytics.queries import alert_shape
from spatial_analytics.queries.feature_shapes import density_shape, hotspots_shape, indicators_shape
from spatial_analytics.rules.density import PARAMETERS as DENSITY_PARAMETERS
from tiles.features import Collection
from tiles.rules.filters import number, one_of


def _resolution(text: str) -> int:
    return int(one_of("5", "6", "7", "8", "9")(text))


def _word(text: str) -> str:
    """A value of the thematic map; what it means is read there."""
    if not re.fullmatch(r"[\w.,:-]{1,200}", text):
        raise ValueError(text)
    return text


COLLECTIONS = [
    Collection(
        "density",
        _("Density of cases"),
        _("Requests by H3 cell, for any period. The public is shown no count of one or two."),
        density_shape,
        geometry="Polygon",
        parameters={**DENSITY_PARAMETERS, "resolution": _resolution},
        bounds=city_bounds,
    ),
    Collection(
        "hotspots",
        _("Requests expected next"),
        _("By H3 cell: requests expected in the next 1, 2 or 4 weeks, chances and bounds."),
        hotspots_shape,
        geometry="Polygon",
        parameters={"group": number, "run": number, "weeks": one_of("1", "2", "4")},
        bounds=city_bounds,
    ),
    Collection(
        "indicators",
        _("Indicators by area"),
        _("Any indicator by district or neighbourhood, as the thematic map shows it."),
        indicators_shape,
        parameters={
            "indicator": _word,
            "level": one_of("district", "neighbourhood"),
            "show": one_of("value", "difference", "ratio"),
            **dict.fromkeys(("from", "to", "days", "period", "per", "compare", "group", "type", "kind", "channel", "organisation", "district", "neighbourhood", "category", "rule"), _word),
        },
        bounds=city_bounds,
    ),
    Collection(
        "alerts",
        _("Alerts"),
        _("Clusters of requests that chance explains badly, for those who have an inbox of them."),
        alert_shape.shape_for,
        bounds=city_bounds,
        public=False,
        scope=CASES_READ,
    ),
]  # fmt: skip

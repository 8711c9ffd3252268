"""Tables of this room."""

from spatial_analytics.models.dashboard import Dashboard
from spatial_analytics.models.density import AreaMeasure, CellHomes, DensityChange, Hexagon
from spatial_analytics.models.hotspot import HotspotCell, HotspotRun
from spatial_analytics.models.outside import OutsideImport, OutsideIndicator, OutsideValue
from spatial_analytics.models.saved_map import SavedMap

__all__ = [
    "AreaMeasure",
    "CellHomes",
    "Dashboard",
    "DensityChange",
    "Hexagon",
    "HotspotCell",
    "HotspotRun",
    "OutsideImport",
    "OutsideIndicator",
    "OutsideValue",
    "SavedMap",
]

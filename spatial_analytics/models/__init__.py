"""Tables of this room."""

from spatial_analytics.models.dashboard import Dashboard
from spatial_analytics.models.density import AreaMeasure, CellHomes, DensityChange, Hexagon
from spatial_analytics.models.hotspot import HotspotCell, HotspotRun
from spatial_analytics.models.outside import OutsideImport, OutsideIndicator, OutsideValue
from spatial_analytics.models.report import ReportFile, ReportSchedule, SavedReport
from spatial_analytics.models.rights import FigureRight, PeopleLook
from spatial_analytics.models.saved_map import SavedMap

__all__ = [
    "AreaMeasure",
    "CellHomes",
    "Dashboard",
    "DensityChange",
    "FigureRight",
    "Hexagon",
    "HotspotCell",
    "HotspotRun",
    "OutsideImport",
    "OutsideIndicator",
    "OutsideValue",
    "PeopleLook",
    "ReportFile",
    "ReportSchedule",
    "SavedMap",
    "SavedReport",
]

"""Tables of this room."""

from spatial_analytics.models.dashboard import Dashboard
from spatial_analytics.models.density import AreaMeasure, CellHomes, DensityChange, Hexagon
from spatial_analytics.models.emergence import (
    Alert,
    AlertCase,
    EmergenceFit,
    HotspotReader,
)
from spatial_analytics.models.hotspot import HotspotArea, HotspotCell, HotspotRun
from spatial_analytics.models.outside import OutsideImport, OutsideIndicator, OutsideValue
from spatial_analytics.models.report import ReportFile, ReportSchedule, SavedReport
from spatial_analytics.models.rights import FigureRight, PeopleLook
from spatial_analytics.models.saved_map import SavedMap

__all__ = [
    "Alert",
    "AlertCase",
    "AreaMeasure",
    "CellHomes",
    "Dashboard",
    "DensityChange",
    "EmergenceFit",
    "FigureRight",
    "Hexagon",
    "HotspotArea",
    "HotspotCell",
    "HotspotReader",
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

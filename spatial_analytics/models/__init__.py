"""Tables of this room."""

from spatial_analytics.models.density import AreaMeasure, CellHomes, DensityChange, Hexagon
from spatial_analytics.models.hotspot import HotspotCell, HotspotRun

__all__ = ["AreaMeasure", "CellHomes", "DensityChange", "Hexagon", "HotspotCell", "HotspotRun"]

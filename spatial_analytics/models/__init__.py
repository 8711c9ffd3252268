"""Tables of this room."""

from spatial_analytics.models.density import CellHomes, DensityChange, Hexagon
from spatial_analytics.models.hotspot import HotspotCell, HotspotRun

__all__ = ["CellHomes", "DensityChange", "Hexagon", "HotspotCell", "HotspotRun"]

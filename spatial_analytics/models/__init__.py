"""Tables of this room."""

from spatial_analytics.models.dashboard import Dashboard
from spatial_analytics.models.density import CellHomes, DensityChange, Hexagon
from spatial_analytics.models.hotspot import HotspotCell, HotspotRun

__all__ = ["CellHomes", "Dashboard", "DensityChange", "Hexagon", "HotspotCell", "HotspotRun"]

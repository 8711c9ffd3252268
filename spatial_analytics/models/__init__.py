"""Tables of this room."""

from spatial_analytics.models.hotspot import HotspotCell, HotspotRun

__all__ = ["HotspotCell", "HotspotRun"]

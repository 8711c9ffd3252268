"""Indicators, thematic maps, density and hotspots."""

from django.apps import AppConfig


class SpatialAnalyticsConfig(AppConfig):
    name = "spatial_analytics"
    verbose_name = "Spatial analytics"

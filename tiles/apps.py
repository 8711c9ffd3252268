"""Delivery of vector tiles. Owners declare layers in their `tile_layers.py`; this room finds them."""

from django.apps import AppConfig


class TilesConfig(AppConfig):
    name = "tiles"
    verbose_name = "Tiles"

"""What a layer is, and the register of all layers that the rooms declare."""

from tiles.layers.layer import Layer, TileRequest, bounds_of, everybody
from tiles.layers.register import UnknownLayer, all_layers, layer_named

__all__ = [
    "Layer",
    "TileRequest",
    "UnknownLayer",
    "all_layers",
    "bounds_of",
    "everybody",
    "layer_named",
]

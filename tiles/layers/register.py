"""Finds the layers that rooms declare as `LAYERS` in their `tile_layers.py`."""

from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from tiles.layers.layer import Layer


class UnknownLayer(LookupError):
    """No room declares a layer of this name."""


@cache
def all_layers() -> dict[str, Layer]:
    """Every layer by name, in the order of the installed rooms."""
    found: dict[str, Layer] = {}
    for app in apps.get_app_configs():
        if not module_has_submodule(app.module, "tile_layers"):
            continue
        for layer in import_module(f"{app.name}.tile_layers").LAYERS:
            if layer.name in found:
                raise ValueError(f"Two layers are called {layer.name!r}.")
            found[layer.name] = layer
    return found


def layer_named(name: str) -> Layer:
    """The layer. Raises UnknownLayer."""
    try:
        return all_layers()[name]
    except KeyError:
        raise UnknownLayer(name) from None

"""Finds the collections that rooms declare as `COLLECTIONS` in their `feature_collections.py`."""

from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from accounts.rules.viewer import Viewer
from tiles.features.collection import Collection, Shape

# The test suites of the OGC take this name for one that no server has.
NEVER = "dUmmYColLection"


class UnknownCollection(LookupError):
    """No room declares a collection of this name, or not for this viewer."""


@cache
def all_collections() -> dict[str, Collection]:
    """Every collection by name, in the order of the installed rooms."""
    found: dict[str, Collection] = {}
    for app in apps.get_app_configs():
        if not module_has_submodule(app.module, "feature_collections"):
            continue
        for one in import_module(f"{app.name}.feature_collections").COLLECTIONS:
            if one.name in found or one.name == NEVER:
                raise ValueError(f"No collection may be called {one.name!r} (again).")
            found[one.name] = one
    return found


def shown(name: str, viewer: Viewer) -> tuple[Collection, Shape]:
    """A collection, and what the viewer sees of it. Raises UnknownCollection."""
    one = all_collections().get(name)
    shape = one.shape(viewer) if one is not None else None
    if one is None or shape is None:
        raise UnknownCollection(name)
    return one, shape

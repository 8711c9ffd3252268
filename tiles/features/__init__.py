"""Collections of features: how a room declares one, and how all of them are read, filtered and written."""

from tiles.features.collection import Asking, Collection, Geometry, Property, Shape, Source, by_uid
from tiles.features.register import UnknownCollection, all_collections, shown

__all__ = [
    "Asking",
    "Collection",
    "Geometry",
    "Property",
    "Shape",
    "Source",
    "UnknownCollection",
    "all_collections",
    "by_uid",
    "shown",
]

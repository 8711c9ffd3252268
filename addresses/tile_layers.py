"""The register's layers of vector tiles. All of them are public."""

from django.utils.translation import gettext_lazy as _

from addresses.queries import tiles
from tiles.layers import Layer

_AREA = {"level": "String", "name": "String", "population": "Number"}

LAYERS = [
    Layer(
        "boundaries",
        _("Districts and neighbourhoods"),
        "polygon",
        _AREA,
        5,
        16,
        tiles.boundaries,
        ("register",),
        parameters=tiles.AS_OF,
    ),
    Layer(
        "boundary_labels",
        _("Names of areas"),
        "point",
        _AREA,
        5,
        16,
        tiles.boundary_labels,
        ("register",),
        parameters=tiles.AS_OF,
    ),
    Layer(
        "streets",
        _("Streets"),
        "line",
        {"name": "String", "kind": "String"},
        11,
        16,
        tiles.streets,
        ("register",),
        parameters=tiles.AS_OF,
    ),
    Layer(
        "parcels",
        _("Parcels"),
        "polygon",
        {"label": "String"},
        15,
        16,
        tiles.parcels,
        ("register",),
        parameters=tiles.AS_OF,
    ),
    Layer(
        "buildings",
        _("Buildings"),
        "polygon",
        {"name": "String", "floors": "Number"},
        14,
        16,
        tiles.buildings,
        ("register",),
        parameters=tiles.AS_OF,
    ),
    Layer(
        "doors",
        _("Doors"),
        "point",
        {"label": "String"},
        15,
        16,
        tiles.doors,
        ("register",),
        parameters=tiles.AS_OF,
    ),
    Layer(
        "landmarks",
        _("Landmarks"),
        "point",
        {"name": "String", "kind": "String"},
        14,
        16,
        tiles.landmarks,
        ("register",),
        parameters=tiles.AS_OF,
    ),
]

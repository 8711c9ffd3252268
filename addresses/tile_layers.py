"""The register's layers of vector tiles. All but that of the findings are public."""

from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.queries import tiles
from addresses.queries.extent import city_bounds
from addresses.rules.quality import RULES, Severity
from tiles.layers import Layer
from tiles.rules.filters import yes

_AREA = {"level": "String", "name": "String", "population": "Number"}


def _who_sees_quality(viewer: Viewer) -> str:
    return "register" if viewer.may(Permission.SEE_REGISTER) else "public"


def _rule(text: str) -> str:
    if text not in RULES:
        raise ValueError(text)
    return text


def _severity(text: str) -> str:
    return Severity(text).value


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
        description=_("Districts, and from zoom 9 on neighbourhoods, with their residents."),
        bounds=city_bounds,
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
        description=_("Where the names of districts stand, and from zoom 11 on of neighbourhoods."),
        bounds=city_bounds,
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
        roughly=True,
        description=_("Centre lines; below zoom 13 of wide streets only."),
        bounds=city_bounds,
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
        roughly=True,
        description=_("Parcels of the cadastre with block and number."),
        bounds=city_bounds,
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
        roughly=True,
        description=_("Outlines with names and floors."),
        bounds=city_bounds,
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
        roughly=True,
        description=_("Doors with their numbers."),
        bounds=city_bounds,
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
        description=_("Places that people name, by kind."),
        bounds=city_bounds,
    ),
    Layer(
        "quality",
        _("Findings of quality"),
        "mixed",
        {
            "rule": "String",
            "severity": "String",
            "label": "String",
            "count": "Number",
            "errors": "Number",
        },
        5,
        16,
        tiles.quality,
        ("quality",),
        audience=_who_sees_quality,
        parameters={"rule": _rule, "severity": _severity, "accepted": yes},
        description=_("Findings of quality in the register, for those who look after it."),
        roughly=True,
        bounds=city_bounds,
    ),
]

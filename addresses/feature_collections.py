"""The register's records as collections of features, each kind in one of its own."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules.clients import REGISTRY_READ
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.api.feature_writes import writes
from addresses.queries.data_model import entity
from addresses.queries.extent import city_bounds
from addresses.queries.feature_shapes import shape_of
from addresses.queries.finding_shape import FINDINGS
from tiles.features import Collection, Shape

# By the name of the collection: the kind of record, what it is called, what it is.
_KINDS = {
    "provinces": ("province", _("Provinces"), _("The province that the city lies in.")),
    "districts": ("district", _("Districts"), _("Districts with their residents.")),
    "neighbourhoods": (
        "neighbourhood",
        _("Neighbourhoods"),
        _("Neighbourhoods and villages with their residents."),
    ),
    "neighbourhood_heads": (
        "neighbourhood_head",
        _("Heads of neighbourhoods"),
        _(
            "Who holds the office of a neighbourhood, for those who may see the register's own pages."
        ),
    ),
    "streets": ("street", _("Streets"), _("Streets with their centre lines.")),
    "street_names": (
        "street_name",
        _("Other names of streets"),
        _("Names that streets had, or have among people."),
    ),
    "street_sides": (
        "street_side",
        _("Sides of streets"),
        _("The sides of streets, which bear neighbourhood and national code."),
    ),
    "parcels": ("parcel", _("Parcels"), _("Parcels of the cadastre with block and number.")),
    "buildings": ("building", _("Buildings"), _("Outlines with names and floors.")),
    "building_parcels": (
        "building_parcel",
        _("Buildings on parcels"),
        _("Which building stands on which parcel."),
    ),
    "doors": ("address", _("Doors"), _("Doors with their numbers.")),
    "units": ("unit", _("Units"), _("Flats, shops and offices behind the doors.")),
    "landmarks": ("landmark", _("Landmarks"), _("Places that people name, by kind.")),
}


def _extracts(kind: str) -> dict[str, str]:
    """Files of the whole kind, which the register's feed makes."""
    forms = {
        "application/geopackage+sqlite3": "gpkg",
        "application/vnd.apache.parquet": "parquet",
        **({"application/flatgeobuf": "fgb"} if entity(kind).geometry else {}),
    }
    path = reverse("feed_extract")
    return {
        media: f"{path}?{urlencode({'entity': kind, 'format': f})}" for media, f in forms.items()
    }


def _collection(name: str) -> Collection:
    kind, title, description = _KINDS[name]
    public = entity(kind).public

    def shape(viewer: Viewer) -> Shape | None:
        return shape_of(kind) if public or viewer.may(Permission.SEE_REGISTER) else None

    return Collection(
        name,
        title,
        description,
        shape,
        geometry=entity(kind).geometry,
        historical=True,
        bounds=city_bounds,
        extracts=(lambda: _extracts(kind)) if public else None,
        public=public,
        scope=REGISTRY_READ,
        writes=writes(kind) if public else None,
    )


COLLECTIONS = [
    *(_collection(name) for name in _KINDS),
    Collection(
        "quality",
        _("Findings of quality"),
        _("Findings of quality in the register, for those who look after it."),
        lambda viewer: FINDINGS if viewer.may(Permission.SEE_REGISTER) else None,
        geometry="Geometry",
        bounds=city_bounds,
        public=False,
    ),
]

"""Tables of the register. Geometry is EPSG:4326; `geom_m` is the same in EPSG:3857 for tiles."""

from addresses.models.address import Address, Unit
from addresses.models.alias import PlaceAlias
from addresses.models.area import (
    BoundaryShape,
    District,
    Neighbourhood,
    NeighbourhoodHead,
    Province,
)
from addresses.models.batch import GeocodeBatch, GeocodeChunk
from addresses.models.building import Building, BuildingParcel
from addresses.models.change import Change, ChangeCounter, ChangeSet, ImportNote, Lineage
from addresses.models.drop import DroppedFile
from addresses.models.landmark import Landmark
from addresses.models.parcel import Parcel
from addresses.models.policy import EditingArea, RegisterPolicy
from addresses.models.quality import (
    QualityCount,
    QualityFinding,
    QualityNote,
    QualityRun,
)
from addresses.models.request import ChangeRequest, ChangeRequestEvent
from addresses.models.street import Street, StreetName, StreetSide

__all__ = [
    "Address",
    "BoundaryShape",
    "Building",
    "BuildingParcel",
    "Change",
    "ChangeCounter",
    "ChangeRequest",
    "ChangeRequestEvent",
    "ChangeSet",
    "District",
    "DroppedFile",
    "EditingArea",
    "GeocodeBatch",
    "GeocodeChunk",
    "ImportNote",
    "Landmark",
    "Lineage",
    "Neighbourhood",
    "NeighbourhoodHead",
    "Parcel",
    "PlaceAlias",
    "Province",
    "QualityCount",
    "QualityFinding",
    "QualityNote",
    "QualityRun",
    "RegisterPolicy",
    "Street",
    "StreetName",
    "StreetSide",
    "Unit",
]

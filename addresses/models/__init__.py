"""Tables of the register. Geometry is EPSG:4326; `geom_m` is the same in EPSG:3857 for tiles."""

from addresses.models.address import Address, Unit
from addresses.models.area import (
    BoundaryShape,
    District,
    Neighbourhood,
    NeighbourhoodHead,
    Province,
)
from addresses.models.building import Building, BuildingParcel
from addresses.models.change import ChangeCounter, ChangeSet, ImportNote
from addresses.models.landmark import Landmark
from addresses.models.parcel import Parcel
from addresses.models.street import Street, StreetName, StreetSide

__all__ = [
    "Address",
    "BoundaryShape",
    "Building",
    "BuildingParcel",
    "ChangeCounter",
    "ChangeSet",
    "District",
    "ImportNote",
    "Landmark",
    "Neighbourhood",
    "NeighbourhoodHead",
    "Parcel",
    "Province",
    "Street",
    "StreetName",
    "StreetSide",
    "Unit",
]

"""Figures that this room works with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressesConf:
    near_door_m: float = 50.0
    near_boundary_m: float = 15.0
    stands_on: float = 0.10  # share of a building's area that a parcel must hold
    country: str = "Türkiye"  # the first component of an address in an exchange file
    gml_depth: int = 64  # elements within elements of a GML file that are followed
    gml_elements: int = 200_000  # elements of one feature
    gml_feature_bytes: int = 64 * 1024**2
    gml_components: int = 2_000_000  # names of streets and areas that are kept at once
    gml_bytes: int = 16 * 1024**3
    query_max: int = 1000  # characters of a free text that are looked at
    geocode_rate: str = "600/min"
    register_rate: str = "600/min"
    request_rate: str = "60/hour"  # requests to change the register, by person or by address
    page_max: int = 1000  # records on a page of the register
    extract_at_once: int = 60_000  # rows; a larger extract is made by a worker
    extracts_kept: int = 40  # files
    checked_areas_max: int = 40  # neighbourhoods in which a check runs the rules of quality
    nearby_max: int = 2000  # records of one kind that an editor's map loads
    nearby_degrees: float = 0.05
    streams_max: int = 3  # answers of the feed that flow at once
    evidence_bytes: int = 20 * 1024**2
    vertices_max: int = 100_000  # of one geometry that somebody draws or sends


CONF = AddressesConf()

"""Figures that this room works with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressesConf:
    near_door_m: float = 50.0
    near_boundary_m: float = 15.0
    query_max: int = 1000  # characters of a free text that are looked at
    geocode_rate: str = "600/min"
    register_rate: str = "600/min"
    page_max: int = 1000  # records on a page of the register
    extract_at_once: int = 60_000  # rows; a larger extract is made by a worker
    extracts_kept: int = 40  # files
    vertices_max: int = 100_000  # of one geometry that somebody draws or sends


CONF = AddressesConf()

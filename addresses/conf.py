"""Figures that this room works with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressesConf:
    near_door_m: float = 50.0
    near_boundary_m: float = 15.0
    query_max: int = 1000  # characters of a free text that are looked at
    geocode_rate: str = "600/min"
    vertices_max: int = 100_000  # of one geometry that somebody draws or sends


CONF = AddressesConf()

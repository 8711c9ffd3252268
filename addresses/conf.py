"""Figures that this room works with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressesConf:
    near_door_m: float = 50.0
    near_boundary_m: float = 15.0
    stands_on: float = 0.10  # share of a building's area that a parcel must hold
    query_max: int = 1000  # characters of a free text that are looked at
    geocode_rate: str = "600/min"


CONF = AddressesConf()

"""What a rule of quality is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """ERROR: wrong; who reviews a draft that brings it must know why. WARNING: look. INFO: good to know."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


class Owner(StrEnum):
    """Whose work it is: map and boundaries, numbering and names, or the cadastre."""

    GIS = "GIS"
    NUMBERING = "NUMBERING"
    CADASTRE = "CADASTRE"


class Scope(StrEnum):
    """Which areas have to be looked at again when something in a neighbourhood changes: itself,
    also those close by, or all of its district."""

    NEIGHBOURHOOD = "NEIGHBOURHOOD"
    NEARBY = "NEARBY"
    DISTRICT = "DISTRICT"


class Fix(StrEnum):
    """What one click proposes. A fix makes a draft; it never publishes."""

    NONE = ""
    REPAIR_SHAPE = "repair_shape"
    SNAP_TO_BUILDING = "snap_to_building"
    REASSIGN_SIDE = "reassign_side"
    REASSIGN_PARCEL = "reassign_parcel"
    REASSIGN_NEIGHBOURHOOD = "reassign_neighbourhood"
    LINK_PARCEL = "link_parcel"
    RETIRE_DUPLICATE = "retire_duplicate"
    TIDY_NAME = "tidy_name"
    CORRECT_PARITY = "correct_parity"
    TAKE_POSTCODE = "take_postcode"


@dataclass(frozen=True)
class Rule:
    """One rule. Its SQL is `sql/quality_<code>.sql`.

    `entity` is the kind of record that a finding is about (see `queries.data_model`), `geometry`
    what a finding looks like on the map, `parameters` the figures that the SQL takes (metres,
    square metres, counts).
    """

    code: str
    severity: Severity
    entity: str
    geometry: str
    owner: Owner
    scope: Scope
    title: Any
    explanation: Any
    fix: Fix = Fix.NONE
    parameters: Mapping[str, Any] = field(default_factory=dict)
